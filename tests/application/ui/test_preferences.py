from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from parcours.accounts.models import User

Inside = Callable[[User], Client]


def test_what_a_member_chooses_is_kept_with_the_user(inside: Inside, alice: User) -> None:
    client = inside(alice)
    chosen = {"theme": "dark", "density": "compact", "language": "fr"}
    answer = client.post("/preferences/", chosen)
    assert answer.status_code == 303
    alice.refresh_from_db()
    assert (alice.theme, alice.density, alice.language) == ("dark", "compact", "fr")
    page = client.get("/preferences/").content.decode()
    assert '<html lang="fr" data-theme="dark" data-density="compact">' in page


def test_what_nobody_offered_is_refused_beside_the_field(inside: Inside, alice: User) -> None:
    answer = inside(alice).post("/preferences/", {"theme": "pink"})
    assert answer.status_code == 422
    assert "pink is not one of the available choices" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.theme == "auto"


@pytest.mark.django_db
def test_a_visitor_keeps_appearance_and_language_in_cookies(client: Client) -> None:
    assert client.post("/look", {"theme": "dark"}, headers={"X-Quiet": "1"}).status_code == 204
    answer = client.post("/look", {"language": "en", "next": "/styleguide/charts/"})
    assert answer.status_code == 303 and answer.headers["Location"] == "/styleguide/charts/"
    page = client.get("/styleguide/").content.decode()
    assert '<html lang="en" data-theme="dark"' in page
    assert client.cookies["theme"]["httponly"] and client.cookies["theme"]["samesite"] == "Lax"


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_look_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    answer = client.post("/look", {"theme": "dark", "next": elsewhere})
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db
def test_a_look_that_does_not_exist_changes_nothing(client: Client) -> None:
    assert client.post("/look", {"theme": "pink"}).status_code == 422
    assert client.get("/look").status_code == 405
    client.cookies["theme"] = "pink"
    assert 'data-theme="auto"' in client.get("/styleguide/").content.decode()


@pytest.mark.django_db
def test_preferences_are_for_who_is_signed_in(client: Client) -> None:
    assert "/account/login/" in client.get("/preferences/").headers["Location"]
