"""“Quart d’Heure”, an invented maker of scheduling software: the company of the B2B SaaS template.

Its story. The chat answers within minutes, and people feel it. The demo is loved, but what should follow it comes late:
the free trial, the proposal, the call that was announced. Getting started is broken: the onboarding call is held weeks
later, teams have tried alone and lost heart. Support is quick and cold: every ticket is answered in time, with a
canned reply. Half of those who settle in renew, and say so. Half-way, a demo button under every price makes
more of those who compare book one.
"""

from __future__ import annotations

from parcours.language.translation import Language
from parcours.simulate.planting import Change, Deviation, Kept, Persona
from parcours.simulate.scenario import Feeling, Scenario, Verbatims

DAY = 86_400.0
_SENT = """
visit article_read page_viewed tour_watched guide_downloaded chat_started chat_answered demo_booked reminder_sent
record_prepared demo_held demo_missed trial_offered trial_started proposal_sent proposal_opened
proposal_followed_up deal_accepted deal_lost plan_chosen agreement_signed payment_started payment_failed
subscription_started invoice_sent welcome_sent onboarding_held onboarding_missed teammate_invited
integration_connected integration_failed first_value_reached help_article_read ticket_opened ticket_answered
survey_sent survey_answered review_held newsletter_opened renewal_paid subscription_cancelled review_requested
review_given referral_made
"""
NAMES = tuple(_SENT.split())
"""What its tools call the events; the template also knows what other tools call them."""


def scenario(language: Language) -> Scenario:
    """Return 6,000 people who came in eleven weeks, followed for half a year; they write in ``language``."""
    return Scenario(
        persons=6_000,
        seed=20_260_112,
        start="2026-01-05",
        days=180,
        arriving_days=77,
        leak={
            "awareness": 0.46,
            "research": 0.42,
            "comparison": 0.46,
            "decision": 0.53,
            "purchase": 0.05,
            "use": 0.38,
            "evaluation": 0.15,
        },
        wait={
            "awareness": 3.0 * DAY,
            "research": 3.0 * DAY,
            "comparison": 2.5 * DAY,
            "decision": 9.0 * DAY,
            "purchase": 0.8 * DAY,
            "use": 17.0 * DAY,
            "evaluation": 18.0 * DAY,
            "loyalty": 22.0 * DAY,
        },
        feelings={
            "research": (Feeling("csat", 1.25, 0.15),),
            "comparison": (Feeling("csat", 0.9, 0.12),),
            "decision": (Feeling("csat", 1.7, 0.4),),
            "purchase": (Feeling("ces", 0.5, 0.4),),
            "use": (Feeling("csat", 0.15, 0.55),),
            "evaluation": (Feeling("nps", 0.55, 0.45), Feeling("csat", -0.35, 0.5), Feeling("ces", -0.3, 0.4)),
            "loyalty": (Feeling("nps", 1.3, 0.45),),
        },
        comments=WORDS[language],
        names=NAMES,
        comment_rate=0.5,
        busy=0.2,
        amount=290.0,
        amounts={"renewal": 290.0},
        chance={
            "feature-pages": 0.6,
            "product-tour": 0.3,
            "guide": 0.3,
            "chat-question": 0.35,
            "comparison-page": 0.6,
            "pricing": 0.85,
            "customer-cases": 0.3,
            "security-page": 0.25,
            "trial-started": 0.75,
            "integration": 0.5,
            "help-article": 0.5,
            "ticket": 0.7,
            "business-review": 0.4,
            "release-news": 0.5,
            "renewal": 0.8,
            "cancellation": 0.12,
            "public-review": 0.3,
            "referral": 0.2,
        },
        again={"ticket": 0.3, "help-article": 0.4, "renewal": 0.6, "release-news": 0.4, "cancellation": 0.0},
        skips=0.0,
        declines=0.45,
        personas=(
            Persona("founder", 0.45, patience=0.95, mood=0.05),
            Persona("team-lead", 0.4, patience=1.1),
            Persona("it-buyer", 0.15, patience=1.0, mood=-0.15),
        ),
        identified_by=("guide", "chat-question", "demo-booked", "trial-started"),
        seasons={1: 1.2, 2: 1.0, 3: 1.0},
        late_arrival=0.02,
        wait_effect=-0.1,
        chase_effect=-0.3,
        deviations=(
            Deviation("missing", "demo-reminder", 0.08),
            Deviation("out_of_sequence", "demo-reminder", 0.04),
            Deviation("missing", "record-prepared", 0.4),
            Deviation("failing", "demo", 0.12),
            Deviation("missing", "follow-up", 0.55),
            Deviation("adhoc", "follow-up", 0.06),
            Deviation("failing", "subscription", 0.06),
            Deviation("adhoc", "invoice", 0.03),
            Deviation("failing", "onboarding-call", 0.12),
            Deviation("missing", "team-invited", 0.22),
            Deviation("out_of_sequence", "team-invited", 0.15),
            Deviation("failing", "integration", 0.25),
            Deviation("missing", "first-value", 0.35),
            Deviation("missing", "nps-survey", 0.04),
        ),
        promises={
            "chat-in-15-minutes": Kept(broken=0.05, chase=0.4, effect=-0.8),
            "demo-in-three-days": Kept(broken=0.35, effect=-0.2),
            "trial-within-the-hour": Kept(broken=0.68, never=0.1, effect=-0.2),
            "proposal-in-two-days": Kept(broken=0.7, never=0.05, effect=-0.3, loses=0.06),
            "invoice-in-an-hour": Kept(broken=0.02, effect=-0.3),
            "welcome-in-an-hour": Kept(broken=0.4, effect=-0.2),
            "onboarding-in-five-days": Kept(broken=0.72, never=0.1, effect=-0.9, loses=0.12),
            "ticket-in-four-hours": Kept(broken=0.05, chase=0.6, effect=-0.7),
        },
        changes=(Change("demo-button", "comparison", day=38, leak=-0.12),),
        quadrants={
            "research": "aligned",
            "decision": "warm_but_disorganised",
            "use": "broken",
            "evaluation": "efficient_but_cold",
        },
    )


