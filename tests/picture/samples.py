"""Invented pictures: a rich fashion shop in both languages, a discovered map, a crowded one, an empty one."""

# ruff: noqa: E501 - sentences stand on one line

from __future__ import annotations

from dataclasses import replace

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
from parcours.picture.told import About, DeedShown, EvidenceShown, LinkShown, PainShown, PersonaShown, Story

FR = {
    "Coming across the brand": "Prise de conscience",
    "Research": "Recherche",
    "Comparison": "Comparaison",
    "Decision": "Décision",
    "Purchase": "Achat",
    "Delivery and use": "Réception et usage",
    "Feedback and support": "Évaluation et SAV",
    "Loyalty": "Fidélisation",
    "To find a brand that is like me": "Tomber sur une marque qui me ressemble",
    "To check that they have what I want": "Vérifier qu’ils ont ce que je cherche",
    "To be sure of the size and the fabric": "Être sûre de la taille et de la matière",
    "To know the real price, without surprise": "Connaître le vrai prix, sans surprise",
    "To pay fast and feel safe": "Payer vite et être rassurée",
    "To get it on time and feel good in it": "Recevoir à temps, me sentir bien dedans",
    "To be heard without chasing": "Être écoutée sans avoir à relancer",
    "To be recognised, to want to tell others": "Être reconnue, avoir envie d’en parler",
    "Logistics": "Logistique",
    "Customer service": "Service client",
    "Shop": "Boutique",
    "Workshop": "Atelier",
    "Article “Wearing linen”": "Article « Porter le lin »",
    "Instagram reel": "Reel Instagram",
    "Workshop window": "Vitrine de l’atelier",
    "Google search": "Recherche Google",
    "Answer of an AI assistant": "Réponse d’un assistant IA",
    "Collection page": "Page collection",
    "Product page": "Fiche produit",
    "Customer reviews": "Avis de clientes",
    "Question by chat": "Question par chat",
    "Cart": "Panier",
    "Delivery cost": "Frais de port",
    "Account creation": "Création de compte",
    "Cart reminder": "Relance du panier",
    "Payment": "Paiement",
    "Confirmation": "Confirmation",
    "Pick-up at the workshop": "Retrait à l’atelier",
    "Tracking text message": "SMS de suivi",
    "Delivery": "Livraison",
    "Handwritten card": "Carte manuscrite",
    "Exchange, return": "Échange, retour",
    "Request for a review": "Demande d’avis",
    "Answer of the support": "Réponse du SAV",
    "Customer who chases": "Client qui relance",
    "Loyalty card": "Carte de fidélité",
    "Referral": "Parrainage",
    "Private sale": "Vente privée",
}


def _felt(mean: float, half: float, answers: int, key: str) -> Measured:
    return Measured(answers, mean, max(-2.0, mean - half), min(2.0, mean + half), (), key)


def _raw(*answers: float) -> Measured:
    return Measured(len(answers), None, None, None, tuple(sorted(answers)), "felt:raw")


