"""A first look into a file, for a person who then says what its columns are: no role has to be settled for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parcours.readers.arrays import shown
from parcours.readers.batch import Kind
from parcours.readers.columns import likely
from parcours.readers.kinds import guess_kind
from parcours.readers.opening import first_bytes
from parcours.readers.options import Format, Role, SourceOptions
from parcours.readers.plan import kind_of
from parcours.readers.returned import written_as
from parcours.readers.source import find_format, reader_of


@dataclass(frozen=True)
class PeekedColumn:
    """A column as its first rows show it. ``role`` is the likely one, None where nothing speaks for one."""

    name: str
    role: Role | None
    kind: Kind
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Peek:
    """What the head of a file shows. ``sheets`` are those of a workbook that are not hidden, ``sheet`` the one read."""

    format: Format
    columns: tuple[PeekedColumn, ...]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


def peek(options: SourceOptions) -> Peek:
    """Look at the head of a file; InputError where it is no table at all, or not as ``options`` describe it."""
    form = options.format or find_format(options, first_bytes(options.path, 4096))
    within = reader_of(form, options)
    reader = written_as(within)
    head = reader.head()
    roles: Mapping[Role, str] = likely(
        head.columns, options, reader.fixed_roles, decimal_comma=reader.decimal_comma
    ).columns
    role_of = {column: role for role, column in roles.items()}
    columns = []
    for name, values in head.columns.items():
        kind = guess_kind(values, decimal_comma=reader.decimal_comma) if reader.texts_only else kind_of(values.type)
        samples = tuple(shown(values[:1000].drop_null()[:3]))
        columns.append(PeekedColumn(name, role_of.get(name), kind or "text", samples))
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    if form == "xlsx":
        from parcours.readers.xlsx_reader import XlsxReader

        assert isinstance(within, XlsxReader)
        sheet, sheets = within.sheet_name, within.shown
    return Peek(form, tuple(columns), sheet, sheets)
