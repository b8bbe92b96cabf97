"""How results show themselves in notebooks. The engine knows nothing of drawing, so the library joins the two."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from parcours.language.translation import _


@cache
def draw_in_notebooks() -> None:
    """Give every kind of result its picture, or a table of what matters in it."""
    from parcours.engine.alignment_result import AlignmentResult
    from parcours.engine.comparing import CompareResult
    from parcours.engine.deviations import DeviationsResult
    from parcours.engine.promises import PromisesResult
    from parcours.engine.results import FunnelResult, JourneyResult, TransitionsResult
    from parcours.engine.trip_list import TripsResult

    FunnelResult.drawer = staticmethod(_chart("funnel_html"))
    TransitionsResult.drawer = staticmethod(_chart("transitions_html"))
    JourneyResult.drawer = staticmethod(_chart("journey_html"))
    TripsResult.drawer = staticmethod(
        _table(lambda: _("Trips"), "person", "start", "state", "furthest", "events", "deviations", "feeling")
    )
    DeviationsResult.drawer = staticmethod(
        _table(lambda: _("Deviations"), "scope", "id", "kind", "trips", "possible", "share", "success_change",
               "time_change", "feeling_change")
    )  # fmt: skip
    PromisesResult.drawer = staticmethod(
        _table(lambda: _("Promises"), "id", "given", "kept", "broken", "share", "low", "high", "median_seconds")
    )
    AlignmentResult.drawer = staticmethod(
        _table(lambda: _("Alignment"), "id", "people", "structure", "experience", "gap", "quadrant", "priority")
    )
    CompareResult.drawer = staticmethod(
        _table(lambda: _("Comparison"), "what", "id", "value", "base", "change", "low", "high", "tells")
    )


def _chart(name: str) -> Callable[[Any], str]:
    def drawer(result: Any) -> str:
        from parcours.picture import charts

        return str(getattr(charts, name)(result))

    return drawer


def _table(title: Callable[[], str], *columns: str) -> Callable[[Any], str]:
    def drawer(result: Any) -> str:
        from parcours.picture.charts import rows_html

        return rows_html(title(), result.rows(), columns)

    return drawer
