"""“Maison Lisière”, an invented fashion label: the company of the fashion e-commerce template.

Its story. Advice on sizes comes fast and from people, and they love it. The basket is broken: delivery cost shows up
late, the reminder leaves the next day instead of after two hours, codes are refused. Checkout takes effort: a password
nobody remembers, until half-way the guest button comes first. The parcel is warm but disorganised: lovely when it is
opened, silent until then. Returns and refunds are on time to the day, without a word from anybody.
"""

from __future__ import annotations

from parcours.language.translation import Language
from parcours.simulate.planting import Change, Deviation, Kept, Persona
from parcours.simulate.scenario import Feeling, Scenario, Verbatims

DAY = 86_400.0
_SENT = """
visit page_viewed collection_viewed product_viewed size_guide_opened chat_started chat_answered reviews_read
wishlist_added store_visited newsletter_subscribed product_added cart_viewed cart_abandoned cart_reminder_sent
cart_reminder_opened coupon_applied coupon_refused checkout_started guest_chosen account_created login_failed
delivery_chosen payment_started payment_failed purchase confirmation_sent order_prepared parcel_shipped
tracking_viewed parcel_delivered delivery_failed care_guide_sent care_guide_opened review_requested review_given
return_requested refund_sent support_asked support_answered survey_sent survey_answered club_joined reward_used
newsletter_opened referral_invited referral_made repeat_order_placed
"""
NAMES = tuple(_SENT.split())
"""What its tools call the events; the template also knows what other tools call them."""


def scenario(language: Language) -> Scenario:
    """Return 12,000 visitors of nine weeks, followed for four and a half months; they write in ``language``."""
    return Scenario(
        persons=12_000,
        seed=20_260_109,
        start="2026-01-05",
        days=135,
        arriving_days=63,
        leak={
            "awareness": 0.50,
            "research": 0.50,
            "comparison": 0.44,
            "decision": 0.62,
            "purchase": 0.45,
            "use": 0.34,
            "evaluation": 0.22,
        },
        wait={
            "awareness": 1.5 * DAY,
            "research": 1.2 * DAY,
            "comparison": 1.6 * DAY,
            "decision": 0.9 * DAY,
            "purchase": 0.1 * DAY,
            "use": 7.0 * DAY,
            "evaluation": 14.0 * DAY,
            "loyalty": 20.0 * DAY,
        },
        feelings={
            "research": (Feeling("csat", 1.3, 0.12),),
            "comparison": (Feeling("csat", 0.7, 0.08),),
            "decision": (Feeling("csat", -0.2, 0.2),),
            "purchase": (Feeling("ces", -0.4, 0.35),),
            "use": (Feeling("csat", 1.75, 0.55),),
            "evaluation": (Feeling("nps", 0.6, 0.45), Feeling("csat", -0.35, 0.5)),
            "loyalty": (Feeling("nps", 1.25, 0.45),),
        },
        comments=WORDS[language],
        names=NAMES,
        comment_rate=0.5,
        busy=0.2,
        amount=85.0,
        amounts={"repeat-order": 95.0},
        chance={
            "collection": 0.6,
            "product-page": 0.9,
            "size-guide": 0.35,
            "style-question": 0.3,
            "reviews": 0.55,
            "wishlist": 0.3,
            "delivery-page": 0.25,
            "fitting": 0.08,
            "newsletter-signup": 0.3,
            "cart-left": 0.6,
            "coupon": 0.35,
            "tracking": 0.6,
            "care-guide": 0.6,
            "return": 0.35,
            "care-question": 0.4,
            "nps-survey": 0.9,
            "club": 0.5,
            "letter": 0.5,
            "referral-invitation": 0.45,
            "referral": 0.25,
            "repeat-order": 0.55,
        },
        again={
            "collection": 0.4,
            "product-page": 0.5,
            "add-to-cart": 0.3,
            "tracking": 0.5,
            "coupon": 0.0,
            "cart-left": 0.0,
            "return": 0.0,
            "newsletter-signup": 0.0,
            "care-question": 0.25,
            "repeat-order": 0.2,
        },
        skips=0.0,
        personas=(
            Persona("trend-hunter", 0.5, patience=0.93, mood=-0.05),
            Persona("gift-giver", 0.25, patience=0.95, mood=-0.05),
            Persona("regular", 0.25, patience=1.25, mood=0.15),
        ),
        identified_by=("style-question", "newsletter-signup", "payment"),
        seasons={1: 1.4, 2: 0.9, 3: 1.0},
        late_arrival=0.02,
        wait_effect=-0.1,
        chase_effect=-0.3,
        deviations=(
            Deviation("missing", "cart-viewed", 0.5),
            Deviation("failing", "coupon", 0.35),
            Deviation("failing", "identification", 0.2),
            Deviation("missing", "delivery-choice", 0.03),
            Deviation("failing", "payment", 0.08),
            Deviation("adhoc", "confirmation", 0.04),
            Deviation("missing", "order-prepared", 0.36),
            Deviation("missing", "shipped", 0.3),
            Deviation("failing", "delivered", 0.22),
            Deviation("missing", "review-request", 0.06),
            Deviation("adhoc", "referral-invitation", 0.06),
        ),
        promises={
            "advice-in-half-an-hour": Kept(broken=0.06, chase=0.4, effect=-0.8),
            "reminder-in-three-hours": Kept(broken=0.85, never=0.1, effect=-0.1),
            "confirmation-in-15-minutes": Kept(broken=0.03, effect=-0.3),
            "shipped-in-a-day": Kept(broken=0.62, effect=-0.1),
            "delivered-in-four-days": Kept(broken=0.5, never=0.02, effect=-0.9),
            "refund-in-five-days": Kept(broken=0.04, effect=-0.8),
            "care-in-eight-hours": Kept(broken=0.06, chase=0.6, effect=-0.8),
        },
        changes=(Change("guest-button", "purchase", day=31, leak=-0.16),),
        quadrants={
            "research": "aligned",
            "decision": "broken",
            "use": "warm_but_disorganised",
            "evaluation": "efficient_but_cold",
        },
    )


