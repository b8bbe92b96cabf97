"""Verbs over a workspace's maps. Each is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from parcours.accounts.models import User, Workspace
from parcours.eventlog.queries import find_log
from parcours.journeymap.errors import NothingToDiscover
from parcours.journeymap.files import Received, Sent, receive
from parcours.journeymap.models import LONGEST_NOTE, LONGEST_TITLE, JourneyMap, MapVersion
from parcours.journeymap.queries import document_of
from parcours.language.errors import UsageError, shorten
from parcours.language.translation import Language, _
from parcours.mapdoc.blank import blank_map
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.mapdoc.parsing import dump_map
from parcours.mapdoc.templates import load_template


@dataclass(frozen=True)
class Made:
    """A version that was made from a file, and a line for each kind of thing that the file held and a map does not."""

    version: MapVersion
    lost: tuple[str, ...] = ()


def create_from_template(workspace: Workspace, user: User, template: str, title: str = "") -> JourneyMap:
    """Make a map of a template, which holds both languages. UsageError for an unknown template."""
    return _create(workspace, user, load_template(template), title)


def create_blank(workspace: Workspace, user: User, title: str = "") -> JourneyMap:
    """Make a map of the eight usual stages and nothing else."""
    named = title.strip() or _("Our customers’ journey")
    return _create(workspace, user, blank_map(named, _language(workspace)), named)


def create_from_file(workspace: Workspace, user: User, sent: Sent, title: str = "") -> Made:
    """Make a map of a file of any form. UsageError or MapError, with place and right form, where it holds none."""
    received = receive(sent, _language(workspace))
    map = _create(workspace, user, received.map, title, note=_from(received))
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
    return _create(workspace, user, found.map, title)


def _language(workspace: Workspace) -> Language:
    return "en" if workspace.language == "en" else "fr"


@transaction.atomic
def _create(workspace: Workspace, user: User, document: MapDocument, title: str, note: str = "") -> JourneyMap:
    named = title.strip() or document.title.in_language(workspace.language)
    map = JourneyMap.objects.create(workspace=workspace, title=_title(named), created_by=user)
    _add(map, user, document, note)
    return map


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
    return MapVersion.objects.create(
        map=map,
        number=last + 1,
        document=text,
        digest=sha256(text.encode()).hexdigest(),
        note=shorten(" ".join(note.split()), LONGEST_NOTE),
        made_by=user,
    )


def _from(received: Received) -> str:
    return _("From {file}").format(file=received.file)


def rename(map: JourneyMap, title: str) -> None:
    """Give ``map`` another title; its versions are shown and taken away under it. UsageError for no title."""
    map.title = _title(title)
    map.save(update_fields=["title"])


@transaction.atomic
def duplicate(version: MapVersion, user: User) -> JourneyMap:
    """Make a map of its own that begins as a copy of ``version``."""
    map = version.map
    title = _("{title}, copy").format(title=shorten(map.title, LONGEST_TITLE - 12))
    copy = JourneyMap.objects.create(workspace=map.workspace, title=_title(title), created_by=user)
    note = _("Copied from “{title}”, version {n}").format(title=map.title, n=version.number)
    _add(copy, user, document_of(version), note)
    return copy


def archive(map: JourneyMap) -> None:
    """Put ``map`` out of the way."""
    map.archived_at = timezone.now()
    map.save(update_fields=["archived_at"])


def unarchive(map: JourneyMap) -> None:
    """Bring ``map`` back."""
    map.archived_at = None
    map.save(update_fields=["archived_at"])


@transaction.atomic
def add_version_from_file(map: JourneyMap, user: User, sent: Sent, note: str = "") -> Made:
    """Make a draft of a file. UsageError or MapError, with place and right form, where it holds no map."""
    received = receive(sent, _language(map.workspace))
    return Made(_add(map, user, received.map, note or _from(received)), received.lost)


@transaction.atomic
def publish(version: MapVersion, user: User) -> None:
    """Make ``version`` what everybody sees from now on. It does not change any more; published again it stays."""
    held = MapVersion.objects.select_for_update().get(pk=version.pk)
    if not held.is_published:
        held.published_at, held.published_by = timezone.now(), user
        held.save(update_fields=["published_at", "published_by"])
    version.published_at, version.published_by = held.published_at, held.published_by


@transaction.atomic
def restore(version: MapVersion, user: User) -> MapVersion:
    """Make a new draft that says what an old version said."""
    text = MapVersion.objects.values_list("document", flat=True).get(pk=version.pk)
    return _add_text(version.map, user, text, _("Version {n}, restored").format(n=version.number))
