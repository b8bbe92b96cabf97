"""Hand-made journeys, and a small log of the sample company, for the tests of the report."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.results import Emotion, JourneyResult, StageFigures, TouchpointFigures
from parcours.language.translation import speaking
from parcours.mapdoc.document import JourneyMap, Owner, Stage, Touchpoint, TripRule
from parcours.mapdoc.text import Text
from parcours.report.stages import LivedStage, lived_stages

NOBODY = Emotion(0, None, None, None)


def rule(*names: str) -> Rule:
    return Rule((EventMatch(names),))


@dataclass
class Made:
    """A map and a result that fit together, built stage by stage."""

    stages: list[Stage] = field(default_factory=list)
    figures: list[StageFigures] = field(default_factory=list)
    points: list[TouchpointFigures] = field(default_factory=list)
    goal: bool = True
    origin: Text | None = None
    unplaced: tuple[tuple[str, int], ...] = ()
    trip_events: int = 1000
    data_end_us: int = 10**15

    def stage(self, id, *, metrics=(), expected=None, touchpoints=(), owner="sales", **figures):
        """Add a stage. ``touchpoints`` are (Touchpoint, persons, Emotion)."""
        people = {"entered": 100, "reached": 100} | dict.fromkeys(("left", "failed", "open", "arrived"), 0)
        times = {"timed": 0} | dict.fromkeys(("lower_seconds", "median_seconds", "upper_seconds"))
        known = people | times | {"returned": 0, "returns": 0, "scores": (), "emotion": NOBODY} | figures
        lost = known["left"] + known["failed"]
        known["leak"] = lost / known["entered"] if known["entered"] else None
        self.figures.append(StageFigures(id=id, **known))
        points = tuple(point for point, _persons, _emotion in touchpoints)
        self.points += [TouchpointFigures(p.id, persons, persons, emotion) for p, persons, emotion in touchpoints]
        name = Text({"fr": id.capitalize(), "en": id.capitalize()})
        self.stages.append(
            Stage(id, name, owner=owner, expected_emotion=expected, touchpoints=points, metrics=tuple(metrics))
        )
        return self

    @property
    def map(self) -> JourneyMap:
        return JourneyMap(
            "made",
            Text({"en": "Made"}),
            tuple(self.stages),
            owners=(Owner("sales", Text({"fr": "Ventes", "en": "Sales"})),),
            trip=TripRule(succeeds_when=rule("done") if self.goal else None),
            origin=self.origin,
        )

    @property
    def result(self) -> JourneyResult:
        unplaced = sum(count for _name, count in self.unplaced)
        totals = {
            name: sum(getattr(one, name) for one in self.figures) for name in ("failed", "left", "open", "arrived")
        }
        trips = sum(totals.values())
        return JourneyResult(
            persons=trips, trips=trips, placed=trips, succeeded=totals["arrived"], failed=totals["failed"],
            left=totals["left"], open=totals["open"], events=self.trip_events, unplaced_events=unplaced,
            unplaced_names=self.unplaced, timeout_seconds=30 * 86_400.0, data_start_us=0, data_end_us=self.data_end_us,
            stages=tuple(self.figures), touchpoints=tuple(self.points), trip_events=self.trip_events,
        )  # fmt: skip

    def lived(self) -> tuple[LivedStage, ...]:
        return lived_stages(self.map, self.result)


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def touchpoint():
    """Build a touchpoint that events named after its id match."""

    def build(id, **fields):
        return Touchpoint(id, Text({"fr": id.capitalize(), "en": id.capitalize()}), rule(id), **fields)

    return build


@pytest.fixture
def english():
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def coach_map():
    from parcours.mapdoc.templates import load_template

    return load_template("coach")


@pytest.fixture(scope="session")
def coach_events(coach_map):
    """Events of the sample company, made small: rows of plain Python values by column."""
    from dataclasses import replace

    from parcours.simulate.company import simulate
    from parcours.simulate.sample import sample_company

    company = simulate(coach_map, replace(sample_company("fr"), persons=700), "fr")
    return list(company.chunks())


@pytest.fixture(scope="session")
def store():
    """Return a function that keeps simulated events as a log."""
    import numpy as np
    import pyarrow as pa

    from parcours.columnstore.log import StoredLog
    from parcours.columnstore.writing import SourceInfo
    from parcours.readers.batch import Batch

    def texts(values):
        return pa.array([None if value is None else str(value) for value in values], pa.string())

    def keep(chunks, path, buckets=4):
        log = StoredLog.create(path, zone="Europe/Paris", buckets=buckets)
        batches = []
        for chunk in chunks:
            numbers = {name: pa.array(getattr(chunk, name), from_pandas=True) for name in ("nps", "csat", "ces")}
            properties = {name: texts(column) for name, column in chunk.properties.items()}
            properties |= {"channel": texts(chunk.channel), "comment": texts(chunk.comment)} | numbers
            times = chunk.time.astype("datetime64[us]").astype(np.int64)
            lines = np.arange(len(chunk), dtype=np.int64)
            batches.append(Batch(len(chunk), texts(chunk.person), times, texts(chunk.event), lines, properties))
        log.append(
            batches,
            SourceInfo("sample", "csv", scales={"nps": (0, 10, None), "csat": (1, 5, None), "ces": (1, 7, True)}),
        )
        return log

    return keep


@pytest.fixture(scope="session")
def coach_log(coach_events, store, tmp_path_factory):
    return store(coach_events, tmp_path_factory.mktemp("logs") / "coach.parcours")


@pytest.fixture(scope="session")
def samples_of_picture():
    """The invented pictures of tests/picture/samples.py."""
    path = Path(__file__).parents[1] / "picture" / "samples.py"
    spec = importlib.util.spec_from_file_location("report_picture_samples", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
