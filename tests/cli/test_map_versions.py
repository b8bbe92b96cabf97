"""``parcours map diff`` and ``parcours map merge``, in both languages and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from typer.testing import CliRunner

import parcours as pc
from parcours.cli.app import app
from parcours.cli.main import main
from parcours.language.errors import MapError, MergeConflict, UsageError
from parcours.mapdoc.reading import load_map

SHOP: dict[str, Any] = {
    "id": "shop",
    "title": {"fr": "Boutique", "en": "Shop"},
    "owners": [
        {"id": "ann", "name": {"fr": "Ventes", "en": "Sales"}},
        {"id": "bob", "name": {"fr": "Achats", "en": "Buying"}},
    ],
    "personas": [{"id": "lea", "name": "Léa"}],
    "stages": [
        {"id": "find", "name": {"fr": "Recherche", "en": "Research"}, "touchpoints": [
            {"id": "ad", "name": {"fr": "Annonce", "en": "Ad"}},
            {"id": "quote", "name": {"fr": "Devis", "en": "Quote"}, "owner": "ann", "promises": [
                {"id": "fast", "statement": "Sous 2 jours", "from": "ad", "within": "2d"}]}]},
        {"id": "choose", "name": {"fr": "Décision", "en": "Decision"}, "touchpoints": [
            {"id": "call", "name": {"fr": "Appel", "en": "Call"}}]},
    ],
}  # fmt: skip
Edit = Callable[[dict[str, Any]], object]
MOVE: Edit = lambda data: data["stages"][1]["touchpoints"].append(data["stages"][0]["touchpoints"].pop())  # noqa: E731


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["map", *[str(word) for word in words]], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def version(tmp_path: Path) -> Callable[..., Path]:
    """Write the shop's map after some edits."""

    def write(name: str, *edits: Edit) -> Path:
        data = json.loads(json.dumps(SHOP))
        for edit in edits:
            edit(data)
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


def test_diff_tells_stage_by_stage_in_both_languages(version: Callable[..., Path]) -> None:
    new = version(
        "new", MOVE,
        lambda data: data["stages"][0]["touchpoints"][0].update(owner="bob", moment_of_truth=True),
        lambda data: data["stages"][0]["name"].update(en="Searching"),
        lambda data: data["personas"].clear(),
        lambda data: data["stages"][0]["touchpoints"].insert(0, {"id": "film", "name": "Film"}),
        lambda data: data["stages"].reverse(),
    )  # fmt: skip
    english = run("diff", version("old"), new)
    assert "The map\n  − removed: persona “Léa”" in english
    assert "→ moved: touchpoint “Quote”, from “Searching” to “Decision”, after “Call”" in english
    assert "→ moved: stage “Decision”, now at the front, was after “Searching”" in english
    assert "~ changed: stage “Searching”, name in English: “Research” → “Searching”" in english
    assert "~ changed: touchpoint “Ad”, owner: nothing → “Buying”" in english
    assert "moment of truth: nothing → yes" in english
    assert "+ added: touchpoint “Film”, at the front" in english
    french = run("diff", version("old"), new, "--language", "fr")
    assert "7 changements" in french
    assert "→ déplacement\u00a0: point de contact «\u00a0Devis\u00a0», de «\u00a0Recherche\u00a0»" in french
    assert "nom en anglais\u00a0: «\u00a0Research\u00a0» → «\u00a0Searching\u00a0»" in french


def test_diff_ends_with_one_only_where_asked_and_where_something_changed(version: Callable[..., Path]) -> None:
    old, new = version("old"), version("new", MOVE)
    assert "The two maps are the same." in run("diff", old, version("same"), "--exit-code")
    run("diff", old, new)
    run("diff", old, new, "--exit-code", code=1)


def test_diff_gives_programs_ids_and_values(version: Callable[..., Path]) -> None:
    new = version(
        "new", MOVE,
        lambda data: data["personas"].pop(),
        lambda data: data["owners"].append({"id": "eve", "name": "Eve"}),
        lambda data: data["title"].update(fr="Magasin"),
    )  # fmt: skip
    changes = {one["change"]: one for one in json.loads(run("diff", version("old"), new, "--json"))["changes"]}
    assert changes["moved"] == {
        "change": "moved", "collection": "touchpoints", "id": "quote", "stage": "choose",
        "from": {"collection": "stages", "id": "find", "place": 1},
        "to": {"collection": "stages", "id": "choose", "place": 1},
    }  # fmt: skip
    assert changes["removed"]["fields"] == {"id": "lea", "name": {"fr": "Léa"}}
    assert changes["added"]["to"] == {"collection": "map", "id": "", "place": 2}
    assert changes["changed"] == {
        "change": "changed", "collection": "map", "id": "", "stage": None, "field": ["title", "fr"],
        "old": "Boutique", "new": "Magasin",
    }  # fmt: skip


