from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.readers.times import NO_TIME, MixedDayOrderError, TimeRules, day_order, read_times, with_day_order

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "Africa/Casablanca"]


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def read_one(text: str | None, **rules: object) -> int:
    return int(read_times(pa.array([text], pa.string()), TimeRules(**rules)).time_us[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-03T14:05:06", "2025-01-03T14:05:06"),
        ("2025-01-03 14:05:06.5", "2025-01-03T14:05:06.5"),
        ("2025-01-03T14:05:06Z", "2025-01-03T14:05:06"),
        ("2025-01-03t14:05:06z", "2025-01-03T14:05:06"),
        ("2025-01-03T14:05:06,123+02:00", "2025-01-03T12:05:06.123"),
        ("2025-01-03T14:05:06-0530", "2025-01-03T19:35:06"),
        ("2025-01-03 14:05:06 +02", "2025-01-03T12:05:06"),
        ("2025-01-03 14:05:06.123456789", "2025-01-03T14:05:06.123456"),
        ("2025-01-03T14:05", "2025-01-03T14:05:00"),
        ("2025-01-03", "2025-01-03T00:00:00"),
        ("2025/1/3 9:05", "2025-01-03T09:05:00"),
        ("20250103", "2025-01-03T00:00:00"),
        ("20250103140506", "2025-01-03T14:05:06"),
        ("20250103T140506Z", "2025-01-03T14:05:06"),
        ("31/12/2025 14:05", "2025-12-31T14:05:00"),
        ("31/12/2025 14:05:09", "2025-12-31T14:05:09"),
        ("31.12.2025", "2025-12-31T00:00:00"),
        ("31-12-25", "2025-12-31T00:00:00"),
        ("3/1/2025, 9:05", "2025-01-03T09:05:00"),
        ("31/12/2025 14h05", "2025-12-31T14:05:00"),
        ("3 janv. 2025 14h05", "2025-01-03T14:05:00"),
        ("1er août 2025 à 9h", "2025-08-01T09:00:00"),
        ("mercredi 3 décembre 2025", "2025-12-03T00:00:00"),
        ("Dec 3, 2025 3:05 PM", "2025-12-03T15:05:00"),
        ("12 février 2025 12:00 am", "2025-02-12T00:00:00"),
        ("Tue, 01 Jul 2025 10:52:37 +0200", "2025-07-01T08:52:37"),
        ("Tue, 01 Jul 2025 10:52:37 GMT", "2025-07-01T10:52:37"),
        ("3-Jan-2025 10:00", "2025-01-03T10:00:00"),
        ("  2025-01-03 14:05 ", "2025-01-03T14:05:00"),
        ("1735913106", "2025-01-03T14:05:06"),
        ("1735913106.25", "2025-01-03T14:05:06.25"),
        ("1735913106123", "2025-01-03T14:05:06.123"),
        ("1735913106123456", "2025-01-03T14:05:06.123456"),
        ("1735913106123456789", "2025-01-03T14:05:06.123456"),
    ],
)
def test_usual_writings_of_a_time_are_read(text: str, expected: str) -> None:
    assert read_one(text) == micros(datetime.fromisoformat(expected).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        *[None, "", "NaN", "yesterday", "2025-02-30", "2025-13-01", "2025-01-03 24:00:00", "2025-01-03 10:61", "0"],
        *["2025-01-03T10:00:00+25:00", "32/01/2025", "3 janv 2025 25h61", "13:05 2025-01-03", "9999999999999999999"],
        *["31 foo 2025", "0000-01-01", "9" * 60, "2025-01-03T10:00:00 Europe/Paris", "3 mars 2025 13:00 pm", "12"],
    ],
)
def test_what_is_no_time_is_left_out(text: str | None) -> None:
    assert read_one(text) == NO_TIME


def test_one_bad_time_costs_no_other() -> None:
    texts = ["2025-01-03T14:05:06"] * 50 + ["soon"] + ["2025-01-03T14:05:06"] * 50
    read = read_times(pa.array(texts), TimeRules()).time_us
    assert (read == NO_TIME).sum() == 1 and read[50] == NO_TIME


def test_many_writings_in_one_column_are_each_read() -> None:
    texts = [
        "2025-01-03T14:05:06",
        "3 janv. 2025 14h05",
        None,
        "1735913106",
        "03/01/2025 14:05",
        "2025-01-03T14:05:06Z",
    ]
    read = read_times(pa.array(texts), TimeRules()).time_us.tolist()
    second, minute = 1735913106_000000, 1735913100_000000
    assert read == [second, minute, NO_TIME, second, minute, second]


@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)), min_size=1, max_size=30), st.sampled_from(ZONES)
)
def test_wall_times_are_those_of_datetime_with_fold_0(moments: list[datetime], zone: str) -> None:
    texts = [moment.isoformat(sep=" ") for moment in moments]
    expected = [micros(moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)) for moment in moments]
    assert read_times(pa.array(texts), TimeRules(zone=zone)).time_us.tolist() == expected


