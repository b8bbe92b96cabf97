"""The letter, and the sections under the map, as a reader meets them in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from parcours.picture.letter import LetterPage, Passage, Step, render_letter
from parcours.picture.page import render_page
from parcours.picture.svg import render_quadrant

pytestmark = pytest.mark.browser

TEXTS = Path(__file__).with_name("texts.js").read_text("utf-8")


def letter(language: str) -> LetterPage:
    """A letter as long as one gets, with the longest words."""
    sentence = (
        "À l’étape « Évaluation et service après-vente », 1 318 des 2 760 personnes qui y arrivent s’arrêtent là. "
    )
    passage = Passage("Où nous quittons notre propre plan", (sentence * 4,))
    quoted = Passage("Ce que l’on y ressent", (sentence * 2,), "Personne ne m’a rappelé. " * 6, "à l’étape « Achat »")
    step = Step("Tenir « Votre devis sous deux jours ouvrés après l’appel », ou promettre moins.", "Assistanat",
                "668 sur 1 078 ont été rompues.", "Gagné quand 95 % sont tenues, au lieu de 38 %.")  # fmt: skip
    return LetterPage(
        "Nous perdons des gens à l’étape « Évaluation et service après-vente », "
        "où nous tenons parole dans 38 % des cas.",
        "Maison Sorbier · 6 840 personnes · 1er avr. – 30 juin 2026", language, (passage, quoted, passage),
        "Que faire d’abord", (step, step, step), "Ce que ces chiffres ne disent pas", (sentence * 2,),
    )  # fmt: skip


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_(content: str, width: int = 1440, scheme: str = "light") -> Page:
        target = tmp_path / "page.html"
        target.write_text(content, "utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.goto(target.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_letter_is_clean_and_nothing_overlaps(language, width, scheme, opened, axe) -> None:
    page = opened(render_letter(letter(language)), width, scheme)
    assert page.evaluate(TEXTS)["wrong"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:4]) for each in found] == []


def test_the_letter_prints_on_one_page(opened) -> None:
    printed = opened(render_letter(letter("fr"))).pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_overlaps_in_the_quadrant_alone(language, theme, samples, opened) -> None:
    svg = render_quadrant(samples.planned(language), theme=theme)
    found = opened(f"<!doctype html><meta charset=utf-8><body style=margin:0>{svg}").evaluate(TEXTS)
    assert found["count"] > 15
    assert found["wrong"] == []


def test_a_small_screen_gets_the_small_quadrant_and_stacked_tables(samples, opened) -> None:
    content = render_page(samples.planned("fr"))
    phone, desk = opened(content, 390), opened(content, 1440)
    assert phone.locator(".plane .small").is_visible() and not phone.locator(".plane .wide").is_visible()
    assert desk.locator(".plane .wide").is_visible() and not desk.locator(".plane .small").is_visible()
    assert not phone.locator(".vows-part thead").is_visible() and desk.locator(".vows-part thead").is_visible()


def test_a_stacked_table_is_still_a_table_to_a_screen_reader(samples, opened) -> None:
    page = opened(render_page(samples.planned("en")), 390)
    assert not page.locator(".t-promises").is_visible()  # folded away, as all of them would be 9,000 px long
    page.locator(".vows-part summary").click()
    table = page.get_by_role("table", name="Promises")
    assert table.get_by_role("row").count() == 4
    assert table.get_by_role("rowheader").first.is_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_a_count_of_the_plan_opens_its_people_under_its_title(width, samples, opened) -> None:
    from dataclasses import replace

    picture = samples.planned("en")
    key = "stage:s4:missing"
    page = opened(render_page(replace(picture, people={key: ["b", "a"]}, people_total={key: 388})), width)
    page.locator(f"button[data-k='{key}']:visible").first.click()
    assert page.locator("dialog h2").inner_text() == "Decision: missing"
    assert page.locator("dialog li").all_inner_texts() == ["a", "b"]
    assert page.locator("dialog code").inner_text().endswith(f"--figure {key}")
