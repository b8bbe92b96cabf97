"""Settings from the environment, read with their type; what cannot be read stops the start with the right form.

Every name that Parcours reads is declared by reading it, so a misspelt ``PARCOURS_…`` variable is found and named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parcours.language.errors import UsageError
from parcours.language.translation import _

T = TypeVar("T")

PREFIX = "PARCOURS_"
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
ELSEWHERE = frozenset({"PARCOURS_LANGUAGE", "PARCOURS_ORACLES", "PARCOURS_DATA", "PARCOURS_PROOFS"})
"""Names that other parts of the project read."""
POSTGRESQL_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "application_name": "PGAPPNAME",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
"""What may follow the ? of an address of PostgreSQL, with the variable by which its programs are told."""


@dataclass
class Environment:
    """Typed readers over ``values``; remembers every name that was asked for."""

    values: Mapping[str, str] = field(default_factory=lambda: os.environ)
    known: set[str] = field(default_factory=set)

    def text(self, name: str, default: str = "") -> str:
        """Return the text of ``PARCOURS_<name>``, stripped."""
        return self._read(name, default, str.strip, _("any text"))

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no: 1, true, yes, on; 0, false, no, off."""
        return self._read(name, default, _flag, "1, true, yes, on, 0, false, no, off")

    def whole(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        """Return a whole number from ``least`` to ``most``."""

        def read(raw: str) -> int:
            number = int(raw)
            if not least <= number <= most:
                raise ValueError
            return number

        expected = _("a whole number from {least} to {most}").format(least=least, most=most)
        return self._read(name, default, read, expected)

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Return words separated by commas."""
        return self._read(name, list(default), _words, _("words separated by commas"))

    def choice(self, name: str, default: str, options: Sequence[str]) -> str:
        """Return one of ``options``."""

        def read(raw: str) -> str:
            return options[list(options).index(raw.strip())]

        return self._read(name, default, read, ", ".join(options))

    def folder(self, name: str, default: Path) -> Path:
        """Return an absolute path; it need not exist."""
        return self._read(name, default, lambda raw: Path(raw.strip()).expanduser(), _("a path")).absolute()

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """Return Django's settings of a database: ``sqlite:///path`` or ``postgresql://user:password@host:port/name``."""
        forms = "sqlite:///path, postgresql://user:password@host:5432/name"
        expected = _("{forms}; after its name, a question mark and {options}, joined by &").format(
            forms=forms, options=", ".join(f"{option}=…" for option in POSTGRESQL_OPTIONS)
        )
        return self._read(name, _sqlite(default), _database, expected)

    def mail(self, name: str) -> dict[str, Any] | None:
        """Return where mail is handed over: ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…:465``."""
        return self._read(name, None, _mail, "smtp://user:password@host:587, smtps://user:password@host:465")

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone."""
        return self._read(name, default, _zone, _("the name of a time zone, such as Europe/Paris"))

    def address(self, name: str, default: str) -> str:
        """Return where pages are reached, as browsers say it: scheme, host and port, without a slash at the end."""
        return self._read(name, default, _address, "https://parcours.example.com, http://127.0.0.1:8000")

    def unknown(self) -> list[str]:
        """Return a sentence for each ``PARCOURS_`` variable that nothing reads, with the nearest known name."""
        said = []
        for name in sorted(self.values):
            if name.startswith(PREFIX) and name not in self.known | ELSEWHERE:
                near = get_close_matches(name, sorted(self.known), 1)
                hint = " " + _("Did you mean {name}?").format(name=near[0]) if near else ""
                said.append(_("{name} is set, but nothing reads it.").format(name=name) + hint)
        return said

    def _read(self, name: str, default: T, read: Callable[[str], T], expected: str) -> T:
        whole = PREFIX + name
        self.known.add(whole)
        raw = self.values.get(whole, "")
        if not raw.strip():
            return default
        try:
            return read(raw)
        except ValueError:
            if name.endswith(("_KEY", "_URL")):  # a secret, or an address with one
                said, value = _("The environment variable {name} cannot be read.").format(name=whole), None
            else:
                said = _("The environment variable {name} cannot be read: {value}.").format(name=whole, value=raw)
                value = raw
            raise UsageError(
                said,
                value=value,
                expected=_("Expected: {form}.").format(form=expected),
            ) from None


def _flag(raw: str) -> bool:
    word = raw.strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise ValueError(word)
    return word in _TRUE


def _words(raw: str) -> list[str]:
    return [word.strip() for word in raw.split(",") if word.strip()]


def _zone(raw: str) -> str:
    try:
        return ZoneInfo(raw.strip()).key
    except (ZoneInfoNotFoundError, OSError) as error:  # a folder of zones, such as Europe, is an OSError
        raise ValueError(raw) from error


def _address(raw: str) -> str:
    parts = urlsplit(raw.strip())
    host = (parts.hostname or "").encode("idna").decode("ascii")
    beyond = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:-]+", host) or beyond:
        raise ValueError(raw)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Writers wait for each other from their first statement: a read that later wants to write would fail.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;",
        },
    }


def _database(raw: str) -> dict[str, Any]:
    parts = urlsplit(raw.strip())
    if parts.fragment:
        raise ValueError(raw)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        if not path.strip("/") or parts.query:
            raise ValueError(raw)
        return _sqlite(Path(path[1:] if path.startswith(("//", "/./", "/../")) else path))
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError(raw)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Under ASGI each request has a thread of its own: a connection that is kept would never be used again.
        "CONN_MAX_AGE": 0,
        "OPTIONS": _options(parts.query),
    }


def _options(query: str) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True)) if query else {}
    if not given.keys() <= POSTGRESQL_OPTIONS.keys() or not all(given.values()):
        raise ValueError(query)
    return given


def _mail(raw: str) -> dict[str, Any]:
    parts = urlsplit(raw.strip())
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(raw)
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        # A relay on this very machine has no certificate to show.
        "EMAIL_USE_TLS": not secure and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    }
