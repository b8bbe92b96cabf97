"""Complete maps to start from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.phrases import choices
from parcours.mapdoc.reading import parse_map

_TEMPLATES = ("coach", "saas", "fashion")
DEFAULT_TEMPLATE = "coach"


def template_names() -> tuple[str, ...]:
    """Return the names of the templates."""
    return _TEMPLATES


def template_text(name: str) -> str:
    """Return a template as the JSON document that it is stored as. UsageError for an unknown name."""
    if name not in _TEMPLATES:
        raise UsageError(
            _("There is no template “{name}”.").format(name=shorten(name)),
            value=name,
            expected=choices(name, _TEMPLATES),
        )
    return files("parcours.mapdoc").joinpath("templates", f"{name}.json").read_text("utf-8")


@cache
def load_template(name: str) -> JourneyMap:
    """Return a template: a whole map in French and English. UsageError for an unknown name."""
    return parse_map(template_text(name), file=f"{name}.json", format="json")
