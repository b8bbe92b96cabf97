"""What French comments say of effort: one rule a line, with a comment that it catches and often one that it leaves."""

from __future__ import annotations

from parcours.language.effort_rule import NOT_PRAISE, Rule

_DURATIONS = r"(?:minutes?|min|heures?|h|jours?|semaines?|mois|ans?)"
_STAFF = (
    r"(?:services?|interlocut\w{2,6}|conseill\w{2,4}|bureaux?|departements?|personnes?|agences?|guichets?|postes?"
    r"|agents?)"
)

FRENCH: tuple[Rule, ...] = (
    # -- chasing: coming back to the company to get done what should have come by itself
    Rule("chasing", r"relanc(?:e|es|er|ee|ees|ant|ais|ait|ai|ons|ez|ent|erai)",
         "J'ai dû relancer trois fois pour avoir une réponse.", "Vous m'avez relancé pour le formulaire.",
         before=r"(?:(?:m|nous|me|vous) (?:avez|a|ont|avait)|(?:mails?|lettres?|vos|votre|leurs?|sa|ses) ~1 (?:de)?)",
         after=r"(?:commerciales?|publicitaires?|de paiement|pour impaye|necessaires?|la machine)"),
    Rule("chasing", r"cour(?:ir|s|t|ons|u|ais|ait|ez) apres", "Il faut courir après eux."),
    Rule("chasing",
         r"(?:rappel|appel|telephon|ecri|contact|recontact|sollicit|demand|redemand"
         r"|reclam)\w{0,5} ~4 {nombre} (?:fois|reprises)", "J'ai appelé cinq fois le service.",
         "Vous m'avez contacté trois fois, merci.", before=r"(?:m|nous|me|vous) (?:avez|a|ont|avait)"),
    Rule("chasing",
         r"{nombre} (?:appels|mails|e mails|emails|courriels|coups de fil|messages|courriers"
         r"|relances) ~2 (?:envoye\w{0,2}|passes|plus tard|sans|et|avant|pour|de ma part)",
         "Trois mails envoyés pour rien.", before=r"(?:recu|recois|eu)"),
    Rule("chasing", r"{nth_fr} (?:appel|mail|message|courrier|reclamation|demande)", "C'est mon troisième mail."),
    Rule("chasing",
         r"{nth_fr} fois ~2 (?:je|j|on|nous) ~2 (?:ecri\w{0,4}|appel\w{0,4}|contact\w{0,4}|demand\w{0,4}"
         r"|reclam\w{0,4}|rappel\w{0,4}|signal\w{0,4})", "C'est la deuxième fois que je vous écris.", negatable=False),
    Rule("chasing",
         r"{oblige} ~3 (?:insister|rappeler|recontacter|reecrire|redemander|resolliciter|harceler|reclamer"
         r"|revenir a la charge)", "J'ai dû les rappeler pour que ça avance.", "Il faut rappeler que le prix est bas.",
         after=r"(?:que|qu)"),
    Rule("chasing",
         r"(?:encore|toujours|sans cesse|constamment) oblig\w{1,4} ~2 (?:appeler|rappeler|ecrire|telephoner|insister)",
         "Encore obligé d'appeler pour ça."),
    Rule("chasing", r"(?:passe|passer|passons|passes) ~4 (?:reclamer|appeler|rappeler|demander|ecrire)",
         "Je passe mon temps à réclamer mes factures."),
    Rule("chasing",
         r"(?:reclame|demande|redemande|insiste)\w{0,2} ~2 (?:sans cesse|en vain|depuis {duree}|a plusieurs reprises)",
         "Je réclame en vain mon avoir."),
    Rule("chasing", r"a force (?:de|d) (?:rappeler|appeler|insister|demander|reclamer)",
         "À force d'insister, j'ai eu gain de cause."),
    Rule("chasing",
         r"malgre (?:mes|nos|plusieurs|de) ~2 (?:appels|mails|e mails|messages|demandes|courriers|rappels"
         r"|reclamations)", "Malgré mes nombreux appels, rien.", negatable=False),
    # -- waiting: being made to wait, or everything taking too long
    Rule("waiting", r"attente", "Une heure d'attente au guichet.", "La salle d'attente est agréable.",
         before=r"(?:salles? d|hauteur (?:de l|de mon|de notre)|musique d|repond a (?:mon|l|notre)|dans l)",
         after=r"(?:~1 (?:courte|reduite|minime|raisonnable|limitee|nulle|quasi nulle|respectee)|particuliere)"),
    Rule("waiting", r"attentes (?:interminables|trop|tres|longues|inadmissibles)", "Des attentes interminables."),
    Rule("waiting", r"(?:j|je|on|nous) attend(?:s|ons)? ~1 (?:toujours|encore|depuis)",
         "J'attends toujours mon chèque.", "J'attends avec impatience la suite.", after=r"avec impatience"),
    Rule("waiting", r"attend(?:re|u|s|ons)? ~3 {duree}", "On a attendu plus d'une heure."),
    Rule("waiting",
         r"(?:{oblige} ~2 |a |marre d |assez d |bol d |ras le bol d |fatigue d |lassee? d |long d |fait |faire "
         r"|temps a )(?:attendre|patienter)", "Ras le bol d'attendre.", "Rien ne sert d'attendre.",
         after=r"(?:une? reponse rapide|avec impatience)"),
    Rule("waiting", r"attendu ~1 (?:longtemps|trop|pour rien|en vain)", "J'ai attendu très longtemps.",
         "Je n'ai pas attendu longtemps."),
    Rule("waiting", r"jamais ~1 attendu (?:aussi|autant|si)", "Je n'ai jamais attendu aussi longtemps.",
         negatable=False),
    Rule("waiting", r"(?:poireaut|languir|moisi)\w{0,4}", "On nous a fait poireauter."),
    Rule("waiting", r"(?:du|fallu|faut|oblige\w{0,2} de) ~2 patienter", "Il a fallu patienter six semaines."),
    Rule("waiting", r"retards?", "Livré avec une semaine de retard.", "Livré sans retard.",
         before=r"(?:mon|notre|rattrap\w{1,4} (?:le|son|du|un))"),
    Rule("waiting",
         r"delais? ~4 (?:longs?|interminables?|trop|excessifs?|abuses?|inadmissibles?|deraisonnables?|rallonges?"
         r"|enormes?|infernaux)", "Les délais sont beaucoup trop longs.", "Les délais sont respectés.",
         before=r"dans des"),
    Rule("waiting",
         r"(?:trop|tres|bien|vraiment|super|tellement|si|un peu|assez|c est|c etait) (?:trop )?long(?:ue|s|ues)?",
         "Un peu long quand même.", "Ce n'était pas long.",
         before=r"(?:formulaire|questionnaire|texte|mail|cheveux|video|parcours|trajet) ~2 (?:est|etait|sont)"),
    Rule("waiting", r"interminables?", "Une procédure interminable."),
    Rule("waiting", r"train(?:e|ent|er|ait|aient|ant|asse)", "Le remboursement traîne.", "Le train était à l'heure.",
         before=r"(?:je|on|nous)"),
    Rule("waiting", r"(?:lents?|lentes?|lenteurs?)", "Service lent, très lent."),
    Rule("waiting",
         r"(?:toujours|encore) pas ~1 (?:recue?s?|arrivee?s?|livree?s?|rembourse\w{0,3}|parvenue?s?|expedie\w{0,2})",
         "Toujours pas reçu ma carte.", "Mon problème n'est toujours pas résolu.", negatable=False),
    Rule("waiting", r"pas encore ~1 (?:recue?s?|arrivee?s?|livree?s?|rembourse\w{0,3})",
         "Je n'ai pas encore reçu mon colis.", negatable=False),
    Rule("waiting",
         r"(?:mis|mettre|met|mettent|pris|prend|prennent|prenait|mettait)(?: bien| presque| environ| parfois"
         r"| encore)? (?:un temps fou|une eternite|trop de temps|beaucoup de temps|un certain temps|{jours})",
         "Le colis a mis quinze jours à arriver.", "Le devis n'a pris que deux jours.", before=r"(?:que|qu)",
         after=r"(?:de conge|de vacances)"),
    Rule("waiting", rf"(?:{{nombre}}|une|des) {_DURATIONS} ~3 avant (?:qu|que|d|de)",
         "30 minutes au téléphone avant qu'on décroche."),
    Rule("waiting", r"(?:s eternis\w{1,5}|une eternite|fait la queue|faire la queue|file interminable)",
         "Une éternité pour un tampon."),
    Rule("waiting", r"tard(?:e|ent|er|ait|aient) (?:a|trop|toujours)", "La réponse tarde à venir."),
    # -- passed around: sent from one to the next, everything told again
    Rule("passed_around", r"(?:m a|m ont|nous a|nous ont|ete|etre|fait|faire|faites|sens|on) balad(?:e|ee|es|ees|er)",
         "On m'a baladé toute la journée."),
    Rule("passed_around", r"(?:balad|trimbal|trimball|ballot|ballott|balott|promen)\w{0,4} (?:entre|d une?)",
         "Ballotté d'un interlocuteur à l'autre.", "Je me suis baladée entre les rayons.",
         before=r"(?:me suis|nous sommes|s est|se)"),
    Rule("passed_around", rf"(?:d une?|de l) {_STAFF} (?:a|vers) (?:l |une? )?autre",
         "Renvoyé d'un service à l'autre."),
    Rule("passed_around", rf"de {_STAFF} en {_STAFF}", "On m'a baladé de service en service."),
    Rule("passed_around",
         r"(?:renvo\w{1,5} la balle|refil\w{1,4} le (?:dossier|bebe)|ping pong|tourn\w{1,4} en (?:bourrique|rond))",
         "Chacun se renvoie la balle."),
    Rule("passed_around", rf"{{nombre}} {_STAFF} ~1 differente?s", "J'ai eu quatre conseillers différents."),
    Rule("passed_around",
         rf"(?:chaque|toutes les|a tous les) ~1 (?:fois|appel|appels|visite) ≈3 (?:une? (?:autre|nouveau|nouvel"
         rf"|nouvelle)|d autres?) {_STAFF}", "À chaque appel, un nouvel interlocuteur."),
    Rule("passed_around", r"jamais (?:la|le) meme (?:personne|interlocut\w{2,6}|conseill\w{2,4}|agent)",
         "Jamais le même interlocuteur.", negatable=False),
    Rule("passed_around",
         r"(?:{oblige} ~2 |a chaque fois )(?:tout )?(?:reexpliquer|re expliquer|raconter encore|reprendre a zero"
         r"|repeter mon histoire|tout reprendre|reprendre depuis le debut)", "Il faut tout réexpliquer."),
    Rule("passed_around", r"transfer\w{1,4} ~2 {nombre} fois", "Transféré cinq fois."),
    Rule("passed_around",
         r"(?:renvoie|renvoient|renvoye|renvoyee|dit|disent|redirige\w{0,3}) ~2 (?:vers|chez|voir avec|au"
         r"|a) ≈8 (?:vers|voir avec|me renvoie|me renvoient|m a renvoye)",
         "Le SAV me renvoie vers le vendeur et le vendeur vers le SAV."),
    # -- no answer: silence where an answer was due
    Rule("no_answer",
         r"(?:aucune?|pas de|zero|jamais eu de|jamais eu la moindre|jamais eu|jamais recu de|jamais recu|pas eu de"
         r"|pas recu de|sans|pas la moindre|pas une|toujours pas de) (?:reponses?|retours?|nouvelles?|signe de vie"
         r"|reaction)", "Aucun retour de votre part.", "Aucune question n'est restée sans réponse.",
         before=r"(?:aucune? ~5 restee?s?|aucune? ~4|rien n est ~2|jamais ~3 (?:reste\w{0,2}|laisse\w{0,2}))",
         after=r"(?:toute faite|toutes faites|en arriere|possible|produit|negatif|a faire|bonnes? nouvelles?"
               r"|d experience|satisfaisante)", negatable=False),
    Rule("no_answer", r"personne ~4 (?:repond\w{0,3}|rappelle\w{0,2}|rappelee?|recontactee?)",
         "Personne ne répond jamais.", negatable=False, after=r"(?:au telephone|aux appels)"),
    Rule("no_answer", r"(?:ne|n) ~2 repond(?:ent|ez|ait|aient|)? (?:pas|jamais|plus|rien|a aucun\w{0,2}|ni)",
         "Ils ne répondent pas aux courriels.", "Le produit ne répond pas à mes attentes.",
         before=r"(?:numero|telephone|ligne|standard|je)",
         after=r"(?:a|aux) (?:mes|nos|mon|ma|notre|ce que|vos) (?:attentes?|besoins?|criteres|exigences|que)",
         negatable=False),
    Rule("no_answer", r"(?:jamais|pas|plus|toujours pas) ~1 (?:repondue?|rappelee?s?|recontactee?s?)",
         "Vous ne m'avez jamais répondu.", "Je n'ai pas répondu à l'enquête.", before=r"(?:je|j) ~1 ai|j ai",
         after=r"(?:a|aux) (?:mes|nos|mon|ma) (?:attentes?|besoins?)|a l enquete", negatable=False),
    Rule("no_answer",
         r"(?:silence radio|silence (?:total|complet|absolu)|lettres? mortes?|f(?:ont|ait|aites) les? morts?"
         r"|puis plus rien|sans nouvelles?)", "Silence radio depuis la signature.", negatable=False),
    Rule("no_answer",
         r"attend(?:s|ons) ~1 (?:toujours|encore) ~2 (?:reponse|retour|nouvelles|coup de fil|appel|rappel)",
         "J'attends toujours une réponse."),
    Rule("no_answer", r"ignor(?:e|ee|ent|ez|er|es) ~1 (?:mes|nos) (?:mails|messages|appels|demandes|courriers)",
         "Vous ignorez mes messages."),
    # -- unreachable: nobody can be got hold of
    Rule("unreachable", r"injoignables?", "Service client injoignable.", "Vous n'êtes jamais injoignables."),
    Rule("unreachable",
         r"impossible (?:de|d|a) ~1 (?:joindre|contacter|avoir (?:quelqu|un|une|le)|parler|les avoir|appeler)",
         "Impossible de vous joindre.", after=r"(?:les deux|un autre)"),
    Rule("unreachable",
         r"(?:difficiles?|durs?|compliquee?s?|impossibles?|galere) (?:a|de|d|pour) ~1 (?:joindre|contacter)",
         "Difficile à joindre."),
    Rule("unreachable",
         r"(?:aucun|pas|pas de|aucune|pas le) (?:moyen|possibilite|facon) (?:de|d) ~1 (?:joindre|contacter|parler"
         r"|avoir|appeler)", "Pas moyen de les joindre.", negatable=False),
    Rule("unreachable",
         r"(?:arriv|reussi|parvien|parven)\w{0,5} ~1 (?:jamais|pas|plus|toujours pas) a ~1 (?:joindre|avoir|contacter)",
         "On n'arrive jamais à les avoir.", negatable=False),
    Rule("unreachable", r"(?:pas|jamais) (?:reussi|parvenue?|arrivee?|pu) ~2 (?:joindre|contacter)",
         "Je n'ai pas pu vous joindre.", negatable=False),
    Rule("unreachable",
         r"(?:ligne|standard|numero|telephone) ~3 (?:occupee?|saturee?|coupee?|sourd|ne repond|ne fonctionne"
         r"|dans le vide)", "La ligne est toujours occupée."),
    Rule("unreachable", r"sonne ~3 (?:occupe|dans le vide)", "Ça sonne dans le vide."),
    Rule("unreachable", r"(?:repondeur|boite vocale)", "Je tombe toujours sur un répondeur."),
    Rule("unreachable", r"(?:ca|on|il|elle)(?: me| nous| vous)? raccroche", "On raccroche avant que j'aie quelqu'un.",
         after=r"(?:toujours )?avec le sourire"),
    Rule("unreachable", r"raccroch\w{1,3} au nez", "Ils m'ont raccroché au nez."),
    Rule("unreachable",
         r"(?:personne (?:ne |n )?decroche|ne decroch\w{1,4} (?:pas|jamais|plus)"
         r"|personne ne ~2 repond\w{0,3} (?:au telephone|aux appels))", "Personne ne décroche.", negatable=False),
    Rule("unreachable", r"(?:pas|jamais|peu) joignables?", "Jamais joignables le lundi.", negatable=False),
    # -- broken promise: what was announced did not happen
    Rule("broken_promise",
         r"(?:promess|engagement|parole|delai|date|rendez vous|rdv|horaire|creneau|planning)\w{0,2} ~5 (?:pas ~2 "
         r"|non |jamais ~1 )(?:tenue?s?|respectee?s?|honoree?s?)", "Le délai annoncé n'a pas été respecté.",
         negatable=False),
    Rule("broken_promise",
         r"(?:pas|jamais|aucun\w{0,2}) ~1 (?:tenue?s?|tenir|respectee?s?|honoree?s?|tient"
         r"|tiennent) ~2 (?:promess\w{1,2}|engagements?|paroles?|delais?|rendez vous|rdv|dates?|horaires?)",
         "Vous n'avez pas tenu vos promesses.", negatable=False),
    Rule("broken_promise",
         r"(?:ne|n) (?:tien\w{1,5}|respect\w{1,4}) (?:pas|jamais|aucun\w{0,2}|ni) ~2 (?:promess\w{1,2}|engagements?"
         r"|paroles?|delais?|rendez vous|rdv|dates?|horaires?)", "Ils ne tiennent pas leurs engagements.",
         negatable=False),
    Rule("broken_promise",
         r"promi(?:s|se|ses|t) ≈8 (?:rien (?:vu|recu|eu|venu|fait|du tout|de tout)|toujours rien|jamais (?:recu|vu"
         r"|eu|venu|arrive)\w{0,2}|pas (?:recu|vu|eu|fait|venu|arrive)\w{0,2}|au final rien)",
         "On m'avait promis un geste, jamais vu.", negatable=False),
    Rule("broken_promise", r"promi(?:s|se|ses) monts et merveilles", "On m'a promis monts et merveilles."),
    Rule("broken_promise", r"promi(?:s|se|ses) ≈4 (?:recue?|livree?|arrivee?) (?:le|avec|{nombre})",
         "Promise le 4, reçue le 19."),
    Rule("broken_promise",
         r"(?:devi(?:ez|ons)|devai(?:t|ent)) ≈6 (?:nous sommes|on est|toujours rien|toujours pas|rien|jamais"
         r"|j attends|personne)", "Vous deviez livrer mardi, nous sommes vendredi.", negatable=False),
    Rule("broken_promise", r"cens\w{1,3} ≈8 (?:jamais|pas vu|pas venue?|rien|personne|toujours pas)",
         "Il était censé passer jeudi, jamais vu.", negatable=False),
    Rule("broken_promise", r"cens\w{1,3} ≈7 je (?:ne )?(?:l|les) ai (?:pas|jamais) vus?",
         "Il était censé passer, je ne l'ai pas vu.", negatable=False),
    Rule("broken_promise", r"(?:est|sont|s est) ~1 (?:jamais|pas) (?:venu|passe|presente|pointe)(?:e|s|es)?",
         "Le technicien n'est jamais venu.", "Je ne suis jamais venu ici.", before=r"(?:je|on|nous) ~1",
         negatable=False),
    Rule("broken_promise",
         r"(?:rendez vous|rdv|livraison|intervention|visite) ~2 (?:annule|reporte|decale|deplace)(?:e|s"
         r"|es)? ~6 (?:derniere minute|{nombre} fois|{nth_fr} fois|sans prevenir|la veille)",
         "Rendez-vous annulé à la dernière minute."),
    Rule("broken_promise",
         r"(?:manque\w{0,3} de parole|paroles en l air|pose un lapin|encore un lapin|poser un lapin|on me dit demain)",
         "Le plombier m'a posé un lapin."),
    Rule("broken_promise", r"(?:beaucoup de|belles|fausses|que des|des) promesses",
         "Beaucoup de promesses, peu d'actes.", "Pas de fausses promesses.", after=r"tenues"),
    Rule("broken_promise", r"contrairement a ce (?:qui|que|qu) ~4 (?:annoncee?|promise?|convenue?)",
         "Contrairement à ce qui était annoncé."),
    # -- simple: little effort was needed
    Rule("simple", r"rien de plus (?:simple|facile)", "Rien de plus facile.", negatable=False),
    Rule("simple", r"simples?", "Inscription très simple.", "Il suffirait d'une simple notice.",
         before=NOT_PRAISE, after=r"(?:a dire|question|curiosite)"),
    Rule("simple", r"(?:tout|tres|si|aussi|plutot) simple", "C'est tout simple."),
    Rule("simple", r"(?:faciles?|facilement|facilites?)", "Démarche facile.", "Facile à joindre.",
         before=r"(?:de|la|trop|plus)", after=r"(?:a|d) ~1 (?:joindre|contacter|acces|trouver|critiquer)|de caisse"),
    Rule("simple", r"(?:de la facilite|facilite de|plus faciles? que|beaucoup plus faciles?)", "Facilité de paiement."),
    Rule("simple", r"simplicite", "Simplicité et écoute.", "La simplicité n'est pas votre fort.",
         after=r"(?:n est pas|laisse a desirer|manque)"),
    Rule("simple", r"(?:intuiti(?:f|fs|ve|ves)|fluides?|jeu d enfant|sans prise de tete)", "Site intuitif et fluide."),
    Rule("simple",
         r"(?:pas|rien de|rien|aucunement|sans|aucune?|ni|sans aucune) (?:complique|compliquee|compliques"
         r"|complications?|difficultes?|difficile|encombre|accroc|prise de tete)", "Rien de compliqué, merci.",
         "Ce n'est pas difficile de faire mieux.", after=r"(?:de|a joindre|a contacter)", negatable=False),
    Rule("simple", r"en (?:un|{nombre}|quelques) clics?", "Créneau trouvé en deux clics."),
    # -- fast: it went quickly
    Rule("fast", r"(?:rapides?|rapidement)", "Réponse rapide et précise.", "J'espère une réponse rapide.",
         before=r"(?:restauration|voie|voies|train|trains)", after=r"(?:s il vous plait|svp|coup d oeil|possible)"),
    Rule("fast", r"(?:rapidite|reactivite|celerite)", "Rapidité et professionnalisme.", "Manque de réactivité.",
         after=r"(?:n est pas|laisse a desirer|manque)"),
    Rule("fast", r"(?:reactifs?|reactives?)", "Équipe réactive.", "Peu réactifs."),
    Rule("fast",
         r"(?:tres|bien|super|hyper|assez|vraiment|alle|allee|regle|reglee|traite|traitee|repondu|intervenu|recue?"
         r"|livree?) vite", "Tout est allé très vite.", "On m'a vite fait comprendre."),
    Rule("fast", r"(?:bien |beaucoup )?plus (?:vite|rapide|rapidement|tot) que (?:prevu|annonce|je|j|ce|d habitude)",
         "Remboursée plus vite que prévu."),
    Rule("fast",
         r"(?:express|immediate?s?|immediatement|instantanee?s?|instantanement|en un temps record"
         r"|en un rien de temps|du premier coup d oeil)", "Prise en charge immédiate."),
    Rule("fast",
         r"(?:regle|resolu|fait|fini|recu|livre|livraison|repar|traite|repon|rembours|interven|interv|rappel|servi"
         r"|termine|boucle|pris|inscri|paye|valide|colis)\w{0,8} ~3 (?:en|sous|en moins de|en moins d"
         r"|dans les) (?:{nombre}|quelques|une?)(?: )?(?:minutes?|min|mn|heures?|h)", "Colis reçu en 24 h.",
         before=r"(?:promis|promise|devait|deviez|annonce|rappele|fois|appels)"),
    Rule("fast",
         r"(?:en un quart d heure|en une demi heure|dans l heure|dans la journee|dans la foulee|dans la minute"
         r"|le jour meme|le soir meme)", "Réponse dans la journée."),
    Rule("fast", r"(?:prise?s?|recue?s?|repondu|servie?s?|rappelee?s?|reglee?s?|occupee?s?) ~2 tout de suite",
         "On m'a pris tout de suite."),
)  # fmt: skip
