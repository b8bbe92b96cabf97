""" "Cap Clair", an invented coaching practice: the company of the coach template, which the demo plays.

Its story. Research is as it should be: questions are answered in time, and people feel it. The purchase is efficient
but cold: everything works by itself, without a word from anybody. The coaching is warm but disorganised: people love
the sessions, while welcome and notes come late or never. The decision is broken: the quote comes late, nobody calls
back, far too many go silent. The discovery call comes late, even with two evenings a week from the second month on, and
once the coaching is over answers are slow.
"""

from __future__ import annotations

from parcours.language.translation import Language
from parcours.simulate.planting import Change, Deviation, Kept, Persona
from parcours.simulate.scenario import Feeling, Scenario, Verbatims

DAY = 86_400.0
_SENT = """
article_read visit page_viewed guide_downloaded newsletter_opened question_asked question_answered
prequalification_submitted booking_made booking_moved reminder_sent call_held call_missed quote_sent
quote_opened quote_followed_up quote_accepted quote_refused contract_sent contract_signed payment_started
payment_failed purchase invoice_sent welcome_sent kickoff_held session_held session_moved document_shared
document_opened support_asked support_answered final_review_held review_sent survey_sent survey_answered
testimonial_requested testimonial_given check_in_sent check_in_answered referral_made renewal_proposed
renewal_accepted
"""
NAMES = tuple(_SENT.split())
"""What its tools call the events; the template also knows what other tools call them."""


def scenario(language: Language) -> Scenario:
    """Return 2,400 people who came in two months, followed for over three; they write in ``language``."""
    return Scenario(
        persons=2_400,
        seed=20_260_105,
        start="2026-01-05",
        days=100,
        arriving_days=62,
        leak={
            "awareness": 0.28,
            "research": 0.22,
            "comparison": 0.20,
            "decision": 0.54,
            "purchase": 0.06,
            "use": 0.06,
            "evaluation": 0.22,
        },
        wait={
            "awareness": 3.0 * DAY,
            "research": 2.5 * DAY,
            "comparison": 9.5 * DAY,
            "decision": 4.0 * DAY,
            "purchase": 0.7 * DAY,
            "use": 13.0 * DAY,
            "evaluation": 7.0 * DAY,
            "loyalty": 10.0 * DAY,
        },
        feelings={
            "research": (Feeling("csat", 1.15, 0.12),),
            "comparison": (Feeling("csat", 0.3, 0.14),),
            "decision": (Feeling("csat", 0.35, 0.3),),
            "purchase": (Feeling("csat", -0.45, 0.4), Feeling("ces", 0.5, 0.3)),
            "use": (Feeling("csat", 1.7, 0.6),),
            "evaluation": (Feeling("nps", 0.75, 0.4), Feeling("ces", -0.5, 0.5)),
            "loyalty": (Feeling("nps", 1.2, 0.4),),
        },
        comments=WORDS[language],
        names=NAMES,
        comment_rate=0.45,
        busy=0.2,
        chance={
            "site-pages": 0.45,
            "faq": 0.2,
            "free-guide": 0.25,
            "first-question": 0.4,
            "prequalification": 0.6,
            "prices": 0.5,
            "testimonials": 0.3,
            "documents": 1.0,
            "support": 0.6,
            "nps-survey": 1.0,
            "written-review": 0.2,
            "client-newsletter": 0.4,
            "check-in": 0.5,
        },
        again={"sessions": 0.65, "support": 0.3},
        skips=0.0,
        ids="codes",
        personas=(
            Persona("first-time", 0.5, patience=0.95),
            Persona("in-a-hurry", 0.2, patience=0.8, mood=-0.15),
            Persona("recommended", 0.3, patience=1.3, mood=0.15),
        ),
        identified_by=("free-guide", "first-question", "prequalification", "booking"),
        seasons={1: 1.3, 2: 1.0, 3: 0.8},
        late_arrival=0.03,
        wait_effect=-0.1,
        chase_effect=-0.35,
        deviations=(
            Deviation("missing", "reminder", 0.12),
            Deviation("out_of_sequence", "booking", 0.08),
            Deviation("failing", "discovery-call", 0.11),
            Deviation("missing", "quote-follow-up", 0.64),
            Deviation("out_of_sequence", "quote-follow-up", 0.06),
            Deviation("adhoc", "quote-follow-up", 0.07),
            Deviation("failing", "payment", 0.05),
            Deviation("adhoc", "invoice", 0.04),
            Deviation("missing", "welcome", 0.4),
            Deviation("missing", "kick-off", 0.35),
        ),
        promises={
            "answer-in-a-working-day": Kept(broken=0.06, chase=0.5, effect=-0.9),
            "quote-in-two-days": Kept(broken=0.6, never=0.0, effect=-0.9, loses=0.2),
            "invoice-in-an-hour": Kept(broken=0.03, effect=-0.5),
            "welcome-in-a-day": Kept(broken=0.55, effect=-0.2),
            "notes-in-two-days": Kept(broken=0.62, never=0.25, effect=-0.15),
            "support-in-a-working-day": Kept(broken=0.6, never=0.12, chase=0.6, effect=-1.0),
        },
        changes=(Change("open-evenings", "comparison", day=31, leak=0.0),),
        quadrants={
            "research": "aligned",
            "decision": "broken",
            "purchase": "efficient_but_cold",
            "use": "warm_but_disorganised",
        },
    )


