"""A first map drafted from a log: what people do, in the order in which they do it, ready to be corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.succession import SuccessionResult
from parcours.language.errors import UsageError, shorten
from parcours.language.formats import list_words, number, plural_people, quoted
from parcours.language.translation import LANGUAGES, _, ngettext, speaking
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint, TripRule
from parcours.mapdoc.ordering import Floats, cut, order_scores, stage_count
from parcours.mapdoc.phrases import id_from
from parcours.mapdoc.text import LanguageCode, Text
from parcours.mapdoc.wording import readable_name, speaks_of_failure, success_strength

MOST_TOUCHPOINTS = 36
RARE_SHARE = 0.01
"""Names that fewer persons than this share have are no touchpoints of their own."""
MOST_GROUPS = 6
GROUP_NAMES, GROUP_SHARE = 5, 0.02
"""Rare names that begin alike become one touchpoint: at least so many names, and this share of all events."""
LATE = 0.5
"""A success stands in the later part of the order: at least at this share of its length."""
MOST_OVERLAP = 0.05
"""A failure is what nearly nobody comes back from: at most this share of those who met it succeed."""
MOST_USUAL_END = 0.6
LONGEST_NAME = 400
MOST_TOUCHPOINTS_OF_RARE = 12
_WIDEST_STAGE_NAME = 30
_BEGINNING = re.compile(r"[\W_]*[^\W\d_]+[\W_]*")


@dataclass(frozen=True)
class _Log:
    """The most frequent names of a log with what is known of each; arrays are indexed by their places."""

    names: Sequence[str]
    persons: Floats
    events: Floats
    ends: Floats
    position: Floats
    before: Floats
    together: Floats
    all_persons: int
    all_events: int

    def overlap(self, name: int, other: int) -> float:
        """Return the share of the persons of ``name`` who also have ``other``."""
        return float(self.together[name, other] / self.persons[name])


def _log_of(succession: SuccessionResult) -> _Log:
    met = [place for place, name in enumerate(succession.names) if name.persons]
    names = [succession.names[place] for place in met]
    pairs = np.ix_(met, met)
    size = (len(succession.names), len(succession.names))
    return _Log(
        names=[name.name for name in names],
        persons=np.array([name.persons for name in names], np.float64),
        events=np.array([name.events for name in names], np.float64),
        ends=np.array([name.ends for name in names], np.float64),
        position=np.array([name.mean_position for name in names], np.float64),
        before=np.array(succession.before, np.float64).reshape(size)[pairs],
        together=np.array(succession.together, np.float64).reshape(size)[pairs],
        all_persons=succession.persons,
        all_events=succession.events,
    )


@dataclass(frozen=True)
class _Point:
    """A touchpoint to be: one name, or a group of rare names that begin alike."""

    pattern: str
    label: str
    persons: float
    score: float
    milestone: bool = False


@dataclass(frozen=True)
class _Draft:
    """What was decided, before it is put into words."""

    log: _Log
    kept: list[int]
    groups: list[tuple[str, list[int]]]
    success: int | None
    guessed: bool
    failures: list[int]
    setbacks: list[int]
    left_out: list[int]
    goal: str | None


def discover(
    succession: SuccessionResult, *, title: str, language: LanguageCode, goal: str | None = None
) -> JourneyMap:
    """Draft a map from the order in which names occur in a log: see ``engine.succession``.

    Names of at least one person in a hundred become touchpoints, ordered by who comes before whom in the same
    trip and cut into 4 to 8 stages where the order has its widest steps. A name that speaks of success (English,
    French, Dutch) and comes late is proposed as ``succeeds_when``, unless ``goal`` names an event; names that speak
    of failure, and after which next to nobody succeeds, become ``fails_when`` and no touchpoints: a trip fails
    where it stands. Those after which some succeed are setbacks, and no touchpoints either. ``origin`` says in
    both languages what was found and what was left out. The same log gives the same map. UsageError for a log
    without events.
    """
    log = _log_of(succession)
    if not log.names:
        raise UsageError(_("The log is empty: there is nothing to draft a map from."))
    draft = _decide(log, goal)
    with speaking(language):
        points = _points(draft)
        return JourneyMap(
            id=id_from(title, otherwise="map"),
            title=Text({language: _visible(title) or _("Journey")}),
            stages=_stages(points, language),
            default_language=language,
            trip=TripRule(succeeds_when=_success_rule(draft), fails_when=_rule_of(log, draft.failures)),
            origin=_origin(draft),
        )


def _decide(log: _Log, goal: str | None) -> _Draft:
    # A pattern that ends with * stands for every name that begins so: such a name cannot be matched alone.
    usable = [place for place, name in enumerate(log.names) if not name.endswith("*")]
    usable.sort(key=lambda place: (-log.persons[place], -log.events[place], log.names[place]))
    common = [place for place in usable if log.persons[place] >= RARE_SHARE * log.all_persons]
    line = dict(zip(common, _line(log, common), strict=True))
    success = _likely_success(log, line) if goal is None else None
    guessed = goal is None and success is None
    if guessed:
        success = _usual_end(log, line)
    if goal is not None:
        success = next((place for place in usable if log.names[place] == goal), None)
    failures, setbacks = _failures_and_setbacks(log, common, success)
    ways_back = {*failures, *setbacks}
    kept = [place for place in common if place not in ways_back]
    if success is not None and success not in kept[:MOST_TOUCHPOINTS]:
        kept.insert(0, success)
    kept = kept[:MOST_TOUCHPOINTS]
    rare = [place for place in usable if place not in kept and place not in ways_back]
    groups = _groups(log, rare, [log.names[place] for place in (*kept, *ways_back)])
    if not kept and not groups:
        kept = usable[:MOST_TOUCHPOINTS_OF_RARE]
    shown = {*kept, *ways_back, *(place for _beginning, places in groups for place in places)}
    left_out = [place for place in range(len(log.names)) if place not in shown]
    left_out.sort(key=lambda place: (-log.persons[place], log.names[place]))
    return _Draft(log, kept, groups, success, guessed and success is not None, failures, setbacks, left_out, goal)


def _line(log: _Log, places: Sequence[int]) -> Floats:
    """Return where ``places`` stand on a line from 0 (first) to 1 (last)."""
    pairs = np.ix_(places, places)
    scores = order_scores(log.before[pairs], log.together[pairs], log.position[list(places)])
    span = float(np.ptp(scores)) if len(scores) else 0.0
    return (scores - scores.min()) / span if span > 0 else np.zeros(len(scores))


def _likely_success(log: _Log, line: Mapping[int, float]) -> int | None:
    """Return the late name that speaks most of success; among equals the later, then the more frequent one."""
    candidates = [
        (success_strength(log.names[place]) + along, log.persons[place], log.names[place], place)
        for place, along in line.items()
        if along >= LATE and success_strength(log.names[place]) > 0
    ]
    return max(candidates)[-1] if candidates else None


def _usual_end(log: _Log, line: Mapping[int, float]) -> int | None:
    """Return the late name with which most of its persons end, if most persons have it."""
    candidates = [
        (log.ends[place], log.names[place], place)
        for place, along in line.items()
        if along >= LATE
        and log.ends[place] >= MOST_USUAL_END * log.persons[place]
        and log.persons[place] >= log.all_persons / 2
        and not speaks_of_failure(log.names[place])
    ]
    return max(candidates)[-1] if len(line) > 1 and candidates else None


def _failures_and_setbacks(log: _Log, places: Iterable[int], success: int | None) -> tuple[list[int], list[int]]:
    """Return the names that speak of failure: those that end a trip, and those after which some still succeed.

    Neither is a touchpoint, for neither is a step forward: people would seem to advance by being refused.
    """
    bad = [place for place in places if place != success and speaks_of_failure(log.names[place])]
    bad.sort(key=lambda place: (-log.persons[place], log.names[place]))
    setbacks = [place for place in bad if success is not None and log.overlap(place, success) > MOST_OVERLAP]
    return [place for place in bad if place not in setbacks], setbacks


def _groups(log: _Log, rare: Sequence[int], taken: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Gather rare names that begin alike, where no name that is taken begins so too."""
    by_beginning: dict[str, list[int]] = {}
    for place in rare:
        beginning = _BEGINNING.match(log.names[place][:LONGEST_NAME])
        if beginning is not None and len(beginning[0]) >= 3:
            by_beginning.setdefault(beginning[0], []).append(place)
    worthy = [
        (float(log.events[places].sum()), beginning, places)
        for beginning, places in by_beginning.items()
        if len(places) >= GROUP_NAMES
        and log.events[places].sum() >= GROUP_SHARE * log.events.sum()
        and not any(name.startswith(beginning) for name in taken)
    ]
    worthy.sort(key=lambda one: (-one[0], one[1]))
    return [(beginning, places) for _events, beginning, places in worthy[:MOST_GROUPS]]


