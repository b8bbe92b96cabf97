"""What becomes of each column of a file: its role, its name in the log and its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.arrays import shown, to_numpy
from parcours.readers.batch import Kind
from parcours.readers.columns import existing, recognise
from parcours.readers.kinds import decoded, guess_kind, read_numbers
from parcours.readers.options import NUMBER_ROLES, ROLES, TEXT_ROLES, ColumnGuess, Role, Scale, SourceOptions
from parcours.readers.raw import FormatReader, Raw
from parcours.readers.returned import is_ours
from parcours.readers.times import MixedDayOrderError, TimeRules, day_order, without_zone

RESERVED = frozenset(ROLES)


@dataclass(frozen=True, slots=True)
class Property:
    """A column that is kept: ``source`` in the file, ``name`` in the log; ``kind`` None is guessed per block.

    ``number_only`` columns (value, nps, csat, ces) refuse a row whose value is no number; ``scale`` also bounds it.
    """

    source: str
    name: str
    kind: Kind | None
    number_only: bool = False
    scale: Scale | None = None


@dataclass(frozen=True)
class Plan:
    """How every block of a file is shaped; fixed after its head was seen, so that blocks can be read in parallel."""

    file: str
    person: str
    time: str
    event: str | None
    event_name: str | None
    properties: tuple[Property, ...]
    rules: TimeRules
    decimal_comma: bool
    texts_only: bool
    repeated: frozenset[str]
    guesses: tuple[ColumnGuess, ...]
    scales: Mapping[str, Scale]
    zoneless: bool
    everything: bool = True

    def unforeseen(self, raw: Raw) -> tuple[Property, ...]:
        """Return the columns that first appear in ``raw``, long after the head of the file (JSON Lines, XES)."""
        if not self.everything:
            return ()
        new = sorted(raw.columns.keys() - self.known)
        taken = {item.name for item in self.properties}
        found = []
        for column in new:
            name = free_name(column, taken)
            taken.add(name)
            found.append(Property(column, name, None))
        return tuple(found)

    @cached_property
    def known(self) -> frozenset[str]:
        """The columns that the head of the file showed."""
        return frozenset(guess.name for guess in self.guesses)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The columns that have to be read."""
        named = {self.person, self.time} | {item.source for item in self.properties}
        return frozenset(named if self.event is None else named | {self.event})


def make_plan(reader: FormatReader, options: SourceOptions) -> Plan:
    """Look at the head of the file and decide everything that holds for all of it."""
    head = reader.head()
    roles = recognise(head.columns, options, reader.fixed_roles, decimal_comma=reader.decimal_comma).columns
    kinds = {
        name: _kind(values, texts_only=reader.texts_only, decimal_comma=reader.decimal_comma)
        for name, values in head.columns.items()
        if name not in (roles["person"], roles["time"], roles.get("event"))
    }
    scales = _scales(head, roles, options, reader.decimal_comma)
    rules = _time_rules(head.columns[roles["time"]], options)
    return Plan(
        file=reader.file,
        person=roles["person"],
        time=roles["time"],
        event=roles.get("event"),
        event_name=options.event_name,
        properties=_properties(head, roles, kinds, scales, options),
        rules=rules,
        decimal_comma=reader.decimal_comma,
        texts_only=reader.texts_only,
        repeated=_repeated(head, roles),
        guesses=_guesses(head, roles, kinds),
        scales=scales,
        zoneless=_zoneless(head.columns[roles["time"]], rules),
        everything=options.properties is None,
    )


def _kind(values: pa.Array, *, texts_only: bool, decimal_comma: bool) -> Kind | None:
    if texts_only:
        return guess_kind(values, decimal_comma=decimal_comma)
    return kind_of(values.type)


def kind_of(form: pa.DataType) -> Kind | None:
    """Return the kind of an Arrow type that comes from a typed format (None: only missing values so far)."""
    if pa.types.is_null(form):
        return None
    if pa.types.is_boolean(form):
        return "boolean"
    if pa.types.is_integer(form) or pa.types.is_floating(form) or pa.types.is_decimal(form):
        return "number"
    if pa.types.is_timestamp(form) or pa.types.is_date(form):
        return "time"
    return "text"