_FRENCH: Verbatims = {
    "research": {
        "glad": (
            "Une réponse sur le chat en quatre minutes, et par quelqu’un qui connaît le produit.",
            "La page dit aussi ce que l’outil ne fait pas. C’est ce qui m’a donné confiance.",
            "La vidéo montre le vrai écran, pas un dessin animé.",
            "J’ai posé ma question sans laisser mon numéro, et j’ai eu ma réponse.",
        ),
        "mixed": (
            "Tout y est, mais il faut ouvrir six pages.",
            "Bonne réponse sur le chat, un peu technique pour moi.",
            "Je n’ai pas trouvé si cela marche avec notre agenda.",
        ),
        "sad": (
            "Le chat était fermé un jeudi à dix-sept heures.",
            "Des captures d’écran d’une version qui n’existe plus.",
            "J’ai demandé un prix, on m’a envoyé un guide.",
        ),
    },
    "comparison": {
        "glad": (
            "Enfin un comparatif où les concurrents gagnent aussi quelques lignes.",
            "Démo réservée depuis la page des tarifs, en moins d’une minute.",
            "Les prix sont là, pour toute l’équipe. Je n’ai rien eu à demander.",
            "La page sur les données a répondu à notre juriste avant moi.",
        ),
        "mixed": (
            "Le comparatif est honnête, mais il date de l’été.",
            "Quatre questions avant la démo, c’est court ; la dernière m’a laissé perplexe.",
            "Je n’ai pas trouvé de client de notre taille.",
        ),
        "sad": (
            "Le premier créneau était dans neuf jours.",
            "J’ai reçu trois rappels pour un rendez-vous que j’avais déplacé.",
        ),
    },
    "decision": {
        "glad": (
            "Elle avait lu mes réponses : la démo portait sur mon cas, pas sur leur histoire.",
            "Une demi-heure, et mon équipe avait déjà compris l’intérêt.",
            "Il m’a dit franchement ce qui ne marcherait pas chez nous.",
            "L’essai était déjà réglé avec nos horaires. Bluffant.",
            "La meilleure démo que j’aie vue cette année.",
            "On sent qu’ils aiment leur produit, sans rien forcer.",
        ),
        "mixed": (
            "Superbe démo. Le lien d’essai, lui, est arrivé deux jours après.",
            "J’aurais dû présenter la proposition le lundi, elle est venue le mercredi.",
            "On m’avait dit « je vous rappelle jeudi ». J’ai rappelé moi-même.",
            "Très bon contact, mais j’ai redit au téléphone ce que j’avais écrit.",
        ),
        "sad": (
            "Après la démo, plus rien pendant une semaine.",
            "La direction a choisi l’autre : leur proposition était sur la table, pas la vôtre.",
            "Le lien d’essai ne marchait pas et personne n’a répondu.",
            "« Voici notre proposition, cordialement. » Douze pages, sans un mot sur notre cas.",
        ),
    },
    "purchase": {
        "glad": (
            "L’essai est devenu l’abonnement, rien à recommencer.",
            "Payé en deux minutes, facture reçue dans la foulée.",
            "Le contrat tient en quatre pages, et on peut les lire.",
        ),
        "mixed": (
            "Simple, mais il a fallu ressaisir l’adresse de facturation.",
            "Ma carte d’entreprise est passée au deuxième essai.",
        ),
        "sad": (
            "Impossible de payer par virement, j’ai dû avancer avec ma carte.",
            "Le total affiché était hors taxes jusqu’au dernier écran.",
        ),
    },
    "use": {
        "glad": (
            "L’appel de mise en route s’est fait sur nos données : on est repartis avec un planning.",
            "Toute l’équipe s’en sert depuis le deuxième jour.",
            "Un objectif écrit, atteint en trois semaines.",
        ),
        "mixed": (
            "L’appel était utile, dommage qu’il ait eu lieu un mois après.",
            "On s’en sort seuls, mais on a mal réglé la moitié des choses.",
            "L’outil est bon ; c’est mon équipe que personne n’a aidée.",
            "La connexion à l’agenda a fini par marcher.",
        ),
        "sad": (
            "Trois semaines pour obtenir l’appel de mise en route promis sous cinq jours.",
            "On paie depuis un mois et personne ne s’en sert.",
            "J’ai raconté notre cas au commercial, puis recommencé depuis zéro.",
            "L’agenda ne se relie pas, l’écran dit « erreur » et c’est tout.",
            "J’ai invité mes collègues, ils n’ont pas compris ce qu’on attendait d’eux.",
            "Toute l’énergie de la démo est retombée.",
        ),
    },
    "evaluation": {
        "glad": (
            "Le bilan à trois mois a montré un chiffre que je peux défendre.",
            "Ticket résolu dans l’heure, par la même personne.",
            "Ils m’ont rappelée après ma mauvaise note. Je ne m’y attendais pas.",
        ),
        "mixed": (
            "Réponse rapide, mais à une autre question que la mienne.",
            "Le problème est réglé ; le ton était celui d’une machine.",
            "Toujours dans les temps, jamais un prénom.",
        ),
        "sad": (
            "« Nous avons bien reçu votre demande et vous invitons à consulter notre aide. » Je l’avais consultée.",
            "Une réponse toute faite en dix minutes. J’aurais préféré une vraie en deux heures.",
            "On m’explique comment me connecter. Ma question portait sur la facturation.",
            "Trois personnes, trois copier-coller.",
            "Fermé sans que rien soit réglé : « ticket résolu ».",
            "On me remercie de ma patience à chaque ligne. Je n’en ai plus.",
        ),
    },
    "loyalty": {
        "glad": (
            "On renouvelle sans hésiter, l’équipe ne voudrait plus revenir en arrière.",
            "J’en ai parlé à deux confrères, qui ont leur mois offert.",
            "L’e-mail avant le renouvellement proposait une formule moins chère. Rare.",
            "Dans les nouveautés du mois, il y avait ma demande.",
        ),
        "mixed": (
            "On reste, par habitude autant que par conviction.",
            "L’outil est bon, la lettre mensuelle un peu longue.",
        ),
        "sad": (
            "La moitié des licences ne servent pas, et personne ne nous l’a dit.",
            "Résilié : nous n’avons jamais vraiment démarré.",
        ),
    },
}

