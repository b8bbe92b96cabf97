"""Why a draft is as it is, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parcours.language.errors import shorten
from parcours.language.formats import duration, list_words, number, percent, plural_people, quoted
from parcours.language.translation import LANGUAGES, _, ngettext, speaking
from parcours.mapdoc.choosing import Reason
from parcours.mapdoc.discovered import Neighbour
from parcours.mapdoc.drafting import Draft
from parcours.mapdoc.observed import Observed
from parcours.mapdoc.text import Text


def in_both(text: Callable[[], str]) -> Text:
    """Return what ``text`` says in each language."""
    texts: dict[str, str] = {}
    for language in LANGUAGES:
        with speaking(language):
            texts[language] = text()
    return Text(texts)


def stage_reason(
    draft: Draft,
    place: int | None,
    before: Neighbour | None,
    seconds: float | None,
    inside_seconds: float | None,
    inside_order: float | None,
) -> str:
    """Say why a stage begins where it does; ``place`` is its most frequent name."""
    if place is None:
        return _("Nobody has come here yet.")
    log = draft.choice.log
    if before is None:
        text = _("It comes first: {people}.").format(people=_people(log, place))
    elif seconds is None:
        text = _("It stands after “{stage}” by its usual place: {people}, none of whom has both.").format(
            stage=before.name, people=_people(log, place)
        )
    else:
        text = _("{people}, {share} of them after “{stage}”, usually {time} later.").format(
            people=_people(log, place), share=percent(before.share), stage=before.name, time=duration(seconds)
        )
    if inside_seconds is None or inside_order is None:
        return text
    return (
        text
        + " "
        + _("Its touchpoints follow each other after {time}, in this order for {share} of people.").format(
            time=duration(inside_seconds), share=percent(inside_order)
        )
    )


def touchpoint_reason(
    draft: Draft, place: int | None, before: Neighbour | None, seconds: float | None, company: Neighbour | None
) -> str:
    """Say who meets a touchpoint, after what and with what."""
    if place is None:
        return _("No event of it has been seen.")
    log = draft.choice.log
    parts = [_people(log, place)]
    if before is not None and seconds is not None:
        parts.append(
            _("{share} of them after {name}, usually {time} later").format(
                share=percent(before.share), name=quoted(before.name), time=duration(seconds)
            )
        )
    if company is not None and (before is None or company.id != before.id):
        parts.append(_("{share} also have {name}").format(share=percent(company.share), name=quoted(company.name)))
    if log.alike[place]:
        parts.append(ngettext("{n} name", "{n} names", log.alike[place]).format(n=number(log.alike[place])))
    return "; ".join(parts) + "."


def success_reason(draft: Draft) -> str:
    """Say why this is proposed as success."""
    choice = draft.choice
    if choice.goal is not None:
        return _("The goal given is {name}.").format(name=quoted(shorten(choice.goal)))
    if choice.success is None:
        return _("No name speaks of success: name the goal, or no trip counts as one.")
    name, people = quoted(shorten(choice.log.names[choice.success])), _count(choice.log, choice.success)
    if choice.guessed:
        return _("Success is a guess, because most trips end there: {name} ({people}).").format(
            name=name, people=people
        )
    return _("Proposed as success, because its name says so and it comes late: {name} ({people}).").format(
        name=name, people=people
    )


def failure_reason(draft: Draft, place: int) -> str:
    """Say why this is proposed as failure, or why it is only a setback."""
    choice = draft.choice
    if choice.success is None:
        return _("Its name speaks of failure: {people}.").format(people=_people(choice.log, place))
    return _("Its name speaks of failure, and {share} of its {people} succeed.").format(
        share=percent(choice.log.overlap(place, choice.success)), people=_count(choice.log, place)
    )


def left_out_reason(draft: Draft, reason: Reason, place: int | None) -> str:
    """Say why a name is on no touchpoint."""
    log = draft.choice.log
    if place is None or reason == "unseen":
        return _("Rarer than the names that were looked at.")
    people = _people(log, place)
    match reason:
        case "failure":
            return _("A trip fails with it: {people}.").format(people=people)
        case "setback":
            return failure_reason(draft, place)
        case "anywhere":
            return _("Comes before and after the others alike: {people}.").format(people=people)
        case "star":
            return _("A name that ends with * would stand for others as well: {people}.").format(people=people)
        case "rare":
            return _("Rare: {people}.").format(people=people)
    return _("Only on a map with more detail: {people}.").format(people=people)


def origin_of(draft: Draft) -> str:
    """Say where the map comes from, in a few sentences."""
    choice = draft.choice
    log = choice.log
    sentences = [
        _("Drafted from {events} events of {people}, with {names}.").format(
            events=number(log.all_events),
            people=plural_people(log.all_persons),
            names=ngettext("{n} event name", "{n} event names", log.distinct).format(n=number(log.distinct)),
        ),
        _("Touchpoints stand in the order in which the same people meet them."),
        success_reason(draft),
    ]
    if choice.failures:
        sentences.append(
            _("A trip fails with {list}: it then ends in the stage where it stands.").format(
                list=_listed(log, choice.failures)
            )
        )
    if choice.setbacks:
        sentences.append(
            _("Setbacks from which some come back, and so no touchpoints: {list}.").format(
                list=_listed(log, choice.setbacks)
            )
        )
    return " ".join([*sentences, *_about_the_rest(draft)])


def _about_the_rest(draft: Draft) -> list[str]:
    log = draft.choice.log
    shown = [point.place for point in draft.points if point.place is not None]
    by_reason: dict[Reason, list[int]] = {}
    for place, reason in draft.choice.left_out(shown):
        by_reason.setdefault(reason, []).append(place)
    sentences = []
    groups = [quoted(log.names[place].removesuffix("*").strip()) for place in shown if log.alike[place]]
    if groups:
        sentences.append(
            _("Rare names that begin alike are one touchpoint each: {list}.").format(list=list_words(groups))
        )
    if anywhere := by_reason.get("anywhere"):
        sentences.append(
            _("Met anywhere in the order, and so no touchpoints: {list}.").format(list=_listed(log, anywhere))
        )
    rest = [place for reason in ("detail", "rare", "star") for place in by_reason.get(reason, [])]
    if rest:
        sentences.append(
            ngettext("Left out: {n} rarer name, {list}.", "Left out: {n} rarer names, {list}.", len(rest)).format(
                n=number(len(rest)), list=_listed(log, rest)
            )
        )
    others = log.all_events - int(log.events.sum())
    if others:
        sentences.append(
            ngettext(
                "{n} event of a name that is rarer still was not looked at.",
                "{n} events of names that are rarer still were not looked at.",
                others,
            ).format(n=number(others))
        )
    return sentences


def _count(log: Observed, place: int) -> str:
    return plural_people(int(log.persons[place]))


def _people(log: Observed, place: int) -> str:
    share = float(log.persons[place]) / max(log.all_persons, 1)
    return _("{people} ({share})").format(people=_count(log, place), share=percent(share, 0 if share >= 0.01 else 1))


def _listed(log: Observed, places: Sequence[int], most: int = 8) -> str:
    shown = [
        f"{quoted(shorten(log.names[place], 60))} ({number(float(log.persons[place]))})" for place in places[:most]
    ]
    if len(places) > most:
        rest = len(places) - most
        shown.append(ngettext("{n} more", "{n} more", rest).format(n=number(rest)))
    return list_words(shown)
