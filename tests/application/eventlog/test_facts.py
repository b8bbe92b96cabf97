from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from parcours.accounts.models import AuditEntry, User, Workspace
from parcours.columnstore.locking import write_lock
from parcours.columnstore.log import StoredLog
from parcours.eventlog import delivery, queries, running, services
from parcours.eventlog.jobs import FACTS, OLD_FACTS
from parcours.eventlog.models import Outbox, Postman
from parcours.eventlog.places import log_folder
from parcours.language.errors import UsageError

Work = Callable[..., bool]
pytestmark = pytest.mark.django_db(transaction=True)
THEN, OLD = datetime(2026, 3, 5, 10, 0, tzinfo=UTC), datetime(1989, 1, 1, tzinfo=UTC)


def record(workspace: Workspace, number: int = 1, **more: Any) -> None:
    said = {"message_id": f"order:{number}", **more}
    services.record_event(workspace, "order", f"p{number % 7}", THEN + timedelta(minutes=number), **said)


def found(workspace: Workspace) -> list[dict[str, Any]]:
    log = StoredLog.open(log_folder(workspace))
    return [row for batch in log.scan() for row in batch.to_pylist()]


def again_now() -> None:
    Postman.objects.update(due_at=timezone.now(), leased_until=None)


def test_a_fact_reaches_the_log_with_all_that_it_says(home: Path, workspace: Workspace, worker: Work) -> None:
    said = {"channel": "shop", "value": 12.5, "comment": "fine"}
    record(workspace, properties={"size": "M", "pieces": 3, "gift": True}, **said)
    record(workspace, 2, properties={"size": 41})
    assert worker(FACTS) and not worker(FACTS)
    one, two = sorted(found(workspace), key=lambda row: row["time"])
    assert one["person"] == "p1" and one["name"] == "order" and one["time"] == THEN + timedelta(minutes=1)
    assert {key: one[key] for key in (*said, "message_id", "pieces", "gift")} == {
        **said, "message_id": "order:1", "pieces": 3.0, "gift": True,
    }  # fmt: skip
    assert (one["size"], two["size"], two["value"]) == ("M", "41", None)
    assert queries.waiting_facts(workspace).facts == 0


def test_many_facts_travel_in_one_batch(home: Path, workspace: Workspace, worker: Work) -> None:
    for number in range(50):
        record(workspace, number)
    worker(FACTS)
    (batch,) = StoredLog.open(log_folder(workspace)).batches()
    assert batch.events == 50 and batch.source == "application"


def test_a_fact_told_again_is_in_the_log_once(home: Path, workspace: Workspace, worker: Work) -> None:
    for _time in range(2):
        record(workspace)
        worker(FACTS)
        again_now()
    Outbox.objects.all().delete()  # long delivered, and cleared away
    record(workspace)
    worker(FACTS)
    assert len(found(workspace)) == 1


def test_a_fact_is_not_recorded_where_its_transaction_fails(home: Path, workspace: Workspace, worker: Work) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(workspace)
        _ = 1 // 0
    assert not Outbox.objects.exists() and not worker(FACTS)


