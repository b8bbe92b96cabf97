"""The questions to a log that need a map: what people lived, held against what was planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from parcours.language.errors import UsageError
from parcours.language.translation import Language, _, current_language

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.alignment_result import AlignmentResult
    from parcours.engine.comparing import CompareResult
    from parcours.engine.deviations import DeviationsResult
    from parcours.engine.effort import FeelingsResult
    from parcours.engine.lived import Frame
    from parcours.engine.plan import Plan
    from parcours.engine.promises import PromisesResult
    from parcours.engine.results import JourneyResult
    from parcours.engine.trip_list import TripsResult, TripState
    from parcours.library.comparing import Day, Value
    from parcours.mapdoc.discovered import Discovery
    from parcours.mapdoc.document import JourneyMap
    from parcours.report.acting import ActionsResult
    from parcours.report.beside import Beside
    from parcours.report.feelings import EffortCase
    from parcours.report.letter import Letter
    from parcours.report.measuring import MapMetrics
    from parcours.report.people import Case

    AnyMap = JourneyMap | Discovery | str | Path | None
    F = TypeVar("F", bound=Frame)


class OverMap:
    """What can be asked of a log over a map. Each question takes a map, a discovery, the path of a map, or None: then
    a map is discovered in the log; ``goal`` names the event that counts as success in place of the map's own."""

    stored: StoredLog

    def journey(self, map: AnyMap = None, *, goal: str | None = None) -> JourneyResult:
        """Lay what people lived over ``map`` (a document or its path); without one, over a discovered map."""
        from parcours.report.laying import lay

        return lay(self.stored, self.map(map, goal=goal)).result

    def people(
        self,
        figure: str,
        map: AnyMap = None,
        *,
        goal: str | None = None,
        pseudonyms: bool = False,
    ) -> list[Case]:
        """List the cases behind a figure of the journey, such as ``stage:decision:lost``: as many as it counts."""
        from parcours.report.people import people_of

        return people_of(self.stored, self.map(map, goal=goal), figure, pseudonyms=pseudonyms)

    def trips(
        self,
        map: AnyMap = None,
        *,
        goal: str | None = None,
        state: TripState | Literal["lost"] | Sequence[TripState] | None = None,
        stage: str | None = None,
        deviation: str | None = None,
        person: str | None = None,
        most: int | None = 100,
        pseudonyms: bool = False,
    ) -> TripsResult:
        """Count the trips that fit, and list the first ``most`` of them (None: all) by person and start.

        ``state`` is open, left, failed, succeeded, or lost for left and failed; ``stage`` the furthest they came to;
        ``deviation`` a kind such as ``late``, ``deviating``, or a key such as ``touchpoint:quote:late``; ``person`` an
        id of the files. ``pseudonyms`` puts invented names in place of ids.
        """
        import numpy as np

        from parcours.engine.trip_list import TripList
        from parcours.report.people import named

        who = None if person is None else self._person(person)
        states = ("left", "failed") if state == "lost" else (state,) if isinstance(state, str) else tuple(state or ())
        asked = {"states": states, "stage": stage, "deviation": deviation, "person": who, "most": most}
        found = self.stored.run(self._framed(TripList, self.map(map, goal=goal), **asked))
        numbers = np.array([trip.person for trip in found.listed], np.int64)
        return found.named(tuple(named(self.stored, numbers, pseudonyms)))

    def deviations(self, map: AnyMap = None, *, goal: str | None = None) -> DeviationsResult:
        """Count where trips leave the plan, and what goes with it: an association, not a cause."""
        from parcours.engine.deviations import Deviations

        return self.stored.run(self._framed(Deviations, self.map(map, goal=goal)))

    def promises(self, map: AnyMap = None, *, goal: str | None = None) -> PromisesResult:
        """Count which promises were kept and broken, how late, and what was felt afterwards."""
        from parcours.engine.promises import Promises

        return self.stored.run(self._framed(Promises, self.map(map, goal=goal)))

    def alignment(self, map: AnyMap = None, *, goal: str | None = None) -> AlignmentResult:
        """Score each stage, 0 to 100: how it is run and how it is felt, and say what to mend first."""
        from parcours.report.alignment import align

        return align(self.stored, self.map(map, goal=goal))

    def metrics(self, map: AnyMap = None, *, goal: str | None = None) -> MapMetrics:
        """Measure every metric of the map, of the whole and of each stage, and hold it against its target."""
        from parcours.report.measuring import metrics_over

        return metrics_over(self.stored, self.map(map, goal=goal))

    def actions(self, map: AnyMap = None, *, goal: str | None = None) -> ActionsResult:
        """Hold the metric of each action of the map since the day it was done against before: since, not because.

        Both periods are equally long, as far as the data allow, and their trips have had the same time.
        """
        from parcours.report.acting import actions_over

        return actions_over(self.stored, self.map(map, goal=goal))

    def compare(
        self,
        map: AnyMap = None,
        *,
        goal: str | None = None,
        before: Day | None = None,
        after: Day | None = None,
        by: str | None = None,
        between: Sequence[Value] | None = None,
    ) -> CompareResult:
        """Hold two periods or two groups of trips against each other, each difference with its 95 % interval.

        Trips that began before ``before`` against those from ``after`` on (each stands for both; a day begins at
        midnight in the map's zone): a difference is what came later less what was before. Or trips whose property
        ``by`` first has one of two values, ``between=("web", "phone")``: the first less the second.
        """
        from parcours.library.comparing import sides_of
        from parcours.report.comparing import compare_over

        document = self.map(map, goal=goal)
        return compare_over(self.stored, document, *sides_of(self.stored, document.zone, before, after, by, between))

    def personas(self, map: AnyMap, *, goal: str | None = None, language: Language | None = None) -> Beside:
        """Draw the personas of a map beside each other, with what tells each from all other journeys: ``.save(path)``.

        A journey is of a persona when any of its events satisfies the persona's rule.
        """
        from parcours.report.beside import by_persona

        return by_persona(self.stored, self.map(map, goal=goal), language=language or current_language())

    def beside(
        self,
        map: AnyMap = None,
        *,
        goal: str | None = None,
        before: Day | None = None,
        after: Day | None = None,
        by: str | None = None,
        between: Sequence[Value] | None = None,
        language: Language | None = None,
    ) -> Beside:
        """Draw the two sides of ``compare`` beside each other, with what tells them apart: ``.save(path)``."""
        from parcours.library.comparing import side_names, sides_of
        from parcours.report.beside import two_sides

        speaks = language or current_language()
        document = self.map(map, goal=goal)
        sides = sides_of(self.stored, document.zone, before, after, by, between)
        names = side_names(before, after, between, speaks)
        return two_sides(self.stored, document, names, sides, language=speaks)

    def letter(self, map: AnyMap = None, *, goal: str | None = None, language: Language | None = None) -> Letter:
        """Write one page in plain words: where people are lost, how they feel, what to do first.

        It has ``.text()``, ``.markdown()``, ``.html()``, ``.save(path)``.
        """
        from parcours.report.letter import letter_over

        document = self.map(map, goal=goal)
        return letter_over(self.stored, document, language or current_language(), discovered=map is None)

    def feelings(self, map: AnyMap = None, *, goal: str | None = None) -> FeelingsResult:
        """Give NPS, CSAT and CES stage by stage, and the signals of effort that comments show there."""
        from parcours.report.feelings import feelings_over

        return feelings_over(self.stored, self.map(map, goal=goal))

    def effort_people(
        self,
        signal: str,
        map: AnyMap = None,
        *,
        stage: str | None = None,
        goal: str | None = None,
        pseudonyms: bool = False,
    ) -> list[EffortCase]:
        """List the comments that show ``signal`` (``chasing``, ``waiting``, …), everywhere or in one stage of the map.

        As many as ``feelings`` counts, each with its person and the words that show the signal.
        """
        from parcours.report.feelings import effort_cases

        return effort_cases(self.stored, self.map(map, goal=goal), signal, stage, pseudonyms=pseudonyms)

    def map(self, source: AnyMap = None, *, goal: str | None = None) -> JourneyMap:
        """Return the map asked for: as it is, read from a file, or discovered in this log when there is none.

        ``goal`` names the event that counts as success in place of the map's own.
        """
        from dataclasses import replace

        from parcours.mapdoc.discovered import Discovery
        from parcours.mapdoc.reading import load_map

        if source is None:
            return self.discover(goal=goal).map
        if isinstance(source, Discovery):
            source = source.map
        document = load_map(Path(source)) if isinstance(source, (str, Path)) else source
        if goal is None:
            return document
        from parcours.engine.steps import parse_step

        return replace(document, trip=replace(document.trip, succeeds_when=parse_step(goal, self.stored.names)))

    def discover(
        self,
        *,
        title: str | None = None,
        goal: str | None = None,
        language: Language | None = None,
        detail: int = 3,
        stages: int | None = None,
        touchpoints: int | None = None,
    ) -> Discovery:
        """Draft a map from what is in the log: stages by order, touchpoints by event name, a proposed success.

        ``detail`` 1 to 5 shows fewer or more; ``stages`` and ``touchpoints`` say how many in its place. The answer has
        the ``map``, the evidence for each of its ``proposals``, and what was ``left_out``.
        """
        from parcours.engine.steps import unknown_name
        from parcours.engine.succession import succession_of
        from parcours.mapdoc.discovery import discover

        if not self.stored.events:
            raise UsageError(_("The log is empty: import events before a map is discovered."))
        if goal is not None and self.stored.names.code(goal) is None:
            raise unknown_name(goal, self.stored.names)
        return discover(
            succession_of(self.stored, also=() if goal is None else (goal,)),
            title=title or self.stored.path.stem,
            language=language or current_language(),
            goal=goal,
            detail=detail,
            stages=stages,
            touchpoints=touchpoints,
        )

    def unmet(self, map: JourneyMap) -> list[str]:
        """Say in words which properties and event names the rules of ``map`` ask for that this log does not have."""
        from parcours.report.laying import absent_properties, unheard_names
        from parcours.report.notes import unmet

        return unmet(absent_properties(self.stored, map), unheard_names(self.stored, map))

    def plan(self, map: AnyMap = None) -> Plan:
        """Return ``map`` reduced to what the engine needs."""
        from parcours.mapdoc.planning import plan_of

        return plan_of(self.map(map))

    def figures(self, map: AnyMap = None, *, goal: str | None = None) -> dict[str, int]:
        """Give every figure that ``people`` can list, by key, with its number of cases, in the order of the map."""
        from parcours.engine.cases import JourneyCases
        from parcours.engine.figures import figure_count, figure_keys, metric_keys, plan_keys
        from parcours.report.laying import lay

        laid = lay(self.stored, self.map(map, goal=goal))
        plan = laid.journey.plan
        counts = {key: figure_count(laid.result, key) for key in figure_keys(plan)}
        further = (*plan_keys(plan), *metric_keys(plan))
        cases = self.stored.run(JourneyCases(laid.journey, further, most=0))
        return counts | {key: cases[key].total for key in further}

    def _framed(self, kind: type[F], map: JourneyMap, **more: Any) -> F:
        """Return an analysis of ``kind`` over the same frame as the journey over ``map``."""
        from parcours.engine.lived import Frame
        from parcours.report.laying import journey_over

        journey = journey_over(self.stored, map)
        return kind(**{field.name: getattr(journey, field.name) for field in fields(Frame)}, **more)

    def _person(self, id: str) -> int:
        number = self.stored.person(id)
        if number is None:
            raise UsageError(_("The log has no person “{id}”.").format(id=id), value=id)
        return number
