"""The first question on a machine waits until the analyses are compiled; this says so."""

from __future__ import annotations

from importlib import import_module
from threading import Timer
from typing import Literal

from parcours.cli.output import console
from parcours.language.translation import _

Question = Literal["funnel", "transitions", "journey"]
_KERNELS: dict[Question, tuple[str, ...]] = {
    "funnel": ("_funnel_kernels",),
    "transitions": ("_transition_kernels",),
    "journey": (
        "_journey_kernels",
        "_succession_kernels",
        "_trip_kernels",
        "_placing_kernels",
        "_plain_kernels",
        "_deviation_kernels",
        "_plan_kernels",
        "_alignment_kernels",
    ),
}
_PATIENCE_SECONDS = 2.5
"""Loading what is compiled takes half a second, on a busy machine more: that is not worth a word."""


def prepare(question: Question) -> None:
    """Load what ``question`` needs; where that takes more than a second, say on the error output what is going on."""
    errors = console(to_errors=True)
    told = Timer(
        _PATIENCE_SECONDS,
        errors.print,
        [_("Preparing the analyses, once on this machine: some seconds.")],
        {"style": "dim", "highlight": False},
    )
    told.daemon = True
    told.start()
    try:
        for kernels in _KERNELS[question]:
            import_module(f"parcours.engine.{kernels}")
    finally:
        told.cancel()