_FRENCH: Verbatims = {
    "research": {
        "glad": (
            "Le guide gratuit m’a déjà fait gagner une semaine.",
            "Vous avez répondu à ma question le soir même, avec votre prénom. Ça change tout.",
            "Enfin un site qui dit à qui il s’adresse.",
        ),
        "mixed": (
            "Contenu intéressant, mais je n’ai pas compris par quoi commencer.",
            "J’ai trouvé l’information, au bout de la quatrième page.",
        ),
        "sad": (
            "J’ai posé une question par mail, j’attends encore.",
            "Beaucoup de jolies phrases, pas un exemple concret.",
        ),
    },
    "comparison": {
        "glad": (
            "Créneau trouvé en deux clics, un dimanche soir.",
            "Les tarifs sont affichés, merci : c’est si rare.",
            "Les témoignages ressemblent à ma situation, cela m’a décidée.",
        ),
        "mixed": (
            "Le formulaire est court, mais le premier créneau était loin.",
            "Bonne impression ; l’attente avant l’appel m’a un peu refroidi.",
            "J’ai déplacé l’appel une fois, sans souci. Dommage d’attendre dix jours.",
        ),
        "sad": (
            "Douze jours pour un appel de quinze minutes, j’ai failli aller voir ailleurs.",
            "Aucun créneau avant la fin du mois.",
            "Entre-temps un confrère m’avait déjà rappelé.",
            "On m’a redemandé au téléphone tout ce que j’avais écrit dans le formulaire.",
        ),
    },
    "decision": {
        "glad": (
            "Un appel où l’on m’a surtout écoutée.",
            "En quinze minutes, j’y voyais plus clair.",
            "Le devis reprenait mes mots, je savais quoi en faire.",
            "Aucune pression, une proposition nette : parfait.",
        ),
        "mixed": (
            "L’appel était très bien. Le devis, un PDF sans un mot.",
            "Prix correct, mais je ne sais pas ce qui se passe si je dis oui.",
            "J’aurais aimé qu’on en reparle avant que je décide.",
        ),
        "sad": (
            "« Voici votre devis, merci, à bientôt. » Et puis plus rien.",
            "J’ai reçu un document technique de six pages, sans explication.",
            "Personne ne m’a rappelé après le devis. J’en ai conclu que je n’étais pas un client intéressant.",
            "J’avais deux questions sur le devis, je n’ai jamais su à qui les poser.",
            "Après un si bel appel, ce mail froid… j’ai hésité, puis laissé tomber.",
        ),
    },
    "purchase": {
        "glad": (
            "Payé en une minute, facture reçue aussitôt.",
            "Le paiement en trois fois m’a bien aidé.",
            "Signature en ligne, rien à imprimer. Merci.",
        ),
        "mixed": (
            "Le paiement est passé au deuxième essai.",
            "Efficace, mais j’attendais un petit mot avec la facture.",
            "Rien à redire, rien à retenir non plus.",
        ),
        "sad": (
            "J’ai payé une machine. Pas un mot, pas un prénom.",
            "Une facture dans la minute, et aucun merci.",
            "Convention, paiement, reçu : tout est automatique, on ne s’adresse jamais à moi.",
            "Je venais de prendre une grande décision, j’ai reçu un numéro de transaction.",
        ),
    },
    "use": {
        "glad": (
            "La séance de lancement m’a remise en mouvement, j’en suis sortie avec un plan.",
            "Dès la première séance, un résultat concret. Je ne m’y attendais pas.",
            "On avance à mon rythme et chaque séance a un but.",
            "Le compte rendu, je le relis souvent.",
            "Je me suis sentie prise au sérieux du début à la fin.",
            "Mon équipe a vu la différence avant moi.",
            "Le message de bienvenue s’est fait attendre ; la première séance a tout rattrapé.",
            "Exactement le bon niveau d’exigence, avec beaucoup d’humour.",
        ),
        "mixed": (
            "Les séances sont excellentes, les exercices un peu longs.",
            "Très bien, même si deux séances ont été déplacées.",
            "Les séances sont formidables ; les comptes rendus arrivent quand ils arrivent.",
            "Je cherche encore mes documents dans l’espace client.",
        ),
        "sad": (
            "Trois semaines entre deux séances, l’élan retombe.",
            "L’exercice n’a jamais été relu.",
        ),
    },
    "evaluation": {
        "glad": (
            "Le bilan a repris mes objectifs un par un. Très parlant.",
            "Réponse le jour même, par la même personne.",
            "On m’a demandé mon avis et on s’en est servi.",
        ),
        "mixed": (
            "Bon bilan, mais il a fallu relancer pour la date.",
            "Réponse reçue, un peu sèche.",
            "L’accompagnement était bien meilleur que l’après.",
            "Le questionnaire est arrivé avant la réponse à ma question.",
        ),
        "sad": (
            "Trois relances pour obtenir une attestation.",
            "Une fois l’accompagnement terminé, plus personne ne répond.",
            "J’ai eu un accusé de réception automatique, puis une semaine de silence.",
            "J’ai raconté mon problème à trois personnes différentes.",
            "Une réponse en une ligne, sans bonjour. Après tout ce chemin, c’est froid.",
            "Toujours en attente de ma facture corrigée, c’est usant.",
        ),
    },
    "loyalty": {
        "glad": (
            "Un message trois mois après, juste pour savoir. J’ai été touchée.",
            "Je vous ai recommandés à deux amies.",
            "Je repars pour une nouvelle mission, les yeux fermés.",
        ),
        "mixed": (
            "La lettre du mois est utile, je la lis une fois sur deux.",
            "Contente, mais je n’ai pas besoin de continuer pour l’instant.",
        ),
        "sad": (
            "La proposition de renouvellement est tombée au mauvais moment.",
            "Plus de nouvelles depuis le bilan.",
        ),
    },
}

