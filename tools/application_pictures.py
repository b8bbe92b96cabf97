"""Draws the pictures of the application in the guide: the sample company served, its owner looking around."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from parcours.language.translation import Language

WIDTH = 1440
COLOURS = 256
DAY = {"fr": "16 mars 2026, 09:30", "en": "16 March 2026, 09:30"}
"""What every time says that would be another one the next time."""
PATIENCE_MS = 240_000
FILE = {
    "fr": ("caisse-mars.csv", "Client;Date;Action;Montant;Note interne", ("visite", "devis", "achat"), "hier matin"),
    "en": ("till-march.csv", "Customer;Date;Action;Amount;Internal note", ("visit", "quote", "purchase"), "yesterday"),
}
COLLEAGUES = (("claire@example.com", "editor"), ("noe@example.com", "analyst"))


def draw_application(browser: Browser, folder: Path, pictures: Path, language: Language) -> None:
    """Draw every picture of the application in one language."""
    with served_demo(folder / f"app-{language}", language) as link:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": 800}, color_scheme="light", reduced_motion="reduce", locale=language
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(link)
        page.locator("main button").click()
        page.wait_for_selector(".findings")
        home = page.url.split("?")[0]

        def shoot(name: str, height: int | None = None) -> None:
            shot(page, pictures / f"app-{name}-{language}.png", language, height)

        shoot("home")
        page.goto(f"{home}maps/")
        page.locator("tbody th a").first.click()
        page.wait_for_selector("table.map")
        shoot("map", 900)
        page.goto(f"{home}maps/new/")
        shoot("new-map")
        import_a_file(page, home, folder, language)
        page.wait_for_selector("#reading")
        shoot("import", 1000)
        page.locator("input[name=on_error][value=skip]").check()
        page.wait_for_timeout(1_000)
        page.locator("button[value=import]").click()
        page.wait_for_selector(".kpis")
        shoot("imported")
        for email, role in COLLEAGUES:
            page.goto(f"{home}members/")
            page.locator("main [name=email]").fill(email)
            page.locator("main form:has([name=email]) [name=role]").select_option(role)
            page.locator("main form:has([name=email]) .btn-main").click()
        page.goto(f"{home}members/")
        shoot("members")
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{home}?now")
        shoot("home-390", 800)
        context.close()


@contextmanager
def served_demo(into: Path, language: Language) -> Iterator[str]:
    """Serve the sample company and give the link by which its owner comes in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "parcours", "demo", "--serve", "--no-open", "--language", language]
    command += ["--into", str(into), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        try:
            assert demo.stdout is not None
            said: list[str] = []
            for line in demo.stdout:
                said.append(line)
                if found := re.search(r"https?://\S+/account/link/\S+", line):
                    yield found[0].rstrip(".")
                    break
            else:
                raise SystemExit("The demo was not served:\n" + "".join(said))
        finally:
            demo.terminate()


def import_a_file(page: Page, home: str, folder: Path, language: Language) -> None:
    """Bring a file up to the questions about its columns; two of its rows cannot be read."""
    name, head, actions, wrong = FILE[language]
    days = [f"{place % 28 + 1:02d}/03/2026 1{place % 9}:30" for place in range(60)]
    days[10] = days[41] = wrong
    rows = [f"c-{place % 20:03d};{day};{actions[place % 3]};{place % 90},50;x" for place, day in enumerate(days)]
    file = folder / name
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    page.goto(f"{home}imports/")
    page.locator("input[type=file]").set_input_files(file)


def shot(page: Page, target: Path, language: Language, height: int | None) -> None:
    """Draw the page as it stands, whole or so many pixels of it, with a fixed day wherever it says when."""
    page.evaluate("document.fonts.ready.then(() => null)")
    page.evaluate("() => document.activeElement?.blur?.()")
    page.evaluate("(day) => document.querySelectorAll('time').forEach((it) => { it.textContent = day })", DAY[language])
    size = page.viewport_size
    assert size is not None
    clip = {"x": 0, "y": 0, "width": size["width"], "height": height} if height else None
    page.screenshot(path=target, full_page=True, clip=clip)  # type: ignore[arg-type]
    with Image.open(target) as drawn:
        few = drawn.convert("RGB").quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    print(f"{target.name}  {target.stat().st_size:,} bytes")
