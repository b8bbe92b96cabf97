"""What stands in the cells of the map: each function turns one stage into a piece of HTML, escaped.

The table and the stage-by-stage walk of small screens use the same pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from parcours.language.counted import said_of
from parcours.language.formats import duration, number, percent, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.picture.drawn import Drawn
from parcours.picture.icons import icon
from parcours.picture.model import Figure, Indicator, Measured, StageColumn, Station
from parcours.picture.river import leaving_beyond
from parcours.picture.typeface import Style, prose, soften

MOST_STATIONS = 7
"""More touchpoints than this in a stage are folded away."""
_STATION = Style(13, 600, 88)

ChangeName = Literal["added", "removed", "moved", "changed"]
Marks = Mapping[tuple[str, str], Sequence[ChangeName]]
"""What changed since another version, by collection (``stages``, ``touchpoints``, ``pain_points``, …) and id;
``layers`` are touchpoints where the blueprint shows them."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How figures are written: ``live`` ones are buttons that open onto people; ``prefix`` keeps ids apart.

    Buttons that are not ``titled`` take the title of another one with their key. ``whole`` folds nothing away;
    ``brief`` says the least. ``marks`` tell what another version of the map has otherwise; ``crossed`` by layer what
    has come to stand on the other side of the line under it. ``drawn`` holds the drawings that the document shows at
    several places. What is not ``styled`` stands in a document whose policy allows no styles but those
    of its style sheets.
    """

    prefix: str
    live: bool
    column_px: float = 118
    titled: bool = True
    whole: bool = False
    brief: bool = False
    marks: Marks = field(default_factory=dict)
    crossed: Mapping[str, str] = field(default_factory=dict)
    drawn: Drawn | None = None
    styled: bool = True

    def drawing(self, shapes: str) -> str:
        """Return shapes that may stand in this document more than once."""
        return self.drawn.use(shapes) if self.drawn is not None else shapes

    def icon(self, name: str, extra: str = "") -> str:
        """Return an icon of this document."""
        return icon(self.prefix, name, extra)

    def changes(self, collection: str, id: str) -> str:
        """Write what changed here: each a word in a frame of its own, with the sign that the list of changes has."""
        signs = {
            "added": ("+", _("added")), "removed": ("−", _("removed")),
            "moved": ("→", _("moved")), "changed": ("~", _("changed")),
        }  # fmt: skip
        marks = self.marks.get((collection, id), ())
        words = " ".join(
            f'<b class="{mark}"><span aria-hidden="true">{signs[mark][0]}</span> {prose(signs[mark][1])}</b>'
            for mark in marks
        )
        return f'<span class="marks">{words}</span>' if words else ""

    def figure(self, text: str, key: str | None, about: str) -> str:
        """Write a number; ``about`` titles the list that it opens onto (empty: the touchpoint that it stands at)."""
        if key is None or not self.live:
            return f'<span class="n">{prose(text)}</span>'
        written = not self.titled or not about or (self.drawn is not None and self.drawn.titled(key, about))
        title = "" if written else f' data-t="{prose(about)}"'
        return f'<button data-k="{escape(key)}"{title}>{prose(text)}</button>'

    def count(self, figure: Figure, about: str) -> str:
        """Write a count of people; nobody is nobody to open onto."""
        return self.figure(number(figure.count), figure.figure if figure.count else None, about)


def hidden(text: str) -> str:
    """Return words for those who listen."""
    return f'<span class="vh">{prose(text)}</span>'


def pin(number_: int | None) -> str:
    """Return the numbered mark that ties a thing to do to its place."""
    if number_ is None:
        return ""
    return f'<b class="pin">{hidden(_("priority") + " ")}{number_}</b>'


def pins(stage: StageColumn) -> str:
    """Return the marks of everything to do in a stage."""
    return f'<span class="pins">{"".join(map(pin, stage.pins))}</span>' if stage.pins else ""


def head(stage: StageColumn, pen: Pen) -> str:
    """Number and name of a stage."""
    name = prose(soften(stage.name, Style(15, 650, 88), pen.column_px - 44))
    deeper, changes = "", pen.changes("stages", stage.id)
    if stage.deeper is not None:
        deeper = f'<a class="deeper" href="{prose(stage.deeper.url)}">{prose(stage.deeper.words)}</a>'
    return f'<span class="no">{stage.number}</span><span class="nm">{name}</span>{deeper}{changes}{pins(stage)}'


def about_id(station: Station, pen: Pen) -> str:
    """Return the id of what opens under a touchpoint."""
    return escape(f"{pen.prefix}about-{station.id}")


def opener(station: Station, words: str, pen: Pen) -> str:
    """Write a touchpoint's name (HTML) so that it opens what there is to say about it."""
    if station.about is None:
        return words
    return f'<button class="more" popovertarget="{about_id(station, pen)}">{words}</button>'


