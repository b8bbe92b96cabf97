"""The report: a log laid over a map, its findings, and the page that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

from parcours.engine.results import Emotion, JourneyResult, StageFigures
from parcours.language.errors import UsageError
from parcours.language.formats import date_range, number, plural_journeys, quoted
from parcours.language.translation import Language, _, current_language, ngettext, speaking
from parcours.mapdoc.document import JourneyMap
from parcours.picture.lanes import Detail, LaneName
from parcours.picture.model import Finding, MapPicture
from parcours.report import summary
from parcours.report.columns import planned_columns, stage_columns
from parcours.report.effects import effects_over
from parcours.report.findings import Candidate, candidates, most_important
from parcours.report.holding import PlanResults, count_of, hold_to_plan
from parcours.report.indicators import told
from parcours.report.laying import Laid, lay
from parcours.report.letter import Letter, letter_of
from parcours.report.measuring import MapMetrics, measure
from parcours.report.notes import notes
from parcours.report.page import Page
from parcours.report.people import first_people
from parcours.report.plan_findings import plan_candidates
from parcours.report.plan_shown import plan_shown
from parcours.report.quotes import COMMENT, Quotes, Words
from parcours.report.shown import shown_figures
from parcours.report.stages import LivedStage, lived_stages
from parcours.report.story import Effects, stage_deeds, story_of
from parcours.report.wording import DOT, finding_text

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.trips import TripFilter

EMBEDDED_PEOPLE = 200
"""Ids that a report holds behind each figure unless asked otherwise."""


@dataclass(frozen=True)
class Report(Page):
    """What people lived, laid over a map: the picture, and the results from which every number of it comes.

    ``letter`` is written from the same results.
    """

    journey: JourneyResult
    map: JourneyMap
    plan: PlanResults
    metrics: MapMetrics
    letter: Letter

    @property
    def findings(self) -> Sequence[Finding]:
        """The things that matter most, heaviest first."""
        return self.picture.findings

    def figures(self) -> dict[str, int]:
        """Return every key shown with its count: the number of cases that ``people_of`` lists for it."""
        return {key: count_of(self.journey, self.plan, key) for key, _count in shown_figures(self.picture)}

    def to_dict(self) -> dict[str, Any]:
        """Return findings, figures and the whole result as plain, JSON-ready data, without anybody's id."""
        picture = self.picture
        return {
            "title": picture.title,
            "subtitle": picture.subtitle,
            "language": picture.language,
            "headline": picture.headline,
            "lost": list(picture.lost),
            "felt": list(picture.felt),
            "findings": [asdict(finding) for finding in picture.findings],
            "notes": list(picture.notes),
            "journey": self.journey.to_dict(),
            **self.plan.to_dict(),
            **self.metrics.to_dict(),
            "figures": self.figures(),
        }


def build_report(
    log: StoredLog,
    map: JourneyMap,
    *,
    language: Language,
    people: int | Literal["all"] | None = EMBEDDED_PEOPLE,
    pseudonyms: bool = False,
    people_command: str | None = None,
    discovered: bool = False,
    lanes: Sequence[LaneName] | None = None,
    detail: Detail = "full",
    only: TripFilter | None = None,
) -> Report:
    """Lay ``log`` over ``map`` and build the report in ``language``.

    ``people`` ids are kept behind each figure (``"all"``, or None for none), replaced by meaningless names with
    ``pseudonyms``. ``people_command`` is shown as what lists everybody, up to a figure's key. ``discovered`` says that
    the map was drafted from this very log and that nobody has touched it since. ``lanes`` and ``detail`` choose what
    of the map is drawn; what it says is counted in full. ``only`` chooses the trips that count.
    """
    if isinstance(people, int) and people < 0:
        raise UsageError(_("A number of people cannot be negative."), value=people)
    with speaking(language):
        laid = lay(log, map, only)
        plan = hold_to_plan(log, laid)
        metrics = measure(laid, plan.counted)
        words = _words(log, laid)
        letter = letter_of(laid, plan, language, words, discovered=discovered)
        drawn = _picture(laid, plan, metrics, words, effects_over(log, map), language, discovered)
        picture = replace(drawn, lanes=lanes, detail=detail)
        keys = tuple(dict.fromkeys(key for key, _count in shown_figures(picture)))
        totals = {key: count_of(laid.result, plan, key) for key in keys}
        listed: Mapping[str, Sequence[str]] = {}
        if people is not None:
            most = None if people == "all" else people
            listed = first_people(log, laid.journey, keys, most, pseudonyms=pseudonyms)
    command = people_command or f"parcours people {quote(log.path.name)}"
    shown = replace(picture, people=listed, people_total=totals, people_command=command)
    return Report(shown, laid.result, map, plan, metrics, letter)