def _marks(page: str) -> list[dict[str, list[str]]]:
    """Return the words at each stage and touchpoint of the two tables."""
    named = r'<span class="nm">([^<]*)</span>|<p class="tp">([^<]*)</p>'
    place = re.compile(named + '|<b class="(added|removed|moved|changed)">')
    sides: list[dict[str, list[str]]] = []
    for part in page.split('class="beside-map"')[1:]:
        found: dict[str, list[str]] = {}
        name = ""
        for stage, point, mark in place.findall(part.partition('<ol class="walk">')[0]):
            name = stage or point or name
            if mark:
                found.setdefault(name, []).append(mark)
        sides.append(found)
    return sides


def test_diff_draws_both_plans_and_marks_what_changed_in_each(version: Callable[..., Path], tmp_path: Path) -> None:
    old = version("old", lambda data: data["stages"][0]["touchpoints"][1].update(expected_emotion=-1))
    new = version(
        "new", MOVE,
        lambda data: data["stages"][0]["touchpoints"].append({"id": "site", "name": {"fr": "Site", "en": "Website"}}),
        lambda data: data["stages"][1]["name"].update(en="Choice"),
        lambda data: data["stages"][1]["touchpoints"][1]["promises"][0].update(within="1d"),
        lambda data: data["stages"][1]["touchpoints"].pop(0),
        lambda data: data["stages"].append({"id": "buy", "name": {"fr": "Achat", "en": "Purchase"}}),
    )  # fmt: skip
    page, told = tmp_path / "changes.html", run("diff", old, new)
    assert "changes.html is written." in run("diff", old, new, "--output", page, "--exit-code", code=1)
    html = page.read_text("utf-8")
    before, after = _marks(html)
    assert before == {
        "Decision": ["changed"],
        "Quote": ["moved", "changed"],
        "Call": ["removed"],
        "Sous 2 jours": ["changed"],
    }
    assert after == {
        "Choice": ["changed"], "Quote": ["moved", "changed"], "Website": ["added"], "Purchase": ["added"],
        "Sous 2 jours": ["changed"],
    }  # fmt: skip
    listed = html.partition('class="part changes-part"')[2]
    lines = [unescape(line) for line in re.findall(r"<li>(.*?)</li>", listed)]
    assert lines == [line.strip() for line in told.splitlines() if line.startswith("  ")]
    assert 'aria-label="Quote: planned −1.0"' in html
    assert "<script" not in html and "http" not in html.replace("http-equiv", "")


def _told(data: dict[str, Any]) -> None:
    """Give the shop what a team knows and plans."""
    quote = data["stages"][0]["touchpoints"][1]
    quote["layer"] = "frontstage"
    data["stages"][0]["touchpoints"][0]["layer"] = "customer"
    data["pain_points"] = [
        {"id": "slow", "name": "Too slow", "touchpoint": "quote", "severity": 4},
        {"id": "dear", "name": "Too dear", "severity": 2},
    ]
    data["opportunities"] = [{"id": "model", "name": "A model", "touchpoint": "quote", "status": "idea"}]
    data["actions"] = [{"id": "call-back", "name": "Call back", "stage": "choose", "status": "doing"}]


