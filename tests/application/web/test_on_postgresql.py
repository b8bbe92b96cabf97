"""A real server, its backup and its restoring on PostgreSQL: defined where the tests run on one (see Makefile)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from servers import command, serving

URL = os.environ.get("PARCOURS_DATABASE_URL", "")
pytestmark = pytest.mark.xdist_group("server")

if URL.startswith("postgres"):
    import psycopg

    @pytest.fixture
    def databases() -> Iterator[tuple[str, str]]:
        """Two empty databases."""
        names = [f"served_{secrets.token_hex(4)}" for _ in range(2)]
        with closing(psycopg.connect(URL, autocommit=True)) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}")
            yield tuple(f"{URL.rpartition('/')[0]}/{name}" for name in names)
            for name in names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def rows(url: str) -> dict[str, int]:
        with closing(psycopg.connect(url)) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}

    def test_backup_fills_an_empty_database_that_is_then_served(databases: tuple[str, str], tmp_path: Path) -> None:
        first, second = databases
        with serving(tmp_path / "home", tmp_path, PARCOURS_DATABASE_URL=first) as server:
            assert server.get("/health/ready").status == 200
            kept = command(
                "backup", str(tmp_path / "kept.tar.zst"), home=tmp_path / "home", PARCOURS_DATABASE_URL=first
            )
        assert kept.returncode == 0, kept.stderr
        restoring = ("restore", str(tmp_path / "kept.tar.zst"), "--into", str(tmp_path / "new"))
        for unfit, said in ((first, "is not empty"), ("", "names one of sqlite")):
            refused = command(*restoring, home=tmp_path / "unused", PARCOURS_DATABASE_URL=unfit)
            assert refused.returncode == 7
            assert said in refused.stderr
            assert not (tmp_path / "new").exists()
        back = command(*restoring, home=tmp_path / "unused", PARCOURS_DATABASE_URL=second)
        assert back.returncode == 0, back.stderr
        assert rows(second) == rows(first)
        with serving(tmp_path / "new", tmp_path, PARCOURS_DATABASE_URL=second) as server:
            assert server.get("/health/ready").status == 200
        examined = command("doctor", home=tmp_path / "new", PARCOURS_DATABASE_URL=second)
        assert examined.returncode == 0, examined.stdout
        assert "database: PostgreSQL" in examined.stdout
        again = command("upgrade", home=tmp_path / "new", PARCOURS_DATABASE_URL=second)
        assert again.stdout == "There is nothing to upgrade.\n"
