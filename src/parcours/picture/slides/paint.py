"""Draws on one slide, in px of 1280 × 720: text, shapes, curves, tables. All of it stays editable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from parcours.language.translation import current_language
from parcours.picture.curves import bends
from parcours.picture.slides.ink import colour_xml
from parcours.picture.slides.words import Box, Para, Run

EMU = 9525
"""Units of the format in a px."""
VOICE = "Georgia"

Shape = Literal["rect", "ellipse", "diamond"]
Command = tuple[str, tuple[float, ...]]
"""A letter of path data (M, L, C, Z) with its points."""

_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)


@dataclass(frozen=True, slots=True)
class Pen:
    """How a line is drawn."""

    colour: str
    wide: float = 1.0
    dashed: bool = False
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    paragraphs: tuple[Para, ...]
    right: bool = False


class Painter:
    """Adds to the tree of a slide's shapes; what is added first is read first."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._id = 10

    def text(
        self, box: Box, paragraphs: Sequence[Para], name: str, *, align: str = "l", anchor: str = "t", fill: str = ""
    ) -> None:
        """Put paragraphs into a box."""
        paint = f"<a:solidFill>{colour_xml(fill)}</a:solidFill>" if fill else "<a:noFill/>"
        self._add(
            f'<p:sp><p:nvSpPr>{self._named(name)}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{paint}</p:spPr>'
            f"<p:txBody>{body_xml(anchor)}{paragraphs_xml(paragraphs, align)}</p:txBody></p:sp>"
        )

    def shape(
        self, kind: Shape, box: Box, fill: str = "", pen: Pen | None = None, *, opacity: float = 1.0, words: str = ""
    ) -> None:
        """Draw a shape. ``words`` say what it means; without any it is decoration."""
        self._solid(f'<a:prstGeom prst="{kind}"><a:avLst/></a:prstGeom>', box, fill, pen, opacity, words)

    def hatch(self, box: Box, colour: str, words: str = "") -> None:
        """Fill a box with the hatching that says “we do not know”."""
        paint = (
            f'<a:pattFill prst="wdUpDiag"><a:fgClr>{colour_xml(colour)}</a:fgClr>'
            f"<a:bgClr>{colour_xml('paper')}</a:bgClr></a:pattFill>"
        )
        self._geometry('<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>', box, paint, None, words)

    def line(self, x: float, y: float, to_x: float, to_y: float, pen: Pen) -> None:
        """Draw a straight line, as decoration."""
        flip = ' flipV="1"' if (to_x - x) * (to_y - y) < 0 else ""
        box = Box(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
        self._add(
            f"<p:cxnSp><p:nvCxnSpPr>{self._named('Line', decorative=True)}<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>"
            f'<p:spPr>{_frame(box, flip)}<a:prstGeom prst="line"><a:avLst/></a:prstGeom>{_pen(pen)}</p:spPr></p:cxnSp>'
        )

    def wave(self, points: Sequence[tuple[float, float]], pen: Pen, words: str = "") -> None:
        """Draw the smooth curve through points: what is theirs."""
        self.path(curve(points), pen=pen, words=words)

    def number(self, box: Box) -> None:
        """Write the slide's number, at the right."""
        letters = f'<a:rPr sz="825"><a:solidFill>{colour_xml("ink-2")}</a:solidFill></a:rPr>'
        run = f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">{letters}<a:t>0</a:t></a:fld>'
        self._add(
            f'<p:sp><p:nvSpPr>{self._named("Slide number")}<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            f'<p:txBody>{body_xml()}<a:p><a:pPr algn="r"/>{run}</a:p></p:txBody></p:sp>'
        )

    def path(
        self,
        commands: Sequence[Command],
        fill: str = "",
        pen: Pen | None = None,
        *,
        opacity: float = 1.0,
        words: str = "",
    ) -> None:
        """Draw a free form, open where it has no fill."""
        xs = [value for _letter, values in commands for value in values[::2]]
        ys = [value for _letter, values in commands for value in values[1::2]]
        box = Box(min(xs), min(ys), max(max(xs) - min(xs), 0.1), max(max(ys) - min(ys), 0.1))
        steps = "".join(_step(letter, values, box) for letter, values in commands)
        kind = "" if fill else ' fill="none"'
        size = f'w="{_emu(box.wide)}" h="{_emu(box.high)}"{kind}'
        self._solid(
            "<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path {size}>{steps}'
            "</a:path></a:pathLst></a:custGeom>",
            box, fill, pen, opacity, words,
        )  # fmt: skip

    def table(
        self, box: Box, columns: Sequence[float], rows: Sequence[tuple[float, Sequence[Cell]]], name: str
    ) -> None:
        """Draw a real table: ``rows`` are heights and cells, the first row its heads."""
        grid = "".join(f'<a:gridCol w="{_emu(wide)}"/>' for wide in columns)
        body = "".join(
            f'<a:tr h="{_emu(high)}">{"".join(_cell(cell, place == 0) for cell in cells)}</a:tr>'
            for place, (high, cells) in enumerate(rows)
        )
        self._add(
            f"<p:graphicFrame><p:nvGraphicFramePr>{self._named(name, name)}<p:cNvGraphicFramePr>"
            '<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'<p:xfrm><a:off x="{_emu(box.x)}" y="{_emu(box.y)}"/><a:ext cx="{_emu(box.wide)}" cy="{_emu(box.high)}"/>'
            '</p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
            f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        )

    @contextmanager
    def drawing(self, box: Box, name: str, words: str) -> Iterator[Painter]:
        """Group what is painted inside into one drawing that ``words`` describe."""
        place = f'x="{_emu(box.x)}" y="{_emu(box.y)}"'
        size = f'cx="{_emu(box.wide)}" cy="{_emu(box.high)}"'
        child = f"<a:chOff {place}/><a:chExt {size}/>"
        group = self._add(
            f"<p:grpSp><p:nvGrpSpPr>{self._named(name, words)}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
            f"<p:grpSpPr><a:xfrm><a:off {place}/><a:ext {size}/>{child}</a:xfrm></p:grpSpPr></p:grpSp>"
        )
        outer, self._tree = self._tree, group
        yield self
        self._tree = outer

    def _solid(self, geometry: str, box: Box, fill: str, pen: Pen | None, opacity: float, words: str) -> None:
        paint = f"<a:solidFill>{colour_xml(fill, opacity)}</a:solidFill>" if fill else "<a:noFill/>"
        self._geometry(geometry, box, paint, pen, words)

    def _geometry(self, geometry: str, box: Box, paint: str, pen: Pen | None, words: str) -> None:
        edge = _pen(pen) if pen is not None else "<a:ln><a:noFill/></a:ln>"
        named = self._named(words[:40] or "Shape", words, decorative=not words)
        self._add(
            f"<p:sp><p:nvSpPr>{named}<p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{_frame(box)}{geometry}{paint}{edge}</p:spPr></p:sp>"
        )

    def _named(self, name: str, words: str = "", *, decorative: bool = False) -> str:
        self._id += 1
        said = f' descr="{escape(words)}"' if words else ""
        inner = _DECORATIVE if decorative else ""
        return f'<p:cNvPr id="{self._id}" name="{escape(name)}"{said}>{inner}</p:cNvPr>'

    def _add(self, xml: str) -> Any:
        from pptx.oxml import parse_xml

        head, _space, rest = xml.partition(">")
        element = parse_xml(f"{head} {_NAMESPACES}>{rest}")
        self._tree.append(element)
        return element


def curve(points: Sequence[tuple[float, float]], start: str = "M") -> list[Command]:
    """Return the smooth curve through points."""
    commands: list[Command] = [(start, points[0])]
    if len(points) < 3:
        return [*commands, *(("L", point) for point in points[1:])]
    return [*commands, *(("C", (*near, *far, *end)) for near, far, end in bends(points))]


def body_xml(anchor: str = "t") -> str:
    """Return how text sits in its box: no margins, no shrinking."""
    margins = 'lIns="0" tIns="0" rIns="0" bIns="0"'
    return f'<a:bodyPr wrap="square" {margins} anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'


def paragraphs_xml(paragraphs: Sequence[Para], align: str = "l") -> str:
    """Return paragraphs for a text body."""
    return "".join(_paragraph(one, align, first=place == 0) for place, one in enumerate(paragraphs)) or "<a:p/>"


def _paragraph(one: Para, align: str, *, first: bool) -> str:
    before = 0 if first else one.before
    hanging = f' marL="{_emu(one.indent)}" indent="{-_emu(one.indent)}"' if one.bullet else ""
    bullet = f'<a:buChar char="{escape(one.bullet)}"/>' if one.bullet else "<a:buNone/>"
    spacing = (
        f'<a:lnSpc><a:spcPts val="{round(one.leading * 75)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{round(before * 75)}"/></a:spcBef>'
    )
    runs = "".join(map(_run, one.runs))
    return f'<a:p><a:pPr algn="{align}"{hanging}>{spacing}{bullet}</a:pPr>{runs}</a:p>'


def _run(run: Run) -> str:
    language = "fr-FR" if current_language() == "fr" else "en-GB"
    voice = run.style.family == "voice"
    font = f'<a:latin typeface="{VOICE}"/>' if voice else ""
    kind = f' b="{int(run.style.weight >= 600)}" i="{int(voice)}"'
    return (
        f'<a:r><a:rPr lang="{language}" sz="{round(run.style.size * 75)}"{kind} dirty="0">'
        f"<a:solidFill>{colour_xml(run.colour)}</a:solidFill>{font}</a:rPr><a:t>{escape(run.text)}</a:t></a:r>"
    )


def _cell(cell: Cell, is_head: bool) -> str:
    edge = Pen("carte", 1.5) if is_head else Pen("rule", 0.75)
    none = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    under = _pen(edge).replace("<a:ln ", "<a:lnB ").replace("</a:ln>", "</a:lnB>")
    text = paragraphs_xml(cell.paragraphs, "r" if cell.right else "l")
    pad = f'marL="0" marR="{_emu(10)}" marT="{_emu(5)}" marB="{_emu(5)}"'
    anchor = "b" if is_head else "t"
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{text}</a:txBody>"
        f'<a:tcPr {pad} anchor="{anchor}">{none}{under}<a:noFill/></a:tcPr></a:tc>'
    )


def _frame(box: Box, more: str = "") -> str:
    return (
        f'<a:xfrm{more}><a:off x="{_emu(box.x)}" y="{_emu(box.y)}"/>'
        f'<a:ext cx="{_emu(box.wide)}" cy="{_emu(box.high)}"/></a:xfrm>'
    )


def _pen(pen: Pen) -> str:
    dash = '<a:prstDash val="dash"/>' if pen.dashed else ""
    paint = f"<a:solidFill>{colour_xml(pen.colour, pen.opacity)}</a:solidFill>"
    return f'<a:ln w="{_emu(pen.wide)}">{paint}{dash}<a:miter lim="800000"/></a:ln>'


def _step(letter: str, values: Sequence[float], box: Box) -> str:
    if letter == "Z":
        return "<a:close/>"
    points = "".join(
        f'<a:pt x="{_emu(x - box.x)}" y="{_emu(y - box.y)}"/>' for x, y in zip(values[::2], values[1::2], strict=True)
    )
    name = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo"}[letter]
    return f"<a:{name}>{points}</a:{name}>"


def _emu(px: float) -> int:
    return round(px * EMU)
