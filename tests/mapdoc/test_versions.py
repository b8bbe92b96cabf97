"""Two versions of a map compared, and three merged, against plain slow references on random edits."""

from __future__ import annotations

import copy
import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import maps

from parcours.language.errors import MapError, UsageError
from parcours.mapdoc.changes import Added, Changed, Moved, Removed, Spot, apply, diff
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.merging import Merge, merge
from parcours.mapdoc.parts import MAP, Item, Parts, take_apart
from parcours.mapdoc.reading import parse_map
from parcours.mapdoc.sequences import merge_orders, moved

usual = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

BASE: dict[str, Any] = {
    "id": "shop",
    "title": {"fr": "Boutique", "en": "Shop"},
    "channels": [{"id": "web", "name": "Site"}, {"id": "mail", "name": "Courriel", "icon": "mail"}],
    "owners": [{"id": "ann", "name": "Ann"}, {"id": "bob", "name": "Bob"}],
    "calendar": {"hours": {"monday": [{"from": "09:00", "to": "18:00"}]}, "closed": ["2026-01-02"]},
    "trip": {"starts_when": ["visit"], "timeout": "30d"},
    "stages": [
        {
            "id": "find", "name": "Trouver", "goal": {"fr": "Voir", "en": "See"}, "owner": "ann",
            "touchpoints": [
                {"id": "ad", "name": "Annonce", "matches": ["visit"]},
                {"id": "page", "name": {"fr": "Fiche", "en": "Page"}, "channel": "web", "owner": "ann"},
            ],
            "metrics": [{"id": "leak", "kind": "leak", "target": 0.2, "direction": "down"}],
        },
        {
            "id": "choose", "name": "Choisir",
            "touchpoints": [
                {"id": "quote", "name": "Devis", "owner": "bob", "promises": [
                    {"id": "fast", "statement": "Sous 48 h", "from": "ad", "within": "2d"}]},
                {"id": "call", "name": "Appel", "moment_of_truth": True},
                {"id": "demo", "name": "Démo"},
            ],
        },
        {"id": "buy", "name": "Acheter", "touchpoints": [{"id": "pay", "name": "Payer", "after": ["quote"]}]},
    ],
}  # fmt: skip


def read(data: dict[str, Any]) -> JourneyMap:
    return parse_map(json.dumps(data), file="f", format="json")


def edited(*edits: Any, of: dict[str, Any] = BASE) -> JourneyMap:
    """Return the base map after ``edits``, each a function that changes the data."""
    data = copy.deepcopy(of)
    for edit in edits:
        edit(data)
    return read(_without_dangling(data))


def stage(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in data["stages"] if one["id"] == name)


def point(data: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for each in data["stages"] for one in each.get("touchpoints", ()) if one["id"] == name)


def _without_dangling(data: dict[str, Any]) -> dict[str, Any]:
    """Take out what names something that an edit removed."""
    owners, channels = ({one["id"] for one in data.get(kind, ())} for kind in ("owners", "channels"))
    points = [one for each in data["stages"] for one in each.get("touchpoints", ())]
    known = {one["id"] for one in points}
    promises = [one for each in points for one in each.get("promises", ())]
    for one in (*data["stages"], *points, *promises):
        for field, ids in (("owner", owners), ("channel", channels)):
            if one.get(field) is not None and one[field] not in ids:
                del one[field]
    for one in points:
        one["after"] = [name for name in one.get("after", ()) if name in known]
        one["promises"] = [each for each in one.get("promises", ()) if each["from"] in known]
        for field in ("after", "promises"):
            if not one[field]:
                del one[field]
    return data


# ---------------------------------------------------------------- random edits

TEXTS = ["Annonce", "Devis", "Autre"]


@st.composite
def versions(draw: st.DrawFn, most: int = 6, ids: str = "") -> JourneyMap:
    """The base map after some random edits; new items are called after ``ids``."""
    data = copy.deepcopy(BASE)
    for number in range(draw(st.integers(0, most))):
        _edit(draw, data, f"{ids or draw(st.sampled_from('xy'))}{number}")
    return read(_without_dangling(data))


