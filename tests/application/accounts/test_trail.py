from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from parcours.accounts import services
from parcours.accounts.models import AuditEntry, User, Workspace

Inside = Callable[[User], Client]


def write(workspace: Workspace, actor: User, *numbers: int) -> None:
    for number in numbers:
        with transaction.atomic():
            services.record(workspace, actor, "key.created", f"Key {number}", scopes=["read"], number=number)


def tamper(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_an_untouched_trail_holds(alice: User, workspace: Workspace) -> None:
    assert services.verify(workspace) is None
    write(workspace, alice, 1, 2, 3)
    assert services.verify(workspace) is None
    assert [entry.number for entry in workspace.trail.all()] == [3, 2, 1]


@pytest.mark.parametrize(
    ("sql", "first_broken"),
    [
        ("UPDATE accounts_auditentry SET target = 'x' WHERE number = 2", 2),
        ("UPDATE accounts_auditentry SET actor_name = 'x' WHERE number = 1", 1),
        ("UPDATE accounts_auditentry SET details = '{}' WHERE number = 3", 3),
        ("DELETE FROM accounts_auditentry WHERE number = 2", 2),
        ("DELETE FROM accounts_auditentry WHERE number = 1", 1),
        ("DELETE FROM accounts_auditentry WHERE number = 4", 4),
        ("DELETE FROM accounts_auditentry", 1),
    ],
)
def test_verifying_names_the_first_broken_entry(alice: User, workspace: Workspace, sql: str, first_broken: int) -> None:
    write(workspace, alice, 1, 2, 3, 4)
    tamper(sql)
    assert services.verify(workspace) == services.Broken(first_broken)


def test_entries_are_neither_changed_nor_deleted_through_the_models(alice: User, workspace: Workspace) -> None:
    write(workspace, alice, 1)
    entry = workspace.trail.get()
    for act in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(verb="x"),
        lambda: AuditEntry.objects.filter(number=1).update(verb="x"),
    ):
        with pytest.raises(TypeError):
            act()


@pytest.mark.django_db(transaction=True)
def test_a_line_outside_a_transaction_is_a_mistake(alice: User, workspace: Workspace) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        services.record(workspace, alice, "key.created", "Key")


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_line(alice: User, workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.make_key(workspace, alice, "Shop", ["read"])
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists() and services.verify(workspace) is None


@pytest.mark.django_db(transaction=True)
def test_lines_written_at_once_stand_in_one_chain(alice: User, workspace: Workspace) -> None:
    def writer(worker: int) -> None:
        try:
            write(workspace, alice, *range(worker * 10, worker * 10 + 5))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(writer, range(4)))
    assert sorted(workspace.trail.values_list("number", flat=True)) == list(range(1, 21))
    assert services.verify(workspace) is None


def test_the_trail_outlives_its_actor(alice: User, bob: User, workspace: Workspace) -> None:
    write(workspace, bob, 1)
    bob.delete()
    assert workspace.trail.get().actor is None and workspace.trail.get().actor_name == "bob@example.com"
    assert services.verify(workspace) is None


def test_each_workspace_has_a_chain_of_its_own(alice: User, charlie: User, workspace: Workspace) -> None:
    other = charlie.workspaces.get()
    write(workspace, alice, 1)
    write(other, charlie, 1)
    assert AuditEntry.objects.filter(number=1).count() == 2
    tamper("UPDATE accounts_auditentry SET target = 'x' WHERE workspace_id = %s", other.pk)
    assert services.verify(workspace) is None and services.verify(other) == services.Broken(1)


def test_the_page_filters_turns_and_verifies(inside: Inside, alice: User, workspace: Workspace) -> None:
    write(workspace, alice, *range(60))
    services.change_workspace(workspace, alice, name="Atelier")
    client, url = inside(alice), f"/w/{workspace.public_id}/audit/"
    first = client.get(url).content.decode()
    assert "changed the workspace" in first and "Key 59" in first and "Key 5<" not in first
    assert "Key 5<" in client.get(url, {"page": 2}).content.decode()
    assert "Key 59" not in client.get(url, {"verb": "workspace.changed"}).content.decode()
    assert "No entry matches" in client.get(url, {"actor": "nobody@example.com"}).content.decode()
    assert "The chain holds" in client.get(url, {"verify": 1}).content.decode()
    tamper("UPDATE accounts_auditentry SET target = 'x' WHERE number = 7")
    assert "breaks at entry 7" in client.get(url, {"verify": 1}).content.decode()
