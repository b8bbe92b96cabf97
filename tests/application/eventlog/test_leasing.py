from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from parcours.accounts.models import Workspace
from parcours.eventlog import leasing
from parcours.eventlog.leasing import Hold, Later, LeaseLost, Stopped, claim, note, release, renew
from parcours.eventlog.models import Postman
from parcours.eventlog.worker import Chore, Job, delay_seconds, step, work


def waiting() -> Any:
    return Postman.objects.all()


def rows(count: int) -> list[Postman]:
    return [Postman.objects.create(workspace=Workspace.objects.create(name=f"W{n}")) for n in range(count)]


@pytest.mark.django_db
def test_a_row_that_somebody_holds_is_given_to_nobody_else() -> None:
    rows(1)
    assert claim(waiting()).attempts == 1
    assert claim(waiting()) is None


@pytest.mark.django_db
def test_a_row_of_a_dead_worker_is_free_again_and_the_dead_cannot_write_to_it() -> None:
    rows(1)
    dead = claim(waiting(), seconds=-1)
    alive = claim(waiting())
    assert alive.pk == dead.pk and alive.attempts == 2
    for late in (renew, release, lambda row: note(row, error="late")):
        with pytest.raises(LeaseLost):
            late(dead)
    release(alive, error="")
    assert claim(waiting()).attempts == 3


@pytest.mark.django_db
def test_who_gave_a_row_back_cannot_write_to_it_any_more() -> None:
    rows(1)
    held = claim(waiting())
    release(held, wait_seconds=100)
    with pytest.raises(LeaseLost):
        note(held, error="late")
    assert claim(waiting()) is None


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_never_get_the_same_row() -> None:
    rows(12)

    def take_all(_worker: int) -> list[int]:
        got = []
        try:
            while (row := claim(waiting(), seconds=600)) is not None:
                got.append(row.pk)
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(6) as pool:
        taken = [pk for got in pool.map(take_all, range(6)) for pk in got]
    assert len(taken) == len(set(taken)) == 12


@pytest.mark.django_db(transaction=True)
def test_a_row_is_kept_while_a_step_takes_longer_than_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "LEASE_SECONDS", 0.3)
    rows(1)
    held = claim(waiting(), seconds=0.3)
    with Hold(held, threading.Event()) as hold:
        assert not threading.Event().wait(0.9)
        assert claim(waiting()) is None
        hold.check()


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_lease_is_told_at_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "LEASE_SECONDS", 0.3)
    rows(1)
    held = claim(waiting())
    with Hold(held, threading.Event()) as hold:
        Postman.objects.update(leased_by="somebody else")
        threading.Event().wait(0.4)
        with pytest.raises(LeaseLost):
            hold.check()


def job(run: Callable[[Any, Hold], None], most: int = 3) -> Job:
    def give_up(row: Any, reason: str) -> None:
        release(row, error=f"given up: {reason}", due_at=timezone.now() + timedelta(days=1))

    return Job("test", waiting, run, give_up, most)


def fails(_row: Any, _hold: Hold) -> None:
    raise ZeroDivisionError("one by nothing")


@pytest.mark.django_db
def test_a_row_that_fails_is_tried_again_later_and_given_up_in_the_end_with_the_reason() -> None:
    rows(1)
    for attempt in (1, 2, 3):
        Postman.objects.update(due_at=timezone.now())
        assert step(job(fails), threading.Event())
        row = Postman.objects.get()
        assert row.attempts == attempt and "ZeroDivisionError: one by nothing" in row.error
        assert row.due_at > timezone.now() + timedelta(seconds=1)
    assert row.error.startswith("given up")


@pytest.mark.django_db
def test_a_row_that_kills_every_worker_is_given_up_without_a_further_victim() -> None:
    rows(1)
    Postman.objects.update(attempts=3)

    def never(_row: Any, _hold: Hold) -> None:
        pytest.fail("it would have killed this worker too")

    step(job(never), threading.Event())
    assert "3 times" in Postman.objects.get().error


@pytest.mark.django_db
@pytest.mark.parametrize("reason", [Stopped(), Later(0)])
def test_what_stops_without_fault_costs_no_attempt(reason: Exception) -> None:
    rows(1)

    def stopped(_row: Any, _hold: Hold) -> None:
        raise reason

    step(job(stopped), threading.Event())
    row = Postman.objects.get()
    assert row.attempts == 0 and row.leased_until is None and not row.error


def test_the_wait_after_a_failure_grows_and_ends_growing() -> None:
    assert [delay_seconds(n) for n in (1, 2, 3)] == [2, 4, 8]
    assert delay_seconds(5000 // 100) == 600


@pytest.mark.django_db(transaction=True)
def test_the_loop_goes_on_after_a_failure_and_ends_when_asked() -> None:
    rows(3)
    stop, done = threading.Event(), []

    def one_fails(row: Any, _hold: Hold) -> None:
        done.append(row.pk)
        if len(done) == 1:
            raise RuntimeError("the first")
        release(row, wait_seconds=600)
        if len(done) == 3:
            stop.set()

    loop = threading.Thread(target=work, args=([job(one_fails)], stop))
    loop.start()
    loop.join(20)
    assert not loop.is_alive() and len(set(done)) == 3


@pytest.mark.django_db(transaction=True)
def test_a_chore_is_done_again_and_again_though_it_fails_and_ends_when_asked() -> None:
    stop, done = threading.Event(), []

    def fails_first() -> None:
        done.append(1)
        if len(done) == 1:
            raise RuntimeError("the first")
        if len(done) == 3:
            stop.set()

    loop = threading.Thread(target=work, args=([], stop, [Chore("test", fails_first, every_seconds=0.01)]))
    loop.start()
    loop.join(20)
    assert not loop.is_alive() and len(done) == 3
