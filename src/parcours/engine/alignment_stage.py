"""One stage of the alignment, from what its persons add to its scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parcours.engine.alignment_lines import (
    DURATION,
    FIRST_KIND,
    FORWARD,
    PLANNED,
    PROMISES,
    PersonLines,
    joined,
    kind_name,
    without,
)
from parcours.engine.alignment_result import Kind, Part, PartName, Quadrant, StageAlignment
from parcours.engine.alignment_scores import (
    Interval,
    Share,
    clipped,
    experience,
    interval,
    left_open,
    means,
    persons_who_answered,
    persons_with,
    raw_experience,
    resampled,
    structure,
    widened,
)
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.differences import UNIT
from parcours.engine.figures import KEPT_PROMISES
from parcours.engine.scores import FEWEST
from parcours.engine.table import Floats

_SEED = 20_260_101
_FEWEST_PARTS = 2
_FIRST_THREE = 3


@dataclass(frozen=True)
class StageScores:
    """The scores of the stage at ``position`` with the id ``id``. ``kinds`` are those of answers, in ``GROUPS``.

    ``answers`` are those of the stage, 0..100 in ten-thousandths, with how often each was given.
    """

    id: str
    position: int
    rule: AlignmentSettings
    targets: StageTargets
    kinds: Sequence[int]
    lines: PersonLines
    answers: Counter[int]
    people: int
    value: float | None

    @cached_property
    def promised(self) -> bool:
        """Whether promises say what is on time: at least one is settled."""
        return bool((self.lines.lines[:, PROMISES + 1] > 0).any())

    @cached_property
    def persons(self) -> PersonLines:
        """The lines without what says nothing of this stage's scores, so that it does not tell them apart."""
        return joined([without(self.lines, DURATION if self.promised else PROMISES)])

    @cached_property
    def sums(self) -> Floats:
        """The sum of the lines, as one line."""
        return (self.persons.times @ self.persons.lines).astype(np.float64)[None, :]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The four parts of the structure score."""
        targets, longest = self.targets, self.targets.duration_us
        if self.promised:
            on_time = self._part("on_time", PROMISES, KEPT_PROMISES, basis="promises")
        else:
            seconds = None if longest is None else longest / 1e6
            basis = "" if longest is None else "duration"
            on_time = self._part("on_time", DURATION, "timed", target=seconds, basis=basis)
        written = 100 * targets.carried / targets.touchpoints if targets.touchpoints else None
        return (
            on_time,
            self._part("as_planned", PLANNED, "as_planned"),
            self._part("forward", FORWARD, "went_on", target=targets.conversion),
            Part("carried", written, self.rule.carried, targets.carried, targets.touchpoints),
        )

    def _part(self, name: PartName, column: int, figure: str, *, target: float | None = None, basis: str = "") -> Part:
        hits, n = int(self.sums[0, column]), int(self.sums[0, column + 1])
        share = Share(column, self.rule.weights[name], _enough(name, target))
        exists = n > 0 and not (name == "forward" and target is None)
        value = float(share.value(np.array([hits / n]))[0]) if exists else None
        return Part(name, value, share.weight, hits, n, basis, target, f"stage:{self.id}:{figure}")

    @cached_property
    def shares(self) -> list[Share]:
        """Those parts of the structure score that exist and vary from person to person; none where it does not."""
        columns = (PROMISES if self.promised else DURATION, PLANNED, FORWARD)
        found = [
            Share(column, part.weight, _enough(part.name, part.target))
            for column, part in zip(columns, self.parts, strict=False)
            if part.value is not None and part.weight > 0
        ]
        return found if len(found) >= _FEWEST_PARTS else []

    def experience(self, sums: Floats) -> Floats:
        """Score how the stage is felt."""
        return experience(sums, len(self.kinds), self.rule.shrinkage)

    def structure(self, sums: Floats) -> Floats:
        """Score how the stage is run."""
        return structure(sums, self.shares, self.parts[_FIRST_THREE].value, self.rule.carried)

    @cached_property
    def felt(self) -> float | None:
        """The experience score; None under ten answers."""
        return known(self.experience(self.sums)) if self.answers.total() >= FEWEST else None

    @cached_property
    def run(self) -> float | None:
        """The structure score; None where there is not enough to say."""
        return known(self.structure(self.sums)) if self.shares else None

    def intervals(self) -> tuple[Interval, Interval, Interval]:
        """Give the intervals of experience, structure and gap, from the same draws."""
        if self.felt is None and self.run is None:
            return None, None, None
        drawn = resampled(self.persons, self.rule.replicates, (_SEED, self.position))
        who_felt = persons_who_answered(self.persons, len(self.kinds))
        who_came = min((persons_with(self.persons, share.column) for share in self.shares), default=0)
        felt_between = run_between = gap_between = None
        if self.felt is not None:
            felt_between = clipped(interval(self.experience(drawn), who_felt), 0.0, 100.0)
        if self.run is not None:
            below, above = left_open(self.sums, self.shares, self._weight())
            found = interval(self.structure(drawn), who_came)
            run_between = clipped(widened(self.run, found, below, above), 0.0, 100.0)
            if self.felt is not None:
                gaps = self.experience(drawn) - self.structure(drawn)
                found = interval(gaps, min(who_felt, who_came))
                gap_between = clipped(widened(self.felt - self.run, found, above, below), -100.0, 100.0)
        return felt_between, run_between, gap_between

    def _weight(self) -> float:
        carried = self.rule.carried if self.parts[_FIRST_THREE].value is not None else 0.0
        return sum(share.weight for share in self.shares) + carried

    def told(self) -> StageAlignment:
        """Say all of it."""
        felt, run, threshold = self.felt, self.run, self.rule.threshold
        felt_between, run_between, gap_between = self.intervals()
        gap = None if felt is None or run is None else felt - run
        lacking = [max(0.0, threshold - score) for score in (felt, run) if score is not None]
        shortfall = sum(lacking) if lacking else None
        answers = self.answers.total()
        few = sorted(self.answers.elements()) if answers < FEWEST else []
        return StageAlignment(
            id=self.id,
            people=self.people,
            answers=answers,
            kinds=self._kinds(),
            raw=None if felt is None else known(raw_experience(self.sums, len(self.kinds), self.rule.shrinkage)),
            experience=felt,
            experience_low=_end(felt_between, 0),
            experience_high=_end(felt_between, 1),
            few=tuple(score / UNIT for score in few),
            structure=run,
            structure_low=_end(run_between, 0),
            structure_high=_end(run_between, 1),
            parts=self.parts,
            gap=gap,
            gap_low=_end(gap_between, 0),
            gap_high=_end(gap_between, 1),
            quadrant=_quadrant(felt, run, threshold),
            certain=_on_one_side(felt_between, threshold) and _on_one_side(run_between, threshold),
            drift=gap is not None and abs(gap) > self.rule.drift and _excludes_zero(gap_between),
            shortfall=shortfall,
            value=self.value,
            priority=None if shortfall is None else self.people * shortfall * (self.value or 1.0),
        )

    def _kinds(self) -> tuple[Kind, ...]:
        found = means(self.sums, len(self.kinds))[0]
        return tuple(
            Kind(
                kind_name(group),
                int(self.sums[0, FIRST_KIND + 2 * place]),
                None if self.felt is None else known(found[place : place + 1]),
            )
            for place, group in enumerate(self.kinds)
        )


def known(scores: Floats) -> float | None:
    """Return the first score, None where it is not a number."""
    return None if np.isnan(scores[0]) else float(scores[0])


def _enough(name: PartName, target: float | None) -> float:
    """The share that is worth all points."""
    return target if name == "forward" and target is not None else 1.0


def _end(found: Interval, end: int) -> float | None:
    return None if found is None else found[end]


def _quadrant(felt: float | None, run: float | None, threshold: float) -> Quadrant | None:
    if felt is None or run is None:
        return None
    if felt >= threshold:
        return "aligned" if run >= threshold else "warm"
    return "cold" if run >= threshold else "broken"


def _on_one_side(found: Interval, threshold: float) -> bool:
    return found is not None and (found[0] >= threshold or found[1] < threshold)


def _excludes_zero(found: Interval) -> bool:
    return found is not None and (found[0] > 0 or found[1] < 0)
