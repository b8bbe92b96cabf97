"""Compiled loops that hold trips against the plan: arrays in, arrays out, no lock held."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, UniTuple, boolean, int8, int16, int32, int64, uint64, void


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


NEVER = np.iinfo(np.int64).max
OPEN = 1
PENDING, KEPT, BROKEN = 0, 1, 2
UNBOUNDED = -1
NO_GROUP = -1

_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@nb.njit(boolean(uint64[::1], int64, int64), cache=True, nogil=True)
def _has(bits, at, point):  # type: ignore[no-untyped-def]
    return (bits[at + (point >> 6)] >> np.uint64(point & 63)) & _ONE == _ONE


@nb.njit(void(uint64[::1], int64, int64), cache=True, nogil=True)
def _set(bits, at, point):  # type: ignore[no-untyped-def]
    bits[at + (point >> 6)] |= _ONE << np.uint64(point & 63)


@nb.njit(int64(int64[:, ::1], int64, int64, int64, int64, int64), cache=True, nogil=True)
def give(made, count, trip, promise, since, met):  # type: ignore[no-untyped-def]
    made[count, 0] = trip
    made[count, 1] = promise
    made[count, 2] = since
    made[count, 3] = met
    return count + 1


@nb.njit(
    int64[:, ::1](
        _in(int64),  # the trips to look at
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(boolean),  # per kind: whether it is any touchpoint
        _in(int64),  # per kind: where its touchpoints begin in the next
        _in(int64),  # touchpoints, kind after kind
        _in(boolean),  # per entry of the same list: whether the event is the touchpoint gone wrong
        int64,  # how many words of 64 the touchpoints need
        _in(int64),  # per touchpoint: how often it may occur, UNBOUNDED
        _in(int64),  # per touchpoint: its group of exclusive ones, NO_GROUP
        _in(int64),  # per touchpoint: where those that come after it begin in the next
        _in(int64),  # touchpoints that come after, touchpoint after touchpoint
        _in(int8),  # per touchpoint: 1 an inbound message, 2 an outbound one, else 0
        _in(int64),  # per promise: the touchpoint from which it counts
        _in(int64),  # per promise: the touchpoint that keeps it
        int64,  # at most so many promises are given
        uint64[::1],  # out per trip: touchpoints that failed
        uint64[::1],  # out per trip: touchpoints that occurred beyond the plan
        uint64[::1],  # out per trip: touchpoints out of sequence
        uint64[::1],  # out per trip: touchpoints that were a chase
        int64[::1],  # out per touchpoint: events that failed
        int64[::1],  # out per touchpoint: events beyond the plan
        int64[::1],  # out per touchpoint: chases
    ),
    cache=True,
    nogil=True,
)
def hold_trips(  # type: ignore[no-untyped-def]
    chosen,
    firsts,
    ends,
    time_us,
    kind,
    watched,
    first,
    listed,
    wrong,
    words,
    limit,
    group,
    after_first,
    after_listed,
    message,
    source,
    keeper,
    most,
    failing,
    beyond,
    disordered,
    chased,
    failing_events,
    beyond_events,
    chases,
):
    """Look at the chosen trips, instant by instant.

    Return a line for each promise given: its trip, its index, the instant from which it counts and that at which it was
    met (NEVER where it was not).
    """
    made = np.empty((most, 4), np.int64)
    count = np.int64(0)
    points = len(limit)
    times = np.zeros(points, np.int64)
    seen = np.zeros(words, np.uint64)
    now_times = np.zeros(points, np.int64)
    here = np.empty(points, np.int64)
    choice = np.empty(points, np.int64)
    due = np.empty(len(source), np.int64)
    for trip in chosen:
        row, end = firsts[trip], ends[trip]
        at = trip * words
        waiting = False
        times[:] = 0
        seen[:] = _ZERO
        choice[:] = -1
        due[:] = NEVER
        while row < end:
            now = time_us[row]
            # The touchpoints of this instant, each with how many of its events stand there.
            stood = 0
            spoken = 0
            while row < end and time_us[row] == now:
                if watched[kind[row]]:
                    for entry in range(first[kind[row]], first[kind[row] + 1]):
                        point = listed[entry]
                        if now_times[point] == 0:
                            here[stood] = point
                            stood += 1
                        now_times[point] += 1
                        spoken |= message[point]
                        if wrong[entry]:
                            _set(failing, at, point)
                            failing_events[point] += 1
                row += 1
            for i in range(stood):
                point = here[i]
                mine = group[point]
                if mine != NO_GROUP and (choice[mine] < 0 or choice[mine] >= points):
                    # Among those of one instant the first on the map is chosen. Not settled yet: + points.
                    best = choice[mine] - points if choice[mine] >= points else point
                    choice[mine] = points + min(best, point)
                if not _has(seen, 0, point):
                    for entry in range(after_first[point], after_first[point + 1]):
                        if _has(seen, 0, after_listed[entry]):
                            _set(disordered, at, after_listed[entry])
            for i in range(stood):
                point = here[i]
                over = np.int64(0)
                if limit[point] != UNBOUNDED:
                    over = min(now_times[point], max(times[point] + now_times[point] - limit[point], np.int64(0)))
                if group[point] != NO_GROUP and choice[group[point]] % points != point:
                    over = now_times[point]
                times[point] += now_times[point]
                if over:
                    _set(beyond, at, point)
                    beyond_events[point] += over
            for i in range(stood):
                point = here[i]
                if group[point] != NO_GROUP:
                    choice[group[point]] %= points
                _set(seen, 0, point)
            if spoken & 2:
                # An answer at the same instant counts as one: nobody had to ask twice.
                waiting = False
            elif spoken and waiting:
                for i in range(stood):
                    if message[here[i]] == 1:
                        _set(chased, at, here[i])
                        chases[here[i]] += 1
            elif spoken:
                waiting = True
            for promise in range(len(source)):
                opens = now_times[source[promise]] > 0
                if now_times[keeper[promise]] > 0:
                    if due[promise] != NEVER:
                        count = give(made, count, trip, promise, due[promise], now)
                        due[promise] = NEVER
                    if opens:
                        count = give(made, count, trip, promise, now, now)
                elif opens:
                    due[promise] = min(due[promise], now)
            for i in range(stood):
                now_times[here[i]] = 0
        for promise in range(len(source)):
            if due[promise] != NEVER:
                count = give(made, count, trip, promise, due[promise], NEVER)
    return made[:count].copy()


@nb.njit(void(_in(int16), _in(int64), _in(int64), _in(int64), int64, int8[::1]), cache=True, nogil=True)
def judge(promise, since, met, within, data_end, state):  # type: ignore[no-untyped-def]
    """Whether each promise given was kept, all in calendar time."""
    for i in range(len(promise)):
        unmet = met[i] == NEVER
        until = data_end if unmet else met[i]
        state[i] = BROKEN if until - since[i] > within[promise[i]] else (PENDING if unmet else KEPT)


@nb.njit(void(_in(int32), _in(int16), _in(int8), _in(int64), int64, uint64[::1], uint64[::1]), cache=True, nogil=True)
def mark_promises(trip, promise, state, keeper, words, late, settled):  # type: ignore[no-untyped-def]
    """Set per trip the bits of the touchpoints of which a promise was broken, and of those of which one was settled."""
    for i in range(len(trip)):
        point = keeper[promise[i]]
        at = trip[i] * words + (point >> 6)
        bit = _ONE << np.uint64(point & 63)
        late[at] |= bit if state[i] == BROKEN else _ZERO
        settled[at] |= bit if state[i] != PENDING else _ZERO


@nb.njit(
    void(
        _in(uint64),  # per trip: touchpoints touched, in as many words as they need
        int64,  # how many words
        _in(int8),  # per trip: furthest stage
        _in(int8),  # per trip: state
        _in(int64),  # touchpoints that may be missing
        Array(uint64, 2, "C", readonly=True),  # per one of these: the touchpoints of which any one suffices
        _in(int64),  # per one of these: its stage
        uint64[::1],  # out per trip: touchpoints missing, in as many words
    ),
    cache=True,
    nogil=True,
)
def miss_trips(touched, words, furthest, state, needed, instead, stage_of, missing):  # type: ignore[no-untyped-def]
    """Find what ended trips should have touched."""
    missing[:] = _ZERO
    for trip in range(len(state)):
        if state[trip] == OPEN:
            continue
        for i in range(len(needed)):
            met = _ZERO
            for word in range(words):
                met |= touched[trip * words + word] & instead[i, word]
            absent = np.uint64(met == _ZERO) & np.uint64(furthest[trip] >= stage_of[i])
            missing[trip * words + (needed[i] >> 6)] |= absent << np.uint64(needed[i] & 63)


@nb.njit(void(_in(uint64), int64, _in(int64), int64[:, ::1], int64[:, ::1]), cache=True, nogil=True)
def add_by_point(bits, words, chosen, outcome, sums):  # type: ignore[no-untyped-def]
    """For each of the ``chosen`` trips add its line of ``outcome`` to the line of every touchpoint whose bit is set."""
    for trip in chosen:
        for word in range(words):
            mask = bits[trip * words + word]
            point = 64 * word
            while mask != _ZERO:
                if mask & _ONE:
                    for column in range(outcome.shape[1]):
                        sums[point, column] += outcome[trip, column]
                mask >>= _ONE
                point += 1


@nb.njit(void(_in(int64), int64[:, ::1], int64[:, ::1]), cache=True, nogil=True)
def add_by_line(line, outcome, sums):  # type: ignore[no-untyped-def]
    """Add the outcome of every trip to the ``line`` of ``sums`` that it names."""
    for trip in range(len(line)):
        for column in range(outcome.shape[1]):
            sums[line[trip], column] += outcome[trip, column]


@nb.njit(
    UniTuple(int64[::1], 2)(
        _in(int64),  # per answer: its trip, ascending
        _in(int64),  # per answer: its instant, ascending within a trip
        _in(int64),  # per answer: its valence in whole ten-thousandths
        _in(int32),  # asked: trips
        _in(int64),  # asked: instants
        int64,  # how many trips there are
    ),
    cache=True,
    nogil=True,
)
def next_valence(trip, instant, valence, asked_trip, asked, trips):  # type: ignore[no-untyped-def]
    """Answers of the first instant at or after each asked one in its trip: how many, and their valences together."""
    begin = np.zeros(trips + 1, np.int64)
    for i in range(len(trip)):
        begin[trip[i] + 1] += 1
    for i in range(trips):
        begin[i + 1] += begin[i]
    count = np.zeros(len(asked), np.int64)
    total = np.zeros(len(asked), np.int64)
    for i in range(len(asked)):
        low, end = begin[asked_trip[i]], begin[asked_trip[i] + 1]
        high = end
        while low < high:
            middle = (low + high) // 2
            if instant[middle] < asked[i]:
                low = middle + 1
            else:
                high = middle
        at = low
        while at < end and instant[at] == instant[low]:
            count[i] += 1
            total[i] += valence[at]
            at += 1
    return count, total
