"""Invented maps of every size: 4, 8 or 12 stages, 5, 25 or 60 touchpoints, in both languages, with and without data.

Labels are as long as real ones get, and every lane has content, so that what fits here fits anywhere.
"""

# ruff: noqa: E501 - sentences stand on one line

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from parcours.picture.held import (
    Aligned,
    AlignmentScale,
    Compared,
    DeviationCount,
    DeviationShown,
    DeviationSpread,
    PartShown,
    PlanShown,
    PromiseShown,
)
from parcours.picture.model import Figure, Finding, Indicator, MapPicture, Measured, Quote, StageColumn, Station

STAGES, TOUCHPOINTS = (4, 8, 12), (5, 25, 60)


@dataclass(frozen=True, slots=True)
class Kind:
    """One size of map, with the theme that it is looked at in."""

    stages: int
    touchpoints: int
    language: str
    data: bool
    theme: str

    @property
    def id(self) -> str:
        """Name of a test."""
        return f"{self.stages}x{self.touchpoints}-{self.language}-{'data' if self.data else 'plan'}-{self.theme}"


def kinds() -> list[Kind]:
    """Every size in both languages, with and without data, in one theme by turns, and the extremes in both."""
    sizes = list(product(STAGES, TOUCHPOINTS, ("fr", "en"), (True, False)))
    found = []
    for stages, touchpoints, language, data in sizes:
        turn = STAGES.index(stages) + TOUCHPOINTS.index(touchpoints) + (language == "en") + (not data)
        found.append(Kind(stages, touchpoints, language, data, ("light", "dark")[turn % 2]))
        if data and touchpoints == 60:
            found.append(Kind(stages, touchpoints, language, data, ("dark", "light")[turn % 2]))
    return found


NAMES = [
    ("Prise de conscience du besoin", "Becoming aware of the need"),
    ("Recherche", "Research"),
    ("Comparaison des propositions et des conditions", "Comparison of offers and conditions"),
    ("Décision", "Decision"),
    ("Achat et paiement en plusieurs fois", "Purchase and payment by instalments"),
    ("Réception, prise en main et premiers usages accompagnés", "Delivery, onboarding and first accompanied uses"),
    ("Évaluation et service après-vente", "Evaluation and after-sales service"),
    ("Fidélisation", "Loyalty"),
    ("Renouvellement contractuel anticipé", "Early renewal of the contract"),
    ("Recommandation", "Recommendation"),
    ("Réclamation et médiation interprofessionnelle", "Complaint and interprofessional mediation"),
    ("Départ", "Departure"),
]
GOALS = [
    ("Comprendre ce qui me bloque sans me sentir jugée", "To understand what blocks me without feeling judged"),
    ("Vérifier que c’est pour moi", "To check that it is for me"),
    ("Ne pas me perdre dans l’incompréhensibilité administrative", "Not to get lost in incomprehensible paperwork"),
]
OWNERS = [("Direction de la relation clientèle", "Customer relations"), ("Marketing", "Marketing"), None]
POINTS = [
    ("Premier rendez-vous de découverte (15 min, offert)", "First discovery call (15 min, free of charge)", "phone"),
    ("Devis envoyé avec un mot personnel", "Quote sent with a personal word", "mail"),
    ("Fiche produit", "Product page", "web"),
    (
        "Télétransmission dématérialisée des justificatifs",
        "Electronic transmission of supporting documents",
        "document",
    ),
    ("Relance du panier abandonné après deux heures", "Reminder of the abandoned cart after two hours", "sms"),
    ("Réponse d’un assistant IA", "Answer of an AI assistant", "spark"),
    ("Appel", "Call", "phone"),
]
PROMISES = [
    ("Votre devis sous deux jours ouvrés après l’appel", "Your quote within two working days of the call"),
    (
        "Une réponse du service après-vente sous quatre heures ouvrées",
        "An answer from support within four working hours",
    ),
]
QUOTES = [
    ("J’ai relancé trois fois pour un échange. Personne ne sait qui s’en occupe, et personne ne rappelle.",
     "I chased three times for an exchange. Nobody knows who is in charge, and nobody calls back."),
    ("Rapide, rien à dire.", "Fast, nothing to say."),
]  # fmt: skip
VALENCES = (0.9, -1.3, 0.2, 1.7, -0.6, -1.8, 0.5)
QUADRANTS = ("aligned", "cold", "warm", "broken")


