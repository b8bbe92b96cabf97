"""Gather fonts and browser scripts from node_modules into the package: subset, measured, ready for the wheel.

Run by ``make assets`` after ``npm ci``. Writes ``sans.woff2``, ``voice.woff2``, their licences and ``advances.json``
into ``src/parcours/picture/fonts/`` (git-ignored), the same bytes every time. Only Latin with French and English
typography stays; other scripts fall back to the reader's own fonts.

For PNG and PDF, which nobody's browser draws, the same fonts are written as ``sans.ttf`` and ``voice.ttf`` with
figures of one width, and ``more.ttf`` has the letters of Europe's other Latin alphabets. ``drawn.txt`` lists all
characters that these can draw.

htmx and uPlot are copied as they are, with their licences, into ``src/parcours/ui/static/vendor/`` (git-ignored).
"""

from __future__ import annotations

import json
import shutil
import sys
from io import BytesIO
from pathlib import Path

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"
TARGET = ROOT / "src" / "parcours" / "picture" / "fonts"
SCRIPTS = ROOT / "src" / "parcours" / "ui" / "static" / "vendor"

SANS = PACKAGES / "instrument-sans" / "files" / "instrument-sans-latin-wdth-normal.woff2"
MORE = PACKAGES / "instrument-sans" / "files" / "instrument-sans-latin-ext-wdth-normal.woff2"
VOICE = PACKAGES / "newsreader" / "files" / "newsreader-latin-opsz-italic.woff2"
VOICE_AXES = {"opsz": 16, "wght": 420}

COPIED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "uplot/dist/uPlot.iife.min.js": "uplot.min.js",
    "uplot/LICENSE": "uplot.LICENSE.txt",
}
"""Files of node_modules that pages load, and what they are called there."""

NARROW_SPACE = 0x202F
SIGNS = "ŒœŸ–—‘’“”•…‰‹›€™−"
CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, SIGNS), NARROW_SPACE]
SIGNS_OF_OUR_OWN = {
    "→": [[(90, 320), (640, 320), (640, 390), (90, 390)], [(590, 180), (860, 355), (590, 530)]],
    "≤": [
        [(500, 640), (500, 560), (180, 425), (500, 290), (500, 210), (80, 390), (80, 460)],
        [(80, 60), (80, 130), (500, 130), (500, 60)],
    ],
    "≥": [
        [(80, 640), (500, 460), (500, 390), (80, 210), (80, 290), (400, 425), (80, 560)],
        [(80, 60), (80, 130), (500, 130), (500, 60)],
    ],
    "±": [
        [
            (255, 640),
            (325, 640),
            (325, 455),
            (500, 455),
            (500, 385),
            (325, 385),
            (325, 200),
            (255, 200),
            (255, 385),
            (80, 385),
            (80, 455),
            (255, 455),
        ],
        [(80, 60), (80, 130), (500, 130), (500, 60)],
    ],
    "□": [
        [(90, 0), (90, 700), (660, 700), (660, 0)],
        [(150, 60), (600, 60), (600, 640), (150, 640)],
    ],
}
"""Outlines in thousandths of the letter's height, for signs that the fonts lack; □ stands for what none can draw."""
SANS_CORNERS = ((75, 400), (75, 700), (100, 400), (100, 700))


