"""The map on a card of 480 × 270 px: title, headline, curve, river. For lists and galleries; nothing opens here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parcours.language.counted import plural_counted
from parcours.language.formats import number, percent
from parcours.language.translation import _, ngettext
from parcours.picture.curves import smooth
from parcours.picture.drawing import definitions
from parcours.picture.layout import felt_anywhere
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.relief import height_of, relief
from parcours.picture.river import Stream, stream
from parcours.picture.tokens import drawing_style
from parcours.picture.typeface import SANS_STACK, VOICE_STACK, Style, font_faces, prose, shorten, soften, wrap

WIDE, HIGH = 480, 270
_EDGE = 16.0
_INNER = WIDE - 2 * _EDGE
_TITLE, _HEADLINE, _NAME, _FOOT = Style(11.5, 600, 92), Style(15, 640), Style(11, 500, 80), Style(11, 400, 90)
_CURVE_TOP, _CURVE_HIGH = 84.0, 58.0
_RIVER_TOP, _RIVER_HIGH = 166.0, 62.0
_NAME_LINES = 5
"""Lines of a stage's name in the place of the river."""
_MOST_NUMBERED = 20
"""Stages that a card has room to number."""


def draw_thumbnail(picture: MapPicture) -> str:
    """Return the card as an SVG whose colours are still variables."""
    stages = picture.stages
    body = _words(picture)
    if stages:
        column = _INNER / len(stages)
        body += _curve(stages, column) + _line(stages, column) + _river(stages, column)
    body += _foot(picture)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" '
        f'role="img" lang="{picture.language}"><title>{prose(picture.title)}</title>'
        f"<desc>{prose(picture.headline)}</desc><style>{font_faces()}{drawing_style()}"
        f"text{{font-family:{SANS_STACK};font-variant-numeric:tabular-nums lining-nums}}"
        f".serif{{font-family:{VOICE_STACK};font-style:italic}}</style>{definitions('g-')}"
        f'<rect width="100%" height="100%" fill="var(--paper)"/>'
        f'<path d="M0 1.5H{WIDE}" stroke="var(--carte)" stroke-width="3"/>{body}</svg>'
    )


def _text(x: float, y: float, words: str, style: Style, colour: str = "ink", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{style.size:g}" font-weight="{style.weight}" '
        f'font-stretch="{style.stretch:g}%" text-anchor="{anchor}" fill="var(--{colour})">{prose(words)}</text>'
    )


def _words(picture: MapPicture) -> str:
    out = _text(_EDGE, 22, shorten(picture.title, _TITLE, _INNER), _TITLE, "ink-2")
    lines = wrap(picture.headline, _HEADLINE, _INNER)
    if len(lines) > 2:
        lines = [lines[0], shorten(" ".join(lines[1:]), _HEADLINE, _INNER)]
    if picture.headline != picture.title:
        out += "".join(_text(_EDGE, 43 + 19 * place, words, _HEADLINE) for place, words in enumerate(lines))
    return out


def _curve(stages: Sequence[StageColumn], column: float) -> str:
    """Draw what was felt, and what was planned; where nobody was asked the line is broken and the ground hatched."""

    def at(valence: float) -> float:
        top, bottom = height_of(2), height_of(-2)
        return _CURVE_TOP + (height_of(valence) - top) / (bottom - top) * _CURVE_HIGH

    laid = relief(stages, column, "", {})
    zero = f'<path class="zero" d="M{_EDGE} {at(0):.1f}H{WIDE - _EDGE}"/>'
    out = zero
    if felt_anywhere(stages):
        out += "".join(
            f'<rect x="{_EDGE + gap.left * column:.1f}" y="{_CURVE_TOP}" width="{(gap.right - gap.left) * column:.1f}" '
            f'height="{_CURVE_HIGH}" fill="url(#g-gap)"/>'
            for gap in laid.gaps
        )
    for run in laid.expected:
        points = [(_EDGE + x * column, at(value)) for x, value in run]
        if len(points) > 1:
            out += f'<path class="expected" d="M{smooth(points)}"/>'
    for spots in laid.runs:
        points = [(_EDGE + spot.x * column, at(spot.mean or 0.0)) for spot in spots]
        if len(points) > 1:
            out += f'<path class="felt" d="M{smooth(points)}"/>'
        else:
            out += f'<circle class="point" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="3.2"/>'
    return out


