"""Map documents from files of every form that can be read, and back."""

from __future__ import annotations

from pathlib import Path

from parcours.engine.predicates import nearest
from parcours.language.errors import InputError, UsageError, shorten
from parcours.language.formats import quoted
from parcours.language.translation import Language, _, current_language
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.opened import OpenedMap, WrittenMap
from parcours.mapdoc.formats.registry import FORMATS, MapFormat, endings
from parcours.mapdoc.parsing import Format, dump_map, parse_map, too_long

__all__ = ["Format", "dump_map", "format_of", "load_map", "open_map", "parse_map", "write_map"]


def load_map(path: Path | str) -> JourneyMap:
    """Read the map at ``path``: JSON, YAML, an Excel workbook, a CSV inventory, CJML, Mermaid or Markdown.

    The ending of its name says which. Raises MapError with every problem of the document, each with line, column and
    field; InputError where the file cannot be read at all; UsageError for another kind of file. ``open_map`` also
    tells what of the file a map could not take up.
    """
    return open_map(path).map


def open_map(path: Path | str, language: Language | None = None) -> OpenedMap:
    """Read the map at ``path`` as ``load_map`` does, and report what was lost on the way in.

    ``language`` is that of the texts in a file that does not say it (CJML, Mermaid); default: the one in force.
    """
    path = Path(path)
    form = format_of(path)
    return form.read(_bytes(path, form), str(path), language or current_language())


def write_map(map: JourneyMap, path: Path | str, language: Language | None = None) -> WrittenMap:
    """Return the bytes of a file that would hold ``map``, in the form that the name of ``path`` asks for.

    ``language`` is that of headings, and of the texts where a form holds one language only; default: the map's.
    Nothing is written to disk. UsageError for another kind of file.
    """
    form = format_of(Path(path))
    return form.write(map, language or map.default_language)


def format_of(path: Path) -> MapFormat:
    """Return the form of file that the ending of a name stands for; UsageError where it stands for none."""
    form = next((one for one in FORMATS if path.suffix.lower() in one.endings), None)
    if form is None:
        raise UsageError(
            _("“{file}” is not called like a map.").format(file=shorten(path.name)),
            value=path.name,
            expected=_("Maps are files that end with one of: {endings}.").format(endings=", ".join(endings())),
        )
    return form


def _bytes(path: Path, form: MapFormat) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(form.longest + 1)
    except FileNotFoundError:
        raise InputError(
            _("There is no file “{file}”.").format(file=shorten(path)), value=str(path), expected=_beside(path)
        ) from None
    except (OSError, ValueError):
        raise InputError(_("“{file}” cannot be opened.").format(file=shorten(path)), value=str(path)) from None
    if len(raw) > form.longest:
        raise too_long(str(path), form.longest // 4)
    return raw


def _beside(path: Path) -> str | None:
    """Name the map that may have been meant."""
    try:
        names = [one.name for one in path.parent.iterdir() if one.suffix.lower() in endings()]
    except OSError:
        return None
    close = nearest(path.name, names, limit=3)
    return _("Near it: {list}.").format(list=", ".join(quoted(shorten(name)) for name in close)) if close else None
