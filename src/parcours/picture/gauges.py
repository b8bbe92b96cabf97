"""Small drawings of one value against its mark: a promise kept, two scores on one scale, a quadrant's glyph.

``across`` gives the x of a share 0..1 of the width, in percent on the page and in px in the static SVG.
"""

from __future__ import annotations

from collections.abc import Callable

from parcours.language.translation import _
from parcours.picture.held import Aligned, DeviationName, PromiseShown, QuadrantName

BAR_HEIGHT, GAUGE_HEIGHT, GLYPH = 16.0, 30.0, 15.0
MARKS: tuple[DeviationName, ...] = ("missing", "adhoc", "failing", "out_of_sequence", "late")

Across = Callable[[float], str]

_QUARTERS: dict[QuadrantName, tuple[float, float]] = {"aligned": (7.5, 0), "cold": (7.5, 7.5), "warm": (0, 0),
                                                     "broken": (0, 7.5)}  # fmt: skip


def kept_bar(promise: PromiseShown, across: Across) -> str:
    """Draw how much of a promise was kept, its interval, and a tick where it was meant to be."""
    out = f'<rect class="track" y="5" width="{across(1)}" height="6"/>'
    if promise.share is not None:
        if promise.kept_target is False:
            out += f'<rect class="broke" y="7" width="{across(min(promise.target, 1.0))}" height="2"/>'
        out += f'<rect class="kept-part" y="5" width="{across(promise.share)}" height="6"/>'
        if promise.low is not None and promise.high is not None:
            out += f'<line class="reach" x1="{across(promise.low)}" x2="{across(promise.high)}" y1="8" y2="8"/>'
    at = across(min(promise.target, 1.0))
    return out + f'<line class="aim" x1="{at}" x2="{at}" y1="0" y2="16"/>'


def score_gauge(aligned: Aligned, across: Across) -> str:
    """Draw structure (square, above) and feeling (round, below) on one scale 0..100 with their intervals."""
    at = across(aligned.threshold / 100)
    out = f'<line class="scale-line" x1="{across(0)}" x2="{across(1)}" y1="15" y2="15"/>'
    out += f'<line class="limit" x1="{at}" x2="{at}" y1="1" y2="29"/>'
    if aligned.drift and aligned.structure is not None and aligned.experience is not None:
        ends = sorted((aligned.structure, aligned.experience))
        out += f'<line class="apart" x1="{across(ends[0] / 100)}" x2="{across(ends[1] / 100)}" y1="15" y2="15"/>'
    if aligned.structure is not None:
        out += _span("span-ours", aligned.structure_low, aligned.structure_high, 9, across)
        mark = '<rect class="mark-ours" x="-4.5" y="-4.5" width="9" height="9"/>'
        out += _at(across(aligned.structure / 100), 9, mark)
    if aligned.experience is not None:
        out += _span("span-theirs", aligned.experience_low, aligned.experience_high, 21, across)
        few = " few" if aligned.answers.count < 30 else ""
        out += _at(across(aligned.experience / 100), 21, f'<circle class="point{few}" r="4.8"/>')
    else:
        out += "".join(f'<circle class="raw" cx="{across(value / 100)}" cy="21" r="2.6"/>' for value in aligned.few)
    return out


def _span(kind: str, low: float | None, high: float | None, y: float, across: Across) -> str:
    if low is None or high is None:
        return ""
    return f'<line class="{kind}" x1="{across(low / 100)}" x2="{across(high / 100)}" y1="{y}" y2="{y}"/>'


def _at(x: str, y: float, content: str) -> str:
    return f'<svg x="{x}" y="{y}" overflow="visible">{content}</svg>'


def glyph(quadrant: QuadrantName | None, certain: bool, prefix: str) -> str:
    """Draw the four quarters (feeling upwards, structure to the right) with the stage's own filled, hatched if unsure.

    None: not known, and all of it hatched.
    """
    frame = '<path class="frame" d="M.5.5h14v14H.5zM7.5.5v14M.5 7.5h14"/>'
    if quadrant is None:
        return f'<rect width="15" height="15" opacity=".55" fill="url(#{prefix}doubt)"/>{frame}'
    x, y = _QUARTERS[quadrant]
    fill = f'class="quarter {quadrant}"' if certain else f'fill="url(#{prefix}doubt)"'
    return f'<rect {fill} x="{x}" y="{y}" width="7.5" height="7.5"/>{frame}'


def quadrant_word(quadrant: QuadrantName) -> str:
    """Return what a quadrant is called."""
    return {
        "aligned": _("aligned"),
        "cold": _("efficient but cold"),
        "warm": _("warm but disorganised"),
        "broken": _("broken"),
    }[quadrant]


def deviation_word(kind: DeviationName) -> str:
    """Return what a kind of deviation is called."""
    return {
        "missing": _("missing"),
        "adhoc": _("ad hoc"),
        "failing": _("failing"),
        "out_of_sequence": _("out of sequence"),
        "late": _("late"),
    }[kind]
