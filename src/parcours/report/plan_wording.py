"""The words of findings about the plan: broken promises, deviations, stages out of step; never a cause."""

from __future__ import annotations

from parcours.language.counted import said_of
from parcours.language.formats import number, percent, quoted, signed
from parcours.language.translation import _, current_language, ngettext
from parcours.picture.gauges import quadrant_word
from parcours.report.findings import Candidate
from parcours.report.plan_findings import felt_lower


def promise_text(one: Candidate) -> tuple[str, list[str]]:
    """Return headline and evidence of a promise that is broken more often than it allows itself."""
    promise = one.promise
    assert promise is not None and one.touchpoint is not None
    headline = _("{promise}: kept {share} of the time, where {target} was meant").format(
        promise=quoted(statement_of(one)), share=percent(promise.share or 0.0), target=percent(promise.percentile / 100)
    )
    broken = ngettext("{n} broken of {all}", "{n} broken of {all}", promise.broken).format(
        n=number(promise.broken), all=number(promise.settled)
    )
    felt = ""
    if felt_lower(promise) and promise.feeling.value is not None and promise.feeling.base is not None:
        felt = _("the next answer is {broken} after a broken one, {kept} after a kept one").format(
            broken=signed(promise.feeling.value), kept=signed(promise.feeling.base)
        )
    return headline, [broken, felt]


def statement_of(one: Candidate) -> str:
    """Return a promise as customers hear it."""
    assert one.promise is not None and one.touchpoint is not None
    said = next((each.statement for each in one.touchpoint.plan.promises if each.id == one.promise.id), None)
    return said.in_language(current_language()) if said is not None else one.promise.id


def deviation_text(one: Candidate) -> tuple[str, list[str]]:
    """Return headline and evidence of a deviation that goes with fewer successes."""
    found = one.deviation
    assert found is not None and one.touchpoint is not None
    name, n = quoted(one.touchpoint.name), number(found.trips)
    headline = {
        "missing": ngettext("{point} never comes in {n} trip", "{point} never comes in {n} trips", found.trips),
        "adhoc": ngettext(
            "{point} comes beyond the plan in {n} trip", "{point} comes beyond the plan in {n} trips", found.trips
        ),
        "failing": ngettext("{point} fails in {n} trip", "{point} fails in {n} trips", found.trips),
        "out_of_sequence": ngettext(
            "{point} comes too early in {n} trip", "{point} comes too early in {n} trips", found.trips
        ),
        "late": ngettext("{point} comes late in {n} trip", "{point} comes late in {n} trips", found.trips),
    }[found.kind].format(point=name, n=n)
    succeed = _("{value} of them succeed, {base} of the others: an association, not a cause").format(
        value=percent(found.success.value or 0.0), base=percent(found.success.base or 0.0)
    )
    return headline, [succeed]


def alignment_text(one: Candidate) -> tuple[str, list[str]]:
    """Return headline and evidence of a stage where structure or feeling falls short."""
    found, stage = one.aligned, one.stage
    assert found is not None and found.quadrant is not None and stage is not None
    headline = _("Stage {stage}: {quadrant}").format(stage=quoted(stage.name), quadrant=quadrant_word(found.quadrant))
    scores = _("structure {ours} and feeling {theirs} out of 100").format(
        ours=number(found.structure or 0.0), theirs=number(found.experience or 0.0)
    )
    people = said_of(
        stage.counted,
        ngettext("{n} person came here", "{n} people came here", found.people),
        ngettext("{n} trip came here", "{n} trips came here", found.people),
    ).format(n=number(found.people))
    return headline, [scores, people]