def _points(draft: _Draft) -> list[_Point]:
    """Return the touchpoints in their order."""
    log = draft.log
    # The names that are no touchpoints still say where the others lie.
    scores = _line(log, [*draft.kept, *draft.failures, *draft.setbacks])[: len(draft.kept)]
    labels = _labels([log.names[place] for place in draft.kept])
    points = [
        _Point(_pattern(log.names[place]), label, float(log.persons[place]), float(score), place == draft.success)
        for place, label, score in zip(draft.kept, labels, scores, strict=True)
    ]
    for beginning, places in draft.groups:
        position = float(np.average(log.position[places], weights=log.events[places]))
        label = (readable_name(beginning.rstrip("_/-:. ")) or beginning.strip()) + " …"
        points.append(_Point(f"{beginning}*", label, float(log.persons[places].max()), position))
    if draft.goal is not None and draft.success is None:
        label = readable_name(draft.goal) or _("Event without a readable name")
        points.append(_Point(_pattern(draft.goal), label, 0.0, 1.0, True))
    if not points:
        points.append(_Point("*", _("Any event"), float(log.all_persons), 0.0))
    # Names beyond the longest one may share their beginning: then they are one touchpoint.
    by_pattern = {point.pattern: point for point in sorted(points, key=lambda point: point.persons)}
    return sorted(by_pattern.values(), key=lambda point: (point.score, -point.persons, point.pattern))


