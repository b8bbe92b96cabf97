"""What simulated customers write, by mood, where a company has no words of its own. Written for Parcours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parcours.language.translation import Language
from parcours.simulate.scenario import Mood

GENERAL: dict[Language, Mapping[Mood, Sequence[str]]] = {
    "fr": {
        "glad": (
            "Simple et rapide, merci.",
            "Très bon contact, on se sent attendu.",
            "Tout s’est passé comme annoncé.",
            "Réponse claire, du premier coup.",
            "Agréable, je reviendrai.",
        ),
        "mixed": (
            "Correct, sans plus.",
            "Le résultat est là, mais c’était un peu long.",
            "Bien dans l’ensemble, quelques informations manquaient.",
            "Ni bon ni mauvais souvenir.",
            "Aimable, mais j’ai dû reposer ma question.",
        ),
        "sad": (
            "J’ai dû relancer deux fois.",
            "Toujours pas de réponse.",
            "Je ne sais pas où en est ma demande.",
            "Trop long pour si peu.",
            "On m’a renvoyé d’une personne à l’autre.",
        ),
    },
    "en": {
        "glad": (
            "Quick and easy, thank you.",
            "Lovely contact, I felt expected.",
            "Everything went exactly as announced.",
            "A clear answer, first time.",
            "A pleasant experience, I will be back.",
        ),
        "mixed": (
            "Fine, nothing more.",
            "It worked out, but it took a while.",
            "Good overall, some information was missing.",
            "Neither a good nor a bad memory.",
            "Friendly, but I had to ask twice.",
        ),
        "sad": (
            "I had to chase you twice.",
            "Still no answer.",
            "I have no idea where my request stands.",
            "Far too long for so little.",
            "I was passed from one person to the next.",
        ),
    },
}
