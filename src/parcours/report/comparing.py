"""A stored log laid over a map twice: two periods or two groups of trips held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parcours.language.formats import decimal, number, percent
from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.report.laying import journey_over

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.comparing import CompareResult, Side
    from parcours.engine.trips import TripFilter

_CUT = 0.05
"""From this share of open trips on a side is called cut by the data's end."""


def compare_over(log: StoredLog, map: JourneyMap, first: TripFilter, second: TripFilter) -> CompareResult:
    """Hold the trips of ``first`` against those of ``second``, over the journey of ``map``.

    UsageError where the two overlap, where a property is unknown, or where one side has no trip.
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
    asked = Compare(journey.plan, journey.timeout_us, journey.data_end_us, journey.feelings, first=first, second=second)
    result = log.run(asked)
    for name, found in ((_("first"), result.first), (_("second"), result.second)):
        if not found.trips:
            raise UsageError(
                _("There is no trip on the {side} side.").format(side=name),
                expected=_("Give two periods or values that trips have."),
            )
    return result


def comparing_notes(result: CompareResult) -> tuple[str, ...]:
    """Say what to keep in mind when reading ``result``: chance, association, and a side that the data's end cuts."""
    notes = [
        _("{telling} of {compared} comparisons tell; about {chance} would by chance alone if nothing differed.").format(
            telling=number(result.telling), compared=number(result.compared), chance=decimal(result.by_chance)
        ),
        _("A difference is an association, not a cause: the two sides may differ in other ways too."),
    ]
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
