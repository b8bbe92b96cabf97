"""Pages of maps: the list, a new one, the map itself, its title, its copy, putting it away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from parcours.accounts.access import in_workspace, public
from parcours.accounts.roles import EDIT, VIEW
from parcours.eventlog.queries import find_log
from parcours.journeymap import assets, services
from parcours.journeymap.finding import asked_version, map_of, people_address, question_of
from parcours.journeymap.forms import BlankForm, FileForm, ShownForm, TemplateForm, TitleForm, refuse
from parcours.journeymap.living import Choice, is_ready, living
from parcours.journeymap.models import JourneyMap
from parcours.journeymap.queries import document_of, maps_of, shown_version
from parcours.journeymap.samples import samples
from parcours.journeymap.waiting import wait_or_show
from parcours.language.errors import ParcoursError
from parcours.language.translation import _, current_language
from parcours.picture.page import page_script, render_body
from parcours.ui.forms import to_correct
from parcours.ui.toasts import say


@require_safe
@in_workspace(VIEW)
def maps(request: Any) -> HttpResponse:
    """List the maps of a workspace; those put away stand on a page of their own."""
    away = "archived" in request.GET
    return render(request, "journeymap/maps.html", {"rows": maps_of(request.workspace, archived=away), "away": away})


@require_safe
@in_workspace(EDIT)
def new_map(request: Any) -> HttpResponse:
    """Show the ways to begin a map."""
    return render(request, "journeymap/new.html", _beginning(request))


def _beginning(request: Any, **forms: Any) -> dict[str, Any]:
    log = find_log(request.workspace)
    return {
        "samples": samples(current_language()),
        "file_form": FileForm(),
        "blank_form": BlankForm(),
        "events": log.events if log is not None else 0,
        "error": "",
        **forms,
    }


def _to_map(request: Any, map: JourneyMap, text: str) -> HttpResponse:
    say(request, text)
    return redirect("map", workspace=request.workspace.public_id, map=map.public_id)


@require_POST
@in_workspace(EDIT)
def map_from_template(request: Any) -> HttpResponse:
    """Begin with a template."""
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return to_correct(request, "journeymap/new.html", _beginning(request, error=_("There is no such template.")))
    map = services.create_from_template(request.workspace, request.user, form.cleaned_data["template"])
    return _to_map(request, map, _("Your map is ready: change whatever does not fit."))


@require_POST
@in_workspace(EDIT)
def map_from_file(request: Any) -> HttpResponse:
    """Begin with a file; what is wrong with it is said beside it."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            sent, title = form.cleaned_data["file"], form.cleaned_data["title"]
            made = services.create_from_file(request.workspace, request.user, sent, title)
        except ParcoursError as error:
            refuse(form, "file", error)
        else:
            return _taken(request, made)
    return to_correct(request, "journeymap/new.html", _beginning(request, file_form=form))


def _taken(request: Any, made: services.Made) -> HttpResponse:
    """Show the map; where something of the file was lost, first what."""
    if not made.lost:
        return _to_map(request, made.version.map, _("The file is a map now: nothing of it was lost."))
    lost = {"map": made.version.map, "version": made.version, "lost": made.lost}
    return render(request, "journeymap/lost.html", lost)


@require_POST
@in_workspace(EDIT)
def map_from_nothing(request: Any) -> HttpResponse:
    """Begin with the eight usual stages."""
    form = BlankForm(request.POST)
    if not form.is_valid():
        return to_correct(request, "journeymap/new.html", _beginning(request, blank_form=form))
    map = services.create_blank(request.workspace, request.user, form.cleaned_data["title"])
    return _to_map(request, map, _("Your map has its stages: the touchpoints are yours to add."))


@require_POST
@in_workspace(EDIT)
def map_from_data(request: Any) -> HttpResponse:
    """Begin with what people did."""
    try:
        map = services.create_discovered(request.workspace, request.user)
    except ParcoursError as error:
        return to_correct(request, "journeymap/new.html", _beginning(request, error=str(error)))
    return _to_map(request, map, _("A draft was found in your data: rename, move and complete it."))


