"""Plays a map: people arrive, enter stages, wait, leave, come back, and some say how they feel.

Everything is drawn per chunk of persons from its own seeded generator, so a company of any size is played in bounded
memory and the same seed gives the same rows, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parcours.simulate.clock import arrivals
from parcours.simulate.scenario import Feeling, Mood
from parcours.simulate.theatre import KINDS, Part, Theatre, effort_is_low

CHUNK = 20_000
LEAVER_MOOD = -0.7
"""People who leave feel worse than the others of their stage, by this much valence."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Events of one chunk in the order of time; ``person`` counts from 0 over the whole company.

    ``time`` is whole seconds UTC; ``shape`` indexes ``Theatre.emitted``; ``kind`` indexes ``KINDS`` (-1: no answer)
    with its ``score``; ``comment`` indexes ``Theatre.comments`` (-1: none); ``value`` is NaN where there is no amount.
    """

    person: Ints
    time: Ints
    shape: Ints
    kind: Ints
    score: Floats
    comment: Ints
    value: Floats

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def none(cls) -> Rows:
        """Return no rows at all."""
        whole, broken = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(whole, whole, whole, whole, broken, whole, broken)

    def take(self, which: npt.NDArray[np.generic]) -> Rows:
        """Return the rows that ``which`` selects."""
        return Rows(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Chunk:
    """The rows of some persons. ``ties``: at the same second as the person's row before, deliveries not counted;
    ``duplicates``: rows that are another one delivered again."""

    rows: Rows
    ties: int
    duplicates: int


def chunks(theatre: Theatre) -> Iterator[Chunk]:
    """Play chunk after chunk of persons."""
    for number, first in enumerate(range(0, theatre.population, CHUNK)):
        rng = np.random.default_rng([theatre.scenario.seed, number])
        yield _Performance(theatre, rng, first, min(CHUNK, theatre.population - first)).play()


@dataclass(frozen=True)
class _Stay:
    """One stay of several people in a stage: ``who`` within the chunk, their ``visit`` counted from 0."""

    number: int
    who: Ints
    visit: Ints
    entry: Floats
    span: Floats
    leaves: Bools


class _Performance:
    """One chunk being played; rows are gathered column by column, and ordered at the end."""

    def __init__(self, theatre: Theatre, rng: np.random.Generator, first: int, count: int) -> None:
        self.theatre, self.rng, self.first = theatre, rng, first
        self.walkers = max(0, min(count, theatre.scenario.persons - first))
        self.count = count
        self.visits = np.zeros(count, np.int64)
        self.gathered: list[tuple[npt.NDArray[np.generic], ...]] = []

    def play(self) -> Chunk:
        scenario = self.theatre.scenario
        arrived = np.sort(arrivals(self.theatre.clock, self.rng, scenario.first_day, scenario.arriving, self.walkers))
        self._walk(arrived)
        self._wander()
        rows, visit, stage = self._ordered()
        keep = rows.time < self.theatre.end
        rows, visit, stage = rows.take(keep), visit[keep], stage[keep]
        rows = self._tie(rows, visit, stage)
        ties = int(((rows.person[1:] == rows.person[:-1]) & (rows.time[1:] == rows.time[:-1])).sum())
        rows, duplicates = self._duplicate(rows)
        return Chunk(rows, ties, duplicates)

    def _walk(self, ready: Floats) -> None:
        """Lead everybody through the stages in order."""
        scenario, rng = self.theatre.scenario, self.rng
        here = np.ones(self.walkers, bool)
        before = np.full(self.walkers, -1)
        for number, part in enumerate(self.theatre.parts):
            skipped = (rng.random(self.walkers) < scenario.skips) & (number > 0) & (len(part.success) == 0)
            who = np.flatnonzero(here & ~skipped)
            leaves = rng.random(len(who)) < part.leak
            goes_back = (rng.random(len(who)) < scenario.returns) & ~leaves & (before[who] >= 0)
            ready[who] = self._visit(number, who, ready[who], 1.0, leaves, first=True)
            for earlier in np.unique(before[who[goes_back]]):
                some = who[goes_back & (before[who] == earlier)]
                stays = np.zeros(len(some), bool)
                ready[some] = self._visit(int(earlier), some, ready[some], 0.3, stays, first=False)
                ready[some] = self._visit(number, some, ready[some], 0.3, stays, first=False)
            before[who] = number
            here[who[leaves]] = False

    def _visit(self, number: int, who: Ints, ready: Floats, pace: float, leaves: Bools, *, first: bool) -> Floats:
        """Play one stay of ``who`` in a stage from the moment they are ``ready``; return when they are for the next."""
        part, scenario, rng, clock = self.theatre.parts[number], self.theatre.scenario, self.rng, self.theatre.clock
        size = len(who)
        span = np.maximum(part.wait * pace * rng.lognormal(0, scenario.spread, size), 60)
        choice = np.where(rng.random(size) < 0.5, 0, rng.integers(0, part.limit, size))
        if len(part.opening):
            beginner = self.visits[who] == 0
            choice = np.where(beginner, part.opening[rng.integers(0, len(part.opening), size)], choice)
        entry, later = ready, rng.random(size)
        if scenario.office_hours:
            entry = np.where(part.human[choice], clock.open_hours(ready, later), clock.awake(ready, later))
        stay = _Stay(number, who, self.visits[who].copy(), entry, span, leaves)
        self.visits[who] += 1
        for index, events in enumerate(part.touchpoints):
            met = (choice == index).astype(np.int64)
            came = np.flatnonzero(met)
            self._emit(stay, came, entry[came], self._choose(events, np.zeros(len(came), np.int64)))
            self._further(part, index, stay, met)
        self._stray(stay)
        if first:
            self._turn(part, stay)
            for feeling in scenario.feelings.get(self.theatre.map.stages[number].id, ()):
                self._answer(part, stay, feeling)
        return entry + span

    def _choose(self, events: tuple[Ints, ...], met: Ints) -> Ints:
        """Draw a shape of the next event of a touchpoint for people who ``met`` so many of its events already."""
        shape = np.empty(len(met), np.int64)
        step = met % len(events)
        for at, options in enumerate(events):
            mine = step == at
            shape[mine] = options[self.rng.integers(0, len(options), int(mine.sum()))]
        return shape

    def _further(self, part: Part, index: int, stay: _Stay, met: Ints) -> None:
        """Let some touch this touchpoint (again) during the stay, in the map's order by and large."""
        chance = self.theatre.scenario.busy
        allowed = ~stay.leaves if index >= part.limit else np.ones(len(met), bool)
        for time in range(3):
            some = np.flatnonzero((self.rng.random(len(met)) < np.where(met == 0, chance, chance * 0.8)) & allowed)
            place = (index + (time + self.rng.random(len(some))) / 3) / len(part.touchpoints)
            moment = stay.entry[some] + stay.span[some] * (0.02 + 0.84 * place)
            later, limit = self.rng.random(len(some)), stay.entry[some] + stay.span[some] * 0.86
            if part.human[index]:
                moment = self.theatre.clock.open_hours(moment, later)
            elif self.theatre.scenario.office_hours:
                morning = self.theatre.clock.awake(moment, later)
                moment = np.where(morning < limit, morning, moment)
            fits = moment < limit
            some, moment = some[fits], moment[fits]
            self._emit(stay, some, moment, self._choose(part.touchpoints[index], met[some]))
            met[some] += 1

    def _stray(self, stay: _Stay) -> None:
        """Let some do things that are on no map."""
        noise = self.theatre.noise
        if len(noise):
            some = np.flatnonzero(self.rng.random(len(stay.who)) < self.theatre.scenario.noise)
            moment = stay.entry[some] + stay.span[some] * self.rng.uniform(0.05, 0.8, len(some))
            self._emit(stay, some, moment, self.rng.choice(noise, len(some)))

    def _turn(self, part: Part, stay: _Stay) -> None:
        """Those who go on say yes or pay here, if this is where it is done; of those who leave, some say no."""
        if len(part.success):
            on = np.flatnonzero(~stay.leaves)
            amount = np.full(len(on), np.nan)
            if part.paid:
                amount = np.round(self.theatre.scenario.amount * self.rng.lognormal(0, 0.5, len(on)), 2)
            drawn = part.success[self.rng.integers(0, len(part.success), len(on))]
            self._emit(stay, on, stay.entry[on] + stay.span[on] * part.turn, drawn, value=amount)
        if len(part.failure):
            said = np.flatnonzero(stay.leaves & (self.rng.random(len(stay.who)) < self.theatre.scenario.declines))
            drawn = part.failure[self.rng.integers(0, len(part.failure), len(said))]
            self._emit(stay, said, stay.entry[said] + stay.span[said] * 0.88, drawn)

    def _answer(self, part: Part, stay: _Stay, feeling: Feeling) -> None:
        theatre, rng = self.theatre, self.rng
        some = np.flatnonzero(rng.random(len(stay.who)) < feeling.rate)
        moment = stay.entry[some] + stay.span[some] * rng.uniform(0.9, 0.98, len(some))
        valence = np.clip(rng.normal(feeling.valence + LEAVER_MOOD * stay.leaves[some], 0.8), -2, 2)
        if feeling.kind == "nps":
            score = np.round(5 + 2.5 * valence)
        elif feeling.kind == "csat":
            score = np.round(3 + valence)
        else:
            score = np.round(4 + (-1.5 if effort_is_low(theatre.map, stay.number) else 1.5) * valence)
        comment = np.full(len(some), -1)
        talks = rng.random(len(some)) < theatre.scenario.comment_rate
        moods: tuple[tuple[Mood, Bools], ...] = (
            ("glad", valence > 0.6),
            ("mixed", np.abs(valence) <= 0.6),
            ("sad", valence < -0.6),
        )
        for mood, felt in moods:
            pool, chosen = theatre.comment_of[stay.number, mood], np.flatnonzero(felt & talks)
            comment[chosen] = rng.choice(pool, len(chosen))
        kind, shape = (np.full(len(some), code) for code in (KINDS.index(feeling.kind), part.answer[feeling.kind]))
        self._emit(stay, some, moment, shape, kind=kind, score=score, comment=comment)

    def _wander(self) -> None:
        """Visitors who never touch the map: one to three stray events on one day."""
        who, noise = np.arange(self.walkers, self.count), self.theatre.noise
        if not len(noise) or not len(who):
            return
        came = arrivals(
            self.theatre.clock, self.rng, self.theatre.scenario.first_day, self.theatre.scenario.days, len(who)
        )
        stay = _Stay(-1, who, np.zeros(len(who), np.int64), came, np.zeros(len(who)), np.zeros(len(who), bool))
        here = np.arange(len(who))
        for _time in range(3):
            self._emit(stay, here, came[here], self.rng.choice(noise, len(here)))
            here = here[self.rng.random(len(here)) < 0.4]
            came[here] += self.rng.uniform(5, 900, len(here))

    def _emit(
        self,
        stay: _Stay,
        which: Ints,
        moment: Floats,
        shape: Ints,
        *,
        kind: Ints | None = None,
        score: Floats | None = None,
        comment: Ints | None = None,
        value: Floats | None = None,
    ) -> None:
        """Note one event of each person ``which`` (positions in the stay)."""
        size = len(which)
        absent, none = np.full(size, np.nan), np.full(size, -1)
        self.gathered.append(
            (
                stay.who[which],
                stay.visit[which],
                np.full(size, stay.number),
                moment,
                shape,
                none if kind is None else kind,
                absent if score is None else score,
                none if comment is None else comment,
                absent if value is None else value,
            )
        )

    def _ordered(self) -> tuple[Rows, Ints, Ints]:
        """Sort into the order in which people lived it, at least one second apart."""
        if not self.gathered:
            return Rows.none(), np.empty(0, np.int64), np.empty(0, np.int64)
        who, visit, stage, moment, *rest = (np.concatenate(column) for column in zip(*self.gathered, strict=True))
        order = np.lexsort((moment, visit, who))
        who, visit, stage = who[order], visit[order], stage[order]
        second = np.floor(moment[order]).astype(np.int64)
        # Later rows are pushed on, never earlier ones back; persons are kept apart by a stride wider than any time.
        rank = np.arange(len(who))
        stride = who.astype(np.int64) * (1 << 40)
        second = np.maximum.accumulate(second - rank + stride) + rank - stride
        columns = [column[order] for column in rest]
        return Rows(who + self.first, second, *columns), visit, stage

    def _tie(self, rows: Rows, visit: Ints, stage: Ints) -> Rows:
        """Put some rows at the very second of the row before, and some last rows of a stay at the next one's first.

        Only where the order of rows at one instant cannot change where people were: inside one stay; or, moving
        forward, when the stay had begun before that instant.
        """
        count = len(rows)
        wanted = round(count * self.theatre.scenario.ties)
        if count < 3 or not wanted:
            return rows
        same_person = np.r_[False, rows.person[1:] == rows.person[:-1]]
        same_stay = same_person & np.r_[False, visit[1:] == visit[:-1]]
        silent = rows.kind < 0
        # Somebody has to be there at this very hour.
        fixed = self.theatre.in_person[rows.shape]
        inside = same_stay & silent & np.r_[False, silent[:-1]]
        placed = np.array([shape.stage >= 0 for shape in self.theatre.emitted])[rows.shape]
        # Row i is the last of a stay that began earlier, and row i + 1 begins a later stage.
        forward = np.r_[(stage[1:] > stage[:-1]) & same_person[1:] & ~same_stay[1:], False]
        across = forward & inside & ~fixed & placed & np.r_[placed[1:], False]
        edge = self.rng.permutation(np.flatnonzero(across))[: wanted // 5]
        blocked = np.zeros(count, bool)
        blocked[edge] = True
        pool = np.flatnonzero(inside & ~blocked & ~fixed)
        chosen = self.rng.permutation(pool)[: wanted - len(edge)]
        time = rows.time.copy()
        time[edge] = time[edge + 1]
        moved = np.zeros(count, bool)
        moved[chosen] = True
        leader = np.maximum.accumulate(np.where(moved, -1, np.arange(count)))
        time[moved] = time[leader[moved]]
        return replace(rows, time=time)

    def _duplicate(self, rows: Rows) -> tuple[Rows, int]:
        """Deliver some rows twice, never answers, and put everything into the order of time."""
        pool = np.flatnonzero(rows.kind < 0)
        wanted = min(round(len(rows) * self.theatre.scenario.duplicates), len(pool))
        twice = self.rng.permutation(pool)[:wanted]
        which = np.sort(np.r_[np.arange(len(rows)), twice].astype(np.int64), kind="stable")
        which = which[np.argsort(rows.time[which], kind="stable")]
        return rows.take(which), wanted
