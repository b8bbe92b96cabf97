"""Companies whose map is known: what discovery is measured against.

Each company is played from a map; of that map discovery sees nothing but the rows. A true touchpoint may have several
event names (``Truth.place_of``), a success and failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.table import EventTable, table_from_arrays
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint, TripRule
from parcours.mapdoc.templates import load_template
from parcours.mapdoc.text import Text
from parcours.simulate.companies import null_company
from parcours.simulate.company import Company, simulate
from parcours.simulate.sample import sample_company
from parcours.simulate.scenario import Scenario

DAY = 86_400.0


def _words(text: str) -> list[str]:
    return text.split()


_NOUNS = _words(
    """page catalogue brochure quote cart delivery invoice call meeting contract account profile file photo address
    voucher basket question answer form document message coach garden tool visit course lesson report plan team
    notice parcel device session survey letter card badge room ticket review label sample estimate"""
)
_VERBS = _words(
    """viewed opened sent made read filled changed chosen shared added compared received prepared checked planned
    noted started moved printed listed tested copied watched called linked named sorted"""
)
_ODD = ("gone", "unreadable", "blank", "twice", "offline")
_WON = ("contract_signed", "order_paid", "purchase", "subscription_activated", "invoice_paid", "offer_accepted")
_UNSPOKEN = ("handed_over", "keys_given", "folder_archived")
_REFUSED = ("request_declined", "file_rejected", "application_refused", "case_abandoned")


@dataclass(frozen=True)
class Truth:
    """What was played. ``place_of`` gives stage and touchpoint (both counted from 0, along the map) of a name."""

    place_of: Mapping[str, tuple[int, int]]
    success: frozenset[str]
    failures: frozenset[str]
    stages: int


@dataclass(frozen=True)
class World:
    """A log with the truth about it."""

    label: str
    seed: int
    table: EventTable
    truth: Truth


def _expected(stages: str, success: str, failures: str = "") -> Truth:
    """Read one stage a line, names set apart by commas."""
    lines = [[name.strip() for name in line.split(",")] for line in stages.strip().splitlines()]
    flat = [(stage, name) for stage, names in enumerate(lines) for name in names]
    places = {name: (stage, at) for at, (stage, name) in enumerate(flat)}
    failed = frozenset(name.strip() for name in failures.split(",") if name)
    return Truth(
        places | {name: (len(lines) - 1, len(flat)) for name in failed}, frozenset({success}), failed, len(lines)
    )


EXPECTED: dict[str, tuple[str, dict[str, Any], Truth]] = {
    "BPIC2012": (
        "bpic2012.xes.gz",
        {},
        _expected(
            """A_SUBMITTED, A_PARTLYSUBMITTED, W_Afhandelen leads
            A_PREACCEPTED, W_Completeren aanvraag
            A_ACCEPTED, A_FINALIZED, O_SELECTED, O_CREATED, O_SENT, W_Nabellen offertes
            O_SENT_BACK, W_Valideren aanvraag, W_Nabellen incomplete dossiers, W_Beoordelen fraude
            O_ACCEPTED, A_APPROVED, A_REGISTERED, A_ACTIVATED, W_Wijzigen contractgegevens""",
            "A_APPROVED",
            "A_DECLINED, A_CANCELLED, O_DECLINED, O_CANCELLED",
        ),
    ),
    "helpdesk": (
        "helpdesk.xes.gz",
        {},
        _expected(
            """Insert ticket, Assign seriousness
            Take in charge ticket, Wait, Require upgrade, Create SW anomaly, Schedule intervention, Resolve SW anomaly
            Resolve ticket, RESOLVED, VERIFIED, INVALID, DUPLICATE
            Closed""",
            "Closed",
        ),
    ),
    "ecom": (
        "ecom.csv.gz",
        {"person": "user_id", "time": "timestamp", "event": "event"},
        _expected(
            """home, promo_page, search, catalog, filter_results
            product_view, review_page, compare, wishlist_add
            add_to_cart, cart
            account_page, shipping_details, support_chat, payment_details, purchase""",
            "purchase",
            "error_page, payment_error, checkout_bug",
        ),
    ),
}
"""The order that we expect of three real logs: written by hand, after the names, with nobody who knows the company."""


def random_world(seed: int) -> World:
    """Play a map of 4 to 12 stages and 10 to 60 touchpoints that nobody designed, in a company that nobody is."""
    rng = np.random.default_rng([20_261_127, seed])
    map = _random_map(rng)
    scenario = Scenario(
        persons=int(rng.choice([300, 800, 2_000])),
        seed=seed,
        days=400,
        arriving_days=60,
        leak={stage.id: float(rng.uniform(0.02, 0.3)) for stage in map.stages[:-1]},
        wait={stage.id: float(DAY * rng.lognormal(0.5, 1.0)) for stage in map.stages},
        skips=float(rng.uniform(0, 0.12)),
        returns=float(rng.uniform(0, 0.2)),
        ties=float(rng.uniform(0, 0.1)),
        noise=float(rng.uniform(0, 0.1)),
        anonymous=float(rng.uniform(0, 0.5)),
        busy=float(rng.uniform(0.25, 0.7)),
        office_hours=bool(rng.random() < 0.5),
    )
    person, time, name = _rows(simulate(map, scenario, "en"))
    truth = _truth_of(map)
    person, time, name = _with_rare_names(rng, person, time, name)
    if rng.random() < 0.4:
        name, truth = _with_numbers(rng, name, truth)
    return World("random maps", seed, table_from_arrays(person, time, name), truth)


def coach_world(seed: int) -> World:
    """Play the template of the coach as the demo does."""
    story = replace(sample_company("en"), seed=seed)
    map = load_template("coach")
    return World("coach template", seed, _table(simulate(map, story, "en")), _truth_of(map))


def null_world(seed: int) -> World:
    """Play the map of four stages in which nothing matters."""
    company = null_company(seed)
    return World("null map", seed, _table(company), _truth_of(company.theatre.map))


def _random_map(rng: np.random.Generator) -> JourneyMap:
    stages = int(rng.integers(4, 13))
    points = int(rng.integers(max(10, stages), 61))
    sizes = 1 + rng.multinomial(points - stages, rng.dirichlet(np.full(stages, 3.0)))
    pairs = rng.permutation([f"{noun}_{verb}" for noun in _NOUNS for verb in _VERBS]).tolist()
    style = str(rng.choice(["snake", "snake", "camel", "title", "kebab", "prefix"]))
    names = [_styled(str(pairs.pop()), style) for _n in range(points)]
    first_of = np.r_[0, np.cumsum(sizes)]
    wins_in = stages - 1 if rng.random() < 0.6 else int(rng.integers(int(0.6 * stages), stages))
    won = _styled(str(rng.choice(_WON if rng.random() < 0.75 else _UNSPOKEN)), style)
    names[int(first_of[wins_in + 1]) - 1] = won
    fails = _styled(str(rng.choice(_REFUSED)), style) if rng.random() < 0.5 else None
    fails_in = int(rng.integers(1, max(2, wins_in)))
    planned = rng.random() < 0.5
    made = []
    for number in range(stages):
        mine = []
        for place in range(int(first_of[number]), int(first_of[number + 1])):
            wanted = [names[place]]
            if rng.random() < 0.1 and names[place] != won:
                wanted.append(_styled(str(pairs.pop()), style))
            if fails is not None and number == fails_in and place == first_of[number + 1] - 1 and names[place] != won:
                wanted.append(fails)
            mine.append(
                Touchpoint(
                    f"t{place}",
                    Text({"en": f"t{place}"}),
                    Rule((EventMatch(tuple(wanted)),)),
                    required=bool(planned and rng.random() < 0.4),
                )
            )
        made.append(Stage(f"s{number}", Text({"en": f"s{number}"}), touchpoints=tuple(mine)))
    trip = TripRule(None, _rule(won), None if fails is None else _rule(fails))
    return JourneyMap("random", Text({"en": "Random"}), tuple(made), default_language="en", zone="UTC", trip=trip)


def _rule(name: str) -> Rule:
    return Rule((EventMatch((name,)),))


def _styled(name: str, style: str) -> str:
    words = name.split("_")
    match style:
        case "camel":
            return words[0] + "".join(word.capitalize() for word in words[1:])
        case "title":
            return " ".join(word.capitalize() for word in words)
        case "kebab":
            return "-".join(words)
        case "prefix":
            return f"shop:{name}"
    return name


def _rows(company: Company) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str]]:
    events = company.events
    _ids, person = np.unique(events.person.astype(str), return_inverse=True)
    return person.astype(np.int64), events.time.astype("datetime64[us]").astype(np.int64), events.event.tolist()


def _table(company: Company) -> EventTable:
    return table_from_arrays(*_rows(company))


def _with_rare_names(
    rng: np.random.Generator, person: npt.NDArray[np.int64], time: npt.NDArray[np.int64], name: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str]]:
    """Strew forty names that hardly anybody has: errors, tests, pages that are gone."""
    rows = np.flatnonzero(rng.random(len(name)) < 120 / max(len(name), 1))
    rare = [f"{rng.choice(_NOUNS)} {rng.choice(_ODD)} {rng.choice(_NOUNS)}" for _n in range(40)]
    added = [str(one) for one in rng.choice(rare, len(rows))]
    return np.r_[person, person[rows]], np.r_[time, time[rows] + 500_000], [*name, *added]


def _with_numbers(rng: np.random.Generator, name: list[str], truth: Truth) -> tuple[list[str], Truth]:
    """Let one name carry a number of its own each time, as “Order #4711” does."""
    plain = [one for one in truth.place_of if one not in truth.success | truth.failures]
    chosen = str(rng.choice(sorted(plain)))
    place_of = {one: place for one, place in truth.place_of.items() if one != chosen}
    found = []
    for one in name:
        new = f"{chosen} #{rng.integers(10_000, 99_999)}" if one == chosen else one
        if one == chosen:
            place_of[new] = truth.place_of[chosen]
        found.append(new)
    return found, replace(truth, place_of=place_of)


def _truth_of(map: JourneyMap) -> Truth:
    place_of: dict[str, tuple[int, int]] = {}
    success: set[str] = set()
    failures: set[str] = set()
    point = 0
    for number, stage in enumerate(map.stages):
        for touchpoint in stage.touchpoints:
            rules = [rule for rule in (touchpoint.rule, touchpoint.fails_when) if rule is not None]
            for name in (name for rule in rules for one in rule.any_of for name in one.names):
                place_of.setdefault(name, (number, point))
            point += 1
    for rule, found in ((map.trip.succeeds_when, success), (map.trip.fails_when, failures)):
        if rule is not None:
            found.update(name for one in rule.any_of for name in one.names)
    for stage in map.stages:
        for touchpoint in stage.touchpoints:
            if touchpoint.fails_when is not None:
                failures.update(name for one in touchpoint.fails_when.any_of for name in one.names)
    return Truth(place_of, frozenset(success), frozenset(failures), len(map.stages))
