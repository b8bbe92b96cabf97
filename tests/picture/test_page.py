from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from string import ascii_lowercase, ascii_uppercase, digits

import pytest

from parcours.picture.model import Indicator, MapPicture
from parcours.picture.page import render_fragment, render_page
from parcours.picture.typeface import FONTS

VOID = {"meta", "col", "input", "br"}
DIGITS = digits + ascii_lowercase + ascii_uppercase
BAD = "</script></style><img src=x onerror=alert(1)>\"'&<b>"


class Reader(HTMLParser):
    """Collects what the tests look at, and refuses badly nested tags."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            self.references += re.findall(r"url\(#([^)]+)\)", value or "")
            if name == "href" and (value or "").startswith("#"):
                self.references.append(value[1:])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append(int(dict(attrs).get("colspan") or 1))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def read(document: str) -> Reader:
    reader = Reader()
    reader.feed(document)
    assert reader.open == []
    return reader


@pytest.fixture(params=["rich-fr", "rich-en", "discovered", "crowded", "empty"])
def picture(request, samples) -> MapPicture:
    name, _, language = request.param.partition("-")
    return getattr(samples, name)(*([language] if language else []))


def test_the_page_is_well_formed_and_every_reference_finds_its_mark(picture) -> None:
    for document in (render_page(picture), render_fragment(picture)):
        reader = read(document)
        assert len(reader.ids) == len(set(reader.ids))
        assert set(reader.references) <= set(reader.ids)


def test_every_row_of_the_table_is_as_wide_as_its_heads(picture) -> None:
    reader = read(render_page(picture))
    widths = {sum(row) for row in reader.rows}
    assert len(widths) == (1 if picture.stages else 0)


def test_the_page_names_no_address_outside_itself(picture) -> None:
    reader = read(render_page(picture))
    for tag, attributes in reader.tags:
        for name in ("src", "srcset", "action", "data", "poster"):
            assert name not in attributes or tag == "option"
        assert (attributes.get("href") or "#").startswith("#")
    urls = re.findall(r"url\(([^)]{0,12})", render_page(picture))
    assert all(url.startswith(("#", "data:")) for url in urls)
    assert "@import" not in render_page(picture)


def test_the_policy_allows_exactly_the_one_script(picture) -> None:
    document = render_page(picture)
    script = document.rpartition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in document
    assert "default-src 'none'" in document
    assert document.count("<script") == 2
    assert len(script.encode()) <= 6_000


def test_the_demo_page_is_light(samples) -> None:
    assert len(render_page(samples.rich("fr")).encode()) <= 350_000


def test_the_page_has_a_language_a_title_and_one_first_heading(picture) -> None:
    reader = read(render_page(picture))
    assert ("html", {"lang": picture.language}) in reader.tags
    assert [tag for tag, _attributes in reader.tags].count("h1") == 1
    assert [tag for tag, _attributes in reader.tags].count("title") >= 1


def test_every_figure_that_has_people_is_a_button(samples) -> None:
    picture = samples.rich("fr")
    reader = read(render_page(picture))
    keys = {attributes["data-k"] for tag, attributes in reader.tags if tag == "button" and "data-k" in attributes}
    for stage in picture.stages:
        for figure in (stage.entered, stage.left, stage.open):
            assert figure.figure in keys
        if stage.felt is not None:
            assert stage.felt.figure in keys
        assert {station.persons.figure for station in stage.stations} <= keys


def test_people_stand_in_the_page_with_their_full_count(samples) -> None:
    picture = samples.rich("fr")
    document = render_page(picture)
    data = json.loads(document.partition('id="people-data">')[2].partition("</script>")[0])
    assert data["lists"]["left:s4"][1] == 1318
    for key, persons in picture.people.items():
        assert listed(data, key) == sorted(persons)


def listed(data: dict, key: str) -> list[str]:
    """Read a list as the page's script does."""
    place, found, ids = 0, [], []
    for told in data["ids"].split(data["by"]):
        ids.append((ids[-1][: DIGITS.index(told[0])] if ids else "") + told[1:])
    for sign in data["lists"][key][0]:
        place += 62 if sign == "~" else DIGITS.index(sign)
        if sign != "~":
            found.append(ids[place])
    return found


def test_a_list_finds_its_people_however_far_apart_they_stand(samples) -> None:
    everyone = [f"p{n:04d}" for n in range(700)]
    far = [everyone[place] for place in (3, 65, 65, 127, 128, 699)]
    picture = replace(samples.rich("fr"), people={"all": everyone, "far": far, "none": []})
    data = json.loads(render_page(picture).partition('id="people-data">')[2].partition("</script>")[0])
    assert listed(data, "far") == far
    assert listed(data, "all") == everyone
    assert data["lists"]["none"] == ["", 0]


def test_ids_are_told_by_what_sets_them_apart_from_the_one_before(samples) -> None:
    ids = ["a", "a", "client-0001", "client-0002", "é" * 70, "é" * 70 + "x", "\U0001f600b", "\U0001f600c"]
    picture = replace(samples.rich("fr"), people={"all": ids})
    data = json.loads(render_page(picture).partition('id="people-data">')[2].partition("</script>")[0])
    assert listed(data, "all") == sorted(ids)
    assert data["by"] == " " and " a2 " in data["ids"]


