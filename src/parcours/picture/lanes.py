"""The lanes of the map, their order and names; which of them a level of detail shows, or a reader chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from parcours.language.counted import Counted, said_of
from parcours.language.errors import UsageError
from parcours.language.formats import number
from parcours.language.translation import _

LaneName = Literal[
    "goal", "owner", "time", "relief", "river", "alignment", "promises", "deviations", "pains", "actions", "words",
    "touchpoints", "blueprint", "indicators",
]  # fmt: skip
LANES: tuple[LaneName, ...] = get_args(LaneName)
"""Every lane, in the order in which they are drawn."""

Detail = Literal["poster", "full", "summary", "thumbnail"]
DETAILS: tuple[Detail, ...] = get_args(Detail)

QUIET: tuple[LaneName, ...] = ("goal", "owner", "time")
"""Lanes of a line or two under the head of their stage."""
_USUAL: tuple[LaneName, ...] = tuple(lane for lane in LANES if lane != "blueprint")
_SUMMARY: tuple[LaneName, ...] = ("relief", "river", "alignment")


def river_scale(counted: Counted, magnified: float = 1.0) -> str:
    """Say what the river draws, and how much larger than the river above it."""
    if magnified <= 1.05:
        return said_of(counted, _("people, to scale"), _("trips, to scale"))
    larger = said_of(
        counted, _("people, drawn ×{factor} larger than above"), _("trips, drawn ×{factor} larger than above")
    )
    return larger.format(factor=number(round(magnified)))


def lane_names() -> dict[LaneName, tuple[str, str]]:
    """Return what each lane is called, and what is said under its name, in the current language."""
    return {
        "goal": (_("What they want"), ""),
        "owner": (_("Owner"), ""),
        "time": (_("Median time"), ""),
        "relief": (_("The relief"), _("what they feel")),
        "river": (_("The river"), _("people, to scale")),
        "alignment": (_("Alignment"), _("structure and feeling, out of 100")),
        "promises": (_("Promises"), _("kept, and as meant")),
        "deviations": (_("Deviations"), _("trips that leave the plan")),
        "pains": (_("Pain points"), _("severity, and whom it befalls")),
        "actions": (_("What to do"), _("opportunities and actions")),
        "words": (_("Their words"), ""),
        "touchpoints": (_("Touchpoints"), _("owner, people; felt, answers")),
        "blueprint": (_("Blueprint"), _("who sees what, who does what")),
        "indicators": (_("Indicators"), _("and their targets")),
    }


def lanes_shown(chosen: Sequence[LaneName] | None, detail: Detail) -> tuple[LaneName, ...]:
    """Return the lanes to draw, in their order: those chosen, else those of the level of detail.

    The blueprint is drawn where it is chosen: it shows the touchpoints once more, by layer.
    """
    if chosen is not None:
        return tuple(lane for lane in LANES if lane in chosen)
    return _SUMMARY if detail == "summary" else _USUAL


def read_lanes(names: Iterable[str]) -> tuple[LaneName, ...]:
    """Return lanes by name, each once and in their order; UsageError for a name that no lane has, or for none."""
    wanted = [name.strip() for name in names if name.strip()]
    known = {name: name for name in LANES}
    for name in wanted:
        if name not in known:
            raise UsageError(
                _("There is no lane “{name}”.").format(name=name), value=name,
                expected=_("Known: {list}.").format(list=", ".join(LANES)),
            )  # fmt: skip
    if not wanted:
        raise UsageError(_("Name at least one lane."), expected=", ".join(LANES))
    return tuple(lane for lane in LANES if lane in wanted)
