"""A first map drafted from a log: what people do, in the order in which they do it, ready to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from parcours.engine.predicates import EventMatch, Rule
from parcours.engine.succession import SuccessionResult
from parcours.language.errors import UsageError
from parcours.language.translation import _, speaking
from parcours.mapdoc.choosing import LEVELS, USUAL, choose
from parcours.mapdoc.discovered import Discovery, Proposal
from parcours.mapdoc.document import JourneyMap, Stage, Touchpoint, TripRule
from parcours.mapdoc.drafting import Draft, draft_of, pattern_of
from parcours.mapdoc.explaining import in_both, origin_of
from parcours.mapdoc.naming import visible
from parcours.mapdoc.observed import observed_of
from parcours.mapdoc.phrases import id_from
from parcours.mapdoc.proposing import left_out_of, proposals_of
from parcours.mapdoc.text import LanguageCode, Text


def discover(
    succession: SuccessionResult,
    *,
    title: str,
    language: LanguageCode,
    goal: str | None = None,
    detail: int = USUAL,
    stages: int | None = None,
    touchpoints: int | None = None,
) -> Discovery:
    """Draft a map from the order in which names occur in a log: see ``engine.succession``.

    Names of at least one person in a hundred become touchpoints, ordered by who comes before whom in the same person
    and cut into 4 to 8 stages: within a stage people meet things in any order, close together, the same people all of
    them. A name that speaks of success (English, French, Dutch) and comes late is proposed as ``succeeds_when``,
    unless ``goal`` names an event; names that speak of failure, and after which next to nobody succeeds, become
    ``fails_when`` and no touchpoints: a trip fails where it stands. Those after which some succeed are setbacks, and
    no touchpoints either. Names that come before and after all others alike are met anywhere, and left out.

    ``detail`` 1 to 5 shows fewer or more; ``stages`` and ``touchpoints`` say how many in its place (touchpoints: those
    that most persons have, beside the success and one for each stage). What a coarser map shows, and where it cuts, a
    finer one does too. The same log gives the same map. UsageError for a log without events, a detail that there is
    not, and numbers below 1.
    """
    _check(detail, stages, touchpoints)
    log = observed_of(succession)
    if not len(log):
        raise UsageError(_("The log is empty: there is nothing to draft a map from."))
    draft = draft_of(choose(log, goal), language, detail, stages, touchpoints)
    proposals = proposals_of(draft)
    return Discovery(
        map=_map_of(draft, proposals, title, language),
        persons=log.all_persons,
        events=log.all_events,
        detail=detail,
        proposals=proposals,
        left_out=left_out_of(draft),
    )


def _check(detail: int, stages: int | None, touchpoints: int | None) -> None:
    if detail not in LEVELS:
        raise UsageError(
            _("There is no detail {value}.").format(value=detail),
            value=detail,
            expected=_("From 1 (coarse) to 5 (everything)."),
        )
    for name, value in (("stages", stages), ("touchpoints", touchpoints)):
        if value is not None and value < 1:
            raise UsageError(
                _("“{name}” cannot be {value}.").format(name=name, value=value),
                value=value,
                expected=_("Ask for 1 or more."),
            )


def _map_of(draft: Draft, proposals: Sequence[Proposal], title: str, language: LanguageCode) -> JourneyMap:
    choice = draft.choice
    reasons = {(proposal.kind, proposal.id): proposal.reason for proposal in proposals}
    with speaking(language):
        named = visible(title) or _("Journey")
    won = choice.goal if choice.success is None else choice.log.names[choice.success]
    return JourneyMap(
        id=id_from(title, otherwise="map"),
        title=Text({language: named}),
        stages=tuple(
            Stage(
                id=stage.id,
                name=Text({language: stage.name}),
                description=reasons["stage", stage.id],
                touchpoints=tuple(
                    Touchpoint(
                        id=point.id,
                        name=Text({language: point.label}),
                        rule=_rule([point.pattern]),
                        description=reasons["touchpoint", point.id],
                    )
                    for point in stage.points
                ),
            )
            for stage in draft.stages
        ),
        default_language=language,
        trip=TripRule(
            succeeds_when=None if won is None else _rule([pattern_of(won)]),
            fails_when=_rule([pattern_of(choice.log.names[place]) for place in choice.failures])
            if choice.failures
            else None,
        ),
        evidence_level="measured",
        origin=in_both(partial(origin_of, draft)),
    )


def _rule(names: Sequence[str]) -> Rule:
    return Rule((EventMatch(tuple(names)),))