def test_a_fragment_has_no_script_and_no_button(picture) -> None:
    tags = {tag for tag, _attributes in read(render_fragment(picture)).tags}
    assert not tags & {"script", "button", "dialog", "html", "body", "link", "meta"}


def test_fragments_of_different_pictures_share_no_id(samples) -> None:
    first, second = read(render_fragment(samples.rich("fr"))), read(render_fragment(samples.rich("en")))
    assert not set(first.ids) & set(second.ids)


def test_hostile_texts_are_shown_as_they_are(samples) -> None:
    rich = samples.rich("fr")
    stage = rich.stages[3]
    stations = tuple(replace(each, name=BAD, owner=BAD, channel=BAD, icon=BAD) for each in stage.stations)
    quote = replace(stage.quote, text=BAD, source=BAD)
    hostile = replace(
        stage, id=BAD, name=BAD, goal=BAD, owner=BAD, stations=stations, quote=quote,
        indicators=(Indicator(BAD, BAD, BAD, "missed", BAD, BAD),), left=replace(stage.left, figure=BAD),
    )  # fmt: skip
    picture = replace(
        rich, title=BAD, subtitle=BAD, headline=BAD, lost=(BAD,), felt=(BAD,), notes=(BAD,), stages=(hostile,),
        findings=(replace(rich.findings[0], headline=BAD, detail=BAD, figure=BAD),), people={BAD: [BAD]},
        people_total={BAD: 1},
    )  # fmt: skip
    for document in (render_page(picture), render_fragment(picture)):
        reader = read(document)
        assert "img" not in {tag for tag, _attributes in reader.tags}
        assert not any("onerror" in attributes for _tag, attributes in reader.tags)
    data = render_page(picture).partition('id="people-data">')[2].partition("</script>")[0]
    assert json.loads(data) == {"by": ",", "ids": "0" + BAD, "lists": {BAD: ["0", 1]}}


def test_lanes_without_content_are_left_out(samples) -> None:
    document = render_page(samples.discovered())
    assert "What they want" not in document
    assert "Their words" not in document
    assert "Indicators" not in document
    assert '<tr class="quiet"><th scope="row"><b>Owner</b>' not in document
    assert "Median time" in document


def test_where_nobody_was_asked_one_line_says_so_and_what_to_do(samples) -> None:
    document = render_page(samples.discovered())
    assert document.count("Nobody was asked how it felt.") == 1
    assert "nps, csat, ces or comment" in document
    assert 'class="draw" width="100%" height="230"' not in document


def test_people_who_leave_are_alarming_only_beyond_the_target(samples) -> None:
    picture = samples.rich("en")
    document = render_page(replace(picture, stages=picture.stages[3:4]))
    assert "352 too many" in document
    calm = replace(picture.stages[3], admitted=None)
    free = render_page(replace(picture, stages=(calm,)))
    assert "too many" not in free.partition('<section id="i-map"')[2]
    assert 'fill="url(#i-beyond' not in free
    assert 'fill="url(#i-neutral' in free


def test_many_touchpoints_are_folded_away(samples) -> None:
    document = render_page(samples.crowded())
    assert document.count("<details>") > 1
    tables = document.partition('<ol class="walk">')[0]
    assert tables.count("<details>") == 1


def test_more_than_eight_stages_stand_in_several_tables(samples) -> None:
    tables = [tag for tag, _attributes in read(render_page(samples.crowded())).tags if tag == "table"]
    assert len(tables) == 2
    assert [tag for tag, _attributes in read(render_page(samples.rich())).tags].count("table") == 1


def test_a_map_without_stages_says_so(samples) -> None:
    document = render_page(replace(samples.empty(), language="en"))
    assert "This map has no stages yet." in document
    assert "<table" not in document


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_written_on_the_document(theme, samples) -> None:
    assert f'<html lang="fr" data-theme="{theme}">' in render_page(samples.rich("fr"), theme=theme)
    assert '<html lang="fr">' in render_page(samples.rich("fr"))


def test_drawing_twice_gives_the_same_page(picture) -> None:
    assert render_page(picture) == render_page(picture)


def test_fonts_are_embedded_when_they_are_gathered(samples) -> None:
    found = render_page(samples.empty()).count("data:font/woff2;base64,")
    assert found == len(list(FONTS.glob("*.woff2")))


def _luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(char * 2 for char in colour)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_every_paper(place, samples) -> None:
    tokens = {
        name: (day, night)[place]
        for name, day, night in re.findall(
            r"--([\w-]+): ?light-dark\(#(\w+), ?#(\w+)\)", render_page(samples.empty()).partition("<style>")[2]
        )
    }
    for ink in ("ink", "ink-2", "carte", "voyage", "tenu", "retard", "rompu"):
        for paper in ("paper", "sheet", "carte-soft"):
            assert _contrast(tokens[ink], tokens[paper]) >= 4.5, (ink, paper)
    assert _contrast(tokens["on-rompu"], tokens["rompu"]) >= 4.5
    assert _contrast(tokens["on-carte"], tokens["carte"]) >= 4.5
    assert _contrast(tokens["edge"], tokens["paper"]) >= 3