class _Drawer:
    """Draws a map of one kind, stage by stage."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.reached = 123_456 if kind.touchpoints == 60 else 2_520
        self.drawn = 0

    def say(self, pair: tuple[str, ...] | None) -> str | None:
        return None if pair is None else pair[0 if self.kind.language == "fr" else 1]

    def figure(self, count: int, key: str) -> Figure:
        return Figure(count, key) if self.kind.data else Figure(0)

    def felt(self, place: int, key: str) -> Measured | None:
        if not self.kind.data or place % 5 == 3:
            return None
        if place % 7 == 5:
            return Measured(4, None, None, None, (-2.0, -1.0, 1.0, 1.0), key)
        mean, half = VALENCES[place % len(VALENCES)], 0.5 if place % 3 else 0.15
        answers = 17 if place % 3 else 1_204
        return Measured(answers, mean, max(-2.0, mean - half), min(2.0, mean + half), (), key)

    def station(self, stage: int, place: int) -> Station:
        at = self.drawn
        self.drawn += 1
        french, english, icon = POINTS[at % len(POINTS)]
        key = f"t{stage}.{place}"
        return Station(
            key, self.say((french, english)) or "", icon, self.say(("Téléphone", "Telephone")),
            self.say(OWNERS[at % 3]), at % 6 == 0,
            Figure(self.reached // (place + 2), f"touchpoint:{key}:persons") if self.kind.data else None,
            round(VALENCES[(at + 2) % 7] * 0.7, 1) if at % 4 else None, self.felt(at, f"touchpoint:{key}:answers"),
            1 if stage == 2 and place == 0 and self.kind.data else None,
        )  # fmt: skip

    def promise(self, stage: StageColumn, at: int) -> PromiseShown:
        kept, broken = self.reached // 5, self.reached // (3 + at)
        share = kept / (kept + broken)
        counts = {"given": kept + broken, "kept": kept, "broken": broken, "unmet": broken // 4, "pending": 2}
        figures = {name: Figure(count, f"promise:p{at}:{name}") for name, count in counts.items()}
        feeling = Compared("−0,8 ↔ −0,1", "−0,7, −0,9 … −0,6", True)
        return PromiseShown(
            f"p{at}", self.say(PROMISES[at % 2]) or "", stage.stations[0].name if stage.stations else stage.name,
            stage.name, stage.owner, "2 j", 0.95, share, share - 0.03, share + 0.03, share >= 0.95,
            median="22 h 48 min", slowest=None if at % 2 else "9 j 11 h", feeling=feeling, **figures,
        )  # fmt: skip

    def aligned(self, stage: StageColumn, at: int) -> Aligned | None:
        ours, theirs = 38 + 13 * (at % 5), (21 + 17 * (at % 4)) if at % 5 else None
        parts = (
            PartShown("on_time", 41.0, 2, "78/190", f"stage:{stage.id}:kept"), PartShown("as_planned", None, 2, "", None),
            PartShown("forward", 100.0, 2, "540/905", f"stage:{stage.id}:went_on"), PartShown("carried", 80.0, 1, "4/5", None),
        )  # fmt: skip
        few = (12.0, 50.0, 75.0) if theirs is None else ()
        interval = (None, None) if theirs is None else (theirs - 5, theirs + 5)
        return Aligned(
            ours, ours - 3, ours + 3, theirs, *interval, few, Figure(62, f"stage:{stage.id}:answers"), stage.reached,
            None if theirs is None else QUADRANTS[at % 4], at % 3 != 0, at % 2 == 0, None if theirs is None else theirs - ours,
            parts, None if theirs is None else max(0, 60 - theirs), "1 013", at + 1 if at in (1, 2) else None,
        )  # fmt: skip

    def stage(self, at: int, points: int) -> StageColumn:
        data, number, reached = self.kind.data, at + 1, self.reached
        left, still = reached // 5, reached // 90
        last = number == self.kind.stages
        arrived = reached - left - still if last else (reached // 50 if at == 3 else 0)
        stations = tuple(self.station(number, place) for place in range(points))
        median = (180.0, 86_400.0, 3_024_000.0, 504_000.0)[at % 4] if at % 5 else None
        stage = StageColumn(
            f"s{number}", number, self.say(NAMES[at]) or "", self.say(GOALS[at % 3]), self.say(OWNERS[at % 3]),
            self.figure(reached, f"stage:s{number}:reached"), self.figure(reached - reached // 12, f"stage:s{number}:entered"),
            self.figure(left, f"stage:s{number}:lost"), self.figure(still, f"stage:s{number}:open"),
            self.figure(arrived, f"stage:s{number}:arrived"), self.figure(reached // 30, f"stage:s{number}:returned"),
            left / reached if data else None, (0.1, 0.3, None)[at % 3] if data else None,
            median if data else None, 60.0 if data else None, 4e6 if data else None,
            self.figure(reached // 2, f"stage:s{number}:timed"), 86_400.0 if at % 3 else None,
            round(VALENCES[(at + 3) % 7] * 0.6, 1), self.felt(at, f"stage:s{number}:answers"), stations,
        )  # fmt: skip
        self.reached = max(reached - left - still - arrived, 40)
        return self.lived(stage, at) if data else stage

    def lived(self, stage: StageColumn, at: int) -> StageColumn:
        from dataclasses import replace

        kinds = ("missing", "adhoc", "failing", "out_of_sequence", "late")[: 1 + at % 5]
        quote = QUOTES[at % 2] if at % 3 != 2 else None
        label = self.say(("Satisfaction après la prise en main", "Satisfaction after onboarding")) or ""
        return replace(
            stage,
            indicators=tuple(
                Indicator(label, "−55", "≥ +50", ("missed", "kept", "unknown")[place], self.say(("93 réponses, de −68 à −38", "93 answers, from −68 to −38")), None)
                for place in range(at % 3)
            ),
            quote=Quote(self.say(quote) or "", self.say(("Enquête, juin 2026", "Survey, June 2026")) or "") if quote else None,
            pin={1: 1, 2: 2, 3: 3}.get(at),
            promises=tuple(self.promise(stage, place) for place in range(at % 3)),
            deviations=tuple(DeviationCount(kind, Figure(3_214 // (n + 1), f"stage:{stage.id}:{kind}")) for n, kind in enumerate(kinds)),
            aligned=self.aligned(stage, at),
        )  # fmt: skip


def picture(kind: Kind) -> MapPicture:
    """Draw a map of one kind."""
    drawer = _Drawer(kind)
    fewest, more = divmod(kind.touchpoints, kind.stages)
    stages = tuple(drawer.stage(at, fewest + (at < more)) for at in range(kind.stages))
    french = kind.language == "fr"
    title = "Le parcours d’une cliente de coaching ou de conseil" if french else "The journey of a coaching client"
    subtitle = (
        "Cap Clair · 123 456 parcours · 5 janv. – 14 avr. 2026"
        if french
        else "Cap Clair · 123,456 journeys · 5 Jan – 14 Apr 2026"
    )
    lost = (
        "À l’étape « Décision », 610 des 1 081 personnes s’arrêtent là (56 %), pour 40 % prévus."
        if french
        else "At stage “Decision”, 610 of 1,081 people stop there (56%), where the map allows 40%."
    )
    if not kind.data:
        plan = "C’est le plan." if french else "This is the plan."
        return MapPicture(title, "Cap Clair", kind.language, title, (plan,), (), (), stages)
    headline = (
        "Nous décevons à l’étape « Décision », et c’est là que nous perdons le plus de monde."
        if french
        else "We let people down at “Decision”, and that is where we lose them."
    )
    found = (
        "Ressenti à « Devis envoyé avec un mot personnel » : −1,0, pour +0,5 prévu"
        if french
        else "Felt at “Quote sent with a personal word”: −1.0, where +0.5 was expected"
    )
    detail = (
        "Direction de la relation clientèle · étape « Décision » · 84 réponses, entre −1,2 et −0,9 à 95 %"
        if french
        else "Customer relations · stage “Decision” · 84 answers, between −1.2 and −0.9 at 95%"
    )
    findings = tuple(
        Finding(n, ("felt", "leak_beyond", "slow")[n - 1], found, detail, stages[n].id, f"stage:s{n + 1}:lost")
        for n in (1, 2, 3)
    )
    deviations = tuple(
        DeviationShown(one.kind, stage.name, stage.name, stage.owner, one.trips, 0.21, 40, Compared("28 % ↔ 46 %", "−18, −24 … −12", True), None, Compared("−0,2", None, False))
        for stage in stages for one in stage.deviations[:1]
    )  # fmt: skip
    plan = PlanShown(
        Figure(2_210, "journey:deviating"), 6_840, tuple(promise for stage in stages for promise in stage.promises), deviations, 4,
        (DeviationSpread("owner", "Marketing", (DeviationCount("late", Figure(7, "owner:marketing:late")),)),), AlignmentScale(60, 15, 57, 2_210),
    )  # fmt: skip
    people = {f"stage:s{n}:lost": [f"client-{n}{i:04d}" for i in range(200)] for n in range(1, kind.stages + 1)}
    note = (
        "Perdu : sans réussite, et sans événement depuis trente jours avant la fin des données."
        if french
        else "Lost: no success, and no event for thirty days before the data’s end."
    )
    return MapPicture(
        title, subtitle, kind.language, headline, (lost, lost), (found, found), findings, stages, (note,) * 5, people,
        dict.fromkeys(people, 610), plan=plan,
    )  # fmt: skip
