"""Whole journey maps made by Hypothesis: valid, with everything that a document can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from parcours.engine.calendar import Calendar
from parcours.engine.predicates import Condition, EventMatch, Rule
from parcours.mapdoc.catalogue import friction_ids
from parcours.mapdoc.document import (
    AlignmentRule,
    Channel,
    JourneyMap,
    Link,
    Metric,
    OtherJourney,
    Owner,
    Promise,
    Raci,
    Stage,
    Step,
    Touchpoint,
    TripRule,
    Weights,
)
from parcours.mapdoc.narrative import Action, Evidence, Opportunity, PainPoint, Persona
from parcours.mapdoc.text import Text

anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
LOOKALIKES = """yes no null ~ true 1e5 0x10 1_000 .5 - 2020-01-01 0o7 &x *x !!str %TAG @a ` ' " << = ? | > [ { é"""
lookalikes = st.sampled_from([*LOOKALIKES.split(), "🎉", "- a", "a: b", "a #b", "\u2028", "\x85", "a\tb"])
names = anything | lookalikes
visible = names.filter(lambda text: bool(text.strip()) and all(ord(char) > 31 or char in "\n\t" for char in text))
texts = st.dictionaries(st.sampled_from(["fr", "en"]), visible, min_size=1).map(Text)
maybe_texts = st.none() | texts
text_lists = st.lists(texts, max_size=2).map(tuple)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53).map(float)
emotions = st.none() | st.floats(-2, 2) | st.integers(-2, 2).map(float)
seconds = st.floats(1e-3, 3e9) | st.integers(1, 10**9).map(float) | st.sampled_from([60.0, 3600.0, 86400.0, 5400.0])
scores = st.floats(0, 100) | st.integers(0, 100).map(float)
shares = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 0.25])
ratings = st.none() | st.integers(1, 5)
days = st.none() | st.dates()
levels = st.sampled_from([None, "assumed", "partial", "researched", "measured"])
addresses = st.sampled_from(["https://example.org/", "http://example.org/a?b=c#d", "https://exemple.fr/é/%20(x)"])
processes = maybe_texts | st.just(Text({"fr": "Lire [la **procédure**](https://example.org/p),\n\n- puis *appeler*."}))


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    name = draw(names)
    operator = draw(
        st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "in", "contains", "starts_with", "known", "unknown"])
    )
    value: Any = None
    if operator in ("=", "!="):
        value = draw(names | numbers | st.booleans())
    elif operator in (">", ">=", "<", "<="):
        value = draw(names | numbers)
    elif operator == "in":
        value = tuple(draw(st.lists(names | numbers, min_size=1, max_size=3)))
    elif operator in ("contains", "starts_with"):
        value = draw(names)
    return Condition(name, operator, value)  # type: ignore[arg-type]


matches = st.builds(EventMatch, st.lists(names, min_size=1, max_size=3).map(tuple)) | st.builds(
    EventMatch, st.lists(names, max_size=2).map(tuple), st.lists(conditions(), min_size=1, max_size=4).map(tuple)
)
rules = st.lists(matches, min_size=1, max_size=3).map(lambda found: Rule(tuple(found)))
maybe_rules = st.none() | rules


def one_of(known: Iterable[str]) -> st.SearchStrategy[str | None]:
    """One of the ids ``known``, or none."""
    return st.sampled_from([None, *known])


def some_of(known: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the ids ``known``, each once."""
    return st.lists(st.sampled_from(known), max_size=3, unique=True).map(tuple) if known else st.just(())


def some_ids(most: int, least: int = 0) -> st.SearchStrategy[list[str]]:
    """So many different ids."""
    return st.lists(ids, min_size=least, max_size=most, unique=True)


Place = tuple[str | None, str | None]
"""A stage and a touchpoint, either of which may be left out."""


def places(stages: Sequence[Stage]) -> st.SearchStrategy[Place]:
    """A place on the map of ``stages``: a stage, a touchpoint, a touchpoint with its own stage, or none."""
    both = [(stage.id, point.id) for stage in stages for point in stage.touchpoints]
    alone: list[Place] = [(None, None), *((stage.id, None) for stage in stages), *((None, point) for _, point in both)]
    return st.sampled_from([*alone, *both])


@st.composite
def maps(draw: st.DrawFn) -> JourneyMap:
    """A whole map, every part of which may be there or not."""
    owners = tuple(Owner(one, draw(texts)) for one in draw(some_ids(3)))
    channels = tuple(
        Channel(one, draw(texts), draw(st.sampled_from(["page", "web", "mail"]))) for one in draw(some_ids(3))
    )
    journeys = tuple(OtherJourney(one, draw(texts), draw(visible)) for one in draw(some_ids(2)))
    calendar = draw(st.none() | calendars())
    metric_ids = draw(some_ids(5))
    stages = draw(_stages(channels, owners, journeys, metric_ids, calendar is not None))
    own = tuple(draw(metrics(metric_ids.pop())) for _n in range(min(len(metric_ids), draw(st.integers(0, 2)))))
    trip = TripRule(
        draw(maybe_rules), draw(maybe_rules), draw(maybe_rules), draw(st.none() | seconds), draw(st.none() | names)
    )
    return JourneyMap(
        id=draw(ids),
        title=draw(texts),
        stages=stages,
        default_language=draw(st.sampled_from(["fr", "en"])),
        description=draw(maybe_texts),
        company=draw(maybe_texts),
        zone=draw(st.sampled_from(["Europe/Paris", "UTC", "America/Argentina/Ushuaia"])),
        channels=channels,
        owners=owners,
        trip=trip,
        origin=draw(maybe_texts),
        ignore=draw(maybe_rules),
        calendar=calendar,
        alignment=draw(st.builds(AlignmentRule, scores, scores, st.builds(Weights, scores, scores, scores, scores))),
        version=draw(st.none() | visible),
        owner=draw(one_of(one.id for one in owners)),
        review_due=draw(days),
        scenario=draw(maybe_texts),
        expectations=draw(maybe_texts),
        evidence_level=draw(levels),
        metrics=own,
        journeys=journeys,
        **draw(_narratives(stages, owners, own)),
    )


@st.composite
def _stages(
    draw: st.DrawFn,
    channels: Sequence[Channel],
    owners: Sequence[Owner],
    journeys: Sequence[OtherJourney],
    metric_ids: list[str],
    has_calendar: bool,
) -> tuple[Stage, ...]:
    point_ids, promise_ids, step_ids = draw(some_ids(5, least=2)), draw(some_ids(3)), draw(some_ids(3))
    channel, journey = one_of(one.id for one in channels), one_of(one.id for one in journeys)
    owner_ids = [one.id for one in owners]
    clocks = st.sampled_from(["calendar", "business"]) if has_calendar else st.just("calendar")
    stages: list[Stage] = []
    earlier: list[str] = []
    for stage_id in draw(some_ids(3, least=1)):
        taken = [step_ids.pop() for _n in range(min(len(step_ids), draw(st.integers(0, 2))))]
        steps = tuple(Step(one, draw(texts), draw(maybe_texts)) for one in taken)
        points = []
        for _n in range(min(len(point_ids), draw(st.integers(0, 3)))):
            points.append(
                Touchpoint(
                    id=point_ids.pop(),
                    name=draw(texts),
                    rule=draw(maybe_rules),
                    channel=draw(channel),
                    owner=draw(one_of(owner_ids)),
                    process=draw(processes),
                    description=draw(maybe_texts),
                    moment_of_truth=draw(st.booleans()),
                    expected_emotion=draw(emotions),
                    kind=draw(st.sampled_from(["action", "communication"])),
                    initiator=draw(st.sampled_from(["customer", "company"])),
                    required=draw(st.booleans()),
                    max_occurs=draw(st.none() | st.integers(1, 10**6)),
                    after=draw(some_of(earlier)),
                    one_of=draw(st.none() | ids),
                    fails_when=draw(maybe_rules),
                    promises=draw(promises(earlier, promise_ids, one_of(owner_ids), clocks)),
                    step=draw(one_of(taken)),
                    receiver=draw(st.sampled_from([None, "customer", "company", "partner"])),
                    layer=draw(st.sampled_from([None, "evidence", "customer", "frontstage", "backstage", "support"])),
                    importance_to_customer=draw(ratings),
                    importance_to_company=draw(ratings),
                    raci=draw(_racis(owner_ids)),
                    links=tuple(draw(st.lists(st.builds(Link, texts, addresses), max_size=2))),
                    journey=draw(journey),
                )
            )
            earlier.append(points[-1].id)
        found = [draw(metrics(metric_ids.pop())) for _n in range(min(len(metric_ids), draw(st.integers(0, 2))))]
        stages.append(
            Stage(
                id=stage_id,
                name=draw(texts),
                goal=draw(maybe_texts),
                owner=draw(one_of(owner_ids)),
                expected_emotion=draw(emotions),
                touchpoints=tuple(points),
                metrics=tuple(found),
                description=draw(maybe_texts),
                steps=steps,
                journey=draw(journey),
            )
        )
    return tuple(stages)


def _racis(owner_ids: Sequence[str]) -> st.SearchStrategy[Raci | None]:
    some = some_of(owner_ids)
    filled = st.builds(Raci, some, one_of(owner_ids), some, some)
    return st.none() | filled.map(lambda raci: None if raci == Raci() else raci)


@st.composite
def _narratives(
    draw: st.DrawFn, stages: Sequence[Stage], owners: Sequence[Owner], own: Sequence[Metric]
) -> dict[str, Any]:
    place = places(stages)
    owner = one_of(one.id for one in owners)
    metric = one_of(one.id for one in (*own, *(one for holder in stages for one in holder.metrics)))
    persona_ids, evidence_ids = draw(some_ids(2)), draw(some_ids(2))
    personas = tuple(
        Persona(
            one,
            draw(texts),
            draw(maybe_texts),
            draw(maybe_rules),
            *(draw(text_lists) for _n in range(4)),
            draw(maybe_texts),
            draw(levels),
            draw(some_of(evidence_ids)),
        )
        for one in persona_ids
    )
    evidence = tuple(draw(_evidence(one, draw(place), some_of(persona_ids))) for one in evidence_ids)
    pains = tuple(
        draw(_pain_points(one, draw(place), some_of(persona_ids), some_of(evidence_ids))) for one in draw(some_ids(2))
    )
    opportunities = tuple(
        draw(_opportunities(one, draw(place), owner, some_of([pain.id for pain in pains]))) for one in draw(some_ids(2))
    )
    actions = tuple(
        Action(
            one,
            draw(texts),
            draw(maybe_texts),
            draw(one_of(other.id for other in opportunities)),
            *draw(place),
            draw(owner),
            draw(st.sampled_from(["planned", "doing", "dropped"])),
            draw(days),
            None,
            draw(metric),
        )
        if draw(st.booleans())
        else Action(one, draw(texts), status="done", done_on=draw(st.dates(dt.date(2000, 1, 1))))
        for one in draw(some_ids(2))
    )
    return {
        "personas": personas,
        "evidence": evidence,
        "pain_points": pains,
        "opportunities": opportunities,
        "actions": actions,
    }


def _evidence(name: str, place: Place, personas: Any) -> st.SearchStrategy[Evidence]:
    return st.builds(
        Evidence,
        st.just(name),
        st.sampled_from(["interview", "observation", "survey", "analytics", "workshop", "document"]),
        texts,
        days,
        st.none() | st.integers(0, 10**9),
        maybe_texts,
        text_lists,
        st.none() | addresses,
        *map(st.just, place),
        personas,
    )


def _pain_points(name: str, place: Place, personas: Any, evidence: Any) -> st.SearchStrategy[PainPoint]:
    return st.builds(
        PainPoint,
        st.just(name),
        texts,
        maybe_texts,
        *map(st.just, place),
        personas,
        ratings,
        st.none() | shares,
        maybe_texts,
        st.sampled_from([None, *friction_ids()]),
        levels,
        evidence,
    )


def _opportunities(name: str, place: Place, owner: Any, pains: Any) -> st.SearchStrategy[Opportunity]:
    return st.builds(
        Opportunity,
        st.just(name),
        texts,
        maybe_texts,
        *map(st.just, place),
        pains,
        st.none() | scores,
        st.none() | scores,
        st.none() | st.floats(0, 5),
        st.none() | shares,
        st.sampled_from(["idea", "planned", "doing", "done", "dropped"]),
        owner,
    )


@st.composite
def promises(draw: st.DrawFn, earlier: list[str], free: list[str], owner: Any, clocks: Any) -> tuple[Promise, ...]:
    """Promises that count from touchpoints ``earlier``; each takes one of the ids ``free``."""
    if not earlier:
        return ()
    return tuple(
        Promise(
            free.pop(),
            draw(texts),
            draw(st.sampled_from(earlier)),
            draw(seconds),
            draw(clocks),
            draw(st.floats(1, 100)),
            draw(owner),
        )
        for _n in range(min(len(free), draw(st.integers(0, 2))))
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Opening hours with at least one open day."""

    def day() -> tuple[tuple[int, int], ...]:
        edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=4)))
        return tuple(zip(edges[::2], edges[1::2], strict=False))

    week = [day() for _n in range(7)]
    week[draw(st.integers(0, 6))] = ((540, 1080),)
    closed = draw(st.lists(st.dates(), max_size=2))
    return Calendar(tuple(week), draw(st.sampled_from([None, "FR", "FR-57", "GB-ENG", "US"])), tuple(closed))


def metrics(metric_id: str) -> st.SearchStrategy[Metric]:
    """A metric of any kind, with a target that its kind allows."""
    targets = {
        "conversion": st.floats(0, 1),
        "leak": st.floats(0, 1),
        "csat": st.floats(0, 1),
        "nps": st.floats(-100, 100),
        "ces": st.floats(1, 7),
        "time": seconds,
    }
    directions = st.sampled_from(["up", "down"])
    plain = st.sampled_from(sorted(targets)).flatmap(
        lambda kind: st.builds(Metric, st.just(metric_id), st.just(kind), targets[kind], directions, maybe_texts)
    )
    of = {"id": st.just(metric_id), "direction": directions, "name": maybe_texts, "numerator": rules}
    ratios = {**of, "kind": st.just("ratio"), "denominator": rules}
    return (
        plain
        | st.builds(
            Metric,
            **ratios,  # type: ignore[arg-type]
            target=shares,
            unit=st.sampled_from(["persons", "trips"]),
            at_least=st.integers(1, 5),
            complement=st.booleans(),
        )
        | st.builds(Metric, **ratios, target=st.floats(0, 1e6), unit=st.just("events"))  # type: ignore[arg-type]
        | st.builds(
            Metric,
            **of,  # type: ignore[arg-type]
            kind=st.just("value"),
            target=st.floats(0, 1e6),
            unit=st.sampled_from(["persons", "trips"]),
            property=st.just("value") | names,
            currency=st.sampled_from([None, "EUR", "CHF"]),
        )
    )