def draw_map(
    map: JourneyMap, *, language: Language, lanes: Sequence[LaneName] | None = None, detail: Detail = "full"
) -> Page:
    """Draw ``map`` as it was planned, without anybody on it; ``lanes`` and ``detail`` choose what of it."""
    with speaking(language):
        stages = _planned_stages(map)
        lost = [_("This is the plan: what people are meant to live, and to feel.")]
        return Page(
            MapPicture(
                title=map.title.in_language(language),
                subtitle=DOT.join([*_company(map), _("the plan")]),
                language=language,
                headline=map.title.in_language(language),
                lost=lost,
                felt=[],
                findings=[],
                stages=planned_columns(map, stages),
                story=story_of(map),
                lanes=lanes,
                detail=detail,
            )
        )


def _picture(
    laid: Laid,
    plan: PlanResults,
    metrics: MapMetrics,
    words: Mapping[int, Words],
    effects: Effects,
    language: Language,
    discovered: bool,
) -> MapPicture:
    map, result = laid.map, laid.result
    stages = lived_stages(map, result)
    held = plan_candidates(stages, plan)
    ranked = candidates(stages, result, has_goal=laid.has_goal, discovered=discovered, more=held)
    chosen = most_important(ranked)
    return MapPicture(
        title=map.title.in_language(language),
        subtitle=_subtitle(map, result),
        language=language,
        headline=summary.headline(chosen, result, discovered=discovered),
        lost=(*summary.lost(stages, result, has_goal=laid.has_goal), *summary.broken(ranked)),
        felt=summary.felt(stages, result, ranked),
        findings=_findings(map, chosen, result, discovered),
        stages=stage_columns(map, stages, chosen, words, plan, metrics, effects),
        indicators=told(metrics.in_stage(None)),
        plan=plan_shown(map, plan),
        story=story_of(map, effects),
        notes=_origin(map)
        + notes(
            stages,
            result,
            timeout_is_planned=laid.timeout_is_planned,
            zone=map.zone,
            discovered=discovered,
            absent=laid.absent,
            unheard=laid.unheard,
        )
        + _how_counted(plan),
    )


def _findings(map: JourneyMap, chosen: Sequence[Candidate], result: JourneyResult, discovered: bool) -> list[Finding]:
    """Write the findings: each says where to look, then what the map itself notes to be done in that stage."""
    found = []
    open_deeds = {
        stage: sorted((one for one in deeds if one.status not in ("done", "dropped")), key=lambda one: one.action)
        for stage, deeds in stage_deeds(map).items()
    }
    for place, one in enumerate(chosen, 1):
        headline, detail = finding_text(one, result, discovered=discovered)
        stage = one.stage.plan.id if one.stage is not None else None
        if stage is not None and (deeds := open_deeds.get(stage)):
            detail = DOT.join([detail, _("to do, says the map: {name}").format(name=quoted(deeds.pop(0).name))])
        found.append(Finding(place, one.kind, headline, detail, stage, one.figure))
    return found


def _words(log: StoredLog, laid: Laid) -> Mapping[int, Words]:
    if COMMENT not in log.properties or not laid.journey.feelings:
        return {}
    return log.run(Quotes(laid.journey))


def _subtitle(map: JourneyMap, result: JourneyResult) -> str:
    parts = [*_company(map), plural_journeys(result.trips, result.setting_out)]
    if result.events:
        parts.append(ngettext("{n} event", "{n} events", result.events).format(n=number(result.events)))
        parts.append(date_range(result.data_start_us, result.data_end_us, map.zone))
    return DOT.join(parts)


def _origin(map: JourneyMap) -> tuple[str, ...]:
    return (map.origin.in_language(current_language()),) if map.origin is not None else ()


def _how_counted(plan: PlanResults) -> tuple[str, ...]:
    if plan.counted is None:
        return ()
    return (
        _(
            "People count in a ratio once they have what it asks for, or once their trips are over. A verdict needs ten"
            " cases and an interval that does not hold the target."
        ),
    )


def _company(map: JourneyMap) -> list[str]:
    name = map.company.in_language(current_language()) if map.company is not None else ""
    return [name] if name else []


def _planned_stages(map: JourneyMap) -> tuple[LivedStage, ...]:
    nothing = Emotion(0, None, None, None)
    empty = JourneyResult(
        *(0, 0, 0, 0, 0, 0, 0, 0, 0),
        unplaced_names=(),
        timeout_seconds=0.0,
        data_start_us=0,
        data_end_us=0,
        stages=tuple(StageFigures(stage.id, *(0,) * 8, None, 0, None, None, None, (), nothing) for stage in map.stages),
        touchpoints=(),
    )
    return lived_stages(map, empty)