STAGES: list[tuple] = [
    # name, goal, owner, reached, entered, left, open, admitted, median, target, returned
    (
        "Coming across the brand",
        "To find a brand that is like me",
        "Marketing",
        6840,
        6840,
        1560,
        70,
        0.25,
        777600,
        None,
    ),
    ("Research", "To check that they have what I want", "Marketing", 5210, 4870, 1245, 75, 0.26, 194400, 259200),
    ("Comparison", "To be sure of the size and the fabric", "E-commerce", 3890, 3790, 1040, 90, 0.30, 97200, 172800),
    ("Decision", "To know the real price, without surprise", "E-commerce", 2760, 2760, 1318, 62, 0.35, 2760, 600),
    ("Purchase", "To pay fast and feel safe", "E-commerce", 1380, 1380, 72, 12, 0.08, 180, 180),
    (
        "Delivery and use",
        "To get it on time and feel good in it",
        "Logistics",
        1296,
        1296,
        98,
        48,
        0.08,
        504000,
        259200,
    ),
    (
        "Feedback and support",
        "To be heard without chasing",
        "Customer service",
        1150,
        905,
        556,
        54,
        0.35,
        252000,
        86400,
    ),
    ("Loyalty", "To be recognised, to want to tell others", "Marketing", 540, 540, 92, 86, 0.20, 5270400, 7776000),
]
STATIONS: list[list[tuple]] = [
    [
        ("Instagram reel", "social", "Marketing", 4210, 0.6, _raw(1, 1, 0, 2, 0, 1)),
        ("Article “Wearing linen”", "page", "Marketing", 1322, 0.5, None),
        ("Workshop window", "shop", "Shop", 1308, 1.0, _felt(1.1, 0.38, 34, "felt:window")),
    ],
    [
        ("Google search", "search", "Marketing", 3120, 0.3, None),
        ("Answer of an AI assistant", "spark", None, 318, None, None),
        ("Collection page", "web", "E-commerce", 4410, 0.6, None),
    ],
    [
        ("Product page", "web", "E-commerce", 3790, 0.9, _felt(0.8, 0.14, 212, "felt:product")),
        ("Customer reviews", "star", "Marketing", 2104, 0.9, _felt(1.2, 0.2, 88, "felt:reviews")),
        ("Question by chat", "chat", "Customer service", 331, 1.0, _felt(0.2, 0.28, 64, "felt:chat")),
    ],
    [
        ("Cart", "cart", "E-commerce", 2760, 0.7, _felt(0.3, 0.17, 145, "felt:cart")),
        ("Delivery cost", "tag", "Logistics", 2511, 0.1, _felt(-1.3, 0.1, 302, "felt:cost"), True, 1),
        ("Account creation", "user", "E-commerce", 1804, 0.1, _felt(-0.9, 0.19, 121, "felt:account")),
        ("Cart reminder", "mail", "Marketing", 412, 0.5, _felt(-0.2, 0.55, 18, "felt:reminder")),
    ],
    [
        ("Payment", "card", "E-commerce", 1380, 0.5, _felt(0.4, 0.11, 260, "felt:payment")),
        ("Confirmation", "mail", "E-commerce", 1371, 1.0, _felt(0.0, 0.1, 410, "felt:confirmation")),
        ("Pick-up at the workshop", "store", "Shop", 96, 1.2, _felt(1.1, 0.27, 41, "felt:pickup")),
    ],
    [
        ("Tracking text message", "sms", "Logistics", 1109, 0.8, _felt(-0.1, 0.27, 58, "felt:sms")),
        ("Delivery", "parcel", "Logistics", 1284, 1.2, _felt(-0.7, 0.1, 386, "felt:delivery"), True, 3),
        ("Handwritten card", "pen", "Workshop", 1251, 1.4, _felt(1.8, 0.08, 174, "felt:card")),
        ("Exchange, return", "back", "Logistics", 172, 0.3, _felt(-0.4, 0.3, 47, "felt:return")),
    ],
    [
        ("Request for a review", "star", "Marketing", 841, 0.8, _felt(0.1, 0.2, 96, "felt:request")),
        (
            "Answer of the support",
            "help",
            "Customer service",
            512,
            0.6,
            _felt(-1.5, 0.13, 184, "felt:support"),
            True,
            2,
        ),
        ("Customer who chases", "phone", None, 128, None, _felt(-1.7, 0.3, 23, "felt:chase")),
    ],
    [
        ("Loyalty card", "gift", "Marketing", 402, 1.0, _felt(0.7, 0.25, 72, "felt:loyalty")),
        ("Referral", "people", None, 61, 1.2, None),
        ("Private sale", "shop", "Shop", 88, 1.6, _felt(1.7, 0.24, 28, "felt:sale")),
    ],
]
MEANS = [
    None,
    None,
    (0.8, 0.1, 364),
    (-0.8, 0.1, 586),
    (0.2, 0.08, 711),
    (0.0, 0.1, 665),
    (-1.0, 0.11, 303),
    (1.0, 0.2, 100),
]
EXPECTED = [0.7, 0.45, 0.93, 0.35, 0.9, 0.93, 0.7, 1.27]
QUOTES = [
    (
        "Vu sur un reel, j’ai gardé l’adresse tout de suite.",
        "Saw a reel, kept the address at once.",
        "Instagram, avril",
    ),
    None,
    (
        "Les avis avec photos m’ont décidée. Le chat, lui, a mis vingt minutes.",
        "The reviews with photos decided me. The chat took twenty minutes.",
        "Chat, mai",
    ),
    (
        "7,90 € de port annoncés à la toute fin, après m’avoir fait créer un compte.",
        "€7.90 delivery announced at the very end, after making me create an account.",
        "Enquête de sortie, juin",
    ),
    (
        "Rapide, rien à dire. Mais un mail de robot, pas un merci.",
        "Fast, nothing to say. But a robot’s mail, no thank you.",
        "Enquête, mai",
    ),
    (
        "Six jours sans nouvelles… puis cette carte écrite à la main, adorable.",
        "Six days without news… then that handwritten card, adorable.",
        "Avis, juin",
    ),
    (
        "J’ai relancé trois fois pour un échange. Personne ne sait qui s’en occupe.",
        "I chased three times for an exchange. Nobody knows who is in charge.",
        "E-mail, juin",
    ),
    (
        "Invitée à l’atelier, je ne suis pas repartie les mains vides.",
        "Invited to the workshop, I did not leave empty-handed.",
        "Boutique, juin",
    ),
]
INDICATORS = [
    [("Cost per visit", "Coût par visite", "0,42 €", "≤ 0,50 €", "kept")],
    [("Visits from AI", "Visites par IA", "9 %", None, "unknown")],
    [("Page to cart", "De la fiche au panier", "71 %", "≥ 70 %", "kept")],
    [("Abandoned carts", "Paniers abandonnés", "48 %", "≤ 35 %", "missed")],
    [("Payments that succeed", "Paiements réussis", "98,2 %", "≥ 98 %", "kept")],
    [("Parcels on time", "Colis livrés à temps", "68 %", "≥ 95 %", "missed")],
    [("Effort, 1 to 7", "Effort, de 1 à 7", "4,6", "< 3", "missed"), ("NPS", "NPS", "−8", "≥ +30", "missed")],
    [("Repurchase in 90 days", "Rachat à 90 jours", "31 %", "≥ 28 %", "kept")],
]


