"""What has changed since an action was done: its metric before and after, with the interval of the difference.

**Periods.** A day begins at midnight in the map's zone, and trips belong to the period in which they began: the one up
to ``done_on``, and the one since, both of as many whole days as the data allow. **Equal time.** The trips of each
period are seen up to its end and no further, else those before would have had more time. Of a conversion, a leak or a
ratio of persons or trips, which need to know who has ended, each period is followed for another timeout: less than that
after the action, it is too early. **Since, not because**: nobody was drawn to live the change, and whatever else
changed is in it too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo

from parcours.engine.results import Result
from parcours.engine.scores import FEWEST
from parcours.language.translation import current_language
from parcours.mapdoc.document import JourneyMap, Metric
from parcours.mapdoc.narrative import Action, ActionStatus
from parcours.mapdoc.planning import has_rules, metrics_of
from parcours.report.comparing import is_cut
from parcours.report.measuring import MeasuredMetric, lacking, unmeasured

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.differences import Difference
    from parcours.engine.journey import Journey
    from parcours.engine.metric_change import ChangeResult, MetricChange, StageMetric
    from parcours.engine.plan import PlannedMetric

Effect = Literal["better", "worse", "unclear"]
Silence = Literal[
    "not done", "no metric", "no goal", "not in the log", "no data before", "no data since", "too early",
    "too few", "nothing varies",
]  # fmt: skip
"""Why nothing can be said of an action's effect."""
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """An action and how its metric differs: ``difference`` has the value since as ``value``, that before as ``base``.

    ``effect`` says whether the metric moved to the side on which its target lies, beyond what chance explains; None
    comes with a ``silence``. ``cut_us`` is when the action was done, in microseconds since 1970 UTC; both periods are
    ``period_seconds`` long and followed for ``follow_up_seconds``. ``open_since`` is the share of the later trips still
    under way where it is so large that only the quicker ones have ended.
    """

    id: str
    name: str
    status: ActionStatus
    owner: str | None
    due: date | None
    done_on: date | None
    metric: MeasuredMetric | None = None
    effect: Effect | None = None
    silence: Silence | None = None
    difference: Difference | None = None
    cut_us: int | None = None
    period_seconds: float | None = None
    follow_up_seconds: float = 0.0
    open_since: float | None = None
    look_again: date | None = None
    """From when on something can be said, where it is too early."""


