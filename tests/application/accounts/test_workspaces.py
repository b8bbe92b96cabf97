from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from parcours.accounts import services
from parcours.accounts.errors import AlreadyMemberError, LastOwnerError, LinkSpentError, WrongAddressError
from parcours.accounts.models import AuditEntry, Invitation, Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.accounts.tokens import digest_of

Inside = Callable[[User], Client]
PASSWORD = "quatre mots sans aucun rapport"


def verbs(workspace: Workspace) -> list[str]:
    return list(AuditEntry.objects.filter(workspace=workspace).order_by("number").values_list("verb", flat=True))


def token_of(link: str) -> str:
    return link.strip("/").split("/")[-1]


def page(workspace: Workspace, name: str) -> str:
    return f"/w/{workspace.public_id}/{name}"


def test_who_makes_a_workspace_owns_it(inside: Inside, bob: User) -> None:
    answer = inside(bob).post("/workspaces/", {"name": "Bob SARL"})
    made = Workspace.objects.get(name="Bob SARL")
    assert answer.headers["Location"] == page(made, "") and made.memberships.get().role == Role.OWNER
    assert verbs(made) == ["workspace.created"]


def test_settings_are_changed_and_the_trail_keeps_both_values(
    inside: Inside, alice: User, workspace: Workspace
) -> None:
    given = {"name": "Atelier", "language": "fr", "time_zone": "America/Montreal", "currency": "CAD"}
    assert inside(alice).post(page(workspace, "settings/"), given).status_code == 302
    workspace.refresh_from_db()
    assert (workspace.name, workspace.time_zone, workspace.currency) == ("Atelier", "America/Montreal", "CAD")
    entry = AuditEntry.objects.get(workspace=workspace)
    assert entry.details["name"] == "Atelier" and entry.details["name_before"] == "Les Établis"
    inside(alice).post(page(workspace, "settings/"), given)
    assert AuditEntry.objects.filter(workspace=workspace).count() == 1


