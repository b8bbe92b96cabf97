"""Compiled loops that place trips instant by instant: arrays in, arrays out, no lock held."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.types import Array, Tuple, UniTuple, boolean, int8, int32, int64, uint8, uint64

from parcours.engine._bits import lowest, zeros_above


def _in(kind: Any) -> Any:
    return Array(kind, 1, "C", readonly=True)


SUCCEEDS, FAILS, UNPLANNED = 2, 4, 8
PLACES = 65
OPEN, LEFT, FAILED, SUCCEEDED = 1, 2, 3, 4

_NEVER = np.iinfo(np.int64).max
_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@nb.njit(boolean(uint64, int64), cache=True, nogil=True)
def _has(mask, stage):  # type: ignore[no-untyped-def]
    return (mask >> np.uint64(stage)) & _ONE == _ONE


@nb.njit(int64(uint64), cache=True, nogil=True)
def _lowest(mask):  # type: ignore[no-untyped-def]
    return np.int64(lowest(mask))


@nb.njit(int64(uint64), cache=True, nogil=True)
def _highest(mask):  # type: ignore[no-untyped-def]
    return 63 - np.int64(zeros_above(mask))


@nb.njit(int64(uint64, int64), cache=True, nogil=True)
def _choose(mask, current):  # type: ignore[no-untyped-def]
    """Stay if possible, else the nearest later stage, else the nearest earlier one. ``mask`` is not 0."""
    if current < 0:
        return _lowest(mask)
    if _has(mask, current):
        return current
    later = _ZERO
    if current < 63:
        later = mask >> np.uint64(current + 1)
    if later != _ZERO:
        return current + 1 + _lowest(later)
    return _highest(mask)


@nb.njit(int64(uint64[::1], int64, uint64), cache=True, nogil=True)
def _collect(masks, count, mask):  # type: ignore[no-untyped-def]
    """Insert ``mask`` into the first ``count`` masks, ordered by (lowest stage, mask), once; the new count."""
    low = _lowest(mask)
    at = 0
    end = count
    while at < end:
        middle = (at + end) // 2
        other = _lowest(masks[middle])
        if other < low or (other == low and masks[middle] < mask):
            at = middle + 1
        else:
            end = middle
    if at < count and masks[at] == mask:
        return count
    for i in range(count, at, -1):
        masks[i] = masks[i - 1]
    masks[at] = mask
    return count + 1


@nb.njit(int64(uint64[::1], int64[::1], int64, uint64), cache=True, nogil=True)
def _stage_of(masks, stages, count, mask):  # type: ignore[no-untyped-def]
    for i in range(count):
        if masks[i] == mask:
            return stages[i]
    return -1


@nb.njit(int64(_in(int64), _in(int64), _in(int64), int64, uint64, int64), cache=True, nogil=True)
def _last_touchpoint(first, listed, stage_of, kind, mask, stage):  # type: ignore[no-untyped-def]
    """The last touchpoint in map order, of those of ``kind``, that lies in ``stage``; -1 for an unplaced kind."""
    found = -1
    if mask != _ZERO:
        for at in range(first[kind], first[kind + 1]):
            # Listed in map order, so the last one met is the last one on the map.
            if stage_of[listed[at]] == stage:
                found = listed[at]
    return found


@nb.njit(UniTuple(int64, 2)(_in(int64), _in(int32), _in(uint64), int64, int64, uint64[::1]), cache=True, nogil=True)
def _gather(time_us, kind, mask_of, row, end, masks):  # type: ignore[no-untyped-def]
    """Collect the distinct masks of the instant that begins at ``row``: its end and how many there are."""
    after = row
    count = 0
    while after < end and time_us[after] == time_us[row]:
        mask = mask_of[kind[after]]
        if mask != _ZERO:
            count = _collect(masks, count, mask)
        after += 1
    return after, count


@nb.njit(
    Tuple((uint64, uint64, uint64, int64))(
        int64, int64, int64, uint64, uint64, uint64, int64[::1], int64[::1], int8[::1], int64[::1], int64
    ),
    cache=True,
    nogil=True,
)
def _move(  # type: ignore[no-untyped-def]
    current, stage, now, been, again, gone, since, returns, stay_stage, stay_us, stays
):
    """Go from ``current`` to another ``stage``: a first stay ends, the other stage is entered or come back to."""
    if current >= 0 and not _has(gone, current):
        gone |= _ONE << np.uint64(current)
        stay_stage[stays] = current
        stay_us[stays] = now - since[current + 1]
        stays += 1
    if _has(been, stage):
        again |= _ONE << np.uint64(stage)
        returns[stage + 1] += 1
    else:
        been |= _ONE << np.uint64(stage)
        since[stage + 1] = now
    return been, again, gone, stays


@nb.njit(
    Tuple((int64, uint64, uint64, uint64, int64))(
        uint64[::1], int64[::1], int64, int64, int64, uint64, uint64, uint64,
        int64[::1], int64[::1], int8[::1], int64[::1], int64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def _place_together(  # type: ignore[no-untyped-def]
    masks, stages, count, current, now, been, again, gone, since, returns, stay_stage, stay_us, stays
):
    """Place the distinct masks of one instant, in order; ``stages`` becomes the stage of each."""
    begun = current
    for i in range(count):
        # Rows that can stay in the stage in which the instant began stay there, whatever the others do.
        if begun >= 0 and _has(masks[i], begun):
            stages[i] = begun
            continue
        stage = _choose(masks[i], current)
        stages[i] = stage
        if stage != current:
            been, again, gone, stays = _move(
                current, stage, now, been, again, gone, since, returns, stay_stage, stay_us, stays
            )
            current = stage
    return current, been, again, gone, stays


@nb.njit(int8(int64, int64, boolean), cache=True, nogil=True)
def ending(success, failure, timed_out):  # type: ignore[no-untyped-def]
    """The state of a trip from the times of its first success and first failure."""
    if success != _NEVER and success <= failure:
        return SUCCEEDED
    if failure != _NEVER:
        return FAILED
    return LEFT if timed_out else OPEN


@nb.njit(
    int64(
        _in(int32), _in(uint64), _in(int64), _in(int64), _in(int64),
        int64, int64, uint64[::1], int64[::1], int64, int64, int64, _in(int64), int64[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def _settle_instant(  # type: ignore[no-untyped-def]
    kind, mask_of, first, listed, stage_of, row, after, masks, stages, count, latest, answer, answers, out
):
    """Say where the answers of one instant belong, once all its rows are placed; the touchpoint placed last."""
    if count:
        latest = -1
        for i in range(row, after):
            mask = mask_of[kind[i]]
            stage = _stage_of(masks, stages, count, mask)
            latest = max(latest, _last_touchpoint(first, listed, stage_of, kind[i], mask, stage))
    while answer < len(answers) and answers[answer] < after:
        here = kind[answers[answer]]
        mask = mask_of[here]
        own = _last_touchpoint(first, listed, stage_of, here, mask, _stage_of(masks, stages, count, mask))
        out[answer] = own if own >= 0 else latest
        answer += 1
    return latest


@nb.njit(
    Tuple((Array(int32, 1, "C"), Array(int8, 1, "C"), Array(int64, 1, "C")))(
        _in(int64),  # the trips to place, ascending
        _in(int64),  # per trip: its first row
        _in(int64),  # per trip: the row after its last
        _in(boolean),  # per trip: whether another one of its lane follows
        _in(int64),  # time_us
        _in(int32),  # kind of each event
        _in(uint64),  # per kind: bit mask of its stages
        _in(uint8),  # per kind: STARTS | SUCCEEDS | FAILS | UNPLANNED
        _in(uint64),  # per kind: bit mask of its touchpoints, in as many words as they need
        int64,  # how many words
        _in(int64),  # per kind: where its touchpoints begin in the next
        _in(int64),  # touchpoints, kind after kind
        _in(int64),  # per touchpoint: its stage
        int64,  # data's end
        int64,  # timeout
        _in(int64),  # rows that carry an answer, ascending
        int8[::1],  # out per trip: state
        int8[::1],  # out per trip: furthest stage, -1 for none
        uint64[::1],  # out per trip: stages entered
        uint64[::1],  # out per trip: stages come back to
        uint64[::1],  # out per trip: stages left for another one
        uint64[::1],  # out per trip: stages that saw a stray
        uint64[::1],  # out per trip: touchpoints touched, in as many words as they need
        int32[::1],  # out per trip: stray events
        int64[::1],  # out per trip: when it succeeded or failed, else its last event
        int64[::1],  # out per place: times it was come back to
        int64[::1],  # out per place: stray events
        int64[::1],  # out per answering row: touchpoint, NOWHERE or OUTSIDE
    ),
    cache=True,
    nogil=True,
)
def place_trips(  # type: ignore[no-untyped-def]
    chosen,
    firsts,
    ends,
    followed,
    time_us,
    kind,
    mask_of,
    flags,
    points_of,
    words,
    first,
    listed,
    stage_of,
    data_end,
    timeout,
    answers,
    state,
    furthest,
    entered,
    returned,
    moved_on,
    stray,
    touched,
    strays,
    over_us,
    returns,
    stray_events,
    answer_touchpoint,
):
    """Place the chosen trips, instant by instant; return trip, stage and microseconds of first stays that ended."""
    most = len(chosen) * (len(returns) - 1)
    stay_trip = np.empty(most, np.int32)
    stay_stage = np.empty(most, np.int8)
    stay_us = np.empty(most, np.int64)
    stays = 0
    since = np.zeros(PLACES, np.int64)
    masks = np.empty(len(mask_of) + 1, np.uint64)
    stages = np.empty(len(mask_of) + 1, np.int64)
    answer = 0
    for trip in chosen:
        row, end = firsts[trip], ends[trip]
        while answer < len(answers) and answers[answer] < row:
            answer += 1
        listening = answer < len(answers) and answers[answer] < end
        begun = stays
        touched[trip * words : (trip + 1) * words] = _ZERO
        strays[trip] = 0
        current = -1
        latest = -1
        success = _NEVER
        failure = _NEVER
        been = _ZERO
        again = _ZERO
        gone = _ZERO
        astray = _ZERO
        while row < end:
            now = time_us[row]
            after, count = _gather(time_us, kind, mask_of, row, end, masks)
            current, been, again, gone, stays = _place_together(
                masks, stages, count, current, now, been, again, gone, since, returns, stay_stage, stay_us, stays
            )
            for i in range(row, after):
                which = kind[i]
                for word in range(words):
                    touched[trip * words + word] |= points_of[which * words + word]
                said = flags[which]
                if said & SUCCEEDS and success == _NEVER:
                    success = now
                if said & FAILS and failure == _NEVER:
                    failure = now
                if said & UNPLANNED:
                    strays[trip] += 1
                    stray_events[current + 1] += 1
                    if current >= 0:
                        astray |= _ONE << np.uint64(current)
            if listening:
                latest = _settle_instant(
                    kind, mask_of, first, listed, stage_of, row, after, masks, stages, count, latest,
                    answer, answers, answer_touchpoint,
                )  # fmt: skip
                while answer < len(answers) and answers[answer] < after:
                    answer += 1
            row = after
        stay_trip[begun:stays] = trip
        entered[trip] = been
        returned[trip] = again
        moved_on[trip] = gone
        stray[trip] = astray
        furthest[trip] = _highest(been)
        over_us[trip] = min(success, failure, time_us[end - 1])
        state[trip] = ending(success, failure, followed[trip] or data_end - time_us[end - 1] > timeout)
    return stay_trip[:stays].copy(), stay_stage[:stays].copy(), stay_us[:stays].copy()
