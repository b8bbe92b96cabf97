"""What stands in the lanes of the plan in the static SVG: the page's cells once more, as paragraphs to be set."""

from __future__ import annotations

from collections.abc import Callable

from parcours.language.formats import number
from parcours.language.translation import _, ngettext
from parcours.picture.gauges import BAR_HEIGHT, GAUGE_HEIGHT, deviation_word, glyph, kept_bar, score_gauge
from parcours.picture.held import Aligned, PromiseShown
from parcours.picture.model import StageColumn
from parcours.picture.plan_cells import drift_words, kept_words, scores_words, verdict_words
from parcours.picture.setting import Paragraph, Run, line
from parcours.picture.typeface import Style

_SUB = Style(12, 400, 92)
_TEXT = Style(13, 400, 92)
_STRONG = Style(13, 600, 92)


def _across(wide: float) -> Callable[[float], str]:
    return lambda share: f"{min(max(share, 0.0), 1.0) * wide:.1f}"


def promises(stage: StageColumn) -> list[Paragraph]:
    """Each promise kept in the stage."""
    out: list[Paragraph] = []
    for promise in stage.promises:
        out += _promise(promise, 9 if out else 0)
    return out


def _promise(promise: PromiseShown, before: float) -> list[Paragraph]:
    statement = line(promise.statement, _SUB, "ink-2", before)
    if promise.share is None:
        empty = _("nothing settled yet") if promise.given.count else _("never given")
        return [statement, line(empty, _SUB, "ink-2")]
    missed = promise.kept_target is False
    kept = Run(kept_words(promise), _STRONG, "rompu" if missed else "carte")
    times = ngettext("broken once", "times broken", promise.broken.count)
    if not promise.broken.count:
        broken = _("never broken")
    else:
        broken = times if promise.broken.count == 1 else f"{number(promise.broken.count)} {times}"
    bar = Paragraph((), BAR_HEIGHT + 3, 3, draw=lambda wide: kept_bar(promise, _across(wide)))
    verdict = Paragraph((kept, Run(broken, _SUB, "ink-2")), 17, 0, 19, "missed" if missed else "kept")
    return [statement, bar, verdict]


def deviations(stage: StageColumn) -> list[Paragraph]:
    """How many trips leave the plan, kind by kind."""
    return [
        Paragraph(
            (Run(number(each.trips.count), _STRONG, "rompu"), Run(deviation_word(each.kind), _TEXT)),
            18, 3 if place else 0, 21, each.kind,
        )
        for place, each in enumerate(stage.deviations)
    ]  # fmt: skip


def alignment(stage: StageColumn) -> list[Paragraph]:
    """The verdict of a stage and its two scores."""
    aligned = stage.aligned
    if aligned is None:
        return []
    sign = Paragraph((), 0, 0, draw=lambda _wide: glyph(aligned.quadrant, aligned.certain, "g-"))
    verdict = Paragraph((Run(verdict_words(aligned), _STRONG),), 17, 0, 22)
    gauge = Paragraph((), GAUGE_HEIGHT + 3, 5, draw=lambda wide: _gauge(aligned, wide))
    out = [sign, verdict, gauge, line(scores_words(aligned), _SUB, "ink-2")]
    if aligned.drift and aligned.gap is not None:
        out.append(Paragraph((Run(drift_words(aligned.gap), Style(12, 650, 92), "retard"),), 16, 0, 19, "drift"))
    return out


def _gauge(aligned: Aligned, wide: float) -> str:
    inner = _across(wide - 10)
    return f'<g transform="translate(5 0)">{score_gauge(aligned, inner)}</g>'