_ENGLISH: Verbatims = {
    "research": {
        "glad": (
            "An answer on the chat in four minutes, from somebody who knows the product.",
            "The page also says what the tool does not do. That is what won my trust.",
            "The video shows the real screen, not a cartoon.",
            "I asked without leaving my number, and got my answer.",
        ),
        "mixed": (
            "It is all there, if you open six pages.",
            "A good answer on the chat, a little technical for me.",
            "I could not find out whether it works with our calendar.",
        ),
        "sad": (
            "The chat was closed on a Thursday at five.",
            "Screenshots of a version that no longer exists.",
            "I asked for a price and got a guide.",
        ),
    },
    "comparison": {
        "glad": (
            "At last a comparison in which competitors win a row or two.",
            "Booked the demo from the pricing page in under a minute.",
            "Prices on the page, for the whole team. I did not have to ask.",
            "The page about data satisfied our lawyer before I did.",
        ),
        "mixed": (
            "The comparison is honest, but it dates from the summer.",
            "Four questions before the demo is fine; the last one puzzled me.",
            "I found no customer of our size.",
        ),
        "sad": (
            "The first free slot was nine days away.",
            "I got three reminders for a meeting I had moved.",
        ),
    },
    "decision": {
        "glad": (
            "She had read my answers: the demo was about my case, not their history.",
            "Half an hour, and my team saw the point.",
            "He told me frankly what would not work for us.",
            "The trial was already set to our hours. Impressive.",
            "The best demo I have seen this year.",
            "You can tell they like their product, and nobody pushes.",
        ),
        "mixed": (
            "Superb demo. The trial link came two days later.",
            "I had to present the proposal on Monday; it came on Wednesday.",
            "“I will call you on Thursday.” In the end I called.",
            "Lovely people, but I said again on the phone what I had written down.",
        ),
        "sad": (
            "After the demo, nothing for a week.",
            "Our directors took the other one: their proposal was on the table and yours was not.",
            "The trial link did not work and nobody answered.",
            "“Please find our proposal, best regards.” Twelve pages, not one word about us.",
        ),
    },
    "purchase": {
        "glad": (
            "The trial became the subscription; nothing to do again.",
            "Paid in two minutes, invoice straight away.",
            "The contract is four pages long and readable.",
        ),
        "mixed": (
            "Simple, though I had to type the billing address again.",
            "My company card went through on the second try.",
        ),
        "sad": (
            "No bank transfer, so I had to use my own card.",
            "The total was before tax until the very last screen.",
        ),
    },
    "use": {
        "glad": (
            "The onboarding used our own data: we left it with a working schedule.",
            "The whole team has used it since the second day.",
            "One goal, written down, reached in three weeks.",
        ),
        "mixed": (
            "A useful call. A pity it came a month later.",
            "We manage alone, but set up half of it wrong.",
            "The tool is good; it is my team that nobody helped.",
            "Connecting the calendar worked in the end.",
        ),
        "sad": (
            "Three weeks to get the onboarding call promised within five days.",
            "We have been paying for a month and nobody uses it.",
            "I explained our case to sales, then started again from nothing.",
            "The calendar will not connect, the screen says “error” and nothing else.",
            "I invited my colleagues; they had no idea what was expected of them.",
            "All the energy of the demo is gone.",
        ),
    },
    "evaluation": {
        "glad": (
            "The three-month review gave me a figure that I can defend.",
            "Ticket solved within the hour, by the same person.",
            "They called me after my bad score. I had not expected that.",
        ),
        "mixed": (
            "A quick answer, to a question I had not asked.",
            "The problem is solved; the tone was a machine’s.",
            "Always in time, never a first name.",
        ),
        "sad": (
            "“We have received your request and invite you to consult our help.” I had consulted it.",
            "A canned reply in ten minutes. I would rather have had a real one in two hours.",
            "They explain how to sign in. My question was about billing.",
            "Three people, three pastes of the same text.",
            "Closed with nothing solved: “ticket resolved”.",
            "I am thanked for my patience in every line. I have none left.",
        ),
    },
    "loyalty": {
        "glad": (
            "We renew without a second thought; the team would not go back.",
            "I told two peers, and both have their free month.",
            "The mail before the renewal suggested a cheaper plan. That is rare.",
            "This month’s news had my request in it.",
        ),
        "mixed": (
            "We stay, out of habit as much as conviction.",
            "A good tool, a rather long monthly letter.",
        ),
        "sad": (
            "Half of our seats are unused and nobody told us.",
            "Cancelled: we never really got started.",
        ),
    },
}

WORDS: dict[Language, Verbatims] = {"fr": _FRENCH, "en": _ENGLISH}
