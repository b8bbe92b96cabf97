from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client

from parcours.accounts.models import User
from parcours.web.logs import configure

sys.path.insert(0, str(Path(__file__).parent.parent))
PASSWORD, NEW_PASSWORD = "quatre mots sans aucun rapport", "cinq mots tout neufs et longs"


@pytest.fixture(params=["json", "text"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the server would write, in each form; the tests' own logging comes back afterwards."""
    written = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", written)
    structlog.reset_defaults()
    configure({"format": request.param, "level": "debug"})
    yield written
    for held in root.handlers[:]:
        root.removeHandler(held)
    for held in before:
        root.addHandler(held)
    root.setLevel(level)
    structlog.reset_defaults()


def answered(client: Client, path: str, **form: str) -> Any:
    return client.post(path, form) if form else client.get(path)


def test_no_secret_reaches_the_log(logged: io.StringIO, client: Client, alice: User, mailoutbox: list[Any]) -> None:
    answered(client, "/account/login/", login=alice.email, password="a wrong password of hers")
    answered(client, "/account/login/", login=alice.email, password=PASSWORD)
    session = client.cookies["session"].value
    client.post("/account/logout/")
    answered(client, "/account/password/reset/", email=alice.email)
    path = re.search(r"https?://[^/\s]+(/\S+)", mailoutbox[-1].body)[1]
    token = path.rstrip("/").rsplit("/", 1)[-1]
    page = client.get(path, follow=True)
    answered(client, page.redirect_chain[-1][0] if page.redirect_chain else path, password1=NEW_PASSWORD)
    client.get("/nowhere/to-be-found?token=secret-in-the-query", headers={"Authorization": "Bearer pk_secret-api-key"})
    client.get(f"/invitation/{'x' * 43}/")
    text = logged.getvalue()
    assert "account_login" in text, "the requests are logged at all"
    secrets = ("a wrong password", PASSWORD, NEW_PASSWORD, session, token, "secret-in-the-query", "pk_secret", "x" * 43)
    assert [secret for secret in secrets if secret in text] == []


def test_trace_of_an_error_shows_no_local_variable(logged: io.StringIO) -> None:
    def fail(password: str) -> None:
        raise RuntimeError("something broke")

    try:
        fail("".join(reversed("emasesnepo")))  # the line itself is in the trace, and must not be it
    except RuntimeError:
        logging.getLogger("parcours.test").exception("failed")
    assert "something broke" in logged.getvalue()
    assert "opensesame" not in logged.getvalue()


def test_a_page_that_is_refused_or_not_there_is_one_line_without_a_trace(logged: io.StringIO) -> None:
    for level in (logging.WARNING, logging.ERROR):
        try:
            raise RuntimeError("refused")
        except RuntimeError as error:
            trace = (type(error), error, error.__traceback__)
            logging.getLogger("django.request").log(level, "Forbidden: %s", "/w/x/", exc_info=trace)
        assert ("Traceback" in logged.getvalue()) == (level == logging.ERROR)


def test_fields_named_like_secrets_are_hidden(logged: io.StringIO) -> None:
    structlog.get_logger("parcours.test").info("sent", api_key="k1-shown", reset_code="c1-shown", count=3)
    text = logged.getvalue()
    assert "shown" not in text
    assert "3" in text


def test_lines_of_the_form_for_machines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    structlog.reset_defaults()
    configure({"format": "json", "level": "info"})
    logging.getLogger("django.request").warning("Not Found: %s", "/invitation/a-token/")
    structlog.get_logger("parcours.test").info("done", rows=7)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    for held in root.handlers[:]:
        root.removeHandler(held)
    for held in before:
        root.addHandler(held)
    root.setLevel(level)
    structlog.reset_defaults()
    assert [line["event"] for line in lines] == ["Not Found: …", "done"]
    assert lines[1]["rows"] == 7
    assert all(line["timestamp"].endswith("Z") and line["level"] for line in lines)
