"""A map drafted from a log: readable, valid, the same every time, whatever the names are."""

from __future__ import annotations

import gzip
import random
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.succession import SuccessionResult, succession_of
from parcours.engine.table import table_from_arrays
from parcours.language.errors import UsageError
from parcours.mapdoc.choosing import LEVELS
from parcours.mapdoc.cutting import ladder_of
from parcours.mapdoc.discovered import Discovery
from parcours.mapdoc.discovery import discover
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.ordering import order_scores, steadiness
from parcours.mapdoc.reading import dump_map, parse_map

Row = tuple[int, int, str]


class OneTable:
    def __init__(self, rows: list[Row]) -> None:
        self.table = table_from_arrays([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    def run(self, analysis: Analysis) -> object:  # type: ignore[type-arg]
        return run_tables(analysis, [self.table])


def succession(rows: list[Row]) -> SuccessionResult:
    return succession_of(OneTable(rows))  # type: ignore[arg-type]


def trips(*paths: tuple[int, str]) -> list[Row]:
    """Rows of ``n`` persons for each path, a path being names set apart by spaces, a second between them."""
    rows: list[Row] = []
    person = 0
    for count, path in paths:
        for _n in range(count):
            rows += [(person, second * 1_000_000, name) for second, name in enumerate(path.split())]
            person += 1
    return rows


def discovered(rows: list[Row], **options: Any) -> Discovery:
    return discover(succession(rows), title="A log", language=options.pop("language", "en"), **options)


def drafted(rows: list[Row], **options: Any) -> JourneyMap:
    document = discovered(rows, **options).map
    for form in ("json", "yaml"):
        assert parse_map(dump_map(document, form), file="f", format=form) == document  # type: ignore[arg-type]
    return document


def names_of(document: JourneyMap) -> list[list[str]]:
    return [[point.rule.any_of[0].names[0] for point in stage.touchpoints if point.rule] for stage in document.stages]


def flat(document: JourneyMap) -> list[str]:
    return [name for stage in names_of(document) for name in stage]


LOAN = trips(
    (50, "A_SUBMITTED A_DECLINED"),
    (20, "A_SUBMITTED A_CHECKED O_SENT A_CANCELLED"),
    (10, "A_SUBMITTED A_CHECKED O_SENT O_CANCELLED O_SENT O_SENT_BACK A_APPROVED"),
    (20, "A_SUBMITTED A_CHECKED O_SENT O_SENT_BACK A_APPROVED"),
)


def test_touchpoints_stand_in_the_order_of_the_trips() -> None:
    assert flat(drafted(LOAN)) == ["A_SUBMITTED", "A_CHECKED", "O_SENT", "O_SENT_BACK", "A_APPROVED"]
    assert 4 <= len(drafted(LOAN).stages) <= 5


def test_success_failure_and_setbacks_are_told_apart() -> None:
    document = drafted(LOAN)
    assert document.trip.succeeds_when is not None
    assert document.trip.succeeds_when.any_of[0].names == ("A_APPROVED",)
    assert document.trip.fails_when is not None
    assert document.trip.fails_when.any_of[0].names == ("A_DECLINED", "A_CANCELLED")
    assert document.origin is not None
    english, french = document.origin.by_language["en"], document.origin.by_language["fr"]
    assert "Setbacks from which some come back, and so no touchpoints: “O_CANCELLED” (10)." in english
    assert "“A_APPROVED” (30 people)." in english
    assert "«\u00a0A_APPROVED\u00a0»" in french


def test_the_goal_that_is_given_wins() -> None:
    document = drafted(LOAN, goal="O_SENT")
    assert document.trip.succeeds_when is not None
    assert document.trip.succeeds_when.any_of[0].names == ("O_SENT",)
    assert "The goal given is “O_SENT”." in document.origin.by_language["en"]  # type: ignore[union-attr]


def test_a_goal_so_rare_that_it_was_not_counted_still_ends_the_map() -> None:
    document = drafted(LOAN, goal="signed_at_last")
    assert flat(document)[-1] == "signed_at_last"
    rare = drafted([*LOAN, *[(0, 9_000_000_000, "rare_win")]], goal="rare_win")
    assert "rare_win" in flat(rare)


def test_stages_are_named_after_what_most_people_do() -> None:
    document = drafted(LOAN)
    assert document.stages[0].name.by_language == {"en": "Submitted (A)"}
    assert len({stage.id for stage in document.stages}) == len(document.stages)
    assert document.default_language == "en"


def test_a_name_that_ends_short_trips_stands_behind_its_own_past_and_not_at_the_end() -> None:
    rows = trips((60, "a x"), (40, "a b c d e f"))
    order = flat(drafted(rows))
    assert order.index("a") < order.index("x") < order.index("e")


def test_where_nothing_sounds_like_success_the_usual_end_is_a_guess_that_is_told() -> None:
    rows = trips((90, "open work handed_over"), (10, "open work"))
    document = drafted(rows)
    assert document.trip.succeeds_when is not None
    assert document.trip.succeeds_when.any_of[0].names == ("handed_over",)
    assert "guess" in document.origin.by_language["en"]  # type: ignore[union-attr]
    nothing = drafted(trips((30, "a b c"), (30, "c b a"), (30, "b a c d")))
    assert nothing.trip.succeeds_when is None
    assert "No name speaks of success" in nothing.origin.by_language["en"]  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["only", "one two", "one two three"])
def test_few_names_make_as_many_stages(path: str) -> None:
    assert len(drafted(trips((5, path))).stages) == len(path.split())


def test_a_log_without_events_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to draft"):
        discover(succession([]), title="x", language="fr")


def test_rare_names_are_left_out_and_listed() -> None:
    rows = trips((200, "a b c d"), (1, "a oops b"))
    document = drafted(rows)
    assert "oops" not in flat(document)
    assert "Left out: 1 rarer name, “oops” (1)." in document.origin.by_language["en"]  # type: ignore[union-attr]


def test_rare_names_that_begin_alike_become_one_touchpoint() -> None:
    rows = trips(*[(1, f"home /product/{n} pay") for n in range(500)])
    document = drafted(rows)
    assert "/product/*" in flat(document)
    assert flat(document).index("home") < flat(document).index("/product/*") < flat(document).index("pay")
    assert "Rare names that begin alike are one touchpoint each: “/product/”." in document.origin.by_language["en"]  # type: ignore[union-attr]


HOSTILE = [
    "*",
    "a*",
    " ",
    "\u200b",
    "🎉",
    "<script>alert(1)</script>",
    "x" * 5_000,
    "x" * 5_001,
    "=1+1",
    "é",
    "e\u0301",
]
HOSTILE += ["\x00", "A_b", "a b", "A B", "null", "\u2028", '"', "'", "{}"]


def test_hostile_names_make_a_valid_map() -> None:
    rows = [(person, second, name) for person in range(30) for second, name in enumerate(HOSTILE)]
    document = drafted(rows)
    assert "*" not in flat(document)
    assert "a*" not in flat(document)
    labels = [point.name.by_language["en"] for stage in document.stages for point in stage.touchpoints]
    assert len(set(labels)) == len(labels)
    assert all(label.strip() for label in labels)


def test_only_hostile_names_make_a_valid_map() -> None:
    assert flat(drafted([(1, 1, "*")])) == ["*"]
    assert flat(drafted([(1, 1, "cancelled")])) == ["cancelled"]


def test_very_many_names_are_bounded() -> None:
    rows = [(n % 997, n, f"{n:x}-{n}") for n in range(20_000)]
    document = drafted(rows)
    assert 1 <= len(flat(document)) <= LEVELS[3].touchpoints + 8
    assert len(document.stages) <= 8


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.text(min_size=1, max_size=4)), min_size=1, max_size=30)
)
def test_any_log_makes_a_valid_map_that_does_not_depend_on_the_order_of_rows(rows: list[Row]) -> None:
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    assert drafted(rows) == drafted(shuffled)