def goal(stage: StageColumn, pen: Pen) -> str:
    """What the customer wants, in the customer's voice."""
    text = soften(stage.goal or "", Style(14, 400, 100, "voice"), pen.column_px - 14)
    return f'<p class="voice goal">{prose(text)}</p>' if stage.goal else ""


def owner(stage: StageColumn, pen: Pen) -> str:
    """Who answers for the stage."""
    if stage.owner is None:
        return f'<p class="nobody">{prose(_("no owner"))}</p>'
    return f'<p class="owner">{prose(soften(stage.owner, Style(13, 600, 88), pen.column_px - 14))}</p>'


def time(stage: StageColumn, pen: Pen) -> str:
    """Median time in the stage against its target."""
    if stage.median_seconds is None:
        timed = f'<span class="sub">{prose(_("nobody timed"))}</span> ' if stage.lived else ""
        planned = f'<span class="sub">{_target(stage)}</span>' if stage.target_seconds is not None else ""
        return f'<p class="time">{timed}{planned}</p>' if timed or planned else ""
    late = stage.target_seconds is not None and stage.median_seconds > stage.target_seconds
    about = said_of(
        stage.counted, _("{stage}: people whose time was measured"), _("{stage}: trips whose time was measured")
    ).format(stage=stage.name)
    value = pen.figure(duration(stage.median_seconds), stage.timed.figure if stage.timed.count else None, about)
    mark = pen.icon("late") + hidden(_("late:") + " ") if late else ""
    planned = f' <span class="sub">{_target(stage)}</span>' if stage.target_seconds is not None else ""
    return f'<p class="time{" late" if late else ""}">{mark}{value}{planned}</p>'


def _target(stage: StageColumn) -> str:
    return prose(_("planned {value}").format(value=duration(stage.target_seconds or 0.0)))


def felt(stage: StageColumn, pen: Pen) -> str:
    """The stage's measured emotion, how sure it is, and what was expected."""
    measure = stage.felt if stage.felt is not None and stage.felt.answers else None
    planned = (
        f'<span class="sub">{prose(_("planned {value}").format(value=signed(stage.expected)))}</span>'
        if stage.expected is not None
        else ""
    )
    if measure is None and not stage.lived:
        return f'<p class="mood">{planned or "–"}</p>'
    if measure is None:
        nobody = prose(_("not asked"))
        return f'<p class="mood"><b class="none" aria-hidden="true">?</b> {planned}</p><p class="sub">{nobody}</p>'
    answers = _answers(measure, stage, pen)
    if measure.mean is None:
        return f'<p class="mood">{answers}</p><p class="sub">{prose(_("too few for a mean"))}</p>'
    if measure.answers < 30:
        answers += f" · {prose(_('fragile'))}"
    value = f'<b class="feel">{signed(measure.mean)}</b>{hidden(" " + interval(measure))}'
    out = f'<p class="mood">{value} {planned}</p><p class="sub">{answers}</p>'
    if stage.split is not None:
        told = hidden(": " + split_words(stage.split))
        out += f'<p class="sub split">{pen.icon("split")}<b>{prose(split_word(stage.split))}</b>{told}</p>'
    return out


