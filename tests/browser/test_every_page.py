"""Every page that a person can open, in both languages, light and dark, wide and narrow, by mouse and by keyboard.

Pages are found in the resolver: a new one is visited without being listed here, as Alice, who owns everything, with
its parts filled from ``PARTS``. ``VISITS`` says where a page is opened otherwise or in several states, ``NOT_PAGES``
what is no page, and why.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import company
import pytest
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from looking import FORMS, WATCH, Scales, faults, opened_and_closed, strange, walked
from playwright.sync_api import Browser, Page
from served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_server, pytest.mark.xdist_group("every page")]
Made = dict[str, Any]
TIMEOUT_MS = 120_000
"""The first map of a process waits for its kernels."""


@dataclass(frozen=True)
class Visit:
    """A page in one state. ``parts`` fill its address, ``who`` opens it (nobody: empty), ``before`` comes first.

    ``stands_alone``: a document to keep and send, with its fonts inside; it is not held to the bytes of a page.
    """

    name: str
    state: str = ""
    who: str = "alice"
    parts: Callable[[Made], dict[str, Any]] = lambda _made: {}
    query: str = ""
    before: Callable[[Page, Made], None] | None = None
    stands_alone: bool = False
    status: int = 200

    def __str__(self) -> str:
        return f"{self.name} {self.state}".strip()

    def address(self, made: Made) -> str:
        """Return where it is in what ``company.py`` made."""
        names = next(parts for name, _view, parts in addresses() if name == self.name)
        filled = {name: PARTS[name](made) for name in names if name in PARTS} | self.parts(made)
        return reverse(self.name, kwargs={name: filled[name] for name in names}) + self.query


PARTS: dict[str, Callable[[Made], Any]] = {
    "workspace": lambda made: made["workspace"],
    "map": lambda made: made["map"],
    "import_id": lambda made: made["imports"]["done"],
    "token": lambda made: made["tokens"]["invitation"],
    "key": lambda made: made["tokens"]["confirmation"],
    "member": lambda made: made["member"],
    "number": lambda _made: 1,
    "form": lambda _made: "json",
    "columns": lambda _made: 8,
    "name": lambda _made: "coach",
    "theme": lambda _made: "light",
    "digest": lambda _made: "0",
    "session": lambda _made: 1,
    "invitation": lambda _made: 1,
    "pk": lambda _made: 1,
    "uidb36": lambda made: made["tokens"]["uid"],
}
FRAGMENT, FILE, ACTION = "a part of another page", "a file", "an action: it takes POST only"
LEADS_ON = "it leads to another page"
OFF = "signing in by a code of allauth is switched off: our links do that"
NOT_PAGES: dict[str, str] = {
    "live": "for programs",
    "ready": "for programs",
    "metrics": "for programs",
    "look": ACTION,
    "palette": FRAGMENT,
    "workspace_waited": FRAGMENT,
    "map_waited": FRAGMENT,
    "import-progress": "a stream of fragments",
    "import-file": "for the script that uploads",
    "import-rejected": FILE,
    "map_style": FILE,
    "map_script": FILE,
    "template_drawing": FILE,
    "map_file": FILE,
    "map_people": FILE,
    "mfa_download_recovery_codes": FILE,
    "mfa_login_webauthn": "for the script of passkeys",
    "account_confirm_login_code": OFF,
    **dict.fromkeys(
        [
            "end_session", "leave_workspace", "member_role", "remove_member", "resend_invitation", "revoke_invitation",
            "revoke_key", "import-cancellation", "import-retry", "happened-withdrawal", "map_from_template",
            "map_from_file", "map_from_nothing", "map_from_data", "map_title", "map_copy", "map_archiving",
            "map_archiving_undone", "new_map_version", "map_publication", "map_restoration",
        ],
        ACTION,
    ),
    "first": "there is somebody already; a test of its own shows it on an empty installation",
}  # fmt: skip


def in_state(name: str) -> Callable[[Made], dict[str, Any]]:
    return lambda made: {"import_id": made["imports"][name]}


def of_space(name: str) -> Callable[[Made], dict[str, Any]]:
    return lambda made: {"workspace": made[name]}


def sign_in_with_password(page: Page, _made: Made) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill("karim@example.com")
    page.locator("[name=password]").fill(company.PASSWORD)
    page.locator("form[action*=login] button.btn-main").click()
    page.wait_for_url("**/authenticate/**")


def ask_for_a_code(page: Page, _made: Made) -> None:
    page.goto(reverse("account_request_reauthentication_code"))
    page.locator("main form .btn-main").click()
    page.wait_for_url("**/confirm/**")


def come_by_invitation(page: Page, made: Made) -> None:
    page.goto(reverse("invitation", kwargs={"token": made["tokens"]["invitation"]}))


NOBODY = ""
VISITS: dict[str, list[Visit]] = {
    "account_login": [Visit("account_login", who=NOBODY)],
    "account_signup": [
        Visit("account_signup", "closed", NOBODY),
        Visit("account_signup", "invited", NOBODY, query="?email=elodie@example.com", before=come_by_invitation),
    ],
    "account_reset_password": [Visit("account_reset_password", who=NOBODY)],
    "account_reset_password_done": [Visit("account_reset_password_done", who=NOBODY)],
    "account_reset_password_from_key": [
        Visit("account_reset_password_from_key", "good", NOBODY, lambda made: {"key": made["tokens"]["reset"]}),
        Visit("account_reset_password_from_key", "spent", NOBODY, lambda _made: {"key": "abc-def"}),
    ],
    "account_reset_password_from_key_done": [Visit("account_reset_password_from_key_done", who=NOBODY)],
    "account_confirm_email": [
        Visit("account_confirm_email", "good", NOBODY),
        Visit("account_confirm_email", "spent", NOBODY, lambda _made: {"key": "spent"}),
    ],
    "account_email_verification_sent": [Visit("account_email_verification_sent", who=NOBODY)],
    "account_inactive": [Visit("account_inactive", who=NOBODY)],
    "request_link": [Visit("request_link", who=NOBODY)],
    "link_sent": [Visit("link_sent", who=NOBODY)],
    "magic_link": [Visit("magic_link", "good", NOBODY, lambda made: {"token": made["tokens"]["magic_link"]})],
    "invitation": [
        Visit("invitation", "good", NOBODY),
        Visit("invitation", "for somebody else"),
        Visit("invitation", "spent", NOBODY, lambda _made: {"token": "spent"}, status=410),
    ],
    "kept_invitation": [
        Visit("kept_invitation", "good", NOBODY, before=come_by_invitation),
        Visit("kept_invitation", "spent", NOBODY, status=410),
    ],
    "mfa_authenticate": [Visit("mfa_authenticate", who=NOBODY, before=sign_in_with_password)],
    "account_request_reauthentication_code": [Visit("account_request_reauthentication_code", who="unkeyed")],
    "account_confirm_reauthentication_code": [
        Visit("account_confirm_reauthentication_code", who="unkeyed", before=ask_for_a_code)
    ],
    "account_set_password": [Visit("account_set_password", who="unkeyed")],
    "account_email": [Visit("account_email"), Visit("account_email", "to be confirmed", "unkeyed")],
    "mfa_index": [Visit("mfa_index", "nothing yet"), Visit("mfa_index", "everything", "keyed")],
    **{
        name: [Visit(name, who="keyed")]
        for name in ["mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
                     "mfa_generate_recovery_codes", "mfa_reauthenticate_webauthn"]
    },
    "mfa_list_webauthn": [Visit("mfa_list_webauthn", "none"), Visit("mfa_list_webauthn", "one", "keyed")],
    **{
        name: [Visit(name, who="keyed", parts=lambda made: {"pk": made["passkey"]})]
        for name in ["mfa_remove_webauthn", "mfa_edit_webauthn"]
    },
    "home": [Visit("home", "several workspaces"), Visit("home", "none", "unkeyed")],
    "workspaces": [Visit("workspaces"), Visit("workspaces", "none", "unkeyed")],
    "workspace": [
        Visit("workspace", query="?now"),
        Visit("workspace", "without a map", parts=of_space("empty")),
        Visit("workspace", "without data", parts=of_space("planned")),
    ],
    "audit_trail": [
        Visit("audit_trail"),
        Visit("audit_trail", "verified", query="?verify=1"),
        Visit("audit_trail", "nothing", query="?verb=member.left"),
    ],
    "api_keys": [Visit("api_keys"), Visit("api_keys", "none", parts=of_space("empty"))],
    "imports": [Visit("imports"), Visit("imports", "none", parts=of_space("empty"))],
    "import": [
        Visit("import", state, parts=in_state(state))
        for state in ("done", "rejected", "undone", "failed", "cancelled", "preview", "uploading", "queued")
    ],
    "happened": [Visit("happened"), Visit("happened", "nothing yet", parts=of_space("empty"))],
    "maps": [
        Visit("maps"),
        Visit("maps", "put away", query="?archived"),
        Visit("maps", "none", parts=of_space("empty")),
    ],
    "map": [
        Visit("map", "published", query="?now"),
        Visit("map", "draft", query="?now&version=2&period=30"),
    ],
    "map_report": [Visit("map_report", stands_alone=True)],
    "map_letter": [Visit("map_letter", stands_alone=True)],
    "map_comparison": [Visit("map_comparison", query="?from=1&to=2")],
    "map_comparison_picture": [Visit("map_comparison_picture", query="?from=1&to=2", stands_alone=True)],
}  # fmt: skip


def addresses(patterns: Any = None) -> Iterator[tuple[str, Any, frozenset[str]]]:
    """Give name, view and parts of every address of the application."""

    def below(patterns: Any, parts: frozenset[str]) -> Iterator[tuple[str, Any, frozenset[str]]]:
        for pattern in patterns:
            here = parts | frozenset(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield pattern.name or str(pattern.pattern), pattern.callback, here

    yield from below(get_resolver().url_patterns if patterns is None else patterns, frozenset())


def visits() -> list[Visit]:
    pages = dict.fromkeys(name for name, _view, _parts in addresses() if name not in NOT_PAGES)
    return [visit for name in pages for visit in VISITS.get(name, [Visit(name)])]


class Reader:
    """Opens pages of a served installation in one language; one tab for everybody who reads."""

    def __init__(self, chromium: Browser, address: str, sessions: dict[str, str], language: str) -> None:
        self.chromium, self.address, self.sessions, self.language = chromium, address, sessions, language
        self.complaints: list[str] = []
        self._pages: dict[str, Page] = {}

    def page(self, who: str) -> Page:
        """Return the tab of ``who``; nobody gets a new browser each time."""
        if not who and who in self._pages:
            self._pages.pop(who).context.close()
        if who not in self._pages:
            context = self.chromium.new_context(base_url=self.address, reduced_motion="reduce")
            context.set_default_timeout(TIMEOUT_MS)
            cookies = {"language": self.language} | ({"session": self.sessions[who]} if who else {})
            context.add_cookies([{"name": name, "value": cookies[name], "url": self.address} for name in cookies])
            context.add_init_script(WATCH)
            page = context.new_page()
            page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self._pages[who] = page
        self._pages[who].bring_to_front()  # Chromium lets a tab behind another wait
        return self._pages[who]

    def open(self, visit: Visit, made: Made) -> Page:
        """Open the page that ``visit`` names."""
        page = self.page(visit.who)
        page.set_viewport_size({"width": 1440, "height": 900})
        if visit.before is not None:
            visit.before(page, made)
        self.complaints.clear()
        answer = page.goto(visit.address(made))
        assert answer is not None and answer.status == visit.status, f"{page.url} answered {answer and answer.status}"
        self.look_ready(page)
        return page

    def look_ready(self, page: Page) -> None:
        """Wait for the fonts and see that it is a whole page in the right language."""
        page.evaluate("document.fonts.ready.then(() => null)")
        assert page.locator("html").get_attribute("lang") == self.language, page.url
        assert page.locator("h1").count() >= 1, f"{page.url} has no title"

    def said(self, page: Page, but: str = "$^") -> list[str]:
        """Return what the browser complained about, ``but`` what the page's own status makes it say."""
        refused = page.evaluate("window.violations ?? []")
        return [f"complaint: {said}" for said in [*self.complaints, *refused] if not re.search(but, said)]

    def close(self) -> None:
        """Close every tab."""
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Served]:
    program = f"import django, runpy; django.setup(); runpy.run_path({company.__file__!r}, run_name='__main__')"
    there = Served(tmp_path_factory.mktemp("every-page"), ("-c", program))
    try:
        there.made["passkey"] = register_passkey(there, chromium)
        yield there
    finally:
        there.stop()


