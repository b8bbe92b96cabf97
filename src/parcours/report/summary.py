"""The head of the page: one headline, and what is lost and felt, in the current language."""

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
    signed,
)
from parcours.language.translation import _, ngettext
from parcours.report.findings import Candidate, subject_of
from parcours.report.plan_wording import promise_text
from parcours.report.stages import UNRANKED_UNDER, LivedStage, LivedTouchpoint, most_lost
from parcours.report.wording import answers, feeling_of, lost_of

_GOOD_FROM = 0.05
"""Less than this is written as 0.0, which is no memory to call the best."""
_ROUNDING = 1e-9
"""What an admitted share may be off by when it is what a conversion target leaves."""


def above(stage: LivedStage) -> bool:
    """Whether a larger share is lost here than the map admits, by however little: the rule of the indicators."""
    leak, admitted = stage.figures.leak, stage.admitted
    return leak is not None and admitted is not None and leak - admitted > _ROUNDING


def headline(chosen: Sequence[Candidate], result: JourneyResult, *, discovered: bool) -> str:
    """Say in one short sentence what the two heaviest findings of different kinds are."""
    if not result.trips:
        return _("Nobody has set out on this journey yet.")
    if not result.placed:
        return _("Nothing that these people did is on the map.")
    told: list[tuple[str, LivedStage]] = []
    subjects: set[str] = set()
    for one in chosen:
        subject = subject_of(one.kind)
        if one.stage is not None and subject in {"lost", "slow", "felt", "returns", "promise"} - subjects:
            subjects.add(subject)
            told.append(("many" if one.kind == "leak" else subject, one.stage))
    if not told:
        return _("What people live, stage by stage.")
    (first, stage), *rest = told
    opening = _opening(first, discovered).format(stage=quoted(stage.name))
    if not rest:
        return _("{sentence}.").format(sentence=opening)
    second, other = rest[0]
    if other.plan.id == stage.plan.id:
        return _("{first}, {second}.").format(first=opening, second=_there(second, discovered))
    following = _following(second, discovered).format(stage=quoted(other.name))
    return _("{first}, {second}.").format(first=opening, second=following)


def lost(stages: Sequence[LivedStage], result: JourneyResult, *, has_goal: bool) -> tuple[str, ...]:
    """Say how many arrive, where most are lost or too many, and what stays within the map's limits."""
    if not result.trips:
        return (_("No event starts this journey: look at what the map says starts a trip."),)
    said = [" ".join([_ends(result, has_goal), *_nowhere(result)])]
    if not result.placed:
        said.append(_("No touchpoint matches what they did: compare the map’s event names with those of the data."))
    if has_goal and not result.succeeded:
        said.append(_("Nobody has met what the map calls success: if that is a surprise, check its event name."))
    if result.timeout_seconds > (result.data_end_us - result.data_start_us) / 1e6 and result.open:
        said.append(
            _(
                "The timeout of {time} is longer than the data: nobody can be called lost yet. The map can set one."
            ).format(time=duration(result.timeout_seconds))
        )
    beyond = sorted((stage for stage in stages if stage.excess), key=lambda stage: -(stage.excess or 0))
    leaking = [stage for stage in (stages if has_goal else stages[:-1]) if stage.lost]
    if beyond:
        said.append(_too_many(beyond[0]))
        others = [f"{quoted(stage.name)} ({number(stage.excess or 0)})" for stage in beyond[1:4]]
        if others:
            said.append(_("Too many also at {stages}.").format(stages=list_words(others)))
        elif all(stage.admitted is not None and (stage is beyond[0] or not above(stage)) for stage in stages):
            said.append(_("Everywhere else, departures stay within what the map allows."))
    elif (worst := most_lost(leaking)) is not None:
        said.append(
            _("More stop at stage {stage} than anywhere else: {lost}.").format(
                stage=quoted(worst.name), lost=lost_of(worst)
            )
        )
        if all(stage.admitted is not None and not above(stage) for stage in leaking):
            said.append(_("Nowhere do more leave than the map allows."))
    return tuple(said)


