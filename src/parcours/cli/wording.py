"""Commands whose every word is in the user's language, those that Typer adds included."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from parcours.language.translation import _


def _translated(params: list[Any]) -> list[Any]:
    words = {
        "help": _("Show this message and exit."),
        "install_completion": _("Install completion for the current shell."),
        "show_completion": _("Show completion for the current shell, to copy or change it."),
    }
    for param in params:
        if param.name in words:
            param.help = words[param.name]
    return params


class Command(TyperCommand):
    """A command of ``parcours``."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, each with its help in the user's language."""
        return _translated(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands, such as ``parcours map``."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, each with its help in the user's language."""
        return _translated(super().get_params(ctx))
