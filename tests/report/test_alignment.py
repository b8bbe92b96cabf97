from dataclasses import replace

import pytest

from parcours.mapdoc.document import AlignmentRule, Metric, Weights
from parcours.report.alignment import align, settings_of
from parcours.report.laying import lay
from parcours.report.people import people_of


def test_every_part_of_a_stage_opens_onto_as_many_cases_as_it_counts(coach_log, coach_map):
    first = coach_map.stages[1]
    asked = replace(first.touchpoints[0], required=True)
    metrics = (*first.metrics, Metric("on", "conversion", 0.5, "up"))
    stage = replace(first, touchpoints=(asked, *first.touchpoints[1:]), metrics=metrics)
    map = replace(coach_map, stages=(coach_map.stages[0], stage, *coach_map.stages[2:]))
    result = align(coach_log, map)
    looked_at = set()
    for found in result.stages:
        for part in found.parts:
            if part.key is None or part.value is None:
                continue
            looked_at.add(part.name)
            cases = len(people_of(coach_log, map, part.key))
            assert cases == (part.n if part.basis == "duration" else part.hits), part
        assert len(people_of(coach_log, map, f"stage:{found.id}:answers")) == found.answers
        assert len(people_of(coach_log, map, f"stage:{found.id}:reached")) == found.people
    assert {"as_planned", "forward"} <= looked_at


def test_forward_is_the_conversion_that_the_map_shows(coach_log, coach_map):
    result, laid = align(coach_log, coach_map), lay(coach_log, coach_map)
    for stage, figures in zip(result.stages, laid.result.stages, strict=True):
        part = stage.part("forward")
        assert (part.hits, part.n) == (figures.went_on, figures.settled)


def test_the_map_sets_weights_targets_and_who_carries_a_touchpoint(coach_map):
    stage = coach_map.stages[0]
    points = (
        replace(stage.touchpoints[0], owner=None),
        replace(stage.touchpoints[1], process=None),
        *stage.touchpoints[2:],
    )
    metrics = (Metric("slow", "time", 90.0, "down"), Metric("on", "conversion", 0.4, "up"))
    rule = AlignmentRule(55.0, 12.0, Weights(on_time=3.0, carried=0.0))
    ownerless = replace(stage, owner=None, touchpoints=points, metrics=metrics)
    map = replace(coach_map, stages=(ownerless, *coach_map.stages[1:]), alignment=rule)
    settings = settings_of(map)
    assert (settings.threshold, settings.drift) == (55.0, 12.0)
    assert settings.weights == {"on_time": 3.0, "as_planned": 2.0, "forward": 2.0, "carried": 0.0}
    carried = sum(point.owner is not None and point.process is not None for point in points)
    first = settings.stages[0]
    assert (first.duration_us, first.conversion) == (90_000_000, 0.4)
    assert (first.carried, first.touchpoints) == (carried, len(points))
    assert carried < len(points)
    owned = settings_of(replace(map, stages=(replace(ownerless, owner="coach"), *map.stages[1:])))
    assert owned.stages[0].carried == carried + (points[0].process is not None)


@pytest.mark.parametrize("kind", ["time", "conversion"])
def test_a_stage_without_a_target_has_none(coach_map, kind):
    stages = tuple(replace(stage, metrics=()) for stage in coach_map.stages)
    settings = settings_of(replace(coach_map, stages=stages))
    assert all(stage.duration_us is None and stage.conversion is None for stage in settings.stages)