def test_a_kill_between_log_and_outbox_doubles_nothing(
    home: Path, workspace: Workspace, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        record(workspace, number)

    class Killed(BaseException):
        pass

    append = StoredLog.append

    def killed(self: StoredLog, *arguments: Any) -> None:
        append(self, *arguments)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(StoredLog, "append", killed)
        with pytest.raises(Killed):
            worker(FACTS)
    record(workspace, 21)
    again_now()
    worker(FACTS)
    ids = [row["message_id"] for row in found(workspace)]
    assert len(ids) == len(set(ids)) == 21
    assert not Outbox.objects.filter(delivered_at=None).exists()


def test_a_fact_waits_for_its_time_and_can_be_withdrawn_until_then(
    home: Path, workspace: Workspace, alice: User, worker: Work
) -> None:
    record(workspace, 1, wait_seconds=60, by=alice)
    assert not worker(FACTS)
    assert services.withdraw_event(workspace, "order:1", alice)
    record(workspace, 2, by=alice)
    worker(FACTS)
    assert not services.withdraw_event(workspace, "order:2", alice) and len(found(workspace)) == 1


def test_a_note_sent_again_in_other_words_is_corrected_until_it_is_on_its_way(
    home: Path, workspace: Workspace, alice: User, bob: User, worker: Work
) -> None:
    def note(person: str, by: User = alice, comment: str = "") -> None:
        services.write_note(workspace, by, "call", person, THEN, message_id="note:1", comment=comment)

    note("anne")
    note("anne")
    with pytest.raises(UsageError):
        note("bernard", by=bob)
    note("ann", comment="fine")
    verbs = [row.verb for row in AuditEntry.objects.order_by("pk") if row.verb.startswith("note.")]
    assert verbs == ["note.written", "note.corrected"]
    assert worker(FACTS)
    with pytest.raises(UsageError) as refused:
        note("anna")
    assert "write a new note" in str(refused.value)
    assert [(row["person"], row["comment"]) for row in found(workspace)] == [("ann", "fine")]


def test_facts_wait_while_an_import_writes_and_cost_no_attempt(home: Path, workspace: Workspace, worker: Work) -> None:
    record(workspace)
    folder = log_folder(workspace)
    running.open_log(workspace)
    with write_lock(folder / "write.lock", folder):
        worker(FACTS)
    assert Postman.objects.get().attempts == 0 and queries.waiting_facts(workspace).facts == 1
    again_now()
    worker(FACTS)
    assert len(found(workspace)) == 1


def test_facts_are_never_given_up_and_the_page_says_why_they_wait(
    home: Path, workspace: Workspace, worker: Work
) -> None:
    record(workspace)
    log_folder(workspace).parent.mkdir(parents=True)
    log_folder(workspace).write_text("this is no log")
    for _attempt in range(FACTS.most):
        again_now()
        worker(FACTS)
    assert "log" in queries.waiting_facts(workspace).error and Postman.objects.get().attempts == 0
    log_folder(workspace).unlink()
    again_now()
    worker(FACTS)
    assert len(found(workspace)) == 1 and queries.waiting_facts(workspace).error == ""


def test_more_facts_than_one_delivery_holds_all_arrive_in_one_batch(
    home: Path, workspace: Workspace, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "FACTS_AT_ONCE", 8)
    monkeypatch.setattr(delivery, "PIECES_AT_ONCE", 2)
    monkeypatch.setattr(delivery, "ROWS_AT_ONCE", 3)
    for number in range(50):
        record(workspace, number, properties={"size": number if number < 30 else str(number)})
    worker(FACTS)
    assert {str(row["size"]).removesuffix(".0") for row in found(workspace)} == {str(number) for number in range(50)}
    (batch,) = StoredLog.open(log_folder(workspace)).batches()
    assert (batch.events, batch.persons) == (50, 7)
    assert not Outbox.objects.filter(delivered_at=None).exists()


def test_deliveries_of_a_day_are_one_batch_until_an_import_comes_between(
    queued: Callable[..., Any], workspace: Workspace, worker: Work
) -> None:
    for number in range(4):
        record(workspace, number)
        worker(FACTS)
        again_now()
    queued(b"person,time,event\nann,2026-03-01T10:00:00Z,visit\n")
    worker()
    record(workspace, 5)
    worker(FACTS)
    batches = StoredLog.open(log_folder(workspace)).batches()
    assert [(batch.source, batch.events) for batch in batches] == [
        ("application", 4), ("events.csv", 1), ("application", 1),
    ]  # fmt: skip


def test_the_next_delivery_waits_ten_times_as_long_as_the_last_one_took(
    home: Path, workspace: Workspace, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PAUSE_FACTOR", 1e9)
    record(workspace)
    worker(FACTS)
    wait = (Postman.objects.get().due_at - timezone.now()).total_seconds()
    assert delivery.MOST_PAUSE_SECONDS - 5 < wait <= delivery.MOST_PAUSE_SECONDS
    record(workspace, 2)
    assert not worker(FACTS)


def test_a_fact_that_was_withdrawn_at_the_last_moment_leaves_no_trace_in_the_log(
    home: Path, workspace: Workspace, alice: User, worker: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(workspace, by=alice)
    take = delivery._take

    def late(*arguments: Any) -> Any:
        services.withdraw_event(workspace, "order:1", alice)
        return take(*arguments)

    monkeypatch.setattr(delivery, "_take", late)
    assert worker(FACTS) and not log_folder(workspace).exists()


def test_delivered_facts_are_swept_after_a_month_and_told_again_stay_one(
    home: Path, workspace: Workspace, worker: Work
) -> None:
    for number in range(3):
        record(workspace, number)
    worker(FACTS)
    record(workspace, 3)
    assert not worker(OLD_FACTS)
    long_ago = timezone.now() - delivery.KEPT - timedelta(hours=1)
    Outbox.objects.filter(message_id__in=["order:0", "order:1"]).update(delivered_at=long_ago)
    Outbox.objects.filter(message_id="order:3").update(created_at=long_ago)
    again_now()
    assert worker(OLD_FACTS) and not worker(OLD_FACTS)
    assert set(Outbox.objects.values_list("message_id", flat=True)) == {"order:2", "order:3"}
    record(workspace, 0)
    worker(FACTS)
    assert sorted(row["message_id"] for row in found(workspace)) == [f"order:{number}" for number in range(4)]


@pytest.mark.parametrize(
    ("name", "person", "time"),
    [
        ("", "ann", THEN),
        ("order", " ", THEN),
        ("x" * 201, "ann", THEN),
        ("order", "ann", datetime(1989, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_the_log_could_not_take_is_refused_at_once(
    home: Path, workspace: Workspace, name: str, person: str, time: datetime
) -> None:
    with pytest.raises(UsageError):
        services.record_event(workspace, name, person, time, message_id="m")
    with pytest.raises(UsageError):
        services.record_event(workspace, "order", "ann", timezone.now() + timedelta(days=2), message_id="m")
    with pytest.raises(TypeError):
        services.record_event(workspace, "order", "ann", THEN, message_id="m", properties={"a": None})  # type: ignore[dict-item]
