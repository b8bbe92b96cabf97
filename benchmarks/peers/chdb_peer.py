"""ClickHouse in a process (chdb): a MergeTree table ordered by (person, time), and windowFunnel over it."""

from __future__ import annotations

import json
import sys

from asking import answer
from chdb import session


def build(folder: str, parquet: str, names: list[str]) -> None:
    """Times as UInt64 milliseconds and names as one-byte Enum8: the narrowest columns that fit."""
    enum = ", ".join(f"'{name}' = {code}" for code, name in enumerate(names))
    db = session.Session(folder)
    db.query("CREATE DATABASE bench ENGINE = Atomic")
    db.query(
        f"CREATE TABLE bench.events (person UInt64, time UInt64, event Enum8({enum})) "
        "ENGINE = MergeTree ORDER BY (person, time)"
    )
    db.query(
        "INSERT INTO bench.events SELECT person, toUnixTimestamp64Milli(time), CAST(event AS String) "
        f"FROM file('{parquet}', 'Parquet')"
    )
    db.query("OPTIMIZE TABLE bench.events FINAL")
    print(str(db.query("SELECT count() FROM bench.events FORMAT CSV")).strip())


def funnel(folder: str, steps: list[str], window_ms: int, only_steps: bool, in_order: bool) -> list[int]:
    conditions = ", ".join(f"event = '{step}'" for step in steps)
    where = "WHERE event IN (" + ", ".join(f"'{step}'" for step in steps) + ")" if only_steps else ""
    setting = " SETTINGS optimize_aggregation_in_order = 1" if in_order else ""
    text = str(
        DB[folder].query(
            f"SELECT level, count() FROM (SELECT windowFunnel({window_ms}, 'strict_once')(time, {conditions}) AS level "
            f"FROM bench.events {where} GROUP BY person) GROUP BY level{setting} FORMAT CSV"
        )
    )
    reached = [0] * (len(steps) + 1)
    for line in text.split():
        level, count = line.split(",")
        reached[int(level)] = int(count)
    return [sum(reached[step:]) for step in range(1, len(steps) + 1)]


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if "parquet" in asked:
        build(asked["folder"], asked["parquet"], asked["names"])
    else:
        DB = {asked["folder"]: session.Session(asked["folder"])}
        repeats, reopen = asked.pop("repeats"), asked.pop("reopen", False)

        def ask() -> list[int]:
            if reopen:
                DB[asked["folder"]].close()
                DB[asked["folder"]] = session.Session(asked["folder"])
            return funnel(**asked)

        answer(ask, repeats)
