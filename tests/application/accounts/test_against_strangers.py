"""What a stranger, or somebody who was let in for something else, tries and does not get."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from parcours.accounts import services
from parcours.accounts.models import Invitation, Membership, UnsentMail, User, Workspace
from parcours.accounts.roles import Role

Inside = Callable[[User], Client]
VICTIM = "victim@example.com"
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


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
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


def link_in(mail: Any) -> str:
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def sign_up(client: Client, settings: Any) -> User:
    settings.PARCOURS_ALLOW_SIGN_UP = True
    client.post("/account/signup/", {"email": VICTIM, "password1": PASSWORD})
    return User.objects.get(email=VICTIM)


@pytest.mark.usefixtures("alice")
def test_a_link_for_an_address_that_was_never_confirmed_leaves_nothing_of_who_signed_up(
    settings: Any, mailoutbox: list[Any]
) -> None:
    attacker, victim = Client(), Client()
    TOTP.activate(sign_up(attacker, settings), generate_totp_secret())
    victim.post("/account/link/", {"email": VICTIM})
    assert victim.post(link_in(mailoutbox[-1])).status_code == 302
    page = victim.get("/account/profile/")
    assert page.status_code == 200 and "no longer counts" in page.content.decode()
    assert EmailAddress.objects.get(email=VICTIM).verified
    assert sign_in(attacker, VICTIM).status_code == 200
    assert attacker.get("/account/profile/").status_code == 302


@pytest.mark.usefixtures("alice")
def test_an_address_confirmed_elsewhere_than_where_the_account_was_made_ends_its_password(
    settings: Any, mailoutbox: list[Any]
) -> None:
    attacker, victim = Client(), Client()
    sign_up(attacker, settings)
    said = victim.post(link_in(mailoutbox[-1]), follow=True).content.decode()
    assert "The password with which this account was made no longer counts" in said
    assert sign_in(attacker, VICTIM).status_code == 200
    assert attacker.get("/account/profile/").status_code == 302


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("way", ["confirmation", "link"])
def test_who_confirms_the_address_where_they_signed_up_keeps_the_password(
    client: Client, settings: Any, mailoutbox: list[Any], way: str
) -> None:
    sign_up(client, settings)
    if way == "link":
        client.post("/account/link/", {"email": VICTIM})
    assert "no longer counts" not in client.post(link_in(mailoutbox[-1]), follow=True).content.decode()
    assert sign_in(Client(), VICTIM).status_code == 302


@pytest.mark.usefixtures("alice")
def test_who_chose_a_new_password_by_mail_keeps_it_when_the_address_is_confirmed_there(
    client: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    sign_up(Client(), settings)
    confirmation = link_in(mailoutbox[-1])
    client.post("/account/password/reset/", {"email": VICTIM})
    page = client.get(link_in(mailoutbox[-1]), follow=True)
    new = "cinq autres mots tout neufs ici"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    client.post(confirmation)
    assert sign_in(Client(), VICTIM, new).status_code == 302


def test_another_address_is_confirmed_by_who_is_signed_in_to_the_account_only(
    inside: Inside, alice: User, mailoutbox: list[Any]
) -> None:
    """Somebody could ask for a victim's address, wait for a click, and come in beside them by the old password."""
    client = inside(alice)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": VICTIM, "action_add": ""})
    link = link_in(mailoutbox[-1])
    assert "Sign in to that account first" in Client().post(link, follow=True).content.decode()
    assert list(EmailAddress.objects.filter(verified=True).values_list("email", flat=True)) == [alice.email]
    client.post(link)
    assert User.objects.get(pk=alice.pk).email == VICTIM
    victim = Client()
    sign_in(victim, VICTIM)
    assert victim.get("/account/profile/").status_code == 200  # it is Alice's own, and so is its password


