from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from parcours.accounts.models import User, Workspace
from parcours.journeymap import services
from parcours.journeymap.errors import NothingToDiscover, PublishedVersion
from parcours.journeymap.files import receive
from parcours.journeymap.models import JourneyMap
from parcours.journeymap.queries import document_of, maps_of, shown_of, shown_version, versions_of
from parcours.language.errors import MapError, UsageError
from parcours.language.translation import speaking
from parcours.mapdoc.parsing import dump_map, parse_map
from parcours.mapdoc.reading import write_map
from parcours.mapdoc.templates import load_template, template_names

Sent = Callable[..., Any]


@pytest.mark.parametrize("template", template_names())
def test_a_map_from_a_template_says_what_the_template_says(workspace: Workspace, alice: User, template: str) -> None:
    map = services.create_from_template(workspace, alice, template)
    assert map.title == load_template(template).title.in_language("en")
    assert document_of(shown_version(map)) == load_template(template)


def test_a_blank_map_is_valid_and_has_the_eight_stages(workspace: Workspace, alice: User) -> None:
    map = services.create_blank(workspace, alice, "  Ours  ")
    version = shown_version(map)
    document = parse_map(version.document, file="map.json", format="json")
    assert map.title == "Ours" and len(document.stages) == 8
    assert document.stages[0].name.in_language("fr") == "Prise de conscience"


@pytest.mark.parametrize("name", ["map.json", "map.yaml", "map.xlsx", "map.csv", "map.cjml", "map.mmd", "map.md"])
def test_every_form_of_file_becomes_a_map(workspace: Workspace, alice: User, sent: Sent, name: str) -> None:
    from pathlib import Path

    written = write_map(load_template("coach"), Path(name))
    made = services.create_from_file(workspace, alice, sent(written.content, name))
    assert len(document_of(made.version).stages) == 8
    assert made.version.note == f"From {name}" and not made.version.is_published


def test_what_a_file_holds_and_a_map_does_not_is_told(workspace: Workspace, alice: User, sent: Sent) -> None:
    made = services.create_from_file(
        workspace, alice, sent("journey\n  accTitle: for readers\n  section Come\n    Visit: 5: Somebody\n", "map.mmd")
    )
    assert made.version.number == 1


def test_a_file_with_mistakes_names_each_with_its_place(workspace: Workspace, alice: User, sent: Sent) -> None:
    with pytest.raises(MapError) as refused:
        services.create_from_file(workspace, alice, sent("id: shop\ntitle: Shop\nstages: 3\n"))
    assert "map.yaml:3" in str(refused.value.problems[0])
    assert not JourneyMap.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"), [("", "map.yaml"), (b"\xff\xfe\x00", "map.json"), ("a,b\n", "map.exe"), ("{}", "../../map")]
)
def test_a_file_that_holds_no_map_is_refused(
    workspace: Workspace, alice: User, sent: Sent, content: str | bytes, name: str
) -> None:
    with pytest.raises((UsageError, MapError)):
        services.create_from_file(workspace, alice, sent(content, name))
    assert not JourneyMap.objects.exists()


class Endless:
    """A file that never ends; it counts what was read of it."""

    name = "map.yaml"
    read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        self.read_bytes += size
        return b"a" * size


def test_no_more_of_a_file_is_read_than_a_map_can_be_long(workspace: Workspace, alice: User) -> None:
    file = Endless()
    with pytest.raises(MapError, match=r"million characters|cannot be read"):
        services.create_from_file(workspace, alice, file)
    assert file.read_bytes <= 8_000_001


def test_a_published_version_never_changes(shop: JourneyMap) -> None:
    version = shown_version(shop)
    version.document = "{}"
    with pytest.raises(PublishedVersion):
        version.save()
    assert shown_version(shop).document != "{}"


def test_publishing_twice_changes_nothing(shop: JourneyMap, bob: User) -> None:
    version = shown_version(shop)
    before = version.published_at
    services.publish(version, bob)
    assert (version.published_at, shown_version(shop).published_by) == (before, shown_version(shop).made_by)


def test_a_new_version_is_a_draft_until_it_is_published(shop: JourneyMap, alice: User, sent: Sent) -> None:
    made = services.add_version_from_file(shop, alice, sent(dump_map(load_template("saas"), "json"), "map.json"))
    assert (made.version.number, shown_of(versions_of(shop)).number) == (2, 1)
    services.publish(made.version, alice)
    assert shown_of(versions_of(shop)).number == 2


