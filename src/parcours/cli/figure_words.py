"""What each figure counts, in words: so that a person finds the key that ``people`` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parcours.cli.names import Names, deviation_names
from parcours.language.formats import SPACE, quoted
from parcours.language.translation import _, current_language
from parcours.mapdoc.planning import metrics_of

if TYPE_CHECKING:
    from parcours.mapdoc.document import JourneyMap, Metric


class FigureWords:
    """Says of every key over a map what is counted there, and where."""

    def __init__(self, map: JourneyMap) -> None:
        self._names = Names(map)
        self._metrics = {one.id: one for one in metrics_of(map)}
        self._words: Mapping[str, str] = {**_trip_words(), **_answer_words(), **_plan_words()}

    def of(self, key: str) -> str:
        """Return ``“Decision”: lost`` for ``stage:decision:lost``."""
        scope, _colon, rest = key.partition(":")
        id, _colon, name = rest.rpartition(":")
        if scope == "metric":
            words = _metric_words(self._metrics[id])[name]
        else:
            words = _("people on it") if (scope, name) == ("touchpoint", "persons") else self._words[name]
        if scope == "journey":
            return words
        colon = f"{SPACE}:" if current_language() == "fr" else ":"
        return f"{quoted(self._names.of(scope, id))}{colon} {words}"


def _trip_words() -> dict[str, str]:
    return {
        "persons": _("people of the log"),
        "trips": _("trips"),
        "placed": _("trips with an event on the map"),
        "unplaced": _("trips without any event on the map"),
        "succeeded": _("trips that succeeded"),
        "failed": _("trips that failed"),
        "left": _("trips that left"),
        "lost": _("trips lost: left or failed"),
        "open": _("trips still under way"),
        "entered": _("trips that entered"),
        "reached": _("trips that came here or further"),
        "arrived": _("trips that succeeded here"),
        "went_on": _("trips that went on or succeeded"),
        "returned": _("trips that came back"),
        "timed": _("trips that moved on"),
        "skipped": _("trips that passed it by"),
    }


def _answer_words() -> dict[str, str]:
    return {
        "answers": _("answers"),
        "nps": _("answers to the NPS"),
        "promoters": _("promoters (9 and 10)"),
        "passives": _("passives (7 and 8)"),
        "detractors": _("detractors (0 to 6)"),
        "csat": _("answers on satisfaction"),
        "satisfied": _("satisfied answers"),
        "unsatisfied": _("answers that are not satisfied"),
        "ces": _("answers on ease"),
        "ces_effort": _("answers on effort"),
        "unplaced_answers": _("answers that belong to no stage"),
        "invalid_answers": _("answers outside their scale"),
    }


def _plan_words() -> dict[str, str]:
    return {
        **deviation_names(),
        "deviating": _("trips that leave the plan"),
        "as_planned": _("ended trips that went as planned"),
        "chased": _("trips in which a message was sent again before any reply"),
        "given": _("promises given"),
        "kept": _("promises kept"),
        "broken": _("promises broken"),
        "unmet": _("promises broken and never met"),
        "pending": _("promises whose time is not over"),
    }


def _metric_words(metric: Metric) -> dict[str, str]:
    if metric.kind == "value":
        return {"numerator": _("those in the mean"), "without": _("those without any value")}
    if metric.unit == "events":
        return {"numerator": _("events above the line"), "denominator": _("events below the line")}
    return {
        "numerator": _("those who have it"),
        "denominator": _("all who count"),
        "without": _("those without it"),
        "open": _("those still under way"),
    }
