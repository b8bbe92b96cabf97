from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.picture.curves import bends, smooth
from parcours.picture.drawing import Canvas, draw_stops
from parcours.picture.layout import MOST_COLUMNS, lay_out, split
from parcours.picture.model import Figure, Measured, StageColumn, Station
from parcours.picture.page import render_page
from parcours.picture.relief import LABEL, PLAN_Y, height_of, relief
from parcours.picture.river import RIVER_WIDEST, leaving_beyond, magnify, stream
from parcours.picture.svg import render_svg
from parcours.picture.typeface import width


def stage(number: int, reached: int, left: int = 0, still: int = 0, arrived: int = 0, **more) -> StageColumn:
    nobody = Figure(0)
    blank = {
        "id": f"s{number}", "number": number, "name": f"Stage {number}", "goal": None, "owner": None,
        "reached": Figure(reached), "entered": Figure(reached), "left": Figure(left), "open": Figure(still),
        "arrived": Figure(arrived), "returned": nobody, "leak": None, "admitted": None, "median_seconds": None,
        "lower_seconds": None, "upper_seconds": None, "timed": nobody, "target_seconds": None, "expected": None,
        "felt": None,
    }  # fmt: skip
    return StageColumn(**(blank | more))


def asked(mean: float, answers: int = 50) -> Measured:
    return Measured(answers, mean, mean - 0.2, mean + 0.2)


@given(st.integers(0, 40))
def test_rows_hold_all_stages_in_order_and_differ_by_little(count: int) -> None:
    stages = [stage(n, 10) for n in range(count)]
    rows = split(stages)
    assert [each.number for row in rows for each in row] == list(range(count))
    lengths = [len(row) for row in rows]
    assert max(lengths, default=0) <= MOST_COLUMNS
    assert count == 0 or max(lengths) - min(lengths[:-1] or lengths) == 0


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=8))
def test_every_part_of_the_river_adds_up_to_its_width(leaving: list[tuple[int, int, int]]) -> None:
    people = sum(map(sum, leaving)) + 1
    stages = []
    for place, (left, still, arrived) in enumerate(leaving):
        stages.append(stage(place, people, left, still, arrived, admitted=0.1))
        people -= left + still + arrived
    for reach in stream(stages, RIVER_WIDEST, people).reaches:
        parts = reach.on + reach.arrived + reach.open + reach.admitted + reach.beyond
        assert parts == pytest.approx(reach.height)
    assert stream(stages, RIVER_WIDEST, people).reaches[0].height == pytest.approx(RIVER_WIDEST)


def test_only_what_exceeds_the_admitted_share_of_those_who_entered_is_too_much() -> None:
    assert leaving_beyond(stage(1, 200, 60, admitted=0.25, entered=Figure(100))) == 35
    assert leaving_beyond(stage(1, 200, 20, admitted=0.25, entered=Figure(100))) == 0
    assert leaving_beyond(stage(1, 200, 60)) == 0


def test_a_thin_end_is_drawn_again_by_a_round_factor() -> None:
    stages = [stage(1, 10_000, 9_000), stage(2, 1_000, 400), stage(3, 600)]
    river = stream(stages, RIVER_WIDEST)
    lens = magnify(stages, river)
    assert lens is not None and lens.first == 1
    for seen, thin in zip(lens.stream.reaches, river.reaches[1:], strict=True):
        assert seen.height == pytest.approx(thin.height * lens.factor)
    assert lens.stream.reaches[0].height <= 76 < lens.stream.reaches[0].height * 2
    assert lens.top > max(reach.bottom for reach in river.reaches[1:])


