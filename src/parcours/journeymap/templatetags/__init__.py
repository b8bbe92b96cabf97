"""Tags of the pages of maps."""
