"""A file from a real Chromium through a real server and worker into the log, and out again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from servers import Visitor, free_port, inside, make_alice

pytestmark = pytest.mark.browser
CSV = "Client;Date;Action;Montant;Note interne\n" + "".join(
    f"c{n % 40};{n % 28 + 1:02d}/03/2026 1{n % 9}:30;{('visite', 'devis', 'achat')[n % 3]};{n % 90},50;x\n"
    for n in range(300)
)


class Served:
    """The application in processes of its own: a web server that can be restarted, and a worker."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = inside(home, PARCOURS_URL=self.address, PARCOURS_DEBUG="1")
        self.workspace = make_alice(home)
        self.imports = f"{self.address}/w/{self.workspace}/imports/"
        self.start_worker()
        self.serve()
        self.session = Visitor(self.port, 1).sign_in()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.home / "said.txt").open("ab") as said:
            return subprocess.Popen([sys.executable, *command], env=self.env, stdout=said, stderr=said)

    def start_worker(self) -> None:
        self.worker = self._start("-m", "parcours.web.worker")

    def serve(self) -> None:
        """Start the web server and wait until it answers."""
        where = ("--interface", "asgi", "--port", str(self.port), "parcours.web.asgi:application")
        self.web = self._start("-m", "granian", *where)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.address}/health/live", timeout=2).close()
                return
            except OSError:
                time.sleep(0.2)
        pytest.fail((self.home / "said.txt").read_text())

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def page(self, chromium: Browser, width: int = 1440, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=self.address, **options)
        context.add_cookies([{"name": "session", "value": self.session, "url": self.address}])
        page = context.new_page()
        page.wrong = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.wrong.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))  # type: ignore[attr-defined]
        return page


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    there = Served(tmp_path_factory.mktemp("served"))
    yield there
    there.stop(there.web)
    there.stop(there.worker)


def look(page: Page, axe: str, name: str) -> None:
    """Nothing for axe to say of our part of the page, nothing wider than the window; a picture where one is wanted."""
    pictures = os.environ.get("PARCOURS_PICTURES")
    if pictures:
        page.screenshot(path=f"{pictures}/import-{name}.png", full_page=True)
    page.evaluate(axe)
    found = page.evaluate("axe.run('#main', {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize("width", [1440, 390])
def test_a_file_is_brought_in_looked_at_run_and_taken_back(
    chromium: Browser, served: Served, axe: str, tmp_path: Path, width: int
) -> None:
    page = served.page(chromium, width, bypass_csp=True)
    file = tmp_path / f"ventes {width}.csv"
    file.write_text(CSV.replace("c1", f"w{width}"), "utf-8")
    page.goto(served.imports)
    look(page, axe, f"{width}-list")
    page.get_by_label("Choose a file").set_input_files(file)
    page.wait_for_url(re.compile("/imports/[a-z0-9]{12}/$"))
    expect(page.get_by_role("heading", name="What each column is")).to_be_visible()
    note = page.get_by_label("Note interne: understood as")
    expect(page.get_by_label("Montant: understood as")).to_have_value("value")
    expect(page.get_by_role("columnheader", name="Note interne")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        note.select_option("none")
    assert answered.value.status == 200
    expect(page.get_by_role("columnheader", name="Note interne")).to_have_count(0)
    look(page, axe, f"{width}-preview")
    page.get_by_label("Client: understood as").select_option("property")
    expect(page.get_by_role("alert")).to_contain_text("Say which column is the person’s id.")
    look(page, axe, f"{width}-preview-wrong")
    page.get_by_label("Client: understood as").select_option("person")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_role("link", name="See the map")).to_be_visible(timeout=30_000)
    expect(page.locator(".kpi").first).to_contain_text("300")
    look(page, axe, f"{width}-result")
    page.get_by_role("link", name="Take it back").click()
    look(page, axe, f"{width}-undo")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It was taken back")).to_be_visible(timeout=30_000)
    page.goto(f"{served.address}/w/{served.workspace}/happened/")
    look(page, axe, f"{width}-happened")
    page.goto(served.imports)
    expect(page.get_by_role("row", name=file.name)).to_contain_text("Taken back")
    assert [said for said in page.wrong if "422" not in said] == []  # type: ignore[attr-defined]
    page.context.close()


def test_a_page_that_is_not_told_for_now_asks_again(chromium: Browser, served: Served, tmp_path: Path) -> None:
    served.stop(served.worker)  # it would be done before anybody asks
    page = served.page(chromium)
    asked: list[str] = []

    def once_refused(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=429, headers={"Retry-After": "10"})
        else:
            route.continue_()

    page.route("**/progress", once_refused)
    file = tmp_path / "encore.csv"
    file.write_text(CSV.replace("c1", "encore"), "utf-8")
    page.goto(served.imports)
    page.get_by_label("Choose a file").set_input_files(file)
    with page.expect_response(lambda answer: answer.status == 429):
        page.get_by_role("button", name="Import the file").click()
    served.start_worker()
    expect(page.get_by_role("link", name="See the map")).to_be_visible(timeout=30_000)
    assert len(asked) >= 2
    page.context.close()


def test_everything_works_by_keyboard_alone(chromium: Browser, served: Served, tmp_path: Path) -> None:
    page = served.page(chromium)
    file = tmp_path / "clavier.csv"
    file.write_text(CSV.replace("achat", "commande"), "utf-8")
    # Before the page is opened: the browser is told only then to hand choosers over, and that takes a moment.
    page.on("filechooser", lambda opened: opened.set_files(file))
    page.goto(served.imports)
    page.get_by_label("Choose a file").focus()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("/imports/[a-z0-9]{12}/$"))
    select = page.get_by_label("Note interne: understood as")
    select.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("End")
    expect(select).to_have_value("none")
    expect(select).to_be_focused()
    run = page.get_by_role("button", name="Import the file")
    for _step in range(80):
        page.keyboard.press("Tab")
        if run.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="See the map")).to_be_visible(timeout=30_000)
    assert page.wrong == []  # type: ignore[attr-defined]
    page.context.close()