def register_passkey(there: Served, chromium: Browser) -> int:
    """Give Karim a passkey, which only a browser can make; return the number in its address."""
    address = there.address.replace("127.0.0.1", "localhost")
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": "session", "value": there.made["sessions"]["keyed"], "url": address}])
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **always}})
    page.goto("/account/2fa/webauthn/add/")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/account/2fa/webauthn/")
    found = page.locator("a[href*='/edit/']").get_attribute("href")
    context.close()
    assert found is not None
    return int(re.findall(r"\d+", found)[-1])


@pytest.fixture(scope="module")
def readers(served: Served, chromium: Browser) -> Iterator[dict[str, Reader]]:
    there = {name: Reader(chromium, served.address, served.made["sessions"], name) for name in ("fr", "en")}
    yield there
    for reader in there.values():
        reader.close()


@pytest.fixture(scope="module")
def scales() -> Scales:
    return Scales()


def looked_at(reader: Reader, page: Page, axe: str, visit: Visit, scales: Scales) -> list[str]:
    """Show a loaded page in its four forms, and return everything that is wrong with it."""
    page.evaluate(axe)
    wrong = [fault for theme, width in FORMS for fault in faults(page, theme, width, reader.language)]
    wrong += strange(page, reader.language)
    if not visit.stands_alone:
        wrong += scales.faults(page)
    if folder := os.environ.get("PARCOURS_PICTURES"):
        for theme, width in FORMS:
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            name = f"{visit}-{reader.language}-{width}-{theme}".replace(" ", "-")
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    return wrong


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("visit", visits(), ids=str)
def test_a_page_is_clean_in_every_form_and_walked_by_keyboard(
    visit: Visit, language: str, served: Served, readers: dict[str, Reader], scales: Scales, axe: str
) -> None:
    reader = readers[language]
    page = reader.open(visit, served.made)
    wrong = looked_at(reader, page, axe, visit, scales)
    wrong += [fault for width in (1440, 390) for fault in walked(page, width)]
    wrong += opened_and_closed(page)
    wrong += reader.said(page, but=rf"status of {visit.status}")
    assert wrong == [], "\n".join([page.url, *wrong])