def test_an_older_tab_takes_nothing_back_that_a_colleague_changed(
    inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    form = client.get(page(workspace, "settings/")).context["form"]
    seen = {name: form[name].value() for name in form.fields}
    client.post(page(workspace, "settings/"), {**seen, "time_zone": "America/Montreal"})
    shown = {form[name].html_initial_name: value for name, value in seen.items()}
    assert all(f'name="{name}"' in str(form[name.removeprefix("initial-")]) for name in shown)
    client.post(page(workspace, "settings/"), {**seen, **shown, "name": "Atelier"})
    workspace.refresh_from_db()
    assert (workspace.name, workspace.time_zone) == ("Atelier", "America/Montreal")


def test_a_wrong_setting_is_refused_with_422(inside: Inside, alice: User, workspace: Workspace) -> None:
    given = {"name": "", "language": "fr", "time_zone": "Mars/Olympus", "currency": "EUR"}
    assert inside(alice).post(page(workspace, "settings/"), given).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_deleting_asks_for_the_name_and_takes_the_folder_along(
    inside: Inside, alice: User, workspace: Workspace, settings: Any
) -> None:
    folder: Path = settings.PARCOURS_HOME / "workspaces" / workspace.public_id
    (folder / "log").mkdir(parents=True)
    assert inside(alice).post(page(workspace, "settings/delete/"), {"typed": "les etablis"}).status_code == 422
    assert folder.exists()
    services.create_workspace(alice, "Other")
    services.invite(workspace, alice, "new@example.com", Role.AGENT)
    answer = inside(alice).post(page(workspace, "settings/delete/"), {"typed": " Les  Établis"})
    assert answer.headers["Location"] == "/workspaces/"
    assert not Workspace.objects.filter(pk=workspace.pk).exists() and not folder.exists()
    assert Workspace.objects.filter(name="Other").exists()


def test_a_member_leaves_and_the_last_owner_cannot(
    inside: Inside, alice: User, bob: User, workspace: Workspace
) -> None:
    inside(bob).post(page(workspace, "leave/"))
    answer = inside(alice).post(page(workspace, "leave/"), follow=True)
    assert "needs an owner" in answer.content.decode()
    assert list(workspace.memberships.values_list("user__email", flat=True)) == [alice.email]
    assert verbs(workspace) == ["member.left"]


def test_the_last_owner_is_neither_demoted_nor_removed(alice: User, bob: User, workspace: Workspace) -> None:
    owner, other = workspace.memberships.get(user=alice), workspace.memberships.get(user=bob)
    for act in (lambda: services.change_role(owner, alice, Role.EDITOR), lambda: services.remove_member(owner, alice)):
        with pytest.raises(LastOwnerError):
            act()
    services.change_role(other, alice, Role.OWNER)
    services.change_role(owner, bob, Role.EDITOR)
    with pytest.raises(LastOwnerError):
        services.leave(other)


def test_a_role_is_changed_and_a_member_removed_by_their_pages(
    inside: Inside, alice: User, bob: User, workspace: Workspace
) -> None:
    member = workspace.memberships.get(user=bob)
    inside(alice).post(page(workspace, f"members/{member.pk}/role/"), {"role": "agent"})
    member.refresh_from_db()
    assert member.role == Role.AGENT
    assert inside(alice).post(page(workspace, f"members/{member.pk}/role/"), {"role": "king"}).status_code == 422
    inside(alice).post(page(workspace, f"members/{member.pk}/remove/"))
    assert inside(bob).get(page(workspace, "")).status_code == 404
    assert verbs(workspace) == ["member.role_changed", "member.removed"]


def test_members_are_listed_in_as_many_queries_for_one_as_for_many(
    inside: Inside, alice: User, workspace: Workspace
) -> None:
    client = inside(alice)
    client.get(page(workspace, "members/"))

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(page(workspace, "members/")).status_code == 200
        return len(counted)

    services.invite(workspace, alice, "0@example.com", Role.VIEWER)
    before = count()
    for number in (1, 2, 3):
        user = User.objects.create_user(f"more{number}@example.com")
        Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
        services.invite(workspace, alice, f"{number}@example.com", Role.VIEWER)
    assert count() == before


def test_other_lists_take_a_constant_number_of_queries(inside: Inside, alice: User, workspace: Workspace) -> None:
    client = inside(alice)
    for name in ("/workspaces/", page(workspace, "keys/"), page(workspace, "audit/")):
        counts = []
        for more in (1, 3):
            for number in range(more):
                services.make_key(workspace, alice, f"Key {number}", ["read"])
                if name == "/workspaces/":
                    services.create_workspace(alice, f"Space {number}")
            client.get(name)
            with CaptureQueriesContext(connection) as counted:
                client.get(name)
            counts.append(len(counted))
        assert counts[0] == counts[1], name


def test_an_invitation_lets_an_existing_user_in(
    inside: Inside,
    alice: User,
    charlie: User,
    workspace: Workspace,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        inside(alice).post(page(workspace, "members/"), {"email": "Charlie@example.com", "role": "analyst"})
    link = re.search(r"https?://[^/]+(/invitation/\S+)", mailoutbox[-1].body)[1]
    client = inside(charlie)
    assert "Les Établis" in client.get(link).content.decode()
    assert client.post(link).headers["Location"] == page(workspace, "")
    assert workspace.memberships.get(user=charlie).role == Role.ANALYST
    assert client.post(link).status_code == 410
    assert verbs(workspace) == ["member.invited", "member.joined"]


def test_an_invitation_lets_a_new_user_sign_up_without_confirming_the_address_again(
    client: Client, alice: User, workspace: Workspace
) -> None:
    link = "/invitation/" + token_of(services.invite(workspace, alice, "new@example.com", Role.EDITOR)) + "/"
    client.get(link)
    other = client.post("/account/signup/", {"email": "other@example.com", "password1": PASSWORD})
    assert "The invitation is for new@example.com" in other.content.decode()
    answer = client.post("/account/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert answer.headers["Location"] == "/invitation/"
    assert "Les Établis" in client.get("/invitation/").content.decode()
    client.post("/invitation/")
    assert workspace.memberships.get(user__email="new@example.com").role == Role.EDITOR


def test_an_invitation_of_somebody_else_is_refused_clearly(
    inside: Inside, alice: User, charlie: User, workspace: Workspace
) -> None:
    token = token_of(services.invite(workspace, alice, "new@example.com", Role.EDITOR))
    with pytest.raises(WrongAddressError, match=r"for new@example.com, and you are signed in as charlie@example.com"):
        services.accept(digest_of(token), charlie)
    assert inside(charlie).post(f"/invitation/{token}/").status_code == 409
    assert not workspace.memberships.filter(user=charlie).exists()


def test_a_session_keeps_no_link_of_an_invitation(client: Client, alice: User, workspace: Workspace) -> None:
    token = token_of(services.invite(workspace, alice, "new@example.com", Role.EDITOR))
    assert client.get(f"/invitation/{token}/").status_code == 200
    assert token not in str(dict(client.session))
    assert Client().get(f"/invitation/{digest_of(token)}/").status_code == 410
    services.resend(Invitation.objects.get(), alice)
    assert client.get("/invitation/").status_code == Client().get("/invitation/").status_code == 410


def test_who_signed_in_as_somebody_else_signs_out_and_still_has_the_invitation(
    client: Client, alice: User, charlie: User, workspace: Workspace
) -> None:
    client.get(f"/invitation/{token_of(services.invite(workspace, alice, 'new@example.com', Role.EDITOR))}/")
    client.post("/account/login/", {"login": charlie.email, "password": PASSWORD})
    page = client.get("/invitation/").content.decode()
    assert "signed in as charlie@example.com" in page and 'name="next" value="/invitation/"' in page
    after = client.post("/account/logout/", {"next": "/invitation/"}, follow=True)
    assert after.status_code == 200 and "Make an account" in after.content.decode()
    client.post("/account/logout/")
    client.post("/account/login/", {"login": charlie.email, "password": PASSWORD})
    client.post("/account/logout/")
    assert client.get("/invitation/").status_code == 410


def test_an_invitation_ends_after_seven_days_when_revoked_and_when_sent_again(
    inside: Inside, alice: User, charlie: User, workspace: Workspace
) -> None:
    token = token_of(services.invite(workspace, alice, charlie.email, Role.EDITOR))
    invitation = Invitation.objects.get()
    assert token not in str(Invitation.objects.values().get())
    again = token_of(services.resend(invitation, alice))
    with pytest.raises(LinkSpentError):
        services.accept(digest_of(token), charlie)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(LinkSpentError):
        services.accept(digest_of(again), charlie)
    inside(alice).post(page(workspace, f"invitations/{invitation.pk}/resend/"))
    assert Invitation.objects.get().expires_at > timezone.now() + timedelta(days=6)
    inside(alice).post(page(workspace, f"invitations/{invitation.pk}/revoke/"))
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("verb", [services.resend, services.revoke_invitation])
def test_an_invitation_that_is_gone_is_neither_sent_again_nor_taken_back(
    alice: User, workspace: Workspace, verb: Callable[..., Any]
) -> None:
    """Somebody else accepted it, or took it back, after the page had been opened."""
    services.invite(workspace, alice, "new@example.com", Role.EDITOR)
    invitation = Invitation.objects.get()
    services.revoke_invitation(Invitation.objects.get(), alice)
    with pytest.raises(LinkSpentError):
        verb(invitation, alice)
    assert not Invitation.objects.exists()
    assert verbs(workspace) == ["member.invited", "member.invitation_revoked"]


class Slow(BaseEmailBackend):
    """A mail server during whose answer others write."""

    waited_inside: ClassVar[list[bool]] = []

    def send_messages(self, messages: Sequence[Any]) -> int:
        self.waited_inside.append(connection.in_atomic_block)
        return len(messages)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_mail_server_to_take_an_invitation(
    inside: Inside, alice: User, workspace: Workspace, settings: Any
) -> None:
    """Inside the transaction it would hold the only lock that SQLite has for writing."""
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    Slow.waited_inside.clear()
    inside(alice).post(page(workspace, "members/"), {"email": "new@example.com", "role": "analyst"})
    inside(alice).post(page(workspace, f"invitations/{Invitation.objects.get().pk}/resend/"))
    assert Slow.waited_inside == [False, False]


def test_a_member_is_not_invited_again(alice: User, bob: User, workspace: Workspace) -> None:
    with pytest.raises(AlreadyMemberError, match=r"bob@example\.com"):
        services.invite(workspace, alice, "BOB@example.com", Role.EDITOR)


def test_a_name_is_changed_on_the_profile(inside: Inside, alice: User) -> None:
    assert inside(alice).post("/account/profile/", {"name": "Alice M."}).status_code == 302
    alice.refresh_from_db()
    assert alice.name == "Alice M."
    assert inside(alice).post("/account/profile/", {"name": "x" * 121}).status_code == 422
