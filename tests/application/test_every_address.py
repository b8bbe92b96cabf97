"""Walks every address of the application: as nobody, as a stranger, in every role, and with forged ids.

A new address is walked without being listed here. It has to be declared (``parcours.accounts.access``; the pages of
allauth in its table ``OF_ALLAUTH``), and where it has other parts than a workspace, ``SAMPLES`` in
``walking.py`` says how to fill them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from walking import Address, Company, addresses, build

from parcours.accounts.access import OF_ALLAUTH, Access, signed_in
from parcours.accounts.models import User
from parcours.accounts.roles import PERMISSIONS, Role

Inside = Callable[[User], Client]


ANSWERS: dict[str, set[int]] = {
    # What an address answers to a GET of who may open it, where that is neither 200 nor 405 (it takes POST only).
    "metrics": {404},  # no PARCOURS_METRICS_TOKEN
    "ready": {200, 503},
    "invitation": {410},
    "kept_invitation": {410},  # nobody came with one
    "first": {302},  # there is a user
    "home": {200, 302},
    "import-undoing": {303},  # it was cancelled
    "import-rejected": {404},
    "account_confirm_email": {200, 404},
    "account_reset_password_from_key": {200, 302},
    "map_style": {200, 404},
    "map_script": {200, 404},
    "template_drawing": {200, 404},
    "map_file": {200, 302, 404},
    # The map of the test has one version, and its workspace no log yet.
    "workspace_waited": {204},
    "map_waited": {204},
    "map_comparison": {404},
    "map_comparison_picture": {404},
    "map_letter": {302},
    "map_people": {404},
}
WITHOUT_CSRF: set[str] = set()
"""Addresses for programs, which carry a key instead of a cookie."""
TWO_STEPS = {200, 302, 404, 405}
"""Pages of allauth lead on when there is nothing to do there, or ask for a factor again."""


def undeclared(patterns: Any = None) -> list[str]:
    """Return the names of the addresses that do not say who may open them."""
    return [address.name for address in addresses(patterns) if address.access is None]


@pytest.fixture
def ours(db: None) -> Company:
    return build("Ours")


@pytest.fixture
def theirs(db: None) -> Company:
    return build("Theirs")


def shown(answer: Any) -> str:
    """Return what the reader of an answer sees, without what is new every time and without the address asked for."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", content.decode("utf-8", "replace"))
    return re.sub(r'"[^"]*/w/[^"]*"', "ADDRESS", text).replace(answer.request["PATH_INFO"], "ADDRESS")


def of_kind(kind: str) -> list[Address]:
    return [address for address in addresses() if address.access is not None and address.access.kind == kind]


def opens(address: Address) -> set[int]:
    return ANSWERS.get(address.name, {200, 405} if address.name not in OF_ALLAUTH else TWO_STEPS)


def test_every_address_says_who_may_open_it() -> None:
    assert undeclared() == [], (
        "These addresses do not say who may open them. Put @public, @signed_in, @keeper or @in_workspace(PERMISSION) "
        "above the view; for a page of allauth add it to OF_ALLAUTH in parcours/accounts/access.py."
    )


def test_every_address_can_be_filled(ours: Company) -> None:
    for address in addresses():
        assert address.of(ours).startswith("/")


def test_the_table_of_allauth_names_nothing_that_is_gone() -> None:
    assert set(OF_ALLAUTH) <= {address.name for address in addresses()}


def test_a_new_address_without_a_declaration_is_found() -> None:
    def forgotten(_request: Any) -> HttpResponse:
        return HttpResponse()

    fine = path("fine/", signed_in(forgotten), name="fine")
    assert undeclared([fine, path("new/", forgotten, name="forgotten")]) == ["forgotten"]


def test_a_new_address_with_unknown_parts_is_told_clearly(ours: Company) -> None:
    address = Address("deal", signed_in(lambda _request: HttpResponse()), frozenset({"workspace", "deal"}))
    with pytest.raises(AssertionError, match="deal: this test does not know how to fill deal"):
        address.of(ours)


