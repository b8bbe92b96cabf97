"""What leaves a map: the report and the letter to read, and every file to take away."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parcours.accounts.access import in_workspace, signed_in
from parcours.accounts.roles import SEE_PEOPLE, VIEW
from parcours.eventlog.queries import find_log
from parcours.journeymap import samples, services
from parcours.journeymap.finding import asked_version, map_of, people_address, question_of
from parcours.journeymap.forms import ShownForm
from parcours.journeymap.living import Question, letter, trips_of
from parcours.journeymap.policy import policy_of
from parcours.journeymap.queries import document_of
from parcours.journeymap.takeaways import FILES, GROUPS, file_name, living_measured, losses_of, report_of, taken
from parcours.journeymap.way_back import Stop, with_way_back
from parcours.language.cells import harmless
from parcours.language.errors import UsageError
from parcours.language.translation import _, current_language
from parcours.mapdoc.templates import template_names
from parcours.report.people import people_of
from parcours.ui.toasts import say


def _asked(request: Any, map: str) -> Question:
    version = asked_version(request, map_of(request, map))
    form = ShownForm(request.GET, document=document_of(version), language=current_language())
    return question_of(request, version, form.choice)


@require_safe
@in_workspace(VIEW)
def take_away(request: Any, map: str) -> HttpResponse:
    """List what can be taken away, with a sentence each."""
    found = map_of(request, map)
    log = find_log(request.workspace)
    context = {
        "map": found, "version": asked_version(request, found), "groups": GROUPS,
        "has_data": log is not None and bool(log.events), "sees_people": request.membership.may(SEE_PEOPLE),
    }  # fmt: skip
    return render(request, "journeymap/take_away.html", context)


@require_safe
@in_workspace(VIEW)
def report(request: Any, map: str) -> HttpResponse:
    """Show the report: a document of its own that may run its script and ask nobody for anything."""
    question = _asked(request, map)
    page = with_way_back(
        report_of(question, people_address(request, question.version)), _way(request, question, _("The report"))
    )
    return HttpResponse(page, headers={"Content-Security-Policy": policy_of(page)})


def _way(request: Any, question: Question, here: str) -> tuple[Stop, ...]:
    """Return the way from the list of maps to a document of one."""
    parts = {"workspace": request.workspace.public_id}
    map = question.version.map
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return (
        Stop(_("Maps"), reverse("maps", kwargs=parts)),
        Stop(str(map), reverse("map", kwargs={**parts, "map": map.public_id}) + query),
        Stop(here),
    )


@require_safe
@in_workspace(VIEW)
def letter_page(request: Any, map: str) -> HttpResponse:
    """Show the letter; without data lead back to the map."""
    question = _asked(request, map)
    found = letter(question)
    if found is None:
        return _nothing_yet(request, question)
    page = with_way_back(found.html(), _way(request, question, _("The letter")))
    return HttpResponse(page, headers={"Content-Security-Policy": policy_of(page)})


@require_safe
@in_workspace(VIEW)
def file(request: Any, map: str, form: str) -> HttpResponse:
    """Give one file to take away."""
    question = _asked(request, map)
    wanted = FILES.get(form)
    if wanted is None:
        raise Http404
    if form == "report":
        address = settings.PARCOURS_URL + people_address(request, question.version)
        content: bytes | None = report_of(question, address).encode()
    else:
        content = taken(wanted, question)
    if content is None:
        return _nothing_yet(request, question)
    if request.method == "GET" and wanted.holds_people and question.people and living_measured(question):
        services.tell_of_people(question.version, request.user, "report_taken")
    headers = {
        "Content-Disposition": _attachment(file_name(question, wanted)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    lost = losses_of(form, question)
    if lost:
        headers["X-Parcours-Lost"] = str(len(lost))
    return HttpResponse(content, content_type=wanted.kind, headers=headers)


def _attachment(name: str) -> str:
    plain = name.encode("ascii", "ignore").decode().replace('"', "")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def _nothing_yet(request: Any, question: Question) -> HttpResponse:
    say(request, _("There is no data yet to write of: import events first."), bad=True)
    return redirect("map", workspace=request.workspace.public_id, map=question.version.map.public_id)


@require_safe
@in_workspace(SEE_PEOPLE)
def people(request: Any, map: str) -> HttpResponse:
    """Give every case behind a figure as a file."""
    question = _asked(request, map)
    log, document = find_log(request.workspace), document_of(question.version)
    if log is None:
        raise Http404
    figure = request.GET.get("figure", "")
    try:
        cases = people_of(log, document, figure, only=trips_of(question.choice, document, log))
    except UsageError:
        raise Http404 from None
    if request.method == "GET":
        services.tell_of_people(question.version, request.user, "people_taken", figure=figure, cases=len(cases))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_("Person"), _("Detail")])
    writer.writerows((harmless(case.person), harmless(case.detail or "")) for case in cases)
    name = _("people") + "-" + "".join(sign if sign.isalnum() else "-" for sign in figure)[:80] + ".csv"
    return HttpResponse(
        out.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": _attachment(name)},
    )


@require_safe
@signed_in
def template_drawing(_request: Any, name: str, theme: str, digest: str) -> HttpResponse:
    """Draw a template, light or dark, in the reader’s language; ``digest`` names what is drawn, so that it is kept."""
    del digest
    if name not in template_names() or theme not in ("light", "dark"):
        raise Http404
    picture = samples.drawing(name, current_language(), theme)
    return HttpResponse(
        picture,
        content_type="image/svg+xml; charset=utf-8",
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox",
        },
    )
