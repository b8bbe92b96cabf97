from __future__ import annotations

import re
from pathlib import Path

import pytest

from parcours.language.errors import UsageError
from parcours.web import databases, settings
from parcours.web.environment import Environment


def test_every_setting_stands_in_the_reference_and_nothing_else_does(root: Path) -> None:
    page = (root / "docs" / "reference" / "settings.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(PARCOURS_\w+)`", page, re.MULTILINE))
    assert told == settings.env.known


def test_misspelt_name_is_told_with_the_nearest_one() -> None:
    read = Environment({"PARCOURS_HOMME": "/x", "PARCOURS_LANGUAGE": "fr", "HOME": "/root"})
    read.folder("HOME", Path("/y"))
    assert read.unknown() == ["PARCOURS_HOMME is set, but nothing reads it. Did you mean PARCOURS_HOME?"]


@pytest.mark.parametrize(
    "raw",
    [
        "mysql://a/b",
        "postgresql://host",
        "sqlite:///",
        "nonsense",
        "sqlite:///a?mode=ro",
        "sqlite:///a#b",
        "postgresql://db/shop?sslmoed=verify-full",
        "postgresql://db/shop?sslmode",
        "postgresql://db/shop?sslmode=",
        "postgresql://db/shop?host=other",
    ],
)
def test_database_that_cannot_be_read_is_refused_without_being_shown(raw: str) -> None:
    with pytest.raises(UsageError, match="PARCOURS_DATABASE_URL") as refused:
        Environment({"PARCOURS_DATABASE_URL": raw}).database("DATABASE_URL", Path("x"))
    assert refused.value.value is None
    assert "postgresql://user:password@host:5432/name" in str(refused.value)


def test_database_of_postgresql_is_taken_apart() -> None:
    read = Environment({"PARCOURS_DATABASE_URL": "postgresql://me:p%40ss@db:5433/shop"})
    taken = read.database("DATABASE_URL", Path("x"))
    assert [taken[part] for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "shop",
        "me",
        "p@ss",
        "db",
        "5433",
    ]


def test_encryption_that_the_address_of_a_database_asks_for_is_passed_on() -> None:
    raw = "postgresql://me@db/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"
    taken = Environment({"PARCOURS_DATABASE_URL": raw}).database("DATABASE_URL", Path("x"))
    assert taken["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    told = databases.environment(taken)
    assert (told["PGSSLMODE"], told["PGSSLROOTCERT"], told["PGHOST"]) == ("verify-full", "/etc/ca.pem", "db")


def test_connection_is_not_kept_for_a_thread_that_no_request_has_again() -> None:
    taken = Environment({"PARCOURS_DATABASE_URL": "postgresql://db/shop"}).database("DATABASE_URL", Path("x"))
    assert taken["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize("raw", ["Europe/Pariss", "Europe", "../Paris", "/etc/passwd", "CEST+1"])
def test_unknown_time_zone_is_named_with_the_right_form(raw: str) -> None:
    with pytest.raises(UsageError, match="PARCOURS_TIME_ZONE cannot be read: ") as refused:
        Environment({"PARCOURS_TIME_ZONE": raw}).zone("TIME_ZONE", "UTC")
    assert refused.value.value == raw
    assert "such as Europe/Paris" in str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        "parcours.example.com", "parcours.example.com:8000", "//parcours.example.com", "ftp://parcours.example.com",
        "https://", "https://parcours.example.com/map", "https://parcours.example.com?x=1", "https://me@example.com",
        "https://parcours example.com", "https://parcours.example.com:port",
    ],
)  # fmt: skip
def test_address_that_no_browser_says_is_named_with_the_right_form(raw: str) -> None:
    with pytest.raises(UsageError, match="PARCOURS_URL cannot be read: ") as refused:
        Environment({"PARCOURS_URL": raw}).address("URL", "http://x")
    assert refused.value.value == raw
    assert "https://parcours.example.com" in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("https://Parcours.Example.com/", "https://parcours.example.com"),
        ("https://établi.example", "https://xn--tabli-9ra.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_address_is_read_as_browsers_say_it(raw: str, read: str) -> None:
    assert Environment({"PARCOURS_URL": raw}).address("URL", "http://x") == read


@pytest.mark.parametrize(
    ("raw", "port", "ssl", "tls"),
    [
        ("smtp://u:p@mail.example.com", 587, False, True),
        ("smtps://mail.example.com", 465, True, False),
        ("smtp://localhost:25", 25, False, False),
    ],
)
def test_mail_is_encrypted_unless_it_stays_on_the_machine(raw: str, port: int, ssl: bool, tls: bool) -> None:
    mail = Environment({"PARCOURS_SMTP_URL": raw}).mail("SMTP_URL")
    assert mail is not None
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_SSL"], mail["EMAIL_USE_TLS"]) == (port, ssl, tls)


@pytest.mark.parametrize(("raw", "kind"), [("maybe", "flag"), ("1.5", "whole"), ("-1", "whole")])
def test_value_that_cannot_be_read_is_named_with_the_right_form(raw: str, kind: str) -> None:
    read = Environment({"PARCOURS_X": raw})
    with pytest.raises(UsageError, match=rf"PARCOURS_X cannot be read: {re.escape(raw)}\. Expected: "):
        getattr(read, kind)("X", *([0] if kind == "whole" else []))
