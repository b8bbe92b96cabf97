from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from parcours.engine.results import (
    Emotion,
    FunnelResult,
    FunnelStep,
    JourneyResult,
    StageFigures,
    Transition,
    TransitionsResult,
)
from parcours.language.translation import speaking
from parcours.picture.charts import MOST_GROUPS, funnel_html, journey_html, transitions_html

STEPS = (
    FunnelStep("visit", 6840, 1.0, None, None),
    FunnelStep("<quote>", 2736, 0.4, 0.4, 190_800.0),
    FunnelStep("purchase", 0, 0.0, 0.0, None),
)


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.rows: list[int] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(dict(attrs).get("colspan") or 1)

    def handle_data(self, data: str) -> None:
        if not self.style:
            self.words.append(data)


def read(html: str) -> Texts:
    reader = Texts()
    reader.feed(html)
    assert len(set(reader.rows)) == 1
    return reader


def bars(html: str) -> list[float]:
    return [float(share) for share in re.findall(r'class="part" width="([\d.]+)%"', html)]


def test_a_funnel_shows_every_step_to_scale() -> None:
    html = funnel_html(FunnelResult(STEPS, 604_800.0, "first"))
    words = read(html).words
    assert {"visit", "<quote>", "purchase", "6,840", "40%", "Funnel within 7\u00a0d"} <= set(words)
    assert bars(html) == [100.0, 40.0, 0.0]


def test_an_empty_funnel_is_drawn_without_bars() -> None:
    none = tuple(FunnelStep(name, 0, None, None, None) for name in ("a", "b"))
    assert bars(funnel_html(FunnelResult(none, None, "first"))) == []
    assert "Funnel" in funnel_html(FunnelResult((), None, "first"))


def test_a_breakdown_shows_the_greatest_values_first_on_one_scale() -> None:
    small = tuple(FunnelStep(step.name, step.persons // 2, 1.0, 1.0, None) for step in STEPS)
    html = funnel_html(FunnelResult(STEPS, None, "first", ((None, small), ("Instagram", STEPS)), "Sums exceed totals."))
    words = read(html).words
    assert words.index("Instagram") < words.index("(none)")
    assert "Sums exceed totals." in words
    assert bars(html)[:1] == [100.0] and bars(html)[3] == 50.0


def test_more_values_than_fit_are_counted() -> None:
    many = tuple((f"v{n}", STEPS) for n in range(MOST_GROUPS + 3))
    assert "3 more values are not drawn." in funnel_html(FunnelResult(STEPS, None, "first", many))


def test_transitions_show_the_most_frequent_and_what_ties_could_change() -> None:
    edges = tuple(Transition(f"a{n}", f"b{n}", n, n % 2) for n in range(1, 31))
    html = transitions_html(TransitionsResult(edges, (), (), 15, 0.231), most=5)
    words = read(html).words
    assert "a30" in words and "a26" in words and "a25" not in words
    assert "5 most frequent of 30" in html and "15 pairs, 23.1%" in html
    assert bars(html)[0] == 100.0


def test_no_transition_is_no_row() -> None:
    assert bars(transitions_html(TransitionsResult((), (), (), 0, 0.0))) == []


def stage(name: str, entered: int, emotion: Emotion) -> StageFigures:
    return StageFigures(
        id=name, entered=entered, reached=entered, left=30, failed=5, open=2, arrived=0, returned=0, returns=0,
        leak=0.35, timed=60, lower_seconds=1.0, median_seconds=90.0, upper_seconds=200.0, scores=(), emotion=emotion,
    )  # fmt: skip


@pytest.fixture
def journey() -> JourneyResult:
    return JourneyResult(
        persons=120, trips=100, placed=100, succeeded=40, failed=5, left=50, open=5, events=900, unplaced_events=0,
        unplaced_names=(), timeout_seconds=1.0, data_start_us=0, data_end_us=1, touchpoints=(),
        stages=(
            stage("visit", 100, Emotion(40, -0.8, -1.0, -0.6)),
            stage("buy", 50, Emotion(3, None, None, None, (0.0, 1.0, 2.0))),
            stage("use", 0, Emotion(0, None, None, None)),
        ),
    )  # fmt: skip


def test_a_journey_shows_people_leaving_time_and_feeling(journey) -> None:
    html = journey_html(journey)
    words = set(read(html).words)
    assert {"visit", "100", "35", "35%", "−0.8", "3 answers"} <= words
    assert "100 trips: 40 succeeded, 5 failed, 50 left, 5 still on their way." in words
    assert bars(html) == [100.0, 50.0, 0.0]


def test_charts_speak_the_current_language() -> None:
    with speaking("fr"):
        html = funnel_html(FunnelResult(STEPS, None, "first"))
    assert 'lang="fr"' in html and "6\u202f840" in html
