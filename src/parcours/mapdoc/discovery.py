"""A first map drafted from a log: what people do, in the order in which they do it, ready to be corrected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from parcours.engine.predicates import EventMatch, Rule
from parcours.language.errors import shorten
from parcours.language.formats import list_words, number, plural_people, quoted
from parcours.language.translation import LANGUAGES, Language, _, ngettext, speaking
from parcours.mapdoc.document import JourneyMap, LanguageCode, Stage, Text, Touchpoint, TripRule
from parcours.mapdoc.ordering import Floats, cut, order_scores, stage_count
from parcours.mapdoc.phrases import id_from
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
_WIDEST_STAGE_NAME = 30
_BEGINNING = re.compile(r"[\W_]*[^\W\d_]+[\W_]*")


class SuccessionLike(Protocol):
    """What ``engine.succession`` finds out about the order of names."""


@dataclass(frozen=True)
class _Log:
    """The names of a log with what is known of each; ``before`` and ``together`` cover ``paired`` only."""

    names: Sequence[str]
    persons: Floats
    events: Floats
    ends: Floats
    position: Floats
    paired: dict[int, int]
    before: Floats
    together: Floats
    total_persons: int

    def matrices(self, chosen: Sequence[int]) -> tuple[Floats, Floats]:
        """Return ``before`` and ``together`` among ``chosen``; zeros for names that are not paired."""
        n = len(chosen)
        before, together = np.zeros((n, n)), np.zeros((n, n))
        here = [place for place, code in enumerate(chosen) if code in self.paired]
        there = [self.paired[chosen[place]] for place in here]
        before[np.ix_(here, here)] = self.before[np.ix_(there, there)]
        together[np.ix_(here, here)] = self.together[np.ix_(there, there)]
        return before, together

    def overlap(self, code: int, other: int) -> float:
        """Return the share of the persons of ``code`` who also have ``other``; 0 where it is not known."""
        if code not in self.paired or other not in self.paired or not self.persons[code]:
            return 0.0
        return float(self.together[self.paired[code], self.paired[other]] / self.persons[code])


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
    left_out: list[int]
    goal: str | None


def discover(succession: SuccessionLike, *, title: str, language: LanguageCode, goal: str | None = None) -> JourneyMap:
    """Draft a map from the order in which names occur in a log.

    Names of at least one person in a hundred become touchpoints, ordered by who comes before whom in the same
    trip and cut into 4 to 8 stages where the order has its widest steps. A name that speaks of success (English,
    French, Dutch) and comes late is proposed as ``succeeds_when``, unless ``goal`` names an event; names that speak
    of failure, and after which next to nobody succeeds, become ``fails_when`` and no touchpoints: a trip fails
    where it stands. ``evidence`` says in both languages what was found and what was left out. The same log gives
    the same map.
    """
    log = _log_of(succession)
    draft = _decide(log, goal)
    with speaking(language):
        points = _points(draft)
    return JourneyMap(
        id=id_from(title, otherwise="map"),
        title=Text({language: _visible(title) or "–"}),
        stages=_stages(points, language),
        default_language=language,
        trip=TripRule(succeeds_when=_success_rule(draft), fails_when=_rule_of(log, draft.failures)),
        evidence=_evidence(draft),
    )


def _decide(log: _Log, goal: str | None) -> _Draft:
    usable = [code for code, name in enumerate(log.names) if log.persons[code] and not name.endswith("*")]
    common = [code for code in usable if log.persons[code] >= RARE_SHARE * log.total_persons]
    common.sort(key=lambda code: (-log.persons[code], -log.events[code], log.names[code]))
    common = common[: 2 * MOST_TOUCHPOINTS]
    line = dict(zip(common, _line(log, common), strict=True))
    target = next((code for code in usable if log.names[code] == goal), None)
    success = target if goal is not None else _likely_success(log, line)
    guessed = goal is None and success is None
    if guessed:
        success = _usual_end(log, line)
    failures = _failures(log, common, success)
    kept = [code for code in common if code not in failures]
    if success is not None and success not in kept[:MOST_TOUCHPOINTS]:
        kept.insert(0, success)
    kept = kept[:MOST_TOUCHPOINTS] or usable[:1]
    rare = sorted(set(usable) - set(kept) - set(failures))
    groups = _groups(log, rare, [log.names[code] for code in (*kept, *failures)])
    shown = {*kept, *failures, *(code for _beginning, codes in groups for code in codes)}
    left_out = [code for code in range(len(log.names)) if log.persons[code] and code not in shown]
    left_out.sort(key=lambda code: (-log.persons[code], log.names[code]))
    return _Draft(log, kept, groups, success, guessed and success is not None, failures, left_out, goal)


def _line(log: _Log, codes: Sequence[int]) -> Floats:
    """Return the places of ``codes`` on a line from 0 (first) to 1 (last)."""
    before, together = log.matrices(codes)
    scores = order_scores(before, together, log.position[list(codes)])
    if not len(scores):
        return scores
    span = float(scores.max() - scores.min())
    return (scores - scores.min()) / span if span > 0 else np.zeros(len(scores))


def _likely_success(log: _Log, line: dict[int, float]) -> int | None:
    """Return the late name that speaks most of success; among equals the later, then the more frequent one."""
    candidates = [
        (success_strength(log.names[code]) + place, log.persons[code], log.names[code], code)
        for code, place in line.items()
        if place >= LATE and success_strength(log.names[code]) > 0
    ]
    return max(candidates)[-1] if candidates else None


def _usual_end(log: _Log, line: dict[int, float]) -> int | None:
    """Return the late name with which most of its persons end, if most persons have it."""
    candidates = [
        (log.ends[code], log.names[code], code)
        for code, place in line.items()
        if place >= LATE
        and log.ends[code] >= MOST_USUAL_END * log.persons[code]
        and log.persons[code] >= log.total_persons / 2
        and not speaks_of_failure(log.names[code])
    ]
    return max(candidates)[-1] if len(line) > 1 and candidates else None


def _failures(log: _Log, codes: Iterable[int], success: int | None) -> list[int]:
    found = [
        code
        for code in codes
        if code != success
        and speaks_of_failure(log.names[code])
        and (success is None or log.overlap(code, success) <= MOST_OVERLAP)
    ]
    return sorted(found, key=lambda code: (-log.persons[code], log.names[code]))


def _groups(log: _Log, rare: Sequence[int], taken: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Gather rare names that begin alike, where no name that is taken begins so too."""
    by_beginning: dict[str, list[int]] = {}
    for code in rare:
        beginning = _BEGINNING.match(log.names[code][:LONGEST_NAME])
        if beginning is not None and len(beginning[0]) >= 3:
            by_beginning.setdefault(beginning[0], []).append(code)
    everything = float(log.events.sum())
    worthy = [
        (float(log.events[codes].sum()), beginning, codes)
        for beginning, codes in by_beginning.items()
        if len(codes) >= GROUP_NAMES
        and log.events[codes].sum() >= GROUP_SHARE * everything
        and not any(name.startswith(beginning) for name in taken)
    ]
    worthy.sort(key=lambda one: (-one[0], one[1]))
    return [(beginning, codes) for _events, beginning, codes in worthy[:MOST_GROUPS]]