def _edit(draw: st.DrawFn, data: dict[str, Any], new: str) -> None:
    stages = data["stages"]
    here = draw(st.sampled_from(stages))
    points = here.setdefault("touchpoints", [])
    match draw(st.integers(0, 11)):
        case 0:
            points.insert(draw(st.integers(0, len(points))), {"id": new, "name": draw(st.sampled_from(TEXTS))})
        case 1 if points:
            points.remove(draw(st.sampled_from(points)))
        case 2 if points:
            one = draw(st.sampled_from(points))
            points.remove(one)
            there = draw(st.sampled_from(stages)).setdefault("touchpoints", [])
            there.insert(draw(st.integers(0, len(there))), one)
        case 3 if points:
            draw(st.sampled_from(points))["name"] = draw(st.sampled_from([*TEXTS, {"fr": "Devis", "en": "Quote"}]))
        case 4 if points:
            draw(st.sampled_from(points))["owner"] = draw(st.sampled_from(["ann", "bob"]))
        case 5:
            here["goal"] = draw(st.sampled_from([{"fr": "Voir"}, {"en": "Look"}, {"fr": "Voir", "en": "Look"}]))
        case 6:
            here.pop(draw(st.sampled_from(["goal", "owner", "metrics", "expected_emotion"])), None)
        case 7 if len(stages) > 1:
            stages.remove(here)
        case 8:
            order = draw(st.permutations(range(len(stages))))
            data["stages"] = [stages[place] for place in order]
        case 9:
            data.setdefault("owners", []).append({"id": new, "name": draw(st.sampled_from(TEXTS))})
        case 10:
            data["stages"].append({"id": new, "name": draw(st.sampled_from(TEXTS))})
        case 11:
            data.pop(draw(st.sampled_from(["calendar", "trip", "owners", "default_language"])), None)
            data["default_language"] = draw(st.sampled_from(["fr", "en"]))


# ------------------------------------------------------------------------ diff


@usual
@given(versions(), versions())
def test_the_changes_between_two_maps_make_one_of_the_other(old: JourneyMap, new: JourneyMap) -> None:
    assert diff(old, old) == ()
    assert apply(diff(old, new), old) == new
    assert bool(diff(old, new)) == (old != new)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps(), maps())
def test_every_collection_of_the_document_is_compared_and_merged(old: JourneyMap, new: JourneyMap) -> None:
    assert apply(diff(old, new), old) == new
    assert merge(old, old, new).map() == new
    assert merge(old, new, old).map() == new


def test_a_text_changed_in_one_language_names_that_language() -> None:
    new = edited(lambda data: point(data, "page")["name"].update(en="Product page"))
    page = Item("touchpoints", "page")
    assert diff(read(BASE), new) == (Changed(page, ("name", "en"), "Page", "Product page"),)


def test_another_default_language_changes_no_text() -> None:
    whole = edited(lambda data: data.update(title={"fr": "Boutique"}))
    other = edited(lambda data: data.update(title={"fr": "Boutique"}, default_language="en"))
    changed = {change.path for change in diff(whole, other) if isinstance(change, Changed)}
    assert ("default_language",) in changed
    assert ("title", "fr") not in changed


def test_a_touchpoint_put_into_another_stage_has_moved_with_its_promises() -> None:
    def edit(data: dict[str, Any]) -> None:
        stage(data, "buy")["touchpoints"].insert(0, stage(data, "choose")["touchpoints"].pop(0))

    (change,) = diff(read(BASE), edited(edit))
    choose, buy = Item("stages", "choose"), Item("stages", "buy")
    assert change == Moved(Item("touchpoints", "quote"), Spot(choose, 0), Spot(buy, 0))


def test_the_fewest_items_that_explain_an_order_have_moved() -> None:
    new = edited(lambda data: data["stages"].append(data["stages"].pop(0)))
    assert [change.item.id for change in diff(read(BASE), new)] == ["find"]
    assert moved("abcdef", "bcdfea") in ({"a", "e"}, {"a", "f"})
    assert moved("abc", "xcy") == frozenset()


def test_what_stands_in_an_added_stage_is_added_on_its_own() -> None:
    old = edited(lambda data: data["stages"].pop())
    added = diff(old, read(BASE))
    assert [type(change) for change in added] == [Added, Added]
    assert [change.item for change in added] == [Item("stages", "buy"), Item("touchpoints", "pay")]
    assert [type(change) for change in diff(read(BASE), old)] == [Removed, Removed]


def test_one_is_not_true_in_a_condition() -> None:
    def asking(value: Any) -> JourneyMap:
        return edited(lambda data: data["trip"].update(succeeds_when={"where": {"paid": value}}))

    (change,) = diff(asking(1), asking(True))
    assert change == Changed(MAP, ("trip", "succeeds_when"), [{"where": {"paid": 1}}], [{"where": {"paid": True}}])


def test_changes_of_another_map_are_refused() -> None:
    renamed = edited(lambda data: point(data, "demo").update(name="Essai"))
    changes = diff(read(BASE), renamed)
    with pytest.raises(UsageError, match="no “demo” in “touchpoints”"):
        apply(changes, edited(lambda data: stage(data, "choose")["touchpoints"].pop()))
    longer = edited(lambda data: data["owners"].append({"id": "eve", "name": "Eve"}))
    with pytest.raises(UsageError, match="“eve” is already in “owners”"):
        apply(diff(read(BASE), longer), longer)