def _pattern(name: str) -> str:
    """Return what matches ``name``: itself, or its beginning where it is longer than any map should hold."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}*"


def _labels(names: Sequence[str]) -> list[str]:
    """Write names for people; where two would read the same, both stay as the log has them."""
    labels = [readable_name(name) or _("Event without a readable name") for name in names]
    return [
        label if labels.count(label) == 1 else (_visible(name) or f"{label} {place + 1}")
        for place, (name, label) in enumerate(zip(names, labels, strict=True))
    ]


def _visible(text: str) -> str:
    """Return ``text`` as one line that can be shown; empty where there is nothing to see."""
    return shorten(text.strip(), 120) if readable_name(text) else ""


def _stages(points: Sequence[_Point], language: LanguageCode) -> tuple[Stage, ...]:
    runs = cut(
        np.array([point.score for point in points]),
        np.array([point.persons for point in points]),
        stage_count(len(points)),
        milestones=[place for place, point in enumerate(points) if point.milestone],
    )
    ids = _unique_ids([point.label for point in points], "touchpoint")
    names = _stage_names([[points[place] for place in run] for run in runs])
    stages = []
    for name, stage_id, run in zip(names, _unique_ids(names, "stage"), runs, strict=True):
        touchpoints = tuple(
            Touchpoint(
                id=ids[place],
                name=Text({language: points[place].label}),
                rule=Rule((EventMatch((points[place].pattern,)),)),
            )
            for place in run
        )
        stages.append(Stage(id=stage_id, name=Text({language: name}), touchpoints=touchpoints))
    return tuple(stages)


def _stage_names(stages: Sequence[Sequence[_Point]]) -> list[str]:
    """Name each stage after the touchpoint that most persons have, and the next one where both fit."""
    names = []
    for points in stages:
        by_persons = sorted(range(len(points)), key=lambda place: (-points[place].persons, place))
        first, *others = by_persons
        name = points[first].label
        for other in (place for place in others[:1] if 10 * points[place].persons >= 6 * points[first].persons):
            pair = " → ".join(points[place].label for place in sorted((first, other)))
            name = pair if len(pair) <= _WIDEST_STAGE_NAME else name
        names.append(name)
    return names


def _unique_ids(labels: Iterable[str], otherwise: str) -> list[str]:
    taken: set[str] = set()
    ids = []
    for label in labels:
        stem = id_from(label, otherwise=otherwise)
        free, count = stem, 1
        while free in taken:
            count += 1
            free = f"{stem}-{count}"
        taken.add(free)
        ids.append(free)
    return ids


def _success_rule(draft: _Draft) -> Rule | None:
    if draft.goal is not None:
        return Rule((EventMatch((draft.goal,)),))
    return _rule_of(draft.log, [] if draft.success is None else [draft.success])


def _rule_of(log: _Log, places: Sequence[int]) -> Rule | None:
    return Rule((EventMatch(tuple(_pattern(log.names[place]) for place in places)),)) if places else None


def _origin(draft: _Draft) -> Text:
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            texts[language] = " ".join(_sentences(draft))
    return Text(texts)


def _sentences(draft: _Draft) -> list[str]:
    log = draft.log
    others = log.all_events - int(log.events.sum())
    names = ngettext("{n} event name", "{n} event names", len(log.names)).format(n=number(len(log.names)))
    sentences = [
        _("Drafted from {events} events of {people}, with {names}.").format(
            events=number(log.all_events - others), people=plural_people(log.all_persons), names=names
        ),
        _("Touchpoints stand in the order in which the same people meet them."),
    ]
    sentences.append(_success_sentence(draft))
    if draft.failures:
        sentences.append(
            _("A trip fails with {list}: it then ends in the stage where it stands.").format(
                list=_listed(log, draft.failures)
            )
        )
    if draft.setbacks:
        sentences.append(
            _("Setbacks from which some come back, and so no touchpoints: {list}.").format(
                list=_listed(log, draft.setbacks)
            )
        )
    if draft.groups:
        beginnings = list_words([quoted(beginning.strip()) for beginning, _places in draft.groups])
        sentences.append(_("Rare names that begin alike are one touchpoint each: {list}.").format(list=beginnings))
    if draft.left_out:
        sentences.append(
            ngettext(
                "Left out: {n} rarer name, {list}.",
                "Left out: {n} rarer names, {list}.",
                len(draft.left_out),
            ).format(n=number(len(draft.left_out)), list=_listed(log, draft.left_out))
        )
    if others:
        sentences.append(
            ngettext(
                "{n} event of a name that is rarer still was not looked at.",
                "{n} events of names that are rarer still were not looked at.",
                others,
            ).format(n=number(others))
        )
    return sentences


def _success_sentence(draft: _Draft) -> str:
    log = draft.log
    if draft.goal is not None:
        return _("The goal given is {name}.").format(name=quoted(shorten(draft.goal)))
    if draft.success is None:
        return _("No name speaks of success: name the goal, or no trip counts as one.")
    name, people = quoted(shorten(log.names[draft.success])), plural_people(int(log.persons[draft.success]))
    if draft.guessed:
        return _("Success is a guess, because most trips end there: {name} ({people}).").format(
            name=name, people=people
        )
    return _("Proposed as success: {name} ({people}).").format(name=name, people=people)


def _listed(log: _Log, places: Sequence[int], most: int = 8) -> str:
    shown = [
        f"{quoted(shorten(log.names[place], 60))} ({number(float(log.persons[place]))})" for place in places[:most]
    ]
    if len(places) > most:
        rest = len(places) - most
        shown.append(ngettext("{n} more", "{n} more", rest).format(n=number(rest)))
    return list_words(shown)
