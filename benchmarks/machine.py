"""What a measurement was made on."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUR_PARTS = ("numpy", "numba", "pyarrow")
PEERS = ("chdb", "duckdb", "pm4py", "retentioneering", "pandas")


def describe(oracles: Path) -> dict[str, str]:
    """Return date, commit, processor, memory, load and versions, ready to be printed."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "processor": f"{_from_proc('cpuinfo', 'model name')}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "ours": ", ".join(f"{name} {version(name)}" for name in OUR_PARTS),
        "peers": _said(
            oracles / "bin" / "python",
            "-c",
            "from importlib.metadata import version as v, PackageNotFoundError as E\n"
            f"print(', '.join(n + ' ' + v(n) for n in {PEERS!r}))",
        ),
    }


def _commit() -> str:
    name = _said("git", "-C", ROOT, "rev-parse", "--short=12", "HEAD")
    changed = _said("git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no", "--", "src", "benchmarks")
    return f"{name}, with changes" if changed else name


def _said(*words: str | Path) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _from_proc(file: str, key: str) -> str:
    path = Path("/proc") / file
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), platform.processor())
