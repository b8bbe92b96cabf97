"""pm4py: reading and formatting a CSV, directly-follows graph, eventually-follows filter."""

from __future__ import annotations

import json
import sys

import pandas as pd
import pm4py
from asking import answer
from pm4py.algo.filtering.pandas.ltl import ltl_checker


def formatted(frame: pd.DataFrame) -> pd.DataFrame:
    return pm4py.format_dataframe(frame, case_id="person", activity_key="event", timestamp_key="time")


def directly_follows(log: pd.DataFrame) -> list[list[object]]:
    graph, _starts, _ends = pm4py.discover_dfg(log)
    return sorted([source, target, int(count)] for (source, target), count in graph.items())


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if asked["question"] == "import":
        log = formatted(pd.read_csv(asked["csv"]))
        print(json.dumps({"events": len(log), "persons": int(log["case:concept:name"].nunique())}))
    else:
        frame = pd.read_parquet(asked["parquet"])
        frame["event"] = frame["event"].astype(str)
        log = formatted(frame)
        if asked["question"] == "transitions":
            answer(lambda: directly_follows(log), asked["repeats"])
        else:
            answer(
                lambda: int(ltl_checker.eventually_follows(log, asked["steps"])["case:concept:name"].nunique()),
                asked["repeats"],
            )
