"""What stands beside and under the touchpoints of a stage, each a panel with its title."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parcours.language.formats import percent, quoted
from parcours.language.translation import _
from parcours.picture import plan_lines
from parcours.picture.cells import split_words, verdict_word
from parcours.picture.held import Aligned, PromiseShown
from parcours.picture.model import Indicator, Quote, StageColumn
from parcours.picture.plan_cells import drift_words, kept_words, reach, scores_words, verdict_words
from parcours.picture.slides.drawings import LABEL_ROOM, Feelings, draw_kept, draw_scores
from parcours.picture.slides.paint import Painter, Pen
from parcours.picture.slides.told import VERDICTS, told
from parcours.picture.slides.touchpoints import ASIDE
from parcours.picture.slides.words import Box, Para, Run, height, para
from parcours.picture.story_cells import MOST_SEVERE, deed_facts, effect_facts, friction_words, pain_facts
from parcours.picture.told import DeedShown, PainShown
from parcours.picture.typeface import Style, tidy

_PLOT = 104.0
_TITLE = 26.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the right column: its title, its height in a column, and how it is painted into a box."""

    title: str
    high: Callable[[float], float]
    paint: Callable[[Painter, Box], None]
    colour: str = "carte"


def draw_panels(painter: Painter, panels: Sequence[Panel], x: float, top: float, wide: float) -> None:
    """Draw panels under one another."""
    for panel, down, titled in _stacked(panels, wide):
        y = top + down
        if titled:
            painter.line(x, y, x + wide, y, Pen(panel.colour, 1.5))
            painter.text(Box(x, y + 5, wide, 18), [para(panel.title, 12, bold=True)], panel.title)
            y += _TITLE
        panel.paint(painter, Box(x, y, wide, panel.high(wide)))


def _stacked(panels: Sequence[Panel], wide: float) -> Iterator[tuple[Panel, float, bool]]:
    """Give each panel with its distance from the top and whether its title stands over it: once for those alike."""
    down, last = 0.0, ""
    for place, panel in enumerate(panels):
        titled = panel.title != last
        down += (16 if titled else 9) if place else 0
        yield panel, down, titled
        down += panel.high(wide) + (_TITLE if titled else 0)
        last = panel.title


def fit_panels(panels: Sequence[Panel], wide: float, room: float) -> int:
    """Return how many panels fit under one another."""
    count = 0
    for panel, down, titled in _stacked(panels, wide):
        if down + panel.high(wide) + (_TITLE if titled else 0) > room:
            break
        count += 1
    return count


def panels_of(stage: StageColumn) -> list[Panel]:
    """Return what stands beside the touchpoints; empty ones are not there."""
    panels: list[Panel] = []
    if stage.stations:
        feelings = Feelings([stage], Box(0, 0, ASIDE, _PLOT))
        if feelings.anything:
            panels.append(
                Panel(_("What they feel, and what was planned"), lambda _wide: _PLOT + 2 * LABEL_ROOM, _plot(stage))
            )
    if stage.split is not None:
        panels.append(_text(_("Felt in opposite ways"), [para(f"↕ {split_words(stage.split)}", 13)], "retard"))
    if stage.deeper is not None:
        words = [para(stage.deeper.words, 14, bold=True), para(stage.deeper.url, 11, "ink-2")]
        panels.append(_text(_("In detail on another map"), words))
    if stage.aligned is not None:
        panels.append(_scores(stage.aligned))
    panels += [_promise(one) for one in stage.promises]
    if stage.deviations:
        panels.append(_text(_("Deviations"), _deviations(stage)))
    panels += [_text(_("Pain points"), pain_words(one)) for one in stage.pains]
    panels += [_text(_("Actions"), deed_words(one)) for one in stage.deeds]
    panels += [_text(_("Indicators"), _indicator_words(one)) for one in stage.indicators]
    return panels


def _deviations(stage: StageColumn) -> list[Para]:
    """Set the kinds one after another."""
    kinds = told(plan_lines.deviations(stage))
    apart = Run("     ", Style(13))
    runs = [run for place, one in enumerate(kinds) for run in (*((apart,) if place else ()), *one.runs)]
    return [Para(tuple(runs), 19)]