def _points(draft: _Draft) -> list[_Point]:
    """Return the touchpoints in their order."""
    log = draft.log
    scores = _line(log, draft.kept)
    labels = _labels([log.names[code] for code in draft.kept])
    points = [
        _Point(_pattern(log.names[code]), label, float(log.persons[code]), float(score), code == draft.success)
        for code, label, score in zip(draft.kept, labels, scores, strict=True)
    ]
    for beginning, codes in draft.groups:
        position = float(np.average(log.position[codes], weights=log.events[codes]))
        label = (readable_name(beginning.rstrip("_/-:. ")) or beginning.strip()) + " …"
        points.append(_Point(f"{beginning}*", label, float(log.persons[codes].max()), position))
    return sorted(points, key=lambda point: (point.score, -point.persons, point.pattern))


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


def _rule_of(log: _Log, codes: Sequence[int]) -> Rule | None:
    return Rule((EventMatch(tuple(_pattern(log.names[code]) for code in codes)),)) if codes else None


def _evidence(draft: _Draft) -> Text:
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            texts[language] = " ".join(_sentences(draft, language))
    return Text(texts)


def _sentences(draft: _Draft, language: Language) -> list[str]:
    log = draft.log
    names = ngettext("{n} event name", "{n} event names", len(log.names)).format(n=number(len(log.names)))
    sentences = [
        _("Drafted from {events} events of {people}, with {names}.").format(
            events=number(float(log.events.sum())), people=plural_people(log.total_persons), names=names
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
    for beginning, codes in draft.groups:
        sentences.append(
            _("{n} rare names that begin with {beginning} are one touchpoint.").format(
                n=number(len(codes)), beginning=quoted(beginning.strip())
            )
        )
    if draft.left_out:
        sentences.append(
            ngettext(
                "Left out: {n} rarer name, {list}.",
                "Left out: {n} rarer names, {list}.",
                len(draft.left_out),
            ).format(n=number(len(draft.left_out)), list=_listed(log, draft.left_out))
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


def _listed(log: _Log, codes: Sequence[int], most: int = 8) -> str:
    shown = [f"{quoted(shorten(log.names[code], 60))} ({number(float(log.persons[code]))})" for code in codes[:most]]
    if len(codes) > most:
        rest = len(codes) - most
        shown.append(ngettext("{n} more", "{n} more", rest).format(n=number(rest)))
    return list_words(shown)
