"""The sections under the map: what to mend first, structure against feeling, promises, deviations. Empty ones go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parcours.language.counted import plural_counted, said_of
from parcours.language.formats import decimal, list_words, number, percent, signed
from parcours.language.translation import _, ngettext
from parcours.picture import plan_cells
from parcours.picture.cells import Pen, hidden
from parcours.picture.facts_table import Column, draw_facts, draw_section
from parcours.picture.figures import short
from parcours.picture.gauges import MARKS, deviation_word, kept_bar
from parcours.picture.held import Aligned, Compared, DeviationShown, DeviationSpread, PartShown, PromiseShown
from parcours.picture.lanes import LaneName
from parcours.picture.model import MapPicture, StageColumn
from parcours.picture.quadrant import draw_plane, lay_plane, placed
from parcours.picture.typeface import prose

_WIDE, _SMALL = 520.0, 296.0
"""Px of the quadrant's side beside its table, and on a phone."""


def draw_sections(picture: MapPicture, pen: Pen) -> str:
    """Draw what lies under the map: a section for each lane that is shown."""
    sections: dict[LaneName, Callable[[MapPicture, Pen], str]] = {
        "alignment": _alignment, "promises": _promises, "deviations": _deviations,
    }  # fmt: skip
    return "".join(draw(picture, pen) for lane, draw in sections.items() if lane in picture.shown)


# ---------------------------------------------------------------- alignment


def _alignment(picture: MapPicture, pen: Pen) -> str:
    scale = picture.plan.scale
    scored = [(stage, stage.aligned) for stage in picture.stages if stage.aligned is not None]
    if scale is None or not scored:
        return ""
    lead = [
        _(
            "Structure is how a stage is run, feeling how it is lived: both from 0 to 100, good from {threshold} on."
        ).format(threshold=number(scale.threshold))
    ]
    drawing = ""
    if placed(picture.stages):
        drawing = f'<figure class="plane">{_plane(picture, scale.threshold, pen)}</figure>'
    else:
        lead.append(_("No stage has enough of both to be placed on a picture yet."))
    return draw_section(
        "accords",
        _("Structure and feeling"),
        lead,
        f'<div class="beside">{drawing}<div>{_first(scored, pen)}{_formula(picture)}</div></div>{_scores(scored, pen)}',
    )


def _plane(picture: MapPicture, threshold: float, pen: Pen) -> str:
    words = _("Each stage by its two scores; the table that follows holds the same figures.")
    out = ""
    for kind, side, names in (("wide", _WIDE, True), ("small", _SMALL, False)):
        plane = lay_plane(picture.stages, threshold, side, names=names)
        box = f'width="{plane.wide:.0f}" height="{plane.high:.0f}" viewBox="0 0 {plane.wide:.0f} {plane.high:.0f}"'
        drawing = draw_plane(plane, pen.prefix)
        out += f'<svg class="draw {kind}" {box} role="img" aria-label="{prose(words)}">{drawing}</svg>'
    key = said_of(
        picture.counted,
        _("Discs are sized by people, crosses are 95% intervals; hatched: an interval straddles a threshold."),
        _("Discs are sized by trips, crosses are 95% intervals; hatched: an interval straddles a threshold."),
    )
    return f'{out}<figcaption class="sub">{prose(key)}</figcaption>'


def _first(scored: Sequence[tuple[StageColumn, Aligned]], pen: Pen) -> str:
    ranked = sorted((pair for pair in scored if pair[1].priority is not None), key=lambda pair: pair[1].priority or 0)
    if not ranked:
        return f"<p>{prose(_('No stage falls short of the threshold: nothing to mend first.'))}</p>"
    items = "".join(_to_mend(stage, one, pen) for stage, one in ranked[:5])
    title = _("What to mend first")
    why = said_of(
        ranked[0][0].counted,
        _("people × points missing × value of a success, where the log has one"),
        _("trips × points missing × value of a success, where the log has one"),
    )
    return f'<h3>{prose(title)}</h3><p class="sub">{prose(why)}</p><ol class="mend">{items}</ol>'


def _to_mend(stage: StageColumn, one: Aligned, pen: Pen) -> str:
    about = said_of(
        stage.counted, _("{stage}: people who came here or further"), _("{stage}: trips that came here or further")
    ).format(stage=stage.name)
    people = pen.figure(
        plural_counted(one.people.count, stage.counted),
        one.people.figure if one.people.count else None,
        about,
    )
    points = ngettext("{n} point missing", "{n} points missing", round(one.shortfall or 0.0)).format(
        n=number(one.shortfall or 0.0)
    )
    worth = f" · {prose(_('a success is worth {value}').format(value=one.worth))}" if one.worth is not None else ""
    who = f"{prose(stage.owner)} · " if stage.owner else ""
    verdict = prose(plan_cells.verdict_words(one))
    facts = f'<p class="sub">{who}{people} · {prose(points)}{worth}</p>'
    return f"<li><p><b>{prose(stage.name)}</b>, {verdict}</p>{facts}</li>"


