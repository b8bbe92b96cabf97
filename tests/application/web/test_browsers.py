"""What browsers are told about every answer, as an installation behind HTTPS tells them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from parcours.accounts.models import User
from parcours.journeymap.takeaways import FILES
from parcours.web.static_files import StaticFiles

Inside = Callable[[User], Client]
PASSWORD = "quatre mots sans aucun rapport"
ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
from parcours.ui.preferences import cookie_of
client = Client(headers={"host": "parcours.example.com"})
page = client.get("/health/live", secure=True)
looked = client.post("/look", {"theme": "dark", "density": "compact", "language": "en"}, secure=True)
print(json.dumps({
    "headers": dict(page.headers),
    "cookies": {name: [held["secure"], held["path"], held["domain"]] for name, held in looked.cookies.items()},
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "csrf": [settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY],
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an installation at an address of HTTPS says."""
    given = {
        "PARCOURS_URL": "https://parcours.example.com", "PARCOURS_HOME": str(tmp_path_factory.mktemp("https")),
        "PARCOURS_DATABASE_URL": "", "PARCOURS_LOG_LEVEL": "error", "DJANGO_SETTINGS_MODULE": "parcours.web.settings",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ASK], env=os.environ | given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_over_https_browsers_come_back_by_https_only_for_a_year(told: dict[str, Any]) -> None:
    assert "max-age=31536000" in told["headers"]["Strict-Transport-Security"]


def test_over_https_every_cookie_is_secure_and_no_other_host_can_set_it(told: dict[str, Any]) -> None:
    assert told["session"] == ["__Host-session", True, True]
    assert told["csrf"] == ["__Host-csrf", True, True]
    assert set(told["cookies"]) == {"__Host-theme", "__Host-density", "__Host-language"}
    assert set(map(tuple, told["cookies"].values())) == {(True, "/", "")}


def test_every_page_says_what_may_run_in_it_and_that_its_kind_is_not_to_be_guessed(told: dict[str, Any]) -> None:
    policy = told["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert told["headers"]["X-Content-Type-Options"] == "nosniff"
    assert told["headers"]["X-Frame-Options"] == "DENY"


def test_files_of_the_pages_say_the_same_even_those_that_are_missing(
    tmp_path: Path, in_a_loop: Callable[..., Any]
) -> None:
    (tmp_path / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    files = StaticFiles(tmp_path, hsts_seconds=31_536_000)

    async def headers(path: str) -> dict[str, str]:
        said: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await files({"path": path, "method": "GET", "headers": []}, asyncio.Event().wait, send)
        return {name.decode(): held.decode() for name, held in said[0]["headers"]}

    for path, kind in (("/static/mark.svg", "image/svg+xml"), ("/static/none.svg", "text/plain")):
        found = in_a_loop(headers(path))
        assert found["strict-transport-security"] == "max-age=31536000"
        assert found["x-content-type-options"] == "nosniff"
        assert found["content-type"] == f"{kind}; charset=utf-8"


def test_no_answer_lets_another_site_read_it(inside: Inside, alice: User) -> None:
    asked = {"Origin": "https://elsewhere.example.com"}
    for path in ("/account/profile/", "/health/ready", "/look"):
        assert "Access-Control-Allow-Origin" not in inside(alice).get(path, headers=asked).headers


def test_every_text_to_take_away_says_how_its_signs_are_written() -> None:
    texts = [file.kind for file in FILES.values() if file.kind.startswith("text/") or "xml;" in file.kind]
    assert len(texts) > 4
    assert all(kind.endswith("; charset=utf-8") for kind in texts)
    assert not [file.kind for file in FILES.values() if file.kind.endswith(("xml", "yaml"))]


def test_the_field_of_a_password_is_masked_and_leaves_password_managers_alone(client: Client, db: None) -> None:
    page = client.get("/account/login/").content.decode()
    field = next(part for part in page.split("<input") if 'name="password"' in part).split(">")[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_a_password_is_verified_exactly_as_it_was_typed(db: None) -> None:
    typed = "  Quatre mots SANS aucun rapport  " + "é" * 100
    User.objects.create_user("erna@example.com", typed)

    def opens(password: str) -> bool:
        sent = {"login": "erna@example.com", "password": password}
        return bool(Client().post("/account/login/", sent).status_code == 302)

    assert opens(typed)
    assert not any(opens(other) for other in (typed.strip(), typed.lower(), typed[:-1]))


def test_a_closed_account_is_out_at_the_next_request(inside: Inside, alice: User) -> None:
    client = inside(alice)
    assert client.get("/account/profile/").status_code == 200
    alice.is_active = False
    alice.save()
    assert client.get("/account/profile/").status_code == 302


def test_a_confirmation_that_was_changed_or_is_old_confirms_nothing(alice: User, monkeypatch: Any) -> None:
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from django.core import signing

    address = EmailAddress.objects.create(user=alice, email="new@example.com", verified=False)
    key = EmailConfirmationHMAC(address).key
    for wrong in (key[:-1] + ("A" if key[-1] != "A" else "B"), key.replace(":", "::", 1)):
        assert EmailConfirmationHMAC.from_key(wrong) is None
    assert EmailConfirmationHMAC.from_key(key) is not None
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 4 * 86_400)
    assert EmailConfirmationHMAC.from_key(key) is None


def test_only_the_address_and_a_name_are_shown_of_other_members(inside: Inside, workspace: Any, alice: User) -> None:
    page = inside(alice).get(f"/w/{workspace.public_id}/members/").content.decode()
    bob = User.objects.get(email="bob@example.com")
    assert bob.email in page
    assert bob.password not in page and "argon2" not in page
