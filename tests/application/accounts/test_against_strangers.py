"""What a stranger, or somebody who was let in for something else, tries and does not get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from parcours.accounts.models import Invitation, Membership, UnsentMail, User, Workspace
from parcours.accounts.roles import Role

Inside = Callable[[User], Client]
PASSWORD = "quatre mots sans aucun rapport"


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post("/account/login/", {"login": email, "password": password}, **headers)


@pytest.fixture
def keeper(workspace: Workspace) -> User:
    """They keep the installation, and own Alice's workspace with her."""
    user = User.objects.create_user("keeper@example.com", is_staff=True, language="en")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def without_mail(settings: Any) -> None:
    settings.PARCOURS_HAS_MAIL = False
    settings.EMAIL_BACKEND = "parcours.accounts.mail.Backend"


def test_failures_count_for_the_account_whatever_port_the_host_names(alice: User) -> None:
    for port in range(5):
        sign_in(Client(), alice.email, "wrong", headers={"host": f"localhost:{port + 1}"})
    locked = sign_in(Client(), alice.email, headers={"host": "127.0.0.1:9"})
    assert "Too many attempts failed" in locked.content.decode()


@pytest.mark.usefixtures("without_mail")
def test_without_a_mail_server_who_invites_an_address_cannot_make_its_account(inside: Inside, bob: User) -> None:
    """A link proves its address to whoever opens it: it is not shown to who only named the address."""
    client = inside(bob)
    members = client.post("/workspaces/", {"name": "Corp"}).headers["Location"] + "members/"
    invited = client.post(members, {"email": "CEO@corp.example", "role": "owner"}, follow=True).content.decode()
    again = client.post(
        f"/w/{members.split('/')[2]}/invitations/{Invitation.objects.get().pk}/resend/", follow=True
    ).content.decode()
    for shown in (invited, again):
        assert "/invitation/" not in shown
        assert "Ask the person who keeps this installation for the link: it is under “Messages not sent”" in shown
    assert "/invitation/" not in str(dict(client.session))
    assert "Ask the person who keeps" not in client.get(members).content.decode()


@pytest.mark.usefixtures("without_mail")
def test_without_a_mail_server_the_keeper_sees_the_link_of_an_invitation_once_and_for_a_day(
    inside: Inside, keeper: User, alice: User, workspace: Workspace
) -> None:
    members = f"/w/{workspace.public_id}/members/"
    inside(alice).post(members, {"email": "new@example.com", "role": "agent"})
    client = inside(keeper)
    assert UnsentMail.objects.get().link in client.get("/messages/").content.decode()
    client.post(members, {"email": "new@example.com", "role": "agent"})
    newest = UnsentMail.objects.latest("pk").link
    assert newest not in str(dict(client.session))
    assert newest in client.get(members).content.decode()
    assert "/invitation/" not in client.get(members).content.decode()
