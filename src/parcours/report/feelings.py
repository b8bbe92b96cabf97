"""The feelings of a stored log laid over a map: scores and signals of effort, and the comments behind a signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from parcours.language.effort import EffortMark, Signal, mark_words
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.report.laying import journey_over
from parcours.report.pseudonyms import pseudonyms_of
from parcours.report.stages import lived_stages

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.effort import FeelingsResult


@dataclass(frozen=True, slots=True)
class EffortCase:
    """One comment behind a signal: who wrote it, when, in which stage (None: none), and the words that show it."""

    person: str
    time_us: int
    stage: str | None
    text: str
    marks: tuple[EffortMark, ...]

    @property
    def detail(self) -> str:
        """The words that show the signal."""
        return " … ".join(self.text[mark.start : mark.end] for mark in self.marks)

    @property
    def marked(self) -> str:
        """The comment on one line with those words between square brackets."""
        return " ".join(mark_words(self.text, self.marks).split())


def feelings_over(log: StoredLog, map: JourneyMap) -> FeelingsResult:
    """Lay what ``log`` holds over ``map`` and return, stage by stage, scores, signals, chases and the moments of trips,
    beside what the map expects."""
    from parcours.engine.effort import Effort, feelings_result
    from parcours.engine.moments import TripMoments

    journey = journey_over(log, map)
    frame = {field.name: getattr(journey, field.name) for field in fields(journey)}
    lived = log.run(journey)
    expected = [stage.expected for stage in lived_stages(map, lived)]
    return feelings_result(journey, lived, log.run(Effort(journey)), log.run(TripMoments(**frame)), expected)


def effort_cases(
    log: StoredLog, map: JourneyMap, signal: str, stage: str | None = None, *, pseudonyms: bool = False
) -> list[EffortCase]:
    """List the comments that show ``signal``, in one stage or everywhere: as many as ``feelings_over`` counts.

    UsageError for an unknown signal or stage.
    """
    import numpy as np

    from parcours.engine.effort import EffortMembers

    journey = journey_over(log, map)
    comments = log.run(EffortMembers(journey, signal, stage)).comments
    names = log.external_ids(np.array([comment.person for comment in comments], np.int64))
    rename: Callable[[str], str] = pseudonyms_of(log.path) if pseudonyms else str
    return [
        EffortCase(
            person=rename(name),
            time_us=comment.time_us,
            stage=journey.plan.stages[comment.stage] if comment.stage >= 0 else None,
            text=comment.text,
            marks=comment.marks,
        )
        for name, comment in zip(names, comments, strict=True)
    ]


def signal_names() -> Mapping[Signal, str]:
    """Return what each signal is called in the current language."""
    return {
        "chasing": _("Had to chase"),
        "waiting": _("Waiting"),
        "passed_around": _("Passed around"),
        "no_answer": _("No answer"),
        "unreachable": _("Unreachable"),
        "broken_promise": _("Broken promise"),
        "simple": _("Simple"),
        "fast": _("Fast"),
    }
