from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.picture import typeface
from parcours.picture.typeface import SOFT_HYPHEN, Style, prose, shorten, soften, width, wrap

NARROW = Style(13, 600, 88)
WORDS = st.text(st.sampled_from("abcdeéiœM 1\u202f8 -'’,"), max_size=60)
LETTER = max(width(char, NARROW) for char in "abcdeéiœM1\u202f8-'’,") + width("-", NARROW)


def naive_lines(text: str, limit: float) -> list[str]:
    """Fill lines with whole words; only for texts whose every word fits."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        if lines and width(f"{lines[-1]} {word}", NARROW) <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@given(WORDS, st.floats(LETTER, 200))
def test_no_line_is_wider_than_its_column_and_no_letter_is_lost(text: str, limit: float) -> None:
    lines = wrap(text, NARROW, limit)
    assert all(width(line, NARROW) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(
    st.lists(st.sampled_from(["au", "panier", "décision", "l’atelier", "1\u202f318"]), max_size=12), st.floats(90, 300)
)
def test_words_that_fit_are_filled_line_by_line(words: list[str], limit: float) -> None:
    assert wrap(" ".join(words), NARROW, limit) == naive_lines(" ".join(words), limit)


def test_narrow_no_break_spaces_hold_numbers_together() -> None:
    assert wrap("de 12\u202f345\u202f678 voyages", NARROW, 62) == ["de", "12\u202f345\u202f678", "voyages"]


def test_a_long_french_word_is_hyphenated_between_syllables() -> None:
    soft = soften("Anticonstitutionnellement", NARROW, 90)
    assert soft.replace(SOFT_HYPHEN, "") == "Anticonstitutionnellement"
    lines = wrap(soft, NARROW, 90)
    assert len(lines) > 1 and lines[0].endswith("-")


def test_words_that_fit_are_left_alone() -> None:
    assert soften("Évaluation et SAV", NARROW, 110) == "Évaluation et SAV"
    assert soften("", NARROW, 10) == ""


@given(WORDS, st.floats(30, 200))
def test_a_shortened_text_fits_and_starts_like_the_whole(text: str, limit: float) -> None:
    short = shorten(text, NARROW, limit)
    assert width(short, NARROW) <= limit
    assert text.startswith(short.removesuffix("…"))


def test_wider_and_heavier_letters_are_measured_so() -> None:
    if not (typeface.FONTS / "advances.json").exists():
        pytest.skip("The fonts are not gathered; run make assets.")
    text = "Réception et usage"
    assert width(text, Style(13, 400, 76)) < width(text, Style(13, 400, 100)) < width(text, Style(13, 700, 100))
    assert width(text, Style(26, 400)) == pytest.approx(2 * width(text, Style(13, 400)))


def test_figures_are_measured_as_wide_as_each_other() -> None:
    assert len({width(figure, NARROW) for figure in "0123456789"}) == 1


def test_without_gathered_fonts_the_measure_is_cautious_and_nothing_is_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Évaluation et SAV, 1\u202f318 personnes"
    real = width(text, Style(13, 600, 100))
    monkeypatch.setattr(typeface, "FONTS", tmp_path)
    typeface._advances.cache_clear()
    typeface.font_faces.cache_clear()
    try:
        assert width(text, Style(13, 600, 100)) >= real
        assert typeface.font_faces() == ""
    finally:
        typeface._advances.cache_clear()
        typeface.font_faces.cache_clear()


def test_french_double_signs_never_start_a_line() -> None:
    assert prose("« Vu » ; 48 % ? ≥ 70") == "«\u00a0Vu\u00a0»\u00a0; 48\u00a0%\u00a0? ≥\u00a070"
    assert prose("<b>&'\"") == "&lt;b&gt;&amp;&#x27;&quot;"
