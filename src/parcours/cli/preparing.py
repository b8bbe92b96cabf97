"""The first question on a machine waits until the analyses are compiled; this says so."""

from __future__ import annotations

from importlib import import_module
from sys import modules
from threading import Event, Timer
from typing import Any, Literal

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
_PATIENCE_SECONDS = 1.0
"""Compiling less than this is not worth a word; loading what is compiled is never, however slow the machine."""
_told = Event()
"""Set once this process has said that it compiles."""


def prepare(question: Question) -> None:
    """Load what ``question`` needs; where some of it is compiled, say so on the error output, once a process."""
    missing = [name for name in (f"parcours.engine.{kernels}" for kernels in _KERNELS[question]) if name not in modules]
    if not missing:
        return
    from numba.core import event

    compiling = _compiling()
    with event.install_listener("numba:compile", compiling):
        try:
            for name in missing:
                import_module(name)
        finally:
            compiling.stop()


def _compiling() -> Any:
    """Return a listener of numba that speaks when compiling, once begun, lasts."""
    from numba.core.event import Listener

    class Compiling(Listener):  # type: ignore[misc]
        def __init__(self) -> None:
            self.timer = Timer(_PATIENCE_SECONDS, _tell)
            self.timer.daemon = True
            self.begun = False

        def on_start(self, event: object) -> None:
            if not self.begun:
                self.begun = True
                self.timer.start()

        def on_end(self, event: object) -> None:
            """Compiling one kernel has ended; the next may follow."""

        def stop(self) -> None:
            self.timer.cancel()

    return Compiling()


def _tell() -> None:
    if not _told.is_set():
        _told.set()
        words = _("Preparing the analyses, once on this machine: some seconds.")
        console(to_errors=True).print(words, style="dim", highlight=False)
