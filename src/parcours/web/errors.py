"""What can go wrong with an installation."""

from __future__ import annotations

from parcours.language.errors import ParcoursError


class InstallationError(ParcoursError):
    """The installation cannot do what was asked: its database, its folder, its port or a backup of it."""

    exit_code = 7
