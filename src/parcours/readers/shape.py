"""Turns a raw piece of a file into a typed batch, and says which rows cannot become events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parcours.language.errors import shorten
from parcours.language.translation import _
from parcours.readers.arrays import known, shown, text_array, to_arrow, to_numpy
from parcours.readers.batch import BadRow, Batch
from parcours.readers.kinds import EXACT, convert, decoded, guess_kind, read_numbers
from parcours.readers.plan import Plan, Property, kind_of, mixed_days
from parcours.readers.raw import Raw
from parcours.readers.returned import texts
from parcours.readers.times import NO_TIME, MixedDayOrderError, read_times, string_buffers
from parcours.readers.words import right_form

Bools = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]
_SPACE_BYTES = np.frombuffer(b"\xc2\xe1\xe2\xe3", np.uint8)
"""First bytes of the white space beyond ASCII in UTF-8."""
EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


@dataclass(frozen=True)
class Shaped:
    """A batch (None where no row was good), its bad rows in file order, and what was counted on the way."""

    batch: Batch | None
    bad: tuple[BadRow, ...]
    blank: int
    gap: int
    fold: int


def latest_time_us() -> int:
    """Return the latest time that an event may have: a day from now."""
    return int((datetime.now(UTC) + timedelta(days=1)).timestamp()) * 1_000_000


class Refusals:
    """Collects the bad rows of one piece; the first reason of a row is the one reported."""

    def __init__(self, plan: Plan, raw: Raw, *, whole: bool) -> None:
        self.plan = plan
        self.raw = raw
        self._whole = whole
        self.refused: Bools = np.zeros(len(raw.line), bool)
        self.rows: list[BadRow] = []

    def refuse(self, rows: Bools, column: str | None, reason: str, expected: str | None = None) -> None:
        """Refuse ``rows``, unless they were refused before; ``expected`` is for a reason that does not say it alone."""
        fresh = np.flatnonzero(rows & ~self.refused)
        if not len(fresh):
            return
        self.refused[fresh] = True
        right = expected or right_form(reason) or ""
        place = to_arrow(fresh)
        values = [""] * len(fresh) if column is None else shown(self.raw.columns[column].take(place))
        lines = self.raw.line[fresh].tolist()
        for line, value, row in zip(lines, values, self._rows(place), strict=True):
            self.rows.append(BadRow(self.plan.file, line, column, shorten(value, 200), reason, right, row))

    def _rows(self, place: pa.Array) -> list[dict[str, str]] | list[None]:
        if not self._whole:
            return [None] * len(place)
        names = tuple(self.raw.columns)
        columns = [texts(values.take(place)) for values in self.raw.columns.values()]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def shape(plan: Plan, raw: Raw, latest_us: int, *, whole: bool = False) -> Shaped:
    """Shape one piece. Raises ``InputError`` where its dates contradict the order of day and month seen before.

    ``whole``: bad rows carry all their values.
    """
    count = len(raw.line)
    if not count:
        return Shaped(None, raw.bad, raw.blank, 0, 0)
    if not plan.texts_only:
        raw = replace(raw, columns={name: _encoded(name, values, plan) for name, values in raw.columns.items()})
    lacking = {name: pa.nulls(count, pa.string()) for name in plan.needed - raw.columns.keys()}
    if lacking:
        raw = replace(raw, columns={**raw.columns, **lacking})
    refusals = Refusals(plan, raw, whole=whole)
    person = _as_text(raw.columns[plan.person])
    empty = _empty_rows(raw, person) if plan.texts_only else np.zeros(count, bool)
    refusals.refused |= empty
    refusals.refuse(_missing(person), plan.person, "person_missing")
    try:
        times = read_times(raw.columns[plan.time], plan.rules)
    except MixedDayOrderError:
        raise mixed_days(plan.file, plan.time) from None
    _refuse_times(refusals, times.time_us, latest_us)
    if plan.event is not None:
        name = _as_text(raw.columns[plan.event])
        refusals.refuse(_missing(name), plan.event, "event_missing")
    else:
        name = pa.DictionaryArray.from_arrays(to_arrow(np.zeros(count, np.int32)), text_array([plan.event_name]))
    properties = {item.name: _property(item, raw, refusals) for item in (*plan.properties, *plan.unforeseen(raw))}
    keep = ~refusals.refused
    bad = tuple(sorted((*raw.bad, *refusals.rows), key=lambda row: row.line))
    blank = raw.blank + int(empty.sum())
    gap, fold = (0 if part is None else int((part & keep).sum()) for part in (times.gap, times.fold))
    batch = _batch(person, times.time_us, name, raw.line, properties, keep)
    return Shaped(batch, bad, blank, gap, fold)


def _encoded(name: str, values: pa.Array, plan: Plan) -> pa.Array:
    """Give texts that come back often as a dictionary, as the CSV reader does by itself."""
    return values.dictionary_encode() if name in plan.repeated and pa.types.is_string(values.type) else values


def _batch(
    person: pa.Array, time_us: Int64s, name: pa.Array, line: Int64s, properties: dict[str, pa.Array], keep: Bools
) -> Batch | None:
    if keep.all():
        return Batch(len(line), person, time_us, name, line, properties)
    if not keep.any():
        return None
    mask = to_arrow(keep)
    kept = {key: values.filter(mask) for key, values in properties.items()}
    return Batch(int(keep.sum()), person.filter(mask), time_us[keep], name.filter(mask), line[keep], kept)


def _refuse_times(refusals: Refusals, time_us: Int64s, latest_us: int) -> None:
    column = refusals.plan.time
    unread = time_us == NO_TIME
    if unread.any():
        missing = _missing(refusals.raw.columns[column])
        refusals.refuse(unread & missing, column, "time_missing")
        refusals.refuse(unread, column, "time_unreadable", _time_form(refusals.plan))
    refusals.refuse((time_us < EARLIEST) | (time_us > latest_us), column, "time_out_of_range")


def _time_form(plan: Plan) -> str | None:
    own = plan.rules.time_format
    return None if own is None else _("a time of the form {form}").format(form=own)


def _as_text(values: pa.Array) -> pa.Array:
    """Bring persons and names to text; whole floats lose their “.0”, because pandas puts it there."""
    form = values.type
    if pa.types.is_dictionary(form):
        words = _as_text(values.dictionary)
        return pa.DictionaryArray.from_arrays(values.indices, words)
    if pa.types.is_string(form):
        return values
    if pa.types.is_floating(form):
        return float_texts(values)
    return values.cast(pa.string())


def float_texts(values: pa.Array) -> pa.Array:
    """Write floats as short as possible: 12.0 becomes 12, NaN nothing."""
    plain = to_numpy(values.cast(pa.float64()), np.nan)
    texts = to_arrow(plain, np.isnan(plain)).cast(pa.string())
    return pc.replace_substring_regex(texts, r"^(-?\d+)\.0$", r"\1")


def _missing(values: pa.Array) -> Bools:
    """Mark null, empty, blank and not-a-number values."""
    if pa.types.is_dictionary(values.type):
        words = np.append(_missing(values.dictionary), True)
        spread: Bools = words[to_numpy(values.indices, len(words) - 1)]
        return spread
    missing = ~known(values)
    if pa.types.is_string(values.type):
        missing |= _blank(values)
    elif pa.types.is_floating(values.type):
        missing |= np.isnan(to_numpy(values, np.nan))
    return missing


def _blank(texts: pa.Array) -> Bools:
    """Mark texts without anything but white space."""
    data, starts, lengths = string_buffers(texts)
    blank: Bools = lengths == 0
    some = np.flatnonzero(~blank)
    first = data[starts[some]]
    doubtful = some[(first <= 32) | np.isin(first, _SPACE_BYTES)]  # few texts begin so: a closer look costs time
    if len(doubtful):
        blank[doubtful] = to_numpy(pc.utf8_is_space(texts.take(to_arrow(doubtful))))
    return blank


def _empty_rows(raw: Raw, person: pa.Array) -> Bools:
    """Mark rows without a single value (``;;;;``), which spreadsheets write below a table: they count as blank."""
    empty = _missing(person)
    if empty.any():
        for values in raw.columns.values():
            empty = empty & _missing(values)
    return empty


def _property(item: Property, raw: Raw, refusals: Refusals) -> pa.Array:
    plan = refusals.plan
    values = raw.columns[item.source]
    if item.number_only:
        return _number_only(item, values, refusals)
    if not plan.texts_only or not _is_text(values.type):
        return _typed(values, item.kind, plan)
    if item.kind == "text":
        return values
    kind = item.kind or guess_kind(values, decimal_comma=plan.decimal_comma)
    if kind is None:
        return values
    read = convert(values, kind, decimal_comma=plan.decimal_comma, rules=plan.rules)
    return values if read is None else read


def _is_text(form: pa.DataType) -> bool:
    return bool(pa.types.is_string(form.value_type if pa.types.is_dictionary(form) else form))


def _number_only(item: Property, values: pa.Array, refusals: Refusals) -> pa.Array:
    if _is_text(values.type):
        numbers, misfit = read_numbers(decoded(values), decimal_comma=refusals.plan.decimal_comma, codes_too=True)
    elif kind_of(values.type) == "number":
        numbers, misfit = values.cast(pa.float64(), safe=False), None
        infinite = np.isinf(to_numpy(numbers, np.nan))
        misfit = infinite if infinite.any() else None
    else:
        numbers = pa.nulls(len(values), pa.float64())
        misfit = known(values)
    if misfit is not None:
        refusals.refuse(misfit, item.source, "number_unreadable")
    scale = item.scale
    if scale is not None:
        found = to_numpy(numbers, np.nan)
        outside = (found < scale.lowest) | (found > scale.highest)
        within = _("a number from {lowest} to {highest}").format(
            lowest=f"{scale.lowest:g}", highest=f"{scale.highest:g}"
        )
        refusals.refuse(outside, item.source, "score_out_of_range", within)
    return numbers


def _typed(values: pa.Array, kind: str | None, plan: Plan) -> pa.Array:
    """Bring a column of a typed format to one of the four kinds of a batch."""
    form = values.type
    if kind == "text" or _is_text(form):
        return _as_text(values)
    found = kind_of(form)
    if found is None or found == "boolean":
        return values.cast(pa.bool_() if found else pa.string())
    if found == "time":
        read = read_times(values, plan.rules).time_us
        return to_arrow(read, read == NO_TIME).cast(pa.timestamp("us", "UTC"))
    if found == "number":
        numbers = values.cast(pa.float64(), safe=False)
        plain = to_numpy(numbers, np.nan)
        if not pa.types.is_floating(form) and (np.abs(plain) >= EXACT).any():
            return values.cast(pa.string())
        return to_arrow(plain, np.isnan(plain))
    return _as_text(values)
