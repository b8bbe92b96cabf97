"""Why each part of a drafted map is there, what is left out and why, how names are cleaned, and how much is shown."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.engine.analysis import Analysis, run_tables
from parcours.engine.succession import SuccessionResult, beginning_of, succession_of
from parcours.engine.table import EventTable, table_from_arrays
from parcours.language.errors import UsageError
from parcours.mapdoc.discovered import Discovery, Proposal
from parcours.mapdoc.discovery import discover
from parcours.mapdoc.naming import Conventions, labels_of, stage_names
from parcours.mapdoc.reading import dump_map

Row = tuple[int, int, str]
MINUTE = 60_000_000


class Tables:
    def __init__(self, *tables: EventTable) -> None:
        self.tables = tables

    def run(self, analysis: Analysis) -> Any:  # type: ignore[type-arg]
        return run_tables(analysis, self.tables)


def tables(*parts: list[Row]) -> Tables:
    """One table for each part; they share their vocabulary, as those of a log do."""
    words = sorted({row[2] for part in parts for row in part})
    code = {word: at for at, word in enumerate(words)}
    return Tables(
        *(
            table_from_arrays(
                np.array([row[0] for row in part], np.int64),
                np.array([row[1] for row in part], np.int64),
                np.array([code[row[2]] for row in part], np.int32),
                names=words,
            )
            for part in parts
        )
    )


def trips(*paths: tuple[int, str]) -> list[Row]:
    """Rows of ``n`` persons for each path, a path being names set apart by spaces, a minute between them."""
    rows: list[Row] = []
    person = 0
    for count, path in paths:
        for _n in range(count):
            rows += [(person, at * MINUTE, name) for at, name in enumerate(path.split())]
            person += 1
    return rows


def found(rows: list[Row], **options: Any) -> Discovery:
    return discover(succession_of(tables(rows)), title="Log", language=options.pop("language", "en"), **options)


def proposal(discovery: Discovery, name: str) -> Proposal:
    return next(one for one in discovery.proposals if name in one.matches and one.kind == "touchpoint")


SHOP = trips(
    (40, "home product cart pay ship review"),
    (30, "home product cart"),
    (20, "home product help cart pay ship"),
    (10, "home product order_refused"),
    (6, "home product payment_error cart pay"),
)


def test_each_touchpoint_says_who_meets_it_after_what_and_with_what() -> None:
    cart = proposal(found(SHOP), "cart")
    assert (cart.persons, cart.events, cart.share) == (96, 96, pytest.approx(96 / 106))
    assert cart.after is not None and (cart.after.name, cart.after.share) == ("Product", 1.0)
    assert cart.with_ is not None and cart.with_.name == "Home"
    assert cart.seconds_after is not None and 60 < cart.seconds_after < 90
    text = cart.reason.by_language["en"]
    assert "96 people (91%)" in text and "100% of them after “Product”" in text
    assert "«\u00a0Product\u00a0»" in cart.reason.by_language["fr"]


def test_the_first_touchpoint_comes_after_nothing() -> None:
    home = proposal(found(SHOP), "home")
    assert (home.after, home.seconds_after, home.position) == (None, None, 0.0)


def test_each_stage_says_why_it_begins_where_it_does() -> None:
    stages = [one for one in found(SHOP).proposals if one.kind == "stage"]
    assert "It comes first: 106 people (100%)" in stages[0].reason.by_language["en"]
    for earlier, later in pairwise(stages):
        assert later.after is not None and later.after.id == earlier.id
        assert f"“{earlier.name}”" in later.reason.by_language["en"]


def test_success_and_failure_say_their_reason() -> None:
    proposals = found([*SHOP, *((200 + n, 0, "home") for n in range(3))], goal="ship").proposals
    success, failure = (next(one for one in proposals if one.kind == kind) for kind in ("success", "failure"))
    assert success.matches == ("ship",) and success.reason.by_language["en"] == "The goal given is “ship”."
    assert failure.matches == ("order_refused",)
    assert failure.reason.by_language["en"] == "Its name speaks of failure, and 0% of its 10 people succeed."


def test_what_went_wrong_is_a_setback_and_never_a_failure() -> None:
    left = {one.name: one for one in found(SHOP, goal="review").left_out}
    assert left["payment_error"].reason == "setback"
    assert left["order_refused"].reason == "failure"


def test_every_event_is_on_the_map_or_left_out_with_a_reason() -> None:
    rows = [*SHOP, *((n, 90 * MINUTE + n, f"odd {chr(97 + n)} thing") for n in range(3))]
    discovery = found(rows)
    shown = sum(one.events for one in discovery.proposals if one.kind == "touchpoint")
    assert shown + sum(one.events for one in discovery.left_out) == len(rows)
    assert all(one.text.by_language["en"] and one.text.by_language["fr"] for one in discovery.left_out)


def test_what_comes_before_and_after_all_others_alike_is_left_out_until_everything_is_asked_for() -> None:
    path = ["a", "b", "c", "d", "e", "f"]
    rows = trips(*[(9, " ".join([*path[:n], "roam", *path[n:]])) for n in range(7)])
    discovery = found(rows)
    assert [(one.name, one.reason) for one in discovery.left_out] == [("roam", "anywhere")]
    assert "Met anywhere in the order" in discovery.map.origin.by_language["en"]  # type: ignore[union-attr]
    assert "roam" in names(found(rows, detail=5))


def names(discovery: Discovery) -> list[str]:
    return [one.matches[0] for one in discovery.proposals if one.kind == "touchpoint"]


def blocks(discovery: Discovery) -> list[set[str]]:
    """The names of each stage."""
    stages: dict[str | None, set[str]] = {}
    for one in discovery.proposals:
        if one.kind == "touchpoint":
            stages.setdefault(one.stage, set()).add(one.matches[0])
    return list(stages.values())


LOGS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 25), st.sampled_from([f"{n:c}{n:c}" for n in range(97, 117)])),
    min_size=1,
    max_size=300,
)


def assert_finer(coarse: Discovery, fine: Discovery) -> None:
    assert set(names(coarse)) <= set(names(fine))
    order = [name for name in names(fine) if name in set(names(coarse))]
    assert order == names(coarse)
    for block in blocks(fine):
        kept = block & set(names(coarse))
        assert not kept or any(kept <= wider for wider in blocks(coarse))


@settings(max_examples=60, deadline=None)
@given(LOGS)
def test_what_a_coarser_map_shows_and_where_it_cuts_a_finer_one_does_too(rows: list[Row]) -> None:
    succession = succession_of(tables([(who, at * MINUTE, name) for who, at, name in rows]))
    levels = [discover(succession, title="x", language="en", detail=detail) for detail in range(1, 6)]
    for coarse, fine in pairwise(levels):
        assert_finer(coarse, fine)
    counts = [discover(succession, title="x", language="en", stages=n, touchpoints=6) for n in (1, 2, 3, 5, 9)]
    for coarse, fine in pairwise(counts):
        assert_finer(coarse, fine)
    assert len(blocks(counts[0])) == 1


@settings(max_examples=60, deadline=None)
@given(LOGS, st.integers(0, 31), st.integers(1, 50), st.randoms(use_true_random=False))
def test_neither_order_of_rows_nor_split_nor_numbers_of_persons_change_a_byte(
    rows: list[Row], cut: int, shift: int, chance: Any
) -> None:
    renamed = [((shift * 31 - who) % 997, at, name) for who, at, name in rows]
    chance.shuffle(renamed)
    split = tables([row for row in renamed if row[0] % 31 < cut], [row for row in renamed if row[0] % 31 >= cut])
    one, other = (
        discover(succession_of(log), title="x", language="fr", detail=4) for log in (tables(list(rows)), split)
    )
    assert dump_map(one.map, "yaml") == dump_map(other.map, "yaml")
    assert one == other


def test_numbers_of_stages_and_touchpoints_are_what_was_asked_for() -> None:
    discovery = found(SHOP, stages=3, touchpoints=4)
    assert len(blocks(discovery)) == 3
    # The most frequent ones, and one for each stage that would stand empty.
    assert {"home", "product", "cart", "pay"} <= set(names(discovery)) and len(names(discovery)) <= 6
    assert len(blocks(found(SHOP, stages=40))) == len(names(found(SHOP)))


@pytest.mark.parametrize("options", [{"detail": 0}, {"detail": 6}, {"stages": 0}, {"touchpoints": -1}])
def test_a_detail_or_number_that_there_is_not_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=str(next(iter(options.values())))):
        found(SHOP, **options)


def test_the_answer_is_plain_data_with_the_map_in_it() -> None:
    discovery = found([*SHOP, *((n, 99 * MINUTE, "late") for n in range(1))])
    plain = json.loads(json.dumps(discovery.to_dict()))
    assert plain["map"]["stages"] and plain["detail"] == 3
    assert {one["kind"] for one in plain["proposals"]} == {"stage", "touchpoint", "failure"}
    assert {one["reason"] for one in plain["left_out"]} == {"failure", "setback", "rare"}
    assert discovery.to_pandas()["kind"].iloc[0] == "stage"


def test_parts_of_the_map_carry_their_reason_in_both_languages() -> None:
    document = found(SHOP).map
    for part in [*document.stages, *(point for stage in document.stages for point in stage.touchpoints)]:
        assert part.description is not None and set(part.description.by_language) == {"en", "fr"}
    assert document.evidence_level == "measured"


def test_names_that_differ_only_behind_their_beginning_are_one_touchpoint_with_all_its_people() -> None:
    rows: list[Row] = []
    for n in range(60):
        rows += [(n, 0, "Order form"), (n, MINUTE, f"Order #{n}71 paid"), (n, 2 * MINUTE, "Parcel sent")]
    discovery = found(rows)
    order = proposal(discovery, "Order #*")
    assert (order.name, order.persons, order.events) == ("Order …", 60, 60)
    assert names(discovery) == ["Order form", "Order #*", "Parcel sent"]
    assert "60 names" in order.reason.by_language["en"]


def test_a_beginning_that_a_frequent_name_has_too_makes_no_group() -> None:
    rows = [row for n in range(60) for row in ((n, 0, "order_paid"), (n, MINUTE, f"order_{n}"))]
    assert "order_*" not in names(found(rows))


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("Order #12345 paid", "Order #"),
        ("/fr/product/12", "/fr/product/"),
        ("/product/red-shoe", "/product/"),
        ("step12", "step"),
        ("user-3fa9c", "user-"),
        ("pay", None),
        ("4711", None),
        ("A_SUBMITTED", None),
    ],
)
def test_names_are_alike_up_to_their_first_number(name: str, beginning: str | None) -> None:
    assert beginning_of(name) == beginning


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["app:cart_viewed", "app:order_paid", "app:signedUp"], ["Cart viewed", "Order paid", "Signed up"]),
        (["shop_a_b", "shop_c_d", "shop_e_f", "shop_g_h", "shop_i_j"], ["A b", "C d", "E f", "G h", "I j"]),
        (["add_to_cart", "add_to_list", "pay"], ["Add to cart", "Add to list", "Pay"]),
        (["W_Completeren aanvraag", "A_SENT", "O_SENT"], ["Completeren aanvraag (W)", "Sent (A)", "Sent (O)"]),
        (["Product Viewed", "Cart Viewed", "Order Paid"], ["Product viewed", "Cart viewed", "Order paid"]),
        (["Visit Paris", "pay bill", "go home"], ["Visit Paris", "Pay bill", "Go home"]),
        (["checkout 3fa85f64-5717-4562", "pay"], ["Checkout …", "Pay"]),
        (["3fa85f64aa", "pay"], ["3fa85f64aa", "Pay"]),
        (["CMD_PASSEE", "CMD_PAYÉE"], ["Cmd passee", "Cmd payée"]),
    ],
)
def test_names_are_cleaned_by_what_the_names_of_the_log_share(names: list[str], labels: list[str]) -> None:
    assert [Conventions.of(names).label(name) for name in names] == labels


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=12, unique=True))
def test_no_two_touchpoints_or_stages_read_the_same(names: list[str]) -> None:
    labels = labels_of(names, [False] * len(names), Conventions.of(names))
    assert len(set(labels)) == len(labels) and all(label.strip() for label in labels)
    stages = stage_names([[("Same", 3.0)], [("Same", 2.0)], [("Same 2", 1.0)]])
    assert len(set(stages)) == 3


def test_one_person_with_one_event_is_a_map_of_one_touchpoint() -> None:
    discovery = found([(7, 0, "only")])
    assert (names(discovery), discovery.left_out) == (["only"], ())


def test_a_hundred_thousand_names_are_one_map_and_their_rest_is_counted() -> None:
    n = 100_000
    words = [f"{at:05x}".translate(str.maketrans("0123456789", "ghijklmnop")) + "x" for at in range(n)]
    table = table_from_arrays(np.arange(n) % 5_000, np.arange(n), np.arange(n, dtype=np.int32), names=words)
    discovery = discover(succession_of(Tables(table)), title="x", language="en")
    assert 1 <= len(names(discovery)) <= 40
    unseen = discovery.left_out[-1]
    assert (unseen.name, unseen.reason) == (None, "unseen")
    shown = sum(one.events for one in discovery.proposals if one.kind == "touchpoint")
    assert shown + sum(one.events for one in discovery.left_out) == n
    assert shown + sum(one.names for one in discovery.left_out) == n


def test_an_empty_succession_says_what_is_missing() -> None:
    with pytest.raises(UsageError, match="nothing to draft"):
        discover(SuccessionResult(0, 0, (), (), ()), title="x", language="en")
