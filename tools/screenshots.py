"""Draws the pictures of the README and the guide from the demo: ``make pictures``. Needs a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from parcours.language.translation import Language
from parcours.library.log import EventLog
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
            page.evaluate("document.fonts.ready")
            target = PICTURES / f"map-{language}-{width}-{theme}.png"
            until = page.evaluate("document.querySelector('.part').getBoundingClientRect().top")
            page.screenshot(path=target, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": until})
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
            page.close()
        for language in ("fr", "en"):
            draw_parts(browser, Path(folder) / language, language)
        browser.close()


def draw_parts(browser: Browser, demo: Path, language: Language) -> None:
    """Draw the sections under the map, and the letter."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((demo / "living-map.html").as_uri())
    page.evaluate("document.fonts.ready")
    for name, selector in PARTS.items():
        target = PICTURES / f"{name}-{language}.png"
        page.locator(selector).screenshot(path=target)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
    log = EventLog(demo / "events.parcours")
    letter_over(log.stored, log.map(demo / "map.yaml"), language).save(demo / "letter.html")
    page.set_viewport_size({"width": 820, "height": 900})
    page.goto((demo / "letter.html").as_uri())
    page.evaluate("document.fonts.ready")
    target = PICTURES / f"letter-{language}.png"
    page.screenshot(path=target, full_page=True)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
    page.close()


if __name__ == "__main__":
    main()
