"""``parcours import``, and what goes with it: ``info`` and ``undo``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from parcours.cli.options import AsJson, InLanguage, LogPath
from parcours.cli.output import console, say, write_json, write_table
from parcours.language.errors import UsageError
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.columnstore.importing import ImportReport
    from parcours.readers.source import Source, SourceOptions


def _column(what: str) -> Any:
    return typer.Option(metavar="COLUMN", help=what)


def import_events(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help=_("Excel (.xlsx), CSV, TSV, JSON Lines, Parquet or XES, also .gz.")),
    ],
    into: Annotated[
        Path, typer.Option("--into", metavar="LOG", help=_("Folder of the event log; made when it is new."))
    ],
    person: Annotated[list[str], _column(_("Column with the person's id."))] = [],  # noqa: B006
    time: Annotated[list[str], _column(_("Column with the time of the event."))] = [],  # noqa: B006
    event: Annotated[list[str], _column(_("Column with the event's name."))] = [],  # noqa: B006
    event_name: Annotated[list[str], typer.Option(metavar="NAME", help=_("One name for every row of a file."))] = [],  # noqa: B006
    channel: Annotated[list[str], _column(_("Column with the channel."))] = [],  # noqa: B006
    value: Annotated[list[str], _column(_("Column with an amount of money."))] = [],  # noqa: B006
    message_id: Annotated[list[str], _column(_("Column with an id that each event has once."))] = [],  # noqa: B006
    nps: Annotated[list[str], _column(_("Column with NPS answers, 0 to 10."))] = [],  # noqa: B006
    csat: Annotated[list[str], _column(_("Column with satisfaction answers."))] = [],  # noqa: B006
    ces: Annotated[list[str], _column(_("Column with effort answers, 1 to 7."))] = [],  # noqa: B006
    comment: Annotated[list[str], _column(_("Column with what people wrote."))] = [],  # noqa: B006
    properties: Annotated[
        list[str], typer.Option(metavar="COLUMN,…", help=_("Only these further columns (default: all)."))
    ] = [],  # noqa: B006
    csat_scale: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help=_("Scale of satisfaction, such as 1-5."))
    ] = None,
    ces_scale: Annotated[
        Literal["agreement", "effort"] | None,
        typer.Option(help=_("agreement: high is good (CES 2.0); effort: low is good.")),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE", help=_("Time zone of times that have none, such as Europe/Paris; without it, UTC.")
        ),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help=_("How to read 03/04/2026; without it, the file decides.")),
    ] = None,
    time_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help=_("Format of dates and times, such as %d/%m/%y %Hh%M."))
    ] = None,
    format: Annotated[
        Literal["csv", "jsonl", "parquet", "xes", "xlsx"] | None,
        typer.Option(help=_("Form of the files; without it, they tell.")),
    ] = None,
    sheet: Annotated[
        list[str],
        typer.Option(metavar="NAME", help=_("Sheet of a workbook; without it, the first that is not hidden.")),
    ] = [],  # noqa: B006
    delimiter: Annotated[
        str | None, typer.Option(help=_("What separates columns; without it, the file tells."))
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help=_("Text encoding, such as cp1252; without it, the file tells."))
    ] = None,
    on_error: Annotated[
        Literal["stop", "skip"],
        typer.Option(help=_("stop: a bad row ends the import and nothing is kept; skip: it is left out and counted.")),
    ] = "stop",
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=_("Write the rows that were left out, with reasons; corrected, the file can be imported."),
        ),
    ] = None,
    dedupe: Annotated[
        Literal["none", "content"],
        typer.Option(help=_("content: leave out rows that an overlapping export already brought.")),
    ] = "none",
    again: Annotated[
        bool, typer.Option("--again", help=_("Import a file even if its content was imported before."))
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help=_("Show how the columns are understood, import nothing."))
    ] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Read files into an event log."""
    from parcours.readers.source import SourceOptions

    per_file = {
        "person": person, "time": time, "event": event, "event_name": event_name, "channel": channel, "value": value,
        "message_id": message_id, "nps": nps, "csat": csat, "ces": ces, "comment": comment, "properties": properties, "sheet": sheet,
    }  # fmt: skip
    sources = [
        SourceOptions(
            path=file, format=format, delimiter=_tab(delimiter), encoding=encoding, zone=zone or "UTC", day_first=day_first,
            time_format=time_format, csat_scale=_scale(csat_scale), ces_scale=ces_scale, **_for_file(file, files, per_file),
        )
        for file in files
    ]  # fmt: skip
    if preview:
        _show_columns(sources, zone, as_json)
        return
    from parcours.columnstore.importing import import_files
    from parcours.columnstore.log import StoredLog

    is_new = not into.exists()
    try:
        with _progress(silent=as_json) as progress:
            report = import_files(
                StoredLog.open_or_create(into), sources,
                on_error=on_error, rejects=rejects, dedupe=dedupe, again=again, progress=progress,
            )  # fmt: skip
    except BaseException:
        if is_new:  # a log that never held anything is not worth finding there
            shutil.rmtree(into, ignore_errors=True)
        raise
    if as_json:
        write_json({"events": report.events, "persons": report.persons, "skipped": dict(report.skipped)})
    else:
        _tell(report, into, rejects)
        if report.events and zone is None:
            _tell_zone(report.zoneless)


