"""What stands in the cells of the static SVG: the page's cells once more, as paragraphs to be set."""

from __future__ import annotations

from collections.abc import Sequence

from parcours.language.formats import duration, number, percent, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.picture.cells import split_word, verdict_word
from parcours.picture.icons import known
from parcours.picture.model import Indicator, MapPicture, Measured, StageColumn, Station
from parcours.picture.river import leaving_beyond
from parcours.picture.setting import Paragraph, Run, line
from parcours.picture.typeface import Style

MOST_STATIONS = 12
"""A static picture cannot unfold: it shows so many touchpoints of a stage and counts the others."""

BRIEF = 2
"""Sentences of a column in a summary."""

_SUB = Style(12, 400, 92)
_TEXT = Style(13, 400, 92)
_STRONG = Style(13, 600, 92)
_SMALL_STRONG = Style(12, 650, 92)


def lost_heading(picture: MapPicture) -> str:
    """Return what stands over the sentences about who is lost; of a plan nobody knows."""
    return _("Where we lose people") if picture.lived or not picture.stages else _("Not measured yet")


def summary(picture: MapPicture) -> list[tuple[str, str, list[Paragraph]]]:
    """Return the three columns beside the headline: colour of the rule, title, text."""
    todo: list[Paragraph] = []
    brief = picture.detail == "summary"
    for finding in picture.findings:
        before = 8 if todo else 0
        todo.append(Paragraph((Run(finding.headline, Style(14, 550)),), 19, before, 28, pins=(finding.number,)))
        if not brief:
            todo.append(Paragraph((Run(finding.detail, Style(12.5, 400, 94), "ink-2"),), 17, 0, 28))
    return [
        ("carte", lost_heading(picture), _sentences(picture.lost[:BRIEF] if brief else picture.lost)),
        ("voyage", _("What they feel"), _sentences(picture.felt[:BRIEF] if brief else picture.felt)),
        ("rompu", _("Where to look first"), todo),
    ]


def _sentences(sentences: Sequence[str]) -> list[Paragraph]:
    return [
        line(text, Style(14, 550 if place == 0 else 400), "ink" if place == 0 else "ink-2", 6 if place else 0, 19.5)
        for place, text in enumerate(sentences)
    ]


def head(stage: StageColumn) -> list[Paragraph]:
    """Number and name."""
    name = Run(stage.name, Style(15, 650, 92))
    return [Paragraph((name,), 18, 0, 31, pins=stage.pins, stop=stage.number)]


def goal(stage: StageColumn) -> list[Paragraph]:
    """What the customer wants."""
    return [line(stage.goal, Style(14, 400, 100, "voice"), "ink-2", leading=17.5)] if stage.goal else []


def owner(stage: StageColumn) -> list[Paragraph]:
    """Who answers for the stage."""
    return [line(stage.owner, _STRONG)] if stage.owner else [line(_("no owner"), _TEXT, "ink-2")]


def time(stage: StageColumn) -> list[Paragraph]:
    """Median time against its target."""
    if stage.median_seconds is None:
        return []
    late = stage.target_seconds is not None and stage.median_seconds > stage.target_seconds
    runs = [Run(duration(stage.median_seconds), _STRONG, "retard" if late else "ink")]
    if stage.target_seconds is not None:
        planned = _("planned {value}").format(value=duration(stage.target_seconds))
        runs.append(Run(planned, _SUB, "retard" if late else "ink-2"))
    return [Paragraph(tuple(runs), 17, 0, 19 if late else 0, "late" if late else None)]


def felt(stage: StageColumn) -> list[Paragraph]:
    """The measured emotion against the expected one."""
    measure = stage.felt if stage.felt is not None and stage.felt.answers else None
    planned = []
    if stage.expected is not None:
        planned = [Run(_("planned {value}").format(value=signed(stage.expected)), _SUB, "ink-2")]
    if measure is None and not stage.lived:
        return [Paragraph(tuple(planned), 24)] if planned else []
    if measure is None:
        return [Paragraph((Run("?", Style(19, 500), "ink-2"), *planned), 24), line(_("not asked"), _SUB, "ink-2")]
    answers = f"{number(measure.answers)} {ngettext('answer', 'answers', measure.answers)}"
    if measure.mean is None:
        return [line(answers, _STRONG, leading=24), line(_("too few for a mean"), _SUB, "ink-2")]
    if measure.answers < 30:
        answers = f"{answers} · {_('fragile')}"
    value = Run(signed(measure.mean), Style(19, 650), "voyage")
    out = [Paragraph((value, *planned), 24), line(answers, _SUB, "ink-2")]
    if stage.split is not None:
        out.append(Paragraph((Run(split_word(stage.split), _SMALL_STRONG, "retard"),), 16, 0, 19, "split"))
    return out


