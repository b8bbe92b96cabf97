"""What customers felt and how much effort it took them: ``feelings``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath, Pseudonyms
from parcours.cli.output import Form, say, write_csv, write_json, write_table
from parcours.language.translation import _, current_language

if TYPE_CHECKING:
    from parcours.engine.effort import FeelingsResult, PlaceFeelings
    from parcours.engine.results import Emotion, Score
    from parcours.language.effort import Signal
    from parcours.mapdoc.document import JourneyMap
    from parcours.report.feelings import EffortCase


def feelings(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    signal: Annotated[
        str | None,
        typer.Option("--signal", metavar="SIGNAL", help=_("List the comments that show it, such as chasing, waiting.")),
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help=_("With --signal: only the comments of this stage."))
    ] = None,
    pseudonyms: Pseudonyms = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show, stage by stage, the scores and what comments say of effort."""
    from parcours.language.errors import UsageError

    if stage is not None and signal is None:
        raise UsageError(_("--stage needs --signal."), value=stage, expected="--signal chasing --stage decision")
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    if signal is not None:
        cases = asked.log.effort_people(signal, asked.map, stage=stage, pseudonyms=pseudonyms)
        return _tell_cases(signal, cases, asked.form)
    result = asked.log.feelings(asked.map)
    return None if asked.answered(result) else _tell(result, asked.map)


feelings.__doc__ = "\n\n".join(
    (
        _("Show, stage by stage, NPS, CSAT and CES with their 95 % intervals, and what comments say of effort."),
        _("Signals of effort: chasing, waiting, passed_around, no_answer, unreachable, broken_promise; of ease: simple, "
          "fast. They are found by rules for French and English; a comment needs no score."),
        _("[bold]Examples[/]"),
        "parcours feelings shop.parcours --map shop.yaml",
        "parcours feelings shop.parcours --map shop.yaml --signal chasing",
        "parcours feelings shop.parcours --csv > feelings.csv",
    )
)  # fmt: skip


def _tell(result: FeelingsResult, document: JourneyMap) -> None:
    from parcours.language.formats import number, percent, signed
    from parcours.report.feelings import signal_names

    names = {stage.id: stage.name.in_language(current_language()) for stage in document.stages}
    places = [(names[str(place.id)], place) for place in result.stages] + [(_("All"), result.journey)]
    kinds = [_kind(score) for score in result.journey.scores]
    write_table(
        [(_("Stage"), "left"), *((kind, "left") for kind in kinds), (_("Comments"), "right")],
        [(name, *(_score(score) for score in place.scores), number(place.comments)) for name, place in places],
    )
    _tell_moments(places)
    shown = [figures for figures in result.journey.signals if figures.comments]
    called = signal_names()
    if not shown:
        return say(_("No comment shows a signal of effort or of ease."))
    write_table(
        [(_("Stage"), "left"), (_("Signals"), "left")],
        [(name, " · ".join(_counts(place, called))) for name, place in places[:-1]],
    )
    write_table(
        [(_("Signal"), "left"), (_("Comments"), "right"), (_("Share"), "right"), (_("Felt with"), "right"), (_("Felt without"), "right")],
        [
            (
                called[figures.signal],
                number(figures.comments),
                "" if figures.share is None else percent(figures.share, 1),
                *("" if felt.mean is None else signed(felt.mean) for felt in (figures.emotion_with, figures.emotion_without)),
            )
            for figures in shown
        ],
    )  # fmt: skip
    return say(
        _("Felt: mean −2 to +2 of the comments that came with a score; an association, not a cause."),
        _("--signal NAME lists the comments, with the words that show it."),
    )


def _tell_moments(places: Sequence[tuple[str, PlaceFeelings]]) -> None:
    """Show what trips felt beside what the map expects, and the messages that had to be sent again."""
    from parcours.language.formats import number

    if not any(place.moments is not None and (place.moments.trips or place.chases) for _name, place in places):
        return
    verdicts = {
        "above": _("above"),
        "as expected": _("as expected"),
        "below": _("below"),
        "too few": _("too few answers"),
    }
    headings = (
        _("Stage"),
        _("Trips"),
        _("Mean moment"),
        _("Worst moment"),
        _("Last moment"),
        _("Expected"),
        _("Chases"),
    )
    write_table(
        [(heading, "left" if not place else "right") for place, heading in enumerate(headings)],
        [
            (
                name,
                number(place.moments.trips),
                *(_felt(felt) for felt in (place.moments.mean, place.moments.worst, place.moments.last)),
                _("{expected}: {verdict}").format(expected=_valence(place.expected), verdict=verdicts[place.against])
                if place.against is not None
                else "",
                number(place.chases or 0),
            )
            for name, place in places
            if place.moments is not None
        ],
    )
    say(
        _("Moments: of each trip with an answer its mean, its worst and its last one, −2 to +2, averaged over trips."),
        _("Expected: what the map expects, and where the measured emotion lies with its 95 % interval."),
        _("Chases: messages that customers sent again before any reply, from the log."),
    )


def _felt(emotion: Emotion) -> str:
    if emotion.mean is None or emotion.low is None or emotion.high is None:
        return ""
    return _("{value} ({low} to {high})").format(
        value=_valence(emotion.mean), low=_valence(emotion.low), high=_valence(emotion.high)
    )


def _valence(value: float | None) -> str:
    from parcours.language.formats import signed

    return "" if value is None else signed(value)


def _kind(score: Score) -> str:
    if score.kind == "ces":
        return _("CES (effort)") if score.effort_scale else _("CES (ease)")
    return score.kind.upper()


def _score(score: Score) -> str:
    """Write a score with its interval, or only how many answered where there are too few for one."""
    from parcours.language.formats import decimal, number, percent, signed

    if score.value is None or score.low is None or score.high is None:
        return _("({n} answers)").format(n=number(score.answers)) if score.answers else ""
    write: Any = {"nps": lambda value: signed(value, 0), "csat": percent, "ces": decimal}[score.kind]
    return _("{value} ({low} to {high}, n = {n})").format(
        value=write(score.value), low=write(score.low), high=write(score.high), n=number(score.answers)
    )


def _counts(place: PlaceFeelings, called: Mapping[Signal, str]) -> list[str]:
    from parcours.language.formats import number

    return [f"{called[figures.signal]} {number(figures.comments)}" for figures in place.signals if figures.comments]


def _tell_cases(signal: str, cases: list[EffortCase], form: Form) -> None:
    rows = [{"person": case.person, "stage": case.stage, "detail": case.detail, "comment": case.text} for case in cases]
    if form is Form.JSON:
        return write_json({"signal": signal, "count": len(rows), "comments": rows})
    if form is Form.CSV:
        return write_csv(rows)
    if not cases:
        return say(_("No comment shows it."))
    return say(*("\t".join(part for part in (case.person, case.stage, case.marked) if part) for case in cases))
