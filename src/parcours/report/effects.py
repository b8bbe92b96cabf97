"""What has changed since the actions of a map were done, in the words of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parcours.language.translation import _
from parcours.mapdoc.document import JourneyMap
from parcours.picture.told import EffectShown
from parcours.report.acting import ActionEffect, actions_over
from parcours.report.acting_words import effect_words
from parcours.report.indicators import NOTHING, value_of

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog


def effects_over(log: StoredLog, map: JourneyMap) -> Mapping[str, EffectShown]:
    """Return the effect of each action that is done and has a metric, by the action's id."""
    if not any(action.done_on is not None and action.metric is not None for action in map.actions):
        return {}
    found = actions_over(log, map).actions
    return {one.id: _shown(one) for one in found if one.done_on is not None and one.metric is not None}


def _shown(one: ActionEffect) -> EffectShown:
    assert one.metric is not None
    before = since = None
    if one.difference is not None:
        before, since = one.difference.base, one.difference.value
    return EffectShown(
        metric=one.metric.name,
        before=NOTHING if before is None else value_of(one.metric, before),
        since=NOTHING if since is None else value_of(one.metric, since),
        verdict=one.effect,
        word=_verdicts()[one.effect] if one.effect is not None else effect_words(one),
        said=effect_words(one),
    )


def _verdicts() -> Mapping[str, str]:
    return {"better": _("better since"), "worse": _("worse since"), "unclear": _("may be chance")}
