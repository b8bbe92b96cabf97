from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.language.errors import InputError
from parcours.readers.columns import plain_name
from parcours.readers.source import Scale, SourceOptions, open_source

Reader = Callable[..., Any]
Writer = Callable[..., Path]


@pytest.mark.parametrize("person", ["person", "customer_id", "Client", "ID client", "case:concept:name", "E-mail"])
@pytest.mark.parametrize(
    "time", ["time", "Timestamp", "Date", "horodatage", "Date/heure", "createdAt", "ts", "won_date"]
)
@pytest.mark.parametrize("event", ["event", "Activity", "action", "Évènement", "type", "event_name"])
def test_usual_headers_are_recognised(read: Reader, write: Writer, person: str, time: str, event: str) -> None:
    found = read(write(f"{event},{time},{person}\nvisit,2025-01-01,a@b.fr\n"))
    assert [(row["person"], row["event"]) for row in found.rows] == [("a@b.fr", "visit")]
    assert [column.role for column in found.source.columns] == ["event", "time", "person"]


def test_headers_are_compared_without_accents_case_and_marks() -> None:
    assert plain_name(" Date/Heure d'évènement ") == "date_heure_d_evenement"
    assert plain_name("customerId") == "customer_id"


def test_feelings_amounts_and_channels_take_their_reserved_names(read: Reader, write: Writer) -> None:
    header = "client,date,type,canal,Montant,note_nps,csat,ces,Commentaire,message_id\n"
    found = read(write(header + "a,2025-01-01,avis,web,12.5,9,4,6,Très bien,m1\nb,2025-01-01,avis,,,,,,,m2\n"))
    first, second = found.rows
    assert {name: first[name] for name in ("channel", "value", "nps", "csat", "ces", "comment", "message_id")} == {
        "channel": "web", "value": 12.5, "nps": 9.0, "csat": 4.0, "ces": 6.0, "comment": "Très bien",
        "message_id": "m1",
    }  # fmt: skip
    assert second["nps"] is None and second["channel"] is None
    assert found.source.scales == {"nps": Scale(0, 10), "csat": Scale(1, 5), "ces": Scale(1, 7, "agreement")}


def test_scales_follow_the_options_and_the_values(read: Reader, write: Writer) -> None:
    path = write("person,time,event,csat,ces\na,2025-01-01,e,7,2\n")
    assert read(path).source.scales["csat"] == Scale(1, 7)
    given = read(path, csat_scale=(0, 100), ces_scale="effort").source.scales
    assert given == {"csat": Scale(0, 100, given=True), "ces": Scale(1, 7, "effort", given=True)}
    ten = write("person,time,event,csat\na,2025-01-01,e,8\n")
    assert read(ten).source.scales["csat"] == Scale(0, 10)


def test_scores_outside_their_scale_and_words_are_bad_rows(read: Reader, write: Writer) -> None:
    rows = "".join(f"p,2025-01-01,e,{score},\n" for score in range(11)) + "p,2025-01-01,e,11,\np,2025-01-01,e,ten,\n"
    found = read(write("person,time,event,nps,montant\n" + rows + "p,2025-01-01,e,3,12 euros\n"), value="montant")
    assert found.reasons == [(13, "score_out_of_range"), (14, "number_unreadable"), (15, "number_unreadable")]
    assert (found.bad[0].column, found.bad[0].value, found.bad[0].expected) == ("nps", "11", "a number from 0 to 10")
    assert found.column("nps") == [float(score) for score in range(11)]


def test_an_amount_column_without_numbers_is_only_text(read: Reader, write: Writer) -> None:
    found = read(write("person,time,event,value,nps,message_id\na,2025-01-01,e,high,55,m\nb,2025-01-01,e,low,99,m\n"))
    assert found.column("value_2") == ["high", "low"]
    assert found.column("nps_2") == [55.0, 99.0] and found.column("message_id_2") == ["m", "m"]


def test_named_columns_win_over_recognition(read: Reader, write: Writer) -> None:
    path = write("person,time,event,who,when,what,channel,source\na,2025-01-01,e,A,2025-02-01,E,c,s\n")
    found = read(path, person="who", time="when", event="what", channel="source")
    row = found.rows[0]
    assert (row["person"], row["event"], row["channel"]) == ("A", "E", "s")
    assert row["time"].startswith("2025-02-01")
    assert (row["person_2"], row["event_2"], row["channel_2"]) == ("a", "e", "c")


def test_a_column_that_does_not_exist_is_named_with_the_nearest_first(read: Reader, write: Writer) -> None:
    with pytest.raises(InputError) as caught:
        read(write("alpha,person,time,customer,event\n"), person="custmer")
    assert "--person" in str(caught.value) and "customer, " in str(caught.value).partition("columns: ")[2][:12]


@pytest.mark.parametrize(
    ("header", "row", "option"),
    [
        ("a,time,event", "x,2025-01-01,e", "--person"),
        ("person,a,event", "x,y,e", "--time"),
        ("person,time,a", "x,2025-01-01,e", "--event-name"),
        ("customer_id,user_id,time,event", "x,y,2025-01-01,e", "--person"),
        ("person,time,horodatage,event", "x,2025-01-01,2025-01-01,e", None),
        ("person,timestamp,horodatage,event", "x,2025-01-01,2025-01-01,e", "--time"),
        ("person,time,action,activity", "x,2025-01-01,e,f", "--event"),
    ],
)
def test_what_stays_open_is_asked_with_the_columns_and_the_option(
    read: Reader, write: Writer, header: str, row: str, option: str | None
) -> None:
    path = write(f"{header}\n{row}\n")
    if option is None:
        assert len(read(path).rows) == 1
        return
    with pytest.raises(InputError) as caught:
        read(path)
    assert option in str(caught.value) and "columns" in str(caught.value).lower()


def test_a_time_is_found_by_its_content_when_there_is_only_one(read: Reader, write: Writer) -> None:
    assert len(read(write("person,quand,event,n\na,31/12/2024 10:00,e,1700000000\n")).rows) == 1


def test_a_header_that_says_time_over_no_times_is_not_believed(read: Reader, write: Writer) -> None:
    found = read(write("person,time,date,event\na,long,2025-01-01,e\n"))
    assert found.rows[0]["time"].startswith("2025-01-01") and found.column("time_2") == ["long"]


def test_an_event_column_and_a_fixed_name_exclude_each_other(read: Reader, write: Writer) -> None:
    path = write("person,time,event\na,2025-01-01,e\n")
    with pytest.raises(InputError, match="event name"):
        read(path, event="event", event_name="won")
    found = read(path, event_name="won")
    assert found.column("event") == ["won"] and found.column("event_2") == ["e"]


def test_an_unknown_zone_is_refused(read: Reader, write: Writer) -> None:
    with pytest.raises(InputError, match="Mars/Olympus"):
        read(write("person,time,event\na,2025-01-01,e\n"), zone="Mars/Olympus")


def test_a_column_called_nps_is_one_though_its_first_answers_come_late(read: Reader, write: Writer) -> None:
    """Answers come weeks after the first visits; types are told from the first two megabytes of a file."""
    visits = "p,2025-01-01,visit,,\n" * 110_000
    path = write("person,time,event,nps,csat\n" + visits + "p,2025-02-01,survey,9,4\n")
    source = open_source(SourceOptions(path=path))
    assert {"nps", "csat"} <= {column.role for column in source.columns}
    last = [batch.properties["nps"].to_pylist()[-1] for batch in source.batches(print)][-1]
    assert last == 9.0
