"""Shared by the peers' programs: answer once, say so, then answer again and say how long that took."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any


def answer(ask: Callable[[], Any], repeats: int) -> None:
    print(json.dumps(ask()), flush=True)
    times = []
    for _time in range(repeats):
        begin, spent = time.perf_counter(), time.process_time()
        ask()
        times.append([time.perf_counter() - begin, time.process_time() - spent])
    print(json.dumps(times))