def test_a_view_that_opens_to_everybody_fails_the_walk(ours: Company, settings: Any) -> None:
    """The walk itself can fail: a view that claims a permission and asks for none is refused."""

    def claims(_request: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponse("secret")

    claims.access = Access("workspace", "own")  # type: ignore[attr-defined]
    pattern = path("w/<str:workspace>/claims/", claims, name="claims")
    assert wrong_in_workspace([*addresses([pattern])], ours, ours, lambda _user: Client(), answer=claims)


def wrong_in_workspace(
    walked: list[Address], ours: Company, theirs: Company, inside: Inside, answer: Any = None
) -> list[str]:
    """Walk addresses of a workspace as everybody; return what is answered otherwise than it should be."""
    wrong = []
    clients = {role: inside(user) for role, user in ours.members.items()}
    stranger, nobody = inside(theirs.members["owner"]), Client()

    def ask(client: Client, method: str, url: str) -> Any:
        if answer is not None:
            return answer(None)
        return getattr(client, method)(url)

    for address in walked:
        url = "/w/x/claims/" if answer else address.of(ours)
        forged = url if answer else address.of(ours, "a" * 12)
        for method in ("get", "post"):
            turned = ask(nobody, method, url)
            if turned.status_code == 405 and {
                ask(who, method, at).status_code for who in (nobody, stranger) for at in (url, forged)
            } == {405}:
                continue  # nobody learns anything: the address takes another method, whoever asks and whatever exists
            if turned.status_code != 302 or "/account/login/" not in turned.headers.get("Location", ""):
                wrong.append(f"{method} {address.name} as nobody: {turned.status_code}")
            there, not_there = ask(stranger, method, url), ask(stranger, method, forged)
            if {there.status_code, not_there.status_code} != {404}:
                wrong.append(f"{method} {address.name} as a stranger: {there.status_code}, {not_there.status_code}")
            elif shown(there) != shown(not_there):
                wrong.append(f"{method} {address.name}: a stranger can tell whether it exists")
            for role, client in clients.items():
                if answer is None and role == Role.OWNER and ask(client, method, forged).status_code != 404:
                    wrong.append(f"{method} {address.name} as {role} with a forged workspace")
                allowed = address.access.permission in Role(role).permissions
                if not allowed and (status := ask(client, method, url).status_code) != 403:
                    wrong.append(f"{method} {address.name} as {role}: {status}, not 403")
                if (
                    allowed
                    and method == "get"
                    and (status := ask(client, method, url).status_code) not in opens(address)
                ):
                    wrong.append(f"{method} {address.name} as {role}: {status}")
    return wrong


def test_addresses_of_a_workspace_open_to_the_roles_that_may_and_to_nobody_else(
    ours: Company, theirs: Company, inside: Inside
) -> None:
    walked = of_kind("workspace")
    assert all("workspace" in address.parts and address.access.permission in PERMISSIONS for address in walked)
    wrong = wrong_in_workspace(walked, ours, theirs, inside)
    assert not wrong, "\n".join(wrong)


def test_a_thing_of_another_workspace_is_refused_like_one_that_does_not_exist(
    ours: Company, theirs: Company, inside: Inside
) -> None:
    owner, wrong = inside(ours.members["owner"]), []
    for address in of_kind("workspace"):
        own = address.parts - {"workspace"}
        if not own:
            continue
        foreign = address.of(theirs, ours.workspace.public_id)
        values = {part: type(value)("987654321") for part, value in address.filled(theirs).items()}
        absent = address.of(theirs, ours.workspace.public_id, **values)
        answered: set[int] = set()
        for method in ("get", "post"):
            there, not_there = getattr(owner, method)(foreign), getattr(owner, method)(absent)
            answered.add(there.status_code)
            alike = there.status_code == not_there.status_code and shown(there) == shown(not_there)
            if there.status_code not in {404, 405} or not alike:
                wrong.append(f"{method} {address.name}: {there.status_code}, {not_there.status_code}")
        if 404 not in answered:
            wrong.append(f"{address.name}: {answered}")
    assert wrong == []


def test_addresses_for_who_is_signed_in_send_everybody_else_to_sign_in(ours: Company, inside: Inside) -> None:
    somebody, wrong = inside(ours.members["viewer"]), []
    for address in of_kind("signed_in"):
        url = address.of(ours)
        turned = Client().get(url)
        if turned.status_code != 302 or "/account/login/" not in turned.headers["Location"]:
            wrong.append(f"{address.name} as nobody: {turned.status_code}")
        if (status := somebody.get(url).status_code) not in opens(address):
            wrong.append(f"{address.name} signed in: {status}")
    assert wrong == []


def test_what_the_keeper_sees_does_not_exist_for_others(ours: Company, inside: Inside) -> None:
    keeper = User.objects.create_user("keeper@example.com", is_staff=True, language="en")
    for address in of_kind("keeper"):
        url = address.of(ours)
        assert Client().get(url).status_code == 302
        refused = inside(ours.members["owner"]).get(url)
        assert refused.status_code == 404 and shown(refused) == shown(
            inside(ours.members["owner"]).get("/no-such-page/")
        ), address.name
        assert inside(keeper).get(url).status_code in opens(address), address.name


def test_pages_between_two_steps_of_signing_in_lead_to_its_beginning(ours: Company) -> None:
    for address in of_kind("signing_in"):
        turned = Client().get(address.of(ours))
        assert turned.status_code == 302 and "/account/login/" in turned.headers["Location"], address.name


def test_public_addresses_answer_everybody(ours: Company, inside: Inside) -> None:
    wrong = []
    for address in of_kind("public"):
        url = address.of(ours)
        for who, client in (("nobody", Client()), ("a viewer", inside(ours.members["viewer"]))):
            if (status := client.get(url).status_code) not in opens(address):
                wrong.append(f"{address.name} as {who}: {status}")
    assert wrong == []


def test_no_address_takes_a_post_without_its_csrf_token(ours: Company) -> None:
    wrong = []
    client = Client(enforce_csrf_checks=True)
    client.force_login(ours.members["owner"], backend="allauth.account.auth_backends.AuthenticationBackend")
    for address in addresses():
        status = client.post(address.of(ours)).status_code
        if (status == 403) == (address.name in WITHOUT_CSRF):
            wrong.append(f"{address.name}: {status}")
    assert wrong == []
