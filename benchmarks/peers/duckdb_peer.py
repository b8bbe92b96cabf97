"""DuckDB: a table ordered by person and time, and the funnel as nested window functions.

For each row, the latest start of a chain that fills the steps so far; frames by range, so that rows at one instant
see each other, as ours do.
"""

from __future__ import annotations

import json
import sys

import duckdb
from asking import answer


def build(file: str, parquet: str, names: list[str]) -> None:
    enum = ", ".join(f"'{name}'" for name in names)
    with duckdb.connect(file) as db:
        db.execute(f"CREATE TYPE names AS ENUM ({enum})")
        db.execute(
            "CREATE TABLE events AS SELECT person::UBIGINT AS person, epoch_ms(time)::BIGINT AS time, "
            f"event::VARCHAR::names AS event FROM '{parquet}' ORDER BY person, time"
        )
        print(db.execute("SELECT count(*) FROM events").fetchone()[0])


def sql(steps: list[str], window_ms: int) -> str:
    frame = "OVER (PARTITION BY person ORDER BY time RANGE UNBOUNDED PRECEDING)"
    wanted = ", ".join(f"'{step}'" for step in steps)
    query = (
        f"SELECT person, time, event, max(CASE WHEN event = '{steps[0]}' THEN time END) {frame} AS a0 "
        f"FROM events WHERE event IN ({wanted})"
    )
    for k, step in enumerate(steps[1:], 1):
        kept = ", ".join(f"a{j}" for j in range(k))
        fits = f"event = '{step}' AND time - a{k - 1} <= {window_ms}"
        latest = f"max(CASE WHEN {fits} THEN a{k - 1} END) {frame}"
        query = f"SELECT person, time, event, {kept}, {latest} AS a{k} FROM ({query})"
    got = ", ".join(f"max(a{k} IS NOT NULL) AS r{k}" for k in range(len(steps)))
    total = ", ".join(f"count(*) FILTER (r{k})" for k in range(len(steps)))
    return f"SELECT {total} FROM (SELECT person, {got} FROM ({query}) GROUP BY person)"


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if "parquet" in asked:
        build(**asked)
    else:
        question = sql(asked["steps"], asked["window_ms"])

        def connected() -> duckdb.DuckDBPyConnection:
            db = duckdb.connect(asked["file"], read_only=True)
            db.execute("SET memory_limit = '8GB'")
            return db

        db = connected()

        def ask() -> list[int]:
            global db
            if asked.get("reopen"):
                db.close()
                db = connected()
            return list(db.execute(question).fetchone())

        answer(ask, asked["repeats"])
