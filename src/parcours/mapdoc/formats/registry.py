"""Every form of file that a map is read from or written to, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parcours.language.translation import Language
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.formats.opened import OpenedMap, WrittenMap
from parcours.mapdoc.parsing import Format, checked_map, decoded, dump_map, read_source
from parcours.mapdoc.source import MAX_CHARACTERS

_LONGEST_DIAGRAM, _LONGEST_TABLE, _LONGEST_XML, _LONGEST_WORKBOOK = 4_000_000, 8_000_000, 16_000_000, 32_000_000


@dataclass(frozen=True)
class MapFormat:
    """A form of file. ``endings`` are those of names, the usual one first; ``longest`` is in bytes.

    ``read`` takes the bytes, the file's name and the language of texts that do not say theirs; ``write`` the map and
    the language of headings. ``lossless``: what is written reads back as the same map.
    """

    name: str
    endings: tuple[str, ...]
    longest: int
    lossless: bool
    read: Callable[[bytes, str, Language], OpenedMap]
    write: Callable[[JourneyMap, Language], WrittenMap]


def _document(format: Format, *endings: str) -> MapFormat:
    def read(raw: bytes, file: str, _language: Language) -> OpenedMap:
        source = read_source(decoded(raw, file), file=file, format=format)
        return OpenedMap(checked_map(source), source)

    def write(map: JourneyMap, _language: Language) -> WrittenMap:
        return WrittenMap(dump_map(map, format).encode())

    return MapFormat(format.upper(), endings, MAX_CHARACTERS[format] * 4, True, read, write)


def _read_mermaid(raw: bytes, file: str, language: Language) -> OpenedMap:
    from parcours.mapdoc.formats.mermaid.reading import read_mermaid

    return read_mermaid(decoded(raw, file), file, language)


def _write_mermaid(map: JourneyMap, language: Language) -> WrittenMap:
    from parcours.mapdoc.formats.mermaid.writing import write_mermaid

    return write_mermaid(map, language)


def _read_markdown(raw: bytes, file: str, language: Language) -> OpenedMap:
    from parcours.mapdoc.formats.mermaid.reading import read_markdown

    return read_markdown(decoded(raw, file), file, language)


def _write_markdown(map: JourneyMap, language: Language) -> WrittenMap:
    written = _write_mermaid(map, language)
    return WrittenMap(b"```mermaid\n" + written.content + b"```\n", written.losses)


def _read_cjml(raw: bytes, file: str, language: Language) -> OpenedMap:
    from parcours.mapdoc.formats.cjml.reading import read_cjml

    return read_cjml(raw, file, language)


def _write_cjml(map: JourneyMap, language: Language) -> WrittenMap:
    from parcours.mapdoc.formats.cjml.writing import write_cjml

    return write_cjml(map, language)


def _read_workbook(raw: bytes, file: str, _language: Language) -> OpenedMap:
    from parcours.mapdoc.formats.workbook.reading import read_workbook

    return read_workbook(raw, file)


def _write_workbook(map: JourneyMap, language: Language) -> WrittenMap:
    from parcours.mapdoc.formats.workbook.writing import write_workbook

    return write_workbook(map, language)


def _read_inventory(raw: bytes, file: str, language: Language) -> OpenedMap:
    from parcours.mapdoc.formats.inventory.reading import read_inventory

    return read_inventory(raw, file, language)


def _write_inventory(map: JourneyMap, language: Language) -> WrittenMap:
    from parcours.mapdoc.formats.inventory.writing import write_inventory

    return write_inventory(map, language)


FORMATS = (
    _document("json", ".json"),
    _document("yaml", ".yaml", ".yml"),
    MapFormat("Excel", (".xlsx",), _LONGEST_WORKBOOK, True, _read_workbook, _write_workbook),
    MapFormat("CSV", (".csv",), _LONGEST_TABLE, False, _read_inventory, _write_inventory),
    MapFormat("CJML", (".cjml", ".xml"), _LONGEST_XML, False, _read_cjml, _write_cjml),
    MapFormat("Mermaid", (".mmd", ".mermaid"), _LONGEST_DIAGRAM, False, _read_mermaid, _write_mermaid),
    MapFormat("Markdown", (".md", ".markdown"), _LONGEST_DIAGRAM, False, _read_markdown, _write_markdown),
)


def endings() -> tuple[str, ...]:
    """Return every ending that the name of a map may have."""
    return tuple(ending for form in FORMATS for ending in form.endings)
