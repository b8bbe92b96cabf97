from __future__ import annotations

import json
import re

import pytest

from parcours.picture.icons import DEFAULT, ICONS, icon, known, sprite
from parcours.picture.typeface import FONTS

CHANNELS = (
    *("social", "page", "shop", "search", "spark", "web", "star", "chat", "cart", "tag", "user", "mail", "card"),
    *("sms", "parcel", "pen", "back", "help", "phone", "gift", "people", "calendar", "document", "video", "form"),
    *("bank", "ticket", "store"),
)


def test_every_channel_has_its_own_icon() -> None:
    assert set(ICONS) >= set(CHANNELS)
    assert len({ICONS[name] for name in CHANNELS}) == len(CHANNELS)


def test_an_unknown_icon_becomes_the_default_one() -> None:
    assert known("nothing of the kind") == DEFAULT
    assert f"#p-{DEFAULT}" in icon("p-", "<b>")


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_a_path_inside_its_grid(name) -> None:
    path = ICONS[name]
    assert re.fullmatch(r"[MmLlHhVvCcSsAaZz0-9 .\-]+", path)
    start = re.match(r"M(-?[\d.]+) (-?[\d.]+)", path)
    assert start and 0 <= float(start[1]) <= 16 and 0 <= float(start[2]) <= 16


def test_a_sprite_holds_what_it_was_asked_for() -> None:
    assert sprite("p-", {"mail", "late"}).count("<symbol") == 2


def test_gathered_fonts_hold_what_french_and_english_need() -> None:
    if not (FONTS / "advances.json").exists():
        pytest.skip("The fonts are not gathered; run make assets.")
    table = json.loads((FONTS / "advances.json").read_text("utf-8"))
    needed = set("ÀÂÇÉÈÊËÎÏÔŒÙÛÜàâçéèêëîïôœùûüÿ«»’“”–—…€%−×0123456789\u00a0\u202f")
    for family in ("sans", "voice"):
        assert needed <= set(table[family]["advances"])
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) < 100_000
