"""What the parts of a map and the ways of leaving it are called, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parcours.language.translation import _, current_language
from parcours.mapdoc.planning import metrics_of

if TYPE_CHECKING:
    from parcours.engine.trip_list import TripState
    from parcours.mapdoc.document import JourneyMap


class Names:
    """The names that a map gives to its stages, touchpoints, channels, owners, promises and metrics, by scope and id."""

    def __init__(self, map: JourneyMap) -> None:
        language = current_language()
        points = [point for stage in map.stages for point in stage.touchpoints]
        self._names: dict[tuple[str, str], str] = {
            **{("stage", stage.id): stage.name.in_language(language) for stage in map.stages},
            **{("touchpoint", point.id): point.name.in_language(language) for point in points},
            **{("channel", channel.id): channel.name.in_language(language) for channel in map.channels},
            **{("owner", owner.id): owner.name.in_language(language) for owner in map.owners},
            **{("promise", one.id): one.statement.in_language(language) for point in points for one in point.promises},
            **{("metric", one.id): one.name.in_language(language) for one in metrics_of(map) if one.name is not None},
        }

    def of(self, scope: str, id: str) -> str:
        """Return the name of a part of the map; the whole map is the journey."""
        return _("The whole journey") if scope == "journey" else self._names.get((scope, id), id)


def deviation_names() -> Mapping[str, str]:
    """Return what each kind of deviation is called."""
    from parcours.engine.plan import DEVIATIONS
    from parcours.picture.gauges import deviation_word

    return {kind: deviation_word(kind) for kind in DEVIATIONS}


def state_names() -> Mapping[TripState, str]:
    """Return what each state of a trip is called."""
    return {
        "succeeded": _("succeeded"),
        "failed": _("failed"),
        "left": _("left"),
        "open": _("under way"),
    }
