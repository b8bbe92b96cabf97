"""Questions to a log: ``stages``, ``funnel``, ``transitions``, ``people``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from parcours.cli.names import Names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath, Pseudonyms
from parcours.cli.output import Form, form_of, say, write_csv, write_json, write_table
from parcours.cli.preparing import Question, prepare
from parcours.language.errors import UsageError
from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.engine.results import FunnelResult, FunnelStep, StageFigures
    from parcours.library.log import EventLog

_EXAMPLES = _("[bold]Examples[/]")


def funnel(
    log: LogPath,
    steps: Annotated[list[str], typer.Argument(metavar="STEP…", help=_("Event names in order; see the examples."))],
    within: Annotated[
        str | None, typer.Option(metavar="TIME", help=_("Longest time from step 1, such as 30d, 2h."))
    ] = None,
    entry: Annotated[
        Literal["any", "first"],
        typer.Option(help=_("any: each person's best attempt; first: only from their first step-1 event.")),
    ] = "any",
    grace: Annotated[
        str, typer.Option(metavar="TIME", help=_("Events so close count as one instant, in any order: 0s, 1s, 2s."))
    ] = "0s",
    by: Annotated[
        str | None, typer.Option("--by", metavar="PROPERTY", help=_("Split by a property, such as channel."))
    ] = None,
    by_value: Annotated[
        str,
        typer.Option(
            "--by-value", metavar="WHICH", help=_("Its value at the first or last step event, at step:2, or all.")
        ),
    ] = "first",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Count who did one thing after the other."""
    from parcours.library.log import EventLog

    form = form_of(as_json, as_csv)
    opened = EventLog(log)
    prepare("funnel")
    result = opened.funnel(steps, within, entry=entry, grace=grace, by=by, by_value=by_value)
    if form is Form.JSON:
        return write_json(result.to_dict())
    if form is Form.CSV:
        return write_csv(result.rows())
    return _tell_funnel(result, by)


funnel.__doc__ = "\n\n".join(
    (
        _("Count the people who did one thing after the other, in order."),
        _("One event fills one step; events at the same instant count in any order. A step is an event name, several "
          "(“a | b”), or a name with conditions (“name where property > 10 and channel = web”)."),
        _EXAMPLES,
        "parcours funnel shop.parcours visit basket purchase --within 7d",
        "parcours funnel bank.parcours A_SUBMITTED A_ACCEPTED A_APPROVED --within 30d --json",
        'parcours funnel shop.parcours visit "purchase where value >= 100" --by channel',
    )
)  # fmt: skip


def _tell_funnel(result: FunnelResult, by: str | None) -> None:
    numbers = (_("People"), _("Of step 1"), _("Of the step before"), _("Median time"))
    columns = [(_("Step"), "left"), *((heading, "right") for heading in numbers)]
    write_table(columns, [_step_cells(step) for step in result.steps])
    if result.breakdown is not None:
        rows = [(_("(none)") if value is None else value, *_step_cells(step))
                for value, steps in result.breakdown for step in steps]  # fmt: skip
        write_table([(by or "", "left"), *columns], rows)
    if result.breakdown_note:
        say(result.breakdown_note)


def _step_cells(step: FunnelStep) -> tuple[str, ...]:
    from parcours.language.formats import duration, number, percent

    return (
        step.name,
        number(step.persons),
        "" if step.share_of_first is None else percent(step.share_of_first, 1),
        "" if step.share_of_previous is None else percent(step.share_of_previous, 1),
        "" if step.median_seconds is None else duration(step.median_seconds),
    )


