"""A map to begin with where no template fits: the eight usual stages, what people want at each, and nothing else."""

from __future__ import annotations

from parcours.mapdoc.document import JourneyMap, Stage
from parcours.mapdoc.text import LanguageCode, Text

_STAGES = (
    (
        "awareness",
        "Prise de conscience",
        "Awareness",
        "Je veux comprendre ce dont j’ai besoin",
        "I want to understand what I need",
    ),
    ("research", "Recherche", "Research", "Je veux savoir ce qui existe", "I want to know what there is"),
    (
        "comparison",
        "Comparaison",
        "Comparison",
        "Je veux choisir sans perdre mon temps",
        "I want to choose without wasting my time",
    ),
    (
        "decision",
        "Décision",
        "Decision",
        "Je veux savoir ce que j’obtiens et à quel prix",
        "I want to know what I get and at what price",
    ),
    ("purchase", "Achat", "Purchase", "Je veux payer simplement", "I want to pay simply"),
    (
        "use",
        "Réception et usage",
        "Reception and use",
        "Je veux que ce soit comme promis",
        "I want it to be as promised",
    ),
    (
        "evaluation",
        "Évaluation et SAV",
        "Evaluation and support",
        "Je veux être entendu sans relancer",
        "I want to be heard without chasing",
    ),
    (
        "loyalty",
        "Fidélisation et recommandation",
        "Loyalty and referral",
        "Je veux une raison de revenir",
        "I want a reason to come back",
    ),
)


def blank_map(title: str, language: LanguageCode) -> JourneyMap:
    """Return a valid map of the eight usual stages in French and English, without touchpoints."""
    return JourneyMap(
        id="map",
        title=Text({language: title}),
        default_language=language,
        evidence_level="assumed",
        stages=tuple(
            Stage(id, Text({"fr": french, "en": english}), goal=Text({"fr": veut, "en": wants}))
            for id, french, english, veut, wants in _STAGES
        ),
    )
