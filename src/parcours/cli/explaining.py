"""A discovery told to people: why each part of the map is proposed, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.cli.output import say, write_table
from parcours.language.formats import list_words, number, percent
from parcours.language.translation import _, current_language

if TYPE_CHECKING:
    from parcours.mapdoc.discovered import Discovery

_MOST_LEFT_OUT = 20


def explain_discovery(found: Discovery) -> None:
    """Print the proposals stage by stage, then success and failures, then the names that were left out."""
    language = current_language()
    if found.map.origin is not None:
        say(found.map.origin.in_language(language))
    columns = [(_("Touchpoint"), "left"), (_("Why"), "left"), (_("Events"), "left")]
    for stage in (one for one in found.proposals if one.kind == "stage"):
        write_table(
            columns,
            [
                (one.name, one.reason.in_language(language), list_words(one.matches))
                for one in found.proposals
                if one.kind == "touchpoint" and one.stage == stage.id
            ],
            title=stage.name,
        )
        say(stage.reason.in_language(language))
    for kind, heading in (("success", _("Success")), ("failure", _("Failure"))):
        for one in (one for one in found.proposals if one.kind == kind):
            say(f"{heading}: {one.name}. {one.reason.in_language(language)}")
    if not found.left_out:
        return
    shown = found.left_out[:_MOST_LEFT_OUT]
    write_table(
        [(_("Left out"), "left"), (_("Why"), "left"), (_("Events"), "right"), (_("People"), "right")],
        [
            (
                one.name if one.name is not None else _("{n} other names").format(n=number(one.names)),
                one.text.in_language(language),
                number(one.events),
                "–" if one.persons is None else percent(one.persons / max(found.persons, 1), 1),
            )
            for one in shown
        ],
        title=_("Left out"),
    )
    rest = len(found.left_out) - len(shown)
    if rest:
        say(_("And {n} more: --json lists them all.").format(n=number(rest)))
