"""Signing in with a passkey and with codes in a real Chromium, under the strict content security policy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Playwright keeps a loop in this thread; the tests use the database beside it, not inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PASSWORD = "quatre mots sans aucun rapport"


@pytest.fixture
def page(chromium: Browser, live_server: Any) -> Iterator[Page]:
    """A page that fails its test when a script was refused by the policy or threw."""
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), locale="en-GB")
    opened, wrong = context.new_page(), []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.com", PASSWORD, name="Alice", language="en")


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def show_who_it_is(page: Page) -> None:
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_passkey_is_added_and_signs_in_without_a_password(page: Page, alice: User) -> None:
    workspace = Workspace.objects.create(name="Les Établis", language="en")
    Membership.objects.create(workspace=workspace, user=alice, role=Role.OWNER)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **always}})
    sign_in(page)
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/account/2fa/webauthn/add/")
    show_who_it_is(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile("webauthn/$|recovery-codes"))
    page.goto("/account/2fa/webauthn/")
    assert page.locator("tbody tr").count() == 1
    assert "account.passkey_added" in workspace.trail.values_list("verb", flat=True)
    sign_out(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="With a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/account/profile/")
    assert page.locator("h1").inner_text() == "Profile"


def test_an_authenticator_app_is_set_up_by_picture_or_secret_and_asked_for(page: Page, alice: User) -> None:
    sign_in(page)
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/account/2fa/totp/activate/")
    show_who_it_is(page)
    drawn = page.get_by_alt_text("QR code").evaluate("image => image.complete && image.naturalWidth > 0")
    assert drawn
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Use this app").click()
    page.wait_for_url(re.compile("recovery-codes|2fa/$"))
    page.goto("/account/2fa/recovery-codes/")
    codes = page.locator("#recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    sign_out(page)
    sign_in(page)
    page.wait_for_url("**/account/2fa/authenticate/")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/" not in url)
    sign_out(page)
    sign_in(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert "Incorrect code" in page.locator("main").inner_text()


def test_a_member_is_removed_only_when_that_is_sure(page: Page, alice: User) -> None:
    workspace = Workspace.objects.create(name="Les Établis", language="en")
    bob = User.objects.create_user("bob@example.com", name="Bob", language="en")
    Membership.objects.create(workspace=workspace, user=alice, role=Role.OWNER)
    Membership.objects.create(workspace=workspace, user=bob, role=Role.VIEWER)
    sign_in(page)
    page.wait_for_url("**/w/**")
    page.goto(f"/w/{workspace.public_id}/members/")
    opener = page.get_by_role("button", name="Remove Bob")
    opener.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert opener.evaluate("it => it === document.activeElement") and bob.memberships.exists()
    opener.click()
    page.get_by_role("dialog", name="Remove Bob?").get_by_role("button", name="Remove").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Remove Bob").wait_for(state="detached")
    assert not bob.memberships.exists()


def test_what_is_shown_once_is_copied_by_a_button_that_says_so(page: Page, alice: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "parcours.accounts.mail.Backend"
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    workspace = Workspace.objects.create(name="Les Établis", language="en")
    Membership.objects.create(workspace=workspace, user=alice, role=Role.OWNER)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page)
    page.wait_for_url("**/w/**")
    page.goto(f"/w/{workspace.public_id}/members/")
    page.get_by_label("E-mail address").fill("new@example.com")
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.locator("#invitation-link").inner_text()
    button = page.get_by_role("button", name="Copy it")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == link and "/invitation/" in link
    assert button.evaluate("it => it === document.activeElement")


def test_the_palette_signs_out(page: Page, alice: User) -> None:
    workspace = Workspace.objects.create(name="Les Établis", language="en")
    Membership.objects.create(workspace=workspace, user=alice, role=Role.OWNER)
    sign_in(page)
    page.wait_for_url("**/w/**")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [aria-selected=true]")
    page.keyboard.type("log out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/**")
    page.goto("/account/profile/")
    assert "/account/login/" in page.url


@pytest.mark.parametrize("why", ["no script", "no clipboard"])
def test_without_a_script_or_a_clipboard_nothing_offers_to_copy(chromium: Browser, live_server: Any, why: str) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=why != "no script")
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    page = context.new_page()
    page.goto("/styleguide/")
    shown = page.locator("[data-copy]").is_visible()
    context.close()
    assert not shown
