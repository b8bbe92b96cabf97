from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from parcours.readers.batch import BadRow
from parcours.readers.source import Source, SourceOptions, open_source


@dataclass(frozen=True)
class Read:
    """Everything that came out of a file, in plain Python values."""

    source: Source
    rows: list[dict[str, Any]]
    bad: list[BadRow]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(row.line, row.reason) for row in self.bad]

    def column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]


def _times(micros: Any) -> list[str]:
    return [datetime.fromtimestamp(value / 1_000_000, UTC).isoformat() for value in micros.tolist()]


def _read(path: Path, **options: Any) -> Read:
    source = open_source(SourceOptions(path=path, **options))
    bad: list[BadRow] = []
    rows: list[dict[str, Any]] = []
    for batch in source.batches(bad.append):
        columns = {name: values.to_pylist() for name, values in batch.properties.items()}
        assert all(len(values) == batch.rows for values in columns.values())
        people, names, times = batch.person.to_pylist(), batch.name.to_pylist(), _times(batch.time_us)
        for row in range(batch.rows):
            rows.append(
                {
                    "person": people[row],
                    "time": times[row],
                    "event": names[row],
                    "line": int(batch.line[row]),
                    **{name: values[row] for name, values in columns.items()},
                }
            )
    return Read(source, rows, bad)


@pytest.fixture
def read() -> Callable[..., Read]:
    return _read


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def to_file(content: str | bytes, name: str = "events.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to_file


@pytest.fixture
def data() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data sets are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def workbooks() -> ModuleType:
    """What workbooks.py makes."""
    spec = importlib.util.spec_from_file_location("reader_workbooks", Path(__file__).with_name("workbooks.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
