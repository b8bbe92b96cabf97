"""A picture on its way out: a page, a static picture, a document, or plain data, in the picture's own language."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.picture.lanes import Detail
from parcours.picture.model import MapPicture

if TYPE_CHECKING:
    from parcours.picture.paper import Paper, PaperSize

Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Page:
    """What ``picture`` shows, ready to be written."""

    picture: MapPicture

    def html(self, theme: Theme = "auto", *, people_address: str | None = None) -> str:
        """Return the page: one file that makes no request. ``auto`` follows the reader's colour scheme.

        ``people_address``: a link takes the place of the command that lists everybody behind a figure, to it + the
        figure's key; where it is empty, figures do not open onto people at all.
        """
        from parcours.picture.page import render_page

        return render_page(self.picture, theme=theme, people_address=people_address)

    def svg(self, theme: Literal["light", "dark"] = "light") -> str:
        """Return the picture alone, as a static SVG."""
        from parcours.picture.svg import render_svg

        return render_svg(self.picture, theme=theme)

    def png(self, theme: Literal["light", "dark"] = "light", *, scale: int = 2) -> bytes:
        """Return the picture as a PNG of ``scale`` (1 to 4) pixels for one px: the same bytes on every machine."""
        from parcours.picture.png import render_png

        return render_png(self.picture, theme=theme, scale=scale)

    def paper(self, size: PaperSize = "a4") -> Paper:
        """Return what is printed, as blocks: the map as figures, then all that it shows as text and tables.

        A summary and a poster are one page: the picture, and in its alternative text what it says.
        """
        from parcours.report.paper import paper_of

        detail: Detail = "poster" if size == "poster" and self.picture.detail == "full" else self.picture.detail
        return paper_of(replace(self.picture, detail=detail), size)

    def pdf(self, size: PaperSize = "a4") -> bytes:
        """Return a PDF for lying A4 or A3, or a poster on A1: tagged, its text selectable, its fonts embedded."""
        from parcours.picture.paper import render_pdf

        return render_pdf(self.paper(size), size=size)

    def pptx(self) -> bytes:
        """Return a deck of slides: every text, table and drawing of it can be changed; the same bytes every time."""
        from parcours.picture.slides.rendering import render_slides

        return render_slides(self.picture)

    def to_dict(self) -> dict[str, Any]:
        """Return everything that is shown as plain, JSON-ready data."""
        return {"picture": asdict(self.picture)}

    def save(
        self, path: str | Path, *, theme: Theme = "auto", scale: int | None = None, paper: PaperSize | None = None
    ) -> Path:
        """Write ``path`` as a page (.html), a picture (.svg, .png), a document (.pdf), slides (.pptx) or data (.json).


        ``scale`` (1 to 4, default 2) is for .png alone, ``paper`` ("a4", "a3" or "poster") for .pdf, which is always
        light, as slides are. A thumbnail is a picture. Returns the path.
        UsageError for another ending or an option that its form does not have, or where the file cannot be written.
        """
        target = Path(path)
        ending = target.suffix.lower()
        _refuse_misfits(ending, theme, scale, paper, self.picture)
        shade: Literal["light", "dark"] = "dark" if theme == "dark" else "light"
        if ending in (".html", ".htm"):
            data = self.html(theme).encode("utf-8")
        elif ending == ".svg":
            data = self.svg(shade).encode("utf-8")
        elif ending == ".png":
            data = self.png(shade, scale=2 if scale is None else scale)
        elif ending == ".pdf":
            data = self.pdf(paper or "a4")
        elif ending == ".pptx":
            data = self.pptx()
        elif ending == ".json":
            data = (json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
        else:
            raise UsageError(
                _("A report cannot be written as “{ending}”.").format(ending=ending or target.name),
                value=str(path),
                expected=_("Give a name that ends with .html, .svg, .png, .pdf, .pptx or .json."),
            )
        return write_file(target, data)

    def _repr_html_(self) -> str:
        from parcours.picture.page import render_fragment

        return render_fragment(self.picture)


def write_file(target: Path, data: bytes) -> Path:
    """Write ``data`` and return the path; UsageError where that is not possible."""
    try:
        target.write_bytes(data)
    except OSError as problem:
        raise UsageError(
            _("“{file}” cannot be written: {problem}.").format(file=target, problem=problem.strerror or problem),
            value=str(target),
        ) from problem
    return target


def _refuse_misfits(ending: str, theme: Theme, scale: int | None, paper: str | None, picture: MapPicture) -> None:
    """Refuse options that a form does not have, rather than pass over them."""
    if scale is not None and ending != ".png":
        raise UsageError(_("Only a PNG has a scale."), value=scale, expected=_("Give a name that ends with .png."))
    if paper is not None and ending != ".pdf":
        raise UsageError(
            _("Only a PDF has a size of paper."), value=paper, expected=_("Give a name that ends with .pdf.")
        )
    if theme == "dark" and ending in (".pdf", ".pptx"):
        message = _("A PDF is for white paper.") if ending == ".pdf" else _("Slides are light.")
        raise UsageError(message, value=theme, expected=_("Leave --theme out, or write a .png."))
    if ending == ".pptx" and (picture.lanes is not None or picture.detail != "full"):
        raise UsageError(
            _("Slides show the whole map."), value=picture.detail, expected=_("Leave --lanes and --detail out.")
        )
    if picture.detail == "thumbnail" and ending not in (".svg", ".png", ".json"):
        raise UsageError(
            _("A thumbnail is a picture."), value=ending, expected=_("Give a name that ends with .svg or .png.")
        )
