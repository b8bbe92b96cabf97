"""Event names as people read them, and what they seem to mean."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

LONGEST_LABEL = 60

_CAMEL = re.compile(r"(?<=[A-Za-z][a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[\s_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACRONYMS = _words("ai api b2b b2c ces crm csat cv faq gdpr ia id kyc nps otp pdf qr rdv rgpd sav sms tv ui url ux vip")

_SUCCESS = (
    (
        0.6,
        """purchase purchased bought paid payed won sold signed transaction
        achat achete achetee paye payee paiement gagne gagnee vendu vendue signe signee
        gekocht betaald gewonnen getekend ondertekend verkocht""",
    ),
    (0.5, "approved approuve approuvee goedgekeurd"),
    (
        0.45,
        """activated converted subscribed granted
        active activee valide validee abonne abonnee souscrit souscrite geactiveerd""",
    ),
    (0.3, "accepted ordered order booked accepte acceptee commande commandee reserve reservee geaccepteerd besteld"),
    (
        0.1,
        """resolved resolve closed close completed complete finished done delivered
        resolu resolue cloture cloturee clos termine terminee livre livree
        opgelost gesloten afgerond geleverd voltooid""",
    ),
)
"""How much a word counts beside being late, 0..1: money and signatures say more than “completed”."""
_STRENGTH = {word: strength for strength, words in _SUCCESS for word in words.split()}

_FAILURE = _words(
    """declined cancelled canceled cancel refused rejected denied lost churned expired abandoned withdrawn
    annule annulee refuse refusee rejete rejetee perdu perdue resilie resiliee abandonne abandonnee expire expiree
    afgewezen geannuleerd geweigerd verloren ingetrokken"""
)
_TROUBLE = _words(
    """fail failed failure failing error errors bug crash crashed exception missed unreachable
    erreur erreurs echec echoue echouee manque manquee panne mislukt fout gemist"""
)
_NEGATION = _words("not no non un pas ne sans niet geen")
_CONTRARY = _NEGATION | _words(
    """fail failed failure error erreur echec echoue echouee mislukt refund refunded rembourse remboursee remboursement
    pending attente request requested demande demandee ask asked start started begin reminder relance ad ads search"""
)
_UNDONE_BY_NEXT = frozenset({("signed", "up"), ("signed", "in"), ("signed", "out"), ("complete", "profile")})


def readable_name(raw: str) -> str:
    """Write an event name for people: ``A_SUBMITTED`` is “A submitted”, ``addToCart`` “Add to cart”.

    Paths and addresses stay as they are; what has no visible character at all gives an empty text.
    """
    text = "".join(char if char.isprintable() else " " for char in raw[:400]).strip()
    if not any(unicodedata.category(char)[0] in "LNSP" for char in text):
        return ""
    if "/" not in text:
        text = _as_sentence(text)
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


def _as_sentence(text: str) -> str:
    words = [word for word in _SEPARATORS.split(text.lstrip("$_#@ ")) if word]
    if len(words) == 1:
        words = [word for word in re.split(r"[-.]", words[0]) if word]
    if not words:
        return text
    parts = [(part, index > 0) for word in words for index, part in enumerate(_CAMEL.split(word))]
    shouted = all(part.upper() == part for part, _inside in parts)
    sentence = " ".join(_calm(part, shouted, inside) for part, inside in parts)
    return sentence if sentence[1:2].isupper() else sentence[:1].upper() + sentence[1:]


def _calm(word: str, shouted: bool, inside: bool) -> str:
    """Lower what only code writes in capitals; acronyms and the case that somebody chose stay."""
    if word.lower() in _ACRONYMS and (word.isupper() or word.islower()):
        return word.upper()
    if (word.isupper() and (shouted or len(word) > 3)) or (inside and not word.isupper()):
        return word.lower()
    return word


@lru_cache(maxsize=4_096)
def words_of(raw: str) -> tuple[str, ...]:
    """Split a name into its words, lower case and without accents."""
    flat = unicodedata.normalize("NFKD", _CAMEL.sub(" ", raw[:400])).casefold()
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    return tuple(re.findall(r"[^\W\d_]+", flat))


def success_strength(raw: str) -> float:
    """Return how strongly a name speaks of success (0: not at all), in English, French or Dutch."""
    words = words_of(raw)
    if _FAILURE.intersection(words) or _CONTRARY.intersection(words):
        return 0.0
    if any(pair in _UNDONE_BY_NEXT for pair in pairwise(words)):
        return 0.0
    return max((_STRENGTH.get(word, 0.0) for word in words), default=0.0)


def speaks_of_trouble(raw: str) -> bool:
    """Return whether a name speaks of something that went wrong and may go right the next time."""
    words = words_of(raw)
    return bool(_TROUBLE.intersection(words)) and not _NEGATION.intersection(words)


def speaks_of_failure(raw: str) -> bool:
    """Return whether a name speaks of a trip that ends without success, in English, French or Dutch."""
    words = words_of(raw)
    return bool(_FAILURE.intersection(words)) and not _NEGATION.intersection(words)
