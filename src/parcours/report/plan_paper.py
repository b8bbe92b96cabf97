"""The plan on paper: alignment, promises and deviations as tables, with the sentences that keep them honest."""

from __future__ import annotations

from collections.abc import Iterator

from parcours.language.formats import number, percent, signed
from parcours.language.translation import _
from parcours.picture.gauges import deviation_word
from parcours.picture.held import Compared
from parcours.picture.model import MapPicture
from parcours.picture.paper import Block, Figure, Heading, NewPage, Paragraph, Table
from parcours.picture.plan_cells import of_place, reach, verdict_words
from parcours.picture.quadrant import quadrant_words
from parcours.picture.svg import render_quadrant

NOTHING = "–"
_QUADRANT_MM = 110
"""High enough to read its words: what is left of the page may be nothing, as other tables follow."""


def plan_blocks(picture: MapPicture) -> Iterator[Block]:
    """Yield what the plan shows; nothing where a map has none."""
    yield from _alignment(picture)
    plan = picture.plan
    if plan.promises:
        yield Heading(_("Our promises"))
        yield _promises(picture)
    if plan.deviating is not None and plan.deviations:
        yield Heading(_("Where we leave our own plan"))
        yield Paragraph(_("What goes together is an association, not a cause."), "small")
        yield _deviations(picture)


def _alignment(picture: MapPicture) -> Iterator[Block]:
    if picture.plan.scale is None:
        return
    yield NewPage()
    yield Heading(_("Structure and feeling"))
    rows = []
    for stage in picture.stages:
        one = stage.aligned
        if one is None:
            continue
        rows.append(
            (
                f"{stage.number}. {stage.name}", verdict_words(one),
                _score(one.structure, one.structure_low, one.structure_high),
                _score(one.experience, one.experience_low, one.experience_high),
                number(one.answers.count), NOTHING if one.gap is None else signed(one.gap, 0),
            )
        )  # fmt: skip
    head = (_("Stage"), _("Verdict"), _("Structure"), _("Feeling"), _("Answers"), _("Apart"))
    yield Table(head, rows, (3, 3, 2, 2, 1, 1), (False, False, True, True, True, True))
    drawing = render_quadrant(picture, side=520)
    if drawing:
        yield Figure(drawing, quadrant_words(picture.stages), high_mm=_QUADRANT_MM)


def _score(value: float | None, low: float | None, high: float | None) -> str:
    if value is None or low is None or high is None:
        return NOTHING
    return f"{number(value)} ({_('{low} to {high}').format(low=number(low), high=number(high))})"


def _promises(picture: MapPicture) -> Table:
    rows = [
        (
            one.statement, one.owner or _("no owner"), NOTHING if one.share is None else percent(one.share),
            NOTHING if one.share is None else reach(one), number(one.broken.count), one.median or NOTHING,
            _compared(one.feeling),
        )
        for one in picture.plan.promises
    ]  # fmt: skip
    head = (
        _("Promise"), _("Owner"), _("Kept"), _("Interval at 95%"), _("Broken"), _("Half of them"),
        _("Next answer, after broken and after kept"),
    )  # fmt: skip
    return Table(head, rows, (4, 2, 1, 3, 1, 2, 4), (False, False, True, False, True, True, False))


def _deviations(picture: MapPicture) -> Table:
    rows = [
        (
            of_place(row.place, deviation_word(row.kind)), row.stage or NOTHING, row.owner or NOTHING,
            number(row.trips.count), NOTHING if row.share is None else percent(row.share),
            _compared(row.success), _compared(row.feeling),
        )
        for row in picture.plan.deviations
    ]  # fmt: skip
    head = (
        _("Deviation"), _("Stage"), _("Owner"), _("Trips"), _("Share"), _("Success, with it and without"), _("Feeling"),
    )  # fmt: skip
    return Table(head, rows, (4, 2, 2, 1, 1, 3.4, 3.4), (False, False, False, True, True, False, False))


def _compared(found: Compared | None) -> str:
    if found is None:
        return NOTHING
    if found.change is None:
        return f"{found.values} · {_('too few to compare')}"
    change = found.change if found.tells else _("{change}: may be chance").format(change=found.change)
    return f"{found.values} ({change})"
