"""How often each interval holds the truth: one situation after the other, each a function of one seeded chance.

A situation simulates what a company would see once, and says whether the interval held what it was drawn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from parcours.engine import scores
from parcours.engine.alignment_lines import DURATION, FIRST_KIND, FORWARD, PLANNED, PersonLines, joined
from parcours.engine.alignment_settings import AlignmentSettings, StageTargets
from parcours.engine.alignment_stage import StageScores
from parcours.engine.differences import UNIT, Difference, Moments, of_means, of_nps, of_rates, of_shares, of_times
from parcours.engine.metrics import mean_interval, rate_interval

Chance = np.random.Generator
Held = bool | None
"""Whether the interval held the truth; None where there was none to judge."""
Situation = Callable[[Chance], Held]

FIVE = (0.05, 0.08, 0.17, 0.35, 0.35)
SKEWED = (0.02, 0.03, 0.05, 0.2, 0.7)
SEVEN = (0.04, 0.06, 0.1, 0.15, 0.2, 0.25, 0.2)
EASY = (0.01, 0.01, 0.02, 0.03, 0.08, 0.2, 0.65)


def tally(values: Sequence[float]) -> list[tuple[float, int]]:
    return sorted(Counter(values).items())


def inside(truth: float, low: float | None, high: float | None) -> Held:
    return None if low is None or high is None else low <= truth <= high


def nps(n: int, detractors: float, promoters: float) -> Situation:
    def run(chance: Chance) -> Held:
        d, passives, p = chance.multinomial(n, (detractors, 1 - detractors - promoters, promoters))
        score = scores.nps([(answer, int(times)) for answer, times in ((3, d), (8, passives), (10, p)) if times])
        return inside(100 * (promoters - detractors), score.low, score.high)

    return run


def csat(n: int, share: float) -> Situation:
    def run(chance: Chance) -> Held:
        hits = int(chance.binomial(n, share))
        score = scores.csat(hits, [(1.0, n - hits), (5.0, hits)])
        return inside(share, score.low, score.high)

    return run


def mean_of(values: Sequence[float], weights: Sequence[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def ces(n: int, weights: Sequence[float]) -> Situation:
    scale = range(1, 8)

    def run(chance: Chance) -> Held:
        score = scores.ces(tally(chance.choice(scale, n, p=weights).tolist()), 1, 7, effort=False)
        return inside(mean_of(scale, weights), score.low, score.high)

    return run


def emotion(n: int, weights: Sequence[float]) -> Situation:
    scale = (-2.0, -1.0, 0.0, 1.0, 2.0)

    def run(chance: Chance) -> Held:
        felt = scores.emotion(tally(chance.choice(scale, n, p=weights).tolist()))
        return inside(mean_of(scale, weights), felt.low, felt.high)

    return run


def judged(found: Difference, truth: float) -> Held:
    return inside(truth, found.low, found.high)


def shares(n: int, share: float, base_n: int, base: float) -> Situation:
    def run(chance: Chance) -> Held:
        hits, base_hits = int(chance.binomial(n, share)), int(chance.binomial(base_n, base))
        return judged(of_shares(hits, n, base_hits, base_n), share - base)

    return run


def nps_difference(n: int, base_n: int) -> Situation:
    def run(chance: Chance) -> Held:
        first, second = chance.multinomial(n, (0.3, 0.3, 0.4)), chance.multinomial(base_n, (0.2, 0.3, 0.5))
        return judged(of_nps(int(first[2]), int(first[0]), n, int(second[2]), int(second[0]), base_n), -20)

    return run


def moments(values: np.ndarray) -> Moments:
    whole = np.rint(values * UNIT).astype(np.int64)
    return Moments(len(whole), int(whole.sum()), int((whole**2).sum()))


def feelings(n: int, weights: Sequence[float], base_n: int, base: Sequence[float]) -> Situation:
    scale = (-2.0, -1.0, 0.0, 1.0, 2.0)

    def run(chance: Chance) -> Held:
        first, second = chance.choice(scale, n, p=weights), chance.choice(scale, base_n, p=base)
        return judged(of_means(moments(first), moments(second)), mean_of(scale, weights) - mean_of(scale, base))

    return run


def times(n: int, base_n: int, sigma: float, base_sigma: float) -> Situation:
    """Waits of about a day and about half a day, lognormal: 1 + seconds is seconds for all that matters."""

    def run(chance: Chance) -> Held:
        first, second = (
            np.exp(chance.normal(np.log(typical), spread, size))
            for typical, spread, size in ((86_400, sigma, n), (43_200, base_sigma, base_n))
        )
        return judged(of_times(moments(np.log1p(first)), moments(np.log1p(second))), 2.0)

    return run


def worth(n: int, spread: float) -> Situation:
    """Lognormal amounts with a median of 50: a few customers bring much."""

    def run(chance: Chance) -> Held:
        interval = mean_interval(moments(np.exp(chance.normal(np.log(50), spread, n))))
        return inside(50 * np.exp(spread**2 / 2), *interval)

    return run


def event_ratio(n: int, rate: float) -> Situation:
    """Persons with two orders on average, each with a number of returns of their own habit (gamma) per order."""

    def run(chance: Chance) -> Held:
        orders = 1 + chance.poisson(1.0, n)
        returns = chance.poisson(orders * chance.gamma(1.0, rate, n))
        y, x = int(returns.sum()), int(orders.sum())
        spread = float(((returns - y / x * orders) ** 2).sum()) if y else 0.0
        return inside(rate, *rate_interval(y, x, n, spread))

    return run


def event_ratios(n: int, rate: float, base_n: int, base: float) -> Situation:
    """Two groups of such persons."""

    def side(chance: Chance, size: int, habit: float) -> tuple[int, ...]:
        orders = 1 + chance.poisson(1.0, size)
        returns = chance.poisson(orders * chance.gamma(1.0, habit, size))
        sums = (returns.sum(), orders.sum(), returns @ returns, orders @ returns, orders @ orders)
        return size, *(int(one) for one in sums)

    def run(chance: Chance) -> Held:
        return judged(of_rates(side(chance, n, rate), side(chance, base_n, base)), rate - base)

    return run


# ---------------------------------------------------------------- alignment

RULE = AlignmentSettings()
STAGE = ("experience", "structure", "gap")


def alignment(
    which: str, people: int, answered: int, elsewhere: int, *, planned: float = 0.75, forward: float = 0.5
) -> Situation:
    """A stage of ``people`` persons of whom the first ``answered`` answer, and ``elsewhere`` persons who answer in
    other stages. Who went as planned is on time and goes on more often, and is happier.

    The truth of an experience score is the score of the same numbers of answers with their true means.
    """
    in_time, on_the_way, target = (0.6, 0.9), (0.3 * forward, 1.0 * forward + 0.1), 0.7
    felt = (35.0, 80.0)
    others = 72.0
    means = {name: (1 - planned) * low + planned * high for name, (low, high) in
             {"time": in_time, "forward": on_the_way, "felt": felt}.items()}  # fmt: skip
    everywhere = (answered * means["felt"] + elsewhere * others) / (answered + elsewhere)
    true = {
        "experience": (answered * means["felt"] + 20 * everywhere) / (answered + 20),
        "structure": 100 * (means["time"] + planned + min(1.0, means["forward"] / target)) / 3,
    }
    true["gap"] = true["experience"] - true["structure"]

    def run(chance: Chance) -> Held:
        as_planned = (chance.random(people) < planned).astype(np.int64)
        lines = np.zeros((people + elsewhere, FIRST_KIND + 4), np.int64)
        here = lines[:people]
        here[:, PLANNED], here[:, DURATION] = as_planned, chance.random(people) < np.take(in_time, as_planned)
        here[:, FORWARD] = chance.random(people) < np.take(on_the_way, as_planned)
        for column in (DURATION, PLANNED, FORWARD):
            here[:, column + 1] = 1
        # Five-point answers (0, 25 … 100) about a mean that hangs on the plan.
        score = 25 * chance.binomial(4, np.take(felt, as_planned[:answered]) / 100)
        lines[:answered, FIRST_KIND], lines[:answered, FIRST_KIND + 1] = 1, UNIT * score
        lines[:answered, FIRST_KIND + 2], lines[:answered, FIRST_KIND + 3] = 1, UNIT * score
        lines[people:, FIRST_KIND + 2] = 1
        lines[people:, FIRST_KIND + 3] = UNIT * 25 * chance.binomial(4, others / 100, elsewhere)
        stage = StageScores(
            id="stage",
            position=int(chance.integers(2**31)),
            rule=RULE,
            targets=StageTargets(duration_us=1, conversion=target),
            kinds=[1],
            lines=joined([PersonLines(lines, np.ones(len(lines), np.int64))]),
            answers=Counter((UNIT * score).tolist()),
            people=people,
            value=None,
        )
        found = stage.intervals()[STAGE.index(which)]
        return None if found is None else inside(true[which], *found)

    return run


USUAL: dict[str, Situation] = {
    "NPS, 30 answers, 30/30/40": nps(30, 0.3, 0.4),
    "NPS, 100 answers, 30/30/40": nps(100, 0.3, 0.4),
    "NPS, 300 answers, 30/30/40": nps(300, 0.3, 0.4),
    "NPS, 30 answers, 10/20/70": nps(30, 0.1, 0.7),
    "CSAT, 30 answers, 80 % satisfied": csat(30, 0.8),
    "CSAT, 100 answers, 80 %": csat(100, 0.8),
    "CSAT, 300 answers, 60 %": csat(300, 0.6),
    "CES, 30 answers": ces(30, SEVEN),
    "CES, 100 answers, mostly easy": ces(100, EASY),
    "emotion, 30 answers of five points": emotion(30, FIVE),
    "emotion, 100 answers, skewed": emotion(100, SKEWED),
    "two shares, 40 and 60 cases, 60 %": shares(40, 0.6, 60, 0.6),
    "two shares, 30 and 200 cases, 80 % and 70 %": shares(30, 0.8, 200, 0.7),
    "two shares, 200 and 2,000 cases, 10 % and 5 %": shares(200, 0.1, 2000, 0.05),
    "two NPS, 50 and 80 answers": nps_difference(50, 80),
    "two NPS, 200 and 200 answers": nps_difference(200, 200),
    "feelings, 20 and 40, five points": feelings(20, FIVE, 40, SKEWED),
    "feelings, 30 and 300, five points": feelings(30, FIVE, 300, FIVE),
    "ratio of times, 20 and 20, lognormal": times(20, 20, 1.0, 1.0),
    "ratio of times, 20 and 200, lognormal of unlike spread": times(20, 200, 1.5, 0.8),
    "mean value, 100 people, lognormal amounts": worth(100, 0.5),
    "ratio of events, 100 people, 0.5 an order": event_ratio(100, 0.5),
    "ratio of events, 1,000 people, 0.1 an order": event_ratio(1000, 0.1),
    "two ratios of events, 100 and 200 people": event_ratios(100, 0.5, 200, 0.3),
    "alignment: experience, 30 of 100 people answered": alignment("experience", 100, 30, 70),
    "alignment: structure, 100 people": alignment("structure", 100, 30, 70),
    "alignment: gap, 30 of 100 people answered": alignment("gap", 100, 30, 70),
    "alignment: experience, 100 of 400 people answered": alignment("experience", 400, 100, 200),
    "alignment: structure, 400 people": alignment("structure", 400, 100, 200),
    "alignment: gap, 100 of 400 people answered": alignment("gap", 400, 100, 200),
}
"""Where the interval has to hold the truth in 93 to 97 of a hundred runs."""

EXTREME: dict[str, Situation] = {
    "NPS, 10 answers, 30/30/40": nps(10, 0.3, 0.4),
    "NPS, 30 answers, 2/8/90": nps(30, 0.02, 0.9),
    "CSAT, 10 answers, 80 %": csat(10, 0.8),
    "CSAT, 30 answers, 95 %": csat(30, 0.95),
    "CSAT, 30 answers, 99 %": csat(30, 0.99),
    "CES, 10 answers": ces(10, SEVEN),
    "CES, 10 answers, mostly easy": ces(10, EASY),
    "CES, 30 answers, mostly easy": ces(30, EASY),
    "emotion, 10 answers, skewed": emotion(10, SKEWED),
    "emotion, 30 answers, skewed": emotion(30, SKEWED),
    "two shares, 10 and 10 cases, 50 %": shares(10, 0.5, 10, 0.5),
    "two shares, 12 and 30 cases, 97 % and 90 %": shares(12, 0.97, 30, 0.9),
    "two NPS, 10 and 10 answers": nps_difference(10, 10),
    "feelings, 10 and 10, skewed": feelings(10, SKEWED, 10, SKEWED),
    "feelings, 10 and 300, skewed": feelings(10, SKEWED, 300, SKEWED),
    "ratio of times, 10 and 10, lognormal": times(10, 10, 1.0, 1.0),
    "mean value, 10 people, lognormal amounts": worth(10, 0.5),
    "mean value, 30 people, very unlike amounts": worth(30, 1.0),
    "ratio of events, 10 people, 0.5 an order": event_ratio(10, 0.5),
    "ratio of events, 30 people, 0.5 an order": event_ratio(30, 0.5),
    "ratio of events, 100 people, 0.02 an order": event_ratio(100, 0.02),
    "alignment: experience, 10 of 30 people answered": alignment("experience", 30, 10, 30),
    "alignment: structure, 12 people": alignment("structure", 12, 10, 30),
    "alignment: structure, 30 people": alignment("structure", 30, 10, 30),
    "alignment: structure, 30 people, 97 % as planned": alignment("structure", 30, 10, 30, planned=0.97),
    "alignment: gap, 10 of 30 people answered": alignment("gap", 30, 10, 30),
    "alignment: structure, 100 people, conversion at its target": alignment("structure", 100, 30, 70, forward=0.77),
}
"""Where it may not: few cases, shares near none or all. Stated as they are."""


def cover(situation: Situation, runs: int, seed: int) -> tuple[int, int]:
    """Count in how many of ``runs`` the interval held the truth, and how many runs had an interval."""
    chance = np.random.default_rng(seed)
    found = [situation(chance) for _run in range(runs)]
    judged_runs = [held for held in found if held is not None]
    return sum(judged_runs), len(judged_runs)