_FRENCH: Verbatims = {
    "research": {
        "glad": (
            "La conseillère avait la chemise en main et m’a dit de prendre la taille en dessous. Parfait.",
            "Des photos sur de vraies personnes, avec la taille portée.",
            "Réponse en dix minutes, signée Rose. On se croirait en boutique.",
            "Elle m’a dit franchement que la coupe ne m’irait pas. Merci !",
        ),
        "mixed": (
            "Le guide des tailles est bien, mais caché tout en bas.",
            "Belle matière sur la photo, j’aurais aimé la voir de près.",
            "Bon conseil ; la couleur était épuisée le temps que j’hésite.",
        ),
        "sad": (
            "Impossible de savoir comment taille ce pantalon.",
            "La publicité mène à une page d’accueil, pas à la veste que j’ai vue.",
            "Trois pages de robes, aucune dans ma taille.",
        ),
    },
    "comparison": {
        "glad": (
            "Les mauvais avis sont là aussi, avec la taille achetée. Ça m’a décidée.",
            "Essayé en boutique, commandé en ligne avec la vendeuse : impeccable.",
            "Retour gratuit pendant trente jours, écrit noir sur blanc.",
        ),
        "mixed": (
            "Jolie liste d’envies, mais je l’ai perdue en changeant d’appareil.",
            "Les avis sont utiles, il y en a peu sur les nouveautés.",
            "La boutique n’avait pas ma taille, on me l’a commandée.",
        ),
        "sad": (
            "La fenêtre d’inscription est arrivée avant la première photo.",
            "Je n’ai trouvé le prix de la livraison nulle part.",
        ),
    },
    "decision": {
        "glad": (
            "Le rappel avec 10 % est tombé au bon moment, j’ai craqué.",
            "Mon panier m’attendait sur le téléphone comme sur l’ordinateur.",
            "Le total était clair dès le premier article.",
        ),
        "mixed": (
            "Les 10 % sont arrivés le lendemain, j’avais déjà presque oublié.",
            "J’ai hésité à cause de la livraison, puis je l’ai prise quand même.",
            "Le code marche, une fois trouvé où le coller.",
        ),
        "sad": (
            "6,90 € de livraison qui apparaissent à la fin : j’ai fermé la page.",
            "Le code promo du mail était refusé. Je n’ai pas insisté.",
            "Le rappel est arrivé le lendemain soir, la robe était achetée ailleurs.",
            "Au panier, le prix n’était plus celui de la fiche.",
            "J’attendais un mot pour me décider, il n’est jamais venu.",
            "Pour dix euros de trop au dernier moment, j’ai tout laissé.",
        ),
    },
    "purchase": {
        "glad": (
            "Payé avec mon téléphone, en un geste.",
            "J’ai commandé sans compte, ouf.",
            "La confirmation dit qui prépare le colis. J’adore.",
        ),
        "mixed": (
            "Passé au deuxième essai, le panier était resté plein.",
            "Simple, une fois le mot de passe retrouvé.",
            "Trois pages pour une chemise, c’est une de trop.",
        ),
        "sad": (
            "Mot de passe oublié, lien jamais reçu, commande abandonnée.",
            "On m’oblige à créer un compte pour un foulard.",
            "J’ai retapé mon adresse trois fois sur un téléphone.",
            "Paiement refusé sans dire pourquoi.",
        ),
    },
    "use": {
        "glad": (
            "Le papier de soie, le petit mot signé… on a l’impression d’ouvrir un cadeau.",
            "La matière est encore plus belle en vrai.",
            "Elle tombe parfaitement. Je ne l’ai plus quittée de la semaine.",
            "Le colis a traîné, mais quand je l’ai ouvert j’ai tout pardonné.",
            "Les conseils d’entretien sont précieux, et rien à vendre derrière.",
            "Ma sœur a adoré son cadeau, même l’emballage.",
        ),
        "mixed": (
            "Très belle veste ; aucune nouvelle du colis pendant quatre jours.",
            "Arrivé deux jours après la date, mais arrivé magnifique.",
            "Le livreur n’a pas sonné, le point relais était loin.",
        ),
        "sad": (
            "Le cadeau est arrivé le lendemain de l’anniversaire.",
            "Pas un message d’expédition, j’ai cru que la commande était perdue.",
        ),
    },
    "evaluation": {
        "glad": (
            "Échange parti avant que j’aie renvoyé la première. Bravo.",
            "On m’a répondu dans la matinée, avec une vraie solution.",
            "Remboursée en trois jours.",
        ),
        "mixed": (
            "Retour facile, mais pas un mot pour savoir ce qui n’allait pas.",
            "Remboursement à l’heure. On dirait un distributeur de billets.",
            "Réponse rapide, copiée de la page d’aide.",
        ),
        "sad": (
            "« Votre retour a été traité. » J’avais écrit trois lignes, personne ne les a lues.",
            "Tout est ponctuel et personne n’est là.",
            "J’étais déçue, j’aurais voulu parler à quelqu’un.",
            "Réponse en deux heures, à côté de la question.",
            "La couture a lâché ; on me propose un code de réduction automatique.",
            "Un numéro de dossier à la place de mon prénom.",
        ),
    },
    "loyalty": {
        "glad": (
            "Retouche offerte, sans rien demander. Je reviens.",
            "J’ai parrainé ma meilleure amie, nous avons eu chacune nos 15 €.",
            "Deuxième commande en une minute, tout était déjà là.",
            "La lettre raconte l’atelier, c’est la seule que je lis.",
        ),
        "mixed": (
            "Le club est sympathique, je n’ai pas tout compris.",
            "Contente, mais deux fois par saison me suffisent.",
        ),
        "sad": (
            "Soldé à moins trente le lendemain de mon achat.",
            "Trois messages en une semaine, je me suis désinscrite.",
        ),
    },
}