def split_word(split: tuple[Station, Station]) -> str:
    """Say that a stage is felt in opposite ways, from how bad to how good."""
    low, high = (station.felt.mean or 0.0 for station in split if station.felt is not None)
    return _("split, {low} to {high}").format(low=signed(low), high=signed(high))


def split_words(split: tuple[Station, Station]) -> str:
    """Say which touchpoints are felt in opposite ways."""
    return _("“{low}” is felt as bad, “{high}” as good").format(low=split[0].name, high=split[1].name)


def interval(measure: Measured) -> str:
    """Say the 95 % interval of a measure."""
    if measure.low is None or measure.high is None:
        return ""
    return _("between {low} and {high}").format(low=signed(measure.low), high=signed(measure.high))


def _answers(measure: Measured, stage: StageColumn, pen: Pen) -> str:
    about = _("{stage}: answers").format(stage=stage.name)
    noun = ngettext("answer", "answers", measure.answers)
    return f"{pen.figure(number(measure.answers), measure.figure, about)} {prose(noun)}"


def entered(stage: StageColumn, following: StageColumn | None, pen: Pen) -> str:
    """How many people were in the stage, and how many of them went on."""
    about = said_of(stage.counted, _("{stage}: people who entered"), _("{stage}: trips that entered"))
    about = about.format(stage=stage.name)
    out = f'<p class="big">{pen.count(stage.entered, about)}</p>'
    if stage.reached.count:
        if following is not None:
            share = percent(following.reached.count / stage.reached.count)
            out += f'<p class="go">{prose(_("{share} go on").format(share=share))}</p>'
        elif stage.arrived.count:
            share = percent(stage.arrived.count / stage.reached.count)
            out += f'<p class="go">{prose(_("{share} arrive").format(share=share))}</p>'
    passed = stage.reached.count - stage.entered.count
    if passed > 0:
        out += f'<p class="sub">{prose(_("+ {n} passed by").format(n=number(passed)))}</p>'
    return out


def leaving(stage: StageColumn, pen: Pen) -> str:
    """How many left, against what the map admits; then who is still under way, arrived or came back."""
    beyond = leaving_beyond(stage)
    about = said_of(stage.counted, _("{stage}: people who left"), _("{stage}: trips that left"))
    about = about.format(stage=stage.name)
    share = f" · {percent(stage.leak)}" if stage.leak is not None and stage.left.count else ""
    words = prose(ngettext("leaves", "leave", stage.left.count) + share)
    out = f'<p class="left{" hot" if beyond else ""}"><b>{pen.count(stage.left, about)}</b> <span>{words}</span></p>'
    if stage.admitted is not None:
        admitted = prose(_("{share} allowed").format(share=percent(stage.admitted)))
        if beyond:
            much = prose(_("{n} too many").format(n=number(beyond)))
            out += f'<p class="sub"><b class="bad">{much}</b> <span class="w">({admitted})</span></p>'
        else:
            out += f'<p class="sub">{admitted}</p>'
    if pen.brief:
        return out
    others = (
        (stage.arrived, _("arrived"), _("{stage}: people who arrived"), _("{stage}: trips that arrived")),
        (stage.open, _("still on their way"), _("{stage}: people still on their way"), _("{stage}: trips still open")),
        (stage.returned, _("came back"), _("{stage}: people who came back to it"), _("{stage}: trips that came back")),
    )
    for figure, word, people, trips in others:
        if figure.count:
            title = said_of(stage.counted, people, trips).format(stage=stage.name)
            out += f'<p class="sub">{pen.count(figure, title)} {prose(word)}</p>'
    return out


def quote(stage: StageColumn, pen: Pen) -> str:
    """A customer's own words."""
    if stage.quote is None:
        return ""
    words = soften(quoted(stage.quote.text), Style(15, 400, 100, "voice"), pen.column_px - 14)
    return f'<blockquote class="voice">{prose(words)}</blockquote><p class="sub">{prose(stage.quote.source)}</p>'


