"""Signals of effort: the rules against their own examples, labelled comments, traps and long texts."""

from __future__ import annotations

import csv
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.language.effort import SIGNALS, EffortMark, find_effort, mark_words
from parcours.language.effort_english import ENGLISH
from parcours.language.effort_french import FRENCH

HERE = Path(__file__).parent


def signals(text: str) -> set[str]:
    return {mark.signal for mark in find_effort(text)}


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judged(pairs: list[tuple[str, str]]) -> dict[str, tuple[int, int, int]]:
    """Per signal: caught rightly, caught wrongly, missed."""
    right, wrong, missed = Counter(), Counter(), Counter()
    for text, labels in pairs:
        found, true = signals(text), set(labels.split())
        right.update(found & true)
        wrong.update(found - true)
        missed.update(true - found)
    return {signal: (right[signal], wrong[signal], missed[signal]) for signal in SIGNALS}


def own() -> list[tuple[str, str]]:
    return [(row["text"], row["signals"]) for row in read("effort_comments.csv")]


@pytest.mark.parametrize("rule", [*FRENCH, *ENGLISH], ids=lambda rule: f"{rule.signal}: {rule.caught}")
def test_every_rule_catches_its_example_and_leaves_the_other(rule) -> None:
    assert rule.signal in signals(rule.caught)
    assert not rule.left or rule.signal not in signals(rule.left)


def test_labels_are_many_and_know_only_real_signals() -> None:
    rows = read("effort_comments.csv")
    assert len(rows) >= 320
    assert {row["language"] for row in rows} == {"fr", "en"}
    assert {signal for row in rows for signal in row["signals"].split()} == set(SIGNALS)
    assert sum(not row["signals"] for row in rows) > 100


@pytest.mark.parametrize("part", ["tuned", "held out"])
def test_labelled_comments_are_read_as_their_meaning(part: str) -> None:
    pairs = [pair for place, pair in enumerate(own()) if (place % 3 == 2) == (part == "held out")]
    for signal, (right, wrong, missed) in judged(pairs).items():
        assert right >= 9, signal
        assert right / (right + wrong) >= 0.9, signal
        assert right / (right + missed) >= 0.95, signal


def test_paraphrases_are_often_missed_but_seldom_misread() -> None:
    found = judged([(row["text"], row["signals"]) for row in read("effort_paraphrases.csv")]).values()
    right, wrong, missed = (sum(column) for column in zip(*found, strict=True))
    assert right / (right + wrong) >= 0.9
    assert (right, missed) == (13, 53), "docs/reference/effort.md states this"


@pytest.mark.data
def test_the_sixty_comments_beside_the_project_are_read_as_their_meaning(data: Path) -> None:
    labels = {row["id"]: row["signals"] for row in read("effort_cx.csv")}
    with (data / "experience" / "cx" / "cx_comments.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["text"], labels[row["id"]]) for row in csv.DictReader(file)]
    assert len(pairs) == 60
    for signal, (right, wrong, missed) in judged(own() + pairs).items():
        assert right / (right + wrong) >= 0.9, signal
        assert right / (right + missed) >= 0.95, signal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J'ai dû relancer trois fois pour avoir une réponse", {"chasing"}),
        ("j’ai du relancer 3 fois pour avoir une reponse", {"chasing"}),
        ("J'AI DÛ RELANCER TROIS FOIS", {"chasing"}),
        ("je n'ai pas eu besoin de relancer", set()),
        ("Jamais eu à attendre", set()),
        ("no need to chase", set()),
        ("I didn’t have to wait", set()),
        ("sans relancer", set()),
        ("On n'obtient rien sans relancer", {"chasing"}),
        ("C'est pas normal de devoir relancer", {"chasing"}),
        ("I never had to wait so long", {"waiting"}),
        ("Je n'ai jamais attendu aussi longtemps", {"waiting"}),
        ("pas rapide, pas simple", set()),
        ("réponse rapide", {"fast"}),
        ("Est-ce que c'est simple ?", set()),
        ("E\u0301quipe tre\u0300s re\u0301active", {"fast"}),
        ("", set()),
    ],
)
def test_negation_scope_and_spelling(text: str, expected: set[str]) -> None:
    assert signals(text) == expected


def test_marks_name_the_words_in_the_comment_as_it_was_written() -> None:
    text = "Bof… j’ai DÛ\u00a0RELANCER, puis l’e\u0301quipe est devenue réactive."
    found = {mark.signal: text[mark.start : mark.end] for mark in find_effort(text)}
    assert found == {"chasing": "RELANCER", "fast": "réactive"}
    assert mark_words(text, find_effort(text)).count("[") == 2


def test_overlapping_marks_are_shown_once() -> None:
    assert mark_words("abcdef", [EffortMark("fast", 1, 4), EffortMark("simple", 2, 5)], "<", ">") == "a<bcde>f"


@given(st.text(alphabet="relancrpsjmid'uot ,.?é’-\n", max_size=200))
def test_marks_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    marks = find_effort(text)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)
    for signal in SIGNALS:
        mine = [mark for mark in marks if mark.signal == signal]
        assert all(left.end < right.start for left, right in pairwise(mine))


@pytest.mark.parametrize(
    "piece",
    ["relancer ", "a", "promis mot ", "pas ", "n'", " ", "x, ", "é", "we had to wait not ", "tells us x ", "\n"],
)
def test_a_comment_of_a_hundred_kilobytes_takes_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find_effort(text)
        return time.process_time() - start

    find_effort(piece)
    assert seconds(100_000) < max(30 * seconds(10_000), 0.5)
    assert seconds(100_000) < 5