def test_diff_draws_what_a_team_knows_and_plans_with_what_changed(version: Callable[..., Path], tmp_path: Path) -> None:
    new = version(
        "new", _told,
        lambda data: data["pain_points"][0].update(severity=5),
        lambda data: data["pain_points"].append({"id": "far", "name": "Too far", "stage": "find"}),
        lambda data: data["opportunities"].clear(),
        lambda data: data["actions"][0].update(status="dropped"),
        lambda data: data["stages"][0]["touchpoints"][1].update(layer="backstage"),
    )  # fmt: skip
    page = tmp_path / "told.html"
    run("diff", version("old", _told), new, "-o", page)
    html = page.read_text("utf-8")
    before, after = _marks(html)
    assert before["Too slow"] == after["Too slow"] == ["changed"]
    assert after["Too far"] == ["added"] and "Too far" not in before
    assert before["A model"] == ["removed"] and "A model" not in after
    assert before["Call back"] == after["Call back"] == ["changed"]
    assert "dropped" in html
    first, second = html.split('class="beside-map"')[1:3]
    assert "now below: “Quote”" in second and "now below" not in first
    for side in (first, second):  # what is of no stage stands under its map
        assert "Too dear" in side.partition('class="everywhere"')[2]
        rows = side.partition('<ol class="walk">')[0]
        behind = re.search(r"<span>Quote<span class=\"marks\">(.*?)</span></span></li>", rows)
        assert behind is not None and 'class="moved"' in behind[1]
        assert "line of visibility" in rows and "within 2 d" in rows.replace("\u00a0", " ")


def test_the_picture_of_two_versions_is_also_drawn_from_python_and_as_slides(
    version: Callable[..., Path], tmp_path: Path
) -> None:
    old, new = version("old", _told), version("new", _told, MOVE)
    drawn = pc.picture_versions(old, load_map(new), language="fr")
    assert [side.said for side in drawn.picture.sides] == ["old.json", ""]
    assert "Ce qui a changé" in drawn.html()
    named = pc.picture_versions(str(old), new, names=("2025", "2026"), language="en")
    assert [side.said for side in named.picture.sides] == ["2025", "2026"]
    assert [type(one).__name__ for one in pc.changes(old, new)] == ["Moved"]
    with pytest.raises(UsageError, match="two names"):
        pc.picture_versions(old, new, names=("2025",))
    deck = Presentation(named.save(tmp_path / "versions.pptx"))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[:3] == ["1 change", "Old version", "New version"] and "What changed" in titles
    with pytest.raises(UsageError, match="light"):
        named.save(tmp_path / "versions.pptx", theme="dark")


def test_the_page_of_a_diff_speaks_french_and_has_no_other_form(version: Callable[..., Path], tmp_path: Path) -> None:
    old, new, page = version("old"), version("new", MOVE), tmp_path / "changements.html"
    changes = json.loads(run("diff", old, new, "-o", page, "--language", "fr", "--json"))["changes"]
    html = page.read_text("utf-8")
    assert len(changes) == 1 and '<html lang="fr">' in html
    assert all(
        words in html for words in ("Ancienne version", "Nouvelle version", "Ce qui a changé", " déplacement</b>")
    )
    with pytest.raises(UsageError, match="are a page") as refused:
        run("diff", old, new, "--output", tmp_path / "changes.pdf")
    assert ".html" in str(refused.value.expected) and not (tmp_path / "changes.pdf").exists()


def test_merge_writes_what_both_did(version: Callable[..., Path], tmp_path: Path) -> None:
    mine, theirs = version("mine", MOVE), version("theirs", lambda data: data["title"].update(fr="Magasin"))
    out = tmp_path / "merged.yaml"
    assert "merged.yaml is written." in run("merge", version("base"), mine, theirs, "--output", out)
    merged = load_map(out)
    assert merged.title.by_language == {"fr": "Magasin", "en": "Shop"}
    assert [point.id for point in merged.stages[1].touchpoints] == ["call", "quote"]


def _conflicting(version: Callable[..., Path]) -> tuple[Path, Path, Path]:
    mine = version(
        "mine",
        lambda data: data["stages"][1]["touchpoints"][0]["name"].update(en="Ring"),
        lambda data: data["stages"][0]["touchpoints"].pop(),
        lambda data: data["stages"].append({"id": "buy", "name": "Achat"}),
    )
    theirs = version(
        "theirs",
        lambda data: data["stages"][1]["touchpoints"][0]["name"].update(en="Phone call"),
        lambda data: data["stages"][0]["touchpoints"][1].update(owner="bob"),
        lambda data: data["stages"].insert(0, {"id": "want", "name": "Envie"}),
    )
    return version("base"), mine, theirs


