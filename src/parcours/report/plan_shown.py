"""Promises, deviations and alignment as the picture shows them: names, counts and comparisons in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from parcours.engine.differences import Difference
from parcours.language.formats import apart, decimal, duration, list_words, number, percent, quoted, signed
from parcours.language.translation import _, current_language
from parcours.mapdoc.document import JourneyMap
from parcours.picture.held import (
    Aligned,
    AlignmentScale,
    Compared,
    DeviationCount,
    DeviationShown,
    DeviationSpread,
    Figure,
    PartShown,
    PlanShown,
    PromiseShown,
)
from parcours.report.holding import PlanResults

if TYPE_CHECKING:
    from parcours.engine.alignment_result import AlignmentResult, Part, StageAlignment
    from parcours.engine.deviations import DeviationFigures, DeviationsResult
    from parcours.engine.promises import PromiseFigures, PromisesResult

MOST_ROWS = 12
"""So many places where trips leave the plan are listed; the others are counted."""
_MOST_NAMES = 3


class Names:
    """What ids of a map are called in the current language."""

    def __init__(self, map: JourneyMap) -> None:
        language = current_language()
        self.stage = {stage.id: stage.name.in_language(language) for stage in map.stages}
        self.touchpoint = {
            point.id: point.name.in_language(language) for stage in map.stages for point in stage.touchpoints
        }
        self.stage_of = {point.id: stage.id for stage in map.stages for point in stage.touchpoints}
        self.owner = {owner.id: owner.name.in_language(language) for owner in map.owners}
        self.channel = {channel.id: channel.name.in_language(language) for channel in map.channels}
        self.owner_of = {
            point.id: self.owner.get(point.owner or stage.owner or "")
            for stage in map.stages
            for point in stage.touchpoints
        }
        self.promise = {
            promise.id: promise.statement.in_language(language)
            for stage in map.stages
            for point in stage.touchpoints
            for promise in point.promises
        }


def plan_shown(map: JourneyMap, results: PlanResults) -> PlanShown:
    """Return what the sections under the map show."""
    names = Names(map)
    held, promised, scored = results.deviations, results.promises, results.alignment
    rows = deviation_rows(names, held) if held is not None else []
    return PlanShown(
        deviating=Figure(held.deviating, "journey:deviating") if held is not None else None,
        trips=held.trips if held is not None else 0,
        promises=tuple(promise_shown(names, one) for one in promised.promises) if promised is not None else (),
        deviations=tuple(rows[:MOST_ROWS]),
        more_deviations=max(len(rows) - MOST_ROWS, 0),
        spread=tuple(_spread(names, held)) if held is not None else (),
        scale=_scale(scored) if scored is not None and _scored(scored) else None,
    )


def stage_promises(map: JourneyMap, promised: PromisesResult | None) -> Mapping[str, tuple[PromiseShown, ...]]:
    """Return the promises by the stage in which they are kept."""
    names = Names(map)
    found: dict[str, tuple[PromiseShown, ...]] = {}
    for one in promised.promises if promised is not None else ():
        found[one.stage] = (*found.get(one.stage, ()), promise_shown(names, one))
    return found


def planned_promises(map: JourneyMap) -> Mapping[str, tuple[PromiseShown, ...]]:
    """Return the promises by the stage in which they are kept, as they are planned: nobody has been given any."""
    names, nobody = Names(map), Figure(0)
    return {
        stage.id: tuple(
            PromiseShown(
                id=one.id,
                statement=names.promise[one.id],
                touchpoint=names.touchpoint[point.id],
                stage=names.stage[stage.id],
                owner=names.owner.get(one.owner or point.owner or stage.owner or ""),
                within=_within(spent_words(one.within_seconds, one.clock == "business"), one.clock == "business"),
                target=one.percentile / 100,
                share=None, low=None, high=None, kept_target=None,
                given=nobody, kept=nobody, broken=nobody, unmet=nobody, pending=nobody,
                median=None, slowest=None, feeling=None, planned=True,
            )
            for point in stage.touchpoints
            for one in point.promises
        )
        for stage in map.stages
    }  # fmt: skip


def stage_deviations(held: DeviationsResult | None) -> Mapping[str, tuple[DeviationCount, ...]]:
    """Return the kinds that occur, by stage."""
    found: dict[str, tuple[DeviationCount, ...]] = {}
    for one in held.figures if held is not None else ():
        if one.scope == "stage" and one.trips:
            found[one.id] = (*found.get(one.id, ()), DeviationCount(one.kind, Figure(one.trips, one.key)))
    return found


def stage_alignments(map: JourneyMap, scored: AlignmentResult | None) -> Mapping[str, Aligned]:
    """Return the scores by stage; none where no stage has a structure score."""
    if scored is None or not _scored(scored):
        return {}
    return {one.id: _aligned(one, scored) for one in scored.stages if one.people}


def _scored(scored: AlignmentResult) -> bool:
    return any(stage.structure is not None for stage in scored.stages)


# ---------------------------------------------------------------- promises


def promise_shown(names: Names, one: PromiseFigures) -> PromiseShown:
    """Return a promise with its figures."""

    def figure(state: str) -> Figure:
        return Figure(int(getattr(one, state)), f"promise:{one.id}:{state}")

    def spent(seconds: float | None) -> str | None:
        return None if seconds is None else spent_words(seconds, one.clock == "business")

    return PromiseShown(
        id=one.id,
        statement=names.promise.get(one.id, one.id),
        touchpoint=names.touchpoint.get(one.touchpoint, one.touchpoint),
        stage=names.stage.get(one.stage, one.stage),
        owner=names.owner.get(one.owner or ""),
        within=_within(spent(one.within_seconds) or "", one.clock == "business"),
        target=one.percentile / 100,
        share=one.share,
        low=one.low,
        high=one.high,
        kept_target=one.as_meant,
        given=figure("given"),
        kept=figure("kept"),
        broken=figure("broken"),
        unmet=figure("unmet"),
        pending=figure("pending"),
        median=spent(one.median_seconds),
        slowest=spent(one.percentile_95_seconds),
        feeling=feelings_compared(one.feeling),
    )


def _within(time: str, business: bool) -> str:
    if business:
        return _("within {time} of working time").format(time=time)
    return _("within {time}").format(time=time)


def spent_words(seconds: float, business: bool) -> str:
    """Write a time of a promise's clock; working time in hours, for its days are as long as the company is open."""
    if business and seconds >= 86_400:
        return f"{number(seconds / 3600)}\u00a0{_('h')}"
    return duration(seconds)