@require_safe
@in_workspace(VIEW)
def show_map(request: Any, map: str) -> HttpResponse:
    """Show the map with what people lived laid over it, as the reader filters it."""
    found = map_of(request, map)
    version = asked_version(request, found)
    language = current_language()
    asked = request.GET.copy()
    asked.pop("now", None)
    form = ShownForm(asked, document=document_of(version), language=language)
    valid = form.is_valid()
    question = question_of(request, version, form.choice)
    context = {
        "map": found,
        "version": version,
        "form": form,
        "filtered": form.choice != Choice(),
        "lanes_chosen": bool(valid and form.cleaned_data["lanes"]),
    }
    if not is_ready(question) and "now" not in request.GET:
        context |= {"query": asked.urlencode()}
        return render(request, "journeymap/map_waiting.html", context)
    answer = living(question)
    picture = answer.picture
    if valid:
        picture = replace(
            picture, lanes=form.cleaned_data["lanes"] or None, detail=form.cleaned_data["detail"] or "full"
        )
    people = people_address(request, version) if question.people and answer.measured else ""
    body = render_body(picture, people_address=people)
    context |= {
        "body": body,
        "picture": picture,
        "measured": answer.measured,
        "style": assets.style_name(body.columns),
        "script": assets.script_name(),
    }
    return render(request, "journeymap/map.html", context, status=200 if valid else 422)


@require_safe
@in_workspace(VIEW)
def map_waited(request: Any, map: str) -> HttpResponse:
    """Lay the log over the map as the page asked, then have it shown again."""
    version = asked_version(request, map_of(request, map))
    form = ShownForm(request.GET, document=document_of(version), language=current_language())
    return wait_or_show(question_of(request, version, form.choice))


@require_safe
@in_workspace(EDIT)
def edit_title(request: Any, map: str) -> HttpResponse:
    """Show the page with the map's title and what can be done with it."""
    found = map_of(request, map)
    return render(request, "journeymap/settings.html", {"map": found, "form": TitleForm({"title": str(found)})})


@require_POST
@in_workspace(EDIT)
def title(request: Any, map: str) -> HttpResponse:
    """Give the map another title."""
    found = map_of(request, map)
    form = TitleForm(request.POST)
    if not form.is_valid():
        return to_correct(request, "journeymap/settings.html", {"map": found, "form": form})
    services.rename(found, request.user, form.cleaned_data["title"])
    return _to_map(request, found, _("The map has its new title."))


@require_POST
@in_workspace(EDIT)
def copy(request: Any, map: str) -> HttpResponse:
    """Make a map of its own that begins as this one."""
    made = services.duplicate(shown_version(map_of(request, map)), request.user)
    return _to_map(request, made, _("This is the copy."))


@require_POST
@in_workspace(EDIT)
def archiving(request: Any, map: str) -> HttpResponse:
    """Put the map out of the way."""
    found = map_of(request, map)
    services.archive(found, request.user)
    back = reverse("map_archiving_undone", kwargs={"workspace": request.workspace.public_id, "map": found.public_id})
    say(request, _("“{title}” is put away.").format(title=found), undo=back)
    return redirect("maps", workspace=request.workspace.public_id)


@require_POST
@in_workspace(EDIT)
def archiving_undone(request: Any, map: str) -> HttpResponse:
    """Bring the map back."""
    found = map_of(request, map)
    services.unarchive(found, request.user)
    return _to_map(request, found, _("“{title}” is back.").format(title=found))


# ---------------------------------------------------------------- style sheet and script


def _for_good(text: str, kind: str, name: str, asked: str) -> HttpResponse:
    if asked != name and not settings.DEBUG:
        raise Http404
    return HttpResponse(text, content_type=kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})


@require_safe
@public
def map_style(_request: Any, columns: int, name: str) -> HttpResponse:
    """Give the style sheet of maps of so many columns."""
    if not 1 <= columns <= 8:
        raise Http404
    return _for_good(assets.style(columns), "text/css; charset=utf-8", assets.style_name(columns), name)


@require_safe
@public
def map_script(_request: Any, name: str) -> HttpResponse:
    """Give the script of the map."""
    return _for_good(page_script(), "text/javascript; charset=utf-8", assets.script_name(), name)