def test_the_same_log_gives_the_same_bytes() -> None:
    assert dump_map(drafted(LOAN), "json") == dump_map(drafted(LOAN), "json")


def test_names_that_share_nobody_lie_where_they_stand_on_average() -> None:
    scores = order_scores(np.zeros((3, 3)), np.zeros((3, 3)), np.array([0.9, 0.1, 0.5]))
    assert list(np.argsort(scores)) == [1, 2, 0]


def gains(*groups: int, inside: float = 1.0, across: float = -1.0) -> np.ndarray:
    group = np.repeat(np.arange(len(groups)), groups)
    return np.where(group[:, None] == group[None, :], inside, across)


def test_stages_are_cut_where_neighbours_have_nothing_in_common() -> None:
    ladder = ladder_of(gains(2, 3, 1, 2), np.full(8, 100.0))
    assert ladder.runs(ladder.usual) == [range(2), range(2, 5), range(5, 6), range(6, 8)]


def test_fewer_stages_join_whole_ones_and_more_split_them() -> None:
    gain = gains(3, 3, 3, 3)
    gain[3:9, 3:9] += 0.9
    ladder = ladder_of(gain, np.full(12, 100.0))
    assert ladder.runs(3) == [range(3), range(3, 9), range(9, 12)]
    edges = [{run.start for run in ladder.runs(count)} for count in range(1, 13)]
    assert all(coarse < fine for coarse, fine in pairwise(edges))
    assert ladder.runs(99) == ladder.runs(12)


