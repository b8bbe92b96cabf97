from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import EDIT, Role
from parcours.ui import places
from parcours.ui.places import Place, announce, ways

Inside = Callable[[User], Client]


@pytest.fixture
def one_more() -> Iterator[None]:
    """Announces a place for editors, and forgets it again."""
    place = Place("palette", "Drafts", "pen", EDIT, key="x", order=1)
    announce(place)
    yield
    places._announced.remove(place)


def test_every_announced_place_has_an_address_and_a_key_of_its_own(
    inside: Inside, alice: User, workspace: Workspace
) -> None:
    found = ways("workspace", lambda _permission: True, workspace.public_id)
    everything = [way for kind in found.values() for way in kind]
    assert len(everything) == len(places.places()) >= 2
    keys = [place.key for place in places.places() if place.key]
    assert len(keys) == len(set(keys))
    page = inside(alice).get(reverse("workspace", kwargs={"workspace": workspace.public_id})).content.decode()
    for way in found["bar"]:
        assert f'href="{way.address}"' in page


def test_a_key_is_given_once() -> None:
    before = places.places()
    taken = next(place for place in before if place.key)
    announce(taken)
    assert places.places() == before
    with pytest.raises(ValueError, match=f"already leads to '{taken.view}'; free: a b") as refused:
        announce(Place("elsewhere", "Elsewhere", "go", key=taken.key))
    assert f" {taken.key} " not in str(refused.value).split("free:")[1]


def test_members_are_offered_what_their_role_may_do(
    inside: Inside, alice: User, bob: User, workspace: Workspace, one_more: None
) -> None:
    address = reverse("palette", kwargs={"workspace": workspace.public_id})
    assert "Drafts" in inside(alice).get(address).content.decode()
    assert "Drafts" not in inside(bob).get(address).content.decode()


def test_the_bar_marks_where_the_reader_is(workspace: Workspace) -> None:
    here = ways("workspace", lambda _permission: True, workspace.public_id)["bar"]
    assert [way.place.view for way in here if way.is_here] == ["workspace"]


def test_the_palette_offers_other_workspaces_and_is_refused_to_strangers(
    inside: Inside, alice: User, charlie: User, workspace: Workspace
) -> None:
    address = reverse("palette", kwargs={"workspace": workspace.public_id})
    other = Workspace.objects.create(name="Maison Sorbier")
    Membership.objects.create(workspace=other, user=alice, role=Role.VIEWER)
    page = inside(alice).get(address).content.decode()
    assert "Maison Sorbier" in page and "Charlie &amp; Co" not in page
    assert inside(charlie).get(address).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_every_way_of_the_palette_opens_to_who_is_offered_it_and_presses_a_button_that_is_there(
    inside: Inside, charlie: User, workspace: Workspace, role: str
) -> None:
    Membership.objects.create(workspace=workspace, user=charlie, role=role)
    client = inside(charlie)
    listed = client.get(reverse("palette", kwargs={"workspace": workspace.public_id})).content.decode()
    ids = re.findall(r'role="option" id="([^"]+)"', listed)
    assert len(ids) == len(set(ids)) > 8
    for address in re.findall(r'data-href="([^"]+)"', listed):
        assert client.get(address).status_code in (200, 302), address
        part = address.partition("#")[2]
        assert not part or f'id="{part}"' in client.get(address).content.decode(), address
    page = client.get(reverse("workspace", kwargs={"workspace": workspace.public_id})).content.decode()
    for press in ('data-open="keyboard"', 'action="/account/logout/"', 'name="theme" value="dark"',
                  'name="theme" value="auto"', 'name="language" value="en"', 'name="language" value="fr"'):  # fmt: skip
        assert press in page, press
    assert listed.count("data-press=") == 7
    assert ("Audit trail" in listed) == (role == Role.OWNER) and "Messages not sent" not in listed


def test_the_palette_asks_as_much_of_the_database_for_one_workspace_as_for_three(
    inside: Inside, alice: User, workspace: Workspace
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = inside(alice), []
    client.get("/preferences/")
    for more in (0, 3):
        for number in range(more):
            made = Workspace.objects.create(name=f"Number {number}")
            Membership.objects.create(workspace=made, user=alice, role=Role.OWNER)
        for address in ("palette", "workspace"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(address, kwargs={"workspace": workspace.public_id})).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
