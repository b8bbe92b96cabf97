"""The process that works in the background: ``python -m parcours.web.worker``; ``parcours serve`` starts it too."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from parcours.eventlog.worker import Chore, Job

STOPPED_BY = (signal.SIGTERM, signal.SIGINT)


def jobs() -> tuple[Job, ...]:
    """Return the jobs of every domain."""
    from parcours.eventlog.jobs import JOBS as OF_THE_LOG

    return (*OF_THE_LOG,)


def chores() -> tuple[Chore, ...]:
    """Return what is done every hour, whatever waits."""
    from parcours.accounts.mail import empty_old
    from parcours.eventlog.jobs import CHORES as OF_THE_LOG
    from parcours.eventlog.worker import Chore
    from parcours.web.chores import forget_expired
    from parcours.web.removal import sweep

    of_the_installation = (Chore("expired counts", forget_expired), Chore("deleted workspaces", sweep))
    return (*OF_THE_LOG, *of_the_installation, Chore("unsent mail", empty_old))


def run(stop: threading.Event | None = None) -> None:
    """Do jobs and chores until ``stop`` is set (None: until a signal asks for it); nothing is left half done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.web.settings")
    django.setup()
    from parcours.eventlog.worker import work

    if stop is None:
        stop = until_a_signal()
    work(jobs(), stop, chores())


def until_a_signal() -> threading.Event:
    """Return what is set as soon as the process is asked to end."""
    stop = threading.Event()
    for number in STOPPED_BY:
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    run()
