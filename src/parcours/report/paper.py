"""What a report says on paper: the map as figures, then everything it shows once more as text and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parcours.language.counted import said_of
from parcours.language.formats import duration, number, percent, quoted, signed
from parcours.language.translation import _, speaking
from parcours.picture.bundled import svg_size
from parcours.picture.cells import verdict_word
from parcours.picture.lanes import QUIET, LaneName
from parcours.picture.layout import split
from parcours.picture.lines import lost_heading
from parcours.picture.model import MapPicture, Measured, StageColumn
from parcours.picture.paper import (
    FOOT_MM,
    MARGIN_MM,
    SIZES_MM,
    Block,
    Columns,
    Figure,
    Heading,
    Items,
    NewPage,
    Paper,
    PaperSize,
    Paragraph,
    Table,
)
from parcours.picture.svg import render_lanes, render_svg
from parcours.report.plan_paper import plan_blocks
from parcours.report.story_paper import story_blocks

NOTHING = "–"
_WIDTHS = (1000, 1120, 1240, 1360, 1480, 1600)
_LANES_PX, _COLUMN_PX = 180, 148
"""Px at which a row of stages is tried; the one whose letters come out largest on the page is taken. In a narrower
column than the last, words would be broken."""
_SINGLE_WIDTHS = (1200, 1320, 1440, 1600, 1800, 2000, 2300, 2600, 3000)
"""Px at which a picture that stands alone on its page is tried."""
_HEAD_MM = 22
_TOGETHER = 0.85
"""Lanes stay together on a page where that costs less than 15 % of the size of the letters."""
_ABOVE: tuple[LaneName, ...] = (*QUIET, "relief", "river")


def paper_of(picture: MapPicture, size: PaperSize = "a4") -> Paper:
    """Return the document of a report: the picture first, then findings, tables and notes, in its language."""
    with speaking(picture.language):
        return Paper(picture.title, picture.headline, picture.language, tuple(_blocks(picture, size)))


def _blocks(picture: MapPicture, size: PaperSize) -> Iterator[Block]:
    if size == "poster" or picture.detail == "summary":
        yield _single(picture, size)
        return
    yield Heading(picture.headline, 1)
    about = f"{picture.title}, {picture.subtitle}" if picture.subtitle else picture.title
    yield Paragraph(about, "lead")
    if not picture.stages:
        yield Paragraph(_("This map has no stages yet."))
    yield from figures(picture, size)
    yield Columns(3)
    yield from sentences(picture)
    yield Columns(1)
    yield from tables(picture)
    yield from plan_blocks(picture)
    yield Columns(2)
    yield from words(picture.stages)
    yield Columns(1)
    yield from story_blocks(picture)
    if picture.notes:
        yield Heading(_("How to read these numbers."))
        yield Columns(2)
        yield from (Paragraph(note, "small") for note in picture.notes)


def _single(picture: MapPicture, size: PaperSize) -> Figure:
    """Draw everything on one page, as large as it gets; who does not see it is told what it says."""
    wide, high = SIZES_MM[size]
    room = wide - 2 * MARGIN_MM, high - MARGIN_MM - FOOT_MM

    def scale(svg: str) -> float:
        across, down = svg_size(svg)
        return min(room[0] / across, room[1] / down)

    drawn = [render_svg(picture, width=width, paper=True) for width in _SINGLE_WIDTHS]
    told = [picture.headline, picture.title, *picture.lost, *picture.felt]
    told += [f"{finding.number}. {finding.headline} {finding.detail}" for finding in picture.findings]
    return Figure(max(drawn, key=scale), " ".join(told))


def figures(picture: MapPicture, size: PaperSize) -> Iterator[Block]:
    """Draw each row of stages, on as few pages as keep its letters large."""
    for place in range(len(split(picture.stages))):
        for at, svg in enumerate(_pages(picture, place, size)):
            if place or at:
                yield NewPage()
            across, down = svg_size(svg)
            wide, high = _room(size, first=not place and not at)
            yield Figure(
                svg,
                f"{picture.headline} {_('The tables that follow hold the same figures.')}",
                fill=down / across > high / wide,
            )


def _pages(picture: MapPicture, place: int, size: PaperSize) -> list[str]:
    """Share the lanes of a row of stages out over pages: one page where that costs hardly any size, else the drawings
    on the first, and on each page as many further lanes as leave its letters as large."""
    first = place == 0
    scale, whole = _largest(picture, place, picture.shown, size, first)
    above = tuple(lane for lane in picture.shown if lane in _ABOVE)
    drawn = _largest(picture, place, above, size, first)
    best = drawn[0]
    if scale >= _TOGETHER * best:
        return [whole] if whole else []
    pages: list[str] = []
    here, left = above, [lane for lane in picture.shown if lane not in _ABOVE]
    while left:
        more = _largest(picture, place, (*here, left[0]), size, first and not pages)
        if drawn[1] and more[0] < _TOGETHER * best:
            pages.append(drawn[1])
            here, drawn = (), (0.0, "")
        else:
            here, drawn, left = (*here, left[0]), more, left[1:]
    return [page for page in (*pages, drawn[1]) if page]


def _largest(
    picture: MapPicture, place: int, lanes: Sequence[LaneName], size: PaperSize, first: bool
) -> tuple[float, str]:
    """Return the drawing whose letters are the largest on paper, after its scale in mm to the px."""
    room = _room(size, first=first)
    best = (0.0, "")
    narrowest = _LANES_PX + _COLUMN_PX * max(map(len, split(picture.stages)))
    for width in (*(width for width in _WIDTHS if width > narrowest), narrowest):
        svg = render_lanes(picture, place, lanes, width=width)
        if not svg:
            break
        across, down = svg_size(svg)
        best = max(best, (min(room[0] / across, room[1] / down), svg), key=lambda drawn: drawn[0])
    return best


def _room(size: PaperSize, *, first: bool) -> tuple[int, int]:
    """Return the width and height in mm that a drawing can take of a page; the first has headings above it."""
    wide, high = SIZES_MM[size]
    return wide - 2 * MARGIN_MM, high - MARGIN_MM - FOOT_MM - (_HEAD_MM if first else 0)


def sentences(picture: MapPicture) -> Iterator[Block]:
    """Say where people are lost, what they feel and what to do first."""
    for title, told in ((lost_heading(picture), picture.lost), (_("What they feel"), picture.felt)):
        if told:
            yield Heading(title)
            yield from (Paragraph(sentence) for sentence in told)
    if picture.findings:
        yield Heading(_("Where to look first"))
        yield Items([(finding.headline, finding.detail) for finding in picture.findings])


def tables(picture: MapPicture) -> Iterator[Block]:
    """Write every number of the map into tables: people, time and feelings, touchpoints, indicators."""
    stages = picture.stages
    if any(stage.lived for stage in stages):
        yield Heading(said_of(picture.counted, _("People, stage by stage"), _("Trips, stage by stage")))
        yield _people(stages)
    if stages:
        yield Heading(_("Time and feelings, stage by stage"))
        yield _time_and_feelings(stages)
    if any(stage.stations for stage in stages):
        yield Heading(_("Touchpoints"))
        yield _touchpoints(stages)
    if picture.indicators or any(stage.indicators for stage in stages):
        yield Heading(_("Indicators and their targets"))
        yield _indicators(picture)


def _people(stages: Sequence[StageColumn]) -> Table:
    rows = []
    for stage, following in zip(stages, [*stages[1:], None], strict=True):
        reached = stage.reached.count
        onward = following.reached.count / reached if following is not None and reached else None
        rows.append(
            (
                _stage(stage), stage.owner or _("no owner"), number(stage.entered.count),
                NOTHING if onward is None else percent(onward), number(stage.left.count),
                NOTHING if stage.leak is None else percent(stage.leak),
                NOTHING if stage.admitted is None else percent(stage.admitted),
                number(stage.open.count), number(stage.arrived.count), number(stage.returned.count),
            )
        )  # fmt: skip
    people = said_of(stages[0].counted, _("People"), _("Trips"))
    head = (
        _("Stage"), _("Owner"), people, _("Go on"), _("Leave"), _("Share that leaves"), _("Allowed"),
        _("Still on their way"), _("Arrived"), _("Came back"),
    )  # fmt: skip
    return Table(head, rows, (3, 2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2), (False, False, *[True] * 8))


def _time_and_feelings(stages: Sequence[StageColumn]) -> Table:
    rows = [
        (
            _stage(stage), stage.goal or "", _time(stage.median_seconds), _time(stage.target_seconds),
            _time(stage.upper_seconds), *_felt(stage.felt), _valence(stage.expected),
        )
        for stage in stages
    ]  # fmt: skip
    head = (
        _("Stage"), _("What they want"), _("Median time"), _("Planned time"), _("One in four waits at least"),
        _("Felt"), _("Interval at 95%"), _("Answers"), _("Expected feeling"),
    )  # fmt: skip
    return _told(Table(head, rows, (3, 4, 1.3, 1.3, 1.3, 1, 1.5, 1, 1.2), (False, False, *[True] * 7)))


def _touchpoints(stages: Sequence[StageColumn]) -> Table:
    rows = [
        (
            _stage(stage), f"{station.name} ({_('moment of truth')})" if station.moment_of_truth else station.name,
            station.channel or "", station.owner or "",
            NOTHING if station.persons is None else number(station.persons.count),
            *_felt(station.felt), _valence(station.expected),
        )
        for stage in stages
        for station in stage.stations
    ]  # fmt: skip
    head = (
        _("Stage"), _("Touchpoint"), _("Channel"), _("Owner"), _("People"), _("Felt"), _("Interval at 95%"),
        _("Answers"), _("Expected feeling"),
    )  # fmt: skip
    return _told(Table(head, rows, (2.6, 3.6, 1.8, 1.8, 1, 0.9, 1.5, 1, 1.2), (*[False] * 4, *[True] * 5)))


def _indicators(picture: MapPicture) -> Table:
    placed = [(_("The whole journey"), one) for one in picture.indicators]
    placed += [(_stage(stage), one) for stage in picture.stages for one in stage.indicators]
    rows = [
        (place, one.label, one.value, one.target or NOTHING, verdict_word(one), one.detail or "")
        for place, one in placed
    ]
    head = (_("Stage"), _("Indicator"), _("Value"), _("Target"), _("Verdict"), _("Evidence"))
    return Table(head, rows, (2.4, 2.6, 1, 1, 1.2, 4), (False, False, True, True, False, False))


def words(stages: Sequence[StageColumn]) -> Iterator[Block]:
    """Quote what customers wrote."""
    told = [(stage, stage.quote) for stage in stages if stage.quote is not None]
    if told:
        yield Heading(_("Their words"))
        for stage, quote in told:
            yield Heading(_stage(stage), 3)
            yield Paragraph(quoted(quote.text), "voice")
            yield Paragraph(quote.source, "small")


def _told(table: Table) -> Table:
    """Leave out the columns in which nothing is said: no owner anywhere, nobody asked."""
    kept = [
        place for place in range(len(table.head)) if any(row[place] not in ("", NOTHING, "0") for row in table.rows)
    ]
    return Table(
        [table.head[place] for place in kept],
        [[row[place] for place in kept] for row in table.rows],
        [table.widths[place] for place in kept],
        [table.numeric[place] for place in kept],
    )


def _stage(stage: StageColumn) -> str:
    return f"{stage.number}. {stage.name}"


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else duration(seconds)


def _valence(value: float | None) -> str:
    return NOTHING if value is None else signed(value)


def _felt(measure: Measured | None) -> tuple[str, str, str]:
    """Return mean, interval and number of answers; under ten answers there is no mean."""
    if measure is None or not measure.answers:
        return NOTHING, NOTHING, "0"
    interval = NOTHING
    if measure.mean is not None and measure.low is not None and measure.high is not None:
        interval = _("{low} to {high}").format(low=signed(measure.low), high=signed(measure.high))
    return _valence(measure.mean), interval, number(measure.answers)