def broken(ranked: Sequence[Candidate]) -> tuple[str, ...]:
    """Say which promise is broken most beyond what it allows itself."""
    worst = next((one for one in ranked if one.kind == "promise"), None)
    return () if worst is None else (_("{sentence}.").format(sentence=promise_text(worst)[0]),)


def felt(stages: Sequence[LivedStage], result: JourneyResult, ranked: Sequence[Candidate]) -> tuple[str, ...]:
    """Say where people feel worse than expected, what they like best, and where nobody was asked."""
    if not any(stage.figures.emotion.answers for stage in stages):
        if not result.emotion.answers:
            return (_("Nobody gave an answer: how people feel is not known."),)
        return (_("No answer of this log can be placed on the map: how people feel is not known."),)
    said = [*_worst(stages, ranked), *_best(stages)]
    mute = [quoted(stage.name) for stage in stages if stage.figures.entered and not stage.figures.emotion.answers]
    if mute:
        said.append(
            ngettext(
                "Nobody has been asked at stage {stages}.", "Nobody has been asked at stages {stages}.", len(mute)
            ).format(stages=list_words(mute))
        )
    few = [quoted(stage.name) for stage in stages if 0 < stage.figures.emotion.answers < UNRANKED_UNDER]
    if few:
        said.append(
            ngettext(
                "Stage {stages} has under ten answers: shown one by one, without a mean.",
                "Stages {stages} have under ten answers each: shown one by one, without a mean.",
                len(few),
            ).format(stages=list_words(few))
        )
    return tuple(said)


def _opening(subject: str, discovered: bool) -> str:
    if discovered:
        return {
            "lost": _("Journeys end most at {stage}"),
            "many": _("Many journeys end at {stage}"),
            "slow": _("Journeys take longest at {stage}"),
            "returns": _("Journeys keep coming back to {stage}"),
            "felt": _("People are let down at {stage}"),
            "promise": _("Promises are broken at {stage}"),
        }[subject]
    return {
        "lost": _("We lose people at {stage}"),
        "many": _("We lose people at {stage}"),
        "slow": _("We keep people waiting at {stage}"),
        "returns": _("People keep coming back to {stage}"),
        "felt": _("We let people down at {stage}"),
        "promise": _("We break our promise at {stage}"),
    }[subject]


def _following(subject: str, discovered: bool) -> str:
    if discovered:
        return {
            "lost": _("and end most at {stage}"),
            "many": _("and many end at {stage}"),
            "slow": _("and take longest at {stage}"),
            "returns": _("and keep coming back to {stage}"),
            "felt": _("and let people down at {stage}"),
            "promise": _("and promises are broken at {stage}"),
        }[subject]
    return {
        "lost": _("and we lose them at {stage}"),
        "many": _("and we lose them at {stage}"),
        "slow": _("and we keep them waiting at {stage}"),
        "returns": _("and they keep coming back to {stage}"),
        "felt": _("and we let them down at {stage}"),
        "promise": _("and we break our promise at {stage}"),
    }[subject]


def _there(subject: str, discovered: bool) -> str:
    if discovered:
        return {
            "lost": _("and that is where most of them end"),
            "many": _("and that is where many of them end"),
            "slow": _("and that is where they take longest"),
            "returns": _("and keep coming back there"),
            "felt": _("and that is where they let people down"),
            "promise": _("and that is where promises are broken"),
        }[subject]
    return {
        "lost": _("and that is where we lose them"),
        "many": _("and that is where we lose them"),
        "slow": _("and that is where we keep them waiting"),
        "returns": _("and that is where they keep coming back"),
        "felt": _("and that is where we let them down"),
        "promise": _("and that is where we break our promise"),
    }[subject]


