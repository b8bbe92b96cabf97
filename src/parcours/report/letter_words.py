"""The passages of the letter: where people are lost, where we leave our own plan, in plain words.

Every number comes from the results, every comparison from one that ``tells``; what is not known is said to be so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parcours.engine.scores import wilson
from parcours.language.counted import counts, said_of
from parcours.language.formats import (
    SPACE,
    duration,
    list_words,
    number,
    percent,
    plural_journeys,
    plural_people,
    quoted,
    signed,
)
from parcours.language.translation import _, ngettext
from parcours.picture.letter import Passage
from parcours.report.findings import Candidate
from parcours.report.holding import PlanResults, demands_anything
from parcours.report.laying import Laid
from parcours.report.plan_findings import felt_lower
from parcours.report.plan_wording import statement_of
from parcours.report.quotes import Words
from parcours.report.stages import LivedStage, most_lost
from parcours.report.summary import above

FEWEST_PEOPLE = 30
"""Below so many people a letter warns that everything may be chance."""
_MOST_GAPS = 1
_FEWEST_SETTLED = 10
"""Fewer promises come due are no share to rank."""
_SILENT, _HARDLY = 0.05, 0.01


@dataclass(frozen=True)
class Matter:
    """All that a letter is written from. ``focus`` is the stage where most are lost, None where nobody is."""

    laid: Laid
    plan: PlanResults
    stages: Sequence[LivedStage]
    ranked: Sequence[Candidate]
    words: Mapping[int, Words]
    focus: LivedStage | None
    discovered: bool = False

    @property
    def answers(self) -> int:
        """Answers that belong to a stage."""
        return sum(stage.figures.emotion.answers for stage in self.stages)

    @property
    def promises(self) -> list[Candidate]:
        """Promises broken more often than they allow themselves, the heaviest first."""
        return [one for one in self.ranked if one.kind == "promise"]


def focus_of(stages: Sequence[LivedStage], *, has_goal: bool) -> LivedStage | None:
    """Choose the stage where most are lost beyond what the map admits, else where most are lost at all.

    An excess that may be chance stands behind one that cannot be. Where hardly anybody is lost (under one in a hundred
    of those who entered), there is none.
    """
    beyond = [stage for stage in stages if above(stage)]
    if beyond:
        return max(beyond, key=lambda stage: (not by_chance(stage), stage.excess or 0, -stage.position))
    losing = [stage for stage in (stages if has_goal else stages[:-1]) if (stage.figures.leak or 0.0) >= _HARDLY]
    return most_lost(losing)


def by_chance(stage: LivedStage) -> bool:
    """Whether more are lost than admitted, but so few more that the 95 % interval (Wilson) holds what is admitted."""
    if not above(stage) or stage.admitted is None:
        return False
    return not stage.excess or wilson(stage.lost, stage.figures.entered)[0] <= stage.admitted


def shares(stage: LivedStage) -> tuple[str, str]:
    """Write what is lost and what is admitted, with as many decimals as tell them apart (two at most)."""
    leak, admitted = stage.figures.leak or 0.0, stage.admitted or 0.0
    pairs = [(percent(leak, digits), percent(admitted, digits)) for digits in (0, 1, 2)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def spoken(seconds: float) -> str:
    """Write a time with whole words, in its two biggest units: ``6 days 2 hours``; a number keeps to its unit."""
    if seconds < 60:
        return duration(seconds)
    smallest = 86_400 if seconds >= 864_000 else 3_600 if seconds >= 86_400 else 60
    whole = int(seconds / smallest + 0.5) * smallest
    days, hours, minutes = whole // 86_400, whole % 86_400 // 3_600, whole % 3_600 // 60
    parts = (
        (days, ngettext("{n} day", "{n} days", days)),
        (hours, ngettext("{n} hour", "{n} hours", hours)),
        (minutes, ngettext("{n} minute", "{n} minutes", minutes)),
    )
    said = [text.format(n=number(count)).replace(" ", SPACE) for count, text in parts if count]
    return " ".join(said[:2])


def title(matter: Matter) -> str:
    """Say the one thing."""
    result, stage = matter.laid.result, matter.focus
    if not result.trips:
        return _("Nobody has set out yet.")
    if not result.placed:
        return _("Our map and our data do not speak of the same things.")
    if stage is None:
        return _otherwise(matter, _("We lose hardly anybody"))
    if by_chance(stage):
        return _otherwise(matter, _("We lose about as many people as we accept"))
    if stage.admitted is not None and not above(stage):
        return _otherwise(matter, _("We lose no more people than we accept"))
    name = quoted(stage.name)
    if not matter.laid.has_goal:
        return _("Most journeys end at {stage}, and nobody has said whether they should.").format(stage=name)
    broken = next((one for one in matter.promises if one.stage is stage), None)
    if broken is not None and broken.promise is not None:
        return _("We lose people at {stage}, where we keep our word {share} of the time.").format(
            stage=name, share=percent(broken.promise.share or 0.0)
        )
    mood = stage.figures.emotion
    if mood.high is not None and mood.high < 0:
        return _("We lose people at {stage}, and those who speak of it are unhappy.").format(stage=name)
    if not matter.answers:
        return _("We lose people at {stage}, and we have not asked them why.").format(stage=name)
    return _("We lose people at {stage}.").format(stage=name)


def _otherwise(matter: Matter, opening: str) -> str:
    """Go on with what matters most where losses do not."""
    first = next((one for one in matter.ranked if one.kind in ("promise", "slow", "wait_most", "felt")), None)
    if first is None or first.stage is None:
        return _("{sentence}.").format(sentence=opening)
    stage = quoted(first.stage.name)
    return {
        "promise": _("{opening}, but we break our promise at {stage}."),
        "slow": _("{opening}, but we keep them waiting at {stage}."),
        "wait_most": _("{opening}, but they wait longest at {stage}."),
        "felt": _("{opening}, but we let them down at {stage}."),
    }[first.kind].format(opening=opening, stage=stage)


# -------------------------------------------------------------------- lost


def lost(matter: Matter) -> Passage:
    """Where people are lost."""
    result, stage = matter.laid.result, matter.focus
    heading = _("Where we lose people")
    if not result.trips:
        return Passage(heading, (_("No event of this log starts a journey: look at what the map says starts one."),))
    said = [_ends(matter)]
    if not result.placed:
        said.append(
            _("Not one event is on the map: compare its event names with those of the log before anything else.")
        )
        return Passage(heading, tuple(said))
    if result.trips < FEWEST_PEOPLE:
        said.append(_("With so few people, one or two could change the picture: read what follows as a hint."))
    if stage is None:
        said.append(_("No stage stands out: hardly anybody stops before the end."))
    elif above(stage):
        said.append(_perhaps(stage) if by_chance(stage) else _beyond(stage))
        said += _elsewhere(matter)
    elif stage.admitted is not None:
        said.append(_("Look at {stage}: {lost}.").format(stage=quoted(stage.name), lost=_of_those(stage)))
        said.append(_("That is within what our map accepts."))
    else:
        said.append(_("Look at {stage}: {lost}.").format(stage=quoted(stage.name), lost=_of_those(stage)))
        said.append(_("Our map sets no limit there, so nobody can say whether that is too many."))
    return Passage(heading, (*said, *_slow(matter)))


def _ends(matter: Matter) -> str:
    result = matter.laid.result
    gone = result.left + result.failed
    counted = counts(result.trips, result.setting_out)
    still = ngettext("{n} is still under way", "{n} are still under way", result.open).format(n=number(result.open))
    lost_ = said_of(
        counted,
        ngettext("{n} is gone", "{n} are gone", gone),
        ngettext("{n} ended without success", "{n} ended without success", gone),
    ).format(n=number(gone))
    parts = [lost_, still]
    if matter.laid.has_goal:
        won = said_of(
            counted,
            ngettext("{n} arrived", "{n} arrived", result.succeeded),
            ngettext("{n} succeeded", "{n} succeeded", result.succeeded),
        )
        parts.insert(0, won.format(n=number(result.succeeded)))
    whole = said_of(counted, _("Of {people} who set out, {parts}."), _("Of {people}, {parts}."))
    said = whole.format(people=plural_journeys(result.trips, result.setting_out), parts=list_words(parts))
    if matter.laid.has_goal:
        return said
    silent = _("The map does not say what success is: gone only means silent for {time}.").format(
        time=spoken(result.timeout_seconds)
    )
    return f"{said} {silent}"


def _of_those(stage: LivedStage) -> str:
    return _("{lost} of the {entered} who came to it stop there ({share})").format(
        lost=number(stage.lost), entered=number(stage.figures.entered), share=percent(stage.figures.leak or 0.0)
    )


def _beyond(stage: LivedStage) -> str:
    excess = stage.excess or 0
    return _("Look at {stage}: {lost}, where our map accepts {admitted}: {n} too many.").format(
        stage=quoted(stage.name), lost=_of_those(stage), admitted=percent(stage.admitted or 0.0), n=number(excess)
    )


def _perhaps(stage: LivedStage) -> str:
    share, admitted = shares(stage)
    return _(
        "Look at {stage}: {lost} of the {entered} who came to it stop there. That is {share}, a little above the "
        "{admitted} accepted; out of {entered}, that may be chance."
    ).format(
        stage=quoted(stage.name),
        lost=number(stage.lost),
        entered=number(stage.figures.entered),
        share=share,
        admitted=admitted,
    )


def _elsewhere(matter: Matter) -> list[str]:
    others = [stage for stage in matter.stages if above(stage) and stage is not matter.focus]
    many = [f"{quoted(one.name)} ({number(one.excess or 0)})" for one in others if not by_chance(one)][:3]
    few = [quoted(one.name) for one in others if by_chance(one)][:3]
    said = []
    if many:
        said.append(_("There are also too many at {stages}.").format(stages=list_words(many)))
    if few:
        said.append(_("A little above what we accept, perhaps by chance: {stages}.").format(stages=list_words(few)))
    if said:
        return said
    if all(stage.admitted is not None for stage in matter.stages if stage.lost):
        return [_("Elsewhere, we lose no more than we accept.")]
    return []


def _slow(matter: Matter) -> list[str]:
    slow = next((one for one in matter.ranked if one.kind in ("slow", "wait_most")), None)
    if slow is None or slow.stage is None or slow.stage.figures.median_seconds is None:
        return []
    stage, median = quoted(slow.stage.name), spoken(slow.stage.figures.median_seconds or 0.0)
    if slow.kind == "slow":
        return [
            _("Half of those who go on from {stage} wait {time} or more; we planned {target}.").format(
                stage=stage, time=median, target=spoken(slow.stage.target_seconds or 0.0)
            )
        ]
    return [
        _("The longest wait is at {stage}: {time} or more for half of those who go on.").format(
            stage=stage, time=median
        )
    ]


# -------------------------------------------------------------------- plan


def own_plan(matter: Matter) -> Passage:
    """Where we leave our own plan."""
    heading = _("Where we leave our own plan")
    held, promised = matter.plan.deviations, matter.plan.promises
    if matter.discovered or held is None or not demands_anything(matter.laid.journey.plan):
        return Passage(
            heading,
            (
                _("The map says where people go, not what we owe them: no step is required, no delay is promised."),
                _("So nobody can be held to anything."),
                _("To begin with, write down two promises, each with a deadline and an owner."),
            ),
        )  # fmt: skip
    if not held.deviating:
        return Passage(heading, (_("Nowhere: nothing required is missing, nothing comes late."),))
    said = [
        _("{n} journeys out of {all} leave the plan ({share}).").format(
            n=number(held.deviating), all=number(held.trips), share=percent(held.deviating / max(held.trips, 1))
        )
    ]
    said += _promises(matter)
    if promised is not None and promised.promises and not matter.promises:
        settled = [one for one in promised.promises if one.settled]
        said.append(_("Our promises hold as often as we meant.") if settled else _("No promise has come due yet."))
    return Passage(heading, tuple(said + _missing(matter)))


def _promises(matter: Matter) -> list[str]:
    there = [one for one in matter.promises if one.stage is matter.focus]
    ordered = [*there, *(one for one in matter.promises if one not in there)]
    if not ordered or ordered[0].promise is None or ordered[0].stage is None:
        return []
    first, promise = ordered[0], ordered[0].promise
    owner = _owner(matter, first)
    text = (
        _("{promise} ({owner} answers for it) is kept {share} of the time; we meant {target}.")
        if owner
        else _("{promise} is kept {share} of the time; we meant {target}.")
    )
    said = [
        text.format(
            promise=quoted(statement_of(first)),
            owner=owner,
            share=percent(promise.share or 0.0),
            target=percent(promise.percentile / 100),
        )
    ]
    if felt_lower(promise) and promise.feeling.value is not None and promise.feeling.base is not None:
        said.append(
            _("After a broken promise the next answer is {broken}; after a kept one, {kept}.").format(
                broken=signed(promise.feeling.value), kept=signed(promise.feeling.base)
            )
        )
    rest = ordered[1:]
    told = [one for one in rest if one.promise is not None and one.promise.settled >= _FEWEST_SETTLED]
    other = min(told, key=lambda one: (one.promise.share or 0.0) if one.promise else 0.0, default=None)
    if other is not None:
        said.append(_("Also broken too often: {promise}.").format(promise=_short(matter, other)))
    return said


def _owner(matter: Matter, one: Candidate) -> str | None:
    from parcours.report.plan_shown import Names

    assert one.promise is not None
    return Names(matter.laid.map).owner.get(one.promise.owner or "")


def _short(matter: Matter, one: Candidate) -> str:
    assert one.promise is not None
    owner, share = _owner(matter, one), percent(one.promise.share or 0.0)
    facts = (
        _("{share} kept; {owner} answers for it").format(owner=owner, share=share)
        if owner
        else _("{share} kept").format(share=share)
    )
    return f"{quoted(statement_of(one))} ({facts})"


def _missing(matter: Matter) -> list[str]:
    held = matter.plan.deviations
    rows = [one for one in held.figures if (one.scope, one.kind) == ("touchpoint", "missing")] if held else []
    found = sorted((one for one in rows if (one.share or 0.0) >= _SILENT), key=lambda one: -one.trips)
    names = {point.plan.id: point.name for stage in matter.stages for point in stage.touchpoints}
    return [
        _("{point} never came for {n} of {all} who should have had it.").format(
            point=quoted(names.get(one.id, one.id)), n=number(one.trips), all=number(one.possible)
        )
        for one in found[:_MOST_GAPS]
    ]


# ------------------------------------------------------------------ limits


def limits(matter: Matter) -> tuple[str, ...]:
    """What the figures do not say."""
    result = matter.laid.result
    said = []
    if result.placed and (matter.promises or matter.answers):
        said.append(_("What goes together is not a cause: change one thing, then look again."))
    if matter.answers:
        answers = ngettext("{n} answer", "{n} answers", matter.answers).format(n=number(matter.answers))
        said.append(
            _("We have {answers} for {people}; the silent ones may feel otherwise.").format(
                answers=answers, people=plural_people(result.setting_out)
            )
        )
    if result.open:
        said.append(
            said_of(
                counts(result.trips, result.setting_out),
                ngettext(
                    "{n} person under way is neither won nor lost.",
                    "{n} people under way are neither won nor lost.",
                    result.open,
                ),
                ngettext(
                    "{n} trip under way is neither won nor lost.",
                    "{n} trips under way are neither won nor lost.",
                    result.open,
                ),
            ).format(n=number(result.open))
        )
    if matter.discovered:
        said.append(_("The map itself was drafted from the data: have somebody who knows the work correct it."))
    return tuple(said)
