from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from parcours.accounts.models import User, Workspace
from parcours.journeymap.living import Question
from parcours.journeymap.models import JourneyMap
from parcours.journeymap.queries import shown_version
from parcours.journeymap.shelf import MOST_AT_ONCE, a_turn
from parcours.journeymap.takeaways import FILES, taken

Inside = Callable[[User], Client]
SLOW = ("map_report", "map_letter", "map_waited", "map", "workspace")


@pytest.fixture
def no_turn_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("parcours.journeymap.shelf.PATIENCE_SECONDS", 0.01)
    with ExitStack() as held:
        for _turn in range(MOST_AT_ONCE):
            held.enter_context(a_turn(Path("elsewhere")))
        yield


def address(view: str, shop: JourneyMap) -> str:
    of_a_workspace = {"workspace": shop.workspace.public_id}
    return reverse(view, kwargs=of_a_workspace if view == "workspace" else {**of_a_workspace, "map": shop.public_id})


@pytest.mark.parametrize("view", SLOW)
def test_a_slow_page_without_a_turn_says_when_to_come_back(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, no_turn_left: None, view: str
) -> None:
    answer = inside(alice).get(address(view, shop) + "?now")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Load this page again in a few seconds." in answer.content.decode()


def test_a_file_without_a_turn_is_no_broken_file(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, no_turn_left: None
) -> None:
    kwargs = {"workspace": with_data.public_id, "map": shop.public_id, "form": "a4"}
    answer = inside(alice).get(reverse("map_file", kwargs=kwargs))
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("form", ["report", "slides", "letter"])
def test_a_file_needs_one_turn_though_it_is_drawn_from_the_map(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("parcours.journeymap.shelf.PATIENCE_SECONDS", 0.01)
    kwargs = {"workspace": with_data.public_id, "map": shop.public_id, "form": form}
    with ExitStack() as held:
        for _turn in range(MOST_AT_ONCE - 1):
            held.enter_context(a_turn(Path("elsewhere")))
        assert inside(alice).get(reverse("map_file", kwargs=kwargs)).status_code == 200


def test_a_file_needs_one_turn_also_where_the_log_changes_while_it_is_made(
    with_data: Workspace, shop: JourneyMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcours.journeymap.shelf.PATIENCE_SECONDS", 0.01)
    tokens = iter("abcdefgh")
    monkeypatch.setattr("parcours.journeymap.living.log_token", lambda _workspace: next(tokens))
    with ExitStack() as held:
        for _turn in range(MOST_AT_ONCE - 1):
            held.enter_context(a_turn(Path("elsewhere")))
        assert taken(FILES["report"], Question(shown_version(shop), "en"))


def test_what_is_kept_needs_no_turn(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = inside(alice)
    assert [client.get(address(view, shop) + "?now").status_code for view in ("map_report", "map_letter")] == [200] * 2
    monkeypatch.setattr("parcours.journeymap.shelf.PATIENCE_SECONDS", 0.01)
    with ExitStack() as held:
        for _turn in range(MOST_AT_ONCE):
            held.enter_context(a_turn(Path("elsewhere")))
        assert [client.get(address(view, shop)).status_code for view in ("map_report", "map_letter")] == [200] * 2
