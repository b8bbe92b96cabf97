"""An event log as an analyst meets it: read files or frames, ask questions, draw the map."""

from __future__ import annotations

import shlex
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parcours.language.errors import UsageError
from parcours.language.translation import Language, _, current_language
from parcours.library.over_map import OverMap
from parcours.library.pictures import draw_in_notebooks

if TYPE_CHECKING:
    from parcours.columnstore.importing import ImportReport, Progress
    from parcours.columnstore.log import StoredLog
    from parcours.engine.funnel import Funnel
    from parcours.engine.results import FunnelResult, TransitionsResult
    from parcours.mapdoc.document import JourneyMap
    from parcours.picture.lanes import Detail
    from parcours.report.building import Report

Seconds = float


def read(
    source: Any, *more: Any, into: str | Path | None = None, on_error: Literal["stop", "skip"] = "stop", **options: Any
) -> EventLog:
    """Read events and return them as a log, ready for questions.

    ``source`` and ``more`` are paths (CSV, TSV, JSON Lines, Parquet, XES, each also as .gz), or tables: pandas,
    polars, Arrow, DuckDB relations, anything with ``__arrow_c_stream__``. Columns are recognised by their names
    and contents; say otherwise with ``person=``, ``time=``, ``event=``, ``channel=``, ``value=``, ``nps=``,
    ``csat=``, ``ces=``, ``comment=``, ``event_name=`` (one name for every row), ``zone=`` (IANA name for times
    without one, default UTC), ``day_first=``; see ``readers.source.SourceOptions``.

    The log is kept at ``into``; without it, in a temporary folder that goes with the object. A bad row stops the
    reading with an ``InputError`` that names line, column, value and right form; with ``on_error="skip"`` bad rows
    are left out and counted in ``log.skipped``.
    """
    from parcours.columnstore.importing import import_files
    from parcours.columnstore.log import StoredLog
    from parcours.library.sources import source_options

    folder = None if into is not None else tempfile.mkdtemp(prefix="parcours-")
    path = Path(into) if into is not None else Path(str(folder)) / "log.parcours"
    try:
        with source_options((source, *more), options) as sources:
            report = import_files(StoredLog.open_or_create(path), sources, on_error=on_error)
    except BaseException:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return EventLog(path, imported=report, _temporary=folder)


