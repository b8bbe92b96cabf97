"""How a stage is run beside how it is felt: ``alignment``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parcours.cli.names import Names
from parcours.cli.opening import ask
from parcours.cli.options import AsCsv, AsJson, Goal, InLanguage, LogPath, MapPath
from parcours.cli.output import interval, say, write_table
from parcours.language.translation import _

if TYPE_CHECKING:
    from parcours.engine.alignment_result import AlignmentResult, Kind, Part, PartName, StageAlignment
    from parcours.mapdoc.document import JourneyMap

_EXAMPLES = _("[bold]Examples[/]")
FIRST = 3
"""Stages named as what to mend first."""


def alignment(
    log: LogPath,
    map: MapPath = None,
    goal: Goal = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    language: InLanguage = None,
) -> None:
    """Show, stage by stage, how it is run beside how it is felt."""
    asked = ask(log, map, goal, as_json=as_json, as_csv=as_csv)
    result = asked.log.alignment(asked.map)
    if not asked.answered(result):
        _tell(result, asked.map)
        say(*asked.log.unmet(asked.map))


alignment.__doc__ = "\n\n".join(
    (
        _("Show, stage by stage, how it is run (structure) beside how it is felt (experience), each from 0 to 100 with "
          "its 95 % interval, with every part of the scores, and what to mend first."),
        _("Thresholds and weights stand in the map under `alignment`; the defaults are ours."),
        _EXAMPLES,
        "parcours alignment shop.parcours --map shop.yaml",
        "parcours alignment shop.parcours --map shop.yaml --json",
    )
)  # fmt: skip


def part_names() -> Mapping[PartName, str]:
    """Return what each part of the structure score is called."""
    return {
        "on_time": _("On time"),
        "as_planned": _("As planned"),
        "forward": _("Forward"),
        "carried": _("Carried"),
    }


def _tell(result: AlignmentResult, map: JourneyMap) -> None:
    names = Names(map)
    write_table(
        [(_("Stage"), "left"), (_("Structure"), "right"), (_("Experience"), "right"), (_("Gap"), "right"),
         (_("Where it stands"), "left")],
        [
            (
                names.of("stage", stage.id),
                _score(stage.structure, stage.structure_low, stage.structure_high),
                _experience(stage),
                _gap(stage),
                _standing(stage),
            )
            for stage in result.stages
        ],
    )  # fmt: skip
    if result.stages:
        _tell_parts(result, names)
    say(*_formula(result))
    for place, id in enumerate(result.first[:FIRST], 1):
        if place == 1:
            say("", _("What to mend first: people × points missing × value of a success"))
        say(*_priority(place, result.of(id), names, result.threshold))


def _score(value: float | None, low: float | None, high: float | None) -> str:
    from parcours.language.formats import number

    if value is None:
        return "–"
    if low is None or high is None:
        return number(value)
    return f"{number(value)}\n" + interval(number(low), number(high))


def _experience(stage: StageAlignment) -> str:
    from parcours.language.formats import number

    if stage.experience is None:
        return _("({n} answers)").format(n=number(stage.answers)) if stage.answers else "–"
    return _score(stage.experience, stage.experience_low, stage.experience_high)


def _gap(stage: StageAlignment) -> str:
    from parcours.language.formats import apart, signed

    if stage.experience is None or stage.structure is None or stage.gap_low is None or stage.gap_high is None:
        return ""
    low, high = (signed(each, 0) for each in (stage.gap_low, stage.gap_high))
    return f"{signed(apart(stage.experience, stage.structure), 0)}\n" + interval(low, high)


def _standing(stage: StageAlignment) -> str:
    from parcours.picture.gauges import quadrant_word

    if stage.quadrant is None:
        return _("not enough to say")
    words = quadrant_word(stage.quadrant)
    sure = words if stage.certain else _("{quadrant}?").format(quadrant=words)
    return f"{sure}\n{_('drift')}" if stage.drift else sure


def _tell_parts(result: AlignmentResult, names: Names) -> None:
    parts = part_names()
    write_table(
        [(_("Stage"), "left"), *((parts[part.name], "right") for part in result.stages[0].parts), (_("Answers"), "left")],
        [
            (
                names.of("stage", stage.id),
                *(_part(part) for part in stage.parts),
                "\n".join(_kind(kind) for kind in stage.kinds if kind.answers),
            )
            for stage in result.stages
        ],
    )  # fmt: skip


def _part(part: Part) -> str:
    from parcours.language.formats import number

    if part.value is None:
        return "–"
    return f"{number(part.value)}\n{number(part.hits)}/{number(part.n)}"


def _kind(kind: Kind) -> str:
    from parcours.language.formats import number

    names = {"nps": "NPS", "csat": "CSAT", "ces": _("CES (ease)"), "ces_effort": _("CES (effort)")}
    mean = "–" if kind.mean is None else number(kind.mean)
    return f"{names[kind.name]} {mean} ({number(kind.answers)})"


def _formula(result: AlignmentResult) -> list[str]:
    from parcours.language.formats import decimal, list_words, number

    parts = result.stages[0].parts if result.stages else ()
    names = part_names()
    weights = list_words(
        [f"{names[part.name].lower()} {decimal(part.weight, int(part.weight % 1 > 0))}" for part in parts]
    )
    lines = [
        _("Structure: mean of the parts that exist, weighted {weights}; two of the first three at least.").format(
            weights=weights
        ),
        _("Experience: mean of the answers as 0 to 100, drawn to the mean of all where they are few; none under 10."),
        _(
            "Good from {threshold} on; “?” where an interval straddles it. Drift: more than {drift} points apart."
        ).format(threshold=number(result.threshold), drift=number(result.drift)),
        _("Weights and thresholds are ours, not a law: change them in the map under `alignment`."),
    ]
    if not result.answers:
        lines.append(_("This log holds no answer (NPS, CSAT or CES): how stages are felt is not known."))
    return lines


def _priority(place: int, stage: StageAlignment, names: Names, threshold: float) -> list[str]:
    from parcours.language.formats import decimal, number

    product = [
        _("{n} people").format(n=number(stage.people)),
        _("{n} points").format(n=decimal(stage.shortfall or 0.0, 0)),
        *([] if stage.value is None else [_("a value of {n}").format(n=number(stage.value))]),
    ]
    worst = min((part for part in stage.parts if part.value is not None and part.key), key=_value, default=None)
    said = _("  {place}. {stage}: {product}")
    lines = [said.format(place=place, stage=names.of("stage", stage.id), product=" × ".join(product))]
    if stage.structure is not None and stage.structure >= threshold:
        # Whatever is missing here is missing in how it is felt: no part of the structure would mend it.
        key = f"stage:{stage.id}:answers"
        lines.append(_("     weakest: how it is felt; the answers behind it: --figure {key}").format(key=key))
    elif worst is not None:
        part = part_names()[worst.name].lower()
        lines.append(
            _("     weakest part: {part}; who stands behind it: --figure {key}").format(
                part=part, key=_behind(worst, stage.id)
            )
        )
    return lines


def _behind(part: Part, stage: str) -> str:
    """The key of those for whom a part went wrong, where one key lists them; else that of the part."""
    if part.name == "on_time" and part.basis == "promises":
        return f"stage:{stage}:broken"
    return f"stage:{stage}:lost" if part.name == "forward" else part.key or ""


def _value(part: Part) -> float:
    return part.value or 0.0