@given(
    st.sampled_from(ZONES),
    st.integers(1990, 2030),
    st.integers(0, 366 * 96),
)
def test_skipped_and_repeated_wall_times_are_marked_exactly(zone: str, year: int, quarter: int) -> None:
    """By the definition of PEP 495: the two folds of a wall time differ only in a gap or a fold."""
    moment = datetime(year, 1, 1) + timedelta(minutes=15 * quarter)
    here = ZoneInfo(zone)
    first, second = (moment.replace(tzinfo=here, fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None and second is not None
    read = read_times(pa.array([moment.isoformat()]), TimeRules(zone=zone))
    assert (read.gap is not None and bool(read.gap[0])) == (first < second)
    assert (read.fold is not None and bool(read.fold[0])) == (first > second)


def test_a_clock_change_moves_forward_or_takes_the_first() -> None:
    texts = ["2025-03-30 02:30:00", "2025-10-26 02:30:00", "2025-03-30 03:00:00", "2025-10-26 02:30:00+01:00"]
    read = read_times(pa.array(texts), TimeRules(zone="Europe/Paris"))
    hours = [f"{datetime.fromtimestamp(value / 1e6, UTC):%H:%M}" for value in read.time_us.tolist()]
    assert hours == ["01:30", "00:30", "01:00", "01:30"]
    assert read.gap is not None and read.gap.tolist() == [True, False, False, False]
    assert read.fold is not None and read.fold.tolist() == [False, True, False, False]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    st.integers(-23 * 60, 23 * 60),
    st.sampled_from(["T", " "]),
    st.sampled_from([".", ","]),
)
def test_times_with_an_offset_are_those_of_datetime(moment: datetime, minutes: int, between: str, point: str) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = aware.isoformat(sep=between, timespec="microseconds").replace(".", point)
    assert read_one(text, zone="Asia/Tokyo") == micros(aware)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_slashed_dates_follow_the_decided_order(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    assert read_one(f"{moment:%d/%m/%Y %H:%M}", day_first=True, decided=True) == micros(minute)
    assert read_one(f"{moment:%m/%d/%Y %H:%M}", day_first=False, decided=True) == micros(minute)


def test_the_order_of_day_and_month_is_decided_by_what_can_only_be_one() -> None:
    assert day_order(pa.array(["03/04/2025", "31/12/2025", None])) is True
    assert day_order(pa.array(["03/04/2025", "12/31/2025"])) is False
    assert day_order(pa.array(["03/04/2025", "2025-01-31"])) is None
    assert with_day_order(TimeRules(), pa.array(["12/31/2025"])).day_first is False
    with pytest.raises(MixedDayOrderError):
        day_order(pa.array(["31/12/2025", "12/31/2025"]))


def test_a_date_against_the_proved_order_stops_but_against_the_given_one_is_unreadable() -> None:
    with pytest.raises(MixedDayOrderError):
        read_one("12/31/2025", day_first=True)
    assert read_one("12/31/2025", day_first=True, decided=True) == NO_TIME


@given(st.integers(631152000, 4102444800), st.integers(0, 999_999))
def test_epochs_are_told_apart_by_size(second: int, fraction: int) -> None:
    exact = second * 1_000_000 + fraction
    assert read_one(str(second)) == second * 1_000_000
    assert read_one(str(exact * 1000 + 7)) == exact
    numbers = pa.array([second, exact // 1000, exact, exact * 1000, None], pa.int64())
    read = read_times(numbers, TimeRules()).time_us.tolist()
    assert read == [second * 1_000_000, exact // 1000 * 1000, exact, exact, NO_TIME]


def test_typed_times_keep_their_instant_and_naive_ones_take_the_zone() -> None:
    moment = datetime(2025, 7, 1, 12)
    aware = pa.array([moment.replace(tzinfo=UTC), None], pa.timestamp("ns", "Asia/Tokyo"))
    naive = pa.array([moment], pa.timestamp("s"))
    day = pa.array([moment.date()], pa.date32())
    paris = TimeRules(zone="Europe/Paris")
    assert read_times(aware, paris).time_us.tolist() == [micros(moment.replace(tzinfo=UTC)), NO_TIME]
    assert read_times(naive, paris).time_us.tolist() == [micros(moment.replace(hour=10, tzinfo=UTC))]
    assert read_times(day, TimeRules()).time_us.tolist() == [micros(moment.replace(hour=0, tzinfo=UTC))]


def test_floats_nan_and_dictionaries_of_times_are_read() -> None:
    floats = pa.array([1735913106.25, float("nan"), float("inf"), None, 1e300])
    assert read_times(floats, TimeRules()).time_us.tolist() == [1735913106_250000] + [NO_TIME] * 4
    words = pa.array(["2025-01-03", "x", None, "2025-01-03"]).dictionary_encode()
    assert read_times(words, TimeRules()).time_us.tolist() == [1735862400_000000, NO_TIME, NO_TIME, 1735862400_000000]
    assert read_times(pa.nulls(2), TimeRules()).time_us.tolist() == [NO_TIME] * 2


def test_a_given_format_is_the_only_one() -> None:
    rules = {"time_format": "%d %B %Y, %Hh%M", "zone": "Europe/Paris"}
    assert read_one("03 January 2025, 14h05", **rules) == micros(datetime(2025, 1, 3, 13, 5, tzinfo=UTC))
    assert read_one("2025-01-03 14:05:00", **rules) == NO_TIME


def test_years_without_any_gap_rule_are_read_outside_the_table_of_changes() -> None:
    assert read_one("9999-12-31 10:00:00", zone="Europe/Paris") > read_one("2099-01-01 00:00:00", zone="UTC")
