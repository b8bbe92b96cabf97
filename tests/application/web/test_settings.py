from __future__ import annotations

import re
from pathlib import Path

import pytest

from parcours.language.errors import UsageError
from parcours.web import settings
from parcours.web.environment import Environment


def test_every_setting_stands_in_the_reference_and_nothing_else_does(root: Path) -> None:
    page = (root / "docs" / "reference" / "settings.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(PARCOURS_\w+)`", page, re.MULTILINE))
    assert told == settings.env.known


def test_misspelt_name_is_told_with_the_nearest_one() -> None:
    read = Environment({"PARCOURS_HOMME": "/x", "PARCOURS_LANGUAGE": "fr", "HOME": "/root"})
    read.folder("HOME", Path("/y"))
    assert read.unknown() == ["PARCOURS_HOMME is set, but nothing reads it. Did you mean PARCOURS_HOME?"]


@pytest.mark.parametrize("raw", ["mysql://a/b", "postgresql://host", "sqlite:///", "nonsense"])
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
    with pytest.raises(UsageError, match=r"PARCOURS_X cannot be read\."):
        getattr(read, kind)("X", *([0] if kind == "whole" else []))