def main() -> int:
    """Write the files and print their sizes; fail when the packages are not installed."""
    wanted = (SANS, MORE, VOICE, *(ROOT / "node_modules" / source for source in COPIED))
    missing = [str(path.relative_to(ROOT)) for path in wanted if not path.exists()]
    if missing:
        print(f"Not found: {', '.join(missing)}. Run “npm ci” first.", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    sans = TTFont(SANS, recalcTimestamp=False)
    voice = instantiateVariableFont(TTFont(VOICE, recalcTimestamp=False), VOICE_AXES)
    for font in (sans, voice):
        add_narrow_space(font)
    advances = {
        "sans": {"corners": SANS_CORNERS, "advances": corner_advances(sans)},
        "voice": {"corners": [[100, 400]], "advances": {char: [width] for char, width in em_advances(voice).items()}},
    }
    (TARGET / "advances.json").write_text(json.dumps(advances, ensure_ascii=False, separators=(",", ":")), "utf-8")
    for font, name in ((sans, "sans"), (voice, "voice")):
        (TARGET / f"{name}.woff2").write_bytes(subset(font))
    more = TTFont(MORE, recalcTimestamp=False)
    subset(more, [code for code in more.getBestCmap() if code not in sans.getBestCmap()])
    for sign, contours in SIGNS_OF_OUR_OWN.items():
        add_sign(sans, ord(sign), contours)
    for font, name, family, style in (
        (sans, "sans", "Instrument Sans", "Regular"),
        (more, "more", "Instrument Sans More", "Regular"),
        (voice, "voice", "Newsreader", "Italic"),
    ):
        (TARGET / f"{name}.ttf").write_bytes(plain(font, family, style))
    drawn = sorted({*sans.getBestCmap(), *more.getBestCmap()})
    (TARGET / "drawn.txt").write_text("".join(map(chr, drawn)), "utf-8")
    for package, name in (("instrument-sans", "sans"), ("newsreader", "voice")):
        shutil.copyfile(PACKAGES / package / "LICENSE", TARGET / f"{name}.LICENSE.txt")
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    for source, name in COPIED.items():
        shutil.copyfile(ROOT / "node_modules" / source, SCRIPTS / name)
    for path in [*sorted(TARGET.iterdir()), *sorted(SCRIPTS.iterdir())]:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


def add_narrow_space(font: TTFont) -> None:
    """Add the narrow no-break space, which French numbers need and neither font has: three fifths of a space.

    Advance variations are then read from the outlines' phantom points, so the table that repeats them goes.
    """
    name = "narrownbspace"
    font.ensureDecompiled()
    font["glyf"].glyphs[name] = Glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphOrder = font.getGlyphOrder()
    font["hmtx"].metrics[name] = (round(font["hmtx"].metrics["space"][0] * 0.6), 0)
    if "gvar" in font:
        font["gvar"].variations[name] = []
    if "HVAR" in font:
        del font["HVAR"]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[NARROW_SPACE] = name


def em_advances(font: TTFont) -> dict[str, float]:
    """Return the advance of each kept character in em."""
    unit, metrics, cmap, tabular = font["head"].unitsPerEm, font["hmtx"].metrics, font.getBestCmap(), figures(font)
    glyphs = {chr(code): tabular.get(cmap[code], cmap[code]) for code in CHARACTERS if code in cmap}
    return {char: round(metrics[glyph][0] / unit, 4) for char, glyph in glyphs.items()}


def figures(font: TTFont) -> dict[str, str]:
    """Return the tabular form of each figure that has one: the picture sets all its numbers so."""
    if "GSUB" not in font:
        return {}
    table = font["GSUB"].table
    lookups = {
        place for record in table.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
        for place in record.Feature.LookupListIndex
    }  # fmt: skip
    mapping: dict[str, str] = {}
    for place in sorted(lookups):
        for subtable in table.LookupList.Lookup[place].SubTable:
            mapping |= getattr(subtable, "ExtSubTable", subtable).mapping
    return mapping


def corner_advances(font: TTFont) -> dict[str, list[float]]:
    """Return each character's advance at the four corners of width and weight; in between it is interpolated."""
    data = BytesIO()
    font.save(data)
    tables = []
    for width, weight in SANS_CORNERS:
        data.seek(0)
        tables.append(em_advances(instantiateVariableFont(TTFont(data), {"wdth": width, "wght": weight})))
    return {char: [table[char] for table in tables] for char in tables[0]}


def add_sign(font: TTFont, code: int, contours: list[list[tuple[int, int]]]) -> None:
    """Add a sign that looks alike at every weight and width."""
    name = f"uni{code:04X}"
    pen = TTGlyphPen(None)
    scale = font["head"].unitsPerEm / 1000
    for points in contours:
        pen.moveTo((points[0][0] * scale, points[0][1] * scale))
        for x, y in points[1:]:
            pen.lineTo((x * scale, y * scale))
        pen.closePath()
    font.ensureDecompiled()
    font["glyf"].glyphs[name] = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphOrder = font.getGlyphOrder()
    font["hmtx"].metrics[name] = (
        round((max(x for points in contours for x, _y in points) + 80) * scale),
        round(min(x for points in contours for x, _y in points) * scale),
    )
    if "gvar" in font:
        font["gvar"].variations[name] = []
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def plain(font: TTFont, family: str, style: str) -> bytes:
    """Return ``font`` without compression, under the name of its family, with figures of one width."""
    tabular = {glyph: figure for glyph, figure in figures(font).items() if figure in font.getReverseGlyphMap()}
    for table in font["cmap"].tables:
        table.cmap = {code: tabular.get(glyph, glyph) for code, glyph in table.cmap.items()}
    names = font["name"]
    for record in (16, 17, 21, 22, 25):
        names.removeNames(nameID=record)
    for record, text in ((1, family), (2, style), (4, f"{family} {style}"), (6, f"{family}-{style}".replace(" ", ""))):
        names.setName(text, record, 3, 1, 0x409)
    font.flavor = None
    data = BytesIO()
    font.save(data)
    return data.getvalue()


def subset(font: TTFont, characters: list[int] = CHARACTERS) -> bytes:
    """Return ``font`` as woff2 with the kept characters and the features that the picture uses."""
    options = Options()
    options.layout_features = ["kern", "liga", "tnum", "lnum", "locl", "ccmp", "mark"]
    options.hinting = False
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    data = BytesIO()
    font.save(data)
    return data.getvalue()


if __name__ == "__main__":
    sys.exit(main())
