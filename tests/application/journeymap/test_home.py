from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from parcours.accounts.models import User, Workspace
from parcours.journeymap import services
from parcours.journeymap.queries import shown_version

Inside = Callable[[User], Client]


def test_a_member_is_led_to_the_only_workspace(inside: Inside, alice: User, workspace: Workspace) -> None:
    answer = inside(alice).get("/")
    assert answer.headers["Location"] == reverse("workspace", kwargs={"workspace": workspace.public_id})


def test_a_stranger_learns_nothing(inside: Inside, charlie: User, workspace: Workspace) -> None:
    there = inside(charlie).get(f"/w/{workspace.public_id}/")
    not_there = inside(charlie).get("/w/aaaaaaaaaaaa/")
    assert there.status_code == not_there.status_code == 404
    assert there.content == not_there.content


def test_a_draft_does_not_take_the_home_of_a_published_map(
    inside: Inside, alice: User, bob: User, workspace: Workspace
) -> None:
    home, client = reverse("workspace", kwargs={"workspace": workspace.public_id}), inside(bob)
    first = services.create_blank(workspace, alice, "A first draft")
    assert client.get(home).context["map"] == first
    ours = services.create_blank(workspace, alice, "What we agreed on")
    services.publish(shown_version(ours), alice)
    draft = services.create_blank(workspace, alice, "A later draft")
    assert client.get(home).context["map"] == ours
    assert client.get(home, {"map": draft.public_id}).context["map"] == draft
    services.publish(shown_version(draft), alice)
    assert client.get(home).context["map"] == draft


@pytest.mark.django_db
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/w/aaaaaaaaaaaa/")
    assert answer.status_code == 302 and "/account/login/" in answer.headers["Location"]
