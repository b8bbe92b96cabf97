"""Who may work out an answer, and how long the others wait."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from parcours.journeymap import shelf
from parcours.journeymap.errors import Busy
from parcours.journeymap.shelf import Shelf, Turns, key_of

GREEDY, OTHER = Path("greedy"), Path("other")
Wait = Callable[[Turns, Path], threading.Thread]


@pytest.fixture
def got() -> list[Path]:
    return []


@pytest.fixture
def wait(got: list[Path]) -> Wait:
    """Return what begins to wait for a turn for a workspace, and notes when it has had one."""

    def begin(turns: Turns, whose: Path) -> threading.Thread:
        def have() -> None:
            with turns.one(whose):
                got.append(whose)

        waiting = threading.Thread(target=have)
        waiting.start()
        time.sleep(0.05)  # so that they come in this order
        return waiting

    return begin


def test_a_workspace_that_asks_for_more_comes_after_those_that_have_none(wait: Wait, got: list[Path]) -> None:
    turns = Turns(2)
    with turns.one(GREEDY):
        with turns.one(GREEDY):  # nobody else wants it
            waiting = [wait(turns, whose) for whose in (GREEDY, GREEDY, GREEDY, OTHER)]
            assert got == []
        for one in waiting:
            one.join(10)
    assert got == [OTHER, GREEDY, GREEDY, GREEDY]


def test_turns_that_nobody_else_wants_are_given_to_one_workspace(got: list[Path], wait: Wait) -> None:
    turns = Turns(3)
    with turns.one(GREEDY), turns.one(GREEDY):
        wait(turns, GREEDY).join(10)
    assert got == [GREEDY]


def test_who_waits_too_long_for_a_turn_is_told_and_leaves_the_queue(
    wait: Wait, got: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(1)
    with turns.one(GREEDY):
        monkeypatch.setattr(shelf, "PATIENCE_SECONDS", 0.05)
        with pytest.raises(Busy), turns.one(OTHER):
            pytest.fail("there was no turn left")
        monkeypatch.setattr(shelf, "PATIENCE_SECONDS", 10)
        waiting = wait(turns, GREEDY)
    waiting.join(10)
    assert got == [GREEDY]


def test_who_waits_too_long_for_the_same_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PATIENCE_SECONDS", 0.2)
    kept, key = Shelf(tmp_path), key_of("answer")
    with ExitStack() as held:
        lock = held.enter_context((tmp_path / f".{key[:2]}.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process makes it, and does not come to an end
        begun = time.monotonic()
        with pytest.raises(Busy):
            kept.made(key, lambda: b"answer")
        assert time.monotonic() - begun < 5
    assert kept.made(key, lambda: b"answer") == b"answer"