def test_a_river_that_stays_broad_or_runs_dry_needs_no_lens() -> None:
    broad = [stage(1, 100, 10), stage(2, 90)]
    dry = [stage(1, 100, 100), stage(2, 0)]
    for stages in (broad, dry):
        assert magnify(stages, stream(stages, RIVER_WIDEST)) is None


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-2, 2)), min_size=1, max_size=8))
def test_lines_never_cross_a_stage_where_nobody_was_asked(means: list[float | None]) -> None:
    stages = [stage(n, 10, felt=None if mean is None else asked(mean)) for n, mean in enumerate(means)]
    lane = relief(stages, 120, "nobody", {})
    for run in lane.runs:
        assert all(means[int(spot.x)] is not None for spot in run)
        assert [int(spot.x) for spot in run] == list(range(int(run[0].x), int(run[-1].x) + 1))
    hatched = {column for gap in lane.gaps for column in range(int(gap.left), int(gap.right))}
    assert hatched == {column for column, mean in enumerate(means) if mean is None}


def test_a_few_answers_are_neither_a_gap_nor_a_line() -> None:
    few = Measured(3, None, None, None, (-1.0, 0.0, 2.0))
    lane = relief([stage(1, 10, felt=asked(1)), stage(2, 10, felt=few), stage(3, 10, felt=asked(1))], 120, "nobody", {})
    assert [len(run) for run in lane.runs] == [1, 1]
    assert lane.gaps == ()


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=24))
def test_the_curve_never_overshoots_a_measured_value(values: list[float]) -> None:
    points = [(float(place), value) for place, value in enumerate(values)]
    scaled = [(x * 100, y * 100) for x, y in points]
    for (before, after), (first, second, _end) in zip(pairwise(values), bends(scaled), strict=True):
        low, high = sorted((before * 100, after * 100))
        assert low - 1e-6 <= first[1] <= high + 1e-6
        assert low - 1e-6 <= second[1] <= high + 1e-6


def test_the_path_of_a_curve_goes_through_its_points_and_says_each_number_in_few_signs() -> None:
    points = [(0.0, 10.0), (53.35, 12.5), (160.0, -3.0), (213.3, 40.04)]
    path = smooth(points)
    start, _c, rest = path.partition("c")
    steps = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", rest)]
    x, y = map(float, start.split())
    assert (x, y) == points[0] and len(steps) == 6 * (len(points) - 1)
    for place, (across, down) in enumerate(points[1:]):
        x, y = x + steps[6 * place + 4], y + steps[6 * place + 5]
        assert abs(x - across) <= 0.051 and abs(y - down) <= 0.051
    assert ".0" not in path and " -" not in path


def test_emotions_beyond_the_scale_stay_on_the_paper() -> None:
    assert height_of(9) == height_of(2) < height_of(-2) == height_of(-9) < PLAN_Y


@pytest.mark.parametrize("column_px", [110, 118, 160, 240])
def test_labels_keep_clear_of_each_other_and_of_the_edges(samples, column_px: int) -> None:
    for picture in (samples.rich("fr"), samples.rich("en"), samples.crowded()):
        for band in lay_out(picture.stages, column_px, "Nobody was asked here", picture.findings):
            boxes = []
            for label in band.relief.labels:
                wide = width(f"{label.name} +0,0", LABEL)
                left = label.x * column_px + label.shift - wide / 2
                assert left >= -1 and left + wide <= len(band.stages) * column_px + 1
                boxes.append((left, label.y - 9, left + wide, label.y))
            for place, a in enumerate(boxes):
                for b in boxes[place + 1 :]:
                    assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_second_row_says_how_much_larger_it_is_drawn(samples) -> None:
    first, second = lay_out(samples.crowded().stages, 118, "")
    assert first.magnified == 1
    assert second.magnified == pytest.approx(second.river.px_per_person / first.river.px_per_person)


def test_without_any_answer_there_is_no_relief(samples) -> None:
    assert all(band.relief is None for band in lay_out(samples.discovered().stages, 118, ""))
    silent = [replace(each, felt=Measured(0, None, None, None)) for each in samples.discovered().stages]
    assert all(band.relief is None for band in lay_out(silent, 118, ""))


