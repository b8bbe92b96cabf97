"""The ``parcours`` command: thin wrappers around the library."""
