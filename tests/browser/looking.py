"""What the tests ask of a page, whoever made it: how it looks, what it says, what it weighs, how the keys walk it."""

from __future__ import annotations

import gzip
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

HERE = Path(__file__).parent
CATALOGUE = HERE.parents[1] / "src" / "parcours" / "language" / "locale" / "fr" / "LC_MESSAGES" / "parcours.po"
CONTRAST, WHOLE, TEXTS, WALK = (
    (HERE / f"{name}.js").read_text("utf-8") for name in ("contrast", "whole_page", "texts_shown", "keyboard_walk")
)
WATCH = (
    "window.violations = [];"
    "document.addEventListener('securitypolicyviolation',"
    " (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"
)
PICTURE = "/map-style/"
"""The style sheet that the map, the report and the home's strips share; it is weighed apart, as it is kept for good."""
MOST_CSS_BYTES = 30_000
MOST_JS_GZIP_BYTES = 60_000
AXE = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
FROM_THE_TOP = "() => { const it = document.body; it.tabIndex = -1; it.focus(); it.removeAttribute('tabindex') }"
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
"""What draws itself for a width has seen the new one."""
FORMS = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390))
SEEN_BY_AXE = {"fr": ("dark", 390), "en": ("light", 1440)}
"""Every page twice, both widths and both themes; axe takes ten times longer than all the rest, which sees all forms."""
NAMES = frozenset({"English", "Français", "Parcours"})
"""A language calls itself by its own name, and so do we."""


def faults(page: Page, theme: str, width: int, language: str) -> list[str]:
    """Show the loaded page in one form and return what is wrong with it; ``axe`` has to be there already."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(DRAWN)
    measured = page.evaluate(CONTRAST)
    wrong = list(measured["wrong"]) + (["no text at all"] if not measured["count"] else [])
    wrong += page.evaluate(WHOLE)
    if (theme, width) == SEEN_BY_AXE[language]:
        wrong += [
            f"axe {found['id']}: {node['html'][:160]}"
            for found in page.evaluate(AXE)["violations"]
            for node in found["nodes"]
            # Numbers in the map stand as close as in any table; each is reached by the arrow keys too.
            if not (found["id"] == "target-size" and "data-k=" in node["html"])
        ]
    return [f"{theme} {width}: {each}" for each in wrong]


@cache
def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Return English texts whose French is another, and French ones whose English is another, each with the other.

    A text that is right in both languages (“Note”, “Version”, “points”) says nothing, and is left out.
    """
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    english: dict[str, str] = {}
    french: dict[str, str] = {}
    for message in catalogue:
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        targets = message.string if isinstance(message.string, tuple) else (message.string,)
        for source, target in zip(sources, targets, strict=False):
            english[plain(source)], french[plain(target)] = plain(target), plain(source)
    both = set(english) & set(french)
    return ({text: other for text, other in english.items() if text not in both},
            {text: other for text, other in french.items() if text not in both})  # fmt: skip


def plain(text: str) -> str:
    """Return a text as a page shows it: one space where there are many."""
    return re.sub(r"\s+", " ", text).strip()


@cache
def _patterns(language: str) -> re.Pattern[str]:
    """Return what finds texts of the other language that have values in them."""
    wrong = _words()[0 if language == "fr" else 1]
    hole = re.compile(r"\{[^}]*\}|%\([^)]*\)s|%%")
    found = []
    for text in wrong:
        parts = hole.split(text)
        if len(parts) > 1 and len(re.findall(r"\w{3,}", " ".join(parts))) >= 3:
            found.append(".{1,120}".join(map(re.escape, parts)))
    return re.compile("|".join(found))


def strange(page: Page, language: str) -> list[str]:
    """Return the texts of the page that are in the other language."""
    wrong = _words()[0 if language == "fr" else 1]
    return [
        f"not in {language}: {text}"
        for text in page.evaluate(TEXTS)
        if (text in wrong and text not in NAMES) or (len(text) > 12 and _patterns(language).fullmatch(text))
    ]


class Scales:
    """Weighs the style sheets and scripts of pages; each file is fetched once."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def faults(self, page: Page) -> list[str]:
        """Return what is too heavy."""
        loaded = page.evaluate("performance.getEntriesByType('resource').map((it) => it.name)")
        bodies = {url: self._body(page, url) for url in loaded if url.split("?")[0].endswith((".css", ".js"))}
        styles = {url: body for url, body in bodies.items() if url.split("?")[0].endswith(".css")}
        weighed = {
            "style sheets": sum(len(body) for url, body in styles.items() if PICTURE not in url),
            "the picture's style sheet": sum(len(body) for url, body in styles.items() if PICTURE in url),
            "style sheets as they travel": sum(len(gzip.compress(body)) for body in styles.values()),
            "scripts as they travel": sum(len(gzip.compress(bodies[url])) for url in bodies.keys() - styles.keys()),
        }
        most = dict.fromkeys(weighed, MOST_CSS_BYTES) | {"scripts as they travel": MOST_JS_GZIP_BYTES}
        inside = page.locator("style, script:not([src], [type*=json])").count()
        return [f"{weighed[what]} bytes of {what}" for what in weighed if weighed[what] > most[what]] + (
            ["styles or scripts inside the page"] if inside else []
        )

    def _body(self, page: Page, url: str) -> bytes:
        if url not in self._bodies:
            self._bodies[url] = page.request.get(url).body()
        return self._bodies[url]


def walked(page: Page, width: int) -> list[str]:
    """Press Tab from the beginning of the page to its end; return what was not reached, and where focus is not seen."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        "() => { document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex') }"
    )
    count, wrong, places = page.evaluate(WALK), [], []
    parts_of_dates = 8 * page.locator("input[type^=date], input[type=time]").count()
    for _press in range(count + 3 + parts_of_dates):
        page.keyboard.press("Tab")
        step = page.evaluate("walk.step()")
        wrong += step["wrong"]
        if step["place"] < 0 or (places and step["place"] == places[0] < places[-1]):
            break  # past the end: out of the page, or around to its beginning
        places.append(step["place"])
    back = next((place for place, after in pairwise(places) if after < place), None)
    if back is not None:
        wrong.append(f"the order is not that of the page after {page.evaluate(f'walk.said(walk.list[{back}])')}")
    missed = sorted(set(range(count)) - set(places))
    wrong += [f"not reached: {page.evaluate(f'walk.said(walk.list[{place}])')}" for place in missed]
    return [f"{width}: {each}" for each in wrong]


def opened_and_closed(page: Page) -> list[str]:
    """Open every menu and dialog that the page shows with Enter, close it with Escape; return what does not obey."""
    wrong = []
    openers = page.locator("details.menu > summary:visible, [data-palette]:visible, [data-open]:visible")
    for place in range(openers.count()):
        opener = openers.nth(place)
        opener.focus()
        name = opener.inner_text().strip() or opener.get_attribute("aria-label")
        page.keyboard.press("Enter")
        is_open = (
            "it => it.parentElement.matches('details.menu[open]') || document.querySelector('dialog:modal') !== null"
        )
        if not opener.evaluate(is_open):
            wrong.append(f"Enter does not open: {name}")
        page.keyboard.press("Escape")
        if opener.evaluate(is_open):
            wrong.append(f"Escape does not close: {name}")
        if not opener.evaluate("it => it === document.activeElement"):
            wrong.append(f"closing does not lead back to: {name}")
    return wrong
