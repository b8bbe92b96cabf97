"""What commonly goes wrong in each stage of a journey, what helps, and how to see whether it did.

The content is package data in both languages (``catalogue.json``). A pain point of a map names one of these frictions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import _
from parcours.mapdoc.phrases import choices
from parcours.mapdoc.text import Text

Role = Literal["friction", "lever"]


@dataclass(frozen=True, slots=True)
class StageKind:
    """One of the eight usual stages of a journey."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A published figure. ``friction``: how many it holds up; ``lever``: why it is worth acting on.

    ``share`` is 0..1, None where the figure is not a share.
    """

    role: Role
    says: Text
    source: Text
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Friction:
    """A problem of one kind of stage, how it shows, what helps, and what to measure.

    ``metric`` is a metric as a map document writes it, without an id; its ``target`` is missing where only the
    company's own figures can set it. Its event names are to be replaced by those of the log.
    """

    id: str
    stage: str
    problem: Text
    signs: Text
    solutions: tuple[Text, ...]
    measure: Text
    metric: Mapping[str, Any] | None = None
    figures: tuple[KnownFigure, ...] = ()

    @property
    def share(self) -> float | None:
        """The published share of people whom it befalls, 0..1; None where none is known."""
        return next((figure.share for figure in self.figures if figure.role == "friction"), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the friction as plain data, every text in both languages."""
        return {
            "id": self.id,
            "stage": self.stage,
            "problem": dict(self.problem.by_language),
            "signs": dict(self.signs.by_language),
            "solutions": [dict(solution.by_language) for solution in self.solutions],
            "measure": dict(self.measure.by_language),
            "metric": self.metric,
            "share": self.share,
            "figures": [
                {
                    "role": figure.role,
                    "share": figure.share,
                    "says": dict(figure.says.by_language),
                    "source": dict(figure.source.by_language),
                }
                for figure in self.figures
            ],
        }


def stage_kinds() -> tuple[StageKind, ...]:
    """Return the eight stages, in the order of a journey."""
    return tuple(StageKind(one["id"], Text(one["name"])) for one in _data()["stages"])


_IN_TEMPLATES = {"use": "reception", "evaluation": "support"}
"""Stages of the templates that have another id there."""


def frictions(stage: str | None = None) -> tuple[Friction, ...]:
    """Return the catalogue, or what it holds for one kind of stage. UsageError for a stage it does not know."""
    known = [kind.id for kind in stage_kinds()]
    stage = _IN_TEMPLATES.get(stage, stage) if stage is not None else None
    if stage is not None and stage not in known:
        raise UsageError(
            _("The catalogue has no stage “{stage}”.").format(stage=shorten(stage)),
            value=stage,
            expected=choices(stage, known),
        )
    return tuple(one for one in _frictions() if stage in (None, one.stage))


def friction_ids() -> tuple[str, ...]:
    """Return the ids that the pain points of a map may name."""
    return tuple(one.id for one in _frictions())


@cache
def _data() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(files("parcours.mapdoc").joinpath("catalogue.json").read_text("utf-8"))
    return loaded


@cache
def _frictions() -> tuple[Friction, ...]:
    sources = {one["id"]: Text(one["title"]) for one in _data()["sources"]}
    return tuple(
        Friction(
            id=one["id"],
            stage=one["stage"],
            problem=Text(one["problem"]),
            signs=Text(one["signs"]),
            solutions=tuple(Text(solution) for solution in one["solutions"]),
            measure=Text(one["measure"]),
            metric=one.get("metric"),
            figures=tuple(
                KnownFigure(figure["role"], Text(figure["says"]), sources[figure["source"]], figure.get("share"))
                for figure in one.get("figures", ())
            ),
        )
        for one in _data()["frictions"]
    )
