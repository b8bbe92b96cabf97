"""The map as a reader meets it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from parcours.picture.model import MapPicture
from parcours.picture.page import render_fragment, render_page
from parcours.picture.svg import render_svg

pytestmark = pytest.mark.browser

TEXTS = Path(__file__).with_name("texts.js").read_text("utf-8")
PICTURES: dict[str, Callable[..., MapPicture]] = {
    "rich-fr": lambda samples: samples.rich("fr"),
    "rich-en": lambda samples: samples.rich("en"),
    "planned-fr": lambda samples: samples.planned("fr"),
    "planned-en": lambda samples: samples.planned("en"),
    "told-fr": lambda samples: samples.told("fr"),
    "told-en": lambda samples: samples.told("en"),
    "blueprint": lambda samples: replace(samples.told("fr"), lanes=("goal", "pains", "actions", "blueprint")),
    "discovered": lambda samples: samples.discovered(),
    "crowded": lambda samples: samples.crowded(),
    "empty": lambda samples: samples.empty(),
}


@dataclass
class Visit:
    """An opened page, everything it asked for, and everything it complained about."""

    page: Page
    requests: list[str]
    complaints: list[str]


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def open_(content: str, width: int = 1440, height: int = 900, scheme: str = "light", name: str = "m.html") -> Visit:
        target = tmp_path / name
        target.write_text(content, "utf-8")
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        opened = Visit(page, [], [])
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.goto(target.as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready")
        return opened

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_asks_for_nothing_and_complains_of_nothing(name, samples, visit) -> None:
    opened = visit(render_page(PICTURES[name](samples)))
    asked = [url for url in opened.requests if not url.startswith("data:")]
    assert asked == [opened.page.url]
    assert opened.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", PICTURES)
def test_axe_reports_nothing(name, width, scheme, samples, visit, axe) -> None:
    page = visit(render_page(PICTURES[name](samples)), width, scheme=scheme).page
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:4]) for each in found] == []


SIGHTS = [(name, width, "light") for name in PICTURES for width in (390, 1000, 1240, 1440)]
SIGHTS += [("rich-fr", 1920, "light"), ("rich-fr", 390, "dark"), ("rich-en", 1440, "dark")]


@pytest.mark.parametrize(("name", "width", "scheme"), SIGHTS)
def test_no_text_overlaps_nor_is_clipped_on_screen(name, width, scheme, samples, visit) -> None:
    page = visit(render_page(PICTURES[name](samples)), width, scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    found = page.evaluate(TEXTS)
    assert found["count"] > 3
    assert found["wrong"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1055, 1123])
@pytest.mark.parametrize("name", PICTURES)
def test_no_text_overlaps_nor_is_clipped_on_a4(name, width, samples, visit) -> None:
    page = visit(render_page(PICTURES[name](samples)), width, 794).page
    page.emulate_media(media="print")
    found = page.evaluate(TEXTS)
    assert found["wrong"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1440])
def test_with_the_readers_own_fonts_nothing_overlaps_either(width, samples, visit, tmp_path, monkeypatch) -> None:
    from parcours.picture import typeface

    for cached in (typeface._advances, typeface._ems, typeface.font_faces):
        cached.cache_clear()
    monkeypatch.setattr(typeface, "FONTS", tmp_path)
    content = render_page(samples.rich("fr"))
    monkeypatch.undo()
    for cached in (typeface._advances, typeface._ems, typeface.font_faces):
        cached.cache_clear()
    assert "@font-face" not in content
    page = visit(content, width).page
    assert page.evaluate(TEXTS)["wrong"] == []


@pytest.mark.parametrize("name", ["rich-fr", "crowded", "discovered"])
def test_every_drawing_fits_on_one_printed_page(name, samples, visit) -> None:
    page = visit(render_page(PICTURES[name](samples)), 1055, 726).page
    page.emulate_media(media="print")
    heights = page.evaluate(
        "[...document.querySelectorAll('.map tr')].map((row) => row.getBoundingClientRect().height)"
    )
    heads = page.evaluate("Math.max(...[...document.querySelectorAll('.map thead')].map((e) => e.offsetHeight))")
    assert max(heights) + heads < 726
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PICTURES)
def test_no_text_overlaps_nor_leaves_the_static_svg(name, theme, samples, visit) -> None:
    svg = render_svg(PICTURES[name](samples), theme=theme)
    opened = visit(f"<!doctype html><meta charset=utf-8><body style=margin:0>{svg}")
    assert opened.page.evaluate(TEXTS)["wrong"] == []
    assert [url for url in opened.requests if not url.startswith(("data:", "file:"))] == []


@pytest.mark.parametrize(
    "rule",
    [
        ".big { margin-bottom: -30px }",
        ".nm { width: 30px; white-space: nowrap }",
        ".sub { font-size: 9px }",
        ".tp { width: 300px; white-space: nowrap }",
        ".goal { height: 10px; overflow: hidden }",
    ],
)
def test_the_eye_for_overlaps_and_clipping_sees_what_is_broken(rule, samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.evaluate("(rule) => document.head.append(Object.assign(document.createElement('style'), "
                  "{ textContent: `.parcours.parcours.parcours ${rule}` }))", rule)  # fmt: skip
    assert page.evaluate(TEXTS)["wrong"] != []


def test_measured_widths_are_those_of_the_browser(samples, visit) -> None:
    from parcours.picture.typeface import FONTS, Style, width

    if not (FONTS / "advances.json").exists():
        pytest.skip("The fonts are not gathered; run make assets.")
    page = visit(render_page(samples.rich("fr"))).page
    for text in (
        "Évaluation et SAV",
        "1\u202f318 personnes",
        "À la décision, 48\u00a0% s’en vont",
        "Wir fahren, œuvre",
    ):
        for style in (Style(13, 400, 84), Style(21, 640, 95), Style(15.5, 400, 100, "voice"), Style(12, 550, 76)):
            css = f"font-size:{style.size}px;font-weight:{style.weight};font-stretch:{style.stretch}%;white-space:pre"
            css += ";font-family:Newsreader;font-style:italic" if style.family == "voice" else ""
            real = page.evaluate(
                """([text, css]) => { const span = document.createElement('span'); span.style = css;
                span.textContent = text; document.querySelector('.parcours').append(span);
                const wide = span.getBoundingClientRect().width; span.remove(); return wide }""",
                [text, css],
            )
            assert real <= width(text, style) * 1.01 + 0.5
            assert width(text, style) <= real * 1.06 + 0.5


def test_a_number_opens_onto_its_people_by_keyboard(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.locator("table button[data-k='left:s4']").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    assert dialog.is_visible()
    assert dialog.locator("li").count() == 200
    assert "1\u202f318" in dialog.locator(".shown").inner_text()
    assert "parcours people LOG --figure left:s4" in dialog.locator("code").inner_text()
    dialog.locator("input").fill("0007")
    assert dialog.locator("li").all_inner_texts() == ["client-40007"]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.k") == "left:s4"


@pytest.mark.parametrize("width", [390, 1440])
def test_the_people_of_a_touchpoint_open_under_its_name(width, samples, visit) -> None:
    page = visit(render_page(samples.rich("en")), width).page
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    titles = []
    for key in ("touchpoint:s4.1", "felt:cost"):
        page.locator(f"button[data-k='{key}']:visible").first.click()
        titles.append(page.locator("dialog h2").inner_text())
        page.keyboard.press("Escape")
    assert titles == ["Delivery cost: 2,511 people", "Delivery cost: 302 answers"]


def test_what_there_is_to_say_of_a_touchpoint_opens_and_closes_by_keyboard_without_script(samples, chromium) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.set_content(render_page(samples.told("en")))
    opener = page.locator("table [popovertarget='i-about-t4.1']")
    opener.press("Enter")
    about = page.get_by_role("dialog", name="Delivery cost")
    assert about.is_visible() and about.get_by_role("link", name="the method").is_visible()
    page.keyboard.press("Escape")
    assert not about.is_visible()
    context.close()


def test_the_open_list_satisfies_axe(samples, visit, axe) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.locator("table button[data-k='left:s4']").click()
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:4]) for each in found] == []


def test_a_figure_without_embedded_people_still_says_how_to_list_them(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.locator("table button[data-k='open:s4']").click()
    assert page.locator("dialog code").inner_text() == "parcours people LOG --figure open:s4"
    assert not page.locator("dialog input").is_visible()
    assert not page.locator("dialog .solid").is_visible()


def test_the_ids_shown_can_be_copied(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.locator("table button[data-k='left:s5']").click()
    page.locator("dialog .solid").click()
    expect(page.locator("dialog .said")).not_to_be_empty()


def test_arrow_keys_walk_from_cell_to_cell(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.locator("table.map thead th").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.innerText").strip() == "Vérifier qu’ils ont ce que je cherche"
    for _step in range(4):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('td[colspan]')")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.cellIndex") == 2


def test_the_skip_link_leads_to_the_map(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "i-map"


def test_the_theme_button_turns_light_into_dark_and_back(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"))).page
    background = "getComputedStyle(document.querySelector('.parcours')).backgroundColor"
    light = page.evaluate(background)
    page.locator(".theme").click()
    assert page.evaluate(background) != light
    assert page.locator(".theme").get_attribute("aria-pressed") == "true"
    page.locator(".theme").click()
    assert page.evaluate(background) == light


def test_a_theme_asked_for_wins_over_the_system(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr"), theme="dark")).page
    assert page.evaluate("getComputedStyle(document.querySelector('.parcours')).backgroundColor") == "rgb(19, 23, 27)"


def test_small_screens_walk_and_large_ones_see_the_table(samples, visit) -> None:
    content = render_page(samples.rich("fr"))
    phone, desk = visit(content, 390).page, visit(content, 1440).page
    assert phone.locator(".walk").is_visible() and not phone.locator("table.map").is_visible()
    assert desk.locator("table.map").is_visible() and not desk.locator(".walk").is_visible()


def test_what_is_far_down_is_laid_out_before_anyone_scrolls(samples, visit) -> None:
    page = visit(render_page(samples.rich("fr")), 390).page
    parts = page.locator(".leg > .body, .part, .notes")
    assert parts.count() > 3
    for part in parts.all():
        expect(part).to_have_css("content-visibility", "visible", timeout=10_000)
    assert page.evaluate("scrollY") == 0


STAND_INS = """async (text) => {
  const width = (font) => {
    const line = document.createElement("p");
    line.style = `font: ${font}; white-space: nowrap; width: max-content; position: absolute`;
    document.body.append(Object.assign(line, { textContent: text }));
    return line.getBoundingClientRect().width;
  };
  const found = {};
  for (const [ours, kind] of [['20px "Instrument Sans"', "sans"], ['italic 20px "Newsreader"', "voice"]])
    for (const before of [`${kind[0].toUpperCase()}${kind.slice(1)}`, `Wide ${kind}`]) {
      const name = ours.replace(/"[^"]+"/, `"${before} of the reader"`);
      await document.fonts.load(ours);
      const loaded = await document.fonts.load(name).catch(() => []);
      if (loaded.length && loaded.every((face) => face.status === "loaded")) found[name] = width(name) / width(ours);
    }
  return found;
}"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_fonts_that_stand_in_are_as_wide_as_ours(samples, visit, language) -> None:
    text = {
        "fr": "Nous perdons des personnes à « Décision », où nous tenons notre parole 38 % du temps.",
        "en": "We lose people at “Decision”, where we keep our word 38% of the time.",
    }[language]
    found = visit(render_page(samples.rich(language)), 390).page.evaluate(STAND_INS, text)
    assert found, "this machine has none of them: install DejaVu, Liberation or Arial"
    assert all(0.96 < ratio < 1.04 for ratio in found.values()), found


def test_two_fragments_share_a_document_without_script(samples, visit) -> None:
    both = render_fragment(samples.rich("fr")) + render_fragment(samples.discovered())
    opened = visit(f"<!doctype html><html lang=fr><meta charset=utf-8><title>n</title><body>{both}")
    assert opened.page.evaluate("document.scripts.length") == 0
    ids = opened.page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))
    assert opened.page.evaluate(TEXTS)["wrong"] == []


def test_hostile_texts_do_nothing(samples, visit) -> None:
    from dataclasses import replace

    bad = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>'\"`${hacked}"
    picture = samples.rich("fr")
    stage = replace(picture.stages[0], name=bad, goal=bad, owner=bad)
    hostile = replace(
        picture,
        title=bad,
        headline=bad,
        stages=(stage, *picture.stages[1:]),
        people={"left:s1": [bad] * 3},
        people_total={"left:s1": 3},
    )
    opened = visit(render_page(hostile))
    opened.page.locator("table button[data-k='left:s1']").click()
    assert opened.page.locator("dialog li").first.inner_text() == bad
    assert opened.page.evaluate("window.hacked") is None
    assert opened.complaints == []