def rich(language: str = "fr") -> MapPicture:
    """Eight stages, lived and felt, in the given language."""

    def say(english: str | None) -> str | None:
        return FR.get(english, english) if english is not None and language == "fr" else english

    stages = []
    for place, row in enumerate(STAGES):
        name, goal, owner, reached, entered, left, still, admitted, median, target = row
        following = STAGES[place + 1][3] if place + 1 < len(STAGES) else 0
        number, mean, quote = place + 1, MEANS[place], QUOTES[place]
        stages.append(
            StageColumn(
                id=f"s{number}",
                number=number,
                name=say(name),
                goal=say(goal),
                owner=say(owner),
                reached=Figure(reached, f"reached:s{number}"),
                entered=Figure(entered, f"entered:s{number}"),
                left=Figure(left, f"left:s{number}"),
                open=Figure(still, f"open:s{number}"),
                arrived=Figure(reached - left - still - following, f"arrived:s{number}"),
                returned=Figure(86 if number == 3 else 0, f"returned:s{number}"),
                leak=left / entered,
                admitted=admitted,
                median_seconds=median,
                lower_seconds=median / 2,
                upper_seconds=median * 2,
                timed=Figure(entered - left, f"timed:s{number}"),
                target_seconds=target,
                expected=EXPECTED[place],
                felt=_felt(*mean, f"felt:s{number}") if mean else (_raw(1, 1, 0, 2, 0, 1) if place == 0 else None),
                stations=tuple(_station(number, at, say, *cells) for at, cells in enumerate(STATIONS[place])),
                indicators=tuple(
                    Indicator(french if language == "fr" else english, value, goal_, verdict, None, None)
                    for english, french, value, goal_, verdict in INDICATORS[place]
                ),
                quote=Quote(quote[0] if language == "fr" else quote[1], quote[2]) if quote else None,
                pin={4: 1, 7: 2, 6: 3}.get(number),
            )
        )
    people = {f"left:s{n}": [f"client-{n}{i:04d}" for i in range(min(200, row[5]))] for n, row in enumerate(STAGES, 1)}
    people |= {f"entered:s{n}": [f"client-{n}{i:04d}" for i in range(200)] for n in range(1, 9)}
    totals = {f"left:s{n}": row[5] for n, row in enumerate(STAGES, 1)}
    totals |= {f"entered:s{n}": row[4] for n, row in enumerate(STAGES, 1)}
    return replace(_words(language), stages=tuple(stages), people=people, people_total=totals)


