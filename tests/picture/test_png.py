"""The PNG is the static SVG drawn with bundled fonts, whatever the machine has."""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from parcours.language.errors import ParcoursError, UsageError
from parcours.picture import bundled, png
from parcours.picture.bundled import UNDRAWN, drawable, plain_svg
from parcours.picture.png import png_of, render_png
from parcours.picture.svg import render_svg
from parcours.picture.typeface import FONTS

pytestmark = pytest.mark.skipif(
    not (FONTS / "drawn.txt").exists(), reason="The fonts are not gathered; run make assets."
)
SAMPLES = Path(__file__).with_name("samples.py")
ELSEWHERE = """
import importlib.util, hashlib, sys
spec = importlib.util.spec_from_file_location("samples", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
from parcours.picture.png import render_png
print(hashlib.sha256(render_png(module.rich("fr"), scale=1)).hexdigest())
"""


def size_of(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", data[16:24])


def pixels(data: bytes) -> bytes:
    """Return what the image data unpack to: enough to tell whether two drawings differ."""
    parts, at = [], 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            parts.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return zlib.decompress(b"".join(parts))


def word(text: str, attributes: str = "", style: str = "") -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><style>'
        f'text{{font-family:"Instrument Sans", sans-serif}}{style}</style>'
        f'<text x="5" y="28" font-size="20" {attributes}>{text}</text></svg>'
    )


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_the_png_has_the_size_of_the_picture_times_the_scale(samples, scale: int) -> None:
    wide, high = map(int, re.search(r'width="(\d+)" height="(\d+)"', render_svg(samples.discovered())).groups())
    assert size_of(render_png(samples.discovered(), scale=scale)) == (wide * scale, high * scale)


def test_a_machine_without_fonts_and_with_another_home_draws_the_same_bytes(samples, tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig/>")
    bare = {"PATH": "", "HOME": str(tmp_path), "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "LANG": "C"}
    bare["PYTHONPATH"] = str(Path(png.__file__).parents[2])
    command = [sys.executable, "-c", ELSEWHERE, str(SAMPLES)]
    there = subprocess.run(command, env=bare, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert there.stdout.strip() == hashlib.sha256(render_png(samples.rich("fr"), scale=1)).hexdigest()


def test_the_fonts_of_the_machine_are_not_used() -> None:
    family = word("Handgloves").replace('"Instrument Sans"', '"DejaVu Sans Mono"')
    assert png_of(family, scale=1) == png_of(word("Handgloves"), scale=1)


def test_themes_and_languages_differ(samples) -> None:
    assert len({render_png(samples.rich(x), theme=y, scale=1) for x in ("fr", "en") for y in ("light", "dark")}) == 4


@pytest.mark.parametrize(
    ("attributes", "style"),
    [
        ('font-weight="650"', ""),
        ('font-weight="400" font-stretch="75%"', ""),
        ('class="strong"', ".strong { font-weight: 650 }"),
        ('class="label"', ".label { font-size: 11px; font-stretch: 80% }"),
        ('class="label strong"', ".label { font-stretch: 80% } .strong { font-weight: 650 }"),
    ],
)
def test_weight_and_width_of_letters_are_seen(attributes: str, style: str) -> None:
    assert pixels(png_of(word("Handgloves", attributes, style), scale=1)) != pixels(png_of(word("Handgloves"), scale=1))


def test_weight_and_width_are_inherited_and_the_sheet_of_styles_wins() -> None:
    svg = (
        "<svg><style>.strong{font-weight:650}.strong.thin{font-weight:410}g .x{font-weight:1}</style>"
        '<g font-weight="500"><text font-stretch="80%">a<tspan class="strong">b</tspan><tspan/>'
        '<tspan class="thin strong" font-weight="600">c</tspan></text></g><text>d</text></svg>'
    )
    found = re.findall(r"'wght' (\d+),'wdth' (\d+)", plain_svg(svg))
    assert found == [("500", "80"), ("650", "80"), ("500", "80"), ("410", "80"), ("400", "100")]


def test_what_no_font_can_draw_is_seen_as_a_box_and_what_is_invisible_goes() -> None:
    assert drawable("Dvořák → ≤ 5 ± 2, ça va") == "Dvořák → ≤ 5 ± 2, ça va"
    assert drawable("e\u0301t\u00e9") == "été"
    assert drawable("好 👍🏽 ok\u200b\u2066\ufe0f\n\ttab\u2003x") == f"{UNDRAWN} {UNDRAWN}{UNDRAWN} ok  tab x"
    hole = pixels(png_of(word(" "), scale=1))
    for sign in "好→≤≥±ř":
        assert pixels(png_of(word(sign), scale=1)) != hole, sign


def test_a_scale_beyond_reason_and_a_picture_too_large_are_refused(samples, monkeypatch) -> None:
    for scale in (0, 5):
        with pytest.raises(UsageError, match="1, 2, 3 or 4"):
            render_png(samples.empty(), scale=scale)
    monkeypatch.setattr(png, "MOST_PIXELS", 1000)
    with pytest.raises(UsageError, match="too large"):
        render_png(samples.empty(), scale=1)


def test_without_gathered_fonts_the_way_is_shown(samples, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundled, "FONTS", tmp_path)
    with pytest.raises(ParcoursError, match="make assets"):
        bundled.font_files()


def test_hostile_texts_draw_as_texts(samples) -> None:
    from dataclasses import replace

    hostile = '</text><image href="file:///etc/passwd"/>\x00\x01&#0;<script>'
    picture = replace(samples.discovered(), title=hostile, headline=hostile)
    assert size_of(render_png(picture, scale=1))[0] == 1440
    assert "<image" not in plain_svg(render_svg(picture))