def stations(stage: StageColumn, pen: Pen) -> str:
    """The touchpoints; beyond ``MOST_STATIONS`` they are folded away."""
    if not stage.stations:
        return ""
    most = len(stage.stations) if pen.whole or len(stage.stations) <= MOST_STATIONS + 1 else MOST_STATIONS
    shown = stage.stations[:most]
    folded = stage.stations[len(shown) :]
    out = f'<ul class="stations">{_by_step(shown, pen)}</ul>'
    if folded:
        noun = ngettext("{n} more touchpoint", "{n} more touchpoints", len(folded)).format(n=number(len(folded)))
        rest = _by_step(folded, pen)
        out += f'<details><summary>{prose(noun)}</summary><ul class="stations">{rest}</ul></details>'
    return out


def _by_step(stations: Sequence[Station], pen: Pen) -> str:
    """Write touchpoints in their order, under the name of a step wherever it begins."""
    out, step = "", None
    for station in stations:
        if station.step is not None and station.step != step:
            name = soften(station.step, Style(12, 600, 92), pen.column_px - 14)
            out += f'<li class="step">{prose(name)}</li>'
        step = station.step
        out += _station(station, pen)
    return out


def _station(station: Station, pen: Pen) -> str:
    name = prose(soften(station.name, _STATION, pen.column_px - 36))
    if station.moment_of_truth:
        *rest, last = name.split(" ")
        sign = pen.icon("truth", " diamond") + hidden(" " + _("moment of truth"))
        name = " ".join([*rest, f'<span class="w">{last} {sign}</span>'])
    who = prose(soften(station.owner, Style(12, 400, 88), pen.column_px - 72)) if station.owner is not None else ""
    people = ""
    if station.persons is not None:
        unit = ngettext("person", "people", station.persons.count)
        count = pen.count(station.persons, "")
        people = f"<span>{count}{hidden(' ' + unit)}</span>" if who else f"<span>{count} {prose(unit)}</span>"
    more = f'<p class="sub facts">{f"<span>{who}</span>" if who else ""}{people}</p>' if who or people else ""
    if station.felt is not None and station.felt.answers:
        more += _station_felt(station, station.felt, pen)
    changes = pen.changes("touchpoints", station.id)
    mark = pen.icon(station.icon)
    if station.pin is not None:
        mark = f'<div class="mark">{mark}{pin(station.pin)}</div>'
    return f'<li>{mark}<div><p class="tp">{opener(station, name, pen)}</p>{changes}{more}</div></li>'


def _station_felt(station: Station, measure: Measured, pen: Pen) -> str:
    noun = ngettext("{n} answer", "{n} answers", measure.answers).format(n=number(measure.answers))
    value = f'<b class="feel">{signed(measure.mean)}</b>' if measure.mean is not None else "<span></span>"
    figure = pen.figure(noun, measure.figure, "")
    return f'<p class="sub facts">{value}<span>{figure}</span></p>'


def verdict_word(indicator: Indicator) -> str:
    """Return the verdict as a word."""
    if indicator.verdict == "kept":
        return _("kept")
    return _("missed") if indicator.verdict == "missed" else _("no verdict")


def indicators(stage: StageColumn, pen: Pen) -> str:
    """Metrics against their targets; the verdict has a shape and a word."""
    return "".join(_indicator(each, stage, pen) for each in stage.indicators)


def _indicator(indicator: Indicator, stage: StageColumn, pen: Pen) -> str:
    label = prose(soften(indicator.label, Style(12.5, 400, 88), pen.column_px - 14))
    value = pen.figure(indicator.value, indicator.figure, f"{stage.name}: {indicator.label}")
    word = prose(verdict_word(indicator))
    goal_ = "" if indicator.target is None else ", " + prose(_("target {value}").format(value=indicator.target))
    detail = f'<p class="sub">{prose(indicator.detail)}</p>' if indicator.detail else ""
    shape = pen.icon(indicator.verdict)
    return (
        f'<div class="kpi {indicator.verdict}"><p class="sub">{label}</p><p class="value">{value}</p>'
        f'<p class="verdict">{shape}<span>{word}<span class="sub">{goal_}</span></span></p>{detail}</div>'
    )
