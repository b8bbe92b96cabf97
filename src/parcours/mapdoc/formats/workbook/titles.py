"""Names of the sheets, as a reader of one language sees them."""

from __future__ import annotations

from functools import cache

from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.formats.fields import label_of

MAP, HOW = "map", "how"


@cache
def sheet_title(key: str, language: Language) -> str:
    """Return the name of a sheet in ``language``."""
    with speaking(language):
        own = {
            MAP: _("Map"),
            HOW: _("How to"),
            "links": _("Documents"),
            "hours": _("Opening hours"),
            "closed": _("Closed days"),
        }
        return own.get(key) or label_of(key)
