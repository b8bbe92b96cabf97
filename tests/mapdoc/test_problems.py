"""Every mistake in a map document is named with its line, column, field and right form."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.language.errors import InputError, MapError, MapProblem, UsageError
from parcours.language.translation import speaking
from parcours.mapdoc.checking import MAX_PROBLEMS
from parcours.mapdoc.reading import load_map, parse_map

HERE = "▶"
"""Stands in a text of these tests where the problem is to be shown."""

WHOLE = """{
  "id": "m", "title": "T", %top%
  "channels": [{"id": "web", "name": "Web"}%channels%],
  "owners": [{"id": "sales", "name": "Sales"}],
  "stages": [
    {"id": "a", "name": "A", %stage%
     "touchpoints": [
       {"id": "t", "name": "Tt"%point%}
     ],
     "metrics": [%metrics%]}
  ]
}"""


def whole(**parts: str) -> str:
    text = WHOLE
    for slot in ("top", "channels", "stage", "point", "metrics"):
        text = text.replace(f"%{slot}%", parts.get(slot, ""))
    return text


def problems(text: str, format: str = "json") -> tuple[MapProblem, ...]:
    with pytest.raises(MapError) as caught:
        parse_map(text, file="our.json", format=format)  # type: ignore[arg-type]
    assert caught.value.problems
    for problem in caught.value.problems:
        assert problem.place.file == "our.json"
        assert problem.place.line is not None
        assert problem.place.column is not None
    return caught.value.problems


def metric(**changes: str) -> dict[str, str]:
    fields = {"id": '"m"', "kind": '"leak"', "target": "0.4", "direction": '"down"'} | changes
    return {"metrics": "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"}


def match(text: str) -> dict[str, str]:
    return {"point": f', "matches": {text}'}


CASES = [
    # slot and text, field, words of the message, words of the right form
    ({"top": '▶"titel": "x",'}, "titel", "Unknown field “titel”", "Nearest first: “title”"),
    ({"top": '"$schema": ▶"urn:parcours:map:9",'}, "$schema", "urn:parcours:map:9", "urn:parcours:map:2"),
    ({"top": '"default_language": ▶"de",'}, "default_language", "“de” is not known", "“fr”"),
    ({"top": '"description": ▶" ",'}, "description", "blank", "For example"),
    ({"top": '"description": {▶"de": "x"},'}, "description.de", "Unknown field “de”", "“en”, “fr”"),
    ({"top": '"description": ▶{},'}, "description", "empty", "For example"),
    ({"top": '"description": {"fr": ▶3},'}, "description.fr", "a text; found: a number (3)", ""),
    ({"top": f'"description": ▶"{"x" * 4001}",'}, "description", "4001 characters; 4000", ""),
    ({"top": '"description": ▶"a\\u0007b",'}, "description", "control character", "Remove"),
    ({"top": '"time_zone": ▶"Europe/Pariss",'}, "time_zone", "“Europe/Pariss”", "Nearest first: “Europe/Paris”"),
    ({"top": '"time_zone": ▶3,'}, "time_zone", "a text; found: a number (3)", "Europe/Paris"),
    ({"top": '"trip": {"timeout": ▶"1 month"},'}, "trip.timeout", "“1 month”", "30d"),
    ({"top": '"trip": {"timeout": ▶"0d"},'}, "trip.timeout", "zero", "30d"),
    ({"top": '"trip": {"timeout": ▶30},'}, "trip.timeout", "a text; found: a number (30)", "30d"),
    ({"top": '"trip": {"succeeds_when": ▶[]},'}, "trip.succeeds_when", "empty", "purchase"),
    ({"top": '"trip": {"succeeds_when": ▶""},'}, "trip.succeeds_when", "empty", "purchase"),
    ({"top": '"trip": {"fails_when": ▶{}},'}, "trip.fails_when", "empty", "purchase"),
    ({"channels": ', {"id": ▶"web", "name": "W"}'}, "channels[1].id", "“web” is already given in line 3", "“web-2”"),
    ({"channels": ', {"id": ▶"le web", "name": "W"}'}, "channels[1].id", "“le web” cannot be an id", "“le-web”"),
    ({"channels": ', ▶{"id": "x"}'}, "channels[1].name", "“name” is missing", "Site web"),
    ({"channels": ', {"id": "x", "name": "X", "icon": ▶"e-mail"}'}, "channels[1].icon", "“e-mail”", "first: “mail”"),
    ({"stage": '"owner": ▶"sale",'}, "stages[0].owner", "no owner “sale”", "Nearest first: “sales”"),
    ({"stage": '"expected_emotion": ▶5,'}, "stages[0].expected_emotion", "5 is outside", "nearest is 2"),
    ({"stage": '"expected_emotion": ▶"good",'}, "stages[0].expected_emotion", "found: a text (“good”)", "0.5"),
    ({"point": ', "channel": ▶"wep"'}, "stages[0].touchpoints[0].channel", "no channel “wep”", "first: “web”"),
    ({"point": ', "owner": ▶null'}, "stages[0].touchpoints[0].owner", "found: null", ""),
    ({"point": ', "moment_of_truth": ▶"yes"'}, "stages[0].touchpoints[0].moment_of_truth", "true or false", ""),
    (match("▶[]"), "stages[0].touchpoints[0].matches", "empty", "purchase"),
    (match('["x", ▶""]'), "stages[0].touchpoints[0].matches[1]", "empty", "purchase"),
    (match("[▶4]"), "stages[0].touchpoints[0].matches[0]", "found: a number (4)", "purchase"),
    (match("[▶{}]"), "stages[0].touchpoints[0].matches[0]", "empty", "purchase"),
    (match('{"event": ▶[]}'), "stages[0].touchpoints[0].matches.event", "empty", "purchase"),
    (match('{▶"evnt": "x"}'), "stages[0].touchpoints[0].matches.evnt", "“evnt”", "first: “event”"),
    (match('{"where": ▶{}}'), "stages[0].touchpoints[0].matches.where", "empty", "channel"),
    (match('{"where": {"v": ▶null}}'), "stages[0].touchpoints[0].matches.where.v", "found: null", "web"),
    (match('{"where": {"v": {▶"=>": 1}}}'), 'stages[0].touchpoints[0].matches.where.v["=>"]', "“=>”", "“>=”"),
    (match('{"where": {"v": {">": ▶true}}}'), 'stages[0].touchpoints[0].matches.where.v[">"]', "found: true", ""),
    (match('{"where": {"v": {"in": ▶[]}}}'), "stages[0].touchpoints[0].matches.where.v.in", "empty", ""),
    (match('{"where": {"v": {"known": ▶false}}}'), "stages[0].touchpoints[0].matches.where.v.known", "true", "other"),
    (match('{"where": {"v": ▶12345678901234567890}}'), "stages[0].touchpoints[0].matches.where.v", "digits", "quotes"),
    (match('{"where": ▶{"' + "p" * 501 + '": 1}}'), "stages[0].touchpoints[0].matches.where", "501 characters", ""),
    (metric(kind='▶"npz"'), "stages[0].metrics[0].kind", "“npz” is not known", "Nearest first: “nps”"),
    (metric(direction='▶"higher"'), "stages[0].metrics[0].direction", "“higher”", "“up”, “down”"),
    (metric(target="▶40"), "stages[0].metrics[0].target", "40 is above 1", "0.4"),
    (metric(target="▶-1"), "stages[0].metrics[0].target", "-1 is outside", "nearest is 0"),
    (metric(target='▶"40%"'), "stages[0].metrics[0].target", "a number; found: a text (“40%”)", "0.4"),
    (metric(kind='"nps"', target="▶150"), "stages[0].metrics[0].target", "150 is outside", "nearest is 100"),
    (metric(kind='"ces"', target="▶0"), "stages[0].metrics[0].target", "0 is outside", "nearest is 1"),
    (metric(kind='"time"', target="▶3"), "stages[0].metrics[0].target", "a text; found: a number (3)", "30d"),
    (metric(kind='"time"', target='▶"soon"'), "stages[0].metrics[0].target", "“soon”", "45min"),
    ({"metrics": '▶{"id": "m", "kind": "leak", "target": 0.4}'}, "stages[0].metrics[0].direction", "missing", ""),
]


@pytest.mark.parametrize(("parts", "field", "message", "right"), CASES, ids=[case[1] + case[2][:9] for case in CASES])
def test_each_mistake_is_shown_at_its_place_with_the_right_form(
    parts: dict[str, str], field: str, message: str, right: str
) -> None:
    marked = whole(**parts)
    before = marked[: marked.index(HERE)]
    (found,) = problems(marked.replace(HERE, ""))
    assert found.place.field == field
    assert (found.place.line, found.place.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert message in found.message
    assert right in (found.expected or "")


@pytest.mark.parametrize(("parts", "field", "message", "right"), CASES, ids=[case[1] + case[2][:9] for case in CASES])
def test_yaml_says_the_same_as_json(parts: dict[str, str], field: str, message: str, right: str) -> None:
    text = whole(**parts).replace(HERE, "")
    assert [str(one) for one in problems(text, "yaml")] == [str(one) for one in problems(text)]


def test_a_valid_document_of_the_same_shape_has_no_problem() -> None:
    good = whole(
        top='"$schema": "urn:parcours:map:2", "trip": {"timeout": "2h", "succeeds_when": "x"},',
        stage='"owner": "sales", "expected_emotion": -2,',
        point=', "channel": "web", "matches": [{"event": ["x", "y"], "where": {"v": {">=": 1}}}]',
        **metric(),
    )
    assert parse_map(good, file="f", format="json").stages[0].owner == "sales"


def test_all_problems_are_found_at_once_in_the_order_of_lines() -> None:
    text = whole(top='"time_zone": "Paris/Europe",', stage='"owner": "nobody",', **metric(target="2", direction='"x"'))
    found = problems(text)
    assert [one.place.field for one in found] == [
        "time_zone",
        "stages[0].owner",
        "stages[0].metrics[0].target",
        "stages[0].metrics[0].direction",
    ]
    assert [one.place.line for one in found] == sorted(one.place.line or 0 for one in found)


def test_required_fields_are_each_named_with_an_example() -> None:
    found = problems("{}")
    assert [one.place.field for one in found] == ["id", "title", "stages"]
    assert all("For example" in (one.expected or "") for one in found)


def test_ids_are_unique_over_all_stages_and_each_copy_gets_another_free_one() -> None:
    stage = '{{"id": "s{n}", "name": "S", "touchpoints": [{{"id": "t", "name": "T"}}]}}'
    stages = ",\n".join(stage.format(n=n) for n in range(3))
    found = problems(f'{{"id": "m", "title": "T", "stages": [\n{stages}]}}')
    assert [one.place.line for one in found] == [3, 4]
    assert [one.expected for one in found] == ["Free is, for example, “t-2”.", "Free is, for example, “t-3”."]
    assert "line 2" in found[0].message


def test_more_than_sixty_four_stages_are_too_many() -> None:
    stages = ", ".join(f'{{"id": "s{n}", "name": "S"}}' for n in range(65))
    (found,) = problems(f'{{"id": "m", "title": "T", "stages": [{stages}]}}')
    assert "65 entries; 64" in found.message
    sixty_four = ", ".join(f'{{"id": "s{n}", "name": "S"}}' for n in range(64))
    assert parse_map(f'{{"id": "m", "title": "T", "stages": [{sixty_four}]}}', file="f", format="json")


@pytest.mark.parametrize("text", ["3", "[]", '"x"', "null"])
def test_a_document_that_is_no_object_is_refused(text: str) -> None:
    (found,) = problems(text)
    assert "an object with fields" in found.message


def test_a_flood_of_mistakes_is_bounded() -> None:
    stages = ", ".join('{"id": 1, "name": 2, "goal": 3}' for _n in range(1_000))
    assert len(problems(f'{{"id": "m", "title": "T", "stages": [{stages}]}}')) == MAX_PROBLEMS


def test_problems_are_said_in_french() -> None:
    with speaking("fr"):
        (found,) = problems(whole(stage='"owner": "sale",'))
    assert found.message == "Il n’y a pas de responsable «\u00a0sale\u00a0» dans «\u00a0owners\u00a0»."
    assert found.expected == "Du plus proche au plus lointain\u00a0: «\u00a0sales\u00a0»."


def test_a_notebook_shows_every_problem_below_the_traceback() -> None:
    with pytest.raises(MapError) as caught:
        parse_map("{}", file="our.json", format="json")
    assert caught.value.__notes__ == [str(problem) for problem in caught.value.problems]
    assert caught.value.exit_code == 4


def test_files_are_read_by_their_ending(tmp_path: Path) -> None:
    for name in ("m.json", "m.yaml", "M.YML"):
        (tmp_path / name).write_text(whole(), "utf-8")
        assert load_map(tmp_path / name).id == "m"
    with pytest.raises(UsageError, match=r"\.json, \.yaml, \.yml"):
        load_map(tmp_path / "m.txt")
    with pytest.raises(UsageError, match="JSON or YAML"):
        parse_map("{}", file="f", format="toml")  # type: ignore[arg-type]


def test_a_file_that_is_not_there_names_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "our-map.yaml").write_text("{}")
    with pytest.raises(InputError, match=r"Near it: “our-map\.yaml”"):
        load_map(tmp_path / "our-mpa.yaml")
    with pytest.raises(InputError, match="There is no file"):
        load_map(tmp_path / "nowhere" / "x.json")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(InputError, match="cannot be opened"):
        load_map(tmp_path / "folder.json")


def test_a_file_that_is_not_utf8_shows_the_line_of_the_byte(tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes('{\n "é": "'.encode() + b"\xe9" + b'"}')
    with pytest.raises(MapError) as caught:
        load_map(tmp_path / "latin.json")
    (found,) = caught.value.problems
    assert (found.place.line, found.place.column) == (2, 8)
    assert "0xE9" in found.message


def test_documents_beyond_the_size_limit_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(MapError) as caught:
        parse_map(" " * 10_000_001, file="f", format="json")
    assert "10 million" in caught.value.problems[0].message
    (tmp_path / "big.yaml").write_bytes(b"\xff" * 8_000_001)
    with pytest.raises(MapError) as caught:
        load_map(tmp_path / "big.yaml")
    assert "2 million" in caught.value.problems[0].message
