from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.eventlog import queries, services, streams
from parcours.eventlog.models import Import, Outbox, State
from parcours.eventlog.places import log_folder
from parcours.library.log import read
from parcours.readers.returned import REJECT_COLUMNS

Inside = Callable[[User], Client]
Made = Callable[..., Import]
Work = Callable[..., bool]
pytestmark = pytest.mark.django_db(transaction=True)

INFINITE = '{"name": "e.csv", "size": Infinity}'
CSV = b"person,time,event\n" + b"ann,2026-03-05T10:00:00Z,visit\n" * 3


def at(name: str, workspace: Workspace, row: Import | None = None) -> str:
    keys = {"workspace": workspace.public_id} | ({"import_id": row.public_id} if row is not None else {})
    return reverse(name, kwargs=keys)


def announce(client: Client, workspace: Workspace, size: int, name: str = "e.csv") -> Any:
    body = json.dumps({"name": name, "size": size, "fingerprint": f"{size}-1"})
    return client.post(at("imports", workspace), body, content_type="application/json")


def patch(client: Client, address: str, offset: object, body: bytes) -> Any:
    kind = "application/offset+octet-stream"
    return client.patch(address, body, content_type=kind, headers={"Upload-Offset": str(offset)})


def whole(answer: Any) -> bytes:
    """Return what an answer sends piece by piece."""

    async def gathered() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return asyncio.run(gathered())


def sent(form: Any, **other: str) -> dict[str, str]:
    """Return what a browser sends of a form as it stands."""
    values = {field.html_name: field.value() for field in form}
    return {name: str(value) for name, value in values.items() if value not in (None, False, "")} | other


# -- who may --------------------------------------------------------------------------------------------------------
def addresses(workspace: Workspace, row: Import) -> list[str]:
    names = ("import", "import-file", "import-progress", "import-cancellation", "import-retry", "import-undoing")
    own = [at(name, workspace, row) for name in (*names, "import-rejected")]
    return [at("imports", workspace), *own, at("happened", workspace), at("happened-withdrawal", workspace)]


def test_a_stranger_and_who_is_not_signed_in_learn_nothing(
    brought: Made, inside: Inside, charlie: User, workspace: Workspace, client: Client
) -> None:
    row = brought(CSV)
    for address in addresses(workspace, row):
        for method in ("get", "post"):
            assert getattr(inside(charlie), method)(address).status_code == 404, address
            assert getattr(client, method)(address).status_code == 302, address
    assert Import.objects.get().state == State.PREVIEW


@pytest.mark.parametrize(
    ("role", "may_import", "may_note"),
    [
        (Role.OWNER, True, True),
        (Role.EDITOR, True, True),
        (Role.ANALYST, False, False),
        (Role.AGENT, False, True),
        (Role.VIEWER, False, False),
    ],
)
def test_each_role_may_what_its_permissions_say(
    brought: Made, inside: Inside, bob: User, workspace: Workspace, role: Role, may_import: bool, may_note: bool
) -> None:
    row = brought(CSV)
    Membership.objects.filter(user=bob).update(role=role)
    client = inside(bob)
    assert client.get(at("imports", workspace)).status_code == (200 if may_import else 403)
    assert client.get(at("import", workspace, row)).status_code == (200 if may_import else 403)
    assert client.get(at("happened", workspace)).status_code == (200 if may_note else 403)
    assert announce(client, workspace, 10).status_code == (201 if may_import else 403)


def test_an_import_is_not_found_from_another_workspace(
    brought: Made, inside: Inside, charlie: User, workspace: Workspace
) -> None:
    row = brought(CSV)
    other = charlie.workspaces.get()
    for name in ("import", "import-file", "import-undoing", "import-rejected", "import-progress"):
        there = inside(charlie).get(at(name, other, row))
        assert there.status_code == 404, name
    assert inside(charlie).post(at("import-cancellation", other, row)).status_code == 404
    assert patch(inside(charlie), at("import-file", other, row), 0, b"x").status_code == 404


