"""What the letter asks for first: at most three steps, each with an owner, a figure and how one sees that it worked.

The first is about the stage where most are lost, the others about the next heaviest findings of other stages.
"""

from __future__ import annotations

from collections.abc import Iterator

from parcours.language.counted import said_of
from parcours.language.formats import number, percent, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.picture.letter import Step
from parcours.report.findings import Candidate
from parcours.report.letter_words import Matter, spoken
from parcours.report.plan_shown import Names
from parcours.report.plan_wording import statement_of
from parcours.report.stages import LivedStage
from parcours.report.summary import above

MOST_STEPS = 3
_TO_CALL = 10
_TOLD = ("promise", "slow", "wait_most", "felt", "leak_beyond", "deviation")


def steps(matter: Matter) -> tuple[Step, ...]:
    """Return the steps, the most important first."""
    found: list[Step] = []
    for step in _candidates(matter):
        if len(found) < MOST_STEPS and step.what not in {other.what for other in found}:
            found.append(step)
    return tuple(found)


def _candidates(matter: Matter) -> Iterator[Step]:
    result = matter.laid.result
    if not result.trips or not result.placed:
        yield Step(
            _("Make the map and the data meet."),
            None,
            _("Today no event is placed on the map."),
            _("Done when the data and the map name the same events."),
        )
        return
    if not matter.laid.has_goal:
        yield Step(
            _("Say on the map what success is."),
            None,
            _("Today {n} journeys are over, and none of them can be called won or lost.").format(
                n=number(result.left + result.failed)
            ),
            _("Done when this letter counts those who arrive."),
        )
    focus = matter.focus
    seen: set[str] = set()
    if focus is not None:
        broken = next((one for one in matter.promises if one.stage is focus), None)
        if broken is not None:
            yield _keep(matter, broken)
        if focus.lost >= _TO_CALL:
            yield _call(focus)
        if broken is not None or focus.lost >= _TO_CALL:
            seen.add(focus.plan.id)
    if not matter.answers:
        yield _ask(focus)
    if focus is not None and focus.admitted is None:
        yield _admit(focus)
    kinds: set[str] = set()
    for one in matter.ranked:
        if one.stage is None or one.kind not in _TOLD or one.stage.plan.id in seen or one.kind in kinds:
            continue
        seen.add(one.stage.plan.id)
        kinds.add(one.kind)
        yield _told(matter, one, one.stage)


def _told(matter: Matter, one: Candidate, stage: LivedStage) -> Step:
    if one.kind == "promise":
        return _keep(matter, one)
    if one.kind == "slow":
        return _hasten(stage)
    if one.kind == "wait_most":
        return _limit(stage)
    if one.kind == "felt":
        return _repair(one, stage)
    if one.kind == "deviation":
        return _follow(one, stage)
    return _call(stage)


def _keep(matter: Matter, one: Candidate) -> Step:
    promise = one.promise
    assert promise is not None
    figure = ngettext("{broken} of {all} was late.", "{broken} of {all} were late.", promise.broken).format(
        broken=number(promise.broken), all=number(promise.settled)
    )
    return Step(
        _("Keep {promise}, or promise less.").format(promise=quoted(statement_of(one))),
        Names(matter.laid.map).owner.get(promise.owner or ""),
        figure,
        _("Done when {target} are kept.").format(target=percent(promise.percentile / 100)),
    )


def _call(stage: LivedStage) -> Step:
    figure = _("{share} of those who come here stop.").format(share=percent(stage.figures.leak or 0.0))
    sign = _("Done when we can write their three main reasons in their own words.")
    if above(stage):
        sign = _("Done when no more than {admitted} stop there.").format(admitted=percent(stage.admitted or 0.0))
    return Step(
        said_of(
            stage.counted,
            _("Call ten of the {n} people who stopped at {stage}, and ask why."),
            _("Call those behind ten of the {n} trips that ended at {stage}, and ask why."),
        ).format(n=number(stage.lost), stage=quoted(stage.name)),
        stage.owner,
        "" if above(stage) else figure,
        sign,
    )


def _admit(stage: LivedStage) -> Step:
    return Step(
        _("Decide how many may stop at {stage}, and write it on the map.").format(stage=quoted(stage.name)),
        stage.owner,
        "",
        _("Done when this letter can say whether {share} is too many.").format(
            share=percent(stage.figures.leak or 0.0)
        ),
    )


def _limit(stage: LivedStage) -> Step:
    time = spoken(stage.figures.median_seconds or 0.0)
    return Step(
        _("Say how long {stage} may take, and write it on the map.").format(stage=quoted(stage.name)),
        stage.owner,
        _("Half wait {time} or more.").format(time=time),
        _("Done when the map holds a target and half stay below it."),
    )


def _hasten(stage: LivedStage) -> Step:
    return Step(
        _("Shorten the wait at {stage}.").format(stage=quoted(stage.name)),
        stage.owner,
        _("Half wait {time} or more.").format(time=spoken(stage.figures.median_seconds or 0.0)),
        _("Done when half wait less than {target}.").format(target=spoken(stage.target_seconds or 0.0)),
    )


def _repair(one: Candidate, stage: LivedStage) -> Step:
    point = one.touchpoint
    mood = point.figures.emotion if point is not None else stage.figures.emotion
    expected = (point.plan.expected_emotion if point is not None else stage.expected) or 0.0
    name = point.name if point is not None else stage.name
    return Step(
        _("Read every comment on {place}, and mend what comes up most.").format(place=quoted(name)),
        stage.owner,
        ngettext("{n} answer gives {mean}.", "{n} answers give {mean}.", mood.answers).format(
            n=number(mood.answers), mean=signed(mood.mean or 0.0)
        ),
        _("Done when new answers reach {expected}.").format(expected=signed(expected)),
    )


def _follow(one: Candidate, stage: LivedStage) -> Step:
    found, point = one.deviation, one.touchpoint
    assert found is not None and point is not None
    return Step(
        _("See to it that {point} goes as planned.").format(point=quoted(point.name)),
        stage.owner,
        _("In {n} journeys it did not: {value} of them succeed, {base} of the others.").format(
            n=number(found.trips), value=percent(found.success.value or 0.0), base=percent(found.success.base or 0.0)
        ),
        _("Done when less than {share} of journeys leave the plan there.").format(share=percent(found.share or 0.0)),
    )


def _ask(stage: LivedStage | None) -> Step:
    where = _("at {stage}").format(stage=quoted(stage.name)) if stage is not None else _("at the end of the journey")
    return Step(
        _("Ask one question {where}: how was it, and why?").format(where=where),
        stage.owner if stage is not None else None,
        _("Today there is no answer at all."),
        _("Done with thirty answers: from there on, a mean begins to hold."),
    )
