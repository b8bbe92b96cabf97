"""What is done with maps stands in the audit trail, in the transaction in which it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from parcours.accounts.models import User, Workspace
from parcours.accounts.services import verify
from parcours.journeymap import services
from parcours.journeymap.models import JourneyMap, MapVersion
from parcours.mapdoc.parsing import dump_map
from parcours.mapdoc.templates import load_template


def told(workspace: Workspace) -> list[tuple[str, str, dict[str, Any]]]:
    """Verb, title and details, the oldest first; the chain holds."""
    assert verify(workspace) is None
    entries = list(workspace.trail.order_by("number"))
    return [(entry.verb, entry.target, {k: v for k, v in entry.details.items() if k != "id"}) for entry in entries]


@pytest.mark.django_db
def test_a_map_leaves_its_whole_way(workspace: Workspace, alice: User, sent: Callable[..., Any]) -> None:
    map = services.create_from_template(workspace, alice, "saas", "Ours")
    services.publish(map.versions.get(), alice)
    services.publish(map.versions.get(), alice)
    services.add_version_from_file(map, alice, sent(dump_map(load_template("saas"), "json"), "new.json"))
    services.restore(map.versions.get(number=1), alice)
    services.rename(map, alice, "Theirs")
    services.rename(map, alice, " Theirs ")
    services.archive(map, alice)
    services.archive(map, alice)
    services.unarchive(map, alice)
    services.unarchive(map, alice)
    services.duplicate(map.versions.get(number=3), alice)
    services.create_blank(workspace, alice, "Blank")
    assert told(workspace) == [
        ("map.created", "Ours", {"template": "saas"}),
        ("map.published", "Ours", {"version": 1}),
        ("map.version_added", "Ours", {"file": "new.json", "version": 2}),
        ("map.restored", "Ours", {"version": 3, "restored_version": 1}),
        ("map.renamed", "Theirs", {"title_before": "Ours"}),
        ("map.archived", "Theirs", {}),
        ("map.unarchived", "Theirs", {}),
        ("map.copied", "Theirs, copy", {"source": "Theirs", "version": 3}),
        ("map.created", "Blank", {}),
    ]
    assert set(workspace.trail.values_list("actor", flat=True)) == {alice.pk}


def test_maps_from_files_and_from_the_data_say_so(with_data: Workspace, alice: User, sent: Callable[..., Any]) -> None:
    services.create_from_file(with_data, alice, sent(dump_map(load_template("saas"), "json"), "ours.json"))
    services.create_discovered(with_data, alice, "Found")
    assert [(verb, details) for verb, _title, details in told(with_data)][-2:] == [
        ("map.created", {"file": "ours.json"}),
        ("map.discovered", {}),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_neither_itself_nor_a_line(
    workspace: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    map = services.create_blank(workspace, alice, "Ours")
    before, version = told(workspace), map.versions.get()

    def failing(*_arguments: Any, **_details: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "record", failing)
    for act in (
        lambda: services.create_blank(workspace, alice, "Second"),
        lambda: services.publish(version, alice),
        lambda: services.restore(version, alice),
        lambda: services.rename(map, alice, "Another"),
        lambda: services.archive(map, alice),
        lambda: services.duplicate(version, alice),
    ):
        with pytest.raises(ZeroDivisionError):
            act()
    assert told(workspace) == before
    left = JourneyMap.objects.get()
    assert (left.title, left.archived_at) == ("Ours", None)
    assert MapVersion.objects.get().published_at is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["gave a map another title", "title before: Ours", "made a map", "template: saas"]),
        ("fr", ["a changé le titre d’une carte", "titre avant : Ours", "a créé une carte", "modèle : saas"]),
    ],
)
def test_the_page_says_it_in_words(
    inside: Callable[[User], Client], workspace: Workspace, alice: User, language: str, words: list[str]
) -> None:
    map = services.create_from_template(workspace, alice, "saas", "Ours")
    services.rename(map, alice, "Theirs")
    User.objects.filter(pk=alice.pk).update(language=language)
    shown = inside(alice).get(f"/w/{workspace.public_id}/audit/").content.decode()
    for part in words:
        assert part in shown.replace("\u202f", " ").replace("\u00a0", " "), part
