from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.language import formats
from parcours.language.errors import UsageError
from parcours.language.translation import speaking

NBSP, NARROW = "\u00a0", "\u202f"


def test_french_numbers_have_narrow_spaces_and_english_ones_commas():
    with speaking("fr"):
        assert formats.number(1234567) == f"1{NARROW}234{NARROW}567"
        assert formats.decimal(-1234.25) == f"−1{NARROW}234,3"
        assert formats.percent(0.125) == f"13{NBSP}%"
        assert formats.percent(0.12345, 1) == f"12,3{NBSP}%"
    with speaking("en"):
        assert formats.number(1234567) == "1,234,567"
        assert formats.decimal(-1234.25) == "−1,234.3"
        assert formats.percent(0.125) == "13%"


def test_money_has_the_decimals_of_its_currency_and_stands_where_the_language_puts_it():
    with speaking("fr"):
        assert formats.money(1234.5, "EUR") == f"1{NARROW}234,50{NBSP}€"
        assert formats.money(-3, "EUR") == f"−3,00{NBSP}€"
    with speaking("en"):
        assert formats.money(1234.5, "GBP") == "£1,234.50"
        assert formats.money(1234.5, "JPY") == "JP¥1,235"
        assert formats.money(-0.001, "EUR") == "€0.00"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (0.0001, "< 0.1%"),
        (0.002, "0.2%"),
        (0.005, "1%"),
        (0.994, "99%"),
        (0.995, "99.5%"),
        (1, "100%"),
        (0.99999, "> 99.9%"),
        (1.5, "150%"),
        (-0.1, "−10%"),
    ],
)
def test_a_share_that_is_not_all_or_nothing_is_never_written_so(share, text):
    with speaking("en"):
        assert formats.percent(share).replace(NBSP, " ") == text


def test_two_numbers_are_as_far_apart_as_they_are_written():
    assert formats.apart(71.6, 97.6) == -26  # 72 and 98
    assert formats.apart(71.4, 97.6) == -27  # 71 and 98, though 26.2 lie between them
    assert formats.apart(0.5, 0.4) == 1


def test_signed_uses_a_true_minus_and_no_sign_for_what_rounds_to_zero():
    with speaking("en"):
        assert [formats.signed(x) for x in (-0.4, 0.4, 0.04, -0.04, 0.0)] == ["−0.4", "+0.4", "0.0", "0.0", "0.0"]
        assert formats.signed(-1.5, 0) == "−2"


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0, "0 s", "0 s"),
        (0.2, "< 1 s", "< 1 s"),
        (5, "5 s", "5 s"),
        (59.7, "1 min", "1 min"),
        (2760, "46 min", "46 min"),
        (2765, "46 min 5 s", "46 min 5 s"),
        (3599.9, "1 h", "1 h"),
        (194_400, "2 j 6 h", "2 d 6 h"),
        (9.99 * 86_400, "10 j", "10 d"),
        (61 * 86_400, "61 j", "61 d"),
        (-60, "−1 min", "−1 min"),
    ],
)
def test_a_duration_is_written_in_its_two_biggest_units(seconds, french, english):
    with speaking("fr"):
        assert formats.duration(seconds).replace(NBSP, " ") == french
    with speaking("en"):
        assert formats.duration(seconds).replace(NBSP, " ") == english


@given(st.integers(0, 10**10))
def test_a_duration_read_back_is_never_off_by_more_than_half_its_smaller_unit(seconds):
    with speaking("en"):
        again = formats.parse_duration(formats.duration(seconds).replace(",", "")) if seconds < 3e9 else seconds
    half = 43_200 if seconds >= 863_000 else 1_800 if seconds >= 86_000 else 30 if seconds >= 3_590 else 0.5
    assert abs(again - seconds) <= half


def test_days_are_seen_in_the_zone_asked_for():
    midnight = 1_767_222_000_000_000  # 2025-12-31T23:00Z, already 2026 in Paris
    with speaking("fr"):
        assert formats.date(midnight, "Europe/Paris") == "1er janv. 2026"
        assert formats.date(midnight) == "31 déc. 2025"
        assert formats.when(midnight, "Europe/Paris") == "1er janv. 2026 à 00:00"
        assert formats.month(midnight, "Europe/Paris") == "janvier 2026"
    with speaking("en"):
        assert formats.date(date(2026, 3, 8)) == "8 Mar 2026"
        assert formats.when(datetime(2026, 3, 8, 14, 5, tzinfo=UTC), "Europe/Paris") == "8 Mar 2026, 15:05"


def test_a_range_of_days_says_month_and_year_once():
    with speaking("en"):
        text = formats.date_range(date(2026, 1, 3), date(2026, 1, 8))
        assert text.count("Jan") == text.count("2026") == 1
        assert formats.date_range(date(2026, 1, 3), date(2026, 1, 3)) == "3 Jan 2026"


def test_a_range_of_days_in_french_begins_a_month_on_the_1er():
    with speaking("fr"):
        ranges = [
            formats.date_range(date(2026, 3, 1), date(2026, 6, 17)),
            formats.date_range(date(2026, 3, 1), date(2026, 3, 17)),
            formats.date_range(date(2025, 12, 31), date(2026, 1, 1)),
            formats.date_range(date(2026, 3, 11), date(2026, 5, 21)),
        ]
    plain = [text.replace("\u2009", " ").replace(" – ", "–") for text in ranges]
    assert plain == ["1er mars–17 juin 2026", "1er–17 mars 2026", "31 déc. 2025–1er janv. 2026", "11 mars–21 mai 2026"]


def test_people_words_and_quotations_follow_the_language():
    with speaking("fr"):
        assert formats.plural_people(0) == "0 personne"
        assert formats.plural_people(1) == "1 personne"
        assert formats.plural_people(1200) == f"1{NARROW}200 personnes"
        assert formats.list_words(["a", "b", "c"]) == "a, b et c"
        assert formats.quoted("x") == f"«{NBSP}x{NBSP}»"
    with speaking("en"):
        assert formats.plural_people(0) == "0 people"
        assert formats.plural_people(1) == "1 person"
        assert formats.list_words(["a", "b", "c"]) == "a, b and c"
        assert formats.list_words([]) == ""
        assert formats.quoted("x") == "“x”"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30d", 2592000),
        ("2h", 7200),
        ("45min", 2700),
        ("7j", 604800),
        ("1 semaine", 604800),
        ("1,5 h", 5400),
        ("2d 6h", 194400),
        (" 10 S ", 10),
        ("0s", 0),
        ("2 Heures 30 minutes", 9000),
    ],
)
def test_a_length_of_time_is_read_in_the_units_of_both_languages(text, seconds):
    assert formats.parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "3 mois", "-2h", "2h!", "d", "h2", "1e400d", "2h then 3h", "5m"])
def test_what_is_no_length_of_time_is_refused_with_its_value_and_the_right_form(text):
    with speaking("en"), pytest.raises(UsageError) as refused:
        formats.parse_duration(text)
    assert text in str(refused.value)
    assert "30d, 2h, 45min" in str(refused.value)


def test_more_than_a_hundred_years_is_refused():
    with speaking("en"), pytest.raises(UsageError, match="hundred years"):
        formats.parse_duration("99999999999d")
