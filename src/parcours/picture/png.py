"""The map as a PNG: the static SVG, drawn with the bundled fonts and nothing else of the machine."""

from __future__ import annotations

from typing import Literal

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.picture.bundled import font_files, plain_svg, svg_size
from parcours.picture.model import MapPicture
from parcours.picture.svg import render_svg

MOST_PIXELS = 120_000_000
"""Half a gigabyte while it is drawn."""


def render_png(
    picture: MapPicture, *, width: int = 1440, theme: Literal["light", "dark"] = "light", scale: int = 2
) -> bytes:
    """Return the whole picture as a PNG of ``width`` × ``scale`` pixels: the same bytes on every machine.

    ``scale`` 1 to 4 is the number of pixels for one px. Raises ``UsageError`` for another, and where the picture would
    have more than 120 million pixels. Neither files nor the network are read, but for the bundled fonts.
    """
    if scale not in (1, 2, 3, 4):
        raise UsageError(_("A picture cannot be drawn at scale {scale}.").format(scale=scale), value=scale,
                         expected=_("1, 2, 3 or 4."))  # fmt: skip
    svg = render_svg(picture, width=width, theme=theme)
    wide, high = svg_size(svg)
    if wide * high * scale * scale > MOST_PIXELS:
        raise UsageError(_("The picture is too large at scale {scale}.").format(scale=scale), value=scale,
                         expected=_("Choose a smaller one, or write it as .svg or .pdf."))  # fmt: skip
    return png_of(svg, scale=scale)


def png_of(svg: str, *, scale: int) -> bytes:
    """Draw a static SVG of ours."""
    import resvg_py

    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=plain_svg(svg),
        zoom=scale,
        skip_system_fonts=True,
        font_files=[str(file) for file in font_files()],
        sans_serif_family="Instrument Sans",
        serif_family="Newsreader",
        font_family="Instrument Sans",
    )
    return bytes(drawn)