def test_mailed_links_lead_to_the_installation_whatever_host_the_request_names(
    inside: Inside, alice: User, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.PARCOURS_URL, settings.PARCOURS_ALLOW_SIGN_UP = "https://parcours.example.com", True
    elsewhere = {"host": "localhost:6666"}
    guest, client = Client(headers=elsewhere), inside(alice)
    guest.post("/account/password/reset/", {"email": alice.email})
    guest.post("/account/password/reset/", {"email": "nobody@example.com"})
    guest.post("/account/signup/", {"email": alice.email, "password1": PASSWORD})
    guest.post("/account/signup/", {"email": VICTIM, "password1": PASSWORD})
    guest.post("/account/link/", {"email": alice.email})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": "new@example.com", "action_add": ""}, headers=elsewhere)
    links = [link for mail in mailoutbox for link in re.findall(r"https?://\S+", mail.body)]
    assert len(mailoutbox) == 6 and len(links) >= 5
    assert [link for link in links if not link.startswith("https://parcours.example.com/")] == []


@pytest.mark.parametrize(
    "name",
    [
        "Corp\r\nYour account is closed: open",
        "Corp https://evil.example",
        "Corp\u2028Pay here",
        "Corp\tx",
        "Corp www.evil.example",
        "Corp evil.example/pay",
    ],
)
def test_a_name_carries_neither_lines_nor_links_into_messages(
    client: Client, inside: Inside, alice: User, workspace: Workspace, name: str
) -> None:
    settings_of = {"language": "fr", "time_zone": "Europe/Paris", "currency": "EUR"}
    owner = inside(alice)
    for url, form in (
        ("/account/profile/", {"name": name}),
        ("/workspaces/", {"name": name}),
        (f"/w/{workspace.public_id}/settings/", {"name": name, **settings_of}),
    ):
        refused = owner.post(url, form)
        assert refused.status_code == 422 and "A name is one line" in refused.content.decode(), url


@pytest.mark.parametrize("again", [False, True])
def test_invitations_are_limited_for_who_is_invited(
    inside: Inside, alice: User, charlie: User, workspace: Workspace, again: bool
) -> None:
    members, clients = f"/w/{workspace.public_id}/members/", [inside(alice), inside(charlie)]
    theirs = f"/w/{charlie.workspaces.get().public_id}/members/"
    form = {"email": VICTIM, "role": "viewer"}
    assert clients[0].post(members, form).status_code == 302
    url = f"/w/{workspace.public_id}/invitations/{Invitation.objects.get().pk}/resend/" if again else members
    assert [clients[0].post(url, form).status_code for _time in range(10)] == [302] * 9 + [429]
    assert clients[1].post(theirs, {**form, "email": VICTIM.upper()}).status_code == 429
    assert clients[1].post(theirs, {**form, "email": "other@example.com"}).status_code == 302


def test_invitations_are_limited_for_who_invites(inside: Inside, charlie: User, workspace: Workspace) -> None:
    client, members = inside(charlie), f"/w/{charlie.workspaces.get().public_id}/members/"
    sent = [
        client.post(members, {"email": f"guest{number}@example.com", "role": "viewer"}).status_code
        for number in range(61)
    ]
    assert sent == [302] * 60 + [429]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_mail")
def test_the_keeper_is_shown_the_link_that_a_message_is_about_and_none_that_stands_in_a_name(
    alice: User, workspace: Workspace, settings: Any
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(name="Corp https://evil.example/ http://other.example")
    services.invite(Workspace.objects.get(pk=workspace.pk), alice, VICTIM, Role.VIEWER)
    Client().post("/account/password/reset/", {"email": alice.email})
    Client().post("/account/password/reset/", {"email": "nobody@example.com"})
    Client().post("/account/link/", {"email": alice.email})
    kept = {(mail.recipient, mail.link.removeprefix(settings.PARCOURS_URL)[:9]) for mail in UnsentMail.objects.all()}
    assert kept == {
        (VICTIM, "/invitati"),
        (alice.email, "/account/"),
        ("nobody@example.com", ""),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_mail")
def test_a_kept_message_is_emptied_once_its_link_was_used_and_no_other_is(
    alice: User, charlie: User, workspace: Workspace, settings: Any
) -> None:
    """The keeper has the only copy: what still waits to be handed over must not go with what was used."""

    def kept() -> dict[str, str]:
        links = UnsentMail.objects.exclude(link="").values_list("link", flat=True)
        paths = [link.removeprefix(settings.PARCOURS_URL) for link in links]
        return {"/".join(path.split("/")[1:3]) if "account" in path else "invitation": path for path in paths}

    client = Client()
    services.invite(workspace, alice, charlie.email, Role.VIEWER)
    client.post("/account/password/reset/", {"email": charlie.email})
    client.post("/account/link/", {"email": charlie.email})
    assert set(kept()) == {"invitation", "account/password", "account/link"}
    page = client.get(kept()["account/password"], follow=True)
    new = "cinq autres mots tout neufs ici"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert set(kept()) == {"invitation", "account/link"}
    client.post(kept()["account/link"])
    assert set(kept()) == {"invitation"}
    client.post(kept()["invitation"])
    assert kept() == {}
    settings.PARCOURS_ALLOW_SIGN_UP = True
    stranger = Client()
    stranger.post("/account/signup/", {"email": VICTIM, "password1": PASSWORD})
    assert set(kept()) == {"account/confirm-email"}
    stranger.post(kept()["account/confirm-email"])
    assert kept() == {}
