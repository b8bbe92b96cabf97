"""The audit trail of a workspace."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from parcours.accounts import queries, services
from parcours.accounts.access import in_workspace
from parcours.accounts.roles import MANAGE
from parcours.accounts.words import verb_in_words

ROWS = 50


@in_workspace(MANAGE)
@require_safe
def audit_trail(request: Any) -> HttpResponse:
    """List what was done, the newest first; with ``verify`` in the address, follow the chain too."""
    verb, actor = request.GET.get("verb", ""), request.GET.get("actor", "")
    verbs, actors = queries.verbs_and_actors(request.workspace)
    page = Paginator(queries.trail_of(request.workspace, verb=verb, actor=actor), ROWS).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "page": page,
        "verbs": [(name, verb_in_words(name)) for name in verbs],
        "actors": actors,
        "verb": verb,
        "actor": actor,
    }
    if "verify" in request.GET:
        context |= {"verified": True, "broken": services.verify(request.workspace)}
    return render(request, "accounts/audit_trail.html", context)
