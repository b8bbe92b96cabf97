"""Maps of every size, in both languages, with and without data, light and dark: what fits, in a real Chromium."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from itertools import combinations, product
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page

from parcours.picture.beside import BesidePicture, Differences, DifferenceShown, Side, render_beside
from parcours.picture.held import Compared
from parcours.picture.page import render_page
from parcours.picture.svg import render_svg

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
TEXTS = (HERE / "texts.js").read_text("utf-8")
CONTRAST = (HERE / "contrast.js").read_text("utf-8")
AXE = "axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}})"
"""Contrast is measured by CONTRAST, on every text: axe gives up on drawings and takes ten seconds for a large map."""


def _journeys() -> ModuleType:
    source = HERE.parent / "picture" / "journeys.py"
    spec = importlib.util.spec_from_file_location("picture_journeys", source)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


JOURNEYS = _journeys()
KINDS = JOURNEYS.kinds()
NAME = "Réception, prise en main et premiers usages accompagnés"
every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.id for kind in KINDS])
on_a_phone = pytest.mark.parametrize("kind", KINDS[::5], ids=[kind.id for kind in KINDS[::5]])


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_(content: str, width: int, theme: str) -> Page:
        target = tmp_path / "map.html"
        target.write_text(content, "utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.goto(target.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready")
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
        return page

    yield open_
    for context in contexts:
        context.close()


def test_the_fixtures_are_forty_and_cover_every_pair() -> None:
    values = {
        "stages": JOURNEYS.STAGES,
        "touchpoints": JOURNEYS.TOUCHPOINTS,
        "language": ("fr", "en"),
        "data": (True, False),
        "theme": ("light", "dark"),
    }
    assert len(KINDS) == len({kind.id for kind in KINDS}) >= 40
    for one, other in combinations(values, 2):
        met = {(getattr(kind, one), getattr(kind, other)) for kind in KINDS}
        assert met == set(product(values[one], values[other]))


def _faults(page: Page, width: int, axe: str) -> list[str]:
    texts, contrast = page.evaluate(TEXTS), page.evaluate(CONTRAST)
    assert min(texts["count"], contrast["count"]) > 20
    page.evaluate(axe)
    found = page.evaluate(AXE)["violations"]
    violations = [f"axe {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"][:3]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*texts["wrong"], *contrast["wrong"], *violations, *([f"{wide} px wide"] if wide > width else [])]


@every_kind
def test_a_map_of_any_size_is_whole_legible_and_clean_on_a_screen(kind, opened, axe) -> None:
    page = opened(render_page(JOURNEYS.picture(kind)), 1440, kind.theme)
    assert _faults(page, 1440, axe) == []


@on_a_phone
def test_a_map_of_any_size_is_whole_legible_and_clean_on_a_phone(kind, opened, axe) -> None:
    page = opened(render_page(JOURNEYS.picture(kind)), 390, kind.theme)
    assert _faults(page, 390, axe) == []


@every_kind
def test_a_map_of_any_size_is_whole_and_legible_as_a_static_picture(kind, opened) -> None:
    svg = render_svg(JOURNEYS.picture(kind), theme=kind.theme)
    page = opened(f"<!doctype html><meta charset=utf-8><body style=margin:0>{svg}", 1440, kind.theme)
    assert page.evaluate(TEXTS)["wrong"] == []
    assert page.evaluate(CONTRAST)["wrong"] == []
    high = int(re.search(r'height="(\d+)"', svg)[1])
    lowest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('svg text')].map((t) => t.getBoundingClientRect().bottom))"
    )
    assert lowest <= high


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_maps_beside_each_other_are_whole_legible_and_clean(width, theme, opened, axe) -> None:
    rows = [
        JOURNEYS.picture(kind) for kind in KINDS if (kind.touchpoints, kind.language, kind.data) == (25, "fr", True)
    ][:2]
    told = DifferenceShown("Passage", NAME, Compared("63 % contre 36 %", "+27 points, de +12 à +40", True))
    unsure = DifferenceShown("Promesse tenue", "", Compared("86 % contre 93 %", "−7 points, de −15 à +1", False))
    sides = tuple(
        Side(f"{NAME} {place}", "2 258 voyages · 14 % de réussites", row.stages) for place, row in enumerate(rows)
    )
    apart = Differences(NAME, (told, unsure), (f"{NAME}. " * 3,))
    picture = BesidePicture("Cap Clair", "conseil", "fr", f"{NAME} / {NAME}", (NAME,), sides, (apart, apart))
    assert _faults(opened(render_beside(picture), width, theme), width, axe) == []


SIXTY = [kind for kind in KINDS if kind.touchpoints == 60 and kind.data]


@pytest.mark.parametrize("kind", SIXTY, ids=[kind.id for kind in SIXTY])
def test_a_page_of_sixty_touchpoints_stays_under_400_kb_with_its_fonts_and_people(kind) -> None:
    picture = JOURNEYS.picture(kind)
    assert len(picture.people) == kind.stages and all(len(people) == 200 for people in picture.people.values())
    assert len(render_page(picture).encode()) <= 400_000


@pytest.mark.parametrize("rule", [".sub { color: #a9a9a9 }", "main { background: #777 }", ".label { fill: #c88 }"])
def test_the_eye_for_contrast_sees_what_is_pale(rule, opened) -> None:
    page = opened(render_page(JOURNEYS.picture(KINDS[0])), 1440, "light")
    assert page.evaluate(CONTRAST)["wrong"] == []
    page.evaluate("(rule) => document.head.append(Object.assign(document.createElement('style'), "
                  "{ textContent: `.parcours.parcours.parcours ${rule}` }))", rule)  # fmt: skip
    assert page.evaluate(CONTRAST)["wrong"] != []
