"""The loop of the worker: it looks for rows to work on, and outlives whatever goes wrong with one of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, close_old_connections, connections
from prometheus_client import Counter, Histogram

from parcours.eventlog.leasing import Hold, Later, LeaseLost, Stopped, claim, release
from parcours.language.errors import ParcoursError
from parcours.language.translation import _

log = structlog.get_logger("parcours.worker")
DONE = Counter("parcours_jobs_total", "Rows that the worker took, by job and how it ended.", ["job", "outcome"])
SECONDS = Histogram("parcours_job_seconds", "Time of one row, by job.", ["job"], buckets=(0.1, 1, 10, 60, 600, 3600))
IDLE_SECONDS, MOST_IDLE_SECONDS = 0.2, 2.0
MOST_DELAY_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker does with the rows of a table.

    ``waiting`` gives the queryset of rows to work on. ``run`` does one of them and leaves it so that it waits no
    longer. After ``most`` attempts that failed or killed the worker, ``give_up`` gets the reason in words.
    """

    name: str
    waiting: Callable[[], Any]
    run: Callable[[Any, Hold], None]
    give_up: Callable[[Any, str], None]
    most: int = 5


@dataclass(frozen=True, slots=True)
class Chore:
    """What the worker does again and again, whatever waits; doing it twice, or beside another worker, does no harm."""

    name: str
    run: Callable[[], None]
    every_seconds: float = 3600.0


def work(jobs: Sequence[Job], stop: threading.Event, chores: Sequence[Chore] = ()) -> None:
    """Work until ``stop`` is set, each job in a thread of its own so that a long one keeps nobody waiting."""
    threads = [threading.Thread(target=_loop, args=(job, stop), name=job.name) for job in jobs]
    threads += [threading.Thread(target=_repeat, args=(chore, stop), name=chore.name) for chore in chores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def step(job: Job, stop: threading.Event) -> bool:
    """Do the next row of a job; return whether there was one."""
    row = claim(job.waiting())
    if row is None:
        return False
    begun = time.perf_counter()
    outcome = _outcome(job, row, stop)
    DONE.labels(job.name, outcome).inc()
    SECONDS.labels(job.name).observe(time.perf_counter() - begun)
    return True


def _outcome(job: Job, row: Any, stop: threading.Event) -> str:
    """Do one row, and write down what became of it."""
    try:
        if row.attempts > job.most:
            job.give_up(row, _("The worker ended {n} times while it did this.").format(n=job.most))
            return "given up"
        with Hold(row, stop) as hold:
            job.run(row, hold)
        return "done"
    except LeaseLost:
        log.warning("lease lost", job=job.name, row=row.pk)
        return "lost"
    except (Stopped, Later) as reason:
        wait = reason.seconds if isinstance(reason, Later) else 0
        return _given_back(row, wait)
    except Exception as error:  # whatever it is: the other rows still have to be done
        return _failed(job, row, error)


def _given_back(row: Any, wait_seconds: float) -> str:
    try:
        release(row, wait_seconds=wait_seconds, attempts=row.attempts - 1)
    except LeaseLost:
        return "lost"
    return "later"


def _failed(job: Job, row: Any, error: Exception) -> str:
    log.error("job failed", job=job.name, row=row.pk, attempt=row.attempts, exc_info=error)
    said = str(error) if isinstance(error, ParcoursError) else f"{type(error).__name__}: {error}"
    try:
        if row.attempts >= job.most:
            job.give_up(row, said)
            return "given up"
        release(row, wait_seconds=delay_seconds(row.attempts), error=said)
    except LeaseLost:
        return "lost"
    return "failed"


def delay_seconds(attempts: int) -> float:
    """Return how long to wait after so many failures: 2, 4, 8 seconds … at most ten minutes."""
    return min(2.0**attempts, MOST_DELAY_SECONDS)


def _loop(job: Job, stop: threading.Event) -> None:
    idle = IDLE_SECONDS
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                did = step(job, stop)
            except DatabaseError as error:  # the database is away for a moment, or busy
                log.error("database does not answer", job=job.name, exc_info=error)
                did, idle = False, MOST_IDLE_SECONDS
            idle = IDLE_SECONDS if did else min(idle * 1.5, MOST_IDLE_SECONDS)
            if not did:
                stop.wait(idle)
    finally:
        connections.close_all()


def _repeat(chore: Chore, stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                chore.run()
            except Exception as error:  # the next time may go better
                log.error("chore failed", chore=chore.name, exc_info=error)
            close_old_connections()
            stop.wait(chore.every_seconds)
    finally:
        connections.close_all()
