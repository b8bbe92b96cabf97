"""A stored log laid over a map twice: two periods or two groups of trips held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from parcours.language.formats import decimal, number, percent
from parcours.language.translation import _, ngettext
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.planning import metrics_of
from parcours.report.laying import journey_over
from parcours.report.measuring import lacking

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.comparing import CompareResult, Comparison, Side
    from parcours.engine.plan import Plan
    from parcours.engine.trips import TripFilter

METRICS = ("ratio", "value")
"""What a comparison of a metric with rules of its own is."""
_CUT = 0.05
"""From this share of open trips on a side is called cut by the data's end."""
_MOST_VALUES = 20
"""Values of a property that an error lists."""


def compare_over(log: StoredLog, map: JourneyMap, first: TripFilter, second: TripFilter) -> CompareResult:
    """Hold the trips of ``first`` against those of ``second``, over the journey of ``map``.

    A metric that asks for what the log never saw is left out. UsageError where the two overlap, where a property is
    unknown, or where one side has no trip.
    """
    from parcours.engine.comparing import Compare
    from parcours.language.errors import UsageError

    journey = journey_over(log, map)
    for side in (first, second):
        if side.property is not None and side.property not in log.properties:
            raise UsageError(
                _("The log has no property “{name}”.").format(name=side.property),
                value=side.property,
                expected=_("Known: {list}.").format(list=", ".join(log.properties)),
            )
    asked = Compare(
        _countable(log, map, journey.plan),
        journey.timeout_us,
        journey.data_end_us,
        journey.feelings,
        first=first,
        second=second,
    )
    result = log.run(asked)
    for name, side, found in ((_("first"), first, result.first), (_("second"), second, result.second)):
        if not found.trips:
            _refuse(log, name, side)
    return result


def _countable(log: StoredLog, map: JourneyMap, plan: Plan) -> Plan:
    """Return ``plan`` without the metrics that the log cannot answer."""
    from parcours.report.laying import absent_properties, unheard_names

    if not plan.metrics:
        return plan
    absent, unheard = absent_properties(log, map), unheard_names(log, map)
    blind = {metric.id for metric in metrics_of(map) if lacking(metric, absent, unheard)[0] is not None}
    return replace(plan, metrics=tuple(metric for metric in plan.metrics if metric.id not in blind))


def always_told(map: JourneyMap, one: Comparison) -> bool:
    """Whether a comparison is listed even where it does not tell: success, and the metrics of the whole map."""
    return one.what == "success" or (one.what in METRICS and one.id in {metric.id for metric in map.metrics})


def _refuse(log: StoredLog, name: str, side: TripFilter) -> NoReturn:
    """Say that no trip is on this side; of a property which value that was, and which there are."""
    from parcours.engine.predicates import nearest_first
    from parcours.language.errors import UsageError, shorten

    if side.property is None or side.value is None:
        raise UsageError(
            _("There is no trip on the {side} side.").format(side=name),
            expected=_("Give two periods or values that trips have."),
        )
    wanted = _written(side.value)
    others = [value for value in _values(log, side.property) if value != wanted]  # later in trips it may be there
    raise UsageError(
        _("There is no trip on the {side} side: none has “{value}” as its first “{property}”.").format(
            side=name, value=shorten(wanted), property=side.property
        ),
        value=side.value,
        expected=nearest_first(wanted, others, most=_MOST_VALUES),
    )


def _values(log: StoredLog, name: str) -> list[str]:
    """Return the values that events have of a property, the most frequent first."""
    import numpy as np

    from parcours.engine.predicates import missing_values, property_column

    counts: Counter[Any] = Counter()
    for table in log.tables():
        column = property_column(table, name)
        found, often = np.unique(column.values[~missing_values(column)], return_counts=True)
        counts.update(dict(zip(found.tolist(), often.tolist(), strict=True)))
        words, kind = column.vocabulary, column.kind
    common = [value for value, _count in counts.most_common()]
    if words is not None:
        return [words.words[code] for code in common]
    if kind == "time":
        return [str(np.datetime64(value, "us")) for value in common]
    return [_written(bool(value) if kind == "boolean" else value) for value in common]


def _written(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.12g}"


def comparing_notes(result: CompareResult) -> tuple[str, ...]:
    """Say what to keep in mind when reading ``result``: chance, association, and a side that the data's end cuts."""
    if result.compared:
        told = _("None of {compared} comparisons tells; about {chance} would by chance alone if nothing differed.")
        if result.telling:
            told = ngettext(
                "{telling} of {compared} comparisons tells; about {chance} would by chance alone if nothing differed.",
                "{telling} of {compared} comparisons tell; about {chance} would by chance alone if nothing differed.",
                result.telling,
            )
        counts = {"telling": number(result.telling), "compared": number(result.compared)}
        notes = [
            told.format(**counts, chance=decimal(result.by_chance)),
            _("A difference is an association, not a cause: the two sides may differ in other ways too."),
        ]
    else:
        trips = {"n": number(result.first.trips), "m": number(result.second.trips)}
        notes = [_("Too few trips to compare ({n} and {m}).").format(**trips)]
    for side, name in ((result.first, _("first")), (result.second, _("second"))):
        if is_cut(side):
            notes.append(
                _(
                    "On the {side} side {share} of the trips are still open: the data ends too early to judge them. "
                    "Only the quicker ones have ended: times look shorter, and success may turn out otherwise."
                ).format(side=name, share=percent(side.open / side.trips))
            )
    return tuple(notes)


def is_cut(side: Side) -> bool:
    """Whether the data's end cuts a side: at least one trip in twenty is still open."""
    return side.trips > 0 and side.open / side.trips >= _CUT


def compared_names() -> Mapping[str, str]:
    """Return what each kind of comparison is called in the current language."""
    return {
        "success": _("Success"),
        "ratio": _("Ratio"),
        "value": _("Mean value"),
        "conversion": _("Conversion"),
        "leak": _("Leak"),
        "time": _("Typical time"),
        "missing": _("Missing"),
        "adhoc": _("Ad hoc"),
        "failing": _("Failing"),
        "out_of_sequence": _("Out of sequence"),
        "late": _("Late"),
        "kept": _("Promise kept"),
        "nps": _("NPS"),
        "csat": _("Satisfied"),
        "ces": _("Ease, 1 to 7"),
        "ces_effort": _("Effort, 1 to 7"),
        "emotion": _("Emotion"),
    }
