"""Two versions of a map as an analyst meets them: what changed, and both as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.language.translation import Language, current_language

if TYPE_CHECKING:
    from parcours.mapdoc.changes import Change
    from parcours.mapdoc.discovered import Discovery
    from parcours.mapdoc.document import JourneyMap
    from parcours.report.beside import Beside

    Version = JourneyMap | Discovery | str | Path


def changes(before: Version, after: Version) -> tuple[Change, ...]:
    """Return what leads from one version of a map to another, by ids: added, removed, moved and changed.

    Each version is a map, a discovery, or the path of a map. Nothing where they are the same map.
    """
    from parcours.mapdoc.changes import diff

    return diff(_map(before), _map(after))


def picture_versions(
    before: Version, after: Version, *, names: Sequence[str] | None = None, language: Language | None = None
) -> Beside:
    """Draw two versions of a map as one picture, with what changed marked in both and listed: ``.save(path)``.

    Each version is a map, a discovery, or the path of a map, such as one that ``parcours map merge`` has written.
    ``names`` say what the two are called; by default a file has its name, and a map the label of its version.
    UsageError where ``names`` are not two.
    """
    from parcours.language.errors import UsageError
    from parcours.language.translation import _
    from parcours.report.versions import beside_versions

    maps = _map(before), _map(after)
    if names is None:
        names = [_called(given, map) for given, map in zip((before, after), maps, strict=True)]
    if isinstance(names, str) or len(names) != 2:
        raise UsageError(_("Two versions have two names."), value=names, expected='("2025", "2026")')
    return beside_versions(*maps, files=(names[0], names[1]), language=language or current_language())


def _map(version: Version) -> JourneyMap:
    from parcours.mapdoc.discovered import Discovery
    from parcours.mapdoc.reading import load_map

    if isinstance(version, Discovery):
        return version.map
    return load_map(Path(version)) if isinstance(version, (str, Path)) else version


def _called(given: Version, map: JourneyMap) -> str:
    return Path(given).name if isinstance(given, (str, Path)) else map.version or ""