def test_a_stage_of_many_touchpoints_gets_small_stops(samples) -> None:
    band = lay_out(samples.crowded().stages, 118, "")[0]
    roomy = {int(stop.x): stop.size for stop in band.relief.stops}
    assert roomy[2] == 0
    rich = lay_out(samples.rich().stages, 118, "")[0]
    assert all(stop.size for stop in rich.relief.stops)


def test_a_label_keeps_clear_of_single_answers(samples) -> None:
    few = Measured(6, None, None, None, (1.0, 1.0, 1.0, 0.0, -1.0, -1.0))
    stages = [stage(1, 10, felt=few), stage(2, 10, felt=asked(0.7), name="A rather long name of a stage")]
    label = relief(stages, 118, "nobody", {}).labels[0]
    left = label.x * 118 + label.shift - width(f"{label.name} +0,0", LABEL) / 2
    assert left > 0.5 * 118 + 10 or all(abs(label.y - 4 - height_of(value)) > 8 for value in (1, 0, -1))


def _station(name: str, mean: float, half: float, answers: int = 40) -> Station:
    felt = Measured(answers, mean, mean - half, mean + half)
    return Station(name, name, "page", None, None, False, None, None, felt)


@pytest.mark.parametrize(
    ("stations", "found"),
    [
        ((_station("bad", -0.7, 0.2), _station("good", 1.8, 0.1), _station("fair", 0.4, 0.1)), ("bad", "good")),
        ((_station("bad", -0.7, 0.2), _station("worse", -1.1, 0.2), _station("good", 0.5, 0.1)), ("worse", "good")),
        ((_station("unsure", -0.3, 0.4), _station("good", 1.8, 0.1)), None),
        ((_station("bad", -0.7, 0.2, answers=9), _station("good", 1.8, 0.1)), None),
        ((_station("good", 0.7, 0.2), _station("better", 1.8, 0.1)), None),
        ((), None),
    ],
)
def test_a_stage_is_split_where_its_touchpoints_are_surely_felt_in_opposite_ways(stations, found) -> None:
    column = replace(stage(1, 100), stations=stations)
    assert (None if column.split is None else tuple(one.name for one in column.split)) == found
    splits = relief([column], 150, "nobody", {}).splits
    assert [(round(one.low, 1), round(one.high, 1)) for one in splits] == (
        [] if found is None else [tuple(one.felt.mean for one in column.split)]
    )


def test_a_split_stage_says_so_in_words_and_in_the_key(samples) -> None:
    page = render_page(samples.rich("en"))
    assert page.count("split, −0.7 to +1.8") == 2  # table and walk
    assert "“Delivery” is felt as bad, “Handwritten card” as good" in page
    assert "split: felt in opposite ways" in page and 'class="split"' in render_svg(samples.rich("en"))


def test_where_no_icon_fits_the_line_tells_how_many_touchpoints_there_are(samples) -> None:
    band = lay_out(samples.crowded().stages, 118, "")[0]
    drawn = draw_stops(band.relief.stops, 20, Canvas(len(band.stages), 160, True, "i-"))
    many = [stage for stage in band.stages if len(stage.stations) > 5]
    assert re.findall(r'class="tally"[^>]*>(\d+)<', drawn) == [str(len(stage.stations)) for stage in many] != []
    assert many[0].stations[-1].name in drawn
    assert drawn.count("<use") == sum(len(stage.stations) for stage in band.stages if stage not in many)


def test_every_finding_of_a_stage_and_of_its_touchpoints_stands_at_its_head() -> None:
    point = replace(_station("a", 0.0, 0.1), pin=2)
    assert stage(1, 10, pin=3, more_pins=(4,), stations=(point, _station("b", 0.0, 0.1))).pins == (2, 3, 4)
    assert stage(1, 10).pins == ()
    spots = relief([stage(1, 10, felt=asked(-0.5), stations=(point,))], 118, "nobody", {2: "felt"}).spots
    assert [spot.pin for spot in spots if spot.mean is not None] == [2]