def _station(number: int, at: int, say, name, icon, owner, persons, expected, felt, truth=False, pin=None) -> Station:
    figure = Figure(persons, f"touchpoint:s{number}.{at}")
    return Station(f"t{number}.{at}", say(name), icon, say(icon), say(owner), truth, figure, expected, felt, pin)


def _words(language: str) -> MapPicture:
    if language == "fr":
        return MapPicture(
            title="Maison Sorbier",
            subtitle="prêt-à-porter · 1er avril au 30 juin 2026 · données fictives",
            language="fr",
            headline="On perd les gens à la décision, on les déçoit après l’achat.",
            lost=(
                "À la décision, 1\u202f318 personnes sur 2\u202f760 s’en vont\u00a0: 48\u00a0% au lieu des 35\u00a0% prévus.",
                "Au SAV, 239 de trop. Partout ailleurs, les départs restent dans ce que la carte prévoit.",
            ),
            felt=(
                "Piégés par les frais de port (−1,3), abandonnés par le SAV (−1,5). Le plan prévoyait +0,1 et +0,6.",
                "La carte écrite à la main est leur plus beau souvenir (+1,8). À la recherche, personne n’a été interrogé.",
            ),
            findings=(
                Finding(
                    1,
                    "leak",
                    "Montrer le port dès la fiche, vendre sans compte.",
                    "E-commerce · 352 départs de trop",
                    "s4",
                    "left:s4",
                ),
                Finding(
                    2,
                    "feeling",
                    "Un responsable par ticket, réponse sous 4 h.",
                    "Service client · promesse tenue à 41\u00a0%",
                    "s7",
                    "felt:s7",
                ),
                Finding(
                    3,
                    "time",
                    "Prévenir dès qu’un colis tarde.",
                    "Logistique · 5 j 20 h au lieu de 3 j",
                    "s6",
                    "timed:s6",
                ),
            ),
            stages=(),
            notes=(
                "Intervalles à 95\u00a0%. Départs prévus\u00a0: l’objectif fixé sur la carte pour chaque étape.",
                "Les personnes encore en route ne comptent jamais comme perdues.",
                "Sous 10 réponses, pas de moyenne\u00a0; sans réponse, pas de courbe.",
            ),
        )
    return MapPicture(
        title="Maison Sorbier",
        subtitle="fashion · 1 April to 30 June 2026 · invented data",
        language="en",
        headline="We lose people at the decision and disappoint them after the purchase.",
        lost=(
            "At the decision, 1,318 of 2,760 people leave: 48% instead of the 35% allowed.",
            "In support, 239 too many. Everywhere else, leaving stays within what the map allows.",
        ),
        felt=(
            "Trapped by the delivery cost (−1.3), abandoned by the support (−1.5). The plan expected +0.1 and +0.6.",
            "The handwritten card is their best memory (+1.8). During research, nobody was asked.",
        ),
        findings=(
            Finding(
                1,
                "leak",
                "Show the delivery cost on the product page, sell without an account.",
                "E-commerce · 352 leave beyond the target",
                "s4",
                "left:s4",
            ),
            Finding(
                2,
                "feeling",
                "One owner per ticket, an answer within 4 hours.",
                "Customer service · promise kept 41% of the time",
                "s7",
                "felt:s7",
            ),
            Finding(
                3,
                "time",
                "Tell them as soon as a parcel is late.",
                "Logistics · 5 d 20 h instead of 3 d",
                "s6",
                "timed:s6",
            ),
        ),
        stages=(),
        notes=(
            "Intervals are at 95%. Admitted leaving: the target that the map sets for each stage.",
            "People still on their way are never counted as lost.",
            "Under 10 answers no mean; without answers no curve.",
        ),
    )


