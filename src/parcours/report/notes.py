"""How to read the numbers of a report: what was counted, what was left out and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.engine.results import JourneyResult
from parcours.language.formats import (
    duration,
    list_words,
    number,
    percent,
    plural_journeys,
    quoted,
    when,
)
from parcours.language.translation import _, ngettext
from parcours.report.findings import unplaced_share
from parcours.report.stages import LivedStage

_MOST_UNHEARD = 6


def notes(
    stages: Sequence[LivedStage],
    result: JourneyResult,
    *,
    timeout_is_planned: bool,
    zone: str,
    discovered: bool,
    absent: Sequence[str] = (),
    unheard: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the notes in the order in which a reader needs them, in the current language."""
    said = [_trips(result), _timeout(result, timeout_is_planned, zone)]
    if any(stage.admitted is not None for stage in stages):
        said.append(
            _(
                "What the map allows: the share of those entering a stage that may leave, set on the map as a leak"
                " or as what a conversion target leaves. Only what goes beyond it is called too many."
            )
        )
    elif any(stage.lost for stage in stages):
        said.append(_("The map sets no target for departures: none of them is called too many."))
    if any(stage.figures.emotion.answers for stage in stages):
        said.append(
            _(
                "Feelings run from −2 to +2, each answer brought from its own scale; intervals at 95%. Under thirty"
                " answers a mean is fragile; under ten there is no mean. An answer belongs to its own stage, else to"
                " the last touchpoint before it."
            )
        )
    if result.unplaced_events:
        said.append(_unplaced(result))
    said += unmet(absent, unheard)
    said += _answers(result) + _other_effort(stages)
    if any(stage.metric("conversion") for stage in stages):
        said.append(
            _("Conversion: those who went on or succeeded, of those whose outcome at the stage is known by now.")
        )
    said.append(_("Events at one instant are placed together, so that their order in the file changes nothing."))
    said.append(
        _("Findings are ranked by people × size of the gap. They say where to look: what goes together is not a cause.")
    )
    if discovered:
        said.append(
            _("This map was drafted from the log: its stages and its success are proposals, to be named and corrected.")
        )
    return tuple(said)


def unmet(absent: Sequence[str], unheard: Sequence[str]) -> list[str]:
    """Say what the map's rules ask for and the log does not have: properties, and event names."""
    said = []
    if absent:
        said.append(
            ngettext(
                "The map asks for the property {names}, which the log does not have: what depends on it counts nobody.",
                "The map asks for the properties {names}, which the log does not have: what depends on them counts"
                " nobody.",
                len(absent),
            ).format(names=list_words([quoted(name) for name in absent]))
        )
    if unheard:
        shown = [quoted(name) for name in unheard[:_MOST_UNHEARD]]
        more = len(unheard) - len(shown)
        if more:
            shown.append(ngettext("{n} other", "{n} others", more).format(n=number(more)))
        said.append(
            ngettext(
                "The map names an event that the log never saw: {names}.",
                "The map names events that the log never saw: {names}.",
                len(unheard),
            ).format(names=list_words(shown))
        )
    return said


def _trips(result: JourneyResult) -> str:
    who = plural_journeys(result.trips, result.setting_out)
    if result.trips == result.setting_out:
        text = _("One journey per person, from the first event that starts it to the last one: {people}.").format(
            people=who
        )
    else:
        text = _(
            "A person may make several trips: {trips}. Figures of stages count trips, those of touchpoints people."
        ).format(trips=who)
    said = [text]
    nowhere = result.trips - result.placed
    if nowhere:
        said.append(
            ngettext(
                "{n} of them did nothing that is on the map.", "{n} of them did nothing that is on the map.", nowhere
            ).format(n=number(nowhere))
        )
    outside = result.persons - result.setting_out
    if not outside:
        return " ".join(said)
    left_out = ngettext(
        "{n} person of the log never set out and is not counted.",
        "{n} people of the log never set out and are not counted.",
        outside,
    ).format(n=number(outside))
    return " ".join([*said, left_out])


def _timeout(result: JourneyResult, planned: bool, zone: str) -> str:
    why = (
        _("set on the map")
        if planned
        else _("the longer of thirty days and three times the gap that 95% of gaps between two events do not exceed")
    )
    text = _(
        "Lost: no success, and no event for {time} ({why}) before the data's end, on {end} ({zone}). Whoever was seen"
        " more recently is still under way and never counted as lost."
    ).format(time=duration(result.timeout_seconds), why=why, end=when(result.data_end_us, zone), zone=zone)
    return " ".join([text, _("Whoever failed counts as lost too.")]) if result.failed else text


def _answers(result: JourneyResult) -> list[str]:
    """Say which answers count nowhere, or on no stage."""
    said = []
    if result.invalid_answers:
        said.append(
            ngettext(
                "{n} answer lies outside its scale and counts nowhere.",
                "{n} answers lie outside their scale and count nowhere.",
                result.invalid_answers,
            ).format(n=number(result.invalid_answers))
        )
    if result.unplaced_answers:
        said.append(
            ngettext(
                "{n} answer belongs to no stage: it came before anything on the map, or outside the journey.",
                "{n} answers belong to no stage: they came before anything on the map, or outside the journey.",
                result.unplaced_answers,
            ).format(n=number(result.unplaced_answers))
        )
    return said


def _other_effort(stages: Sequence[LivedStage]) -> list[str]:
    """Say that effort and ease may have been taken for each other: the map asks for the one, the log has the other."""
    asked = {metric.direction for stage in stages for metric in stage.plan.metrics if metric.kind == "ces"}
    scores = [score for stage in stages for score in stage.figures.scores if score.kind == "ces" and score.answers]
    told = {"down" if score.effort_scale else "up" for score in scores}
    if asked == {"down"} and told == {"up"}:
        return [
            _(
                "The CES answers were imported as ease (high is good), while the map sets targets for effort (low is"
                " good). If they tell effort, import them again with --ces-scale effort: their feelings turn round."
            )
        ]
    if asked == {"up"} and told == {"down"}:
        return [
            _(
                "The CES answers were imported as effort (low is good), while the map sets targets for ease (high is"
                " good). If they tell ease, import them again with --ces-scale agreement: their feelings turn round."
            )
        ]
    return []


def _unplaced(result: JourneyResult) -> str:
    share = unplaced_share(result)
    names = [f"{quoted(name)} ({number(count)})" for name, count in result.unplaced_names[:5]]
    text = _("{n} of {all} events ({share}) match no touchpoint of the map").format(
        n=number(result.unplaced_events),
        all=number(result.trip_events),
        share=percent(share, 0 if share >= 0.01 else 2),
    )
    return _("{sentence}: {names}.").format(sentence=text, names=list_words(names)) if names else f"{text}."
