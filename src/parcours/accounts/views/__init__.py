"""Pages of accounts: signing in, one's own account, and a workspace's settings, members, keys and trail."""