_ENGLISH: Verbatims = {
    "research": {
        "glad": (
            "The stylist had the shirt in her hands and told me to go one size down. Perfect.",
            "Photos of real people, with the size they wear.",
            "An answer in ten minutes, signed Rose. Just like in a store.",
            "She told me frankly that the cut would not suit me. Thank you!",
        ),
        "mixed": (
            "The size guide is good, but hidden at the very bottom.",
            "Lovely fabric in the picture; I would have liked a closer look.",
            "Good advice; the colour had sold out while I hesitated.",
        ),
        "sad": (
            "No way of knowing how these trousers fit.",
            "The ad leads to a home page, not to the jacket I saw.",
            "Three pages of dresses, none in my size.",
        ),
    },
    "comparison": {
        "glad": (
            "Bad reviews are there too, with the size bought. That settled it.",
            "Tried on in the store, ordered online with the assistant: flawless.",
            "Free returns for thirty days, in black and white.",
        ),
        "mixed": (
            "A pretty wish list, but I lost it on another device.",
            "Reviews help; there are few about new pieces.",
            "The store did not have my size, so they ordered it.",
        ),
        "sad": (
            "The sign-up window came before the first picture.",
            "I could not find the delivery price anywhere.",
        ),
    },
    "decision": {
        "glad": (
            "The reminder with 10 % off came at the right moment. I gave in.",
            "My basket was waiting on the telephone and on the computer.",
            "The total was clear from the first item on.",
        ),
        "mixed": (
            "The 10 % came the next day; I had almost forgotten.",
            "I hesitated over delivery, then took it all the same.",
            "The code works, once you find where to paste it.",
        ),
        "sad": (
            "6.90 € for delivery at the very end: I closed the page.",
            "The code in the mail was refused. I did not insist.",
            "The reminder came the next evening; I had bought the dress elsewhere.",
            "The price in the basket was not the one on the page.",
            "I was waiting for a word to decide. It never came.",
            "Ten euros more at the last moment, and I left it all.",
        ),
    },
    "purchase": {
        "glad": (
            "Paid with my telephone, in one move.",
            "I could order without an account. Phew.",
            "The confirmation says who packs the parcel. I love it.",
        ),
        "mixed": (
            "Went through on the second try; the basket was still full.",
            "Simple, once I had found my password.",
            "Three pages for a shirt, one too many.",
        ),
        "sad": (
            "Password forgotten, link never received, order given up.",
            "I have to create an account for a scarf.",
            "I typed my address three times on a telephone.",
            "Payment refused, and not a word on why.",
        ),
    },
    "use": {
        "glad": (
            "Tissue paper, a little signed note… it feels like opening a present.",
            "The fabric is even lovelier in real life.",
            "It fits perfectly. I have worn it all week.",
            "The parcel dawdled, but when I opened it I forgave everything.",
            "The care advice is precious, and nothing to sell behind it.",
            "My sister loved her present, even the wrapping.",
        ),
        "mixed": (
            "A beautiful jacket; no news of the parcel for four days.",
            "Two days late, but it arrived looking wonderful.",
            "The driver did not ring, and the pick-up point was far.",
        ),
        "sad": (
            "The present arrived the day after the birthday.",
            "Not one shipping message; I thought the order was lost.",
        ),
    },
    "evaluation": {
        "glad": (
            "The other size left before I had sent the first one back. Well done.",
            "An answer the same morning, with a real solution.",
            "Refunded in three days.",
        ),
        "mixed": (
            "An easy return, but nobody asked what was wrong.",
            "The refund is on time. It feels like a cash machine.",
            "A quick answer, copied from the help page.",
        ),
        "sad": (
            "“Your return has been processed.” I had written three lines; nobody read them.",
            "Everything is punctual and nobody is there.",
            "I was disappointed and would have liked to talk to somebody.",
            "Answered in two hours, beside the question.",
            "The seam gave way; I am offered an automatic discount code.",
            "A case number instead of my name.",
        ),
    },
    "loyalty": {
        "glad": (
            "Alterations for free, without asking. I am coming back.",
            "I referred my best friend, and we each got our 15 €.",
            "The second order took a minute, everything was there.",
            "The letter tells about the workshop. It is the only one I read.",
        ),
        "mixed": (
            "The club is nice; I did not understand all of it.",
            "Happy, but twice a season is enough for me.",
        ),
        "sad": (
            "Marked down by thirty per cent the day after I bought it.",
            "Three messages in a week, so I unsubscribed.",
        ),
    },
}

WORDS: dict[Language, Verbatims] = {"fr": _FRENCH, "en": _ENGLISH}
