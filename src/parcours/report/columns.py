"""Stages of the map with what was lived in them, as columns of the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parcours.engine.results import Emotion
from parcours.language.formats import month
from parcours.language.translation import current_language
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint
from parcours.picture.model import Figure, Measured, Quote, StageColumn, Station
from parcours.picture.told import DeedShown, LinkShown, PainShown
from parcours.report.findings import Candidate
from parcours.report.holding import PlanResults
from parcours.report.indicators import told
from parcours.report.keys import stage_key, touchpoint_key
from parcours.report.measuring import MapMetrics
from parcours.report.plan_shown import stage_alignments, stage_deviations, stage_promises
from parcours.report.quotes import Words
from parcours.report.stages import UNRANKED_UNDER, LivedStage, LivedTouchpoint
from parcours.report.story import NONE, Effects, about, journey_link, stage_deeds, stage_pains, step_name


def stage_columns(
    map: JourneyMap,
    stages: Sequence[LivedStage],
    chosen: Sequence[Candidate],
    quotes: Mapping[int, Words],
    plan: PlanResults,
    metrics: MapMetrics,
    effects: Effects = NONE,
) -> tuple[StageColumn, ...]:
    """Return one column per stage; ``chosen`` findings, numbered from 1, put their pins."""
    pins = _pins(chosen)
    promises, deviations = stage_promises(map, plan.promises), stage_deviations(plan.deviations)
    aligned = stage_alignments(map, plan.alignment)
    beside = _Told.of(map, effects)
    return tuple(
        replace(
            beside.into(_column(map, stage, pins, quotes.get(stage.position))),
            promises=promises.get(stage.plan.id, ()),
            deviations=deviations.get(stage.plan.id, ()),
            aligned=aligned.get(stage.plan.id),
            indicators=told(metrics.in_stage(stage.plan.id)),
        )
        for stage in stages
    )


def planned_columns(map: JourneyMap, stages: Sequence[LivedStage]) -> tuple[StageColumn, ...]:
    """Return the columns of stages of which only the plan is known: nobody counted, nothing measured."""
    beside = _Told.of(map)
    return tuple(beside.into(_column(map, stage, {}, None, lived=False)) for stage in stages)


def lived_columns(map: JourneyMap, stages: Sequence[LivedStage]) -> tuple[StageColumn, ...]:
    """Return the columns of what a group lived, without findings, words, or what the map tells beside its plan."""
    return tuple(_column(map, stage, {}, None) for stage in stages)


@dataclass(frozen=True)
class _Told:
    """What the map tells of its stages beside the plan, by the stage's id."""

    pains: Mapping[str, tuple[PainShown, ...]]
    deeds: Mapping[str, tuple[DeedShown, ...]]
    deeper: Mapping[str, LinkShown | None]

    @classmethod
    def of(cls, map: JourneyMap, effects: Effects = NONE) -> _Told:
        deeper = {stage.id: journey_link(map, stage.journey) for stage in map.stages}
        return cls(stage_pains(map), stage_deeds(map, effects), deeper)

    def into(self, column: StageColumn) -> StageColumn:
        return replace(
            column,
            pains=self.pains.get(column.id, ()),
            deeds=self.deeds.get(column.id, ()),
            deeper=self.deeper[column.id],
        )


def _column(
    map: JourneyMap, stage: LivedStage, pins: Mapping[str, tuple[int, ...]], words: Words | None, *, lived: bool = True
) -> StageColumn:
    figures = stage.figures
    goal = stage.plan.goal
    own = pins.get(f"stage:{stage.plan.id}", ())

    def figure(count: int, part: str) -> Figure:
        return Figure(count, stage_key(stage, part) if lived else None)

    return StageColumn(
        id=stage.plan.id,
        number=stage.position + 1,
        name=stage.name,
        goal=goal.in_language(current_language()) if goal is not None else None,
        owner=stage.owner,
        reached=figure(figures.reached, "reached"),
        entered=figure(figures.entered, "entered"),
        left=figure(stage.lost, "lost"),
        open=figure(figures.open, "open"),
        arrived=figure(figures.arrived, "arrived"),
        returned=figure(figures.returned, "returned"),
        leak=figures.leak,
        admitted=stage.admitted,
        median_seconds=figures.median_seconds,
        lower_seconds=figures.lower_seconds,
        upper_seconds=figures.upper_seconds,
        timed=figure(figures.timed, "timed"),
        target_seconds=stage.target_seconds,
        expected=stage.expected,
        felt=_measured(figures.emotion, stage_key(stage, "answers")),
        stations=_stations(map, stage, pins),
        quote=_quote(map, words),
        pin=own[0] if own else None,
        counted=stage.counted,
        more_pins=own[1:],
    )


def _stations(map: JourneyMap, stage: LivedStage, pins: Mapping[str, tuple[int, ...]]) -> tuple[Station, ...]:
    lived = {point.plan.id: point for point in stage.touchpoints}
    return tuple(_station(map, stage.plan, point, lived.get(point.id), pins) for point in stage.plan.touchpoints)


def _station(
    map: JourneyMap, stage: Stage, point: Touchpoint, lived: LivedTouchpoint | None, pins: Mapping[str, tuple[int, ...]]
) -> Station:
    language = current_language()
    channel = next((channel for channel in map.channels if channel.id == point.channel), None)
    owner = next((owner for owner in map.owners if owner.id == point.owner), None)
    return Station(
        id=point.id,
        name=point.name.in_language(language),
        icon=channel.icon if channel is not None else "page",
        channel=channel.name.in_language(language) if channel is not None else None,
        owner=owner.name.in_language(language) if owner is not None else None,
        moment_of_truth=point.moment_of_truth,
        persons=Figure(lived.figures.persons, touchpoint_key(lived, "persons")) if lived is not None else None,
        expected=point.expected_emotion,
        felt=_measured(lived.figures.emotion, touchpoint_key(lived, "answers")) if lived is not None else None,
        pin=next(iter(pins.get(f"touchpoint:{point.id}", ())), None),
        step=step_name(stage, point),
        layer=point.layer,
        about=about(map, point),
    )


def _measured(emotion: Emotion, key: str) -> Measured | None:
    if not emotion.answers:
        return None
    if emotion.answers < UNRANKED_UNDER:
        return Measured(emotion.answers, None, None, None, emotion.few, key)
    return Measured(emotion.answers, emotion.mean, emotion.low, emotion.high, (), key)


def _quote(map: JourneyMap, words: Words | None) -> Quote | None:
    if words is None:
        return None
    channel = next(
        (each.name.in_language(current_language()) for each in map.channels if each.id == words.channel), words.channel
    )
    source = [channel] if channel else []
    return Quote(words.text, " · ".join([*source, month(words.time_us, map.zone)]))


def _pins(chosen: Sequence[Candidate]) -> dict[str, tuple[int, ...]]:
    """Give the numbers of the findings by the place where they stand; those of a touchpoint stand at its stage too."""
    pins: dict[str, tuple[int, ...]] = {}
    for number, one in enumerate(chosen, 1):
        places = [f"stage:{one.stage.plan.id}"] if one.stage is not None else []
        places += [f"touchpoint:{one.touchpoint.plan.id}"] if one.touchpoint is not None else []
        for place in places:
            pins[place] = (*pins.get(place, ()), number)
    return pins