@dataclass(frozen=True)
class ActionsResult(Result):
    """Every action of a map, in its order."""

    actions: tuple[ActionEffect, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One line per action."""
        return [_row(action) for action in self.actions]


def _row(action: ActionEffect) -> dict[str, Any]:
    cells = asdict(action)
    metric, difference = cells.pop("metric"), cells.pop("difference")
    parts = ("value", "base", "n", "base_n", "change", "low", "high")
    return (
        cells
        | {"metric": None if metric is None else metric["id"]}
        | {part: None if difference is None else difference[part] for part in parts}
    )


def actions_over(log: StoredLog, map: JourneyMap) -> ActionsResult:
    """Measure what has changed since each action of ``map`` was done, over ``log``."""
    from parcours.engine.gaps import Gaps
    from parcours.report.laying import absent_properties, journey_over, unheard_names

    gaps = log.run(Gaps())
    over = _Over(
        log, map, journey_over(log, map), absent_properties(log, map), unheard_names(log, map),
        gaps.data_start_us, gaps.data_end_us,
    )  # fmt: skip
    return ActionsResult(tuple(over.effect(action) for action in map.actions))


@dataclass(frozen=True)
class _Over:
    """A log over a map, and what actions need to know of both."""

    log: StoredLog
    map: JourneyMap
    journey: Journey
    absent: tuple[str, ...]
    unheard: tuple[str, ...]
    start_us: int | None
    end_us: int | None

    def effect(self, action: Action) -> ActionEffect:
        """Hold the metric of ``action`` before it was done against since."""
        told = _begun(action, self.map)
        metric = next((one for one in metrics_of(self.map) if one.id == action.metric), None)
        if metric is not None:
            told = replace(told, metric=_placed(metric, self.map))
        if action.done_on is None or metric is None:
            return replace(told, silence="not done" if action.done_on is None else "no metric")
        cut = _midnight(action.done_on, self.map.zone)
        follow = self.journey.timeout_us if _waits(metric) else 0
        told = replace(told, cut_us=cut, follow_up_seconds=follow / 1e6)
        before, since = self._known(cut)
        silence = self._silence(metric, before, since, follow)
        if silence is not None:
            early = datetime.fromtimestamp((cut + _DAY_US + follow) / 1e6, ZoneInfo(self.map.zone)).date()
            return replace(told, silence=silence, look_again=early if silence == "too early" else None)
        length = min(before, since - follow) // _DAY_US * _DAY_US
        found = self.log.run(self._asked(metric, cut, length, follow))
        return _told(replace(told, period_seconds=length / 1e6), found)

    def _known(self, cut: int) -> tuple[int, int]:
        """How long the log reaches before and since ``cut``, in microseconds; negative where it does not."""
        if self.start_us is None or self.end_us is None:
            return 0, 0
        return cut - self.start_us, self.end_us + 1 - cut

    def _silence(self, metric: Metric, before: int, since: int, follow: int) -> Silence | None:
        staged = any(metric in stage.metrics for stage in self.map.stages)
        if lacking(metric, self.absent, self.unheard)[0] is not None:
            return "not in the log"
        if not staged and metric.kind in ("conversion", "leak", "time") and self.journey.plan.succeeds_when is None:
            return "no goal"
        if before < _DAY_US:
            return "no data before"
        if since <= 0:
            return "no data since"
        return "too early" if since < follow + _DAY_US else None

    def _asked(self, metric: Metric, cut: int, length: int, follow: int) -> MetricChange:
        from parcours.engine.metric_change import MetricChange
        from parcours.engine.trips import TripFilter

        asked: StageMetric | PlannedMetric
        if has_rules(metric):
            asked = next(one for one in self.journey.plan.metrics if one.id == metric.id)
        else:
            kind = "ces_effort" if metric.kind == "ces" and metric.direction == "down" else metric.kind
            asked = cast("StageMetric", kind)
        journey = self.journey
        return MetricChange(
            journey.plan, journey.timeout_us, cut + length + follow - 1, journey.feelings, asked=asked,
            stage=next((index for index, stage in enumerate(self.map.stages) if metric in stage.metrics), None),
            after=TripFilter(from_us=cut, until_us=cut + length), before=TripFilter(from_us=cut - length, until_us=cut),
            before_end_us=cut + follow - 1,
        )  # fmt: skip


def _waits(metric: Metric) -> bool:
    """Whether a metric counts only who has ended."""
    return metric.kind in ("conversion", "leak") or (metric.kind == "ratio" and metric.unit != "events")


def _begun(action: Action, map: JourneyMap) -> ActionEffect:
    language = current_language()
    owners = {owner.id: owner.name.in_language(language) for owner in map.owners}
    return ActionEffect(
        action.id, action.name.in_language(language), action.status, owners.get(action.owner or ""), action.due,
        action.done_on,
    )  # fmt: skip


def _placed(metric: Metric, map: JourneyMap) -> MeasuredMetric:
    stage = next((stage.id for stage in map.stages if metric in stage.metrics), None)
    return replace(unmeasured(metric), stage=stage)


def _told(told: ActionEffect, found: ChangeResult) -> ActionEffect:
    told = replace(
        told,
        difference=found.difference,
        open_since=found.after.open / found.after.trips if told.follow_up_seconds and is_cut(found.after) else None,
    )
    if found.difference.change is None:
        few = min(found.difference.n, found.difference.base_n) < FEWEST
        return replace(told, silence="too few" if few else "nothing varies")
    if not found.difference.tells or told.metric is None:
        return replace(told, effect="unclear")
    same = 1.0 if found.difference.ratio else 0.0
    up = found.difference.change > same
    return replace(told, effect="better" if up == (told.metric.direction == "up") else "worse")


def _midnight(day: date, zone: str) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000
