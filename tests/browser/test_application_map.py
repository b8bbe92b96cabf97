"""Homes and maps in a real Chromium, over a real server, under the real content security policy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Playwright keeps an event loop in this thread, and Django takes that for a view that must not wait.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
EVENTS = ["person,time,event,nps"]
for _number in range(24):
    EVENTS.append(f"customer-{_number:02d},2024-01-{_number + 1:02d}T10:00:00Z,page_viewed,")
    if _number % 2:
        EVENTS.append(f"customer-{_number:02d},2024-01-{_number + 1:02d}T11:00:00Z,purchase,{_number % 11}")


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    """A workspace with data and no map, its owner and a viewer."""
    from parcours.eventlog.places import log_folder
    from parcours.library.log import read

    made = Workspace.objects.create(name="Cap Clair", language="fr")
    for name, role in (("alice", Role.OWNER), ("bob", Role.VIEWER)):
        user = User.objects.create_user(f"{name}@example.com", name=name)
        Membership.objects.create(workspace=made, user=user, role=role)
    source = tmp_path / "events.csv"
    source.write_text("\n".join(EVENTS) + "\n")
    log_folder(made).parent.mkdir(parents=True, exist_ok=True)
    read(source, into=log_folder(made))
    return made


@pytest.fixture
def opened(chromium: Browser, live_server: object, client: object) -> Callable[..., object]:
    """Return what opens a page as somebody; nothing may be refused by the policy or fail in a script."""

    @contextmanager
    def open_page(
        name: str, *, language: str = "en", width: int = 1440, scheme: str = "light", complaints: int = 0
    ) -> Iterator[Page]:
        user = User.objects.get(name=name)
        user.language = language
        user.save()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=live_server.url
        )
        context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        yield page
        context.close()
        assert len(said) == complaints, said

    return open_page


def make_map(space: Workspace) -> str:
    from parcours.journeymap import services

    map = services.create_from_template(space, User.objects.get(name="alice"), "coach")
    return f"/w/{space.public_id}/maps/{map.public_id}/"


@pytest.mark.parametrize(("language", "scheme"), [("fr", "light"), ("en", "dark")])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(
    space: Workspace, opened: Callable[..., object], axe: str, language: str, scheme: str, width: int
) -> None:
    map = make_map(space)
    home = f"/w/{space.public_id}/"
    pages = [f"{home}?now", f"{home}maps/", f"{home}maps/new/", f"{map}?now", f"{map}versions/", f"{map}files/"]
    with opened("alice", language=language, width=width, scheme=scheme) as page:
        for address in [*pages, f"{map}settings/"]:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            page.evaluate(axe)
            found = page.evaluate("axe.run('#main', {resultTypes: ['violations']})")["violations"]
            assert [one["id"] + one["nodes"][0]["html"] for one in found] == [], address


def test_a_map_is_made_walked_and_opened_by_keyboard_alone(space: Workspace, opened: Callable[..., object]) -> None:
    with opened("alice") as page:
        page.goto(f"/w/{space.public_id}/maps/new/")
        page.locator("button[name=template]").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("table.map")
        page.locator("table.map .corner").focus()
        for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
            page.keyboard.press(key)
        expect(page.locator("table.map .corner")).to_be_focused()
        page.locator("table.map button[data-k]").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".parcours dialog")).to_be_visible()
        assert page.locator(".parcours dialog li").first.inner_text().startswith("customer-")
        page.keyboard.press("Escape")
        expect(page.locator(".parcours dialog")).to_be_hidden()


def test_a_page_that_waits_comes_back_by_itself_when_the_server_is_busy(
    space: Workspace, opened: Callable[..., object]
) -> None:
    map, asked = make_map(space), []

    def busy_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            return route.fulfill(status=503, headers={"Retry-After": "1"})
        return route.continue_()

    with opened("alice", complaints=2) as page:  # the browser and htmx note the 503
        page.route("**/answer?*", busy_once)
        page.goto(map)
        page.wait_for_selector("table.map", timeout=120_000)  # the first map of a process waits for its kernels
        assert len(asked) == 2 and page.locator(".toast").count() == 0


def test_who_may_not_see_people_finds_numbers_that_open_onto_nobody(
    space: Workspace, opened: Callable[..., object]
) -> None:
    map = make_map(space)
    with opened("bob") as page:
        page.goto(map)
        page.wait_for_selector("table.map")
        assert page.locator("[data-k], #people-data").count() == 0
        assert "customer-" not in page.content()


def test_the_report_leads_back_to_the_map_by_keyboard_and_prints_without_the_way(
    space: Workspace, opened: Callable[..., object]
) -> None:
    from parcours.journeymap import services

    map = services.create_from_template(space, User.objects.get(name="alice"), "saas", "Ours")
    with opened("bob", width=390) as page:
        page.goto(f"/w/{space.public_id}/maps/{map.public_id}/report?period=90")
        for _press in range(3):  # past what skips to the map, and the list of maps
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Ours"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/maps/{map.public_id}/?period=90*")
        expect(page.locator("h1")).to_have_text("Ours")  # still signed in, though the report runs in a sandbox
        page.go_back()
        page.emulate_media(media="print")
        expect(page.locator(".way-back")).to_be_hidden()
