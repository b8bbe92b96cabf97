"""What stands in the lanes of the plan: promises kept, deviations, alignment; one stage in one piece of HTML."""

from __future__ import annotations

from parcours.language.formats import number, percent
from parcours.language.translation import _, ngettext
from parcours.picture.cells import Pen, hidden
from parcours.picture.figures import short
from parcours.picture.gauges import deviation_word, glyph, kept_bar, quadrant_word, score_gauge
from parcours.picture.held import Aligned, PromiseShown
from parcours.picture.model import StageColumn
from parcours.picture.typeface import Style, prose, soften

_STATEMENT = Style(12.5, 400, 88)


def in_percent(share: float) -> str:
    """Return the x of a share 0..1, a little in from both ends."""
    return f"{short(2 + min(max(share, 0.0), 1.0) * 96)}%"


def _plain(share: float) -> str:
    return f"{short(min(max(share, 0.0), 1.0) * 100)}%"


def promises(stage: StageColumn, pen: Pen) -> str:
    """Each promise kept in the stage: its share against the one meant, and how many were broken."""
    return "".join(_promise(each, pen) for each in stage.promises)


def _promise(promise: PromiseShown, pen: Pen) -> str:
    statement = prose(soften(promise.statement, _STATEMENT, pen.column_px - 14))
    if promise.planned:
        facts = prose(soften(planned_words(promise), Style(12, 400, 92), pen.column_px - 14))
        marks = pen.changes("promises", promise.id)
        return f'<div class="vow"><p class="tp">{statement}</p>{marks}<p class="sub">{facts}</p></div>'
    if promise.share is None:
        empty = prose(_("nothing settled yet") if promise.given.count else _("never given"))
        return f'<div class="vow"><p class="sub">{statement}</p><p class="sub">{empty}</p></div>'
    bar = f'<svg class="bar" width="100%" height="16" aria-hidden="true">{pen.drawing(kept_bar(promise, _plain))}</svg>'
    return (
        f'<div class="vow"><p class="sub">{statement}</p>{bar}'
        f'<p class="vows">{verdict_of(promise, kept_words(promise), pen)}{hidden(", " + reach(promise))} '
        f"{broken_count(promise, pen)}</p></div>"
    )


def planned_words(promise: PromiseShown) -> str:
    """Say what is promised: within what time, for how many, and who answers for it."""
    facts = [promise.within]
    if promise.target < 1:
        facts.append(_("for {share}").format(share=percent(promise.target)))
    return " · ".join([*facts, *([promise.owner] if promise.owner else [])])


def verdict_of(promise: PromiseShown, words: str, pen: Pen) -> str:
    """Write the share kept with the mark of its verdict."""
    missed = promise.kept_target is False
    sign = hidden((_("missed") if missed else _("kept")) + ": ")
    kind, mark = ("bad", "missed") if missed else ("good", "kept")
    return f'<b class="w {kind}">{pen.icon(mark)}{sign}{prose(words)}</b>'


def kept_words(promise: PromiseShown) -> str:
    """Say which share was kept."""
    return _("{share} kept").format(share=percent(promise.share or 0.0))


def reach(promise: PromiseShown) -> str:
    """Say the interval and what was meant."""
    low, high = percent(promise.low or 0.0), percent(promise.high or 0.0)
    return _("{low} to {high}; {target} meant").format(low=low, high=high, target=percent(promise.target))


def broken_count(promise: PromiseShown, pen: Pen) -> str:
    """Count the broken ones; none are nobody to open onto."""
    if not promise.broken.count:
        return f'<span class="sub">{prose(_("never broken"))}</span>'
    about = _("{promise}: broken").format(promise=promise.statement)
    words = ngettext("broken once", "times broken", promise.broken.count)
    if promise.broken.count == 1:
        return f'<span class="sub w">{pen.figure(words, promise.broken.figure, about)}</span>'
    return f'<span class="sub w">{pen.count(promise.broken, about)} {prose(words)}</span>'


def deviations(stage: StageColumn, pen: Pen) -> str:
    """How many trips leave the plan in the stage, each kind with its mark and its word."""
    items = ""
    for each in stage.deviations:
        word = deviation_word(each.kind)
        about = of_place(stage.name, word)
        items += f"<li>{pen.icon(each.kind)}<span><b>{pen.count(each.trips, about)}</b> {prose(word)}</span></li>"
    return f'<ul class="kinds">{items}</ul>' if items else ""


def of_place(place: str, what: str) -> str:
    """Say what is at a place."""
    return _("{place}: {what}").format(place=place, what=what)


def alignment(stage: StageColumn, pen: Pen) -> str:
    """The verdict of a stage, its two scores on one scale, and how far they drift apart."""
    aligned = stage.aligned
    if aligned is None:
        return ""
    sign = sign_of(aligned, pen)
    drawing = pen.drawing(score_gauge(aligned, in_percent))
    gauge = f'<svg class="gauge" width="100%" height="30" aria-hidden="true">{drawing}</svg>'
    out = f'<p class="accord">{sign}<b>{prose(verdict_words(aligned))}</b></p>{gauge}'
    out += f'<p class="sub">{prose(scores_words(aligned))}</p>'
    if aligned.drift and aligned.gap is not None:
        out += f'<p class="sub drift">{pen.icon("drift")}<b>{prose(drift_words(aligned.gap))}</b></p>'
    return out


def sign_of(aligned: Aligned, pen: Pen) -> str:
    """Return the four quarters with the stage's own."""
    quarters = pen.drawing(glyph(aligned.quadrant, aligned.certain, pen.prefix))
    return f'<svg class="glyph" width="15" height="15" aria-hidden="true">{quarters}</svg>'


def verdict_words(aligned: Aligned) -> str:
    """Say the quadrant, and that it is not sure where it is not."""
    if aligned.quadrant is None:
        return _("not enough to say")
    word = quadrant_word(aligned.quadrant)
    return word if aligned.certain else _("{quadrant}?").format(quadrant=word)


def scores_words(aligned: Aligned) -> str:
    """Say both scores."""
    ours = number(aligned.structure) if aligned.structure is not None else "–"
    if aligned.experience is not None:
        theirs = number(aligned.experience)
    elif aligned.few:
        theirs = ngettext("{n} answer", "{n} answers", len(aligned.few)).format(n=number(len(aligned.few)))
    else:
        theirs = "–"
    return _("structure {ours}, felt {theirs}").format(ours=ours, theirs=theirs)


def drift_words(gap: int) -> str:
    """Say how far the two scores are apart."""
    return _("{points} points apart").format(points=number(abs(gap)))
