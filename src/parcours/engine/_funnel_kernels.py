"""How far each person came through an ordered funnel: arrays in, arrays out, serial over one table.

Both kernels are greedy and exact. ``best[k]`` is the latest anchor (instant of step 1) of a chain that fills the
steps up to k; a later anchor always dominates an earlier one, because the window is counted from it. Rows at one
instant (with a grace: step rows chained by gaps of at most the grace) are one group without any order.
"""

from typing import Any

import numpy as np
from numba import boolean, int8, int32, int64, njit, uint64
from numba.types import Array, Tuple

NEVER = -(1 << 62)
"""Before any anchor. Times lie within ±2^60 and windows are at most 2^61, so that time - NEVER exceeds each window."""

_I64 = Array(int64, 1, "C", readonly=True)
_I32 = Array(int32, 1, "C", readonly=True)
_I8 = Array(int8, 1, "C", readonly=True)
_U64 = Array(uint64, 1, "C", readonly=True)
_ANSWER = Tuple((int8[::1], int64[::1], int64[:, ::1], int64[::1], int64[::1]))


@njit(  # type: ignore[untyped-decorator]
    _ANSWER(_I64, _I64, _I32, _I8, int64, int64, int64, boolean, int64), cache=True, nogil=True
)
def levels_disjoint(
    offsets: Any,
    time: Any,
    name: Any,
    slot_of: Any,
    steps: int,
    window: int,
    grace: int,
    first_only: bool,
    picked: int,
) -> Any:
    """Answer for steps of which no two share an event name.

    ``slot_of`` gives for each name code its step counted from 1, or steps + 1 where it is no step. Inside a group
    the steps in ascending order are exact, because no row could fill two of them.

    Returns the steps that each person reached (0 where even step 1 never came); how many persons reached each step;
    for each step k the times from the anchor to it, ``spans[k, :reached[k]]``, in the order of persons; and, where
    ``picked`` is a step (from 0; else -1), the events ``low:high`` among which each person reached it first.
    """
    people = len(offsets) - 1
    levels = np.zeros(people, np.int8)
    reached = np.zeros(steps, np.int64)
    spans = np.empty((steps, people), np.int64)
    low = np.zeros(people if picked >= 0 else 0, np.int64)
    high = np.zeros(people if picked >= 0 else 0, np.int64)
    best = np.empty(steps + 2, np.int64)  # by slot; 0 is the anchor on offer now, steps + 1 is never read
    for person in range(people):
        start = offsets[person]
        end = offsets[person + 1]
        at = start
        while at < end and slot_of[name[at]] != 1:
            at += 1
        if at == end:
            continue
        last = time[at]
        back = at - 1
        while back >= start and last - time[back] <= grace:  # step 1 may stand late in its own group
            if slot_of[name[back]] <= steps:
                at = back
                last = time[back]
            back -= 1
        for slot in range(steps + 2):
            best[slot] = NEVER
        level = 0
        while at < end:
            slot = slot_of[name[at]]
            now = time[at]
            if first_only and level > 0:
                if now - best[1] > window:
                    break
                best[0] = NEVER
            else:
                best[0] = now
            after = at + 1
            if after < end and time[after] - now <= grace:
                if slot > steps:
                    at += 1
                    continue
                seen = uint64(1) << uint64(slot - 1)
                last = now
                while after < end and time[after] - last <= grace:
                    other = slot_of[name[after]]
                    if other <= steps:
                        seen |= uint64(1) << uint64(other - 1)
                        last = time[after]
                    after += 1
                for each in range(1, steps + 1):
                    if (seen >> uint64(each - 1)) & uint64(1):
                        anchor = best[each - 1]
                        if now - anchor <= window:
                            best[each] = anchor
                while level < steps and best[level + 1] > NEVER:
                    if level == picked:
                        low[person] = at
                        high[person] = after
                    spans[level, reached[level]] = now - best[level + 1]
                    reached[level] += 1
                    level += 1
            else:
                anchor = best[slot - 1]
                fits = now - anchor <= window
                best[slot] = anchor if fits else best[slot]
                if slot == level + 1 and fits:
                    if level == picked:
                        low[person] = at
                        high[person] = after
                    spans[level, reached[level]] = now - anchor
                    reached[level] += 1
                    level += 1
            if level == steps:
                break
            at = after
        levels[person] = level
    return levels, reached, spans, low, high


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _augment(step: int, rows: Any, count: int, owner: Any, seen: Any, stack: Any, following: Any, via: Any) -> bool:
    """Give ``step`` a row of the group, moving other steps to other rows if needed (Kuhn 1955, iterative).

    ``owner[r]`` is the step that row r fills, or -1. The stack holds distinct steps, so it never exceeds their
    number.
    """
    for row in range(count):
        seen[row] = False
    depth = 0
    stack[0] = step
    following[0] = 0
    while depth >= 0:
        wanted = uint64(stack[depth])
        row = following[depth]
        while row < count and (seen[row] or not (rows[row] >> wanted) & uint64(1)):
            row += 1
        if row == count:
            depth -= 1
            continue
        seen[row] = True
        following[depth] = row + 1
        via[depth] = row
        if owner[row] < 0:
            for each in range(depth, -1, -1):
                owner[via[each]] = stack[each]
            return True
        depth += 1
        stack[depth] = owner[row]
        following[depth] = 0
    return False


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _fill_group(
    now: int,
    rows: Any,
    count: int,
    steps: int,
    window: int,
    best: Any,
    fresh: Any,
    closed: bool,
    owner: Any,
    seen: Any,
    stack: Any,
    following: Any,
    via: Any,
) -> None:
    """Extend ``best`` by one group whose kept rows have the masks ``rows[:count]``.

    For each step j, the longest run of steps i..j that the rows can fill one each extends ``best[i - 1]``, which
    is the latest anchor that any run can extend (``best`` never grows with the step). The run slides: what i..j
    cannot do, i..j+1 cannot either. ``closed``: step 1 is taken already and may not be filled again.
    """
    for row in range(count):
        owner[row] = -1
    first = 1 if closed else 0
    for step in range(steps):
        fresh[step] = best[step]
        while first <= step and not _augment(step, rows, count, owner, seen, stack, following, via):
            for row in range(count):
                if owner[row] == first:
                    owner[row] = -1
            first += 1
        if first <= step:
            anchor = now if first == 0 else best[first - 1]
            if now - anchor <= window and anchor > fresh[step]:
                fresh[step] = anchor
    for step in range(steps):
        best[step] = fresh[step]


