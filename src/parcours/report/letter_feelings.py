"""The passage of the letter on how people feel where they are lost, in numbers and in their own words."""

from __future__ import annotations

from typing import TypeAlias

from parcours.engine.results import Emotion
from parcours.language.formats import number, quoted, signed
from parcours.language.translation import _, ngettext
from parcours.picture.letter import Passage
from parcours.report.letter_words import Matter
from parcours.report.stages import FRAGILE_UNDER, LivedStage, LivedTouchpoint

_GOOD = 0.5
_Place: TypeAlias = tuple[LivedTouchpoint | LivedStage, LivedStage]
"""What people spoke of, and its stage."""


def felt(matter: Matter) -> Passage:
    """How people feel there, in numbers and in their own words."""
    heading = _("How they feel there")
    if not matter.answers:
        return Passage(
            heading,
            (
                _("We do not know: nobody was asked, or no answer can be placed on the map."),
                _("Ask before you decide: one question at the right moment is enough to begin with."),
            ),
        )
    stage = matter.focus
    said: list[str] = []
    if stage is not None:
        said += _mood_there(stage)
    said += _extremes(matter)
    quoted_at = stage if stage is not None and stage.position in matter.words else _worst_quoted(matter)
    if quoted_at is None:
        return Passage(heading, tuple(said))
    words = matter.words[quoted_at.position]
    source = "" if quoted_at is stage else _("at {stage}").format(stage=quoted(quoted_at.name))
    return Passage(heading, tuple(said), words.text, source)


def _mood_there(stage: LivedStage) -> list[str]:
    mood, name = stage.figures.emotion, quoted(stage.name)
    if not mood.answers:
        return [
            _("At {stage}, the very place where we lose them, nobody was asked: ask there first.").format(stage=name)
        ]
    if mood.mean is None:
        return [
            ngettext(
                "At {stage}, only {n} person answered: read that answer, do not average it.",
                "At {stage}, only {n} people answered: read them one by one, do not average them.",
                mood.answers,
            ).format(stage=name, n=number(mood.answers))
        ]
    said = _("At {stage}, the mood is {mean}, between −2 (awful) and +2 (great)").format(
        stage=name, mean=signed(mood.mean)
    )
    if stage.expected is not None:
        said = _("{said}; we hoped for {expected}").format(said=said, expected=signed(stage.expected))
    return [_("{said} ({answers}).").format(said=said, answers=_answers(mood))]


def _answers(mood: Emotion) -> str:
    text = ngettext("{n} answer", "{n} answers", mood.answers).format(n=number(mood.answers))
    return _("only {answers}").format(answers=text) if mood.answers < FRAGILE_UNDER else text


def _extremes(matter: Matter) -> list[str]:
    """Name the lowest and the happiest touchpoint; where none has a mean, the lowest and the happiest stage."""
    places: list[_Place] = [(point, stage) for stage in matter.stages for point in stage.touchpoints if _mean(point)]
    if not places:
        places = [(stage, stage) for stage in matter.stages if stage is not matter.focus and _mean(stage)]
    low = min(places, key=lambda place: place[0].figures.emotion.mean or 0.0, default=None)
    best = max(places, key=lambda place: place[0].figures.emotion.mean or 0.0, default=None)
    said = []
    if low is not None and (low[0].figures.emotion.mean or 0.0) < 0:
        said.append(_("The lowest point is {place}: {mean}.").format(place=_named(matter, low), mean=_felt_as(low)))
    if best is not None and (best[0].figures.emotion.mean or 0.0) >= _GOOD:
        said.append(
            _("They are happiest at {place}, {mean}: protect it.").format(
                place=_named(matter, best), mean=_felt_as(best)
            )
        )
    return said


def _mean(lived: LivedTouchpoint | LivedStage) -> bool:
    return lived.figures.emotion.mean is not None


def _named(matter: Matter, place: _Place) -> str:
    """Name a place, with its stage where that is not the one spoken of."""
    lived, stage = place
    if lived is stage or stage is matter.focus:
        return quoted(lived.name)
    where = _("at {stage}").format(stage=quoted(stage.name))
    return _("{point}, {where}").format(point=quoted(lived.name), where=where)


def _felt_as(place: _Place) -> str:
    mood = place[0].figures.emotion
    mean = signed(mood.mean or 0.0)
    return f"{mean} ({_answers(mood)})" if mood.answers < FRAGILE_UNDER else mean


def _worst_quoted(matter: Matter) -> LivedStage | None:
    told = [stage for stage in matter.stages if stage.position in matter.words]
    return min(told, key=lambda stage: (stage.figures.emotion.mean or 0.0, stage.position), default=None)