# --------------------------------------------------------------- deviations


def deviation_rows(names: Names, held: DeviationsResult) -> list[DeviationShown]:
    """Return what occurs at each touchpoint, and events outside the plan, most trips first."""
    chosen = [one for one in held.figures if one.scope == "touchpoint" and one.trips]
    rows = [(one, _at_touchpoint(names, one)) for one in chosen]
    strays = [one for one in held.figures if one.scope == "journey" and one.kind == "adhoc" and held.stray_names]
    rows += [(one, _outside(held, one)) for one in strays if one.trips]
    return [row for _one, row in sorted(rows, key=lambda pair: -pair[0].trips)]


def _at_touchpoint(names: Names, one: DeviationFigures) -> DeviationShown:
    stage = names.stage.get(names.stage_of.get(one.id, ""), "")
    return _row(one, names.touchpoint.get(one.id, one.id), stage, names.owner_of.get(one.id))


def _outside(held: DeviationsResult, one: DeviationFigures) -> DeviationShown:
    named = [quoted(name) for name, _count in held.stray_names[:_MOST_NAMES]]
    return _row(one, _("outside the plan: {names}").format(names=list_words(named)), "", None)


def _row(one: DeviationFigures, place: str, stage: str, owner: str | None) -> DeviationShown:
    # What happens after the success can no longer go with it.
    settled = one.success.value == one.success.base == 1.0
    return DeviationShown(
        kind=one.kind,
        place=place,
        stage=stage,
        owner=owner,
        trips=Figure(one.trips, one.key),
        share=one.share,
        events=one.events,
        success=None if settled else points_compared(one.success),
        time=None if settled else times_compared(one.time),
        feeling=feelings_compared(one.feeling),
    )


