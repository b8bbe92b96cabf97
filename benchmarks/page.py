"""docs/benchmarks.md: every figure as minimum, median and maximum, with what it is compared to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import data, picture, waiting
from benchmarks.child import Series
from benchmarks.measure import OVER_MAP, PM4PY_FUNNEL, Finding


@dataclass(frozen=True)
class Bar:
    """What was promised of a question: ``got`` times faster than the peer by the clock, ``spared`` times less
    processor time, where ``wanted`` times faster by the clock is asked."""

    what: str
    got: float
    spared: float
    wanted: float

    @property
    def line(self) -> str:
        verdict = "met" if self.got >= self.wanted else "**missed**"
        return f"| {self.what} | {self.got:.1f}× | {self.spared:.1f}× | ≥ {self.wanted:g}× | {verdict} |"


def ratio(series: Mapping[str, Series], against: str) -> tuple[float, float] | None:
    """How many times faster we are than the best engine whose name starts with ``against``, by medians.

    By the clock, and by processor time.
    """
    rivals = [one for name, one in series.items() if name.startswith(against)]
    ours = series.get("parcours")
    if not rivals or ours is None:
        return None
    return (
        min(one.middle for one in rivals) / ours.middle,
        min(median(one.processor) for one in rivals) / median(ours.processor),
    )


def bars(imported: Finding, funnels: Sequence[Finding], moved: Finding) -> list[Bar]:
    """Return every promise with its figure."""
    asked = [
        (f"import of {imported.events:,} rows, against pm4py", ratio(imported.end_to_end, "pm4py"), 3.0),
        (f"import of {imported.events:,} rows, against retentioneering", ratio(imported.end_to_end, "retent"), 2.0),
    ]
    for found in funnels:
        asked.append((f"funnel of {found.events:,}, kernel, against chdb", ratio(found.kernel, "chdb"), 8.0))
        files, process = ratio(found.from_files, "chdb"), ratio(found.end_to_end, "chdb")
        asked.append((f"funnel of {found.events:,}, from the files on disk, against chdb", files, 8.0))
        asked.append((f"funnel of {found.events:,}, process start included, against chdb", process, 8.0))
    largest = funnels[-1]
    asked.append((f"funnel of {largest.events:,}, kernel, against DuckDB", ratio(largest.kernel, "duckdb"), 100.0))
    with_rete = [found for found in funnels if "retentioneering" in found.kernel]
    if with_rete:
        found = with_rete[-1]
        against = ratio(found.kernel, "retentioneering")
        asked.append((f"funnel of {found.events:,}, kernel, against retentioneering", against, 100.0))
    for peer, times in (("pm4py", 300.0), ("retentioneering", 500.0)):
        asked.append((f"transitions of {moved.events:,}, kernel, against {peer}", ratio(moved.kernel, peer), times))
        end = ratio(moved.end_to_end, peer)
        asked.append((f"transitions of {moved.events:,}, end to end, against {peer}", end, 10.0))
    return [Bar(what, *got, wanted) for what, got, wanted in asked if got is not None]


def passes(laid: Finding) -> str:
    """Return what laying a log over a plan costs, in passes over the columns that it reads; ten are promised."""
    one = laid.kernel["one full pass"]
    lines = ["| what | min | median | max | passes | promised | |", "|---|---:|---:|---:|---:|---:|---|"]
    for name, series in laid.kernel.items():
        times = series.middle / one.middle
        cells = [name, *(seconds(value) for value in (min(series.seconds), series.middle, max(series.seconds)))]
        promised = name in OVER_MAP.values()
        verdict = ("≤ 10", "met" if times <= 10 else "**missed**") if promised else ("", "")
        lines.append("| " + " | ".join([*cells, f"{times:.1f}", *verdict]) + " |")
    return "\n".join([*lines, "", *(f"- {note}." for note in laid.notes)])


def table(series: Mapping[str, Series], *, memory: bool) -> str:
    """Return one Markdown table; ratios are of medians, to ours."""
    ours = series.get("parcours")
    lines = [
        f"| engine | min | median | max | ours is faster | processor time |{' peak memory |' if memory else ''}",
        f"|---|---:|---:|---:|---:|---:|{'---:|' if memory else ''}",
    ]
    for name, one in series.items():
        low, high = min(one.seconds), max(one.seconds)
        faster = f"{one.middle / ours.middle:.3g}×" if ours and name != "parcours" else ""
        cells = [name, seconds(low), seconds(one.middle), seconds(high), faster, seconds(median(one.processor))]
        if memory:
            cells.append(f"{one.peak_bytes / 2**20:,.0f} MB" if one.peak_bytes else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def seconds(value: float) -> str:
    """Write a time with three figures."""
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def section(title: str, finding: Finding, words: str) -> str:
    """Return one question at one size."""
    parts = [f"### {title}", words]
    if finding.kernel:
        parts += ["Inside a process, everything loaded:", table(finding.kernel, memory=False)]
    if finding.from_files:
        parts += [
            "From the files on disk to the answer, libraries loaded, log or table opened anew each time:",
            table(finding.from_files, memory=False),
        ]
    if finding.end_to_end:
        parts += ["From the start of the process:", table(finding.end_to_end, memory=True)]
    parts += ["\n".join(f"- {note}." for note in finding.notes)]
    return "\n\n".join(part for part in parts if part)


def write(
    machine: Mapping[str, str],
    imported: Finding,
    funnels: Sequence[Finding],
    filtered: Finding,
    moved: Finding,
    laid: Finding,
    opened: Sequence[Finding],
    reported: Finding | None,
    pictured: Sequence[picture.Fixture],
    waited: Sequence[waiting.Waited],
) -> str:
    """Return the whole page."""
    steps = " → ".join(data.STEPS)
    parts = [
        "# Benchmarks",
        "Written by `make bench`; not edited by hand. All engines were measured in one run on one machine, in turn, "
        "round after round. A ratio is the other engine's median divided by ours. Files are in the system's cache. "
        "Processor time is the median of what all cores together spent: other work on the machine stretches the "
        "seconds, but hardly this. Each program had run once before, so that nothing was compiled while it was timed.",
        "\n".join(f"- {key}: {value}" for key, value in machine.items()),
        "## What was promised",
        "| what | faster by the clock | by processor time | promised | |\n|---|---:|---:|---:|---|\n"
        + "\n".join(bar.line for bar in bars(imported, funnels, moved)),
        "## Reading files",
        section(
            f"{imported.events:,} rows of CSV, {imported.persons:,} persons",
            imported,
            "Columns: person, time, event, channel, value; rows in the order of time. Ours: `parcours import`, until "
            "the log is on disk, checked and synced. pm4py: `read_csv` and `format_dataframe`. retentioneering: "
            "`Eventstream` of the file. Theirs is in memory afterwards and gone with the process. To the end of each "
            "process.",
        ),
        "## The ordered funnel",
        f"{steps}, within {data.WITHIN_DAYS} days. Activity is lognormal, 20 events a person on average; names are "
        "drawn independently, the worst case for anything that rules people out early. chdb: "
        "`windowFunnel(w, 'strict_once')` over a MergeTree table ordered by person and time, one part, one-byte names; "
        "with and without a `WHERE` on the names, with and without `optimize_aggregation_in_order`; the best counts. "
        "DuckDB: nested window functions over a table ordered by person and time. From the start of the process, ours "
        "is the command `parcours funnel … --json` until it has ended, the others until they have answered. “One full "
        "pass” reads every byte of our time and name columns once on all cores: the floor for any engine that looks "
        "at every event.",
        *(section(f"{found.events:,} events", found, "") for found in funnels),
        section(
            f"pm4py's closest question, {filtered.events:,} events",
            filtered,
            "pm4py has no funnel; its `eventually_follows` filter keeps those who did the five steps in order, without "
            f"a window, by joining all pairs of events of a person. Beyond {PM4PY_FUNNEL:,} events of this shape it "
            "needs minutes and many gigabytes.",
        ),
        "## What came directly after what",
        section(
            f"{moved.events:,} events",
            moved,
            "Ours: `parcours transitions … --json` from the log, to the end. pm4py: `discover_dfg`; retentioneering: "
            "`transition_graph_data`; both read the same events from Parquet and prepare them first.",
        ),
        "## A plan laid over the log",
        f"{laid.events:,} events over a plan of five stages and eleven touchpoints: required ones, limits, orders, "
        "messages and two promises. The names follow each other at random, so people jump from stage to stage at "
        "nearly every event: the worst case. Each part is timed alone, what goes before it being done; trips begin at "
        "page views after a purchase or thirty quiet days. The whole question does all of it and compares who deviates "
        "with who does not. A pass reads every byte of the time and name columns once; all cores work in each row.",
        passes(laid),
        "## Opening a log, writing a report",
        *(
            section(
                f"Opening {found.events:,} events", found, "From the start of the process, Python and numpy included."
            )
            for found in opened
        ),
    ]
    if reported is not None:
        words = f"`bpic2012.xes.gz`, {reported.events:,} events, with a map discovered from it."
        parts.append(section("A report of a real loan log", reported, words))
    parts += [picture.section(pictured), waiting.section(waited)]
    return "\n\n".join(parts) + "\n"
