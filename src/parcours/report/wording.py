"""The words of a finding: a short headline, and a detail with its evidence, in the current language.

Stage and touchpoint names stand between quotation marks, so that no article or elision depends on them.
"""

from __future__ import annotations

from parcours.engine.results import Emotion, JourneyResult
from parcours.language.counted import said_of
from parcours.language.formats import duration, list_words, number, percent, quoted, signed
from parcours.language.translation import _, current_language, ngettext
from parcours.report.findings import Candidate, unplaced_share
from parcours.report.plan_wording import alignment_text, deviation_text, promise_text
from parcours.report.stages import FRAGILE_UNDER, LivedStage

DOT = " · "
_LONGEST_PROCESS = 60
"""Characters of a documented process that is named beside a finding; longer ones are left to the map."""


def finding_text(one: Candidate, result: JourneyResult, *, discovered: bool) -> tuple[str, str]:
    """Return headline and detail of a finding."""
    writer = {
        "leak_beyond": _leak_beyond,
        "leak_most": _leak_most,
        "leak": _leak,
        "slow": _slow,
        "wait_most": _wait_most,
        "felt": _felt,
        "returns": _returns,
        "unlived": _unlived,
        "unasked": _unasked,
        "promise": promise_text,
        "deviation": deviation_text,
        "alignment": alignment_text,
    }.get(one.kind)
    headline, parts = writer(one) if writer is not None else _unplaced(result)
    if discovered and one.kind == "leak_most":
        parts.append(_("the map sets no target"))
    owner = [_("owner: {name}").format(name=one.stage.owner)] if one.stage is not None and one.stage.owner else []
    return headline, DOT.join([*owner, *(part for part in parts if part)])


def answers(emotion: Emotion) -> str:
    """Say how many answers a mean rests on, and that few are fragile."""
    if emotion.answers < FRAGILE_UNDER:
        return ngettext("fragile: {n} answer", "fragile: {n} answers", emotion.answers).format(
            n=number(emotion.answers)
        )
    return ngettext("{n} answer", "{n} answers", emotion.answers).format(n=number(emotion.answers))


def lost_of(stage: LivedStage) -> str:
    """Say how many of how many stop at ``stage``, and what share that is."""
    figures = stage.figures
    people = ngettext(
        "{lost} of {entered} people stops there ({share})",
        "{lost} of {entered} people stop there ({share})",
        stage.lost,
    )
    trips = ngettext(
        "{lost} of {entered} trips ends there ({share})", "{lost} of {entered} trips end there ({share})", stage.lost
    )
    return said_of(stage.counted, people, trips).format(
        lost=number(stage.lost), entered=number(figures.entered), share=percent(figures.leak or 0.0)
    )


