"""Names of the figures that people can be listed for, as ``engine.figures`` knows them."""

from __future__ import annotations

from parcours.report.stages import LivedStage, LivedTouchpoint


def stage_key(stage: LivedStage, part: str) -> str:
    """Key of one figure of a stage: ``stage:decision:left``."""
    return f"stage:{stage.plan.id}:{part}"


def touchpoint_key(point: LivedTouchpoint, part: str) -> str:
    """Key of one figure of a touchpoint: ``touchpoint:basket:persons``."""
    return f"touchpoint:{point.plan.id}:{part}"