import_events.__doc__ = "\n\n".join(
    (
        _("Read files into an event log."),
        _("Columns are recognised by name and content; --preview shows how. A bad row stops the import with its line, "
          "its value and the right form, and nothing is kept; --on-error skip leaves bad rows out and counts them."),
        _("With several files, the options that name a column also take FILE:VALUE, for that file only."),
        _("[bold]Examples[/]"),
        "parcours import orders.csv --into shop.parcours",
        "parcours import clients.xlsx --into shop.parcours --sheet Orders --zone Europe/Paris",
        "parcours import export.csv --into shop.parcours --person client --time date --event action --zone Europe/Paris",
        "parcours import leads.csv deals.csv --into sales.parcours --person mql_id --time leads.csv:first_contact_date "
        "--time deals.csv:won_date --event-name leads.csv:lead --event-name deals.csv:won",
    )
)  # fmt: skip


def _for_file(file: Path, files: Sequence[Path], options: dict[str, list[str]]) -> dict[str, Any]:
    """Pick the values meant for ``file``: ``FILE:VALUE`` beats a bare value; the part before the colon must be a file."""
    labels = {label for path in files for label in (path.name, str(path))}
    chosen: dict[str, Any] = {}
    for option, values in options.items():
        for raw in values:
            label, colon, rest = raw.partition(":")
            named = next((known for known in labels if raw.startswith(known + ":")), None)
            if named is not None:
                label, rest = named, raw[len(named) + 1 :]
            if not colon or named is None:
                chosen.setdefault(option, raw)
            elif label in (file.name, str(file)):
                chosen[option] = rest
    if "properties" in chosen:
        chosen["properties"] = tuple(part.strip() for part in chosen["properties"].split(",") if part.strip())
    return chosen


def _tab(delimiter: str | None) -> str | None:
    return "\t" if delimiter in ("\\t", "tab") else delimiter