def test_an_old_version_restored_is_a_new_draft_of_the_same_words(shop: JourneyMap, alice: User, sent: Sent) -> None:
    services.add_version_from_file(shop, alice, sent(dump_map(load_template("saas"), "json"), "map.json"))
    first = versions_of(shop)[-1]
    again = services.restore(first, alice)
    assert (again.number, again.digest, again.is_published) == (3, first.digest, False)
    assert again.document == first.document


def test_a_renamed_map_is_called_so_everywhere_and_keeps_its_words(shop: JourneyMap, bob: User) -> None:
    digest = shown_version(shop).digest
    services.rename(shop, bob, "  The   shop ")
    document = document_of(shown_version(shop))
    assert (shop.title, document.title.in_language("fr")) == ("The shop", "The shop")
    assert shown_version(shop).digest == digest
    with pytest.raises(UsageError):
        services.rename(shop, bob, " ")


def test_what_was_read_before_a_map_was_renamed_does_not_call_it_back(
    shop: JourneyMap, alice: User, bob: User, sent: Sent
) -> None:
    older = JourneyMap.objects.get(pk=shop.pk)
    services.rename(shop, bob, "The shop")
    made = services.add_version_from_file(older, alice, sent(dump_map(load_template("saas"), "json"), "map.json"))
    assert JourneyMap.objects.get(pk=shop.pk).title == "The shop"
    services.rename(JourneyMap.objects.get(pk=shop.pk), bob, "The other shop")
    services.publish(made.version, alice)
    assert JourneyMap.objects.get(pk=shop.pk).title == "The other shop"


def test_a_file_is_read_before_anybody_else_has_to_wait(
    shop: JourneyMap, alice: User, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bool] = []

    def watched(*given: Any) -> Any:
        inside.append(len(connection.savepoint_ids) > depth)
        return receive(*given)

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(services, "receive", watched)
    services.add_version_from_file(shop, alice, sent(dump_map(load_template("saas"), "json"), "map.json"))
    assert inside == [False]


def test_each_reader_sees_a_title_in_their_language_unless_it_was_given_here(
    workspace: Workspace, shop: JourneyMap, bob: User, sent: Sent
) -> None:
    def seen() -> tuple[str, str]:
        map = JourneyMap.objects.get(pk=shop.pk)
        with speaking("fr"):
            french = str(map)
        with speaking("en"):
            return french, str(map)

    assert seen() == ("Notre boutique", "Our shop")
    services.rename(shop, bob, "The shop")
    assert seen() == ("The shop", "The shop")
    services.rename(shop, bob, "Notre boutique")
    assert seen() == ("Notre boutique", "Our shop")
    text = shown_version(shop).document.replace("Our shop", "The store")
    draft = services.add_version_from_file(shop, bob, sent(text, "map.json")).version
    assert seen() == ("Notre boutique", "Our shop")
    services.publish(draft, bob)
    assert seen() == ("Notre boutique", "The store")


def test_a_copy_goes_its_own_way(shop: JourneyMap, bob: User) -> None:
    copy = services.duplicate(shown_version(shop), bob)
    services.rename(copy, bob, "Another")
    assert shop.title == "Our shop" and copy.public_id != shop.public_id
    assert versions_of(copy)[0].note == "Copied from “Our shop”, version 1"


def test_what_is_put_away_is_out_of_the_list_and_comes_back(shop: JourneyMap, bob: User) -> None:
    services.archive(shop, bob)
    assert maps_of(shop.workspace) == []
    assert [row.map for row in maps_of(shop.workspace, archived=True)] == [shop]
    services.unarchive(shop, bob)
    assert [row.map for row in maps_of(shop.workspace)] == [shop]


def test_a_map_is_found_in_the_data(with_data: Workspace, alice: User) -> None:
    map = services.create_discovered(with_data, alice)
    points = [point.id for stage in document_of(shown_version(map)).stages for point in stage.touchpoints]
    assert set(points) == {"visited", "paid"}


def test_no_map_is_found_where_there_is_no_data(workspace: Workspace, alice: User) -> None:
    with pytest.raises(NothingToDiscover):
        services.create_discovered(workspace, alice)
