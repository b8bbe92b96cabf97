"""Draws the pictures of the README and the guide from the demo: ``make pictures``. Needs a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from application_pictures import draw_application
from playwright.sync_api import Browser, Page, sync_playwright

from parcours.language.translation import Language
from parcours.library.log import EventLog
from parcours.mapdoc.reading import load_map
from parcours.report.building import draw_map
from parcours.report.letter import letter_over

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
SHOTS = [
    (language, width, theme)
    for language in ("fr", "en")
    for width, theme in ((1440, "light"), (1440, "dark"), (390, "light"))
]
PARTS = {"alignment": "section.accords", "promises": "section.vows-part", "deviations": "section.kinds-part"}
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    browser_path = os.environ.get("PARCOURS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        for language in ("fr", "en"):
            command = [sys.executable, "-m", "parcours", "demo", "--no-open", "--language", language]
            subprocess.run([*command, "--into", str(Path(folder) / language)], check=True, stdout=subprocess.DEVNULL)
        browser = play.chromium.launch(executable_path=browser_path, args=QUIET)
        for language, width, theme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
            page.goto((Path(folder) / language / "living-map.html").as_uri())
            _lay_out(page)
            target = PICTURES / f"map-{language}-{width}-{theme}.png"
            until = page.evaluate("document.querySelector('.part').getBoundingClientRect().top")
            page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": until})
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
            page.close()
        for language in ("fr", "en"):
            draw_parts(browser, Path(folder) / language, language)
        draw_gallery(browser, Path(folder) / "en")
        for language in ("fr", "en"):
            draw_application(browser, Path(folder), PICTURES, language)
        browser.close()


def draw_parts(browser: Browser, demo: Path, language: Language) -> None:
    """Draw the sections under the map, and the letter."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((demo / "living-map.html").as_uri())
    _lay_out(page)
    for name, selector in PARTS.items():
        target = PICTURES / f"{name}-{language}.png"
        page.locator(selector).screenshot(path=target)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
    log = EventLog(demo / "events.parcours")
    letter_over(log.stored, log.map(demo / "map.yaml"), language).save(demo / "letter.html")
    page.set_viewport_size({"width": 820, "height": 900})
    page.goto((demo / "letter.html").as_uri())
    _lay_out(page)
    target = PICTURES / f"letter-{language}.png"
    page.screenshot(path=target, full_page=True)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
    page.close()


def draw_gallery(browser: Browser, demo: Path) -> None:
    """Draw what docs/gallery.md shows beside the pictures above, all in English."""
    log, map = EventLog(demo / "events.parcours"), demo / "map.yaml"
    summary = log.report(map, language="en", detail="summary", people=None)
    summary.save(PICTURES / "gallery-summary.png", scale=1)
    for theme in ("light", "dark"):
        card = log.report(map, language="en", detail="thumbnail", people=None)
        card.save(PICTURES / f"gallery-thumbnail-{theme}.png", theme=theme)
    log.report(map, language="en", people=None).save(demo / "map.pdf", paper="a4")
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "110",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            "-png",
            demo / "map.pdf",
            PICTURES / "gallery-print",
        ],
        check=True,
    )
    log.beside(map, before="2026-02-15", language="en").save(demo / "periods.html")
    bakery = load_map(ROOT / "docs" / "maps" / "bakery.yaml")
    draw_map(bakery, language="en", lanes=("goal", "pains", "actions", "blueprint")).save(demo / "blueprint.html")
    draw_map(bakery, language="en").save(demo / "bakery.html")
    shots = (("gallery-periods", "periods.html", "light"), ("gallery-blueprint", "blueprint.html", "light"),
             ("gallery-plan", "bakery.html", "dark"))  # fmt: skip
    for name, file, theme in shots:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme=theme)
        page.goto((demo / file).as_uri())
        _lay_out(page)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        page.close()
    page = browser.new_page(viewport={"width": 1440, "height": 620})
    page.goto((demo / "bakery.html").as_uri())
    _lay_out(page)
    page.locator("table [popovertarget$=about-round]").click()
    page.screenshot(path=PICTURES / "gallery-touchpoint.png")
    page.close()
    for target in sorted(PICTURES.glob("gallery-*.png")):
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")


def _lay_out(page: Page) -> None:
    """Lay out what is far from the screen, and wait for the fonts; a page does so when idle, never while asked."""
    page.evaluate(
        "() => document.querySelectorAll('body *').forEach((it) => {"
        " if (getComputedStyle(it).contentVisibility === 'auto') it.style.contentVisibility = 'visible' })"
    )
    page.evaluate("document.fonts.ready")


if __name__ == "__main__":
    main()
