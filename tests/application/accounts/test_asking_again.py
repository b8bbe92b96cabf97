"""What comes before a change of what opens an account: showing once more who it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from parcours.accounts.models import User

Inside = Callable[[User], Client]
PASSWORD = "quatre mots sans aucun rapport"
SESSIONS = "/account/sessions/"


@pytest.fixture
def dora(db: None) -> User:
    """She comes in by links: she has no password."""
    return User.objects.create_user("dora@example.com", None, name="Dora", language="en")


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


def signed_in_twice(inside: Inside, user: User) -> tuple[Client, Client]:
    here, there = inside(user), inside(user)
    for each in (here, there):
        each.get(SESSIONS)
    return here, there


def test_who_has_no_password_ends_other_sessions_with_a_code_sent_by_mail(
    inside: Inside, dora: User, mailoutbox: list[Any]
) -> None:
    here, there = signed_in_twice(inside, dora)
    asked = here.post(SESSIONS).headers["Location"]
    assert asked.startswith("/account/reauthenticate/code/")
    confirm = here.post(asked, {"recipient": dora.email}).headers["Location"]
    code = re.search(r"^\S{4}-\S{4}$", mailoutbox[-1].body, re.MULTILINE)[0]
    assert mailoutbox[-1].to == [dora.email]
    assert there.get(SESSIONS).status_code == 200
    assert here.post(confirm, {"code": code}).status_code == 302
    assert there.get(SESSIONS).status_code == 302
    assert here.get(SESSIONS).status_code == 200


def test_without_a_mail_server_no_page_says_that_a_code_was_sent(inside: Inside, dora: User, settings: Any) -> None:
    settings.PARCOURS_HAS_MAIL = False
    here, _there = signed_in_twice(inside, dora)
    asked = here.post(SESSIONS).headers["Location"]
    assert "no mail server here" in here.get(asked).content.decode()
    confirm = here.post(asked, {"recipient": dora.email}).headers["Location"]
    page = here.get(confirm).content.decode()
    assert "Who keeps this installation finds it under “Messages not sent”" in page and "/messages/" not in page
    assert "A code for dora@example.com is written, and not sent" in page and "on its way" not in page
    User.objects.filter(pk=dora.pk).update(is_staff=True)
    assert 'href="/messages/"' in here.get(confirm).content.decode()


def test_with_a_mail_server_the_page_says_where_the_code_went(inside: Inside, dora: User, settings: Any) -> None:
    settings.PARCOURS_HAS_MAIL = True
    here, _there = signed_in_twice(inside, dora)
    confirm = here.post(here.post(SESSIONS).headers["Location"], {"recipient": dora.email}).headers["Location"]
    page = here.get(confirm).content.decode()
    assert "A code is on its way to dora@example.com." in page and "no mail server" not in page


@pytest.mark.parametrize("has_mail", [True, False])
def test_another_address_waits_for_a_link_that_may_have_to_be_handed_over(
    inside: Inside, alice: User, settings: Any, has_mail: bool
) -> None:
    settings.PARCOURS_HAS_MAIL = has_mail
    client = inside(alice)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.post("/account/email/", {"email": "new@example.com", "action_add": ""}, follow=True).content.decode()
    assert ("on its way to new@example.com" in page) == has_mail
    assert ("A link for new@example.com is written, and not sent" in page) != has_mail
    assert ("no mail server here" in page) != has_mail


def test_a_wrong_code_is_refused_and_three_of_them_end_it(inside: Inside, dora: User, mailoutbox: list[Any]) -> None:
    here, there = signed_in_twice(inside, dora)
    confirm = here.post(here.post(SESSIONS).headers["Location"], {"recipient": dora.email}).headers["Location"]
    code = re.search(r"^\S{4}-\S{4}$", mailoutbox[-1].body, re.MULTILINE)[0]
    assert here.post(confirm, {"code": "AAAA-AAAA"}).status_code == 200
    for _again in range(2):
        here.post(confirm, {"code": "AAAA-AAAA"})
    here.post(confirm, {"code": code})
    assert there.get(SESSIONS).status_code == 200


def test_a_code_goes_to_no_address_but_ones_own(inside: Inside, dora: User, mailoutbox: list[Any]) -> None:
    here, _there = signed_in_twice(inside, dora)
    assert here.post(here.post(SESSIONS).headers["Location"], {"recipient": "thief@example.com"}).status_code == 200
    assert mailoutbox == []


def test_who_has_no_password_and_a_passkey_is_asked_for_the_passkey(inside: Inside, dora: User) -> None:
    Authenticator.objects.create(
        user=dora, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "passwordless": True}
    )
    here, _there = signed_in_twice(inside, dora)
    assert here.post(SESSIONS).headers["Location"].startswith("/account/2fa/webauthn/reauthenticate/")


def test_showing_it_again_names_the_session_anew(inside: Inside, alice: User) -> None:
    here, there = signed_in_twice(inside, alice)
    before = here.cookies["session"].value
    assert here.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    after = here.cookies["session"].value
    assert after != before
    thief = Client()
    thief.cookies["session"] = before
    assert thief.get(SESSIONS).status_code == 302
    assert here.get(SESSIONS).status_code == there.get(SESSIONS).status_code == 200
    assert UserSession.objects.filter(user=alice, session_key=after).count() == 1
    assert not UserSession.objects.filter(session_key=before).exists()


def test_another_address_asks_who_it_is(inside: Inside, alice: User, mailoutbox: list[Any]) -> None:
    answer = inside(alice).post("/account/email/", {"email": "new@example.com", "action_add": ""})
    assert "reauthenticate" in answer.headers["Location"]
    assert mailoutbox == []


def half_way(user: User) -> Client:
    client = Client()
    assert client.post("/account/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def test_a_code_of_the_app_opens_once(alice: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(alice, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert half_way(alice).post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert half_way(alice).post("/account/2fa/authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_opens_once(alice: User) -> None:
    TOTP.activate(alice, generate_totp_secret())
    code = RecoveryCodes.activate(alice).get_unused_codes()[0]
    assert half_way(alice).post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert half_way(alice).post("/account/2fa/authenticate/", {"code": code}).status_code == 200
