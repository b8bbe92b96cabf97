"""People who use Parcours: their accounts, workspaces, roles, keys, and the trail of what they did."""