def test_a_form_without_its_token_is_refused(home: Path, alice: User, workspace: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert announce(client, workspace, 10).status_code == 403
    assert client.post(at("happened", workspace), {}).status_code == 403


# -- uploads --------------------------------------------------------------------------------------------------------
def test_a_file_comes_in_pieces_over_http_and_goes_on_after_any_break(
    home: Path, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    made = announce(client, workspace, len(CSV))
    address = made.headers["Location"]
    assert made.status_code == 201 and made.json()["offset"] == 0 and made.json()["state"] == "uploading"
    assert patch(client, address, 0, CSV[:40]).json()["offset"] == 40
    for wrong in (0, 39, 41, 10**30):
        refused = patch(client, address, wrong, b"x")
        assert refused.status_code == 409 and refused.json()["offset"] == 40
    for senseless in ("", "-1", "x", "1.5"):
        assert patch(client, address, senseless, b"x").status_code == 400
    told = inside(alice).head(address)
    assert told.headers["Upload-Offset"] == "40" and told.headers["Upload-Length"] == str(len(CSV))
    assert patch(client, address, 40, CSV[40:] + b"more").status_code == 413
    last = patch(client, address, 40, CSV[40:])
    assert last.json()["offset"] == len(CSV) and last.json()["state"] == "preview"
    assert patch(client, address, len(CSV), b"").status_code == 409


@pytest.mark.parametrize(
    "body", ["{", "{}", "[]", '{"name": "e.csv"}', '{"name": "e.csv", "size": "many"}', "null", INFINITE]
)
def test_an_announcement_that_says_nothing_is_refused(
    home: Path, inside: Inside, alice: User, workspace: Workspace, body: str
) -> None:
    answer = inside(alice).post(at("imports", workspace), body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["error"]


def test_what_cannot_be_taken_is_said_with_its_own_status(
    home: Path, inside: Inside, alice: User, workspace: Workspace, settings: Any
) -> None:
    client = inside(alice)
    settings.PARCOURS_MAX_UPLOAD_BYTES = 2_000_000
    large = announce(client, workspace, 2_000_001)
    assert large.status_code == 413 and "2.0\xa0MB" in large.json()["error"]
    assert announce(client, workspace, 0).status_code == 422
    settings.PARCOURS_MAX_UPLOAD_BYTES = 10**18
    assert announce(client, workspace, 10**17).status_code == 507
    for _n in range(services.MOST_UPLOADS):
        assert announce(client, workspace, 10).status_code == 201
    assert announce(client, workspace, 10).status_code == 429


def test_a_plain_form_brings_a_whole_file(home: Path, inside: Inside, alice: User, workspace: Workspace) -> None:
    answer = inside(alice).post(at("imports", workspace), {"file": SimpleUploadedFile("../é.csv", CSV)})
    row = Import.objects.get()
    assert answer.status_code == 303 and answer.headers["Location"] == at("import", workspace, row)
    assert row.name == "é.csv" and row.path.read_bytes() == CSV and row.state == State.PREVIEW


def test_a_plain_form_without_a_file_or_with_an_empty_one_says_so(
    home: Path, inside: Inside, alice: User, workspace: Workspace
) -> None:
    for data in ({}, {"file": SimpleUploadedFile("e.csv", b"")}):
        answer = inside(alice).post(at("imports", workspace), data)
        assert answer.status_code == 422 and b"upload-error" in answer.content
    assert not Import.objects.exists()


def test_unfinished_uploads_are_listed_with_how_far_they_came(
    home: Path, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    address = announce(client, workspace, 5_000_000, "big.csv").headers["Location"]
    patch(client, address, 0, b"x" * 1_000_000)
    page = client.get(at("imports", workspace)).content.decode()
    assert 'data-size="5000000"' in page and 'data-fingerprint="5000000-1"' in page and f'data-file="{address}"' in page
    assert "1.0\xa0MB" in page
    assert "1.0\xa0MB" in client.get(at("import", workspace, Import.objects.get())).content.decode()


# -- the preview ----------------------------------------------------------------------------------------------------
def test_the_preview_shows_columns_rows_and_problems_and_takes_the_answers(
    brought: Made, inside: Inside, alice: User, workspace: Workspace
) -> None:
    row = brought(b"who,when,what,secret\nann,2026-03-05T10:00:00Z,visit,x\nbob,soon,visit,y\n")
    client = inside(alice)
    page = client.get(at("import", workspace, row))
    assert page.status_code == 200
    form = page.context["form"]
    data = sent(form) | {"column-0": "person", "column-1": "time", "column-2": "event", "column-3": "none"}
    shown = client.post(at("import", workspace, row), data | {"then": "preview"})
    assert shown.status_code == 200 and "1 of the first 2 rows cannot be read." in shown.content.decode()
    assert "the import stops at the first of them" in shown.content.decode()
    assert Import.objects.get().options["roles"]["secret"] == "none"
    fragment = client.post(at("import", workspace, row), data, headers={"HX-Request": "true"})
    assert fragment.status_code == 200 and b"<html" not in fragment.content
    started = client.post(at("import", workspace, row), data | {"then": "import", "on_error": "skip"})
    assert started.status_code == 303
    queued = Import.objects.get()
    assert queued.state == State.QUEUED and queued.options["on_error"] == "skip"


def test_a_file_that_came_in_already_is_told_before_it_is_imported_again(
    brought: Made, queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    first = queued(CSV)
    assert queries.brought_before(first) is None
    worker()
    client, again = inside(alice), brought(CSV, "the same.csv")
    page = client.get(at("import", workspace, again))
    assert page.context["before"] is not None
    assert "came into the log already" in page.content.decode()
    refused = client.post(at("import", workspace, again), {"zone": "Nowhere/At_all"})
    assert "came into the log already" in refused.content.decode()
    other = brought(CSV.replace(b"visit", b"leave"), "as long.csv")
    assert other.size == again.size and queries.brought_before(other) is None
    first.refresh_from_db()
    services.undo(first, alice)
    worker()
    assert queries.brought_before(again) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"column-0": "property"}, "Say which column is the person’s id."),
        ({"column-0": "time"}, "Several columns are said to be the time: choose one."),
        ({"column-2": "property"}, "Say which column is the event, or name every row here."),
        ({"event_name": "order"}, "Either a column holds the event’s name, or every row has this one."),
        ({"zone": "Mars/Olympus"}, "There is no time zone “Mars/Olympus”"),
        ({"column-0": "forged"}, "forged is not one of the available choices"),
        ({"delimiter": "forged"}, "The delimiter must be one ASCII character."),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_question(
    brought: Made, inside: Inside, alice: User, workspace: Workspace, changed: dict[str, str], said: str
) -> None:
    row = brought(CSV)
    client = inside(alice)
    data = sent(client.get(at("import", workspace, row)).context["form"]) | changed
    answer = client.post(at("import", workspace, row), data | {"then": "import"})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Import.objects.get().state == State.PREVIEW


def test_other_columns_are_asked_about_anew(brought: Made, inside: Inside, alice: User, workspace: Workspace) -> None:
    row = brought(b"a|b,c\nann|2026-03-05T10:00:00Z,visit\n")
    client = inside(alice)
    first = client.get(at("import", workspace, row))
    other = client.post(at("import", workspace, row), sent(first.context["form"], delimiter="|", then="preview"))
    names = [column.name for column, _kind, _field in other.context["form"].columns()]
    assert other.status_code == 422 and names == ["a", "b,c"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("junk.csv", bytes(range(256)) * 500),
        ("bomb.xes", b'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>'),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00" + b"x" * 100),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")),
        ("half.xlsx", b"PK\x03\x04" + b"x" * 1000),
        ("array.json", b'[{"a": 1}]'),
        ("broken.parquet", b"PAR1" + b"x" * 100),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason_and_removed(
    home: Path, inside: Inside, alice: User, workspace: Workspace, name: str, content: bytes
) -> None:
    client = inside(alice)
    answer = client.post(at("imports", workspace), {"file": SimpleUploadedFile(name, content)})
    row = Import.objects.get()
    assert row.state == State.FAILED and row.error and "--" not in row.error and not row.folder.exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Nothing of it was kept." in page and "Read it another way" not in page


def test_rows_that_were_left_out_come_in_once_they_are_corrected(
    queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    row = queued(CSV + b"=bob,soon,visit\ncid,soon,visit\n", on_error="skip")
    assert worker()
    corrected = whole(client.get(at("import-rejected", workspace, row))).replace(b"soon,visit", b"2026-03-06,visit")
    answer = client.post(at("imports", workspace), {"file": SimpleUploadedFile("e-rejected.csv", corrected)})
    page = client.get(answer.headers["Location"])
    form, preview = page.context["form"], page.context["preview"]
    assert form.is_valid()
    assert [form.answers().roles[column] for column in REJECT_COLUMNS] == ["none"] * len(REJECT_COLUMNS)
    assert preview.titles == ("person", "time", "event") and preview.rows[0][0] == "=bob"
    client.post(answer.headers["Location"], sent(form, then="import"))
    assert worker()
    log = queries.find_log(workspace)
    assert log is not None and (log.events, log.persons) == (5, 3)


# -- running, the result --------------------------------------------------------------------------------------------
def test_every_state_has_its_page(
    brought: Made, queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    row = queued(CSV + b"=bob,soon,visit\n", on_error="skip")
    page = client.get(at("import", workspace, row)).content.decode()
    assert "It waits for the worker." in page and 'http-equiv="refresh"' in page
    Import.objects.update(
        state=State.RUNNING, bytes_done=40, rows_done=2, started_at=timezone.now() - timedelta(seconds=9)
    )
    page = client.get(at("import", workspace, row)).content.decode()
    assert "2 rows read" in page and "left" in page and "Cancel the import" in page
    Import.objects.update(cancelling=True)
    assert "It is being cancelled." in client.get(at("import", workspace, row)).content.decode()
    Import.objects.update(state=State.QUEUED, cancelling=False)
    worker()
    page = client.get(at("import", workspace, row)).content.decode()
    assert "a time that cannot be read" in page and "soon" in page and at("workspace", workspace) in page
    download = client.get(at("import-rejected", workspace, row))
    got = whole(download)
    assert b"'=bob,soon,visit" in got and len(got) == int(download.headers["Content-Length"])
    assert 'filename="events-rejected.csv"' in download.headers["Content-Disposition"]
    asked = client.get(at("import-undoing", workspace, row)).content.decode()
    assert "The 3 events" in asked and Import.objects.get().state == State.DONE
    assert client.post(at("import-undoing", workspace, row)).status_code == 303
    assert "Its events are being taken out" in client.get(at("import", workspace, row)).content.decode()
    worker()
    assert "It was taken back" in client.get(at("import", workspace, row)).content.decode()
    assert client.get(at("import-undoing", workspace, row)).status_code == 303


def test_what_is_too_late_is_said_and_changes_nothing(
    queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    row = queued(CSV)
    worker()
    client = inside(alice)
    for name in ("import-cancellation", "import-retry"):
        page = client.post(at(name, workspace, row), follow=True).content.decode()
        assert "has gone on in the meantime" in page
    assert client.post(at("import", workspace, row), {"then": "import"}).status_code == 303
    assert Import.objects.get().state == State.DONE


def test_the_page_is_told_how_far_it_is_until_it_ends(
    in_a_loop: Callable[..., Any],
    queued: Made,
    worker: Work,
    alice: User,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0)
    row = queued(CSV)

    def work() -> None:
        try:
            worker()
        finally:
            connections.close_all()

    async def read() -> list[str]:
        told = []
        async for text in streams.tell(row.pk, "fr"):
            told.append(text)
            if "step" in text:
                await asyncio.to_thread(work)
        await sync_to_async(connections.close_all)()
        return told

    told = in_a_loop(read())
    assert told[1].startswith("event: step\ndata: <progress") and "En attente du traitement en arrière-plan." in told[1]
    assert told[-1] == "event: end\ndata: \n\n"


def test_the_stream_is_one_of_server_sent_events(
    queued: Made, inside: Inside, alice: User, workspace: Workspace
) -> None:
    address = at("import-progress", workspace, queued(CSV))
    answer = inside(alice).get(address)
    assert answer.headers["Content-Type"] == "text/event-stream" and answer.is_async
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_list_says_what_came_into_the_log_another_way(
    queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "by-hand.csv"
    file.write_bytes(CSV)
    log_folder(workspace).parent.mkdir(parents=True)
    read(file, into=log_folder(workspace))
    client = inside(alice)
    page = client.get(at("imports", workspace)).content.decode()
    assert "Brought in by the command" in page and "by-hand.csv" in page
    assert "Nothing was brought in yet" not in page
    queued(CSV.replace(b"visit", b"call"), "ours.csv")
    assert worker()
    said = [(one.name, one.events) for one in queries.brought_otherwise(workspace)]
    assert said == [("by-hand.csv", 3)]


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(
    queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    assert "Nothing was brought in yet" in client.get(at("imports", workspace)).content.decode()
    counts = []
    for number in range(3):
        queued(CSV + b"bob,2026-03-05T10:00:00Z,visit\n" * number)
        announce(client, workspace, 10 + number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(at("imports", workspace)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2], counts


# -- what happened --------------------------------------------------------------------------------------------------
def noted(client: Client, workspace: Workspace, **changed: str) -> Any:
    form = client.get(at("happened", workspace)).context["form"]
    data = {field.html_name: field.value() for field in form}
    data["at"] = (timezone.localtime() - timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    data |= {"person": "ann@example.com", "name": "appel", "channel": "téléphone", "comment": "Elle est ravie."}
    return client.post(at("happened", workspace), {k: v for k, v in data.items() if v is not None} | changed)


def test_what_happened_is_noted_once_and_can_be_withdrawn_for_a_while(
    home: Path, inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    answer = noted(client, workspace)
    assert answer.status_code == 303
    fact = Outbox.objects.get()
    assert fact.event["person"] == "ann@example.com" and fact.event["comment"] == "Elle est ravie." and fact.by == alice
    assert fact.due_at > timezone.now() + timedelta(seconds=20)
    noted(client, workspace, message_id=fact.message_id)
    assert Outbox.objects.count() == 1
    page = client.get(answer.headers["Location"]).content.decode()
    assert fact.message_id in page and "on its way" in page
    assert "téléphone" in page and "Elle est ravie." in page
    assert f'datetime="{timezone.localtime(fact.happened_at).isoformat(timespec="seconds")[:16]}' in page
    client.post(at("happened-withdrawal", workspace), {"message_id": fact.message_id})
    assert not Outbox.objects.exists()
    assert (
        "in the log already"
        in client.post(
            at("happened-withdrawal", workspace), {"message_id": fact.message_id}, follow=True
        ).content.decode()
    )


def test_the_hour_that_comes_twice_is_the_latest_that_is_past_and_the_skipped_one_is_refused(
    home: Path, inside: Inside, alice: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Workspace.objects.update(time_zone="Europe/Paris")
    workspace.refresh_from_db()
    twice = "2025-10-26T02:30"
    for now, meant in (("2025-10-26T00:45+00:00", "00:30"), ("2025-10-27T09:00+00:00", "01:30")):
        monkeypatch.setattr(timezone, "now", lambda now=now: datetime.fromisoformat(now))
        assert noted(inside(alice), workspace, at=twice).status_code == 303
        assert f"{Outbox.objects.get().happened_at:%H:%M}" == meant
        Outbox.objects.all().delete()
    refused = noted(inside(alice), workspace, at="2025-03-30T02:30")
    assert refused.status_code == 422 and "an hour is skipped" in refused.content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"person": " "},
        {"name": "x" * 201},
        {"at": "2126-01-01T10:00"},
        {"at": "1989-01-01T10:00"},
        {"at": "yesterday"},
        {"message_id": "order:1"},
    ],
)
def test_a_note_that_cannot_be_is_refused(
    home: Path, inside: Inside, alice: User, workspace: Workspace, changed: dict[str, str]
) -> None:
    assert noted(inside(alice), workspace, **changed).status_code == 422
    assert not Outbox.objects.exists()


def test_nobody_withdraws_what_somebody_else_noted(
    home: Path, inside: Inside, alice: User, bob: User, workspace: Workspace
) -> None:
    noted(inside(alice), workspace)
    Membership.objects.filter(user=bob).update(role=Role.AGENT)
    inside(bob).post(at("happened-withdrawal", workspace), {"message_id": Outbox.objects.get().message_id})
    assert Outbox.objects.exists()


def test_names_of_the_log_are_suggested(
    queued: Made, worker: Work, inside: Inside, alice: User, workspace: Workspace
) -> None:
    queued(CSV)
    worker()
    assert '<option value="visit">' in inside(alice).get(at("happened", workspace)).content.decode()


def test_pages_speak_french(brought: Made, inside: Inside, alice: User, workspace: Workspace) -> None:
    User.objects.update(language="fr")
    client = inside(User.objects.get(pk=alice.pk))
    row = brought(CSV)
    assert "Choisissez un fichier" in client.get(at("imports", workspace)).content.decode()
    assert "Ce qu’est chaque colonne" in client.get(at("import", workspace, row)).content.decode()
