"""Business time against a walk from minute to minute."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned_logs import CALENDARS, HOUR, instant
from slow_plan import HOLIDAYS, MINUTE, business_time, open_minutes

from parcours.engine.calendar import Calendar, OpenTime, elapsed, holiday_calendars, instant_after, open_time
from parcours.engine.table import Int64s

PARIS = "Europe/Paris"
WINDOWS = {
    "spring": (instant("2024-03-27T00:00"), instant("2024-04-05T00:00")),
    "autumn": (instant("2024-10-24T00:00"), instant("2024-11-05T00:00")),
}
windows = pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
calendars = pytest.mark.parametrize("calendar", CALENDARS)


def spans(calendar: Calendar, window: tuple[int, int], zone: str = PARIS) -> OpenTime:
    day = 24 * HOUR
    return open_time(calendar, zone, window[0] - 3 * day, window[1] + 3 * day)


def between(open_spans: OpenTime, first: int, last: int) -> int:
    before, after = elapsed(open_spans, np.array([first, last]))
    return int(after - before)


def after(open_spans: OpenTime, since: int, open_us: int) -> int:
    return int(instant_after(open_spans, np.array([since]), np.array([open_us]))[0])


def hours_of(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        tuple(60 * int(time[:2]) + int(time[3:]) for time in span.split("-"))  # type: ignore[misc]
        for span in text.split()
    )


@windows
@calendars
def test_every_open_minute_is_open(calendar, window):
    open_spans = spans(calendar, window)
    minutes = np.arange(window[0], window[1] + MINUTE, MINUTE)
    found = np.diff(elapsed(open_spans, minutes)) / MINUTE
    assert found.tolist() == open_minutes(calendar, PARIS, window[0] // MINUTE, window[1] // MINUTE)


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("America/Sao_Paulo", "2018-11-02T00:00", "2018-11-07T00:00"),  # clocks jump at midnight
        ("America/Sao_Paulo", "2018-02-15T00:00", "2018-02-20T00:00"),  # and fall back into the day before
        ("Australia/Lord_Howe", "2024-04-04T00:00", "2024-04-09T00:00"),  # by half an hour
        ("Australia/Lord_Howe", "2024-10-03T00:00", "2024-10-08T00:00"),
        ("Pacific/Apia", "2011-12-28T00:00", "2012-01-02T00:00"),  # a day that never was
        ("Asia/Kathmandu", "2024-04-04T00:00", "2024-04-06T00:00"),
    ],
)
@pytest.mark.parametrize(
    "hours", ["00:00-24:00", "00:00-00:45 23:10-24:00", "01:30-02:15 02:20-09:00", "00:30-01:15 09:00-18:00"]
)
def test_clocks_that_change_elsewhere_are_read_in_the_same_way(zone, first, last, hours):
    calendar, window = Calendar((hours_of(hours),) * 7), (instant(first), instant(last))
    minutes = np.arange(window[0], window[1] + MINUTE, MINUTE)
    found = np.diff(elapsed(spans(calendar, window, zone), minutes)) / MINUTE
    assert found.tolist() == open_minutes(calendar, zone, window[0] // MINUTE, window[1] // MINUTE)
    open_spans = spans(calendar, window, zone)
    assert (open_spans.ends > open_spans.starts).all()
    assert (open_spans.starts[1:] > open_spans.ends[:-1]).all()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CALENDARS), st.sampled_from([*WINDOWS.values()]), st.data())
def test_open_time_between_two_instants_equals_the_walk(calendar, window, data):
    first, last = sorted(data.draw(st.tuples(*[st.integers(*window)] * 2)))
    open_spans = spans(calendar, window)
    wanted = business_time(calendar, PARIS, first, last, window)
    assert between(open_spans, first, last) == wanted
    assert 0 <= wanted <= last - first
    middle = data.draw(st.integers(first, last))
    assert between(open_spans, first, middle) + between(open_spans, middle, last) == wanted, "time adds up"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CALENDARS), st.sampled_from([*WINDOWS.values()]), st.integers(0, 30 * HOUR), st.data())
def test_a_deadline_is_the_first_instant_at_which_the_time_has_passed(calendar, window, open_us, data):
    since = data.draw(st.integers(*window))
    open_spans = spans(calendar, window)
    deadline = after(open_spans, since, open_us)
    left = int(elapsed(open_spans, open_spans.ends[-1:])[0] - elapsed(open_spans, np.array([since]))[0])
    if open_us > left:
        assert deadline == max(since, open_spans.ends[-1]), "the calendar ends before"
        return
    assert between(open_spans, since, deadline) == open_us
    assert deadline == since or between(open_spans, since, deadline - 1) < open_us


def test_a_deadline_at_closing_time_is_not_the_next_opening():
    open_spans = spans(CALENDARS[0], WINDOWS["spring"])
    morning, noon = instant("2024-03-28T08:00"), instant("2024-03-28T11:30")
    assert after(open_spans, morning, noon - morning) == noon
    assert after(open_spans, noon, 1) == instant("2024-03-28T13:00") + 1


def test_a_deadline_of_no_time_is_at_once_even_before_the_first_hour():
    open_spans = open_time(CALENDARS[0], PARIS, *WINDOWS["spring"])
    early = int(open_spans.starts[0]) - HOUR
    assert after(open_spans, early, 0) == early
    assert after(open_spans, early, 1) == open_spans.starts[0] + 1


@windows
def test_many_instants_at_once_read_as_one_by_one(window):
    chance = random.Random(5)
    open_spans = spans(CALENDARS[0], window)
    instants: Int64s = np.array([chance.randint(*window) for _one in range(300)])
    open_us = np.array([chance.choice([0, HOUR, 9 * HOUR, chance.randint(0, 40 * HOUR)]) for _one in range(300)])
    together = instant_after(open_spans, instants, open_us)
    assert together.tolist() == [
        after(open_spans, *one) for one in zip(instants.tolist(), open_us.tolist(), strict=True)
    ]
    assert together.dtype == elapsed(open_spans, instants).dtype == np.int64
    order = np.argsort(instants)
    assert (np.diff(elapsed(open_spans, instants[order])) >= 0).all()


def test_a_company_that_never_opens_has_no_open_time():
    never = open_time(Calendar(((),) * 7), PARIS, *WINDOWS["spring"])
    instants = np.array([*WINDOWS["spring"]])
    assert elapsed(never, instants).tolist() == [0, 0]
    assert instant_after(never, instants, np.array([HOUR, HOUR])).tolist() == instants.tolist()


def test_hours_that_touch_are_one_span():
    round_the_clock = open_time(CALENDARS[2], PARIS, *WINDOWS["spring"])
    assert len(round_the_clock.starts) == len(round_the_clock.before) == 1
    assert round_the_clock.starts[0] == instant("2024-03-26T23:00")


def test_the_day_of_changing_clocks_has_the_hours_that_its_clock_shows():
    night = Calendar((((60, 240),),) * 7)  # 01:00 to 04:00
    for day, wanted in (("2024-03-30", 3), ("2024-03-31", 2), ("2024-10-27", 4), ("2024-10-28", 3)):
        noon = instant(f"{day}T12:00")
        assert between(open_time(night, PARIS, noon, noon), noon - 13 * HOUR, noon) == wanted * HOUR, day
    first_of_two = Calendar((((135, 165),),) * 7)  # 02:15 to 02:45, which 27 October has twice, 31 March not at all
    for day, minutes in (("2024-10-27", 30), ("2024-03-31", 0), ("2024-03-30", 30)):
        noon = instant(f"{day}T12:00")
        assert between(open_time(first_of_two, PARIS, noon, noon), noon - 13 * HOUR, noon) == minutes * MINUTE, day


@pytest.mark.parametrize("code", ["FR", "FR-57"])
def test_public_holidays_are_those_of_the_law(code):
    always = Calendar((((0, 1440),),) * 7, code)
    for day in (date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 1), date(2024, 11, 1), date(2024, 11, 4)):
        noon = round(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) * 1_000_000
        found = open_time(always, PARIS, noon, noon)
        assert (len(found.starts) == 0) is (day in HOLIDAYS[code]), day


def test_countries_with_known_holidays_are_listed_with_their_regions():
    known = holiday_calendars()
    assert "FR" in known
    assert "57" in known["FR"]
