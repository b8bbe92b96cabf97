"""Ten points that a map should satisfy, each ticked by a fact of the map or of a log, and saying which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from parcours.language.formats import date as written_day
from parcours.language.formats import list_words, number
from parcours.language.translation import _, current_language
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint
from parcours.mapdoc.narrative import PainPoint, Persona

State = Literal["ticked", "open", "unknown"]
_SCORES = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class LogFacts:
    """What a log shows of a map: events on each touchpoint and answers in each stage, by their ids."""

    events: Mapping[str, int]
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A stage, touchpoint, persona or pain point for which a point is still open."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """One of the ten points, in the language that was spoken when it was looked at.

    ``state`` ``unknown``: neither the map nor a log says, and ``fact`` tells what is missing to know.
    """

    id: str
    title: str
    why: str
    state: State
    fact: str
    places: tuple[OpenPlace, ...] = ()
    """What is still open, in the order of the map."""

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data."""
        return {
            "id": self.id,
            "title": self.title,
            "why": self.why,
            "state": self.state,
            "fact": self.fact,
            "open": [{"id": place.id, "name": place.name} for place in self.places],
        }


def checklist(map: JourneyMap, today: date, log: LogFacts | None = None) -> tuple[CheckPoint, ...]:
    """Look at ``map`` on the day ``today``, and at what ``log`` shows of it where there is one."""
    points: tuple[Callable[[_Looked], CheckPoint], ...] = (
        _trip,
        _owners,
        _personas,
        _moments_of_truth,
        _promises,
        _targets,
        _listening,
        _events,
        _pain_points,
        _review,
    )
    looked = _Looked(map, today, log)
    return tuple(point(looked) for point in points)


@dataclass(frozen=True, slots=True)
class _Looked:
    map: JourneyMap
    today: date
    log: LogFacts | None

    @property
    def touchpoints(self) -> list[tuple[Stage, Touchpoint]]:
        return [(stage, point) for stage in self.map.stages for point in stage.touchpoints]


def _place(one: Stage | Touchpoint | Persona | PainPoint) -> OpenPlace:
    return OpenPlace(one.id, one.name.in_language(current_language()))


def _settled(lacking: Sequence[object], of: int) -> State:
    """Ticked where there is something to look at and nothing lacks."""
    return "ticked" if of and not lacking else "open"


def _count(lacking: Sequence[object], of: int) -> str:
    return _("{n} of {all}").format(n=number(of - len(lacking)), all=number(of))


def _trip(looked: _Looked) -> CheckPoint:
    trip = looked.map.trip
    asked = [
        (trip.succeeds_when is not None, _("when it succeeds (“succeeds_when”)")),
        (
            trip.fails_when is not None or trip.timeout_seconds is not None,
            _("when it is over without success (“fails_when” or “timeout”)"),
        ),
    ]
    lacking = [what for said, what in asked if not said]
    fact = _("The map says when a trip succeeds, and when it is over without success.")
    if lacking:
        fact = _("The map does not say {list}.").format(list=list_words(lacking))
    return CheckPoint(
        "trip",
        _("It is said when a trip succeeds and when it is over"),
        _("Every share on the map is a share of trips: without their beginning and end nobody can be lost."),
        _settled(lacking, len(asked)),
        fact,
    )


def _owners(looked: _Looked) -> CheckPoint:
    stages = [stage for stage in looked.map.stages if stage.owner is None]
    points = [
        point for stage, point in looked.touchpoints if (point.owner or stage.owner) is None or point.process is None
    ]
    return CheckPoint(
        "owners",
        _("Everything has somebody who answers for it, and a way it is done"),
        _("What belongs to nobody is mended by nobody, and what is not written is done differently each time."),
        _settled([*stages, *points], len(looked.map.stages)),
        _("Stages with an owner: {stages}. Touchpoints with an owner and a documented process: {points}.").format(
            stages=_count(stages, len(looked.map.stages)), points=_count(points, len(looked.touchpoints))
        ),
        (*map(_place, stages), *map(_place, points)),
    )


def _personas(looked: _Looked) -> CheckPoint:
    personas = looked.map.personas
    lacking = [one for one in personas if not one.evidence or one.evidence_level in (None, "assumed")]
    fact = _("Personas that name their evidence and are more than assumed: {count}.").format(
        count=_count(lacking, len(personas))
    )
    return CheckPoint(
        "personas",
        _("Personas rest on evidence"),
        _("A persona that nobody met makes a team design for itself."),
        _settled(lacking, len(personas)),
        fact if personas else _("The map has no persona."),
        tuple(map(_place, lacking)),
    )


def _moments_of_truth(looked: _Looked) -> CheckPoint:
    moments = [point for _stage, point in looked.touchpoints if point.moment_of_truth]
    lacking = [point for point in moments if point.expected_emotion is None]
    fact = _("Moments of truth that say how customers should feel: {count}.").format(
        count=_count(lacking, len(moments))
    )
    return CheckPoint(
        "moments-of-truth",
        _("Moments of truth are named, with the feeling that is wanted"),
        _("A few interactions decide whether people go on: the effort belongs there first."),
        _settled(lacking, len(moments)),
        fact if moments else _("The map names no moment of truth."),
        tuple(map(_place, lacking)),
    )