def _time_rules(values: pa.Array, options: SourceOptions) -> TimeRules:
    decided = options.day_first is not None
    day_first = options.day_first
    if not decided and options.time_format is None:
        try:
            day_first = day_order(values)
        except MixedDayOrderError:
            raise mixed_days(options.name, None) from None
    return TimeRules(options.zone, options.time_format, day_first, decided)


def _zoneless(values: pa.Array, rules: TimeRules) -> bool:
    try:
        return without_zone(values[:1000].drop_null(), rules)
    except (MixedDayOrderError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False  # such a column is refused where it is read


def mixed_days(file: str, column: str | None) -> InputError:
    """Return the error for a column where 31/12 and 12/31 both occur."""
    return InputError(
        _("Some dates can only be read with the day first, others only with the month first."),
        place=Place(file, field=column),
        expected=_("Say which with --day-first or --month-first, or give the form with --time-format."),
    )


def _properties(
    head: Raw,
    roles: Mapping[Role, str],
    kinds: Mapping[str, Kind | None],
    scales: Mapping[str, Scale],
    options: SourceOptions,
) -> tuple[Property, ...]:
    names = tuple(head.columns)
    if options.properties is not None:
        for wanted in options.properties:
            existing(wanted, names, options.name, "--properties")
    kept: list[Property] = []
    for role, column in roles.items():
        if role in TEXT_ROLES:
            kept.append(Property(column, role, "text"))
        elif role in NUMBER_ROLES:
            kept.append(Property(column, role, "number", number_only=True, scale=scales.get(role)))
    used = set(roles.values())
    taken = {item.name for item in kept}
    for column in names:
        if column in used or (is_ours(column) if options.properties is None else column not in options.properties):
            continue
        # A plain column may not pass for a feeling or an amount that nobody recognised in it.
        name = free_name(column, taken)
        taken.add(name)
        kept.append(Property(column, name, kinds[column]))
    return tuple(kept)


def free_name(column: str, taken: set[str]) -> str:
    """Return the name of a plain column in the log: its own unless that is reserved or taken (``value_2``)."""
    name, number = column, 2
    while name in taken or name in RESERVED:
        name, number = f"{column}_{number}", number + 1
    return name


def _scales(head: Raw, roles: Mapping[Role, str], options: SourceOptions, decimal_comma: bool) -> dict[str, Scale]:
    scales: dict[str, Scale] = {}
    if "nps" in roles:
        scales["nps"] = Scale(0, 10)
    if "csat" in roles:
        if options.csat_scale is not None:
            scales["csat"] = Scale(*options.csat_scale, given=True)
        else:
            top = _largest(head.columns[roles["csat"]], decimal_comma)
            scales["csat"] = Scale(1, 5) if top <= 5 else Scale(1, 7) if top <= 7 else Scale(0, 10)
    if "ces" in roles:
        scales["ces"] = Scale(1, 7, options.ces_scale or "agreement", given=options.ces_scale is not None)
    return scales


def _largest(values: pa.Array, decimal_comma: bool) -> float:
    if kind_of(values.type) == "number":
        numbers = values.cast(pa.float64(), safe=False)
    elif pa.types.is_null(values.type):
        return 0.0
    else:
        numbers, _misfit = read_numbers(decoded(values), decimal_comma=decimal_comma, codes_too=True)
    known = to_numpy(numbers.drop_null())
    known = known[np.isfinite(known) & (known <= 10)]
    return float(known.max()) if len(known) else 0.0


def _repeated(head: Raw, roles: Mapping[Role, str]) -> frozenset[str]:
    """Columns in which values come back often enough for a dictionary to save work; persons nearly always."""
    repeated = set()
    for name, values in head.columns.items():
        if pa.types.is_string(values.type) and len(values):
            share = len(values.unique()) / len(values)
            if share < (0.9 if name == roles["person"] else 0.3):
                repeated.add(name)
    return frozenset(repeated - {roles["time"]})


def _guesses(head: Raw, roles: Mapping[Role, str], kinds: Mapping[str, Kind | None]) -> tuple[ColumnGuess, ...]:
    role_of = {column: role for role, column in roles.items()}
    guesses = []
    for name, values in head.columns.items():
        samples = shown(values[:1000].drop_null()[:3])
        role = role_of.get(name)
        kind = "time" if role == "time" else "text" if role in ("person", "event", *TEXT_ROLES) else kinds.get(name)
        guesses.append(ColumnGuess(name, role, kind or "text", tuple(samples)))
    return tuple(guesses)
