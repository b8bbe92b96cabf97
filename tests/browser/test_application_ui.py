"""The shell and the style guide as a reader meets them: looked at, measured, and worked by keyboard alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")
from django.test import Client
from playwright.sync_api import Browser, Page

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
WATCH = (
    "window.violations = [];"
    "document.addEventListener('securitypolicyviolation',"
    " (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
)
MOST_CSS_BYTES = 30_000
MOST_JS_GZIP_BYTES = 60_000
REFUSED = "status of 422"
"""Chromium's own line for an answer that a form got and shows."""
GUIDE = ("/styleguide/", "/styleguide/charts/")


@pytest.fixture
def sacha(transactional_db: None) -> User:
    """Owns one workspace and views another."""
    user = User.objects.create_user("sacha@example.com", name="Sacha Bernard")
    for name, role in (("Les Établis", Role.OWNER), ("Maison Sorbier", Role.VIEWER)):
        Membership.objects.create(workspace=Workspace.objects.create(name=name), user=user, role=role)
    return user


@pytest.fixture
def home(sacha: User) -> str:
    return f"/w/{sacha.workspaces.get(name='Les Établis').public_id}/"


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return what opens a page; whatever the browser complained about meanwhile fails the test."""
    contexts, complaints = [], []

    def open_(
        path: str, user: User | None = None, width: int = 1440, theme: str = "light", language: str = "en"
    ) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        cookies = {"language": language}
        if user is not None:
            User.objects.filter(pk=user.pk).update(language=language)
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            cookies["session"] = client.cookies["session"].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("console", lambda message: complaints.append(message.text) if REFUSED not in message.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        answer = page.goto(live_server.url + path)
        assert answer is not None and answer.ok
        page.evaluate("document.fonts.ready")
        return page

    yield open_
    for context in contexts:
        for page in context.pages:
            complaints += page.evaluate("window.violations")
        context.close()
    assert complaints == []


def faults(page: Page, width: int, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wrong = [f"axe {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
    measured = page.evaluate(CONTRAST)
    assert measured["count"] > 0
    wrong += measured["wrong"]
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
        wrong.append(f"scrolls sideways: {wide}")
    return wrong


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", GUIDE)
def test_the_style_guide_is_clean(path, width, theme, language, visit, axe) -> None:
    page = visit(path, width=width, theme=theme, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").inner_text() == {"fr": "Guide de style", "en": "Style guide"}[language]
    assert faults(page, width, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_shell_is_clean_with_its_menus_palette_and_help(width, theme, visit, sacha, home, axe) -> None:
    page = visit(home, sacha, width=width, theme=theme, language="fr")
    assert faults(page, width, axe) == []
    for menu in page.locator(".bar details.menu").all():
        menu.locator("summary").click()
        assert faults(page, width, axe) == []
    page.keyboard.press("Escape")
    page.locator("[data-palette]").click()
    page.wait_for_selector("#palette-list [aria-selected=true]")
    assert faults(page, width, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keyboard").is_visible()
    assert faults(page, width, axe) == []


def test_pages_stay_light(visit, sacha, home) -> None:
    for path in (*GUIDE, home, "/preferences/"):
        page = visit(path, sacha)
        loaded = page.evaluate("performance.getEntriesByType('resource').map((it) => it.name)")
        bodies = {url: page.request.get(url).body() for url in loaded if url.endswith((".css", ".js"))}
        css = sum(len(body) for url, body in bodies.items() if url.endswith(".css"))
        script = sum(len(gzip.compress(body)) for url, body in bodies.items() if url.endswith(".js"))
        assert 10_000 < css <= MOST_CSS_BYTES, path
        assert 1_000 < script <= MOST_JS_GZIP_BYTES, path


def test_tab_reaches_every_control_and_shows_where_it_is(visit, sacha, home) -> None:
    page = visit(home, sacha)
    wanted = page.evaluate(
        "[...document.querySelectorAll('a, button, summary, input')].filter((it) => it.checkVisibility()"
        " && it.tabIndex >= 0).length"
    )
    seen = []
    for _press in range(wanted):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(() => { const it = document.activeElement, style = getComputedStyle(it);"
                " return [it.outerHTML.slice(0, 80), style.outlineStyle, parseFloat(style.outlineWidth)] })()"
            )
        )
    assert len({html for html, _style, _width in seen}) == wanted > 5
    assert all(style == "solid" and width >= 2 for _html, style, width in seen)


def test_the_first_tab_leads_past_the_bar(visit) -> None:
    page = visit("/styleguide/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_palette_goes_where_its_name_says(visit, sacha, home) -> None:
    page = visit(home, sacha)
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [aria-selected=true]")
    page.keyboard.type("sorb")
    shown = page.locator("#palette-list li:not([hidden])")
    assert shown.count() == 1 and "Maison Sorbier" in shown.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/*/")
    assert page.locator(".space summary b").inner_text() == "Maison Sorbier"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nouvel espace", "Un nouvel espace"),
        ("creer entreprise", "Un nouvel espace"),
        ("deconnexion", "Se déconnecter"),
        ("raccourcis", "Clavier"),
        ("sombre", "Apparence : Sombre"),
        ("langue eng", "English"),
        ("mot de passe", "Compte et sécurité"),
        ("historique", "Journal d’audit"),
    ],
)
def test_the_palette_has_what_bar_and_menus_offer_under_the_words_that_people_use(
    visit, sacha, home, typed, found
) -> None:
    page = visit(home, sacha, language="fr")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [aria-selected=true]")
    page.keyboard.type(typed)
    shown = page.locator("#palette-list [role=option]:visible")
    assert shown.all_inner_texts()[0].split("\n")[0].replace("\u00a0", " ") == found
    assert page.locator("#palette-list [role=group]:visible").count() == 1


def test_the_palette_changes_appearance_and_language_and_shows_the_keys(visit, sacha, home) -> None:
    page = visit(home, sacha, language="en")

    def choose(words: str) -> None:
        page.keyboard.press("Control+k")
        page.wait_for_selector("#palette-list [aria-selected=true]")
        page.keyboard.type(words)
        page.keyboard.press("Enter")

    choose("dark")
    page.wait_for_selector("html[data-theme=dark]")
    assert not page.locator("#palette").is_visible()
    choose("shortcuts")
    assert page.locator("#keyboard").is_visible()
    page.keyboard.press("Escape")
    choose("français")
    page.wait_for_selector("html[lang=fr]")
    choose("nouvel espace")
    page.wait_for_url("**/workspaces/#new")


def test_the_palette_finds_without_accents_moves_by_arrows_and_says_when_nothing_fits(visit, sacha, home) -> None:
    page = visit(home, sacha, language="fr")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [aria-selected=true]")
    first = page.locator("#palette-list [aria-selected=true]").inner_text()
    page.keyboard.press("ArrowDown")
    assert page.locator("#palette-list [aria-selected=true]").inner_text() != first
    page.keyboard.press("ArrowUp")
    assert page.locator("#palette-list [aria-selected=true]").inner_text() == first
    page.keyboard.type("preferences")
    assert "Préférences" in page.locator("#palette-list li:not([hidden])").inner_text()
    page.keyboard.type("zzz")
    assert page.locator("#palette [data-none]").is_visible()


def test_a_dialog_keeps_the_keyboard_and_gives_focus_back(visit) -> None:
    page = visit("/styleguide/")
    opener = page.locator("[data-open=sg-dialog]")
    opener.focus()
    page.keyboard.press("Enter")
    for _press in range(6):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('#sg-dialog')"
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert opener.evaluate("it => it === document.activeElement")


def test_a_menu_opens_moves_and_closes_by_keyboard(visit, sacha, home) -> None:
    page = visit(home, sacha)
    summary = page.locator(".space summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Les Établis"
    page.keyboard.press("Escape")
    assert not page.locator(".space .menu-list").is_visible()
    assert summary.evaluate("it => it === document.activeElement")


def test_keys_without_ctrl_lead_to_places_until_they_are_switched_off(visit, sacha, home) -> None:
    page = visit("/preferences/", sacha)
    page.goto(page.url.replace("/preferences/", home) + "?from=elsewhere")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"**{home}")
    page.keyboard.press("?")
    page.locator("[data-single-keys]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keyboard").is_visible()


def test_the_appearance_changes_at_once_and_stays(visit, sacha, home) -> None:
    page = visit(home, sacha)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_text("Appearance and language").locator("xpath=..").click()
    with page.expect_response("**/look"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != before
    page.reload()
    assert page.evaluate(ground) != before
    sacha.refresh_from_db()
    assert sacha.theme == "dark"


def test_the_language_changes_before_anybody_signs_in(visit) -> None:
    page = visit("/styleguide/charts/")
    page.get_by_text("Appearance and language").locator("xpath=..").click()
    page.get_by_role("button", name="Français").click()
    page.wait_for_selector("html[lang=fr]")
    assert page.url.endswith("/styleguide/charts/")
    assert page.locator("h1").inner_text() == "Guide de style"


def test_a_refused_fragment_is_shown_and_a_broken_connection_is_said(visit, sacha, home) -> None:
    page = visit(home, sacha)
    page.evaluate("document.querySelector('main').innerHTML = '<div id=\"here\"></div>'")
    page.route(
        "**/refused", lambda route: route.fulfill(status=422, content_type="text/html", body="<b>to correct</b>")
    )
    page.evaluate("htmx.ajax('POST', '/refused', '#here')")
    page.wait_for_selector("#here b")
    assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]
    page.evaluate("document.dispatchEvent(new Event('htmx:sendError'))")
    assert "did not work" in page.locator("#toasts .toast.bad").inner_text()
    page.locator("#toasts [data-dismiss]").click()
    assert page.locator("#toasts .toast").count() == 0


def test_a_series_is_drawn_and_stands_in_a_table_too(visit) -> None:
    page = visit("/styleguide/charts/")
    page.wait_for_selector(".series-plot canvas")
    painted = page.evaluate(
        "(() => { const c = document.querySelector('.series-plot canvas');"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " return d.filter((part, place) => place % 4 === 3 && part > 0).length / (c.width * c.height) })()"
    )
    assert 0.02 < painted < 0.9
    page.get_by_text("The same as a table").click()
    assert page.locator(".series tbody tr").count() == 20
    assert page.locator(".series tbody tr:has-text('no data')").count() == 3