def uploaded(page: Page, percent: float) -> None:
    """Wait until so much has left; the page's policy forbids the evaluation that Playwright's own waiting needs."""
    until = time.monotonic() + 60
    while page.locator("[data-upload-bar]").evaluate("bar => bar.value") <= percent:
        assert time.monotonic() < until, page.locator("[data-upload-words]").inner_text()
        page.wait_for_timeout(50)


def test_an_upload_pauses_outlives_a_reload_and_a_restart_of_the_server(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    page = served.page(chromium)
    file = tmp_path / "grand.csv"
    rows = "".join(f"p{n % 5000},2026-03-{n % 28 + 1:02d}T10:00:00Z,step {n % 5},{n}\n" for n in range(600_000))
    file.write_text("person,time,event,number\n" + rows)
    limit = page.context.new_cdp_session(page)
    limit.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 6_000_000}
    limit.send("Network.emulateNetworkConditions", slow)
    page.goto(served.imports)
    page.get_by_label("Choose a file").set_input_files(file)
    expect(page.locator("[data-upload-words]")).to_contain_text(re.compile(r"MB of .* left"))
    uploaded(page, 15)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-upload-words]")).to_contain_text("Paused at")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("row", name="grand.csv").first).to_be_visible()
    limit.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": 3_000_000})
    page.get_by_label("Choose a file").set_input_files(file)
    uploaded(page, 40)
    served.stop(served.web)
    expect(page.locator("[data-upload-words]")).to_contain_text("The connection is lost", timeout=20_000)
    served.serve()
    page.wait_for_url(re.compile("/imports/[a-z0-9]{12}/$"), timeout=60_000)
    expect(page.get_by_role("heading", name="grand.csv")).to_be_visible()
    page.get_by_role("button", name="Import the file").click()
    expect(page.locator(".kpi").first).to_contain_text("600,000", timeout=60_000)
    page.context.close()


def test_a_page_that_watches_an_import_outlives_the_answer_of_a_proxy_whose_server_is_away(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    served.stop(served.worker)
    page = served.page(chromium)
    file = tmp_path / "patient.csv"
    file.write_text(CSV.replace("devis", "rappel"), "utf-8")
    page.goto(served.imports)
    page.get_by_label("Choose a file").set_input_files(file)
    page.wait_for_url(re.compile("/imports/[a-z0-9]{12}/$"))
    page.route("**/progress", lambda route: route.fulfill(status=502))
    with page.expect_response(lambda answer: answer.status == 502):
        page.get_by_role("button", name="Import the file").click()
    page.unroute("**/progress")
    served.start_worker()
    expect(page.locator(".kpi").first).to_contain_text("300", timeout=60_000)
    page.context.close()


def test_without_javascript_the_whole_way_works(chromium: Browser, served: Served, tmp_path: Path) -> None:
    page = served.page(chromium, java_script_enabled=False)
    file = tmp_path / "simple.csv"
    file.write_text(CSV.replace("visite", "appel"), "utf-8")
    page.goto(served.imports)
    page.get_by_label("Choose a file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("Note interne: understood as").select_option("none")
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_role("columnheader", name="Note interne")).to_have_count(0)
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_role("link", name="See the map")).to_be_visible(timeout=30_000)
    page.context.close()