def part_name(name: str) -> str:
    """Return what a part of the structure score is called."""
    return {
        "on_time": _("on time"),
        "as_planned": _("as planned"),
        "forward": _("forward"),
        "carried": _("carried"),
    }[name]


def _formula(picture: MapPicture) -> str:
    scale = picture.plan.scale
    parts: tuple[PartShown, ...] = next((one.aligned.parts for one in picture.stages if one.aligned is not None), ())
    weighed = [
        _("{weight} × {part}").format(weight=_weight(part.weight), part=part_name(part.name))
        for part in parts
        if part.weight
    ]
    said = [
        _("Structure: mean of the parts that exist, {parts}.").format(parts=list_words(weighed)),
        _(
            "On time: promises kept, else stays within the target. As planned: trips with nothing missing, failing or"
            " out of sequence. Forward: conversion against its target. Carried: touchpoints with an owner and a"
            " documented process. Without two of the first three: not enough to say."
        ),
    ]
    if scale is not None and scale.experience is not None:
        said.append(
            _(
                "Feeling: answers from 0 to 100, drawn towards the mean of all ({mean}) as if by twenty more answers;"
                " under ten answers, the answers themselves."
            ).format(mean=number(scale.experience))
        )
    if scale is not None:
        said.append(
            _("Points apart are flagged beyond {drift}, when their interval excludes zero.").format(
                drift=number(scale.drift)
            )
        )
    return f'<div class="formula"><h3>{prose(_("How the scores are made"))}</h3>{_paragraphs(said)}</div>'


def _weight(weight: float) -> str:
    return number(weight) if weight == int(weight) else decimal(weight)


def _paragraphs(sentences: Sequence[str]) -> str:
    return "".join(f'<p class="sub">{prose(sentence)}</p>' for sentence in sentences)


def _scores(scored: Sequence[tuple[StageColumn, Aligned]], pen: Pen) -> str:
    parts = [part.name for part in scored[0][1].parts]
    columns = [
        Column(_("Stage")), Column(_("Verdict")), Column(_("Structure"), True),
        *(Column(part_name(name)) for name in parts), Column(_("Feeling"), True), Column(_("Answers"), True),
        Column(_("Apart"), True),
    ]  # fmt: skip
    rows = []
    for stage, one in scored:
        sign = plan_cells.sign_of(one, pen)
        apart = ""
        if one.gap is not None:
            flag = hidden(_("flagged:") + " ") + pen.icon("drift") if one.drift else ""
            apart = f'<span class="{"drift w" if one.drift else "w"}">{flag}{signed(one.gap, 0)}</span>'
        about = _("{stage}: answers").format(stage=stage.name)
        rows.append(
            [
                f"{stage.number}. {prose(stage.name)}",
                f'<span class="accord">{sign}<span>{prose(plan_cells.verdict_words(one))}</span></span>',
                _score(one.structure, one.structure_low, one.structure_high),
                *(_part(stage, part, pen) for part in one.parts),
                _score(one.experience, one.experience_low, one.experience_high) or _few(one),
                pen.count(one.answers, about),
                apart,
            ]
        )
    return draw_facts(pen, "t-scores", _("Structure and feeling, stage by stage"), columns, rows)


