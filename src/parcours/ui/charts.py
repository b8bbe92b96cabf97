"""Small drawings of pages: a figure and its target, a stage's two scores, a funnel, retention. SVG without style
attributes, for the pages' content policy forbids these; lengths are percentages, so a drawing fills its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FEW = 30
"""Below this number a share is shown hatched, without colour: it would be believed too much."""
MOST_LEVEL = 6


@dataclass(frozen=True)
class FunnelRow:
    """A step: how many reached it, and how many of these went no further."""

    name: Any
    count: int
    lost: int = 0


@dataclass(frozen=True)
class FunnelBar:
    """A step as it is drawn, lengths in percent of the largest: who went on, and these with who did not."""

    row: FunnelRow
    went: float
    both: float

    @property
    def lost_share(self) -> float:
        """Lost, as a share of who reached the step."""
        return self.row.lost / self.row.count if self.row.count else 0.0


@dataclass(frozen=True)
class RetentionRow:
    """People who came in one period and the share of them still active in each later one; None is not over yet."""

    name: Any
    size: int
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class RetentionCell:
    """A share in whole percent (None: nothing to show yet) and how it is coloured."""

    percent: int | None
    style: str


def funnel_bars(rows: Sequence[FunnelRow]) -> list[FunnelBar]:
    """Lay the steps of a funnel out against the largest."""
    most = max((row.count for row in rows), default=0) or 1
    return [FunnelBar(row, 100 * (row.count - row.lost) / most, 100 * row.count / most) for row in rows]


def retention_cells(row: RetentionRow) -> list[RetentionCell]:
    """Colour one row: six levels; hatched where few people stand behind it."""
    return [_cell(share, row.size < FEW) for share in row.shares]


def _cell(share: float | None, few: bool) -> RetentionCell:
    if share is None:
        return RetentionCell(None, "")
    style = "few" if few else f"l{min(MOST_LEVEL, int(share * MOST_LEVEL + 0.999))}"
    return RetentionCell(round(100 * share), style)


def goal(value: float, aim: float | None, most: float, span: tuple[float, float] | None = None, *, lived: bool) -> str:
    """Draw ``value`` on a line from 0 to ``most`` with its target and the interval it lies in."""
    parts = ['<rect class="base" y="5" width="100%" height="2"/>']
    if span is not None:
        low, high = (_percent(end, most) for end in span)
        parts.append(f'<rect class="range" x="{low:.1f}%" y="1" width="{high - low:.1f}%" height="10"/>')
    parts.append(f'<rect class="fill" y="4" width="{_percent(value, most):.1f}%" height="4"/>')
    if aim is not None:
        parts.append(f'<rect class="aim" x="{_percent(aim, most):.1f}%" width="2" height="12"/>')
    return f'<svg class="goal{" lived" if lived else ""}" aria-hidden="true">{"".join(parts)}</svg>'


def pair(
    structure: float | None, felt: float | None, span: tuple[float, float] | None, limit: float, *, frail: bool
) -> str:
    """Draw a stage's structure (square) and experience (round, hollow when ``frail``) on one scale from 0 to 100."""
    parts = [
        '<line class="line" x2="100%" y1="8" y2="8"/><line class="line" x2="100%" y1="20" y2="20"/>',
        f'<line class="limit" x1="{limit}%" x2="{limit}%" y2="28"/>',
    ]
    if structure is not None and felt is not None:
        left, right = sorted((structure, felt))
        parts.insert(0, f'<rect class="gap" x="{left}%" y="8" width="{right - left}%" height="12"/>')
    if span is not None:
        low, high = span
        parts.append(f'<line class="span" x1="{low}%" x2="{high}%" y1="20" y2="20"/>')
        parts += [f'<line class="span" x1="{end}%" x2="{end}%" y1="15.5" y2="24.5"/>' for end in span]
    if structure is not None:
        parts.append(
            f'<svg x="{structure}%" overflow="visible"><rect class="ours" x="-5" y="3" width="10" height="10"/></svg>'
        )
    if felt is not None:
        parts.append(f'<circle class="{"frail" if frail else "theirs"}" cx="{felt}%" cy="20" r="5"/>')
    return f'<svg class="pair" aria-hidden="true">{"".join(parts)}</svg>'


def corner(structure_is_good: bool | None, felt_is_good: bool | None) -> str:
    """Draw in which of the four corners a stage stands; an empty square where that is not known."""
    if structure_is_good is None or felt_is_good is None:
        inside = '<path stroke-dasharray="2 2" d="M.5.5h14v14H.5z"/>'
    else:
        x, y = (8 if structure_is_good else 1), (1 if felt_is_good else 8)
        spot = f'<rect class="on" x="{x}" y="{y}" width="6" height="6"/>'
        inside = spot + '<path d="M.5.5h14v14H.5zM7.5.5v14M.5 7.5h14"/>'
    return f'<svg class="quad" viewBox="0 0 15 15" aria-hidden="true">{inside}</svg>'


def _percent(value: float, most: float) -> float:
    return max(0.0, min(100.0, 100 * value / most)) if most else 0.0