def test_a_rare_name_alone_makes_no_stage_unless_it_is_the_goal() -> None:
    gain, persons = gains(2, 2, 2, 2, 1), np.array([100.0] * 8 + [10])
    assert ladder_of(gain, persons).runs(5)[-1] != range(8, 9)
    assert ladder_of(gain, persons, milestones=[8]).runs(5)[-1] == range(8, 9)


@pytest.mark.parametrize(("names", "fewest", "most"), [(1, 1, 1), (3, 3, 3), (4, 4, 4), (12, 4, 8), (60, 4, 8)])
def test_a_map_has_four_to_eight_stages(names: int, fewest: int, most: int) -> None:
    for gain in (gains(names), gains(*[1] * names)):
        assert fewest <= ladder_of(gain, np.full(names, 9.0)).usual <= most


def test_a_name_that_comes_before_and_after_the_others_alike_is_not_steady() -> None:
    before = np.array([[0.0, 10, 5], [0, 0, 5], [5, 5, 0]])
    together = np.full((3, 3), 10.0)
    assert list(steadiness(before, together)) == [0.5, 0.5, 0.0]


def xes_rows(path: Path) -> list[Row]:
    space = "{http://www.xes-standard.org/}"
    rows: list[Row] = []
    trace, event = 0, None
    with gzip.open(path) as stream:
        for moment, element in ElementTree.iterparse(stream, events=("start", "end")):
            tag = element.tag.removeprefix(space)
            if moment == "start":
                event = {} if tag == "event" else event
            elif tag in ("string", "date") and event is not None:
                event[element.get("key")] = element.get("value")
            elif tag == "event" and event is not None:
                at = datetime.fromisoformat(event["time:timestamp"] or "")
                rows.append((trace, round(at.timestamp() * 1e6), event["concept:name"] or ""))
                event = None
                element.clear()
            elif tag == "trace":
                trace += 1
                element.clear()
    return rows


@pytest.mark.data
@pytest.mark.slow
def test_the_loan_log_becomes_a_map_that_a_stranger_can_read(data: Path) -> None:
    document = drafted(xes_rows(data / "bpic2012.xes.gz"))
    assert names_of(document) == [
        ["A_SUBMITTED", "A_PARTLYSUBMITTED"],
        ["A_PREACCEPTED", "W_Afhandelen leads", "W_Completeren aanvraag"],
        ["A_ACCEPTED", "O_SELECTED", "A_FINALIZED", "O_CREATED", "O_SENT", "W_Nabellen offertes"],
        ["O_SENT_BACK", "W_Valideren aanvraag"],
        ["W_Nabellen incomplete dossiers"],
        ["O_ACCEPTED", "A_APPROVED", "A_REGISTERED", "A_ACTIVATED"],
    ]
    assert document.stages[1].touchpoints[2].name.in_language("en") == "Completeren aanvraag (W)"
    assert document.trip.succeeds_when is not None
    assert document.trip.succeeds_when.any_of[0].names == ("A_APPROVED",)
    assert document.trip.fails_when is not None
    assert document.trip.fails_when.any_of[0].names == ("A_DECLINED", "A_CANCELLED", "O_DECLINED")


@pytest.mark.data
def test_the_ticket_log_becomes_a_map_that_a_stranger_can_read(data: Path) -> None:
    document = drafted(xes_rows(data / "helpdesk.xes.gz"))
    assert names_of(document) == [
        ["Insert ticket", "Assign seriousness"],
        ["Take in charge ticket", "Create SW anomaly", "Wait", "Require upgrade"],
        ["Resolve ticket"],
        ["Closed"],
    ]
    assert document.trip.succeeds_when is not None
    assert document.trip.succeeds_when.any_of[0].names == ("Closed",)