def _ends(result: JourneyResult, has_goal: bool) -> str:
    gone = result.left + result.failed
    parts = []
    if has_goal:
        arrived = ngettext("{n} success", "{n} successes", result.succeeded).format(n=number(result.succeeded))
        parts.append(f"{arrived} ({percent(result.succeeded / result.trips)})")
        parts.append(ngettext("{n} lost", "{n} lost", gone).format(n=number(gone)))
    else:
        parts.append(ngettext("{n} journey over", "{n} journeys over", gone).format(n=number(gone)))
    parts.append(ngettext("{n} still under way", "{n} still under way", result.open).format(n=number(result.open)))
    return _("Of {people}: {parts}.").format(
        people=plural_journeys(result.trips, result.setting_out), parts=list_words(parts)
    )


def _nowhere(result: JourneyResult) -> list[str]:
    """Say beside the total why the river under it begins with fewer."""
    nowhere = result.trips - result.placed
    if not nowhere or not result.placed:
        return []
    return [
        ngettext(
            "{n} of them did nothing that is on the map: the river begins without it, with {placed}.",
            "{n} of them did nothing that is on the map: the river begins without them, with {placed}.",
            nowhere,
        ).format(n=number(nowhere), placed=number(result.placed))
    ]


def _too_many(stage: LivedStage) -> str:
    excess = stage.excess or 0
    return ngettext(
        "At stage {stage}, {lost}, where the map allows {allowed}. That is {n} too many.",
        "At stage {stage}, {lost}, where the map allows {allowed}. That is {n} too many.",
        excess,
    ).format(stage=quoted(stage.name), lost=lost_of(stage), allowed=percent(stage.admitted or 0.0), n=number(excess))


def _worst(stages: Sequence[LivedStage], ranked: Sequence[Candidate]) -> list[str]:
    below: dict[str, Candidate] = {}
    for one in ranked:
        if one.kind == "felt" and one.stage is not None:
            below.setdefault(one.stage.plan.id, one)
    if below:
        return [_below(one) for one in list(below.values())[:3]]
    felt_at = [stage for stage in stages if stage.figures.emotion.mean is not None]
    if len(felt_at) < 2:
        return []
    if all(stage.expected is not None for stage in felt_at):
        return [_("Nowhere do people clearly feel worse than expected.")]
    lowest = min(felt_at, key=lambda stage: stage.figures.emotion.mean or 0.0)
    return [
        _("The lowest feeling is at stage {stage}: {felt} ({answers}).").format(
            stage=quoted(lowest.name),
            felt=signed(lowest.figures.emotion.mean or 0.0),
            answers=answers(lowest.figures.emotion),
        )
    ]


def _below(one: Candidate) -> str:
    emotion, expected = feeling_of(one)
    values = {"felt": signed(emotion.mean or 0.0), "expected": signed(expected), "answers": answers(emotion)}
    if one.touchpoint is not None:
        return _("At {touchpoint}, {felt} where {expected} was expected ({answers}).").format(
            touchpoint=quoted(one.touchpoint.name), **values
        )
    stage = quoted(one.stage.name) if one.stage is not None else ""
    return _("At stage {stage}, {felt} where {expected} was expected ({answers}).").format(stage=stage, **values)


def _best(stages: Sequence[LivedStage]) -> list[str]:
    points: list[LivedTouchpoint] = [point for stage in stages for point in stage.touchpoints]
    rated = [point for point in points if point.figures.emotion.mean is not None]
    if not rated:
        return []
    best = max(rated, key=lambda point: point.figures.emotion.mean or 0.0)
    if (best.figures.emotion.mean or 0.0) < _GOOD_FROM:
        return []
    return [
        _("The best memory is {touchpoint}: {felt} ({answers}).").format(
            touchpoint=quoted(best.name),
            felt=signed(best.figures.emotion.mean or 0.0),
            answers=answers(best.figures.emotion),
        )
    ]
