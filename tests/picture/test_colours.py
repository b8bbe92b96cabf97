"""Colours that carry meaning stay apart for every kind of eye, in both themes; and none stands alone.

Colour blindness is simulated with the matrices of Machado, Oliveira and Fernandes (2009) at full severity, in linear
light; distance is that of CIELAB (1976), where about 2 is just seen and 10 is seen at a glance.
"""

# ruff: noqa: E501 - a matrix stands on one line
from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from parcours.picture.page import render_page
from parcours.picture.tokens import colours_of

EYES = {
    "usual": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
    "grey": np.array([[0.2126, 0.7152, 0.0722]] * 3),
}  # fmt: skip
APART = [
    ("carte-mid", "rompu"),  # people who go on, and those lost beyond what is admitted
    ("carte-pale", "rompu"),  # departures that are admitted, and those that are not
    ("carte-mid", "carte-pale"),  # people who go on, and departures that are admitted
    ("carte-mid", "carte"),  # people who go on, and those who have arrived
    ("voyage", "paper"), ("carte", "paper"), ("rompu", "paper"), ("carte-mid", "paper"),
]  # fmt: skip
"""Areas that touch: they must differ at a glance, also to who sees no colour at all."""
HUES = [("carte", "voyage"), ("tenu", "rompu"), ("carte", "rompu")]
"""Lines and words that differ in shape and word as well: they must still be told apart by those who see two hues."""


def linear(colour: str) -> np.ndarray:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = np.array([int(digits[at : at + 2], 16) for at in (0, 2, 4)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, eye: str, dark: bool) -> float:
    colours = colours_of(dark)
    first, second = (lab(EYES[eye] @ linear(colours[token])) for token in (one, other))
    return float(np.linalg.norm(first - second))


def test_the_distance_is_that_of_the_books() -> None:
    white, black, red = (lab(linear(colour)) for colour in ("#fff", "#000", "#f00"))
    assert np.linalg.norm(white - black) == pytest.approx(100, abs=0.1)
    assert red == pytest.approx([53.24, 80.09, 67.2], abs=0.1)
    blind = [lab(EYES["deuteranopia"] @ linear(colour)) for colour in ("#c04040", "#6e6e32")]
    assert np.linalg.norm(blind[0] - blind[1]) < np.linalg.norm(lab(linear("#c04040")) - lab(linear("#6e6e32"))) / 2


@pytest.mark.parametrize(("dark", "eye"), list(product((False, True), EYES)))
def test_areas_that_touch_differ_at_a_glance_to_every_eye(dark, eye) -> None:
    found = {pair: distance(*pair, eye, dark) for pair in APART}
    assert {pair: round(value) for pair, value in found.items() if value < 10} == {}


@pytest.mark.parametrize(("dark", "eye"), list(product((False, True), list(EYES)[:4])))
def test_ours_and_theirs_kept_and_missed_differ_to_who_sees_two_hues(dark, eye) -> None:
    found = {pair: distance(*pair, eye, dark) for pair in HUES}
    assert {pair: round(value) for pair, value in found.items() if value < 10} == {}


def test_no_verdict_is_told_by_colour_alone(samples) -> None:
    page = render_page(samples.planned("en")).split("</style>", 1)[1]
    alone = []
    for kind, word in (("kpi kept", "kept"), ("kpi missed", "missed"), ("kpi unknown", "no verdict"), ("time late", "late:"),
                       ("sub split", "split,"), ("sub drift", "points apart"), ("w bad", "missed: "), ("w good", "kept: ")):  # fmt: skip
        found = re.findall(rf'class="{kind}".*?{"</div>" if kind.startswith("kpi") else "</p>"}', page)
        assert found, kind
        alone += [piece for piece in found if "<use href=" not in piece or word not in piece]
    assert alone == []
