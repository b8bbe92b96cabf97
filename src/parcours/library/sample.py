"""The simulator at hand: a map played into a file, and the demo that goes from nothing to a living map."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.language.errors import UsageError
from parcours.language.translation import Language, _
from parcours.mapdoc.text import Text

if TYPE_CHECKING:
    from parcours.mapdoc.document import JourneyMap


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """The invented company of a template: its name, a figure worth opening and steps worth asking for."""

    name: Text
    figure: str
    steps: tuple[str, ...]


_COMPANIES = {
    "coach": SampleCompany(
        Text({"fr": "Cap Clair", "en": "Cap Clair"}), "stage:decision:lost", ("booking_made", "quote_sent", "purchase")
    ),
    "saas": SampleCompany(
        Text({"fr": "Quart d’Heure", "en": "Quart d’Heure"}),
        "touchpoint:first-value:missing",
        ("demo_booked", "demo_held", "subscription_started"),
    ),
    "fashion": SampleCompany(
        Text({"fr": "Maison Lisière", "en": "Maison Lisière"}),
        "stage:decision:lost",
        ("product_added", "checkout_started", "purchase"),
    ),
}


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made: files, a figure worth opening, and steps worth asking for."""

    events: Path
    log: Path
    map: Path
    page: Path
    figure: str
    steps: tuple[str, ...]


def play(
    output: Path,
    *,
    map: Path | None = None,
    template: str | None = None,
    persons: int | None = None,
    events: float | None = None,
    days: int | None = None,
    seed: int | None = None,
    truth: Path | None = None,
    language: Language = "fr",
    tell: Callable[[int], None] | None = None,
) -> int:
    """Play a map, or the sample company of a ``template``, into ``output``; return how many events that made.

    Without either the coach's company is played. UsageError where both are given, or the template is unknown.
    CSV, JSON Lines or Parquet, by the name of ``output``; Parquet is written in bounded memory. ``events`` asks for
    about so many instead of for a number of ``persons``. What was planted goes to ``truth`` as JSON. ``tell`` hears
    how many events are written so far. The same arguments give the same bytes.
    """
    from parcours.mapdoc.reading import load_map
    from parcours.mapdoc.templates import DEFAULT_TEMPLATE, load_template
    from parcours.simulate.company import simulate, trips_for, write_csv, write_jsonl, write_truth
    from parcours.simulate.parquet import write_parquet
    from parcours.simulate.sample import sample_company
    from parcours.simulate.scenario import Scenario

    endings = (".csv", ".jsonl", ".parquet")
    ending = output.suffix.lower()
    if ending not in endings:
        raise UsageError(
            _("“{name}” does not say its form.").format(name=output.name),
            value=output,
            expected=_("End the name with {endings}.").format(endings=", ".join(endings)),
        )
    if events is not None and persons is not None:
        raise UsageError(_("Ask for a number of people or of events, not for both."), value=events)
    if map is not None and template is not None:
        raise UsageError(_("Play a map or a template, not both."), value=template)
    played = template or DEFAULT_TEMPLATE
    document = load_map(map) if map is not None else load_template(played)
    scenario = sample_company(language, played) if map is None else Scenario()
    scenario = replace(
        scenario,
        persons=scenario.persons if persons is None else persons,
        seed=scenario.seed if seed is None else seed,
        days=scenario.days if days is None else days,
        arriving_days=min(scenario.arriving, scenario.days if days is None else days),
    )
    if events is not None:
        scenario = replace(scenario, persons=trips_for(events, document, scenario, language))
    company = simulate(document, scenario, language)
    output.parent.mkdir(parents=True, exist_ok=True)
    if ending == ".parquet":
        written, planted = write_parquet(company, output, count=truth is not None, tell=tell)
    else:
        written = (write_csv if ending == ".csv" else write_jsonl)(company, output)
        planted = company.truth if truth is not None else None
    if truth is not None and planted is not None:
        write_truth(planted, truth)
    return written


def make_demo(into: Path, *, language: Language, tell: Callable[[str], None], template: str = "coach") -> Demo:
    """Play the sample company of ``template``, import its events, draw its living map; all of it stands in ``into``.

    A log that an earlier demo left there is replaced; nothing else is touched. UsageError for an unknown template.
    """
    from parcours.language.formats import number
    from parcours.library.log import read
    from parcours.mapdoc.reading import dump_map

    document = sample_map(template)
    company = _COMPANIES[template]
    into.mkdir(parents=True, exist_ok=True)
    made = Demo(
        events=into / "events.csv",
        log=into / "events.parcours",
        map=into / "map.yaml",
        page=into / "living-map.html",
        figure=company.figure,
        steps=company.steps,
    )
    made.map.write_text(dump_map(document, "yaml"), encoding="utf-8")
    events = play(made.events, template=template, language=language)
    tell(_introduction(template).format(
        company=company.name.in_language(language), events=number(events), file=made.events))  # fmt: skip
    if (made.log / "manifest.sqlite").exists():
        shutil.rmtree(made.log)
    log = read(made.events, into=made.log, ces_scale="effort")
    tell(_("Read into {log}.").format(log=made.log))
    log.report(made.map, language=language).save(made.page)
    return made


def sample_map(template: str) -> JourneyMap:
    """Return the map of a template's sample company: with its name, and the actions it has done on their days.

    UsageError for an unknown template.
    """
    from parcours.mapdoc.templates import load_template
    from parcours.simulate.sample import sample_company

    map, story = load_template(template), sample_company("en", template)
    days = {change.action: story.done_on(change) for change in story.changes}
    done = [replace(one, status="done", done_on=days[one.id]) if one.id in days else one for one in map.actions]
    return replace(map, company=_COMPANIES[template].name, actions=tuple(done))


def _introduction(template: str) -> str:
    return {
        "coach": _("{company} is an invented coaching practice: {events} events in {file}."),
        "saas": _("{company} is an invented maker of scheduling software: {events} events in {file}."),
        "fashion": _("{company} is an invented fashion label: {events} events in {file}."),
    }[template]