def entered(stage: StageColumn, following: StageColumn | None) -> list[Paragraph]:
    """People in the stage, and the share that goes on."""
    out = [line(number(stage.entered.count), Style(21, 640, 95), leading=25)]
    if stage.reached.count and following is not None:
        share = percent(following.reached.count / stage.reached.count)
        out.append(line(_("{share} go on").format(share=share), Style(13, 550, 92), "carte"))
    elif stage.reached.count and stage.arrived.count:
        share = percent(stage.arrived.count / stage.reached.count)
        out.append(line(_("{share} arrive").format(share=share), Style(13, 550, 92), "carte"))
    passed = stage.reached.count - stage.entered.count
    if passed > 0:
        out.append(line(_("+ {n} passed by").format(n=number(passed)), _SUB, "ink-2"))
    return out


def leaving(stage: StageColumn, brief: bool = False) -> list[Paragraph]:
    """People who left, against what is admitted, and (but in ``brief``) the others who end here."""
    beyond = leaving_beyond(stage)
    share = f" · {percent(stage.leak)}" if stage.leak is not None and stage.left.count else ""
    count = Run(number(stage.left.count), Style(19 if beyond else 15, 640, 92), "rompu" if beyond else "ink")
    out = [Paragraph((count, Run(ngettext("leaves", "leave", stage.left.count) + share, _TEXT)), 22 if beyond else 20)]
    if stage.admitted is not None:
        admitted = _("{share} allowed").format(share=percent(stage.admitted))
        if beyond:
            much = Run(_("{n} too many").format(n=number(beyond)), _SMALL_STRONG, "rompu")
            out.append(Paragraph((much, Run(f"({admitted})", _SUB, "ink-2")), 16))
        else:
            out.append(line(admitted, _SUB, "ink-2"))
    if brief:
        return out
    for figure, word in (
        (stage.arrived, _("arrived")),
        (stage.open, _("still on their way")),
        (stage.returned, _("came back")),
    ):
        if figure.count:
            out.append(line(f"{number(figure.count)} {word}", _SUB, "ink-2"))
    return out


def quote(stage: StageColumn) -> list[Paragraph]:
    """A customer's own words."""
    if stage.quote is None:
        return []
    words = line(quoted(stage.quote.text), Style(15.5, 400, 100, "voice"), leading=20)
    return [words, line(stage.quote.source, _SUB, "ink-2", 4)]


def all_stations(stage: StageColumn) -> list[Paragraph]:
    """Every touchpoint of a stage: for a poster."""
    return stations(stage, len(stage.stations))


def stations(stage: StageColumn, most: int = MOST_STATIONS) -> list[Paragraph]:
    """Touchpoints with owner, people and what was felt; the first ``most`` of them, and how many others there are."""
    out: list[Paragraph] = []
    for station in stage.stations[:most]:
        out += _station(station, 9 if out else 0)
    more = len(stage.stations) - most
    if more > 0:
        words = ngettext("{n} more touchpoint", "{n} more touchpoints", more).format(n=number(more))
        out.append(line(words, _STRONG, "carte", 8))
    return out


def _station(station: Station, before: float) -> list[Paragraph]:
    name = [Run(station.name, _STRONG)]
    if station.moment_of_truth:
        name.append(Run(_("moment of truth"), _SUB, "carte"))
    pins = () if station.pin is None else (station.pin,)
    out = [Paragraph(tuple(name), 16.5, before, 23, known(station.icon), pins)]
    facts = [station.owner] if station.owner else []
    if station.persons is not None:
        noun = ngettext("person", "people", station.persons.count)
        facts.append(f"{number(station.persons.count)}\u00a0{noun}")
    if facts:
        out.append(Paragraph((Run(", ".join(facts), _SUB, "ink-2"),), 15.5, 0, 23))
    if station.felt is not None and station.felt.answers:
        out.append(Paragraph(_station_felt(station.felt), 15.5, 0, 23))
    return out


def _station_felt(measure: Measured) -> tuple[Run, ...]:
    noun = ngettext("{n} answer", "{n} answers", measure.answers).format(n=number(measure.answers))
    answers = Run(noun, _SUB, "ink-2")
    return (answers,) if measure.mean is None else (Run(signed(measure.mean), _SMALL_STRONG, "voyage"), answers)


def indicators(stage: StageColumn) -> list[Paragraph]:
    """Metrics with their verdicts."""
    out: list[Paragraph] = []
    for each in stage.indicators:
        out += _indicator(each, 9 if out else 0)
    return out


def _indicator(each: Indicator, before: float) -> list[Paragraph]:
    colour = {"kept": "tenu", "missed": "rompu", "unknown": "ink-2"}[each.verdict]
    words = verdict_word(each)
    if each.target is not None:
        words += ", " + _("target {value}").format(value=each.target)
    out = [
        line(each.label, _SUB, "ink-2", before),
        line(each.value, Style(18, 620), "rompu" if each.verdict == "missed" else "ink", leading=22),
        Paragraph((Run(words, _SUB, colour),), 16, 0, 18, each.verdict),
    ]
    return [*out, line(each.detail, _SUB, "ink-2")] if each.detail else out
