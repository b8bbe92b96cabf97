"""Plays stays in the stages of a map with a plan: what is required happens, in order and in time, unless planted.

A stay is played point by point: ``cursor`` is the moment at which each person has come to, in seconds UTC.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from parcours.simulate.book import Book
from parcours.simulate.scenario import Feeling
from parcours.simulate.staging import Given, Point
from parcours.simulate.theatre import Theatre

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
KEPT, BROKEN = 0, 1
NEXT_EVENT = 0.6
"""Chance of each further event of one occurrence, such as a quote opened after it was sent."""
MARGIN = 60.0
"""Staff do nothing in the first and last minute of an opening."""


class Scene(Protocol):
    """What a stay needs of the chunk in which it is played; arrays have a place per trip of the chunk."""

    theatre: Theatre
    rng: np.random.Generator
    book: Book
    lower: Floats
    patience: Floats
    burden: Floats
    changed: Floats
    sourced: Floats
    awaiting: Ints
    visits: Ints

    def answer(
        self, number: int, who: Ints, visit: Ints, moment: Floats, feeling: Feeling, leaves: Bools, added: Floats
    ) -> None:
        """Ask how it was."""

    def emit(self, number: int, who: Ints, moment: Floats, shape: Ints, *, value: Floats | None = None) -> None:
        """Write rows down."""


class PlannedStay:
    """One stay of several people in a stage; ``who`` are their positions in the chunk."""

    def __init__(self, performance: Scene, number: int, who: Ints, ready: Floats) -> None:
        self.p, self.number, self.who = performance, number, who
        theatre = performance.theatre
        self.part, self.points, self.staging = theatre.parts[number], theatre.staging.stages[number], theatre.staging
        self.local = {point.index: at for at, point in enumerate(self.points)}
        self.rng, self.size, self.end = performance.rng, len(who), theatre.end
        self.usual = ready
        self.span = np.minimum(
            np.maximum(self.part.wait * self.rng.lognormal(0, theatre.scenario.spread, self.size), 60.0),
            0.8 * (theatre.map.trip.timeout_seconds or np.inf),
        )
        self.chosen = np.zeros((len(self.points), self.size), bool)
        self.broken: dict[int, tuple[Bools, Bools]] = {}
        self.leaves = np.zeros(self.size, bool)
        self.entry = np.full(self.size, np.nan)
        self.cursor = performance.lower[who].copy()
        self.cap = np.full(self.size, np.inf)
        self.disorder: dict[int, list[tuple[Point, Bools]]] = {}
        self.done = np.zeros((len(self.points), self.size), bool)

    def play(self) -> tuple[Floats, Bools]:
        """Play the stay; return when people are ready for the next stage, and who leaves."""
        self._choose()
        self._draw_promises()
        self._draw_leavers()
        self._draw_disorder()
        count = np.maximum(self.chosen.sum(axis=0), 1)
        self.gap = 0.86 * self.span / count
        for at, point in enumerate(self.points):
            if point.answers is None:
                self._meet(at, point)
        self._close()
        return np.maximum(self.entry + self.span, self.cursor + 60), self.leaves

    def _choose(self) -> None:
        """Draw which touchpoints each person will meet, and which required ones are left out."""
        for at, point in enumerate(self.points):
            likely = self.rng.random(self.size) < point.chance
            self.chosen[at] = (point.required | point.turn | likely) & (point.answers is None)
        for group in {point.group for point in self.points if point.group}:
            members = [at for at, point in enumerate(self.points) if point.group == group]
            must = [at for at in members if self.points[at].required]
            for first, at in enumerate(members):
                self.chosen[at] &= ~self.chosen[[m for m in members[:first] if m not in must]].any(axis=0)
            if must:
                others = self.chosen[[at for at in members if at not in must]].any(axis=0)
                self.chosen[must] = False
                self.chosen[must[0]] = ~others
        for at, point in enumerate(self.points):
            if point.answers is not None:
                self.chosen[at] = self.chosen[self.local[self.staging.given[point.answers].source]]
            missed = self._plant("missing", point, np.flatnonzero(self.chosen[at]), self.usual)
            self.chosen[at, missed] = False
        nothing = ~self.chosen.any(axis=0)
        spare = [at for at, p in enumerate(self.points) if not p.later and p.answers is None and not p.required]
        spare = [at for at in spare if self.points[at].group is None] or spare[:1]
        if spare and nothing.any():
            these = np.flatnonzero(nothing)
            self.chosen[self.rng.choice(np.array(spare), len(these)), these] = True
            for at, point in enumerate(self.points):
                if point.answers is not None:
                    self.chosen[at, these] = self.chosen[self.local[self.staging.given[point.answers].source], these]

    def _plant(self, kind: str, point: Point, some: Ints, moment: Floats) -> Ints:
        """Draw at which of ``some`` a deviation happens; note how often it could have and does before the data ends."""
        found = self.staging.rates.get((kind, point.index))
        if found is None or not len(some):
            return np.empty(0, np.int64)
        number, rate = found
        picked = some[self.rng.random(len(some)) < rate]
        self.p.book.deviations[number] += (
            int((moment[some] < self.end).sum()),
            int((moment[picked] < self.end).sum()),
        )
        return picked

    def _draw_promises(self) -> None:
        """Draw, for each promise to be kept here, who finds it broken and who is never answered."""
        for point in self.points:
            number = point.answers if point.answers is not None else point.carried
            if number is not None:
                self.broken[number] = self._outcomes(self.staging.given[number], self.size)

    def _outcomes(self, given: Given, size: int) -> tuple[Bools, Bools]:
        broken = self.rng.random(size) < given.kept.broken
        return broken, broken & (self.rng.random(size) < given.kept.never)

    def _draw_leavers(self) -> None:
        chance = (self.part.leak + self.p.changed[self.number][self.who]) / self.p.patience[self.who]
        for number, (broken, _never) in self.broken.items():
            given = self.staging.given[number]
            source = self.local.get(given.source)
            waits = self.chosen[source] if source is not None else ~np.isnan(self.p.sourced[number, self.who])
            chance = chance + given.kept.loses * (broken & waits)
        self.leaves = self.rng.random(self.size) < np.clip(chance, 0.0, 1.0)
        for at, point in enumerate(self.points):
            if point.later:
                self.chosen[at] &= ~self.leaves
            if point.answers is not None:
                self.chosen[at] &= self.chosen[self.local[self.staging.given[point.answers].source]]

    def _draw_disorder(self) -> None:
        for at, point in enumerate(self.points):
            if point.before is not None:
                some = np.flatnonzero(self.chosen[at] & self.chosen[point.before])
                early = np.zeros(self.size, bool)
                early[self._plant("out_of_sequence", point, some, self.usual)] = True
                self.disorder.setdefault(point.before, []).append((point, early))

    def _meet(self, at: int, point: Point) -> None:
        """Play a touchpoint that is not the answer to another one, with the answers to it."""
        here = self.chosen[at] & ~self.done[at]
        if point.carried is not None:
            self._forget(point, np.flatnonzero(~self.chosen[at]))
        some = np.flatnonzero(here)
        if not len(some):
            return
        some, moment = self._moment(point, some)
        for again in range(1 if point.turn else min(point.most, 3)):
            first, last = self._occur(at, point, some, moment, deviate=again == 0)
            self._give(point, some, first)
            self.cursor[some] = np.maximum(self.cursor[some], last)
            stays = self._answer(point, some, first, again)
            stays &= self.rng.random(len(some)) < point.again
            some = some[stays]
            if not len(some):
                return
            moment = self._settle(point, self.cursor[some] + self._gaps(some))

    def _gaps(self, some: Ints) -> Floats:
        gap: Floats = np.minimum(self.gap[some] * self.rng.uniform(0.5, 1.5, len(some)), self.cap[some])
        return np.maximum(gap, 40.0)

    def _settle(self, point: Point, moment: Floats) -> Floats:
        """Move moments to when the company is open, or people are awake."""
        if not self.p.theatre.scenario.office_hours:
            return moment
        later = self.rng.random(len(moment))
        if point.staffed:
            return self._at_work(moment, later)
        return self.p.theatre.clock.awake(moment, later)

    def _at_work(self, moment: Floats, later: Floats) -> Floats:
        return self.p.theatre.hours.within(self.p.theatre.hours.next_open(moment, later), MARGIN)

    def _moment(self, point: Point, some: Ints) -> tuple[Ints, Floats]:
        """Say when the people ``some`` come to ``point``; without those whose promise of it is never kept."""
        opening = np.isnan(self.entry[some])
        begin = np.maximum(self.usual[some], self.cursor[some] + 60)
        moment = self._settle(point, np.where(opening, begin, self.cursor[some] + self._gaps(some)))
        number = point.carried
        if number is not None:
            given = self.staging.given[number]
            source = self.p.sourced[number, self.who[some]]
            broken, never = (one[some] for one in self.broken[number])
            bound = ~np.isnan(source)
            self.p.sourced[number, self.who[some]] = np.nan
            when = np.maximum(self._due(given, source, broken, point), self.cursor[some] + 1)
            moment = np.where(bound, when, moment)
            late = bound & (moment > self._deadline(given, source))
            self._resolve(number, some[bound], source[bound], late[bound], (never & bound)[bound], moment[bound])
            left_out = bound & never
            some, moment = some[~left_out], moment[~left_out]
        opening = np.isnan(self.entry[some])
        self.entry[some[opening]] = moment[opening]
        return some, moment

    def _forget(self, point: Point, some: Ints) -> None:
        """People who never come to the touchpoint that was promised to them."""
        number = point.carried
        assert number is not None
        source = self.p.sourced[number, self.who[some]]
        some, source = some[~np.isnan(source)], source[~np.isnan(source)]
        if len(some):
            self.p.sourced[number, self.who[some]] = np.nan
            yes = np.ones(len(some), bool)
            self._resolve(number, some, source, yes, yes, self._deadline(self.staging.given[number], source) + 1)

    def _deadline(self, given: Given, source: Floats) -> Floats:
        if given.business:
            hours = self.p.theatre.hours
            return hours.at(hours.elapsed(np.nan_to_num(source)) + given.within)
        return np.asarray(source + given.within, np.float64)

    def _due(self, given: Given, source: Floats, broken: Bools, point: Point) -> Floats:
        """Draw the moment at which a promise given at ``source`` is met, in time or late."""
        size = len(source)
        share = np.where(broken, self.rng.uniform(1.2, 3.0, size), self.rng.uniform(0.2, 0.85, size))
        if given.business:
            hours = self.p.theatre.hours
            return hours.within(hours.at(hours.elapsed(np.nan_to_num(source)) + share * given.within), MARGIN)
        moment = source + share * given.within
        if point.staffed and self.p.theatre.scenario.office_hours:
            return self._at_work(np.nan_to_num(moment), self.rng.random(size))
        return moment

    def _occur(self, at: int, point: Point, some: Ints, moment: Floats, *, deviate: bool) -> tuple[Floats, Floats]:
        """Emit one occurrence and what goes wrong with it; return its first and its last moment."""
        pause = self._pause(point)
        if deviate:
            moment = self._early(at, point, some, moment)
        first, moment = moment, moment.copy()
        if deviate:
            wrong = np.isin(some, self._plant("failing", point, some, self._spread(some, moment)))
            self._emit(some[wrong], moment[wrong], self._any(point.events.failing, int(wrong.sum())))
            moment[wrong] += pause
        events = point.events
        if point.turn:
            for names in events.usual:
                begun = self.rng.random(len(some)) < NEXT_EVENT
                self._emit(some[begun], moment[begun], self._any(names, int(begun.sum())))
                moment[begun] += pause
            paid = self._amounts(self.p.theatre.scenario.amount if events.paid else None, len(some))
            self._emit(some, moment, self._any(events.ending, len(some)), paid)
        else:
            paid = self._amounts(point.amount, len(some))
            self._emit(some, moment, self._any(events.usual[0], len(some)), paid)
            following = np.arange(len(some))
            for names in events.usual[1:] if point.most > 1 else ():
                following = following[self.rng.random(len(following)) < NEXT_EVENT]
                moment[following] += self._next(point, some[following])
                self._emit(some[following], moment[following], self._any(names, len(following)))
        if deviate:
            often = np.isin(some, self._plant("adhoc", point, some, self._spread(some, moment)))
            for _time in range(point.most):
                moment[often] = self._settle(point, moment[often] + self._gaps(some[often]) * 0.3 + 40)
                self._emit(some[often], moment[often], self._any(self._usual(point), int(often.sum())))
        self.done[at, some] = True
        return first, moment

    def _amounts(self, median: float | None, size: int) -> Floats | None:
        return None if median is None else np.round(median * self.rng.lognormal(0, 0.5, size), 2)

    def _early(self, at: int, point: Point, some: Ints, moment: Floats) -> Floats:
        """Let what should come after this touchpoint come half a minute before it, where that is planted."""
        for other, early in self.disorder.get(at, ()):
            mine = early[some]
            if not mine.any():
                continue
            before = moment[mine] - 30
            if other.staffed and not point.staffed and self.p.theatre.scenario.office_hours:
                before = self._at_work(before, self.rng.random(len(before)))
            self._emit(some[mine], before, self._any(self._usual(other), int(mine.sum())))
            if other.answers is None:
                self.done[self.local[other.index], some[mine]] = True
            moment = moment.copy()
            moment[mine] = np.maximum(moment[mine], before + 30)
        return moment

    def _spread(self, some: Ints, moment: Floats) -> Floats:
        whole = np.zeros(self.size)
        whole[some] = moment
        return whole

    def _usual(self, point: Point) -> Ints:
        return point.events.ending if point.turn else point.events.usual[0]

    def _pause(self, point: Point) -> float:
        """Seconds between events of one occurrence: short against every promise that counts from it."""
        within = [self.staging.given[number].within for number in (*point.keeps, *point.opens)]
        return min([15.0 if point.staffed else 600.0, *(0.05 * one for one in within)])

    def _next(self, point: Point, some: Ints) -> Floats:
        if point.keeps or point.opens or point.staffed:
            return np.full(len(some), self._pause(point))
        return np.minimum(self._gaps(some), 6 * 3_600) * 0.5

    def _give(self, point: Point, some: Ints, moment: Floats) -> None:
        """Remember promises that a later stage has to keep."""
        for number in point.opens:
            self.p.sourced[number, self.who[some]] = moment
            self.cap[some] = np.minimum(self.cap[some], 0.04 * self.staging.given[number].within)

    def _answer(self, point: Point, some: Ints, first: Floats, again: int) -> Bools:
        """Keep or break the promises given at ``first``; return who got all answers."""
        content = np.ones(len(some), bool)
        for number in point.keeps:
            given = self.staging.given[number]
            at = self.local[given.holder]
            holder = self.points[at]
            broken, never = self.broken[number] if again == 0 else self._outcomes(given, self.size)
            broken, never = broken[some], never[some]
            missed = ~self.chosen[at, some]
            broken, never = broken | missed, never | missed
            moment = np.maximum(self._due(given, first, broken, holder), self.cursor[some] + 1)
            late = never | (moment > self._deadline(given, first))
            self._resolve(number, some, first, late, never, moment)
            kept = np.flatnonzero(~never)
            _first, last = self._occur(at, holder, some[kept], moment[kept], deviate=again == 0)
            self.cursor[some[kept]] = np.maximum(self.cursor[some[kept]], last)
            content &= ~never
        return content

    def _resolve(self, number: int, some: Ints, source: Floats, late: Bools, never: Bools, moment: Floats) -> None:
        """Note how a promise ended; those it was broken to chase, and feel it at their next answer."""
        given, book = self.staging.given[number], self.p.book
        late = late | never
        seen = source < self.end
        book.promises[number] += [
            int(seen.sum()), int((seen & ~late).sum()), int((seen & late & ~never).sum()), int((seen & never).sum())
        ]  # fmt: skip
        who = self.who[some]
        self.p.awaiting[number, KEPT, who] += ~late
        self.p.awaiting[number, BROKEN, who] += late
        self.p.burden[who] += given.kept.effect * late
        deadline = self._deadline(given, source)
        self.cursor[some] = np.maximum(self.cursor[some], np.where(never, deadline + MARGIN, self.cursor[some]))
        source_at = self.local.get(given.source)
        if given.kept.chase and source_at is not None and not self.points[source_at].staffed:
            chases = np.flatnonzero(late & (self.rng.random(len(some)) < given.kept.chase))
            until = np.where(never, deadline + 7_200, moment)[chases]
            when = source[chases] + (until - source[chases]) * self.rng.uniform(0.6, 0.95, len(chases))
            self._emit(some[chases], when, self._any(self._usual(self.points[source_at]), len(chases)))
            book.chases[number] += int((when < self.end).sum())
            self.p.burden[who[chases]] += self.p.theatre.scenario.chase_effect
            self.cursor[some[chases]] = np.maximum(self.cursor[some[chases]], when + 1)

    def _any(self, shapes: Ints, size: int) -> Ints:
        return shapes[self.rng.integers(0, len(shapes), size)] if len(shapes) else np.empty(0, np.int64)

    def _emit(self, some: Ints, moment: Floats, shape: Ints, value: Floats | None = None) -> None:
        if len(some):
            # A copy: the caller goes on counting from these moments.
            self.p.emit(self.number, self.who[some], moment.copy(), shape, value=value)

    def _close(self) -> None:
        """Let some refuse, some stray, some say how they feel."""
        part, rng, scenario = self.part, self.rng, self.p.theatre.scenario
        nowhere = np.isnan(self.entry)
        self.entry[nowhere] = self.usual[nowhere]
        self.cursor = np.maximum(self.cursor, self.entry)
        if len(part.failure):
            said = np.flatnonzero(self.leaves & (rng.random(self.size) < scenario.declines))
            moment = self.cursor[said] + self._gaps(said)
            self._emit(said, moment, self._any(part.failure, len(said)))
            self.cursor[said] = moment
        noise = self.p.theatre.noise
        if len(noise):
            some = np.flatnonzero(rng.random(self.size) < scenario.noise)
            moment = self.entry[some] + (self.cursor - self.entry)[some] * rng.uniform(0.05, 0.95, len(some))
            self._emit(some, moment, rng.choice(noise, len(some)))
        ratio = np.clip(np.log2(self.span / part.wait), -2, 2)
        added = scenario.wait_effect * ratio / self.p.patience[self.who]
        for feeling in scenario.feelings.get(self.p.theatre.map.stages[self.number].id, ()):
            some = np.flatnonzero(rng.random(self.size) < feeling.rate)
            length = (self.cursor - self.entry)[some] * rng.uniform(0.05, 0.1, len(some))
            moment = self.cursor[some] + np.maximum(np.minimum(length, self.cap[some]), 40.0)
            visit = self.p.visits[self.who[some]]
            self.p.answer(self.number, self.who[some], visit, moment, feeling, self.leaves[some], added[some])
            self.cursor[some] = moment
        self.p.lower[self.who] = self.cursor