def test_what_is_said_to_be_no_page_is_none(served: Served, chromium: Browser) -> None:
    """A page cannot hide among what is not visited."""
    context = chromium.new_context(base_url=served.address)
    context.add_cookies([{"name": "session", "value": served.made["sessions"]["alice"], "url": served.address}])
    names = {name: parts for name, _view, parts in addresses()}
    assert set(NOT_PAGES) <= set(names), set(NOT_PAGES) - set(names)
    wrong = []
    for name, reason in NOT_PAGES.items():
        if name == "import-progress":
            continue  # it does not end
        parts = {part: PARTS[part](served.made) for part in names[name]}
        if name == "revoke_key":
            parts["key"] = 1
        if name in ("map_style", "map_script"):
            parts["name"] = "map"
        answer = context.request.get(reverse(name, kwargs=parts), max_redirects=0, timeout=TIMEOUT_MS)
        page = answer.status == 200 and "<html" in answer.text()[:500].lower()
        if page or (reason == ACTION) != (answer.status == 405):
            wrong.append(f"{name}, {reason}: {answer.status}")
    context.close()
    assert wrong == []


# -- pages of an installation that is empty, or in trouble -----------------------------------------------------------


def _broken(_request: Any) -> HttpResponse:
    raise RuntimeError("for the test")


