"""The file of a deck: its theme in our colours, its one layout, its slides and notes; the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from parcours.language.translation import current_language
from parcours.picture.slides.ink import THEME, hexes
from parcours.picture.slides.paint import EMU, Painter, Pen, body_xml, paragraphs_xml
from parcours.picture.slides.words import SLACK, Box, Para, para
from parcours.picture.typeface import Style, shorten

WIDE, HIGH = 1280, 720
MARGIN = 48.0
FOOT = Box(MARGIN, 692, WIDE - 2 * MARGIN, 18)
FONT = "Arial"
"""On every machine, or in a version that is as wide."""
_TITLE_ONLY = 5
_EPOCH = datetime(2000, 1, 1)


class Deck:
    """Slides being made. ``about`` stands at the foot of each."""

    def __init__(self, title: str, about: str) -> None:
        from pptx import Presentation

        self._file: Any = Presentation()
        self._about = shorten(about, Style(11), (FOOT.wide - 80) / SLACK["sans"])
        self._prepare(title)

    def slide(self, title: Sequence[Para], box: Box, notes: str) -> Painter:
        """Add a slide with its title and the words of the one who presents it, and return what draws on it."""
        slide = self._file.slides.add_slide(self._layout)
        holder = slide.shapes.title
        holder.left, holder.top, holder.width, holder.height = (
            round(one * EMU) for one in (box.x, box.y, box.wide, box.high)
        )
        _fill(holder._element.txBody, title)
        slide.notes_slide.notes_text_frame.text = notes
        return Painter(slide.shapes._spTree)

    def foot(self, painter: Painter) -> None:
        """Close a slide: what the deck is about, and the slide's number. Drawn last, so that it is read last."""
        painter.text(Box(FOOT.x, FOOT.y, FOOT.wide - 80, FOOT.high), [para(self._about, 11, "ink-2")], "Foot")
        painter.number(Box(WIDE - MARGIN - 60, FOOT.y, 60, 18))

    def save(self) -> bytes:
        """Return the file; every time in it is fixed."""
        raw = io.BytesIO()
        self._file.save(raw)
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
            for name in made.namelist():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                kept.writestr(entry, made.read(name))
        return out.getvalue()

    def _prepare(self, title: str) -> None:
        made = self._file
        made.slide_width, made.slide_height = WIDE * EMU, HIGH * EMU
        self._layout = made.slide_layouts[_TITLE_ONLY]
        for layout in list(made.slide_layouts):
            if layout is not self._layout and layout.name != self._layout.name:
                made.slide_layouts.remove(layout)
        self._layout.name = "Parcours"
        _only_title(self._layout.shapes)
        _only_title(made.slide_master.shapes)
        _dress(made.slide_master)
        _drop(made.part.package, "/thumbnail")
        _drop(made.part, "/printerSettings")
        _colour_theme(made.slide_master.part)
        about = made.core_properties
        about.title, about.author, about.language = title, "Parcours", current_language()
        about.created = about.modified = _EPOCH
        about.last_modified_by, about.revision, about.keywords, about.comments = "Parcours", 1, "", ""


def _fill(body: Any, paragraphs: Sequence[Para], anchor: str = "t") -> None:
    """Put paragraphs into the text body of a placeholder."""
    from pptx.oxml import parse_xml

    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    made = parse_xml(f'<a:body xmlns:a="{space}">{body_xml(anchor)}{paragraphs_xml(paragraphs)}</a:body>')
    for child in list(body):
        body.remove(child)
    for child in list(made):
        body.append(child)


def _only_title(shapes: Any) -> None:
    for shape in list(shapes):
        if "Title" not in shape.name:
            shape._element.getparent().remove(shape._element)


def _dress(master: Any) -> None:
    """Give the master our paper, our title, and the two lines of the mark: ours straight, theirs curved."""
    title = master.shapes[0]
    title.left, title.top, title.width, title.height = (round(one * EMU) for one in (MARGIN, 40, WIDE - 2 * MARGIN, 44))
    _fill(title._element.txBody, [para("Parcours", 28, bold=True)])
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    mark = Painter(master.shapes._spTree)
    mark.line(WIDE - MARGIN - 96, 22, WIDE - MARGIN, 22, Pen("carte", 2.25))
    wave = [(WIDE - MARGIN - 96 + 16 * step, 29 + (4 if step % 2 else -1)) for step in range(7)]
    mark.wave(wave, Pen("voyage", 2.25))


def _drop(part: Any, ending: str) -> None:
    for key, relation in list(part._rels.items()):
        if relation.reltype.endswith(ending):
            part._rels.pop(key)


def _colour_theme(master: Any) -> None:
    """Write our colours and the font into the theme, under a name of its own."""
    theme = next(one.target_part for one in master.rels.values() if one.reltype.endswith("/theme"))
    xml = theme.blob.decode("utf-8")
    colours = "".join(f'<a:{place}><a:srgbClr val="{hexes()[token]}"/></a:{place}>' for place, token in THEME.items())
    scheme = f'<a:clrScheme name="Parcours">{colours}</a:clrScheme>'
    xml = re.sub(r"<a:clrScheme .*?</a:clrScheme>", scheme, xml, flags=re.DOTALL)
    fonts = "".join(
        f'<a:{kind}Font><a:latin typeface="{escape(FONT)}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
        for kind in ("major", "minor")
    )
    scheme = f'<a:fontScheme name="Parcours">{fonts}</a:fontScheme>'
    theme.blob = re.sub(r"<a:fontScheme .*?</a:fontScheme>", scheme, xml, flags=re.DOTALL).encode("utf-8")