def transitions(
    log: LogPath,
    most: Annotated[int, typer.Option(metavar="N", min=1, help=_("How many to show to people."))] = 25,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Count which event comes directly after which."""
    from parcours.language.formats import number, percent
    from parcours.library.log import EventLog

    form = form_of(as_json, as_csv)
    opened = EventLog(log)
    prepare("transitions")
    result = opened.transitions()
    if form is Form.JSON:
        return write_json(
            {"transitions": result.rows(), "tie_affected_edges": result.tie_affected_edges,
             "tie_affected_share": result.tie_affected_share}
        )  # fmt: skip
    if form is Form.CSV:
        return write_csv(result.rows())
    shown = result.transitions[:most]
    write_table(
        [(_("From"), "left"), (_("To"), "left"), (_("Times"), "right"), (_("At one instant"), "right")],
        [(edge.source, edge.target, number(edge.count), number(edge.tied)) for edge in shown],
    )
    if len(shown) < len(result.transitions):
        say(_("{shown} of {all} pairs shown; --most shows more, --csv all.").format(
            shown=number(len(shown)), all=number(len(result.transitions))))  # fmt: skip
    return say(
        ngettext(
            "Another order of events at one instant could change {edges} pair, {share} of all steps.",
            "Another order of events at one instant could change {edges} pairs, {share} of all steps.",
            result.tie_affected_edges,
        ).format(edges=number(result.tie_affected_edges), share=percent(result.tie_affected_share, 1))
    )


transitions.__doc__ = "\n\n".join(
    (
        _("Count which event comes directly after which, in the order of the source."),
        _EXAMPLES,
        "parcours transitions bank.parcours --most 40",
        "parcours transitions bank.parcours --csv > edges.csv",
    )
)


def stages(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show, stage by stage, who came, who left, how long it took and what they felt."""
    from parcours.language.formats import duration, number

    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    result = asked.log.journey(asked.map)
    if asked.answered(result):
        return None
    names = Names(asked.map)
    headings = (_("Entered"), _("Lost"), _("Leak"), _("Under way"), _("Returned"), _("Median time"), _("Felt"))
    write_table(
        [(_("Stage"), "left"), *((heading, "right") for heading in headings)],
        [(names.of("stage", stage.id), *_stage_cells(stage)) for stage in result.stages],
    )
    return say(
        _("{succeeded} succeeded, {failed} failed, {left} left, {open} still under way.").format(
            succeeded=number(result.succeeded), failed=number(result.failed),
            left=number(result.left), open=number(result.open),
        ),
        _("A trip without an event for {time} before the end of the data counts as left.").format(
            time=duration(result.timeout_seconds)
        ),
        *asked.log.unmet(asked.map),
    )  # fmt: skip


def _stage_cells(stage: StageFigures) -> tuple[str, ...]:
    from parcours.language.formats import duration, number, percent, signed

    felt = "" if stage.emotion.mean is None else f"{signed(stage.emotion.mean)} ({number(stage.emotion.answers)})"
    return (
        number(stage.entered),
        number(stage.left + stage.failed),
        "" if stage.leak is None else percent(stage.leak),
        number(stage.open),
        number(stage.returned),
        "" if stage.median_seconds is None else duration(stage.median_seconds),
        felt,
    )


stages.__doc__ = "\n\n".join(
    (
        _("Show, stage by stage, who came, who left, how long it took and what they felt."),
        _EXAMPLES,
        "parcours stages shop.parcours --map shop.yaml",
        "parcours stages bank.parcours --goal A_APPROVED --csv",
    )
)


def people(
    log: LogPath,
    figure: Annotated[
        str | None,
        typer.Option("--figure", metavar="KEY", help=_("A figure of the journey, such as stage:decision:lost.")),
    ] = None,
    figures: Annotated[
        bool, typer.Option("--figures", help=_("List every figure with what it counts (also without --figure)."))
    ] = False,
    search: Annotated[
        str | None, typer.Option("--search", metavar="TEXT", help=_("Only figures whose key or words hold this text."))
    ] = None,
    map: MapPath = None,
    goal: Goal = None,
    step: Annotated[
        list[str],
        typer.Option("--step", metavar="STEP", help=_("Steps of a funnel, for --figure funnel:2 or funnel:2:lost.")),
    ] = [],  # noqa: B006
    within: Annotated[
        str | None, typer.Option(metavar="TIME", help=_("The funnel's longest time from step 1."))
    ] = None,
    pseudonyms: Pseudonyms = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """List the people behind a figure."""
    from parcours.library.log import EventLog

    form = form_of(as_json, as_csv)
    if figure is not None and (figures or search is not None):
        raise UsageError(_("--figure lists people, --figures and --search list figures: give one of them."))
    opened = EventLog(log)
    prepare(_question_of(figure))
    rows = _cases(opened, figure, map, goal, step, within, pseudonyms)
    if rows is None:
        return _tell_figures(opened, map, goal, search, form)
    if form is Form.JSON:
        return write_json({"figure": figure, "count": len(rows), "people": rows})
    if form is Form.CSV:
        return write_csv(rows)
    for row in rows:
        say("\t".join(str(cell) for cell in row.values() if cell is not None))
    return None


people.__doc__ = "\n\n".join(
    (
        _("List the people behind a figure, one line a case: always as many as the figure counts."),
        _("Without --figure it lists the figures that the map has, with what they count; --search finds one."),
        _EXAMPLES,
        "parcours people shop.parcours --map shop.yaml --figures --search late",
        "parcours people shop.parcours --map shop.yaml --figure stage:decision:lost --csv > lost.csv",
        "parcours people shop.parcours --figure funnel:2:lost --step visit --step basket --step purchase --within 7d",
        'parcours people shop.parcours --figure "transition:basket>visit"',
    )
)


def _question_of(figure: str | None) -> Question:
    if figure is not None and figure.startswith("funnel:"):
        return "funnel"
    return "transitions" if figure is not None and figure.startswith("transition:") else "journey"


def _cases(opened: EventLog, figure: str | None, map: Any, goal: str | None, steps: list[str], within: str | None,
           pseudonyms: bool) -> list[dict[str, Any]] | None:  # fmt: skip
    if figure is None:
        return None
    kind, _colon, rest = figure.partition(":")
    if kind == "funnel":
        number, _colon, lost = rest.partition(":")
        if not steps or not number.isdigit() or lost not in ("", "lost"):
            raise UsageError(_("A funnel's people need its steps and a step's number."), value=figure,
                             expected="--figure funnel:2 --step visit --step purchase")  # fmt: skip
        return [{"person": id} for id in opened.funnel_people(steps, int(number), lost=bool(lost), within=within)]
    if kind == "transition":
        source, arrow, target = rest.partition(">")
        if not arrow:
            raise UsageError(_("“{figure}” names no pair of events.").format(figure=figure), value=figure,
                             expected="--figure \"transition:FROM>TO\"")  # fmt: skip
        return [{"person": id} for id in opened.transition_people(source, target)]
    return [{"person": case.person, "detail": case.detail}
            for case in opened.people(figure, map, goal=goal, pseudonyms=pseudonyms)]  # fmt: skip


def _tell_figures(opened: EventLog, map: Any, goal: str | None, search: str | None, form: Form) -> None:
    from parcours.cli.figure_words import FigureWords
    from parcours.language.formats import number

    document = opened.map(map, goal=goal)
    counts, words = opened.figures(document), FigureWords(document)
    told = {key: words.of(key) for key in counts}
    if search is not None:
        looked_for = search.casefold()
        counts = {key: n for key, n in counts.items() if looked_for in f"{key} {told[key]}".casefold()}
    if form is Form.JSON:
        return write_json({"figures": counts, "words": {key: told[key] for key in counts}})
    if form is Form.CSV:
        return write_csv([{"figure": key, "count": count, "words": told[key]} for key, count in counts.items()])
    shown = [(key, told[key], number(count)) for key, count in counts.items() if count]
    if shown:
        write_table([(_("Figure"), "left"), (_("What it counts"), "left"), (_("Cases"), "right")], shown)
    nobody = len(counts) - len(shown)
    if nobody:
        say(ngettext("{n} more figure has no case; --json lists it too.",
                     "{n} more figures have no case; --json lists them too.", nobody).format(n=number(nobody)))  # fmt: skip
    return None
