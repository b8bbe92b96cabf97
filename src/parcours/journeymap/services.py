"""Verbs over a workspace's maps. Each is one transaction and leaves its line in the audit trail of the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.accounts.services import record
from parcours.eventlog.queries import find_log
from parcours.journeymap.errors import NothingToDiscover
from parcours.journeymap.files import Received, Sent, receive
from parcours.journeymap.models import LONGEST_NOTE, LONGEST_TITLE, JourneyMap, MapVersion
from parcours.journeymap.queries import document_of, titles_of
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import Language, _
from parcours.mapdoc.blank import blank_map
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.mapdoc.parsing import dump_map
from parcours.mapdoc.templates import load_template


@dataclass(frozen=True)
class Told:
    """What the audit trail says of a change."""

    verb: str
    details: Mapping[str, str | int] = field(default_factory=dict)


CREATED = Told("map.created")


@dataclass(frozen=True)
class Made:
    """A version that was made from a file, and a line for each kind of thing that the file held and a map does not."""

    version: MapVersion
    lost: tuple[str, ...] = ()


def create_from_template(workspace: Workspace, user: User, template: str, title: str = "") -> JourneyMap:
    """Make a map of a template, which holds both languages. UsageError for an unknown template."""
    return _create(workspace, user, load_template(template), title, told=Told("map.created", {"template": template}))


def create_blank(workspace: Workspace, user: User, title: str = "") -> JourneyMap:
    """Make a map of the eight usual stages and nothing else."""
    named = title.strip() or _("Our customers’ journey")
    return _create(workspace, user, blank_map(named, _language(workspace)), named)


def create_from_file(workspace: Workspace, user: User, sent: Sent, title: str = "") -> Made:
    """Make a map of a file of any form. UsageError or MapError, with place and right form, where it holds none."""
    received = receive(sent, _language(workspace))
    told = Told("map.created", {"file": received.file})
    map = _create(workspace, user, received.map, title, note=_from(received), told=told)
    return Made(map.versions.get(), received.lost)


def create_discovered(workspace: Workspace, user: User, title: str = "") -> JourneyMap:
    """Draft a map from what the workspace's log holds. NothingToDiscover where that is nothing."""
    from parcours.library.log import EventLog

    stored = find_log(workspace)
    if stored is None or not stored.events:
        raise NothingToDiscover
    found = EventLog(stored.path).discover(
        title=title.strip() or _("What people do at {name}").format(name=workspace.name), language=_language(workspace)
    )
    return _create(workspace, user, found.map, title, told=Told("map.discovered"))


def _language(workspace: Workspace) -> Language:
    return "en" if workspace.language == "en" else "fr"


@transaction.atomic
def _create(
    workspace: Workspace, user: User, document: MapDocument, title: str, *, note: str = "",
    told: Told = CREATED,
) -> JourneyMap:  # fmt: skip
    named = title.strip() or document.title.in_language(workspace.language)
    map = JourneyMap.objects.create(workspace=workspace, title=_title(named), created_by=user)
    _add(map, user, document, note)
    _tell(map, user, told.verb, **told.details)
    return map


def _tell(map: JourneyMap, user: User, verb: str, **details: str | int) -> None:
    record(map.workspace, user, verb, map.title, id=map.public_id, **details)


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise UsageError(_("A map needs a title."), value=title)
    return title if len(title) <= LONGEST_TITLE else shorten(title, LONGEST_TITLE)


def _add(map: JourneyMap, user: User, document: MapDocument, note: str) -> MapVersion:
    return _add_text(map, user, dump_map(document, "json"), note)


def _add_text(map: JourneyMap, user: User, text: str, note: str) -> MapVersion:
    # The row of the map is the lock under which its versions are numbered.
    JourneyMap.objects.select_for_update().get(pk=map.pk)
    last = map.versions.aggregate(last=Max("number"))["last"] or 0
    made = MapVersion.objects.create(
        map=map,
        number=last + 1,
        document=text,
        digest=sha256(text.encode()).hexdigest(),
        note=shorten(" ".join(note.split()), LONGEST_NOTE),
        made_by=user,
    )
    _call(map)
    return made


def _call(map: JourneyMap, title: str = "") -> None:
    """Store the title with the other languages that the version that counts has for it; without one, its present."""
    held = JourneyMap.objects.select_for_update().get(pk=map.pk)
    map.title = title or held.title  # it may have been called otherwise since ``map`` was read
    map.titles = titles_of(map)
    map.save(update_fields=["title", "titles"])


def _from(received: Received) -> str:
    return _("From {file}").format(file=received.file)


@transaction.atomic
def rename(map: JourneyMap, user: User, title: str) -> None:
    """Give ``map`` another title; its versions are shown and taken away under it. UsageError for no title."""
    before, after = map.title, _title(title)
    if after != before:
        _call(map, after)
        _tell(map, user, "map.renamed", title_before=before)


@transaction.atomic
def duplicate(version: MapVersion, user: User) -> JourneyMap:
    """Make a map of its own that begins as a copy of ``version``."""
    map = version.map
    title = _("{title}, copy").format(title=shorten(str(map), LONGEST_TITLE - 12))
    copy = JourneyMap.objects.create(workspace=map.workspace, title=_title(title), created_by=user)
    note = _("Copied from “{title}”, version {n}").format(title=map, n=version.number)
    _add(copy, user, document_of(version), note)
    _tell(copy, user, "map.copied", source=map.title, version=version.number)
    return copy


@transaction.atomic
def tell_of_people(version: MapVersion, user: User, verb: str, **details: str | int) -> None:
    """Write in the trail that ``user`` took away a file that names people: ``people_taken`` or ``report_taken``."""
    _tell(version.map, user, f"map.{verb}", version=version.number, **details)


@transaction.atomic
def archive(map: JourneyMap, user: User) -> None:
    """Put ``map`` out of the way."""
    if map.archived_at is None:
        map.archived_at = timezone.now()
        map.save(update_fields=["archived_at"])
        _tell(map, user, "map.archived")


@transaction.atomic
def unarchive(map: JourneyMap, user: User) -> None:
    """Bring ``map`` back."""
    if map.archived_at is not None:
        map.archived_at = None
        map.save(update_fields=["archived_at"])
        _tell(map, user, "map.unarchived")


def add_version_from_file(map: JourneyMap, user: User, sent: Sent, note: str = "") -> Made:
    """Make a draft of a file. UsageError or MapError, with place and right form, where it holds no map."""
    received = receive(sent, _language(map.workspace))  # it may take seconds, and nobody writes in a transaction
    with transaction.atomic():
        version = _add(map, user, received.map, note or _from(received))
        _tell(map, user, "map.version_added", file=received.file, version=version.number)
    return Made(version, received.lost)


@transaction.atomic
def publish(version: MapVersion, user: User) -> None:
    """Make ``version`` what everybody sees from now on. It does not change any more; published again it stays."""
    held = MapVersion.objects.select_for_update().get(pk=version.pk)
    if not held.is_published:
        held.published_at, held.published_by = timezone.now(), user
        held.save(update_fields=["published_at", "published_by"])
        _call(version.map)
        _tell(version.map, user, "map.published", version=held.number)
    version.published_at, version.published_by = held.published_at, held.published_by


@transaction.atomic
def restore(version: MapVersion, user: User) -> MapVersion:
    """Make a new draft that says what an old version said."""
    text = MapVersion.objects.values_list("document", flat=True).get(pk=version.pk)
    made = _add_text(version.map, user, text, _("Version {n}, restored").format(n=version.number))
    _tell(version.map, user, "map.restored", version=made.number, restored_version=version.number)
    return made
