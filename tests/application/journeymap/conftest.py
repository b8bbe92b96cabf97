"""A workspace with data: a log whose numbers can be counted by hand, and the map that it is laid over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from parcours.accounts.models import User, Workspace
from parcours.eventlog.places import log_folder
from parcours.journeymap import services
from parcours.journeymap.models import JourneyMap
from parcours.library.log import read

MAP = """
id: shop
title: {en: Our shop, fr: Notre boutique}
default_language: en
trip: {succeeds_when: paid}
stages:
  - id: come
    name: Come
    touchpoints: [{id: visit, name: Visit, matches: visited}]
  - id: buy
    name: Buy
    touchpoints: [{id: pay, name: Pay, matches: paid}]
personas:
  - {id: phone, name: On the phone, matches: [{where: {channel: phone}}]}
"""


def events(persons: int = 30, first_month: int = 1) -> str:
    """Every third person pays; every second one comes by phone; all are years ago, so nobody is under way."""
    lines = ["person,time,event,channel,nps"]
    for number in range(persons):
        day = f"2024-0{first_month}-{number % 27 + 1:02d}"
        channel = "phone" if number % 2 else "web"
        lines.append(f"customer-{number:03d},{day}T10:00:00Z,visited,{channel},")
        if number % 3 == 0:
            lines.append(f"customer-{number:03d},{day}T11:00:00Z,paid,{channel},{number % 11}")
    lines.append("customer-zzz,2025-01-01T10:00:00Z,visited,web,")
    return "\n".join(lines) + "\n"


@pytest.fixture
def sent() -> Callable[..., SimpleUploadedFile]:
    """Return what makes a file as a browser sends it."""

    def file(content: str | bytes, name: str = "map.yaml") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)

    return file


@pytest.fixture
def with_data(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Alice's workspace, with a log."""
    source = tmp_path / "events.csv"
    source.write_text(events())
    log_folder(workspace).parent.mkdir(parents=True, exist_ok=True)
    read(source, into=log_folder(workspace))
    return workspace


@pytest.fixture
def shop(workspace: Workspace, alice: User, sent: Callable[..., SimpleUploadedFile]) -> JourneyMap:
    """A map of Alice's workspace, published."""
    made = services.create_from_file(workspace, alice, sent(MAP))
    services.publish(made.version, alice)
    return made.version.map