class EventLog(OverMap):
    """Everything that customers did, one company's; questions are asked of it and nothing is changed by asking.

    Open one that exists with ``EventLog(path)``, make one with ``read``. Persons are shown by the ids that the files
    gave them. Errors of the asker are ``UsageError``; of the folder, ``LogError``.
    """

    def __init__(
        self, path: str | Path, *, imported: ImportReport | None = None, _temporary: str | None = None
    ) -> None:
        from parcours.columnstore.log import StoredLog

        self.stored: StoredLog = StoredLog.open(Path(path))
        self.skipped: dict[str, int] = dict(imported.skipped) if imported is not None else {}
        if _temporary is not None:
            weakref.finalize(self, shutil.rmtree, _temporary, ignore_errors=True)
        draw_in_notebooks()

    def __repr__(self) -> str:
        return f"EventLog({str(self.path)!r}, events={self.events}, persons={self.persons})"

    @property
    def path(self) -> Path:
        """The log's folder."""
        return self.stored.path

    @property
    def events(self) -> int:
        """How many events there are."""
        return self.stored.events

    @property
    def persons(self) -> int:
        """How many persons have at least one event."""
        return self.stored.persons

    @property
    def names(self) -> dict[str, int]:
        """Event names with how often each occurs, most frequent first."""
        counts = self.stored.name_counts()
        pairs = [(word, int(counts[code])) for code, word in enumerate(self.stored.names.words) if counts[code]]
        return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    def add(
        self,
        source: Any,
        *more: Any,
        on_error: Literal["stop", "skip"] = "stop",
        rejects: str | Path | None = None,
        dedupe: Literal["none", "content"] = "none",
        again: bool = False,
        progress: Callable[[Progress], None] | None = None,
        **options: Any,
    ) -> ImportReport:
        """Import more files or tables into this log and return what came of it; options as for ``read``.

        A file whose content was imported before adds nothing unless ``again``; ``dedupe="content"`` leaves out rows
        that an overlapping earlier export already brought. All or nothing.
        """
        from parcours.columnstore.importing import import_files
        from parcours.columnstore.log import StoredLog
        from parcours.library.sources import source_options

        with source_options((source, *more), options) as sources:
            report = import_files(
                self.stored,
                sources,
                on_error=on_error,
                rejects=Path(rejects) if rejects is not None else None,
                dedupe=dedupe,
                again=again,
                progress=progress,
            )
        self.stored = StoredLog.open(self.path)
        return report

    # -- questions -------------------------------------------------------------------------------------------------
    def funnel(
        self,
        steps: Sequence[str],
        within: str | Seconds | None = None,
        *,
        entry: Literal["any", "first"] = "any",
        grace: str | Seconds = 0,
        by: str | None = None,
        by_value: str = "first",
    ) -> FunnelResult:
        """Count the persons who did ``steps`` in order, ``within`` a time from step 1 (``"30d"``, or seconds).

        A step is an event name, ``a | b``, or ``name where property op value and …``. One event fills one step;
        events at one instant count in any order; ``grace`` (0, 1 or 2 s) widens an instant. ``entry="first"`` tries
        only each person's first step-1 event. ``by`` splits by a property, ``by_value`` its value at the
        ``first`` or ``last`` step event, at ``step:k``, or ``all`` its values.
        """
        return self.stored.run(self._funnel(steps, within, entry, grace, by, by_value))

    def funnel_people(self, steps: Sequence[str], step: int, *, lost: bool = False, **options: Any) -> list[str]:
        """List the persons who reached ``step`` (from 1), or with ``lost`` those who got no further than it."""
        from parcours.engine.funnel import FunnelMembers

        funnel = self._funnel(
            steps, options.get("within"), options.get("entry", "any"), options.get("grace", 0), None, "first"
        )
        members = self.stored.run(FunnelMembers(funnel, step, lost=lost))
        return self.stored.external_ids(members.persons)

    def transitions(self) -> TransitionsResult:
        """Count which event directly follows which, in the order of the source; says what ties could change."""
        from parcours.engine.transitions import Transitions

        return self.stored.run(Transitions())

    def transition_people(self, source: str, target: str) -> list[str]:
        """List a person once for each time that ``target`` directly followed ``source``."""
        from parcours.engine.steps import unknown_name
        from parcours.engine.transitions import TransitionMembers

        for word in (source, target):
            if self.stored.names.code(word) is None:
                raise unknown_name(word, self.stored.names)
        return self.stored.external_ids(self.stored.run(TransitionMembers(source, target)).persons)

    def report(
        self,
        map: JourneyMap | str | Path | None = None,
        *,
        goal: str | None = None,
        language: Language | None = None,
        people: int | Literal["all"] | None = 200,
        pseudonyms: bool = False,
        lanes: Sequence[str] | None = None,
        detail: Detail = "full",
    ) -> Report:
        """Build the living map of this log: figures, findings and the page (``.html()``, ``.svg()``, ``.save(path)``).

        ``people`` ids are embedded behind each figure; ``pseudonyms`` replaces them by names that mean nothing outside.
        ``lanes`` names those to draw (``picture.lanes``), ``detail`` is poster, full, summary or thumbnail.
        """
        from parcours.picture.lanes import read_lanes
        from parcours.report.building import build_report

        return build_report(
            self.stored,
            self.map(map, goal=goal),
            language=language or current_language(),
            people=people,
            pseudonyms=pseudonyms,
            people_command=self._people_command(map, goal),
            discovered=map is None,
            lanes=None if lanes is None else read_lanes(lanes),
            detail=detail,
        )

    def _people_command(self, map: JourneyMap | str | Path | None, goal: str | None) -> str:
        words = ["parcours", "people", self.path.name]
        if map is not None:
            words += ["--map", Path(map).name if isinstance(map, (str, Path)) else "MAP"]
        return shlex.join([*words, "--goal", goal] if goal is not None else words)

    def _funnel(
        self,
        steps: Sequence[str],
        within: str | Seconds | None,
        entry: Literal["any", "first"],
        grace: str | Seconds,
        by: str | None,
        by_value: str,
    ) -> Funnel:
        from parcours.engine.funnel import Funnel
        from parcours.engine.steps import parse_step

        if by is not None and by not in self.stored.properties:
            raise unknown_property(by, self.stored.properties)
        if isinstance(steps, str):
            raise UsageError(_("Steps are a list, one entry per step."), value=steps, expected='["visit", "purchase"]')
        return Funnel(
            steps=tuple((text, parse_step(text, self.stored.names)) for text in steps),
            within_us=None if within is None else microseconds(within),
            entry=entry,
            grace_us=microseconds(grace),
            breakdown=by,
            breakdown_by=by_value,
        )


def unknown_property(name: str, properties: Iterable[str]) -> UsageError:
    """Return the error for a property that the log does not have; the nearest names come first."""
    from difflib import get_close_matches

    known = sorted(properties)
    near = get_close_matches(name, known, n=5, cutoff=0.4)
    return UsageError(
        _("The log has no property “{name}”.").format(name=name),
        value=name,
        expected=_("Its properties are: {names}.").format(
            names=", ".join([*near, *(k for k in known if k not in near)])
        ),
    )


def microseconds(length: str | Seconds) -> int:
    """Turn ``"30d"``, ``"2h"`` or a number of seconds into microseconds."""
    from parcours.language.formats import parse_duration

    return round((parse_duration(length) if isinstance(length, str) else length) * 1_000_000)
