"""What the letter says of the targets of the whole journey: only those that are missed beyond doubt."""

from __future__ import annotations

from parcours.language.formats import list_words, number, quoted
from parcours.language.translation import _, ngettext
from parcours.report.indicators import target_of, value_of
from parcours.report.letter_words import Matter
from parcours.report.measuring import measure

_MOST = 3
"""A letter fits on a page."""


def missed_goals(matter: Matter) -> tuple[str, ...]:
    """Count the metrics of the whole map whose targets are missed and name the first; nothing where none is."""
    measured = measure(matter.laid, matter.plan.counted).in_stage(None)
    missed = [one for one in measured if one.verdict == "missed" and one.value is not None]
    if not missed:
        return ()
    told = [
        _("{metric} ({value}, target {target})").format(
            metric=quoted(one.name), value=value_of(one, one.value or 0.0), target=target_of(one)
        )
        for one in missed[:_MOST]
    ]
    said = ngettext(
        "{n} target of the whole journey is missed: {facts}.",
        "{n} targets of the whole journey are missed, first {facts}.",
        len(missed),
    )
    return (said.format(n=number(len(missed)), facts=list_words(told)),)
