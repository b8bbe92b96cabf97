"""Times in any usual writing become int64 microseconds UTC.

A whole column is read by *layouts*: its texts with every digit replaced by 0. Texts of one layout share the
places of year, month and so on, so one pass over a byte matrix reads them all. What is left over (month names,
stray blanks, RFC 2822) is rewritten once per distinct text into a numeric layout and read the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parcours.readers.arrays import known, text_array, to_arrow, to_numpy
from parcours.readers.clock import Wall, walls_to_utc
from parcours.readers.rewriting import rewrite_time

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

NO_TIME = np.iinfo(np.int64).min
MICROS = 1_000_000
LAYOUTS_AT_ONCE = 24
"""More layouts than this in one column are read text by text; ordinary columns have one to four."""


class MixedDayOrderError(ValueError):
    """Some dates of a column can only be day first, others only month first."""


@dataclass(frozen=True, slots=True)
class TimeRules:
    """How to read times: ``zone`` for those without one; ``day_first`` None means day first until disproved.

    Where the caller ``decided`` the order, a date that contradicts it is one unreadable time; otherwise the whole
    column is in doubt.
    """

    zone: str = "UTC"
    time_format: str | None = None
    day_first: bool | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """``time_us`` is ``NO_TIME`` where a text is missing or cannot be read.

    ``gap`` and ``fold`` mark wall times that a clock change skipped or repeated (None: there are none).
    """

    time_us: Int64s
    gap: Bools | None = None
    fold: Bools | None = None


def read_times(values: pa.Array, rules: TimeRules) -> Times:
    """Read a column of texts, numbers (epoch in s, ms, µs or ns, told apart by size) or Arrow times.

    Times without an offset are wall times in ``rules.zone``: one that a clock change skipped moves forward by the
    length of the gap, one that happened twice is the first (``datetime`` with ``fold=0``). Fractions beyond the
    microsecond are cut. Raises ``MixedDayOrderError`` where 31/12 and 12/31 both occur and ``day_first`` is None, or
    where a text contradicts the given order.
    """
    if pa.types.is_dictionary(values.type):
        return _take(read_times(values.dictionary, rules), values.indices)
    if pa.types.is_timestamp(values.type):
        return _from_timestamps(values, rules)
    if pa.types.is_date(values.type):
        return _from_timestamps(values.cast(pa.timestamp("us")), rules)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return Times(_epoch(values))
    if pa.types.is_null(values.type):
        return Times(np.full(len(values), NO_TIME, np.int64))
    texts = values if pa.types.is_string(values.type) else values.cast(pa.string())
    if rules.time_format is not None:
        return _by_distinct(texts, lambda distinct: _formatted(distinct, rules))
    return _clean_iso(texts, rules) or _by_layout(texts, rules)


def without_zone(values: pa.Array, rules: TimeRules) -> bool:
    """Return whether some times of a column carry no zone, so that ``rules.zone`` decides what they mean."""
    here, there = (read_times(values, replace(rules, zone=zone)).time_us for zone in ("UTC", "Etc/GMT-14"))
    return bool((here != there).any())


def day_order(values: pa.Array) -> bool | None:
    """Return True where some text can only be day first, False where only month first, None without evidence.

    Raises ``MixedDayOrderError`` where there is evidence for both.
    """
    if not (pa.types.is_string(values.type) or pa.types.is_dictionary(values.type)):
        return None
    texts = values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values
    slashed = texts.filter(pc.match_substring_regex(texts, r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]"))
    if not len(slashed):
        return None
    found = pc.extract_regex(slashed, r"^\s*(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.]")
    first, second = (to_numpy(pc.struct_field(found, name).cast(pa.int32())) for name in "ab")
    day, month = bool(((first > 12) & (second <= 12)).any()), bool(((second > 12) & (first <= 12)).any())
    if day and month:
        raise MixedDayOrderError
    return True if day else False if month else None


def _take(words: Times, indices: pa.Array) -> Times:
    code = to_numpy(indices, len(words.time_us))
    spread = [
        None if part is None else np.append(part, filler)[code]
        for part, filler in ((words.time_us, NO_TIME), (words.gap, False), (words.fold, False))
    ]
    return Times(*spread)  # type: ignore[arg-type]


def _from_timestamps(values: pa.Array, rules: TimeRules) -> Times:
    valid = known(values)
    # Beyond ±292,000 years a safe cast would fail for the whole column; such values are out of any range anyway.
    micros = values.cast(pa.timestamp("us", values.type.tz), safe=False).cast(pa.int64())
    return _settle(to_numpy(micros, 0), valid, valid & (values.type.tz is None), rules.zone)


def _epoch(values: pa.Array) -> Int64s:
    """Epoch seconds below 1e11 (year 5138), milliseconds below 1e14, microseconds below 1e17, else nanoseconds."""
    if pa.types.is_floating(values.type):
        floats = to_numpy(values.cast(pa.float64()), np.nan)
        good = np.isfinite(floats) & (np.abs(floats) < 9e18)
        floats = np.where(good, floats, 0.0)
        size = np.abs(floats)
        scale = np.select([size < 1e11, size < 1e14, size < 1e17], [1e6, 1e3, 1.0], 1e-3)
        return np.where(good, np.rint(floats * scale).astype(np.int64), NO_TIME)
    if pa.types.is_uint64(values.type):
        return _epoch(values.cast(pa.float64(), safe=False))
    return np.where(known(values), _scale_epoch(to_numpy(values.cast(pa.int64()), 0)), NO_TIME)


def _scale_epoch(whole: Int64s) -> Int64s:
    size = np.where(whole == NO_TIME, np.iinfo(np.int64).max, np.abs(whole))
    scaled: Int64s = np.select(
        [size < 10**11, size < 10**14, size < 10**17], [whole * MICROS, whole * 1000, whole], whole // 1000
    )
    return scaled


def _clean_iso(texts: pa.Array, rules: TimeRules) -> Times | None:
    """Let Arrow read a column that is clean ISO 8601, all with or all without offsets; None where it is not."""
    first = next((text for text in texts[:10].to_pylist() if text), "")
    form = re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?", first)
    if form is None:
        return None
    try:
        read = texts.cast(pa.timestamp("us", "UTC" if form[1] else None))
    except pa.ArrowInvalid:
        return None
    return _from_timestamps(read, rules)


def _by_layout(texts: pa.Array, rules: TimeRules) -> Times:
    wall, rest = _read_layouts(texts, rules)
    if len(rest):
        left = texts.take(to_arrow(rest))
        distinct = left.dictionary_encode()
        rewritten = text_array([rewrite_time(text) for text in distinct.dictionary.to_pylist()])
        again, _unread = _read_layouts(rewritten, rules)
        code = to_numpy(distinct.indices)
        wall.time_us[rest], wall.known[rest], wall.naive[rest] = (
            again.time_us[code],
            again.known[code],
            again.naive[code],
        )
    return _settle(wall.time_us, wall.known, wall.naive, rules.zone)


def _by_distinct(texts: pa.Array, read: object) -> Times:
    encoded = texts.dictionary_encode()
    words: Times = read(encoded.dictionary.to_pylist())  # type: ignore[operator]
    return _take(words, encoded.indices)


def _formatted(distinct: Sequence[str], rules: TimeRules) -> Times:
    count = len(distinct)
    time_us, good, naive = np.zeros(count, np.int64), np.zeros(count, bool), np.zeros(count, bool)
    for row, text in enumerate(distinct):
        try:
            moment = datetime.strptime(text.strip(), rules.time_format or "")
            naive[row] = moment.tzinfo is None
            since = (moment.replace(tzinfo=UTC) if naive[row] else moment) - datetime(1970, 1, 1, tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
        time_us[row], good[row] = (since.days * 86_400 + since.seconds) * MICROS + since.microseconds, True
    return _settle(time_us, good, naive, rules.zone)


def _settle(time_us: Int64s, good: Bools, naive: Bools, zone: str) -> Times:
    if not naive.any():
        return Times(np.where(good, time_us, NO_TIME))
    settled = walls_to_utc(time_us, zone)
    moved = np.where(naive, settled.time_us, time_us)
    return Times(
        np.where(good, moved, NO_TIME),
        None if settled.gap is None else settled.gap & naive & good,
        None if settled.fold is None else settled.fold & naive & good,
    )


def _read_layouts(texts: pa.Array, rules: TimeRules) -> tuple[Wall, npt.NDArray[np.int64]]:
    """Read every text whose layout is known; also return the rows that have another one."""
    count = len(texts)
    wall = Wall(np.zeros(count, np.int64), np.zeros(count, bool), np.zeros(count, bool))
    data, starts, lengths = string_buffers(texts)
    rest: list[Int64s] = []
    for length in np.unique(lengths[lengths > 0]).tolist():
        rows = np.flatnonzero(lengths == length)
        if not 1 <= length <= 40:
            rest.append(rows)
            continue
        matrix = data[starts[rows][:, None] + np.arange(length)]
        shapes = np.where((matrix >= 48) & (matrix <= 57), np.uint8(48), matrix)
        for _round in range(LAYOUTS_AT_ONCE):
            if not len(rows):
                break
            same = (shapes == shapes[0]).all(axis=1)
            recipe = recipe_of(shapes[0].tobytes().decode("latin-1"), rules.day_first, rules.decided)
            if recipe is None:
                rest.append(rows[same])
            else:
                read = recipe.read(matrix[same])
                wall.time_us[rows[same]], wall.known[rows[same]] = read
                wall.naive[rows[same]] = recipe.naive
            matrix, shapes, rows = matrix[~same], shapes[~same], rows[~same]
        rest.append(rows)
    return wall, np.sort(np.concatenate(rest)) if rest else np.empty(0, np.int64)


def string_buffers(texts: pa.Array) -> tuple[Bytes, Int64s, Int64s]:
    """Return the bytes of a string array, and where each text starts and how long it is (0 where missing)."""
    if len(texts) == 0:
        return np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64)
    _validity, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(ends)
    if texts.null_count:
        lengths[~known(texts)] = 0
    return np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8), ends[:-1], lengths


_OFFSET = r"(?P<offset> ?[Zz]| ?[+-]00(?::?00)?)?"
_CLOCK = r"(?P<hour>00?):(?P<minute>00)(?::(?P<second>00)(?:[.,](?P<fraction>0{1,9}))?)?"
_RECIPES = (
    re.compile(rf"(?P<year>0000)(?P<mark>[-/.])(?P<month>00?)(?P=mark)(?P<day>00?)(?:[Tt ]{_CLOCK}{_OFFSET})?"),
    re.compile(r"(?P<year>0000)(?P<month>00)(?P<day>00)(?:(?P<hour>00)(?P<minute>00)(?P<second>00))?"),
    re.compile(rf"(?P<year>0000)(?P<month>00)(?P<day>00)T(?P<hour>00)(?P<minute>00)(?P<second>00)?{_OFFSET}"),
    re.compile(rf"(?P<a>00?)(?P<mark>[-/.])(?P<b>00?)(?P=mark)(?P<year>0000|00)(?:(?:, ?|[Tt ]){_CLOCK}{_OFFSET})?"),
    re.compile(r"(?P<epoch>0{9,19})(?:\.(?P<fraction>0{1,9}))?"),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where the parts of one layout stand in its texts, and how its day and month are told apart."""

    spans: dict[str, tuple[int, int]]
    offset: str | None
    naive: bool
    day_first: bool | None = None
    decided: bool = False

    def read(self, matrix: Bytes) -> tuple[Int64s, Bools]:
        """Read one text per line of ``matrix``: microseconds, and whether they are a real time."""
        if "epoch" in self.spans:
            return self._epoch(matrix)
        year = self._number(matrix, "year")
        if self.spans["year"][1] - self.spans["year"][0] == 2:
            year = year + np.where(year < 70, 2000, 1900)
        month, day = self._day(matrix)
        hour, minute, second = (self._number(matrix, part) for part in ("hour", "minute", "second"))
        good = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour <= 23) & (minute <= 59) & (second <= 59)
        months = np.where(good, (year - 1970) * 12 + month - 1, 0)
        first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
        good &= day <= (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64) - first
        seconds = (first + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
        shift, fits = self._shift(matrix)
        return (seconds - shift) * MICROS + self._fraction(matrix), good & fits

    def _day(self, matrix: Bytes) -> tuple[Int64s, Int64s]:
        if "month" in self.spans:
            return self._number(matrix, "month"), self._number(matrix, "day")
        first, second = self._number(matrix, "a"), self._number(matrix, "b")
        only_day = (first > 12) & (first <= 31) & (second >= 1) & (second <= 12)
        only_month = (second > 12) & (second <= 31) & (first >= 1) & (first <= 12)
        day_first = True if self.day_first is None else self.day_first
        if not self.decided and (only_month if day_first else only_day).any():
            raise MixedDayOrderError
        return (second, first) if day_first else (first, second)

    def _epoch(self, matrix: Bytes) -> tuple[Int64s, Bools]:
        start, end = self.spans["epoch"]
        if end - start == 19 and (matrix[:, start] == 57).any():  # 9… of 19 digits may not fit int64
            return np.zeros(len(matrix), np.int64), np.zeros(len(matrix), bool)
        whole = self._number(matrix, "epoch")
        fraction = self._fraction(matrix)
        extra = np.where(whole < 10**11, fraction, np.where(whole < 10**14, fraction // 1000, 0))
        return _scale_epoch(whole) + extra, np.ones(len(matrix), bool)

    def _fraction(self, matrix: Bytes) -> Int64s:
        if "fraction" not in self.spans:
            return np.zeros(len(matrix), np.int64)
        start, end = self.spans["fraction"]
        end = min(end, start + 6)
        return _digits(matrix, start, end) * np.int64(10 ** (6 - (end - start)))

    def _shift(self, matrix: Bytes) -> tuple[Int64s, Bools]:
        """Seconds east of UTC. The sign is part of the layout."""
        count = len(matrix)
        if self.offset is None or self.offset.strip() in "Zz":
            return np.zeros(count, np.int64), np.ones(count, bool)
        start, end = self.spans["offset"]
        start += len(self.offset) - len(self.offset.lstrip())
        hours = _digits(matrix, start + 1, start + 3)
        minutes = _digits(matrix, end - 2, end) if end - start > 3 else np.zeros(count, np.int64)
        sign = -1 if "-" in self.offset else 1
        return sign * (hours * 3600 + minutes * 60), (hours <= 23) & (minutes <= 59)

    def _number(self, matrix: Bytes, part: str) -> Int64s:
        if part not in self.spans:
            return np.zeros(len(matrix), np.int64)
        return _digits(matrix, *self.spans[part])


def _digits(matrix: Bytes, start: int, end: int) -> Int64s:
    number = np.zeros(len(matrix), np.int64)
    for place in range(start, end):
        number = number * 10 + (matrix[:, place].astype(np.int64) - 48)
    return number


@lru_cache(maxsize=512)
def recipe_of(layout: str, day_first: bool | None = None, decided: bool = False) -> Recipe | None:
    """Return how to read texts of ``layout`` (digits written 0), or None where it is not known."""
    for pattern in _RECIPES:
        found = pattern.fullmatch(layout)
        if found is not None:
            parts = {part: found.span(part) for part, text in found.groupdict().items() if text is not None}
            offset = found.groupdict().get("offset")
            return Recipe(parts, offset, offset is None and "epoch" not in parts, day_first, decided)
    return None


def with_day_order(rules: TimeRules, values: pa.Array) -> TimeRules:
    """Return ``rules`` with the day order that ``values`` prove, unless the caller decided."""
    if rules.decided or rules.time_format is not None:
        return rules
    return replace(rules, day_first=day_order(values))
