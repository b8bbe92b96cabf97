"""How every question over a map begins and how its answer leaves for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.cli.output import Form, form_of, write_csv, write_json
from parcours.cli.preparing import prepare

if TYPE_CHECKING:
    from parcours.engine.results import Result
    from parcours.library.log import EventLog
    from parcours.mapdoc.document import JourneyMap


@dataclass(frozen=True)
class Asked:
    """A log opened over a map, and the form in which the answer is wanted."""

    log: EventLog
    map: JourneyMap
    form: Form

    def answered(self, result: Result) -> bool:
        """Write ``result`` for programs; False where a person asked, who still needs to be told."""
        if self.form is Form.JSON:
            write_json(result.to_dict())
        elif self.form is Form.CSV:
            write_csv(result.rows())
        return self.form is not Form.PEOPLE


def ask(log: Path, map: Path | None, goal: str | None, *, as_json: bool, as_csv: bool) -> Asked:
    """Open ``log``, and read ``map`` or discover one."""
    from parcours.library.log import EventLog

    form = form_of(as_json, as_csv)
    opened = EventLog(log)
    prepare("journey")
    return Asked(opened, opened.map(map, goal=goal), form)