def discovered() -> MapPicture:
    """A map drafted from a log in English: no goals, owners, targets or feelings; long technical names."""
    rows = [
        ("A_SUBMITTED", 13087, 0, 0, 13087, 21),
        ("A_PARTLYSUBMITTED", 13087, 3441, 12, 13087, 40),
        ("A_PREACCEPTED", 9634, 2266, 31, 7367, 86400 * 2),
        ("O_SENT_BACK and W_Nabellen offertes", 7337, 2815, 188, 5015, 86400 * 9),
        ("A_ACTIVATED", 4334, 0, 2088, 2246, 86400 * 14.2),
    ]
    stages = []
    for place, (name, reached, left, still, entered, median) in enumerate(rows):
        following = rows[place + 1][1] if place + 1 < len(rows) else 0
        n = place + 1
        stages.append(
            StageColumn(
                f"s{n}",
                n,
                name,
                None,
                None,
                Figure(reached, f"reached:s{n}"),
                Figure(entered, f"entered:s{n}"),
                Figure(left, f"left:s{n}"),
                Figure(still, f"open:s{n}"),
                Figure(reached - left - still - following, f"arrived:s{n}"),
                Figure(0),
                left / entered,
                None,
                median,
                median / 3,
                median * 3,
                Figure(entered - left, f"timed:s{n}"),
                None,
                None,
                None,
                tuple(
                    Station(
                        f"t{n}{k}", f"{name} {word}", "page", None, None, False, Figure(entered - 31 * k), None, None
                    )
                    for k, word in enumerate(("COMPLETE", "SCHEDULE", "START")[: 1 + place % 3])
                ),
            )
        )
    return MapPicture(
        "bpic2012",
        "262,200 events · 1 October 2011 to 14 March 2012",
        "en",
        "Most people leave after A_PARTLYSUBMITTED.",
        ("26% of those who enter A_PARTLYSUBMITTED leave there: 3,441 people.",),
        (),
        (Finding(1, "leak", "Look at A_PARTLYSUBMITTED first.", "3,441 people leave there", "s2", "left:s2"),),
        tuple(stages),
        ("This map was drafted from the log. Nobody has checked it yet.",),
        {"left:s2": [str(173688 + i) for i in range(200)]},
        {"left:s2": 3441},
    )