# ----------------------------------------------------------------------- merge


@usual
@given(versions(), versions())
def test_who_changed_nothing_gets_what_the_other_did(base: JourneyMap, other: JourneyMap) -> None:
    for merged in (merge(base, base, other), merge(base, other, base), merge(base, other, other)):
        assert merged.conflicts == ()
        assert merged.map() == other


@usual
@given(versions(), versions(ids="m"), versions(ids="t"))
def test_a_merge_agrees_with_the_reference(base: JourneyMap, mine: JourneyMap, theirs: JourneyMap) -> None:
    ours, yours = merge(base, mine, theirs), merge(base, theirs, mine)
    expected = reference(*(take_apart(one) for one in (base, mine, theirs)))
    disputed = [one for one in ours.conflicts if one.kind != "order"]
    assert bool(disputed) == (expected is None), (disputed, diff(base, mine), diff(base, theirs))
    assert len(ours.conflicts) == len(yours.conflicts)
    if expected is not None:
        assert facts(ours.parts) == expected
    if not ours.conflicts:
        assert ours.parts.orders == yours.parts.orders
        _check_orders(ours, base, mine, theirs)


@usual
@given(versions(), versions(ids="m"), versions(ids="t"))
def test_a_preferred_side_settles_every_conflict(base: JourneyMap, mine: JourneyMap, theirs: JourneyMap) -> None:
    for prefer, side in (("mine", mine), ("theirs", theirs)):
        merged, wanted = merge(base, mine, theirs, prefer=prefer), take_apart(side)  # type: ignore[arg-type]
        for item, held in merged.parts.items.items():
            assert item == MAP or item.id in merged.parts.orders[held.parent, item.kind]
        for one in merged.conflicts:
            assert (one.item in merged.parts.items) == (one.item in wanted.items) or one.kind == "order"
            if one.kind == "field" and one.item in wanted.items:
                assert at(merged.parts.items[one.item].fields, one.path) == at(wanted.items[one.item].fields, one.path)


