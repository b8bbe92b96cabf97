"""Guesses what kind of values a column holds, and turns texts into them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parcours.readers.arrays import known, text_array, to_arrow, to_numpy
from parcours.readers.batch import Kind
from parcours.readers.times import NO_TIME, TimeRules, read_times, string_buffers

Bools = npt.NDArray[np.bool_]

EXACT = float(2**53)
"""Whole numbers beyond this lose digits as float64; they stay text."""
MISSING_NUMBERS = ("nan", "NaN", "NAN", "na", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "-", "-nan")
TRUE, FALSE = ("true", "vrai", "oui", "yes"), ("false", "faux", "non", "no")
KINDS: tuple[Kind, ...] = ("boolean", "number", "time")
ISO_TIME = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"


def decoded(values: pa.Array) -> pa.Array:
    """Return a text column without dictionary, as 32-bit strings."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def guess_kind(texts: pa.Array, *, decimal_comma: bool) -> Kind | None:
    """Guess the kind of a text column from its first rows; None where all are missing."""
    texts = decoded(texts)
    some = texts[:5000].drop_null()[:50]
    if not len(some):
        some = texts = texts.drop_null()
    if not len(texts):
        return None
    for kind in KINDS:
        # A few values rule out most kinds at little cost.
        if all(convert(part, kind, decimal_comma=decimal_comma) is not None for part in (some, texts)):
            return kind
    return "text"


def convert(
    texts: pa.Array, kind: Kind, *, decimal_comma: bool = False, rules: TimeRules | None = None
) -> pa.Array | None:
    """Turn a text column into ``kind``; None where a value does not fit, so that the column stays text."""
    if kind == "text":
        return texts
    if pa.types.is_dictionary(texts.type):
        words = convert(texts.dictionary, kind, decimal_comma=decimal_comma, rules=rules)
        return None if words is None else words.take(texts.indices)
    if kind == "boolean":
        return _booleans(texts)
    if kind == "number":
        numbers, misfit = read_numbers(texts, decimal_comma=decimal_comma)
        return None if misfit is not None else numbers
    return _times(texts, rules or TimeRules())


def read_numbers(texts: pa.Array, *, decimal_comma: bool, codes_too: bool = False) -> tuple[pa.Array, Bools | None]:
    """Read float64; the second value marks texts that are no number (None: all are numbers or missing).

    A text with leading zeros (``007``) or a whole number beyond 2^53 is a code, not a number, unless ``codes_too``.
    Infinity is not a number here, because it would break every sum.
    """
    try:
        numbers = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return _read_numbers_one_by_one(texts, decimal_comma, codes_too)
    misfit = _codes(texts, numbers) if not codes_too else None
    values = to_numpy(numbers, np.nan)
    infinite = np.isinf(values)
    if infinite.any():
        misfit = infinite if misfit is None else misfit | infinite
    if np.isnan(values).any():
        numbers = to_arrow(values, np.isnan(values))
    return numbers, misfit


def _read_numbers_one_by_one(texts: pa.Array, decimal_comma: bool, codes_too: bool) -> tuple[pa.Array, Bools | None]:
    words = texts.dictionary_encode()
    plain = pc.utf8_trim_whitespace(words.dictionary)
    nothing = text_array([None])[0]
    plain = pc.if_else(pc.is_in(plain, text_array(MISSING_NUMBERS)), nothing, plain)
    if decimal_comma:
        # 1 234,56 with ordinary, no-break or narrow blanks; a full stop groups thousands only beside a comma.
        french = pc.match_substring_regex(plain, r"^[+-]?\d{1,3}([ \x{a0}\x{202f}.]?\d{3})*,\d+$|^[+-]?\d+,\d+$")
        grouped = pc.match_substring_regex(plain, r"^[+-]?\d{1,3}([ \x{a0}\x{202f}]\d{3})+$")
        bare = pc.replace_substring_regex(plain, r"[ \x{a0}\x{202f}.]", "")
        plain = pc.if_else(french, pc.replace_substring(bare, ",", "."), pc.if_else(grouped, bare, plain))
    shaped = pc.match_substring_regex(plain, r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
    misfit = ~to_numpy(shaped, True)
    numbers = pc.if_else(to_arrow(~misfit), plain, nothing).cast(pa.float64())
    codes = None if codes_too else _codes(plain, numbers)
    misfit = misfit if codes is None else misfit | codes
    misfit |= np.isinf(to_numpy(numbers, np.nan))
    spread = np.append(misfit, False)[to_numpy(words.indices, len(misfit))]
    return numbers.take(words.indices), spread if spread.any() else None


def _codes(texts: pa.Array, numbers: pa.Array) -> Bools | None:
    """Mark texts that look like numbers but are codes: leading zeros, or whole and beyond 2^53."""
    data, starts, lengths = string_buffers(texts)
    codes = np.zeros(len(texts), bool)
    long = np.flatnonzero(lengths >= 2)
    if len(long):
        first = starts[long]
        signed = np.isin(data[first], np.frombuffer(b"+-", np.uint8)) & (lengths[long] >= 3)
        first = first + signed
        second = data[first + 1]
        codes[long] = (data[first] == 48) & (second >= 48) & (second <= 57)
    values = np.abs(to_numpy(numbers, np.nan))
    with np.errstate(invalid="ignore"):
        large = np.flatnonzero(values >= EXACT)
    if len(large):
        whole = pc.match_substring_regex(texts.take(to_arrow(large)), r"^\s*[+-]?\d+\s*$")
        codes[large] |= to_numpy(whole, False)
    return codes if codes.any() else None


def _booleans(texts: pa.Array) -> pa.Array | None:
    words = texts.dictionary_encode() if not pa.types.is_dictionary(texts.type) else texts
    if len(words.dictionary) > 16:
        return None
    said = [text.strip().lower() for text in words.dictionary.to_pylist()]
    if not all(text in TRUE or text in FALSE for text in said):
        return None
    return to_arrow(np.array([text in TRUE for text in said], bool)).take(words.indices)


def _times(texts: pa.Array, rules: TimeRules) -> pa.Array | None:
    """Only ISO dates are taken for times outside the time column: a day-first date in a property stays text."""
    if not pc.all(pc.match_substring_regex(texts, ISO_TIME)).as_py():
        return None
    read = read_times(texts, TimeRules(zone=rules.zone)).time_us
    missing = ~known(texts)
    if ((read == NO_TIME) & ~missing).any():
        return None
    return to_arrow(read, missing).cast(pa.timestamp("us", "UTC"))