def _spread(names: Names, held: DeviationsResult) -> Iterable[DeviationSpread]:
    for scope, known in (("owner", names.owner), ("channel", names.channel)):
        for id in dict.fromkeys(one.id for one in held.figures if one.scope == scope):
            kinds = held.of(scope, id)  # type: ignore[arg-type]
            counts = tuple(DeviationCount(kind, Figure(one.trips, one.key)) for kind, one in kinds.items())
            if any(count.trips.count for count in counts):
                yield DeviationSpread(scope, known.get(id, id), counts)  # type: ignore[arg-type]


def points_compared(found: Difference) -> Compared | None:
    """Write two shares and the points between them."""
    return _compared(found, percent, lambda x: signed(100 * x, 0), _("{change} points, from {low} to {high}"))


def times_compared(found: Difference) -> Compared | None:
    """Write two lengths of time and how many times as long the one is."""
    return _compared(found, duration, lambda x: decimal(x, 2), _("×\u202f{change}, from {low} to {high}"))


def feelings_compared(found: Difference) -> Compared | None:
    """Write two means and how far they lie apart."""
    return _compared(found, signed, signed, _("{change}, from {low} to {high}"))


def _compared(
    found: Difference, value: Callable[[float], str], change: Callable[[float], str], said: str
) -> Compared | None:
    """Write both values, and how far they lie apart where that can be said."""
    if found.value is None or found.base is None:
        return None
    values = _("{value} against {base}").format(value=value(found.value), base=value(found.base))
    if found.change is None or found.low is None or found.high is None:
        return Compared(values, None, False)
    apart = said.format(change=change(found.change), low=change(found.low), high=change(found.high))
    return Compared(values, apart, found.tells)


# ---------------------------------------------------------------- alignment


def _scale(scored: AlignmentResult) -> AlignmentScale:
    return AlignmentScale(scored.threshold, scored.drift, scored.experience, scored.answers)


def _aligned(one: StageAlignment, scored: AlignmentResult) -> Aligned:
    return Aligned(
        structure=one.structure,
        structure_low=one.structure_low,
        structure_high=one.structure_high,
        experience=one.experience,
        experience_low=one.experience_low,
        experience_high=one.experience_high,
        few=one.few,
        answers=Figure(one.answers, f"stage:{one.id}:answers"),
        people=Figure(one.people, f"stage:{one.id}:reached"),
        quadrant=one.quadrant,
        certain=one.certain,
        drift=one.drift,
        gap=None if one.experience is None or one.structure is None else apart(one.experience, one.structure),
        parts=tuple(_part(part) for part in one.parts),
        shortfall=one.shortfall,
        worth=None if one.value is None else number(one.value),
        threshold=scored.threshold,
        priority=scored.first.index(one.id) + 1 if one.id in scored.first else None,
    )


def _part(part: Part) -> PartShown:
    detail = ""
    if part.value is not None:
        detail = _("{hits} of {n}").format(hits=number(part.hits), n=number(part.n))
        if part.name == "on_time" and part.basis == "duration" and part.target is not None:
            within = _("within {time}").format(time=duration(part.target))
            detail = f"{detail}, {within}"
        elif part.name == "on_time":
            detail = _("{detail} promises").format(detail=detail)
        elif part.name == "forward" and part.target is not None:
            aim = _("target {value}").format(value=percent(part.target))
            detail = f"{detail}, {aim}"
    return PartShown(part.name, part.value, part.weight, detail, part.key if part.value is not None else None)
