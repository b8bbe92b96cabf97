"""Events as a busy company has them: few people do much, most do little; 20 million events have a million persons.

Activity is lognormal, cut at 5,000 events before scaling, over 90 days; names are drawn with fixed odds, independently
of each other, which is the worst case for anything that rules people out early.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

NAMES = (
    "page_view", "search", "product_view", "cart_add", "checkout", "login",
    "support_asked", "purchase", "review_left", "return_asked", "newsletter_opened", "referral_made",
)  # fmt: skip
ODDS = np.array([30, 20, 12, 10, 8, 6, 4, 3, 3, 2, 1, 1]) / 100
CHANNELS = ("web", "app", "mail", "phone", "store")
STEPS = NAMES[:5]
WITHIN_DAYS = 7
START_MS = 1_735_689_600_000
DAYS = 90


def events(count: int, seed: int = 2) -> pa.Table:
    """Return about ``count`` events ordered by person and time; persons are numbers, times milliseconds UTC."""
    rng = np.random.default_rng(seed)
    persons = max(1, count // 20)
    activity = np.clip(rng.lognormal(2.2, 1.25, persons), 1, 5_000)
    activity = np.maximum(1, np.round(activity * (count / activity.sum()))).astype(np.int64)
    ids = np.sort(np.arange(persons, dtype=np.int64) * 2_654_435_761 % (1 << 40))
    person = np.repeat(ids, activity)
    time = rng.integers(START_MS, START_MS + DAYS * 86_400_000, len(person))
    order = np.lexsort((time, person))
    return pa.table(
        {
            "person": person,
            "time": pa.array(time[order], pa.timestamp("ms", "UTC")),
            "event": pa.DictionaryArray.from_arrays(
                rng.choice(len(NAMES), len(person), p=ODDS).astype(np.int8), list(NAMES)
            ),
        }
    )


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write ``table`` in its order."""
    pa.parquet.write_table(table, path, compression="zstd", row_group_size=1 << 20)


def write_csv(table: pa.Table, path: Path, seed: int = 3) -> None:
    """Write ``table`` as an export has it: in the order of time, ISO times, a channel and sometimes a value."""
    rng = np.random.default_rng(seed)
    table = table.take(pc.sort_indices(table["time"]))
    size = len(table)
    channel = rng.choice(len(CHANNELS), size, p=[0.45, 0.25, 0.15, 0.1, 0.05]).astype(np.int8)
    value = np.round(rng.lognormal(3.5, 0.8, size), 2)
    paid = pc.equal(table["event"].cast(pa.string()), "purchase")
    export = pa.table(
        {
            "person": pc.binary_join_element_wise("C", table["person"].cast(pa.string()), ""),
            "time": pc.strftime(table["time"], "%Y-%m-%dT%H:%M:%SZ"),
            "event": table["event"].cast(pa.string()),
            "channel": pa.DictionaryArray.from_arrays(channel, list(CHANNELS)).cast(pa.string()),
            "value": pc.if_else(paid, pa.array(value), pa.scalar(None, pa.float64())),
        }
    )
    pa.csv.write_csv(export, path, pa.csv.WriteOptions(quoting_style="needed"))
