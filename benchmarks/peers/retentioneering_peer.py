"""retentioneering: an Eventstream of a CSV, its funnel, its transition matrix."""

from __future__ import annotations

import json
import sys

import pandas as pd
from asking import answer
from retentioneering.eventstream.eventstream import Eventstream

SCHEMA = {"path_cols": ["person"], "event_col": "event", "timestamp_col": "time"}


def transitions(stream: Eventstream) -> list[list[object]]:
    matrix = stream.transition_graph_data(edge_weight="count").stack()
    ends = {"path_start", "path_end"}
    return sorted(
        [source, target, int(count)]
        for (source, target), count in matrix.items()
        if count > 0 and not {source, target} & ends
    )


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if asked["question"] == "import":
        stream = Eventstream(asked["csv"], SCHEMA)
        print(json.dumps({"events": len(stream.df), "persons": int(stream.df["person"].nunique())}))
    else:
        frame = pd.read_parquet(asked["parquet"])
        frame["event"] = frame["event"].astype(str)
        stream = Eventstream(frame, SCHEMA)
        if asked["question"] == "transitions":
            answer(lambda: transitions(stream), asked["repeats"])
        else:
            steps = asked["steps"]
            answer(lambda: [s["unique_paths"] for s in stream.funnel_data(steps)["steps"]], asked["repeats"])
