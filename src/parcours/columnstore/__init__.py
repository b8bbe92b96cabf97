"""The event log on disk: sorted segments, manifest, columns, identities, executors."""