def _score(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return ""
    reach = ""
    if low is not None and high is not None:
        reach = f' <span class="sub w">{prose(_("{low} to {high}").format(low=number(low), high=number(high)))}</span>'
    return f"<b>{number(value)}</b>{reach}"


def _few(one: Aligned) -> str:
    if not one.few:
        return ""
    return f'<span class="sub">{prose(", ".join(number(value) for value in one.few))}</span>'


def _part(stage: StageColumn, part: PartShown, pen: Pen) -> str:
    if part.value is None:
        return ""
    about = plan_cells.of_place(stage.name, part_name(part.name))
    return f'{pen.figure(number(part.value), part.figure, about)} <span class="sub">{prose(part.detail)}</span>'


# ----------------------------------------------------------------- promises


def _promises(picture: MapPicture, pen: Pen) -> str:
    shown = picture.plan.promises
    if not shown:
        return ""
    columns = (
        Column(_("Promise")), Column(_("Kept")), Column(_("Broken"), True), Column(_("Half of them"), True),
        Column(_("95 of 100"), True), Column(_("Owner")), Column(_("Next answer, after broken and after kept")),
    )  # fmt: skip
    rows = [
        [
            f'{prose(one.statement)} <span class="sub">{prose(f"{one.touchpoint}, {one.within}")}</span>',
            _kept(one, pen),
            _broken(one, pen),
            prose(one.median) if one.median else "",
            prose(one.slowest) if one.slowest else (prose(_("never met")) if one.share is not None else ""),
            prose(one.owner) if one.owner else "",
            _compared(one.feeling),
        ]
        for one in shown
    ]
    lead = [
        _("A promise is kept when it is met within its time, and broken when it is met later or not at all."),
        _("What goes together is an association, not a cause."),
    ]
    return draw_section(
        "vows-part", _("Our promises"), lead, draw_facts(pen, "t-promises", _("Promises"), columns, rows)
    )


def _kept(one: PromiseShown, pen: Pen) -> str:
    if one.share is None:
        return f'<span class="sub">{prose(_("nothing settled yet") if one.given.count else _("never given"))}</span>'
    bar = f'<svg class="bar" width="100%" height="16" aria-hidden="true">{pen.drawing(kept_bar(one, _plain))}</svg>'
    value = plan_cells.verdict_of(one, percent(one.share), pen)
    return f'{bar}{value} <span class="sub">{prose(plan_cells.reach(one))}</span>'


def _plain(share: float) -> str:
    return f"{short(min(max(share, 0.0), 1.0) * 100)}%"


def _broken(one: PromiseShown, pen: Pen) -> str:
    settled = one.kept.count + one.broken.count
    if not settled:
        return ""
    about = _("{promise}: broken").format(promise=one.statement)
    more = _("of {n}").format(n=number(settled))
    unmet = ""
    if one.unmet.count:
        never = _("{promise}: never met").format(promise=one.statement)
        unmet = f'<br><span class="sub">{pen.count(one.unmet, never)} {prose(_("never met"))}</span>'
    return f'{pen.count(one.broken, about)} <span class="sub">{prose(more)}</span>{unmet}'


def _compared(found: Compared | None) -> str:
    if found is None:
        return ""
    if found.change is None:
        return f'{prose(found.values)}<br><span class="sub">{prose(_("too few to compare"))}</span>'
    if found.tells:
        return f'<b>{prose(found.values)}</b><br><span class="sub">{prose(found.change)}</span>'
    doubt = _("{change}: may be chance").format(change=found.change)
    return f'{prose(found.values)}<br><span class="sub">{prose(doubt)}</span>'


# --------------------------------------------------------------- deviations


def _deviations(picture: MapPicture, pen: Pen) -> str:
    plan = picture.plan
    if plan.deviating is None:
        return ""
    title = _("Where we leave our own plan")
    if not plan.deviating.count:
        return draw_section("kinds-part", title, [_("No trip leaves the plan.")], "")
    lead = [
        _("In bold: what chance alone does not explain. It is an association, not a cause."),
    ]
    if plan.more_deviations:
        lead.append(
            ngettext("{n} rarer deviation is not listed.", "{n} rarer deviations are not listed.", plan.more_deviations)
            .format(n=number(plan.more_deviations))
        )  # fmt: skip
    columns = (
        Column(_("Deviation")), Column(_("Trips"), True), Column(_("Share"), True),
        Column(_("Success, with it and without")), Column(_("Time to success")), Column(_("Feeling")),
    )  # fmt: skip
    about = _("Trips that leave the plan")
    count = pen.count(plan.deviating, about)
    share = percent(plan.deviating.count / plan.trips) if plan.trips else ""
    first = prose(
        _("trips of {n} leave the plan in one way or another ({share}).").format(n=number(plan.trips), share=share)
    )
    rows = [_deviation(row, pen) for row in plan.deviations]
    return draw_section(
        "kinds-part",
        title,
        lead,
        f'<p class="total"><b>{count}</b> {first}</p>{draw_facts(pen, "t-deviations", _("Deviations"), columns, rows)}'
        f"{_spread(plan.spread, pen)}",
    )


def _deviation(row: DeviationShown, pen: Pen) -> list[str]:
    word = deviation_word(row.kind)
    about = plan_cells.of_place(row.place, word)
    where = " · ".join(part for part in (row.stage, row.owner) if part)
    named = prose(plan_cells.of_place(row.place, "\0")).replace("\0", f"<b>{prose(word)}</b>")
    under = f'<span class="sub">{prose(where)}</span>' if where else ""
    return [
        f'<span class="kind">{pen.icon(row.kind)}<span>{named} {under}</span></span>',
        pen.count(row.trips, about),
        percent(row.share) if row.share is not None else "",
        _compared(row.success),
        _compared(row.time),
        _compared(row.feeling),
    ]


def _spread(spread: Sequence[DeviationSpread], pen: Pen) -> str:
    if not spread:
        return ""
    columns = [Column(_("Who and where")), *(Column(deviation_word(kind), True) for kind in MARKS)]
    rows = []
    for each in spread:
        counts = {count.kind: count.trips for count in each.counts}
        scope = _("owner") if each.scope == "owner" else _("channel")
        cells = []
        for kind in MARKS:
            found = counts.get(kind)
            cells.append(
                pen.count(found, plan_cells.of_place(each.name, deviation_word(kind))) if found and found.count else ""
            )
        rows.append([f'{prose(each.name)} <span class="sub">{prose(scope)}</span>', *cells])
    table = draw_facts(pen, "t-spread", _("Deviations by owner and channel"), columns, rows, folds=False)
    return f"<details><summary>{prose(_('By owner and by channel, in trips'))}</summary>{table}</details>"