def _not_understood(_request: Any) -> HttpResponse:
    raise BadRequest


def _too_often(request: Any) -> Any:
    from allauth.core.ratelimit import respond_429

    return respond_429(request)


TROUBLE = {"broken": (_broken, 500), "odd": (_not_understood, 400), "often": (_too_often, 429)}


@pytest.fixture
def with_trouble(settings: Any) -> None:
    """Addresses that answer with what goes wrong otherwise only by accident."""
    module = ModuleType("urls_with_trouble")
    module.urlpatterns = [  # type: ignore[attr-defined]
        *get_resolver().url_patterns,
        *(path(f"{name}/", view, name=name) for name, (view, _status) in TROUBLE.items()),
    ]
    settings.ROOT_URLCONF = module


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", [*TROUBLE, "absent", "forged", "first"])
def test_a_page_of_trouble_and_the_first_page_are_clean_too(
    name: str, language: str, chromium: Browser, live_server: Any, with_trouble: None, scales: Scales, axe: str
) -> None:
    reader = Reader(chromium, live_server.url, {}, language)
    page = reader.page("")
    status = {"absent": 404, "forged": 403, "first": 200}.get(name) or TROUBLE[name][1]
    if name == "forged":
        page.goto("/account/login/")
        page.locator("[name=login]").fill("alice@example.com")
        page.locator("[name=password]").fill("x")
        page.context.clear_cookies(name="csrf")
        with page.expect_navigation() as sent:
            page.locator("form[action*=login] button.btn-main").click()
        answer = sent.value
    else:
        answer = page.goto(f"/{name}/")
    assert answer is not None and answer.status == status
    reader.look_ready(page)
    wrong = looked_at(reader, page, axe, Visit(name), scales)
    wrong += [fault for width in (1440, 390) for fault in walked(page, width)]
    wrong += reader.said(page, but=rf"status of {status}")
    reader.close()
    assert wrong == [], "\n".join(wrong)


def test_a_page_above_ones_role_is_clean(served: Served, readers: dict[str, Reader], scales: Scales, axe: str) -> None:
    visit = Visit("members", "refused", "viewer", status=403)
    for reader in readers.values():
        page = reader.open(visit, served.made)
        wrong = looked_at(reader, page, axe, replace(visit, name="refused"), scales)
        assert [*wrong, *reader.said(page, but="status of 403")] == []
