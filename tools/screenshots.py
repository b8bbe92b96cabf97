"""Draws the pictures of the README and the guide from the demo: ``make pictures``. Needs a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOTS = [
    (language, width, theme)
    for language in ("fr", "en")
    for width, theme in ((1440, "light"), (1440, "dark"), (390, "light"))
]
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
            target = ROOT / "docs" / "pictures" / f"map-{language}-{width}-{theme}.png"
            page.screenshot(path=target, full_page=True)
            print(f"{target.relative_to(ROOT)}  {target.stat().st_size:,} bytes")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
