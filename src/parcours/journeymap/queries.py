"""Reads: which maps there are, which version counts, what its document says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db.models import Prefetch, QuerySet

from parcours.accounts.models import Workspace
from parcours.journeymap.models import JourneyMap, MapVersion
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.mapdoc.parsing import parse_map
from parcours.mapdoc.text import Text


@dataclass(frozen=True)
class MapRow:
    """A map in a list: ``shown`` is the version that counts, ``draft`` a newer one that is not published yet."""

    map: JourneyMap
    shown: MapVersion
    draft: MapVersion | None


def maps_of(workspace: Workspace, *, archived: bool = False) -> list[MapRow]:
    """Return the maps of a workspace with the versions that matter, the newest first; documents are not loaded."""
    light: QuerySet[MapVersion] = MapVersion.objects.defer("document").select_related("made_by")
    found = (
        JourneyMap.objects.filter(workspace=workspace, archived_at__isnull=not archived)
        .select_related("created_by")
        .prefetch_related(Prefetch("versions", queryset=light))
        .order_by("-created_at", "-pk")
    )
    return [_row(map, list(map.versions.all())) for map in found]


def home_of(rows: Sequence[MapRow], asked: str | None = None) -> MapRow | None:
    """Return the map that a home shows: the one ``asked`` for, else the one published last, else the newest draft."""
    for row in rows:
        if row.map.public_id == asked:
            return row
    published = [row for row in rows if row.shown.published_at is not None]
    return max(published, key=lambda row: row.shown.published_at) if published else next(iter(rows), None)


def _row(map: JourneyMap, versions: Sequence[MapVersion]) -> MapRow:
    shown = shown_of(versions)
    newest = versions[0]
    return MapRow(map, shown, None if newest.is_published or newest == shown else newest)


def shown_of(versions: Sequence[MapVersion]) -> MapVersion:
    """Return which of the ``versions``, newest first, counts: the one published last, else the newest draft."""
    published = [one for one in versions if one.published_at is not None]
    return max(published, key=lambda one: (one.published_at, one.number)) if published else versions[0]


def shown_version(map: JourneyMap) -> MapVersion:
    """Return the version of ``map`` that counts, with its document."""
    return MapVersion.objects.select_related("map", "map__workspace").get(pk=shown_of(versions_of(map)).pk)


def versions_of(map: JourneyMap) -> list[MapVersion]:
    """Return the versions of a map, newest first; documents are not loaded."""
    return list(map.versions.defer("document").select_related("made_by", "published_by"))


def document_of(version: MapVersion) -> MapDocument:
    """Return what a version says, under the title that the map has in its workspace."""
    return titled(_parsed(version.document), version.map.title)


def titled(document: MapDocument, title: str) -> MapDocument:
    """Return ``document`` called ``title``, unless that is its title in one of its languages already."""
    if title in document.title.by_language.values():
        return document
    return replace(document, title=Text({document.default_language: title}))


def titles_of(map: JourneyMap) -> dict[str, str]:
    """Return the titles of the document that counts by language; nothing where the map is called otherwise here."""
    titles = _parsed(shown_version(map).document).title.by_language
    return dict(titles) if map.title in titles.values() else {}


@lru_cache(maxsize=64)
def _parsed(text: str) -> MapDocument:
    return parse_map(text, file="map.json", format="json")
