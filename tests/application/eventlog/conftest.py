"""A file, and a worker that does one thing at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.accounts.models import User, Workspace
from parcours.eventlog import services
from parcours.eventlog.jobs import IMPORTS
from parcours.eventlog.models import Import
from parcours.eventlog.reading import Answers
from parcours.eventlog.worker import Job, step


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    settings.PARCOURS_HOME = tmp_path
    return tmp_path


@pytest.fixture
def brought(home: Path, workspace: Workspace, alice: User) -> Callable[..., Import]:
    """Return what uploads some bytes as Alice: the import is as it stands afterwards."""

    def bring(content: bytes, name: str = "events.csv") -> Import:
        upload = services.begin_upload(workspace, alice, name, len(content))
        services.add_to_upload(upload, 0, [content])
        return Import.objects.get(pk=upload.pk)

    return bring


@pytest.fixture
def queued(brought: Callable[..., Import]) -> Callable[..., Import]:
    """Return what uploads some bytes and hands them to the worker, with other answers where some are given."""

    def queue(content: bytes, name: str = "events.csv", **answers: Any) -> Import:
        row = brought(content, name)
        services.start(row, row.by, Answers.of(row.options | answers))
        return row

    return queue


@pytest.fixture
def worker() -> Callable[..., bool]:
    """Return what does the next thing of a job, imports first; tells whether there was something to do."""

    def do(job: Job = IMPORTS, stop: threading.Event | None = None) -> bool:
        return step(job, stop or threading.Event())

    return do
