"""The design system's own pages: preferences, the palette, and the style guide. ``web.urls`` says who may open them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from parcours.ui import specimens
from parcours.ui.forms import to_correct
from parcours.ui.preferences import LANGUAGES, THEMES, PreferencesForm, keep


@require_POST
def look(request: Any) -> HttpResponse:
    """Keep an appearance, spacing or language; then the page it was asked from (204 for scripts)."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    response = HttpResponse(status=204) if request.headers.get("X-Quiet") else _back(request)
    keep(request.user, form.chosen, response)
    return response


def preferences(request: Any) -> HttpResponse:
    """Show and keep the reader's preferences."""
    user = request.user
    if request.method != "POST":
        current = {"theme": user.theme, "density": user.density, "language": request.LANGUAGE_CODE}
        return render(request, "ui/preferences.html", {"form": PreferencesForm(initial=current)})
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return to_correct(request, "ui/preferences.html", {"form": form})
    response = HttpResponseRedirect(request.path, status=303)
    keep(user, form.chosen, response)
    return response


@require_GET
def palette(request: Any) -> HttpResponse:
    """Give the list of the command palette: the places this member may go to, and the reader's other workspaces."""
    others = request.user.workspaces.exclude(pk=request.workspace.pk).order_by("name")
    said = {"others": others, "looks": THEMES.items(), "languages": LANGUAGES.items()}
    return render(request, "ui/_palette_list.html", said)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "ui/styleguide/components.html", specimens.components())


@require_GET
def styleguide_charts(request: HttpRequest) -> HttpResponse:
    """Show every chart, the board and the journal."""
    return render(request, "ui/styleguide/charts.html", specimens.drawings())


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/", status=303)
