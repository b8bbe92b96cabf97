"""Plays a map: people arrive, enter stages, wait, leave, come back, and some say how they feel.

Everything is drawn per chunk of persons from its own seeded generator, so a company of any size is played in bounded
memory and the same seed gives the same rows, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parcours.simulate.book import Book
from parcours.simulate.clock import arrivals
from parcours.simulate.delivery import duplicate, received, tie
from parcours.simulate.planned import PlannedStay
from parcours.simulate.rows import Chunk, Rows
from parcours.simulate.scenario import Feeling, Mood
from parcours.simulate.theatre import KINDS, Part, Theatre, effort_is_low

CHUNK = 20_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def chunks(theatre: Theatre) -> Iterator[Chunk]:
    """Play chunk after chunk of trips."""
    for number, first in enumerate(range(0, theatre.population, CHUNK)):
        rng = np.random.default_rng([theatre.scenario.seed, number])
        yield Performance(theatre, rng, first, min(CHUNK, theatre.population - first)).play()


@dataclass(frozen=True)
class _Stay:
    """One stay of several people in a stage: ``who`` within the chunk, their ``visit`` counted from 0."""

    number: int
    who: Ints
    visit: Ints
    entry: Floats
    span: Floats
    leaves: Bools


class Performance:
    """One chunk being played; rows are gathered column by column, and ordered at the end."""

    def __init__(self, theatre: Theatre, rng: np.random.Generator, first: int, count: int) -> None:
        self.theatre, self.rng, self.first = theatre, rng, first
        self.walkers = max(0, min(count, theatre.scenario.persons - first))
        self.count = count
        self.visits = np.zeros(count, np.int64)
        self.owner = self._owners()
        persona = theatre.persona_of(self.owner)
        self.patience, self.mood = theatre.patience[persona], theatre.mood[persona]
        given = len(theatre.staging.given)
        self.changed = np.zeros((len(theatre.parts), 0))
        self.book = Book.empty(len(theatre.staging.deviations), given)
        self.lower = np.full(count, -np.inf)
        self.burden = np.zeros(count)
        self.sourced = np.full((given, count), np.nan)
        self.awaiting = np.zeros((given, 2, count), np.int64)
        self.noted = 0
        self.gathered: list[tuple[Ints, Ints, Ints, Floats, Ints]] = []
        self.said: list[tuple[Ints, Ints, Floats, Ints]] = []
        self.values: list[tuple[Ints, Floats]] = []

    def play(self) -> Chunk:
        """Play everything that happens to these trips."""
        scenario = self.theatre.scenario
        arrived = np.sort(
            arrivals(
                self.theatre.clock, self.rng, scenario.first_day, scenario.arriving, self.walkers, scenario.seasons
            )
        )
        if self.theatre.planned:
            self.changed = self.theatre.changed(arrived)
            self._walk_as_planned(arrived)
        else:
            self._walk(arrived)
        self._wander()
        rows, visit, stage = self._ordered()
        keep = rows.time < self.theatre.end
        if not keep.all():
            rows, visit, stage = rows.take(keep), visit[keep], stage[keep]
        rows = tie(self.theatre, self.rng, rows, visit, stage)
        ties = int(((rows.person[1:] == rows.person[:-1]) & (rows.time[1:] == rows.time[:-1])).sum())
        rows, duplicates, lived = duplicate(self.theatre, self.rng, rows)
        self.book.abandoned += (self.sourced < self.theatre.end).sum(axis=1)
        return Chunk(
            rows, ties, duplicates, lived, self.first, self.owner, received(self.theatre, self.rng, rows), self.book
        )

    def _owners(self) -> Ints:
        """Say whose trip each one is: the person's number is that of their first trip."""
        own = np.arange(self.count)
        if self.theatre.map.trip.key is not None and self.theatre.scenario.repeat:
            again = self.rng.random(self.count) < self.theatre.scenario.repeat
            again[0] = False
            again[self.walkers :] = False
            own = np.maximum.accumulate(np.where(again, 0, own))
        return own + self.first

    def _walk_as_planned(self, arrived: Floats) -> None:
        """Lead everybody through the stages of a map with a plan."""
        scenario, rng, ready = self.theatre.scenario, self.rng, arrived
        here = np.ones(self.walkers, bool)
        before = np.full(self.walkers, -1)
        for number, part in enumerate(self.theatre.parts):
            skipped = (rng.random(self.walkers) < scenario.skips) & (number > 0) & (len(part.success) == 0)
            who = np.flatnonzero(here & ~skipped)
            ready[who], leaves = PlannedStay(self, number, who, ready[who]).play()
            self.visits[who] += 1
            goes_back = (rng.random(len(who)) < scenario.returns) & ~leaves & (before[who] >= 0)
            for earlier in np.unique(before[who[goes_back]]):
                some = who[goes_back & (before[who] == earlier)]
                if self.theatre.free(int(earlier)) and self.theatre.free(number):
                    self._look_again(int(earlier), some)
                    self._look_again(number, some)
                    ready[some] = np.maximum(ready[some], self.lower[some] + 60)
            before[who] = number
            here[who[leaves]] = False

    def _look_again(self, number: int, who: Ints) -> None:
        """Come back to a stage for one touchpoint on which nothing in the plan depends."""
        free = self.theatre.free(number)
        wait = 0.3 * self.theatre.parts[number].wait * self.rng.lognormal(0, 0.5, len(who))
        moment = self.lower[who] + np.clip(wait, 60, 5 * 86_400)
        chosen = self.rng.integers(0, len(free), len(who))
        for at, point in enumerate(free):
            mine = chosen == at
            when = self.theatre.clock.awake(moment[mine], self.rng.random(int(mine.sum())))
            if point.staffed:
                when = self.theatre.hours.within(self.theatre.hours.next_open(when, np.zeros(len(when))), 60)
            self.emit(number, who[mine], when, self.rng.choice(point.events.usual[0], len(when)))
            self.lower[who[mine]] = when
        self.visits[who] += 1

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
            entry = np.where(part.human[choice], self.theatre.hours.next_open(ready, later), clock.awake(ready, later))
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
                moment = self.theatre.hours.next_open(moment, later)
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
        some = np.flatnonzero(self.rng.random(len(stay.who)) < feeling.rate)
        moment = stay.entry[some] + stay.span[some] * self.rng.uniform(0.9, 0.98, len(some))
        self.answer(
            stay.number, stay.who[some], stay.visit[some], moment, feeling, stay.leaves[some], np.zeros(len(some))
        )

    def answer(
        self, number: int, who: Ints, visit: Ints, moment: Floats, feeling: Feeling, leaves: Bools, added: Floats
    ) -> None:
        """Let people say how they feel in a stage; what weighs on them counts once, and they are rid of it."""
        theatre, rng = self.theatre, self.rng
        mean = feeling.valence + theatre.scenario.leaver_mood * leaves + self.mood[who] + self.burden[who] + added
        valence = np.clip(rng.normal(mean, 0.8), -2, 2)
        if feeling.kind == "nps":
            score = np.round(5 + 2.5 * valence)
        elif feeling.kind == "csat":
            score = np.round(3 + valence)
        else:
            score = np.round(4 + (-1.5 if effort_is_low(theatre.map, number) else 1.5) * valence)
        comment = np.full(len(who), -1)
        talks = rng.random(len(who)) < theatre.scenario.comment_rate
        moods: tuple[tuple[Mood, Bools], ...] = (
            ("glad", valence > 0.6),
            ("mixed", np.abs(valence) <= 0.6),
            ("sad", valence < -0.6),
        )
        for mood, felt in moods:
            pool, chosen = theatre.comment_of[number, mood], np.flatnonzero(felt & talks)
            comment[chosen] = rng.choice(pool, len(chosen))
        code, shape = KINDS.index(feeling.kind), theatre.parts[number].answer[feeling.kind]
        said = np.full(len(who), code), score, comment
        self._note(who, visit, number, moment, np.full(len(who), shape), said=said)
        self.burden[who] = 0.0
        seen = moment < theatre.end
        self.book.answered(self.awaiting[:, :, who[seen]], valence[seen])
        self.awaiting[:, :, who] = 0

    def _wander(self) -> None:
        """Visitors who never touch the map: one to three stray events on one day."""
        who, noise = np.arange(self.walkers, self.count), self.theatre.noise
        if not len(noise) or not len(who):
            return
        came = arrivals(
            self.theatre.clock, self.rng, self.theatre.scenario.first_day, self.theatre.scenario.days, len(who), {}
        )
        stay = _Stay(-1, who, np.zeros(len(who), np.int64), came, np.zeros(len(who)), np.zeros(len(who), bool))
        here = np.arange(len(who))
        for _time in range(3):
            self._emit(stay, here, came[here], self.rng.choice(noise, len(here)))
            here = here[self.rng.random(len(here)) < 0.4]
            came[here] += self.rng.uniform(5, 900, len(here))

    def _emit(self, stay: _Stay, which: Ints, moment: Floats, shape: Ints, *, value: Floats | None = None) -> None:
        """Note one event of each person ``which`` (positions in the stay)."""
        self._note(stay.who[which], stay.visit[which], stay.number, moment, shape, value=value)

    def emit(self, number: int, who: Ints, moment: Floats, shape: Ints, *, value: Floats | None = None) -> None:
        """Note one event of each of ``who`` (positions in the chunk) in the stay in which they are."""
        self._note(who, self.visits[who], number, moment, shape, value=value)

    def _note(
        self,
        who: Ints,
        visit: Ints,
        number: int,
        moment: Floats,
        shape: Ints,
        *,
        said: tuple[Ints, Floats, Ints] | None = None,
        value: Floats | None = None,
    ) -> None:
        place = np.arange(self.noted, self.noted + len(who))
        self.noted += len(who)
        self.gathered.append((who, visit, np.full(len(who), number), moment, shape))
        if said is not None:
            self.said.append((place, *said))
        if value is not None:
            self.values.append((place, value))

    def _ordered(self) -> tuple[Rows, Ints, Ints]:
        """Sort into the order in which people lived it, at least one second apart."""
        if not self.gathered:
            return Rows.none(), np.empty(0, np.int64), np.empty(0, np.int64)
        who, visit, stage, moment, shape = (np.concatenate(column) for column in zip(*self.gathered, strict=True))
        # One key for person, visit and moment, to a sixteenth of a second; beyond its reach lies nothing but the end.
        tick = np.minimum((moment - moment.min()) * 16, (1 << 34) - 1).astype(np.int64)
        order = np.argsort(((who << 9 | visit) << 34) + tick, kind="stable")
        who, visit, stage = who[order], visit[order], stage[order]
        second = np.floor(moment[order]).astype(np.int64)
        # Later rows are pushed on, never earlier ones back; persons are kept apart by a stride wider than any time.
        rank = np.arange(len(who))
        stride = who * (1 << 40)
        second = np.maximum.accumulate(second - rank + stride) + rank - stride
        rank[order] = np.arange(len(who))
        kind, comment = np.full(len(who), -1), np.full(len(who), -1)
        score, value = np.full(len(who), np.nan), np.full(len(who), np.nan)
        for place, *answer in self.said:
            kind[rank[place]], score[rank[place]], comment[rank[place]] = answer
        for place, amount in self.values:
            value[rank[place]] = amount
        return Rows(who + self.first, second, shape[order], kind, score, comment, value), visit, stage