def pain_words(pain: PainShown) -> list[Para]:
    """Write a pain point; squares count its severity, hatched where it is only assumed."""
    mark = ("▨" if pain.assumed else "■") * (pain.severity or 0)
    facts = Run(tidy(pain_facts(pain)), Style(12), "ink-2")
    squares = (Run(mark + "□" * (MOST_SEVERE - len(mark)) + "  ", Style(12), "rompu"),) if pain.severity else ()
    known = [para(friction_words(pain), 12, "ink-2")] if pain.friction is not None else []
    return [para(pain.name, 13, bold=True), *([Para((*squares, facts), 16)] if facts.text or squares else []), *known]


def deed_words(deed: DeedShown) -> list[Para]:
    """Write an opportunity or an action: its name, where it stands, and what has changed since."""
    said = (deed_facts(deed), *effect_facts(deed))
    return [para(deed.name, 13, bold=True), *(para(words, 12, "ink-2") for words in said)]


def quote_panel(quote: Quote) -> Panel:
    """Return the panel of a customer's own words."""
    words = [para(quoted(quote.text), 18, "voyage", voice=True), para(quote.source, 12, "ink-2", before=4)]
    return _text(_("Their words"), words, "voyage")


def _text(title: str, words: Sequence[Para], colour: str = "carte") -> Panel:
    return Panel(
        title,
        lambda wide: height(words, wide),
        lambda painter, box: painter.text(Box(box.x, box.y, box.wide, height(words, box.wide)), words, title),
        colour,
    )


def _indicator_words(one: Indicator) -> list[Para]:
    colour, sign = VERDICTS[one.verdict]
    words = verdict_word(one) + (", " + _("target {value}").format(value=one.target) if one.target is not None else "")
    runs = (
        Run(tidy(one.value) + "  ", Style(17, 700), "rompu" if one.verdict == "missed" else "ink"),
        Run(f"{sign} {tidy(words)}", Style(12), colour),
    )
    return [para(one.label, 12), Para(runs, 22), *([para(one.detail, 11, "ink-2")] if one.detail else [])]


def _plot(stage: StageColumn) -> Callable[[Painter, Box], None]:
    def paint(painter: Painter, box: Box) -> None:
        Feelings([stage], Box(box.x, box.y + LABEL_ROOM, box.wide, _PLOT)).draw(painter)

    return paint


def _scores(aligned: Aligned) -> Panel:
    words = f"{verdict_words(aligned)}, {scores_words(aligned)}"
    runs = [Run(verdict_words(aligned) + "  ", Style(14, 700)), Run(scores_words(aligned), Style(12), "ink-2")]
    if aligned.drift and aligned.gap is not None:
        runs.append(Run(f"  ↔ {drift_words(aligned.gap)}", Style(12, 700), "retard"))

    text = [Para(tuple(runs), 18)]

    def paint(painter: Painter, box: Box) -> None:
        high = height(text, box.wide)
        painter.text(Box(box.x, box.y, box.wide, high), text, _("Structure and feeling"))
        draw_scores(painter, aligned, Box(box.x, box.y + high + 6, box.wide, 28), words)

    return Panel(_("Structure and feeling"), lambda wide: height(text, wide) + 34, paint)


def _promise(one: PromiseShown) -> Panel:
    words = [para(one.statement, 12)]
    if one.share is None:
        words.append(para(_("nothing settled yet") if one.given.count else _("never given"), 12, "ink-2"))
        return _text(_("Promises"), words)
    missed = one.kept_target is False
    sign, colour = ("✕", "rompu") if missed else ("✓", "carte")
    verdict = (
        Run(f"{sign} {kept_words(one)}  ", Style(13, 700), colour),
        Run(_("{share}, {reach}").format(share=percent(one.share), reach=reach(one)), Style(12), "ink-2"),
    )
    words.append(Para(verdict, 18, 2))

    def paint(painter: Painter, box: Box) -> None:
        high = height(words, box.wide)
        painter.text(Box(box.x, box.y, box.wide, high), words, _("Promises"))
        draw_kept(
            painter,
            one,
            Box(box.x, box.y + high + 3, box.wide, 14),
            f"{one.statement}: {kept_words(one)}, {reach(one)}",
        )

    return Panel(_("Promises"), lambda wide: height(words, wide) + 17, paint)
