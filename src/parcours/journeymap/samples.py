"""The templates as somebody meets who chooses one: what each is for, and a drawing of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from parcours import __version__
from parcours.language.translation import Language
from parcours.mapdoc.templates import load_template, template_names
from parcours.report.building import draw_map


@dataclass(frozen=True)
class Sample:
    """A template in one language. ``digest`` names its drawing."""

    name: str
    title: str
    words: str
    stages: int
    touchpoints: int
    personas: int
    promises: int
    digest: str


@cache
def samples(language: Language) -> tuple[Sample, ...]:
    """Return every template."""
    return tuple(_sample(name, language) for name in template_names())


def _sample(name: str, language: Language) -> Sample:
    document = load_template(name)
    words = document.description.in_language(language) if document.description is not None else ""
    points = [point for stage in document.stages for point in stage.touchpoints]
    return Sample(
        name,
        document.title.in_language(language),
        # The first sentence says what it holds; the others how to go on.
        words.split(". ")[0].rstrip(".") + ".",
        len(document.stages),
        len(points),
        len(document.personas),
        sum(len(point.promises) for point in points),
        sha256(f"{__version__} {name} {language}".encode()).hexdigest()[:12],
    )


@cache
def drawing(name: str, language: Language, theme: str) -> str:
    """Return the card of a template as an SVG that stands on its own."""
    return draw_map(load_template(name), language=language, detail="thumbnail").svg(
        "dark" if theme == "dark" else "light"
    )