def test_a_conflict_writes_nothing_and_tells_place_base_mine_and_theirs(
    version: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "merged.json"
    assert (
        main(["map", "merge", *map(str, _conflicting(version)), "--output", str(out)]) == MergeConflict.exit_code == 6
    )
    told = capsys.readouterr()
    assert "Decision: touchpoint “Call”, name in English" in told.out
    assert "  base: “Call”\n  mine: “Ring”\n  theirs: “Phone call”" in told.out
    assert "Research: touchpoint “Quote”\n" in told.out
    assert "  base: there\n  mine: not there\n  theirs: there, with other values of: owner" in told.out
    assert "3 conflicts: nothing is written. Settle it" in told.err  # the promise of the quote goes with it
    assert not out.exists()


def test_a_preferred_side_wins_and_what_it_won_is_told(version: Callable[..., Path], tmp_path: Path) -> None:
    out, maps = tmp_path / "merged.json", _conflicting(version)
    told = run("merge", *maps, "--output", out, "--prefer", "theirs", "--language", "fr")
    assert "tranchés pour la leur" in told
    merged = load_map(out)
    assert [stage.id for stage in merged.stages] == ["want", "find", "choose", "buy"]
    assert merged.stages[1].touchpoints[1].owner == "bob"
    answer = json.loads(run("merge", *maps, "--output", out, "--prefer", "mine", "--force", "--json"))
    assert answer["written"] == str(out)
    assert {"conflict": "field", "collection": "touchpoints", "id": "call", "field": ["name", "en"],
            "base": "Call", "mine": "Ring", "theirs": "Phone call"} in answer["conflicts"]  # fmt: skip
    assert [point.id for point in load_map(out).stages[1].touchpoints] == ["ad"]


def test_orders_and_places_in_conflict_are_told_by_name(version: Callable[..., Path], tmp_path: Path) -> None:
    third: Edit = lambda data: data["stages"].append({"id": "buy", "name": "Achat"})  # noqa: E731
    base = version("base", third)
    mine = version("mine", third, MOVE, lambda data: data["stages"].insert(0, data["stages"].pop(1)))
    theirs = version(
        "theirs", third,
        lambda data: data["stages"][2].update(touchpoints=[data["stages"][0]["touchpoints"].pop()]),
        lambda data: data["stages"].insert(1, data["stages"].pop(2)),
    )  # fmt: skip
    told = run("merge", base, mine, theirs, "--output", tmp_path / "out.json", "--prefer", "mine")
    assert "the map, order of the stages\n  base: “Research”, “Decision” and “Achat”" in told
    place = "touchpoint “Quote”\n  base: stage “Research”\n  mine: stage “Decision”\n  theirs: stage “Achat”"
    assert f"Decision: {place}" in told
    assert [stage.id for stage in load_map(tmp_path / "out.json").stages] == ["choose", "find", "buy"]


def test_a_merge_that_makes_no_map_is_refused_with_its_problems(version: Callable[..., Path], tmp_path: Path) -> None:
    mine = version("mine", lambda data: data["owners"].pop())
    theirs = version("theirs", lambda data: data["stages"][1].update(owner="bob"))
    with pytest.raises(MapError) as refused:
        run("merge", version("base"), mine, theirs, "--output", tmp_path / "out.json")
    assert "stages[1].owner: There is no owner “bob”" in str(refused.value.problems[0])
    assert not (tmp_path / "out.json").exists()


def test_a_merge_keeps_comments_and_names_those_it_cannot(tmp_path: Path) -> None:
    start = (
        "# ours\nid: a\ntitle: T  # working title\nstages:\n  # first\n  - id: s\n    name: S\n  - id: t\n    name: U\n"
    )
    texts = {
        "base": start,
        "mine": start.replace("name: S", "name: Start  # asked Ann"),
        "theirs": start.replace("  # first\n  - id: s\n    name: S\n", ""),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    files = [tmp_path / f"{name}.yaml" for name in texts]
    output = run("merge", *files, "--output", tmp_path / "out.yaml", "--prefer", "theirs", "--language", "en")
    assert "Comments: 1 (mine.yaml:7: # asked Ann)" in output
    text = (tmp_path / "out.yaml").read_text("utf-8")
    assert text.startswith("# ours\n") and "# working title" in text and "# first" not in text
    run("merge", files[0], files[1], files[0], "--output", tmp_path / "b.yaml", "--language", "en")
    text = (tmp_path / "b.yaml").read_text("utf-8")
    assert "  # first\n  - id: s\n" in text and "# asked Ann" in text
    output = run("convert", files[0], tmp_path / "c.json", "--language", "en")
    assert "Comments: 3 (base.yaml:1: # ours" in output and "nothing was lost" not in output