def at(fields: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        fields = (fields or {}).get(name)
    return fields


def facts(parts: Parts) -> dict[tuple[Any, ...], Any]:
    """A map as a flat list of facts: where each item hangs, and every value by its path."""
    found: dict[tuple[Any, ...], Any] = {}
    for item, held in parts.items.items():
        found[item, "in"] = held.parent
        waiting = [((item,), dict(held.fields))]
        while waiting:
            path, value = waiting.pop()
            for name, inner in value.items():
                if isinstance(inner, dict):
                    waiting.append(((*path, name), inner))
                else:
                    found[(*path, name)] = json.dumps(inner)
    return found


Facts = dict[tuple[Any, ...], Any]


def reference(base: Parts, mine: Parts, theirs: Parts) -> Facts | None:
    """Merge fact by fact, slowly; None where anything is disputed."""
    was, ours, yours = (facts(one) for one in (base, mine, theirs))
    every = was | ours | yours
    # Whatever has parts (items, fields with fields in them) is disputed when one takes it out whole and the other
    # leaves it, but not as it was; and when both bring it in, not alike, unless it is a text.
    for whole in {fact[:length] for fact in every for length in range(1, len(fact))}:
        parts = [
            {key: value for key, value in side.items() if key[: len(whole)] == whole} for side in (was, ours, yours)
        ]
        if parts[0] and bool(parts[1]) != bool(parts[2]) and parts[0] != (parts[1] or parts[2]):
            return None
        names = {key[len(whole)] for part in parts for key in part}
        if not parts[0] and parts[1] and parts[2] and parts[1] != parts[2] and len(whole) > 1 and names - {"fr", "en"}:
            return None
    merged: Facts = {}
    for fact in every:
        before, one, other = (side.get(fact) for side in (was, ours, yours))
        if one != other and before not in (one, other):
            return None
        value = other if one == before else one
        if value is not None:
            merged[fact] = value
    for fact in merged:
        if fact[1] == "in" and fact[2:] == () and fact[0] != MAP and (merged[fact], "in") not in merged:
            return None  # what one put into an item that the other took out
    return merged


def _check_orders(merged: Merge, base: JourneyMap, mine: JourneyMap, theirs: JourneyMap) -> None:
    """Of two that both sides have, the one comes first that the side wants which turned them."""
    sides = [take_apart(one).orders for one in (base, mine, theirs)]
    for key, ids in merged.parts.orders.items():
        was, ours, yours = (set(combinations(side.get(key, ()), 2)) for side in sides)
        for pair in combinations(ids, 2):
            turned = pair[::-1]
            if {pair, turned} & ours and {pair, turned} & yours:
                assert pair in ours | yours
                assert turned not in ours | yours or turned in was


def test_two_who_change_different_things_get_both() -> None:
    mine = edited(lambda data: point(data, "quote").update(owner="ann"), lambda data: data["stages"].insert(
        0, {"id": "want", "name": "Vouloir"}))  # fmt: skip
    theirs = edited(lambda data: point(data, "page")["name"].update(en="Product page"))
    merged = merge(read(BASE), mine, theirs)
    assert merged.conflicts == ()
    assert [stage.id for stage in merged.map().stages] == ["want", "find", "choose", "buy"]
    assert merged.map().stages[1].touchpoints[1].name.in_language("en") == "Product page"


def test_one_field_with_two_new_values_is_a_conflict_that_tells_all_three() -> None:
    mine = edited(lambda data: point(data, "call").update(name="Rappel"))
    theirs = edited(lambda data: point(data, "call").update(name="Coup de fil"))
    merged = merge(read(BASE), mine, theirs)
    (one,) = merged.conflicts
    assert (one.kind, one.item, one.path) == ("field", Item("touchpoints", "call"), ("name", "fr"))
    assert (one.base, one.mine, one.theirs) == ("Appel", "Rappel", "Coup de fil")
    settled = merge(read(BASE), mine, theirs, prefer="theirs").map()
    assert settled.stages[1].touchpoints[1].name.in_language("fr") == "Coup de fil"


def test_a_stage_that_one_removes_and_the_other_fills_is_kept_until_somebody_decides() -> None:
    mine = edited(lambda data: data["stages"].pop(0))
    theirs = edited(lambda data: stage(data, "find")["touchpoints"].append({"id": "film", "name": "Film"}))
    asked = merge(read(BASE), mine, theirs)
    with_contents = {"find", "ad", "page", "leak"}
    assert {(one.kind, one.item.id) for one in asked.conflicts} == {("removed", name) for name in with_contents}
    assert merge(read(BASE), mine, theirs, prefer="theirs").map().stages[0] == theirs.stages[0]
    assert Item("touchpoints", "film") in asked.parts.items
    gone = merge(read(BASE), mine, theirs, prefer="mine")
    assert {one.item.id for one in gone.conflicts} == with_contents | {"film"}  # what goes with the stage is told too
    assert gone.map() == mine


def test_what_moved_into_a_stage_that_goes_returns_to_where_the_preferred_side_has_it() -> None:
    mine = edited(lambda data: data["stages"].pop(2))
    theirs = edited(lambda data: stage(data, "buy")["touchpoints"].append(stage(data, "choose")["touchpoints"].pop()))
    merged = merge(read(BASE), mine, theirs, prefer="mine")
    assert [one.id for one in merged.map().stages[1].touchpoints] == ["quote", "call", "demo"]
    assert {(one.kind, one.item.id) for one in merged.conflicts} == {
        ("place", "demo"), ("removed", "buy"), ("removed", "pay")
    }  # fmt: skip


def test_two_good_changes_that_make_no_map_together_are_refused() -> None:
    mine = edited(lambda data: data["owners"].pop(0))
    theirs = edited(lambda data: point(data, "demo").update(owner="ann"))
    merged = merge(read(BASE), mine, theirs)
    assert merged.conflicts == ()
    with pytest.raises(MapError) as refused:
        merged.map()
    assert "stages[1].touchpoints[2].owner: There is no owner “ann”" in str(refused.value.problems[0])


# ---------------------------------------------------------------------- orders


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("abc", "bca", "abc", "bca"),
        ("abcd", "bacd", "abdc", "badc"),  # each turned another pair
        ("abc", "abcp", "abcq", "abcpq"),  # both at the same place: by id
        ("abc", "abcq", "abcp", "abcpq"),
        ("abc", "apqbc", "axybc", "apqxybc"),  # runs stay together
        ("ab", "ba", "axb", "bax"),  # the newcomer keeps to its left neighbour
    ],
)
def test_orders_merge(base: str, mine: str, theirs: str, merged: str) -> None:
    assert merge_orders(frozenset(mine + theirs), base, mine, theirs) == _agreed(merged)


def _agreed(order: str) -> Any:
    from parcours.mapdoc.sequences import Merged

    return Merged(tuple(order), False)


def test_orders_that_exclude_each_other_are_disputed_and_the_winner_is_followed() -> None:
    merged = merge_orders(frozenset("abcp"), "abc", "bac", "acbp")
    assert (merged.disputed, "".join(merged.order)) == (True, "bpac")
    assert "".join(merge_orders(frozenset("abcp"), "abc", "bac", "acbp", mine_wins=False).order) == "acbp"
    assert merge_orders(frozenset("xy"), "", "xy", "yx").disputed
