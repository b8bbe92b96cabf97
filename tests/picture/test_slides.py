"""The deck opens, says everything, stays inside its slides, and is the same file every time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from itertools import combinations
from types import ModuleType
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu

from parcours.language.translation import speaking
from parcours.picture.beside import BesidePicture, ChangesShown, Differences, DifferenceShown, Side
from parcours.picture.held import Compared
from parcours.picture.model import Indicator, MapPicture
from parcours.picture.slides.beside import render_beside_slides
from parcours.picture.slides.rendering import render_slides
from parcours.picture.slides.stage import pages_of
from parcours.picture.slides.words import Box, Para, Run, dealt, fitted, height, lines_in, para
from parcours.picture.told import DeedShown, EvidenceShown, PainShown, PersonaShown, Story
from parcours.picture.typeface import Style, tidy

PX = 9525
NAMES = (
    "planned-fr", "planned-en", "rich-fr", "rich-en", "discovered", "crowded", "empty", "long", "story", "bare",
    "told-fr", "told-en", "wordy",
)  # fmt: skip


@pytest.fixture(scope="module")
def pictures(samples: ModuleType) -> dict[str, MapPicture]:
    """Maps of every size, lived and planned, in both languages."""
    rich, crowded = samples.rich("fr"), samples.crowded()
    made = {f"{kind}-{code}": getattr(samples, kind)(code) for kind in ("planned", "rich") for code in ("fr", "en")}
    made |= {"discovered": samples.discovered(), "crowded": crowded, "empty": samples.empty()}
    stage = crowded.stages[2]
    made["long"] = replace(crowded, stages=(replace(stage, stations=stage.stations * 3), *crowded.stages[3:6]))
    told = replace(rich.stages[0], pains=PAINS, deeds=DEEDS)
    made["story"] = replace(rich, stages=(told, *rich.stages[1:]), notes=rich.notes * 30)
    bare = tuple(
        replace(
            stage, felt=None, expected=None,
            stations=tuple(replace(one, felt=None, expected=None) for one in stage.stations),
        )
        for stage in rich.stages
    )  # fmt: skip
    made["bare"] = replace(rich, stages=bare)
    made |= {f"told-{code}": replace(samples.told(code), indicators=INDICATORS) for code in ("fr", "en")}
    made["wordy"] = _wordy(rich)
    return made


INDICATORS = (
    Indicator("Réachat", "24 %", "≥ 30 %", "missed", "240 personnes sur 1 000, de 21 % à 27 %"),
    Indicator("Valeur à ce jour", "184,20 €", "≥ 150,00 €", "kept", "1 000 personnes"),
    Indicator("Abandon du panier", "–", "≤ 60 %", "unknown", None),
)


def _wordy(picture: MapPicture) -> MapPicture:
    """The same map with more to say than any slide can hold."""
    much = [f"{n}. Ici on perd des personnes qui avaient pourtant tout pour acheter." for n in range(30)]
    one = replace(picture.findings[0], detail=much[0])
    findings = [replace(one, number=n, headline=f"Constat {n} : le devis se fait attendre") for n in range(1, 15)]
    head = replace(picture.stages[0], name="Étape au nom interminable " * 12, goal="Je veux tout savoir. " * 90,
                   owner="Direction de la relation clients " * 6)  # fmt: skip
    personas = tuple(
        PersonaShown(f"p{n}", f"Persona {n}", "Elle hésite longtemps. " * 60, ("Savoir vite",) * 30, (), (), (), None,
                     None, True, ())
        for n in range(3)
    )  # fmt: skip
    evidence = tuple(
        EvidenceShown(f"Entretien {n}", "entretien", "Elle a tout dit. " * 30, ("J’attends.",) * 4, None)
        for n in range(9)
    )
    return replace(
        picture, headline="Un titre qui ne finit pas " * 20, lost=much, felt=much[:20], findings=findings,
        stages=(head, *picture.stages[1:]), indicators=INDICATORS * 12, story=Story((), (), (), personas, evidence),
    )  # fmt: skip


PAINS = (
    PainShown("Personne ne répond", None, None, 4, 0.25, None, ("Léa",), "mesuré", False),
    PainShown("Prix flou", None, None, 2, None, None, (), "supposé", True),
    PainShown("Trop de clics", None, None, None, None, None, (), None, False),
)
DEEDS = (
    DeedShown("Rappeler sous une heure", None, True, "doing", None, "Service client", "pour le 3 mars 2026", None),
)


@pytest.fixture(scope="module")
def decks(pictures: dict[str, MapPicture]) -> dict[str, Any]:
    return {name: Presentation(io.BytesIO(render_slides(picture))) for name, picture in pictures.items()}


def shapes_in(shapes: Any) -> list[Any]:
    found = []
    for shape in shapes:
        found.append(shape)
        if shape.shape_type is not None and hasattr(shape, "shapes"):
            found += shapes_in(shape.shapes)
    return found


def words_of(slide: Any) -> str:
    said = []
    for shape in shapes_in(slide.shapes):
        if shape.has_text_frame:
            said.append(shape.text_frame.text)
        if getattr(shape, "has_table", False) and shape.has_table:
            said += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(said)


def box_of(shape: Any) -> Box:
    return Box(*(value / PX for value in (shape.left, shape.top, shape.width, shape.height)))


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_has_its_own_title_and_notes(decks: dict[str, Any], name: str) -> None:
    deck = decks[name]
    assert (Emu(deck.slide_width).inches, Emu(deck.slide_height).inches) == pytest.approx((13.333, 7.5), abs=0.01)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert all(slide.has_notes_slide for slide in deck.slides)
    assert all(next(iter(slide.shapes)).is_placeholder for slide in deck.slides)  # the title is read first


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_the_map_says_is_left_out(
    decks: dict[str, Any], pictures: dict[str, MapPicture], name: str
) -> None:
    said = "\n".join(words_of(slide) for slide in decks[name].slides)
    picture = pictures[name]
    cut = name == "wordy"  # its headline and first stage are cut: the notes hold them whole
    if cut:
        spoken = [slide.notes_slide.notes_text_frame.text for slide in decks[name].slides]
        for text in (picture.headline, picture.stages[0].name, picture.stages[0].goal):
            assert any(text.strip() in one for one in spoken)
        picture = replace(picture, headline="Un titre", stages=picture.stages[1:])
    wanted = [picture.headline, *picture.lost, *picture.felt, *picture.notes]
    wanted += [text for one in picture.indicators for text in (one.label, one.value, one.target, one.detail)]
    wanted += [text for one in picture.story.personas for text in (one.name, one.quote, *one.goals, *one.frustrations)]
    wanted += [text for one in picture.story.evidence for text in (one.title, one.facts, *one.quotes)]
    wanted += [text for pair in picture.story.setting for text in pair]
    wanted += [one.name for one in (*picture.story.pains, *picture.story.deeds) if one.place is None]
    wanted += [text for stage in picture.stages if stage.deeper for text in (stage.deeper.words, stage.deeper.url)]
    wanted += [station.step for stage in picture.stages for station in stage.stations]
    wanted += [text for one in picture.findings for text in (one.headline, one.detail)]
    for stage in picture.stages:
        wanted += [stage.name, stage.goal, stage.owner, stage.quote and stage.quote.text]
        wanted += [one.name for one in (*stage.stations, *stage.pains, *stage.deeds)]
        wanted += [text for one in stage.promises for text in (one.statement, one.within)]
        wanted += [text for one in stage.indicators for text in (one.label, one.value, one.target)]
        wanted += [str(one.trips.count) for one in stage.deviations if one.trips.count < 1000]
    assert [text for text in wanted if text and tidy(text) not in said] == []
    for stage in picture.stages:
        rows = sum(
            len(shape.table.rows) - 1
            for slide in decks[name].slides if slide.shapes.title.text_frame.text.startswith(f"{stage.number}. ")
            for shape in slide.shapes if getattr(shape, "has_table", False) and shape.has_table
        )  # fmt: skip
        assert rows == len(stage.stations)


@pytest.mark.parametrize("name", NAMES)
def test_everything_stands_inside_its_slide_and_texts_do_not_meet(decks: dict[str, Any], name: str) -> None:
    for slide in decks[name].slides:
        told: list[tuple[str, Box]] = []
        for shape in slide.shapes:
            box = box_of(shape)
            assert box.x >= -0.5 and box.y >= -0.5 and box.right <= 1280.5 and box.bottom <= 720.5, shape.name
            if (shape.has_text_frame and shape.text_frame.text) or (not shape.has_text_frame and shape.name != "Line"):
                told.append((shape.name, box))
        for (first, one), (second, other) in combinations(told, 2):
            inner = Box(one.x + 1, one.y + 1, one.wide - 2, one.high - 2)
            assert not inner.meets(other), (slide.shapes.title.text_frame.text, first, second)


@pytest.mark.parametrize("name", NAMES)
def test_text_fits_its_box_and_is_not_small(decks: dict[str, Any], name: str) -> None:
    for slide in decks[name].slides:
        for shape in shapes_in(slide.shapes):
            if shape.has_text_frame and shape.text_frame.text and shape.name != "Slide number":
                paragraphs = [_para(one) for one in shape.text_frame.paragraphs if one.runs]
                assert height(paragraphs, shape.width / PX) <= shape.height / PX + 1, shape.text_frame.text
            for run in [run for one in _frames(shape) for par in one.paragraphs for run in par.runs]:
                assert run.font.size.pt >= 8.2


def _frames(shape: Any) -> list[Any]:
    if getattr(shape, "has_table", False) and shape.has_table:
        return [cell.text_frame for row in shape.table.rows for cell in row.cells]
    return [shape.text_frame] if shape.has_text_frame else []


def _style(font: Any) -> Style:
    return Style(font.size.pt / 0.75, 700 if font.bold else 400, 100, "voice" if font.italic else "sans")


def _para(paragraph: Any) -> Para:
    runs = tuple(Run(run.text, _style(run.font)) for run in paragraph.runs)
    before = paragraph.space_before.pt / 0.75 if paragraph.space_before else 0
    indented = paragraph._p.pPr.get("marL") is not None
    return Para(runs, paragraph.line_spacing.pt / 0.75, before, "•" if indented else None)


@pytest.mark.parametrize("name", NAMES)
def test_drawings_and_tables_say_what_they_show(decks: dict[str, Any], name: str) -> None:
    for slide in decks[name].slides:
        for shape in slide.shapes:
            if not shape.has_text_frame and shape.name not in ("Line", "Shape"):
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr"), shape.name


def test_the_same_picture_is_the_same_file_with_no_time_in_it(pictures: dict[str, MapPicture]) -> None:
    once, again = (render_slides(pictures["planned-fr"]) for _n in range(2))
    assert once == again
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "thumbnail" not in "".join(archive.namelist())


def test_names_and_colours_are_those_of_the_theme(decks: dict[str, Any]) -> None:
    part = next(
        one for one in decks["rich-fr"].part.package.iter_parts() if str(one.partname) == "/ppt/theme/theme1.xml"
    )
    theme = part.blob.decode("utf-8")
    assert 'typeface="Arial"' in theme
    assert '<a:accent1><a:srgbClr val="1A4A75"/>' in theme
    assert '<a:accent2><a:srgbClr val="AD470F"/>' in theme


def test_a_stage_with_many_touchpoints_goes_over_several_slides(pictures: dict[str, MapPicture]) -> None:
    stage = pictures["long"].stages[0]
    with speaking("fr"):
        pages = pages_of(pictures["long"], stage)
    assert len(pages) > 2
    assert [one for page in pages for one in page.stations] == list(stage.stations)


def test_a_panel_taller_than_a_slide_still_ends(pictures: dict[str, MapPicture]) -> None:
    picture = pictures["rich-fr"]
    quote = picture.stages[3].quote
    assert quote is not None
    stage = replace(picture.stages[3], stations=(), quote=replace(quote, text="Je relance. " * 900))
    with speaking("fr"):
        pages = pages_of(replace(picture, stages=(stage,)), stage)
    assert sum(len(page.under) + len(page.beside) for page in pages) >= 2


def test_lines_are_counted_with_slack_and_long_words_are_cut() -> None:
    assert lines_in(para("un deux", 14), 400) == 1
    assert lines_in(para("anticonstitutionnellement" * 4, 14), 100) > 5
    assert lines_in(Para((Run("un ", Style(14)), Run("deux", Style(14, 700))), 18), 45) == 2
    assert height([para("un", 10, before=50), para("deux", 10, before=5)], 200) == pytest.approx(2 * 12.8 + 5)


def test_a_text_that_no_size_makes_fit_is_cut_with_a_sign() -> None:
    box = Box(0, 0, 200, 40)
    assert fitted("court", 20, 12, box)[0].runs[0].text == "court"
    (cut,) = fitted("mot " * 200, 20, 12, box)
    assert cut.runs[0].text.endswith("…") and cut.runs[0].style.size == 12
    assert height([cut], 200) <= 40 < height([para("mot " * 200, 12, bold=True)], 200)


def test_blocks_are_dealt_without_losing_a_word() -> None:
    blocks = [[para("titre", 14, bold=True), para("mot " * 300, 12)], [para("fin", 12)]]
    columns = dealt(blocks, 300, 200, gap=10)
    assert len(columns) > 2
    assert all(height(column, 300) <= 200 for column in columns)
    said = " ".join(run.text for column in columns for one in column for run in one.runs)
    assert said.split() == ["titre", *["mot"] * 300, "fin"]


def test_every_side_and_difference_of_two_groups_has_its_slides(samples: ModuleType) -> None:
    rich = samples.rich("fr")
    sides = tuple(Side(name, "120 parcours", tuple(rich.stages)) for name in ("Depuis mars", "Avant mars"))
    shown = tuple(
        DifferenceShown(f"Conversion {n}", "Décision", Compared("70 % contre 60 %", "+10 points, de −7 à +26", n > 3))
        for n in range(40)
    )
    differs = Differences("Depuis mars / Avant mars", shown, ("Une différence est une association.",))
    changes = (ChangesShown("Décision", tuple(f"~ changement {n}" for n in range(60))),)
    headline, lead = "Depuis mars / Avant mars", ("Une échelle.",) * 30
    picture = BesidePicture("Carte", "Maison", "fr", headline, lead, sides, (differs,), changes=changes)
    deck = Presentation(io.BytesIO(render_beside_slides(picture)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles)
    said = "\n".join(words_of(slide) for slide in deck.slides)
    for text in ("Depuis mars", "Avant mars", "Conversion 39", "+10 points", "changement 59", "association"):
        assert tidy(text) in said
    for slide in deck.slides:
        assert "Lire" not in slide.shapes.title.text_frame.text or slide.has_notes_slide
        for shape in shapes_in(slide.shapes):
            if shape.has_text_frame and shape.text_frame.text and shape.name != "Slide number":
                paragraphs = [_para(one) for one in shape.text_frame.paragraphs if one.runs]
                assert height(paragraphs, shape.width / PX) <= shape.height / PX + 1, shape.text_frame.text
            assert box_of(shape).bottom <= 720.5