def _promises(looked: _Looked) -> CheckPoint:
    """Customers wait where the company acts after something that they did."""
    initiators = {point.id: point.initiator for _stage, point in looked.touchpoints}
    waits = [
        point
        for _stage, point in looked.touchpoints
        if point.promises
        or (point.initiator == "company" and any(initiators.get(other) == "customer" for other in point.after))
    ]
    lacking = [point for point in waits if not point.promises]
    fact = _("Touchpoints where customers wait for the company, with a promise of when: {count}.").format(
        count=_count(lacking, len(waits))
    )
    unsaid = _("The map does not show where customers wait: no touchpoint of the company comes “after” one of theirs.")
    return CheckPoint(
        "promises",
        _("Where people wait, they are told how long"),
        _("A wait with an end is borne, a wait without one makes people chase, then leave."),
        _settled(lacking, len(waits)) if waits else "unknown",
        fact if waits else unsaid,
        tuple(map(_place, lacking)),
    )


def _targets(looked: _Looked) -> CheckPoint:
    stages = looked.map.stages
    lacking = [stage for stage in stages if all(metric.kind in _SCORES for metric in stage.metrics)]
    return CheckPoint(
        "targets",
        _("Each stage has a target for what it is to achieve"),
        _("Without a target written before, every figure afterwards looks good enough."),
        _settled(lacking, len(stages)),
        _("Stages with a target for conversion, leak, time, a ratio or a value: {count}.").format(
            count=_count(lacking, len(stages))
        ),
        tuple(map(_place, lacking)),
    )


def _listening(looked: _Looked) -> CheckPoint:
    stages, log = looked.map.stages, looked.log
    asking = [stage for stage in stages if any(metric.kind in _SCORES for metric in stage.metrics)]
    lacking = [stage for stage in stages if stage not in asking and (log is None or not log.answers.get(stage.id, 0))]
    fact = _("Stages that ask how it felt: {count}.").format(count=_count(lacking, len(stages)))
    if log is not None:
        heard = sum(1 for stage in stages if log.answers.get(stage.id, 0))
        fact += " " + _("Stages with answers in the log: {count}.").format(
            count=_("{n} of {all}").format(n=number(heard), all=number(len(stages)))
        )
    return CheckPoint(
        "listening",
        _("Each stage asks how it felt"),
        _("What is not asked is learnt from those who left, when it is too late."),
        _settled(lacking, len(stages)),
        fact,
        tuple(map(_place, lacking)),
    )


def _events(looked: _Looked) -> CheckPoint:
    points, log = [point for _stage, point in looked.touchpoints], looked.log
    if log is None:
        blind = [point for point in points if point.rule is None]
        fact = _("Touchpoints that say which events they are: {count}. A log shows whether they happen.").format(
            count=_count(blind, len(points))
        )
        state: State = "open" if blind or not points else "unknown"
        lacking = blind
    else:
        lacking = [point for point in points if not log.events.get(point.id, 0)]
        fact = _("Touchpoints seen in the log: {count}.").format(count=_count(lacking, len(points)))
        state = _settled(lacking, len(points))
    return CheckPoint(
        "events",
        _("What is planned is seen"),
        _("A touchpoint without events is a belief: nobody knows whether it takes place."),
        state,
        fact,
        tuple(map(_place, lacking)),
    )


def _pain_points(looked: _Looked) -> CheckPoint:
    pains = looked.map.pain_points
    lacking = [pain for pain in pains if not _is_tended(looked.map, pain)]
    fact = _("Pain points that lead to an action with an owner and a date: {count}.").format(
        count=_count(lacking, len(pains))
    )
    return CheckPoint(
        "pain-points",
        _("What hurts leads to an action, with an owner and a date"),
        _("A wall of complaints changes nothing; one thing done by somebody by a day does."),
        _settled(lacking, len(pains)),
        fact if pains else _("The map has no pain point."),
        tuple(map(_place, lacking)),
    )


def _is_tended(map: JourneyMap, pain: PainPoint) -> bool:
    owners = {one.id: one.owner for one in map.opportunities if pain.id in one.pain_points and one.status != "dropped"}
    return any(
        action.opportunity in owners
        and action.status != "dropped"
        and (action.owner or owners[action.opportunity]) is not None
        and (action.due or action.done_on) is not None
        for action in map.actions
        if action.opportunity is not None
    )


def _review(looked: _Looked) -> CheckPoint:
    due = looked.map.review_due
    if due is None:
        fact = _("No day of the next review is set (“review_due”).")
    elif due < looked.today:
        fact = _("The review was due on {day}.").format(day=written_day(due))
    else:
        fact = _("The next review is on {day}.").format(day=written_day(due))
    lacks_owner = looked.map.owner is None
    if lacks_owner:
        fact += " " + _("Nobody answers for the map as a whole (“owner”).")
    ticked = due is not None and due >= looked.today and not lacks_owner
    return CheckPoint(
        "review",
        _("The map is alive: somebody looks at it again on a known day"),
        _("Customers, offers and teams change; a map that nobody reviews describes last year."),
        "ticked" if ticked else "open",
        fact,
    )


def ticked(points: Iterable[CheckPoint]) -> int:
    """Return how many of ``points`` are ticked."""
    return sum(1 for point in points if point.state == "ticked")