def _scale(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    low, _dash, high = text.partition("-")
    try:
        scale = float(low), float(high)
    except ValueError:
        scale = 0.0, 0.0
    if scale[0] >= scale[1]:
        raise UsageError(_("“{text}” is not a scale.").format(text=text), value=text, expected=_("Write it as 1-5."))
    return scale


def _show_columns(sources: Sequence[SourceOptions], zone: str | None, as_json: bool) -> None:
    from parcours.readers.returned import is_ours
    from parcours.readers.source import open_source
    from parcours.readers.words import kind_in_words, role_in_words

    opened: list[Source] = [open_source(options) for options in sources]
    if as_json:
        return write_json(
            [
                {"file": source.name, "format": source.format, "sheet": source.sheet, "zone": source.options.zone if source.zoneless else None,
                 "columns": [{"name": c.name, "role": c.role, "kind": c.kind, "samples": list(c.samples)} for c in source.columns]}
                for source in opened
            ]
        )  # fmt: skip
    for source in opened:
        write_table(
            [(_("Column"), "left"), (_("Understood as"), "left"), (_("Kind"), "left"), (_("For example"), "left")],
            [
                (
                    c.name,
                    _("left out") if is_ours(c.name) else role_in_words(c.role or _("property")),
                    kind_in_words(c.kind),
                    ", ".join(map(str, c.samples[:3])),
                )
                for c in source.columns
            ],
            title=f"{source.name} ({source.format})" if source.sheet is None else f"{source.name} [{source.sheet}]",
        )
        if source.other_sheets:
            say(_("Other sheets of the workbook: {sheets}.").format(sheets=", ".join(source.other_sheets)))
    if zone is None:
        _tell_zone([source.name for source in opened if source.zoneless])
    return None


def _tell_zone(files: Sequence[str]) -> None:
    """Say which files were read as UTC because neither they nor the caller named a zone."""
    from parcours.language.formats import list_words

    if files:
        say(
            _("The times of {files} have no zone and are read as UTC: --zone Europe/Paris, for example, changes that.")
            .format(files=list_words(list(files)))
        )  # fmt: skip


@contextmanager
def _progress(*, silent: bool) -> Iterator[Any]:
    """Give a callback that draws a bar with rate and remaining time on the error output, when a person is looking."""
    errors = console(to_errors=True)
    if silent or not errors.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from parcours.language.formats import number

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=errors, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def update(state: Any) -> None:
            if state.file not in tasks:
                tasks[state.file] = bars.add_task(state.file, total=state.bytes_total or None, rate="")
            rate = _("{count} events/s").format(count=number(round(state.events / max(state.seconds, 1e-3))))
            bars.update(tasks[state.file], completed=state.bytes_done, rate=rate)

        yield update


def _tell(report: ImportReport, into: Path, rejects: Path | None) -> None:
    from parcours.language.formats import number
    from parcours.readers.words import reason_in_words

    events = ngettext("{n} event", "{n} events", report.events).format(n=number(report.events))
    persons = ngettext("{n} person", "{n} persons", report.persons).format(n=number(report.persons))
    if report.events:
        say(_("Read into {log}: {events} of {persons}.").format(events=events, persons=persons, log=into))
    else:
        say(_("Nothing was added to {log}.").format(log=into))
    for reason, count in sorted(report.skipped.items(), key=lambda item: -item[1]):
        rows = ngettext("{n} row left out", "{n} rows left out", count).format(n=number(count))
        say("  " + _("{rows}: {reason}").format(rows=rows, reason=reason_in_words(reason)))
    if rejects is not None and report.skipped.keys() - {"already_imported", "duplicate_id", "duplicate_content"}:
        say(_("Each bad row is in {file}.").format(file=rejects))
    if report.events:
        say(_("Next: parcours report {log} --output report.html").format(log=into))


def info(log: LogPath, as_json: AsJson = False, language: InLanguage = None) -> None:
    """Show what is in an event log: size, period, event names, properties, imports."""
    from parcours.library.contents import contents

    found = contents(log)
    if as_json:
        return write_json(found.to_dict())
    say(*found.summary())
    write_table([(_("Event"), "left"), (_("Times"), "right")], found.names(limit=25))
    write_table([(_("Property"), "left"), (_("Kind"), "left"), (_("Filled"), "right")], found.properties())
    write_table(
        [(_("Import"), "right"), (_("File"), "left"), (_("When"), "left"), (_("Events"), "right")], found.imports()
    )
    return None


info.__doc__ = _("Show what is in an event log: size, period, event names, properties, imports.")


def undo(
    log: LogPath,
    batch: Annotated[
        int, typer.Argument(metavar="IMPORT", help=_("Number of the import, as “parcours info” shows it."))
    ],
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Take a whole import back out of the log."""
    from parcours.columnstore.log import StoredLog
    from parcours.language.formats import number

    stored = StoredLog.open(log)
    removed = stored.undo(batch)
    if as_json:
        return write_json({"undone": batch, "events": removed.events})
    events = ngettext("{n} event", "{n} events", removed.events).format(n=number(removed.events))
    say(_("Import {batch} is undone: {events} taken out.").format(batch=batch, events=events))
    for later in stored.batches():
        if later.id > batch and later.duplicates:
            rows = ngettext("{n} row", "{n} rows", later.duplicates).format(n=number(later.duplicates))
            say(
                _("Import {batch} ({source}) left out {rows} as duplicates: import its file again with --dedupe content.")
                .format(batch=later.id, source=later.source, rows=rows)
            )  # fmt: skip
    return None


undo.__doc__ = _("Take a whole import back out of the log.")
