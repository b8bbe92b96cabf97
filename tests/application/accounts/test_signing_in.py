from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from parcours.accounts import services
from parcours.accounts.middleware import SIGNED_IN
from parcours.accounts.models import MagicLink, UnsentMail, User, Workspace

Inside = Callable[[User], Client]
PASSWORD = "quatre mots sans aucun rapport"


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def link_in(mail: Any) -> str:
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def ask_for_link(client: Client, mailoutbox: list[Any], email: str = "alice@example.com") -> str:
    client.post("/account/link/", {"email": email})
    return link_in(mailoutbox[-1])


def test_a_password_signs_in(client: Client, alice: User) -> None:
    assert sign_in(client, "Alice@Example.com").status_code == 302
    assert client.get("/account/profile/").status_code == 200


def test_a_link_signs_in_once_and_only_by_its_button(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    link = ask_for_link(client, mailoutbox)
    for _scanner in range(2):
        assert Client().get(link).status_code == 200  # what reads mail opens links
    assert client.post(link).status_code == 302
    assert client.get("/account/profile/").status_code == 200
    assert Client().post(link).status_code == 410


def test_a_link_is_kept_as_a_digest_only(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    link = ask_for_link(client, mailoutbox)
    assert MagicLink.objects.get().digest not in link
    assert link.strip("/").split("/")[-1] not in str(list(MagicLink.objects.values()))


def test_a_link_older_than_a_quarter_of_an_hour_is_refused(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    link = ask_for_link(client, mailoutbox)
    assert MagicLink.objects.get().expires_at <= timezone.now() + timedelta(minutes=15)
    MagicLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(link).status_code == 410


def test_links_work_beside_each_other_until_one_is_used(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    """Who asks for a link in somebody else's name ends none that is on its way to them."""
    first, second, third = (ask_for_link(client, mailoutbox) for _time in range(3))
    assert client.post(first).status_code == 302
    assert Client().post(second).status_code == Client().post(third).status_code == 410


def test_no_more_than_three_links_wait_to_be_used(alice: User, mailoutbox: list[Any]) -> None:
    links = [ask_for_link(Client(REMOTE_ADDR=f"10.0.0.{number}"), mailoutbox) for number in range(6)]
    assert len(mailoutbox) == 3 and MagicLink.objects.count() == 3
    assert Client().post(links[0]).status_code == 302
    ask_for_link(Client(), mailoutbox)
    assert len(mailoutbox) == 4


def test_asking_for_what_is_not_sent_uses_up_nothing(alice: User, mailoutbox: list[Any]) -> None:
    for turn in range(4):  # more than 10 together, from ever other places
        links = [ask_for_link(Client(REMOTE_ADDR=f"10.0.{turn}.{number}"), mailoutbox) for number in range(6)]
        assert len(mailoutbox) == 3 * (turn + 1)
        assert Client(REMOTE_ADDR=f"10.1.{turn}.1").post(links[-1]).status_code == 302


def test_a_closed_account_gets_no_link_and_uses_none(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    link = ask_for_link(client, mailoutbox)
    alice.is_active = False
    alice.save()
    assert client.post(link).status_code == 410
    services.send_link(alice.email)
    assert "has no account" in mailoutbox[-1].body


def test_a_link_does_not_go_round_the_second_factor(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    TOTP.activate(alice, generate_totp_secret())
    answer = client.post(ask_for_link(client, mailoutbox))
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/profile/").status_code == 302


def test_asking_for_a_link_answers_the_same_for_an_unknown_address(
    client: Client, alice: User, mailoutbox: list[Any]
) -> None:
    known = client.post("/account/link/", {"email": "alice@example.com"})
    unknown = client.post("/account/link/", {"email": "nobody@example.com"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.to for mail in mailoutbox] == [["alice@example.com"], ["nobody@example.com"]]


def test_asking_for_links_is_limited_for_each_address(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    answers = [client.post("/account/link/", {"email": "alice@example.com"}).status_code for _try in range(4)]
    assert answers == [302] * 4
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("url", ["/account/link/", "/account/password/reset/"])
def test_nobody_uses_up_what_somebody_else_may_ask_for(alice: User, mailoutbox: list[Any], url: str) -> None:
    """Over the limit the answer is the usual one: neither page tells that others asked, or shuts out who is meant."""
    for _time in range(4):
        Client(REMOTE_ADDR="10.0.0.66").post(url, {"email": "nobody@example.com"})
    assert len(mailoutbox) == 3
    asked = Client(REMOTE_ADDR="10.0.0.1").post(url, {"email": "nobody@example.com"})
    assert asked.status_code == 302 and len(mailoutbox) == 4
    for number in range(20):
        Client(REMOTE_ADDR=f"10.0.1.{number}").post(url, {"email": "nobody@example.com"})
    assert len(mailoutbox) == 10


@pytest.mark.parametrize("url", ["/account/link/", "/account/password/reset/"])
def test_asking_in_the_name_of_many_is_refused(alice: User, mailoutbox: list[Any], url: str) -> None:
    answers = [Client().post(url, {"email": f"nobody{number}@example.com"}).status_code for number in range(21)]
    assert 429 in answers and answers[0] == 302


@pytest.mark.parametrize(
    ("url", "field"),
    [("/account/login/", "login"), ("/account/password/reset/", "email"), ("/account/signup/", "email")],
)
def test_no_page_tells_whether_an_address_has_an_account(
    client: Client, alice: User, settings: Any, url: str, field: str
) -> None:
    settings.PARCOURS_ALLOW_SIGN_UP = True
    form = {"password": "wrong", "password1": PASSWORD}
    known = client.post(url, {**form, field: "alice@example.com"})
    unknown = Client().post(url, {**form, field: "nobody@example.com"})
    assert known.status_code == unknown.status_code
    assert known.headers.get("Location") == unknown.headers.get("Location")
    shown = [re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode()) for answer in (known, unknown)]
    assert shown[0].replace("alice@", "") == shown[1].replace("nobody@", "")


def test_five_wrong_passwords_close_the_account_to_passwords_and_say_until_when(client: Client, alice: User) -> None:
    for _try in range(5):
        answer = sign_in(client, alice.email, "wrong")
    assert "Too many attempts" not in answer.content.decode()
    locked = sign_in(client, alice.email).content.decode()
    assert re.search(r"Too many attempts failed\. Try again at \d\d:\d\d", locked)
    assert client.get("/account/profile/").status_code == 302


def test_a_locked_account_still_opens_by_a_link(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    for _try in range(6):
        sign_in(client, alice.email, "wrong")
    assert client.post(ask_for_link(client, mailoutbox)).status_code == 302
    assert client.get("/account/profile/").status_code == 200


def test_one_browser_cannot_try_one_password_on_many_accounts(client: Client, alice: User) -> None:
    for number in range(20):
        sign_in(client, f"guess{number}@example.com", "wrong")
    assert "Too many attempts failed" in sign_in(client, alice.email).content.decode()


def test_right_passwords_do_not_close_an_account_however_many(alice: User) -> None:
    """An attempt counts from its beginning, and no longer once the password was right."""
    for _time in range(4):
        sign_in(Client(), alice.email, "wrong")
    assert [sign_in(Client(), alice.email).status_code for _time in range(8)] == [302] * 8
    sign_in(Client(), alice.email, "wrong")
    assert "Too many attempts failed" in sign_in(Client(), alice.email).content.decode()


class GuessesMeanwhile(AuthenticationBackend):
    """While it tries a password, the next guess comes: none of them has failed yet."""

    tried = 0

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        kind = type(self)
        kind.tried += 1
        if kind.tried < 12:
            sign_in(Client(), "alice@example.com", f"guess {kind.tried}")
        return super().authenticate(request, **credentials)


def test_of_guesses_sent_at_once_no_more_are_tried_than_one_after_the_other(alice: User, settings: Any) -> None:
    """If an attempt counted only when it failed, all of them would be let through together."""
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.GuessesMeanwhile"]
    GuessesMeanwhile.tried = 0
    sign_in(Client(), alice.email, "guess 0")
    assert GuessesMeanwhile.tried == 5


def test_ones_own_second_factor_does_not_buy_guesses_without_end(client: Client, charlie: User) -> None:
    """django-allauth forgets the failures of a browser when a second factor is right; its attempts still count."""
    TOTP.activate(charlie, generate_totp_secret())
    codes = RecoveryCodes.activate(charlie).get_unused_codes()
    answers = []
    for number in range(32):
        if number % 10 == 9:
            sign_in(client, charlie.email)
            client.post("/account/2fa/authenticate/", {"code": codes.pop()})
            client.post("/account/logout/")
        answers.append(sign_in(client, f"guess{number}@example.com", "wrong").status_code)
    assert answers.index(429) <= 30 and set(answers[answers.index(429) :]) == {429}


def test_signing_in_begins_a_new_session(client: Client, alice: User) -> None:
    client.get("/account/login/")
    client.post("/look", {"theme": "dark"})
    before = client.session.session_key
    sign_in(client, alice.email)
    assert client.session.session_key not in (None, before)


def test_a_session_ends_30_days_after_it_began_whatever_its_use(client: Client, alice: User) -> None:
    sign_in(client, alice.email)
    session = client.session
    session[SIGNED_IN] = {"at": int(timezone.now().timestamp()) - 31 * 86_400, "seen": 0}
    session.save()
    assert client.get("/account/profile/").status_code == 302


def test_use_renews_a_session_once_an_hour(client: Client, alice: User) -> None:
    sign_in(client, alice.email)
    session = client.session
    begun = session[SIGNED_IN]["at"]
    session[SIGNED_IN] = {"at": begun, "seen": begun - 7200}
    session.save()
    client.get("/account/profile/")
    assert client.session[SIGNED_IN]["seen"] >= begun


def test_signing_out_ends_the_session_on_the_server(client: Client, alice: User) -> None:
    sign_in(client, alice.email)
    stolen = client.cookies["session"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["session"] = stolen
    assert thief.get("/account/profile/").status_code == 302


def test_signing_out_empties_the_cache_of_the_browser_and_pages_of_accounts_are_stored_nowhere(
    client: Client, alice: User
) -> None:
    sign_in(client, alice.email)
    inside = client.get("/account/profile/")
    assert "no-store" in inside.headers["Cache-Control"]
    assert "Clear-Site-Data" not in inside.headers
    assert client.post("/account/logout/").headers["Clear-Site-Data"] == '"cache"'


def test_one_can_end_another_session_of_ones_own_and_nobody_elses(
    client: Client, alice: User, bob: User, inside: Inside
) -> None:
    other = Client()
    sign_in(other, alice.email)
    other.get("/account/profile/")
    sign_in(client, alice.email)
    client.get("/account/sessions/")
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.get(session_key=other.session.session_key)
    assert "reauthenticate" in client.post(f"/account/sessions/{theirs.pk}/end/").headers["Location"]
    stranger = Client()
    sign_in(stranger, bob.email)
    for each in (stranger, client):
        each.post("/account/reauthenticate/", {"password": PASSWORD, "next": "/account/sessions/"})
    assert stranger.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert other.get("/account/profile/").status_code == 200
    assert client.post(f"/account/sessions/{theirs.pk}/end/").status_code == 302
    assert other.get("/account/profile/").status_code == 302


def test_a_new_password_ends_the_other_sessions_and_asks_for_the_old_one(client: Client, alice: User) -> None:
    other = Client()
    for each in (client, other):
        sign_in(each, alice.email)
    new = "cinq autres mots tout neufs ici"
    wrong = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert client.post("/account/password/change/", wrong).status_code == 200
    assert other.get("/account/profile/").status_code == 200
    client.post("/account/password/change/", {**wrong, "oldpassword": PASSWORD})
    assert other.get("/account/profile/").status_code == 302
    assert sign_in(Client(), alice.email, new).status_code == 302


def test_a_reset_password_still_asks_for_the_second_factor(client: Client, alice: User, mailoutbox: list[Any]) -> None:
    TOTP.activate(alice, generate_totp_secret())
    client.post("/account/password/reset/", {"email": alice.email})
    page = client.get(link_in(mailoutbox[-1]), follow=True)
    new = "cinq autres mots tout neufs ici"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert client.get("/account/profile/").status_code == 302
    assert sign_in(client, alice.email, new).headers["Location"] == "/account/2fa/authenticate/"


def test_the_seed_of_codes_is_unreadable_in_the_database(alice: User) -> None:
    secret = generate_totp_secret()
    authenticator = TOTP.activate(alice, secret)
    assert secret not in str(authenticator.instance.data)


def test_changing_the_second_factor_asks_who_it_is_after_a_quarter_of_an_hour(inside: Inside, alice: User) -> None:
    answer = inside(alice).get("/account/2fa/totp/activate/")
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]


def test_without_a_mail_server_a_message_is_printed_and_kept_for_the_keeper_for_a_day(
    client: Client, alice: User, settings: Any, capsys: Any, inside: Inside
) -> None:
    settings.EMAIL_BACKEND = "parcours.accounts.mail.Backend"
    keeper = User.objects.create_user("keeper@example.com", is_staff=True)
    client.post("/account/link/", {"email": alice.email})
    kept = UnsentMail.objects.get()
    assert kept.link in capsys.readouterr().err
    assert kept.link in inside(keeper).get("/messages/").content.decode()
    UnsentMail.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert kept.link not in inside(keeper).get("/messages/").content.decode()
    kept.refresh_from_db()
    assert kept.text == kept.link == ""


def test_a_used_link_is_no_longer_kept(client: Client, alice: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "parcours.accounts.mail.Backend"
    client.post("/account/link/", {"email": alice.email})
    kept = UnsentMail.objects.get()
    client.post(kept.link.removeprefix(settings.PARCOURS_URL))
    kept.refresh_from_db()
    assert kept.text == kept.link == ""


def test_a_mail_server_that_fails_breaks_no_page_and_loses_no_message(
    client: Client, alice: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "parcours.accounts.mail.Backend"
    settings.PARCOURS_HAS_MAIL, settings.EMAIL_HOST, settings.EMAIL_PORT = True, "127.0.0.1", 1
    assert client.post("/account/link/", {"email": alice.email}).status_code == 302
    assert UnsentMail.objects.get().recipient == alice.email


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/account/link/sent/", "/account/password/reset/done/", "/account/confirm-email/"])
@pytest.mark.parametrize(("has_mail", "said"), [(True, "Check your inbox"), (False, "There is no mail server here")])
def test_where_no_mail_goes_out_nobody_is_sent_to_an_inbox(
    client: Client, settings: Any, page: str, has_mail: bool, said: str
) -> None:
    settings.PARCOURS_HAS_MAIL = has_mail
    read = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert said in read and ("inbox" in read) == has_mail


@pytest.mark.django_db
def test_the_first_visitor_with_the_code_becomes_the_keeper(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/first/"
    form = {"workspace": "Les Établis", "email": "Me@example.com", "password": PASSWORD}
    assert client.post("/first/", {**form, "code": "AAAA-BBBB-CCCC-DDDD"}).status_code == 422
    assert not User.objects.exists()
    answer = client.post("/first/", {**form, "code": services.first_code().lower().replace("-", " ")})
    assert answer.status_code == 302
    user = User.objects.get()
    assert user.is_staff and user.email == "me@example.com"
    assert Workspace.objects.get().memberships.get().role == "owner"
    assert client.get("/account/profile/").status_code == 200
    assert services.first_code() is None and client.get("/first/").headers["Location"] == "/"


@pytest.mark.django_db
def test_a_weak_first_password_is_refused(client: Client) -> None:
    form = {"workspace": "Les Établis", "email": "me@example.com", "password": "password1234"}
    answer = client.post("/first/", {**form, "code": services.first_code()})
    assert answer.status_code == 422 and "easy to guess" in answer.content.decode()


@pytest.mark.django_db
def test_nobody_signs_up_uninvited(client: Client) -> None:
    client.post("/account/signup/", {"email": "me@example.com", "password1": PASSWORD})
    assert not User.objects.exists()


@pytest.mark.django_db
def test_nobody_signs_up_before_the_first_user_whose_code_would_be_lost(client: Client, settings: Any) -> None:
    settings.PARCOURS_ALLOW_SIGN_UP = True
    page = client.post("/account/signup/", {"email": "me@example.com", "password1": PASSWORD})
    assert "By invitation" in page.content.decode()
    assert not User.objects.exists() and services.first_code() is not None
