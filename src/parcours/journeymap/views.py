"""The home of a workspace: where we lose people, what they feel, what to do first, and how to begin."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from parcours.accounts.access import in_workspace, signed_in
from parcours.accounts.roles import VIEW
from parcours.eventlog.queries import find_log
from parcours.journeymap.assets import style_name
from parcours.journeymap.finding import question_of
from parcours.journeymap.homepage import to_do, worst_felt, worst_losses
from parcours.journeymap.living import is_ready, living
from parcours.journeymap.queries import home_of, maps_of, shown_version
from parcours.journeymap.waiting import wait_or_show
from parcours.language.formats import number
from parcours.language.translation import _, ngettext
from parcours.picture.strip import draw_relief_strip, draw_river_strip


@require_safe
@signed_in
def home(request: Any) -> HttpResponse:
    """Lead to the reader's workspace; to the list where there are several or none."""
    workspaces = list(request.user.workspaces.order_by("name")[:2])
    if len(workspaces) == 1:
        return redirect("workspace", workspace=workspaces[0].public_id)
    return render(request, "journeymap/workspaces.html", {"workspaces": request.user.workspaces.order_by("name")})


@require_safe
@in_workspace(VIEW)
def workspace_home(request: Any) -> HttpResponse:
    """Show the one page of a map with its data, or the ways to begin where one of them is missing."""
    rows = maps_of(request.workspace)
    log = find_log(request.workspace)
    has_data = log is not None and bool(log.events)
    row = home_of(rows, request.GET.get("map"))
    if row is None:
        persons = log.persons if log else 0
        people = ngettext("{n} person", "{n} persons", persons).format(n=number(persons))
        shown = {"has_data": has_data, "events": log.events if log else 0, "people_in_words": people}
        return render(request, "journeymap/home_without_map.html", shown)
    context = {"rows": rows, "row": row, "map": row.map, "has_data": has_data}
    if not has_data:
        context["unmeasured"] = [_("People who set out"), _("Conversion"), _("Promises kept"), _("NPS")]
        return render(request, "journeymap/home_without_data.html", context)
    question = question_of(request, shown_version(row.map))
    if not is_ready(question) and "now" not in request.GET:
        return render(request, "journeymap/home_waiting.html", context)
    found = living(question)
    picture = found.picture
    context |= {
        "picture": picture,
        "figures": found.figures,
        "steps": to_do(found.letter) if found.letter is not None else [],
        "river": draw_river_strip(picture),
        "relief": draw_relief_strip(picture),
        "losses": worst_losses(picture),
        "felt": worst_felt(picture),
        "quotes": [stage for stage in picture.stages if stage.quote is not None][:2],
        "columns": min(8, max(1, len(picture.stages))),
        "style": style_name(min(8, max(1, len(picture.stages)))),
    }
    return render(request, "journeymap/home.html", context)


@require_safe
@in_workspace(VIEW)
def home_waited(request: Any) -> HttpResponse:
    """Lay the log over the map, then have the page that waits shown again."""
    row = home_of(maps_of(request.workspace), request.GET.get("map"))
    return wait_or_show(None if row is None else question_of(request, shown_version(row.map)))