def crowded() -> MapPicture:
    """Twelve stages of five to twenty touchpoints, sixty and more in all, very long French words and huge numbers."""
    stages = []
    reached = 12_345_678
    for n in range(1, 13):
        left, still, arrived = reached // 3, reached // 900, reached // 50 if n in (5, 9) else 0
        following = reached - left - still - arrived
        if n == 12:
            arrived, following = following, 0
        many = 20 if n == 3 else 0 if n == 7 else 5
        stages.append(
            StageColumn(
                f"s{n}",
                n,
                "Anticonstitutionnellement" if n == 2 else f"Étape d’approfondissement contractuel {n}",
                "Ne pas me perdre dans l’incompréhensibilité administrative" if n % 2 else None,
                "Direction de l’interprofessionnalité" if n % 3 else None,
                Figure(reached, f"reached:s{n}"),
                Figure(reached - reached // 7, f"entered:s{n}"),
                Figure(left, f"left:s{n}"),
                Figure(still),
                Figure(arrived),
                Figure(reached // 11),
                left / reached,
                0.3 if n % 2 else None,
                3.5e7 if n == 4 else 0.4,
                1.0,
                2.0,
                Figure(left),
                86400.0 if n % 2 else None,
                0.5,
                _felt(((n % 5) - 2) * 0.9, 0.3, 31 + n, f"felt:s{n}") if n % 4 else None,
                tuple(
                    Station(
                        f"t{n}.{k}",
                        f"Télétransmission dématérialisée {k}" if k % 2 else "Courriel",
                        "mail" if k % 2 else "nothing",
                        "web",
                        "Service relation" if k % 3 else None,
                        k == 1,
                        Figure(reached // (k + 2)),
                        0.3,
                        _felt(1.5 - 0.3 * k, 0.2, 12 + 9 * k, f"felt:t{n}.{k}") if n in (1, 2, 6) else None,
                    )
                    for k in range(many)
                ),
                (Indicator("Taux de recommandation", "−100", "≥ +100", "missed", "±\u00a024, 12 réponses"),)
                if n % 2
                else (),
                Quote("Incompréhensible, interminable, inadmissible. " * 4, "Enquête") if n == 6 else None,
                pin=1 if n == 2 else None,
            )
        )
        reached = following
    return MapPicture(
        "Interprofession nationale",
        "12 345 678 voyages",
        "fr",
        "Les départs dépassent partout ce qui était prévu.",
        ("À l’étape 1, un tiers s’en va.",),
        ("Le ressenti baisse à l’étape 6.",),
        (Finding(1, "leak", "Simplifier l’entrée.", "Un tiers s’en va", "s2", None),),
        tuple(stages),
        ("Rien à ajouter.",),
    )


def empty() -> MapPicture:
    """No stage, nobody, nothing to say."""
    return MapPicture("Vide", "", "fr", "Rien n’a encore été vécu.", (), (), (), ())


def planned(language: str = "fr") -> MapPicture:
    """The shop with its plan: promises, every kind of deviation, stages in each quadrant, one too few to say."""
    rich_ = rich(language)

    def say(french: str, english: str) -> str:
        return french if language == "fr" else english

    vows = (
        _vow("quote", say("Les frais de port annoncés dès la fiche", "Delivery costs told on the product page"), rich_, 3, 141, 499, 0.9),
        _vow("support", say("Une réponse du SAV sous quatre heures ouvrées", "An answer from support within four working hours"), rich_, 6, 78, 112, 0.9),
        _vow("parcel", say("Livré sous trois jours ouvrés", "Delivered within three working days"), rich_, 5, 880, 20, 0.95),
        _vow("card", say("Une carte à chaque anniversaire", "A card on every birthday"), rich_, 7, 0, 0, 1.0),
    )  # fmt: skip
    scores: list[tuple] = [
        (None, None, None, None, False), (82, None, None, None, False), (74, 68, "aligned", True, False),
        (44, 31, "broken", True, False), (92, 52, "cold", True, True), (46, 62, "warm", False, True),
        (38, 21, "broken", True, True), (51, 78, "warm", True, True),
    ]  # fmt: skip
    kinds: list[tuple] = [
        (), (("adhoc", 318),), (("late", 96),),
        (("missing", 388), ("adhoc", 22), ("failing", 214), ("out_of_sequence", 640), ("late", 499)),
        (("failing", 25),), (("missing", 187), ("late", 72)), (("adhoc", 128), ("out_of_sequence", 92)), (("missing", 214),),
    ]  # fmt: skip
    stages = tuple(
        replace(
            stage,
            promises=tuple(vow for vow in vows if vow.stage == stage.name),
            deviations=tuple(DeviationCount(kind, Figure(n, f"stage:{stage.id}:{kind}")) for kind, n in kinds[at]),
            aligned=_scored(stage, *scores[at]),
        )
        for at, stage in enumerate(rich_.stages)
    )
    told = Compared("28 % ↔ 46 %", "−18, −24 … −12", True)
    unsure = Compared("34 % ↔ 37 %", "−3, −9 … +3", False)
    plan = PlanShown(
        deviating=Figure(2210, "journey:deviating"),
        trips=6840,
        promises=vows,
        deviations=tuple(
            DeviationShown(kind, station.name, stage.name, station.owner, Figure(n, f"touchpoint:{station.id}:{kind}"),
                           n / stage.entered.count, n + 3, told if n > 300 else unsure, None, Compared("−0,2", None, False))
            for stage, found in zip(stages, kinds, strict=True) for station, (kind, n) in zip(stage.stations, found, strict=False)
        ),
        more_deviations=4,
        spread=(
            DeviationSpread("owner", "Marketing", (DeviationCount("missing", Figure(388, "owner:marketing:missing")),)),
            DeviationSpread("channel", say("Téléphone", "Telephone"), (DeviationCount("late", Figure(7, "channel:phone:late")),)),
        ),
        scale=AlignmentScale(60, 15, 57, 2210),
    )  # fmt: skip
    return replace(rich_, stages=stages, plan=plan)


def _vow(id: str, statement: str, picture: MapPicture, at: int, kept: int, broken: int, target: float) -> PromiseShown:
    settled, stage = kept + broken, picture.stages[at]
    share = kept / settled if settled else None
    figures = {
        state: Figure(n, f"promise:{id}:{state}")
        for state, n in (("given", settled), ("kept", kept), ("broken", broken), ("unmet", broken // 4), ("pending", 2))
    }
    return PromiseShown(
        id, statement, stage.stations[0].name, stage.name, stage.owner, "4 h", target, share,
        None if share is None else max(0.0, share - 0.05), None if share is None else min(1.0, share + 0.05),
        None if share is None else share >= target, median="22 h 48 min", slowest=None,
        feeling=Compared("−0,8 ↔ −0,1", "−0,7, −0,9 … −0,6", True), **figures,
    )  # fmt: skip


def _scored(stage, ours, theirs, quadrant, certain, drift) -> Aligned:
    few = (12.0, 50.0, 75.0) if theirs is None and ours is not None else ()
    parts = (
        PartShown("on_time", 41.0, 2, "78/190", f"stage:{stage.id}:kept"),
        PartShown("as_planned", None, 2, "", None),
        PartShown("forward", 100.0, 2, "540/905", f"stage:{stage.id}:went_on"),
        PartShown("carried", 80.0, 1, "4/5", None),
    )
    return Aligned(
        ours, None if ours is None else ours - 3, None if ours is None else ours + 3,
        theirs, None if theirs is None else theirs - 5, None if theirs is None else theirs + 5,
        few, Figure(62, f"felt:{stage.id}"), stage.reached, quadrant, bool(certain), drift,
        None if ours is None or theirs is None else theirs - ours, parts,
        None if theirs is None else max(0, 60 - ours) + max(0, 60 - theirs), "1 013",
        {"s4": 1, "s7": 2, "s6": 3}.get(stage.id),
    )  # fmt: skip


def told(language: str = "fr") -> MapPicture:
    """The shop with all that its team knows and plans: pain points, actions, personas, evidence, layers, steps."""
    planned_ = planned(language)

    def say(french: str, english: str) -> str:
        return french if language == "fr" else english

    pains = (
        PainShown(say("Les frais de port arrivent à la fin", "Delivery costs come at the end"), None, say("Frais de port", "Delivery cost"), 5, 0.62, None, ("Claire",), say("mesuré", "measured"), False),
        PainShown(say("Un compte exigé pour acheter", "An account is demanded to buy"), say("Douze champs.", "Twelve fields."), say("Décision", "Decision"), 3, None, None, (), say("supposé", "assumed"), True),
        PainShown(say("Rien n’est dit des délais de livraison exceptionnels", "Nothing is said of exceptional delays"), None, None, None, 0.1, say("enquête 2026", "survey 2026"), (), None, False),
    )  # fmt: skip
    deeds = (
        DeedShown(say("Dire le port dès la fiche", "Tell delivery costs on the page"), None, False, "planned", say("Frais de port", "Delivery cost"), "E-commerce", None, 64.0),
        DeedShown(say("Acheter sans compte", "Buy without an account"), None, False, "idea", say("Décision", "Decision"), None, None, None),
        DeedShown(say("Prévenir d’un retard par SMS", "Tell of a delay by text message"), None, True, "done", say("Réception et usage", "Delivery and use"), say("Logistique", "Logistics"), say("fait le 2 mars 2026", "done on 2 Mar 2026"), None),
        DeedShown(say("Un responsable par ticket", "One person per ticket"), None, True, "doing", None, None, say("pour le 1er juin 2026", "due on 1 Jun 2026"), None),
    )  # fmt: skip
    personas = (
        PersonaShown("claire", say("Claire, pressée", "Claire, in a hurry"), say("Achète le soir, au téléphone.", "Buys in the evening, on her phone."), (say("Trouver sa taille", "To find her size"),), (), (say("Créer un compte", "Creating an account"),), (), say("Je n’ai pas une heure pour une chemise.", "I do not have an hour for a shirt."), say("étudié", "researched"), False, (say("Onze entretiens", "Eleven interviews"),)),
        PersonaShown("malik", say("Malik, fidèle", "Malik, loyal"), None, (), (say("Être reconnu", "To be recognised"),), (), (say("Patient", "Patient"),), None, say("supposé", "assumed"), True, ()),
    )  # fmt: skip
    evidence = (
        EvidenceShown(say("Onze entretiens", "Eleven interviews"), say("entretien · 12 mars 2026 · 11 personnes", "interview · 12 Mar 2026 · 11 people"), say("Neuf sur onze ont abandonné au port.", "Nine of eleven gave up at the delivery cost."), (say("J’ai cru à une erreur.", "I thought it was a mistake."),), "https://example.org/interviews"),
    )  # fmt: skip
    process = say(
        "Le port se dit **le jour même**.\n\n- en clair\n- *jamais* à la fin\n\nVoir [la méthode](https://example.org/quote).",
        "Delivery is told **the same day**.\n\n- in plain words\n- *never* at the end\n\nSee [the method](https://example.org/quote).",
    )
    about = About(
        None,
        process,
        ((say("En répond", "Answers for it"), "E-commerce"),),
        (LinkShown(say("Modèle", "Template"), "https://example.org/t"),),
    )
    layers = ("frontstage", "customer", "evidence", None, "backstage", "support")
    stages, drawn = [], 0
    for stage in planned_.stages:
        stations = []
        for station in stage.stations:
            step = None
            if stage.id == "s4":
                step = (
                    say("On se parle", "We talk")
                    if len(stations) < 2
                    else say("On pèse le pour et le contre", "They weigh it up")
                )
            stations.append(
                replace(station, layer=layers[drawn % 6], step=step, about=about if station.id == "t4.1" else None)
            )
            drawn += 1
        names = {stage.name, *(station.name for station in stage.stations)}
        stages.append(
            replace(
                stage,
                stations=tuple(stations),
                pains=tuple(pain for pain in pains if pain.place in names),
                deeds=tuple(deed for deed in deeds if deed.place in names),
                deeper=LinkShown(say("Le devis en détail", "The quote in detail"), "quote.html")
                if stage.id == "s4"
                else None,
            )
        )
    setting = (
        (
            say("Situation", "Scenario"),
            say("Une cliente cherche une chemise pour l’été.", "A client looks for a shirt for the summer."),
        ),
    )
    return replace(planned_, stages=tuple(stages), story=Story(setting, pains, deeds, personas, evidence))