def _leak_beyond(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    excess = stage.excess or 0
    headline = ngettext(
        "{n} departure too many at stage {stage}", "{n} departures too many at stage {stage}", excess
    ).format(n=number(excess), stage=quoted(stage.name))
    admitted = _("the map allows {share}").format(share=percent(stage.admitted or 0.0))
    return headline, [f"{lost_of(stage)}, {admitted}", _look(stage)]


def _leak_most(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    headline = said_of(
        stage.counted,
        _("More people stop at stage {stage} than anywhere else"),
        _("More trips end at stage {stage} than anywhere else"),
    ).format(stage=quoted(stage.name))
    return headline, [lost_of(stage), _failures(stage), _look(stage)]


def _leak(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    people = ngettext("{n} person stops at stage {stage}", "{n} people stop at stage {stage}", stage.lost)
    trips = ngettext("{n} trip ends at stage {stage}", "{n} trips end at stage {stage}", stage.lost)
    headline = said_of(stage.counted, people, trips).format(n=number(stage.lost), stage=quoted(stage.name))
    share = _("{share} of those who enter it").format(share=percent(stage.figures.leak or 0.0))
    return headline, [share, _failures(stage), _look(stage)]


def _failures(stage: LivedStage) -> str:
    failed = stage.figures.failed
    if failed and failed == stage.lost:
        return _("every one of them failed")
    return ngettext("{n} of them failed", "{n} of them failed", failed).format(n=number(failed)) if failed else ""


def _slow(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    median = stage.figures.median_seconds or 0.0
    headline = _("{time} at stage {stage}, where {target} was planned").format(
        time=duration(median), target=duration(stage.target_seconds or 0.0), stage=quoted(stage.name)
    )
    return headline, [_half_wait(stage), _look(stage)]


def _wait_most(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    headline = _("The longest wait is at stage {stage}: {time}").format(
        stage=quoted(stage.name), time=duration(stage.figures.median_seconds or 0.0)
    )
    return headline, [_half_wait(stage), _look(stage)]


def _half_wait(stage: LivedStage) -> str:
    figures = stage.figures
    people = ngettext(
        "median of {n} person who went on to another stage",
        "median of the {n} people who went on to another stage",
        figures.timed,
    )
    trips = ngettext(
        "median of {n} trip that went on to another stage",
        "median of the {n} trips that went on to another stage",
        figures.timed,
    )
    text = said_of(stage.counted, people, trips).format(n=number(figures.timed))
    if figures.upper_seconds is None or figures.upper_seconds == figures.median_seconds:
        return text
    return DOT.join([text, _("one in four waits {time} or more").format(time=duration(figures.upper_seconds))])


def feeling_of(one: Candidate) -> tuple[Emotion, float]:
    """Return what was felt and what was expected, at the touchpoint of a finding or else at its stage."""
    if one.touchpoint is not None:
        return one.touchpoint.figures.emotion, one.touchpoint.plan.expected_emotion or 0.0
    stage = _stage(one)
    return stage.figures.emotion, stage.expected or 0.0


def _felt(one: Candidate) -> tuple[str, list[str]]:
    stage, point = _stage(one), one.touchpoint
    emotion, expected = feeling_of(one)
    values = {"felt": signed(emotion.mean or 0.0), "expected": signed(expected)}
    if point is not None:
        headline = _("Felt at {touchpoint}: {felt}, where {expected} was expected").format(
            touchpoint=quoted(point.name), **values
        )
    else:
        headline = _("Felt at stage {stage}: {felt}, where {expected} was expected").format(
            stage=quoted(stage.name), **values
        )
    where = _("stage {stage}").format(stage=quoted(stage.name)) if point is not None else ""
    interval = _("between {low} and {high} at 95%").format(
        low=signed(emotion.low or 0.0), high=signed(emotion.high or 0.0)
    )
    return headline, [where, f"{answers(emotion)}, {interval}", _look(stage) if point is None else ""]


def _returns(one: Candidate) -> tuple[str, list[str]]:
    stage = _stage(one)
    figures = stage.figures
    people = ngettext(
        "{n} person comes back to stage {stage}", "{n} people come back to stage {stage}", figures.returned
    )
    trips = ngettext("{n} trip comes back to stage {stage}", "{n} trips come back to stage {stage}", figures.returned)
    headline = said_of(stage.counted, people, trips).format(n=number(figures.returned), stage=quoted(stage.name))
    share = _("{share} of those who enter it").format(share=percent(figures.returned / max(1, figures.entered)))
    times = ngettext("{n} return in all", "{n} returns in all", figures.returns).format(n=number(figures.returns))
    return headline, [f"{share}, {times}", _look(stage)]


def _unlived(one: Candidate) -> tuple[str, list[str]]:
    names = [quoted(point.name) for point in one.unlived]
    if len(names) == 1:
        headline = _("Nobody has met {touchpoint}").format(touchpoint=names[0])
    else:
        headline = ngettext(
            "{n} planned touchpoint that nobody has met", "{n} planned touchpoints that nobody has met", len(names)
        ).format(n=number(len(names)))
    more = len(names) - 3
    named = [*names[:3], ngettext("{n} more", "{n} more", more).format(n=number(more))] if more > 0 else names
    listed = list_words(named) if len(names) > 1 else ""
    doubt = _("either it does not happen, or its events have another name")
    return headline, [listed, doubt]


def _unasked(one: Candidate) -> tuple[str, list[str]]:
    if one.stage is None:
        return _("Nobody has been asked how it felt"), [_("this log holds no answer that can be placed on the map")]
    entered = one.stage.figures.entered
    headline = _("Nobody has been asked at stage {stage}").format(stage=quoted(one.stage.name))
    people = ngettext(
        "{n} person went through it, and no answer says how it felt",
        "{n} people went through it, and no answer says how it felt",
        entered,
    )
    trips = ngettext(
        "{n} trip went through it, and no answer says how it felt",
        "{n} trips went through it, and no answer says how it felt",
        entered,
    )
    detail = said_of(one.stage.counted, people, trips).format(n=number(entered))
    return headline, [detail]


def _unplaced(result: JourneyResult) -> tuple[str, list[str]]:
    share = unplaced_share(result)
    headline = _("{share} of events are not on the map").format(share=percent(share))
    names = [f"{quoted(name)} ({number(count)})" for name, count in result.unplaced_names[:3]]
    return headline, [_("most often {names}").format(names=list_words(names)) if names else ""]


def _look(stage: LivedStage) -> str:
    """Say at which touchpoints to look first: never what to do there."""
    moments = stage.moments()
    if all(point.name == stage.name for point in moments):
        return ""
    names = list_words([_moment(quoted(point.name), point.plan.moment_of_truth) for point in moments])
    look = _("look first at {touchpoints}").format(touchpoints=names)
    told = [point.plan.process.in_language(current_language()) for point in moments if point.plan.process is not None]
    short = [process for process in told if len(process) <= _LONGEST_PROCESS]
    return DOT.join([look, _("process: {process}").format(process=short[0])]) if short else look


def _moment(name: str, truth: bool) -> str:
    return _("{touchpoint}, a moment of truth").format(touchpoint=name) if truth else name


def _stage(one: Candidate) -> LivedStage:
    assert one.stage is not None, one.kind
    return one.stage