@njit(  # type: ignore[untyped-decorator]
    _ANSWER(_I64, _I64, _I32, _U64, _U64, boolean, int64, int64, int64, boolean, int64), cache=True, nogil=True
)
def levels_general(
    offsets: Any,
    time: Any,
    name: Any,
    mask_of: Any,
    masks: Any,
    by_event: bool,
    steps: int,
    window: int,
    grace: int,
    first_only: bool,
    picked: int,
) -> Any:
    """Answer for any steps, repeated or overlapping; returns what ``levels_disjoint`` does.

    Bit k of an event's mask says that it fits step k: ``masks[event]`` if ``by_event``, else ``mask_of[name]``. One
    row fills one step. A group keeps a row only while it fits a step that fewer than ``steps`` kept rows fit: a
    matching uses at most ``steps`` rows, so each step that a dropped row could fill has another row free. So at
    most steps² rows are kept however large the group, which is the size of the buffers.
    """
    people = len(offsets) - 1
    levels = np.zeros(people, np.int8)
    reached = np.zeros(steps, np.int64)
    spans = np.empty((steps, people), np.int64)
    low = np.zeros(people if picked >= 0 else 0, np.int64)
    high = np.zeros(people if picked >= 0 else 0, np.int64)
    best = np.empty(steps, np.int64)
    fresh = np.empty(steps, np.int64)
    rows = np.empty(steps * steps, np.uint64)
    owner = np.empty(steps * steps, np.int64)
    seen = np.empty(steps * steps, np.bool_)
    stack = np.empty(steps + 1, np.int64)
    following = np.empty(steps + 1, np.int64)
    via = np.empty(steps + 1, np.int64)
    fitting = np.empty(steps, np.int64)
    for person in range(people):
        start = offsets[person]
        end = offsets[person + 1]
        at = start
        while at < end and not (masks[at] if by_event else mask_of[name[at]]) & uint64(1):
            at += 1
        if at == end:
            continue
        last = time[at]
        back = at - 1
        while back >= start and last - time[back] <= grace:
            if (masks[back] if by_event else mask_of[name[back]]) != uint64(0):
                at = back
                last = time[back]
            back -= 1
        for step in range(steps):
            best[step] = NEVER
        level = 0
        while at < end:
            mask = masks[at] if by_event else mask_of[name[at]]
            after = at + 1
            if mask == uint64(0):
                at = after
                continue
            now = time[at]
            closed = first_only and level > 0
            if closed and now - best[0] > window:
                break
            count = 1
            if after < end and time[after] - now <= grace:
                for step in range(steps):
                    fitting[step] = 0
                count = 0
                last = now
                after = at
                while after < end and time[after] - last <= grace:
                    mask = masks[after] if by_event else mask_of[name[after]]
                    if mask != uint64(0):
                        last = time[after]
                        needed = False
                        for step in range(steps):
                            if (mask >> uint64(step)) & uint64(1) and fitting[step] < steps:
                                needed = True
                        if needed:
                            for step in range(steps):
                                if (mask >> uint64(step)) & uint64(1):
                                    fitting[step] += 1
                            rows[count] = mask
                            count += 1
                    after += 1
                mask = rows[0]
            if count > 1:
                _fill_group(now, rows, count, steps, window, best, fresh, closed, owner, seen, stack, following, via)
            else:
                for step in range(min(steps - 1, level), 0, -1):  # highest first: one row fills one step
                    if (mask >> uint64(step)) & uint64(1):
                        anchor = best[step - 1]
                        if now - anchor <= window:
                            best[step] = anchor
                if mask & uint64(1) and not closed:
                    best[0] = now
            while level < steps and best[level] > NEVER:
                if level == picked:
                    low[person] = at
                    high[person] = after
                spans[level, reached[level]] = now - best[level]
                reached[level] += 1
                level += 1
            if level == steps:
                break
            at = after
        levels[person] = level
    return levels, reached, spans, low, high
