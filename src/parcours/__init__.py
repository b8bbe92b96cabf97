"""Parcours: the map and the journey.

``import parcours as pc`` is the analyst's library. Everything is loaded when it is first used,
so the import itself takes a few milliseconds; nothing inside the package imports this module.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from parcours.library.advice import catalogue, checklist
    from parcours.library.log import EventLog, read
    from parcours.library.versions import changes, picture_versions
__all__ = ["EventLog", "__version__", "catalogue", "changes", "checklist", "picture_versions", "read"]

_HOMES = {
    "EventLog": "parcours.library.log",
    "catalogue": "parcours.library.advice",
    "changes": "parcours.library.versions",
    "checklist": "parcours.library.advice",
    "picture_versions": "parcours.library.versions",
    "read": "parcours.library.log",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'parcours' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
