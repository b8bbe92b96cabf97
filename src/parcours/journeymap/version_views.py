"""Pages of a map's versions: the list, a new one from a file, publishing, restoring, comparing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from parcours.accounts.access import in_workspace
from parcours.accounts.roles import EDIT, VIEW
from parcours.journeymap import services
from parcours.journeymap.finding import map_of, version_of
from parcours.journeymap.forms import VersionForm, refuse
from parcours.journeymap.policy import policy_of
from parcours.journeymap.queries import document_of, shown_of, versions_of
from parcours.journeymap.way_back import Stop, with_way_back
from parcours.language.errors import ParcoursError
from parcours.language.translation import _, current_language
from parcours.mapdoc import changes
from parcours.mapdoc.change_words import told_by_stage
from parcours.mapdoc.parts import take_apart
from parcours.report.versions import beside_versions
from parcours.ui.forms import to_correct
from parcours.ui.toasts import say


def _listed(request: Any, map: str, **more: Any) -> dict[str, Any]:
    found = map_of(request, map)
    versions = versions_of(found)
    return {"map": found, "versions": versions, "shown": shown_of(versions), "form": VersionForm(), **more}


@require_safe
@in_workspace(VIEW)
def versions(request: Any, map: str) -> HttpResponse:
    """List the versions of a map, the newest first."""
    return render(request, "journeymap/versions.html", _listed(request, map))


@require_POST
@in_workspace(EDIT)
def new_version(request: Any, map: str) -> HttpResponse:
    """Make a draft of a file; what is wrong with it is said beside it."""
    found = map_of(request, map)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = services.add_version_from_file(
                found, request.user, form.cleaned_data["file"], form.cleaned_data["note"]
            )
        except ParcoursError as error:
            refuse(form, "file", error)
        else:
            if made.lost:
                lost = {"map": found, "version": made.version, "lost": made.lost}
                return render(request, "journeymap/lost.html", lost)
            say(request, _("Version {n} is a draft: compare it, then publish it.").format(n=made.version.number))
            return redirect("map_versions", workspace=request.workspace.public_id, map=found.public_id)
    return to_correct(request, "journeymap/versions.html", _listed(request, map, form=form))


@require_POST
@in_workspace(EDIT)
def publication(request: Any, map: str, number: int) -> HttpResponse:
    """Make a version the one that everybody sees."""
    version = version_of(request, map, number)
    services.publish(version, request.user)
    say(request, _("Version {n} is published.").format(n=version.number))
    return redirect("map", workspace=request.workspace.public_id, map=version.map.public_id)


@require_POST
@in_workspace(EDIT)
def restoration(request: Any, map: str, number: int) -> HttpResponse:
    """Make a new draft that says what an old version said."""
    made = services.restore(version_of(request, map, number), request.user)
    say(request, _("Version {n} is a draft: compare it, then publish it.").format(n=made.number))
    return redirect("map_versions", workspace=request.workspace.public_id, map=made.map.public_id)


@require_safe
@in_workspace(VIEW)
def comparison(request: Any, map: str) -> HttpResponse:
    """Tell what changed from one version to another, stage by stage."""
    before, after = _two(request, map)
    old, new = document_of(before), document_of(after)
    found = changes.diff(old, new)
    told = told_by_stage(found, take_apart(old), take_apart(new))
    context = {
        "map": before.map, "before": before, "after": after, "count": len(found), "told": told,
        "versions": versions_of(before.map),
    }  # fmt: skip
    return render(request, "journeymap/comparison.html", context)


@require_safe
@in_workspace(VIEW)
def comparison_picture(request: Any, map: str) -> HttpResponse:
    """Draw two versions beside each other, what changed marked in both: a document of its own."""
    before, after = _two(request, map)
    names = tuple(_("Version {n}").format(n=one.number) for one in (before, after))
    page = beside_versions(
        document_of(before), document_of(after), files=(names[0], names[1]), language=current_language()
    ).html()
    page = with_way_back(page, _way(request, before, after))
    return HttpResponse(page, headers={"Content-Security-Policy": policy_of(page)})


def _way(request: Any, before: Any, after: Any) -> tuple[Stop, ...]:
    parts = {"workspace": request.workspace.public_id}
    one = {**parts, "map": before.map.public_id}
    return (
        Stop(_("Maps"), reverse("maps", kwargs=parts)),
        Stop(str(before.map), reverse("map", kwargs=one)),
        Stop(_("Compare"), f"{reverse('map_comparison', kwargs=one)}?from={before.number}&to={after.number}"),
        Stop(_("The picture")),
    )


def _two(request: Any, map: str) -> tuple[Any, Any]:
    numbers = [request.GET.get(name, "") for name in ("from", "to")]
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in numbers):
        raise Http404
    before, after = (version_of(request, map, int(one)) for one in numbers)
    return before, after