_ENGLISH: Verbatims = {
    "research": {
        "glad": (
            "The free guide alone saved me a week.",
            "You answered my question the same evening and signed with your first name. It makes a difference.",
            "At last a site that says whom it is for.",
        ),
        "mixed": (
            "Interesting reading, though I could not tell where to start.",
            "I found what I needed, on the fourth page.",
        ),
        "sad": (
            "I asked a question by e-mail and am still waiting.",
            "Plenty of pretty sentences, not one concrete example.",
        ),
    },
    "comparison": {
        "glad": (
            "Found a slot in two clicks on a Sunday night.",
            "Prices on the page, thank you: that is rare.",
            "The testimonials sounded like my own situation. That settled it.",
        ),
        "mixed": (
            "The form is short, but the first free slot was far away.",
            "A good impression; the wait before the call cooled it a little.",
            "Moving the call was easy. A pity to wait ten days for it.",
        ),
        "sad": (
            "Twelve days for a fifteen-minute call: I nearly went elsewhere.",
            "No slot before the end of the month.",
            "By then another coach had already called me back.",
            "On the phone I was asked everything I had written in the form.",
        ),
    },
    "decision": {
        "glad": (
            "A call in which I was mostly listened to.",
            "After fifteen minutes I saw things more clearly.",
            "The quote used my own words, so I knew what to do with it.",
            "No pressure and a clear offer: perfect.",
        ),
        "mixed": (
            "The call was great. The quote was a PDF without a word.",
            "A fair price, but what happens if I say yes?",
            "I would have liked to talk it over before deciding.",
        ),
        "sad": (
            "“Here is your quote, thanks, speak soon.” And then nothing.",
            "I got a six-page technical document and no explanation.",
            "Nobody called after the quote, so I supposed I was not worth the trouble.",
            "I had two questions about the quote and never found out whom to ask.",
            "After such a warm call, that cold e-mail… I hesitated, then let it go.",
        ),
    },
    "purchase": {
        "glad": (
            "Paid in a minute, invoice there at once.",
            "Paying in three instalments really helped.",
            "Signed online, nothing to print. Thank you.",
        ),
        "mixed": (
            "The payment went through on the second try.",
            "Efficient, though I expected a few words with the invoice.",
            "Nothing to complain about, nothing to remember either.",
        ),
        "sad": (
            "I paid a machine. Not a word, not a first name.",
            "An invoice within the minute, and no thank you.",
            "Agreement, payment, receipt: everything is automatic, nobody ever speaks to me.",
            "I had just made a big decision, and got a transaction number.",
        ),
    },
    "use": {
        "glad": (
            "The welcome message kept me waiting; the first session made up for everything.",
            "The kick-off got me moving again, and I left with a plan.",
            "A real result in the very first session. I had not expected that.",
            "We go at my pace and every session has a purpose.",
            "The notes arrive the same evening and I reread them often.",
            "I felt taken seriously from start to finish.",
            "My team noticed the difference before I did.",
            "Demanding in just the right way, and often funny.",
        ),
        "mixed": (
            "Excellent sessions, rather long exercises.",
            "Very good, even though two sessions were moved.",
            "The sessions are wonderful; the notes come when they come.",
            "I still hunt for my documents in the client area.",
        ),
        "sad": (
            "Three weeks between two sessions and the momentum is gone.",
            "Nobody ever read my exercise.",
        ),
    },
    "evaluation": {
        "glad": (
            "The review went through my goals one by one. Very telling.",
            "Answered the same day, by the same person.",
            "I was asked for my opinion and it was used.",
        ),
        "mixed": (
            "A good review, but I had to chase for a date.",
            "I got an answer, a rather dry one.",
            "The coaching was much better than what came after.",
            "The questionnaire came before the answer to my question.",
        ),
        "sad": (
            "Three reminders to get one certificate.",
            "Once the coaching was over nobody answered any more.",
            "An automatic receipt, then a week of silence.",
            "I told my problem to three different people.",
            "One line for an answer, without a hello. After all we had done, that is cold.",
            "Still waiting for my corrected invoice; it wears you down.",
        ),
    },
    "loyalty": {
        "glad": (
            "A message three months later, just to ask how I was. I was touched.",
            "I have recommended you to two friends.",
            "I am signing up for another round without a second thought.",
        ),
        "mixed": (
            "The monthly letter is useful, I read every other one.",
            "Happy, but I do not need to go on for now.",
        ),
        "sad": (
            "The renewal offer came at the wrong moment.",
            "No news since the review.",
        ),
    },
}

WORDS: dict[Language, Verbatims] = {"fr": _FRENCH, "en": _ENGLISH}