def _line(stages: Sequence[StageColumn], column: float) -> str:
    y = _CURVE_TOP + _CURVE_HIGH + 12
    out = f'<path class="plan" d="M{_EDGE} {y}H{WIDE - _EDGE}"/>'
    if len(stages) > _MOST_NUMBERED:
        return out
    for place, stage in enumerate(stages):
        x = _EDGE + (place + 0.5) * column
        if stage.pins:
            out += f'<circle class="pin-dot" cx="{x:.1f}" cy="{y}" r="8.5"/>'
            out += f'<text class="pin-text" x="{x:.1f}" y="{y + 4}">{stage.number}</text>'
        else:
            out += f'<rect class="stop" x="{x - 8:.1f}" y="{y - 8}" width="16" height="16" rx="3"/>'
            out += _text(x, y + 4, str(stage.number), replace(_NAME, weight=650), "carte", "middle")
    return out


def _river(stages: Sequence[StageColumn], column: float) -> str:
    laid: Stream = stream(stages, _RIVER_HIGH)
    out = ""
    if not laid.bottom:
        return _names(stages, column)
    for reach in laid.reaches:
        x = _EDGE + reach.column * column
        if reach.height > 0:
            high = max(reach.height, 0.8)
            out += f'<rect class="water" x="{x:.1f}" y="{_RIVER_TOP}" width="{column * 0.62:.1f}" height="{high:.2f}"/>'
        if reach.on > 0:
            high = max(reach.on, 0.8)
            out += (
                f'<rect class="water" x="{x + column * 0.6:.1f}" y="{_RIVER_TOP}" width="{column * 0.41:.1f}" '
                f'height="{high:.2f}"/>'
            )
        y = _RIVER_TOP + reach.on + reach.arrived + reach.open
        for high, kind in (
            (reach.admitted, "sw-neutral" if reach.neutral else "sw-admit"),
            (reach.beyond, "sw-beyond"),
        ):
            if high > 0.4:
                left = x + column * 0.62
                out += (
                    f'<path class="{kind}" d="M{left:.1f} {y:.1f}l{column * 0.3:.1f} 4v{high:.1f}'
                    f'l{-column * 0.3:.1f} -4z"/>'
                )
            y += high
        if reach.arrived > 0:
            out += (
                f'<rect class="arrived" x="{x + column * 0.62:.1f}" y="{_RIVER_TOP + reach.on:.1f}" '
                f'width="{column * 0.3:.1f}" height="{max(reach.arrived, 0.8):.2f}"/>'
            )
    return out


def _names(stages: Sequence[StageColumn], column: float) -> str:
    """Name the stages of a plan, each in as many lines as there is room for; none where the columns are too narrow."""
    if column <= 50:
        return ""
    out, room = "", column - 6
    for place, stage in enumerate(stages):
        lines = wrap(soften(stage.name, _NAME, room), _NAME, room)
        if len(lines) > _NAME_LINES:
            lines[_NAME_LINES - 1 :] = [shorten(" ".join(lines[_NAME_LINES - 1 :]), _NAME, room)]
        x = _EDGE + (place + 0.5) * column
        for row, words in enumerate(lines):
            out += _text(x, _RIVER_TOP + 14 + 13 * row, words, _NAME, "ink-2", "middle")
    return out


def _foot(picture: MapPicture) -> str:
    """Say how many set out and how many arrived; of a plan how much it holds."""
    stages = picture.stages
    if any(stage.lived for stage in stages):
        begun, arrived = stages[0].reached.count, sum(stage.arrived.count for stage in stages)
        words = plural_counted(begun, picture.counted)
        if begun:
            words += " · " + _("{share} arrive").format(share=percent(arrived / begun))
    else:
        points = sum(len(stage.stations) for stage in stages)
        words = ngettext("{n} stage", "{n} stages", len(stages)).format(n=number(len(stages)))
        words += " · " + ngettext("{n} touchpoint", "{n} touchpoints", points).format(n=number(points))
    return _text(_EDGE, HIGH - 12, words, _FOOT, "ink-2")
