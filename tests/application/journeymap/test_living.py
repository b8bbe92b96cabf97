from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from parcours.accounts.models import User, Workspace
from parcours.columnstore.log import StoredLog
from parcours.eventlog.places import log_folder
from parcours.journeymap import services
from parcours.journeymap.living import Choice, Question, is_ready, letter, living, trips_of
from parcours.journeymap.models import JourneyMap
from parcours.journeymap.queries import document_of, shown_version
from parcours.journeymap.shelf import MOST_FILES, Shelf, key_of
from parcours.library.log import EventLog


def asked(map: JourneyMap, **more: object) -> Question:
    return Question(shown_version(map), "en", **more)


def test_without_data_the_plan_is_drawn(shop: JourneyMap) -> None:
    answer = living(asked(shop))
    assert (answer.measured, answer.figures, answer.picture.people) == (False, (), {})
    assert letter(asked(shop)) is None


def test_people_and_conversion_are_those_of_the_log(with_data: Workspace, shop: JourneyMap) -> None:
    people, conversion, promises, *_scores = living(asked(shop)).figures
    assert people.value == "31"
    assert conversion.detail == "10 of 30 that ended"
    assert promises.value == "" and promises.detail == "The map makes no promise yet."


def test_ids_are_only_in_the_answer_for_who_may_see_them(with_data: Workspace, shop: JourneyMap) -> None:
    assert "customer-0" in repr(living(asked(shop, people=True)))
    assert "customer-0" not in repr(living(asked(shop)))


def test_an_answer_is_made_once_and_anew_after_every_change(
    with_data: Workspace, shop: JourneyMap, alice: User, tmp_path: Path
) -> None:
    question = asked(shop)
    assert not is_ready(question)
    living(question)
    assert is_ready(question) and is_ready(asked(shop))
    assert not is_ready(asked(shop, people=True))
    assert not is_ready(Question(shown_version(shop), "fr"))
    more = tmp_path / "more.csv"
    more.write_text("person,time,event\nsomebody,2024-03-01T10:00:00Z,visited\n")
    EventLog(log_folder(with_data)).add(more)
    assert not is_ready(asked(shop))
    assert living(asked(shop)).figures[0].value == "32"
    services.rename(shop, shop.created_by, "Another title")
    assert not is_ready(asked(shop))
    assert living(asked(shop)).picture.title == "Another title"


def test_a_persona_and_a_period_choose_the_trips(with_data: Workspace, shop: JourneyMap) -> None:
    def people(**chosen: object) -> str:
        return living(asked(shop, choice=Choice(**chosen))).figures[0].value

    assert people(persona="phone") == "15"
    assert people(since=date(2024, 1, 1), until=date(2024, 1, 1)) == "2"
    assert people(days=1) == "1"
    assert people(persona="nobody-knows") == "31"


def test_days_are_whole_days_of_the_map_s_zone(with_data: Workspace, shop: JourneyMap) -> None:
    log, document = StoredLog.open(log_folder(with_data)), document_of(shown_version(shop))
    only = trips_of(Choice(since=date(2024, 1, 2), until=date(2024, 1, 2)), document, log)
    assert only is not None and only.from_us is not None and only.until_us is not None
    assert only.until_us - only.from_us == 86_400_000_000
    assert only.from_us == 1_704_150_000_000_000  # midnight in Paris


def test_those_who_ask_at_once_wait_for_one_answer(tmp_path: Path) -> None:
    shelf, made, answers = Shelf(tmp_path), [], []

    def make() -> bytes:
        made.append(1)
        threading.Event().wait(0.2)
        return b"answer"

    askers = [threading.Thread(target=lambda: answers.append(shelf.made("key", make))) for _asker in range(5)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (answers, made) == ([b"answer"] * 5, [1])


def test_a_mistake_is_not_kept(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise ValueError

    with pytest.raises(ValueError):
        Shelf(tmp_path).made("key", fail)
    assert Shelf(tmp_path).made("key", lambda: b"well") == b"well"


def test_the_shelf_keeps_only_so_many(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for number in range(MOST_FILES + 5):
        shelf.made(key_of(number), lambda: b"x")
    assert sum(not path.name.startswith(".") for path in tmp_path.iterdir()) == MOST_FILES
