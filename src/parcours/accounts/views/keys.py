"""Keys for programs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from parcours.accounts import queries, services
from parcours.accounts.access import in_workspace
from parcours.accounts.forms import KeyForm
from parcours.accounts.models import ApiKey
from parcours.accounts.roles import MANAGE
from parcours.ui.forms import to_correct

PAGE = "accounts/api_keys.html"


@in_workspace(MANAGE)
@never_cache
def api_keys(request: Any) -> HttpResponse:
    """List the keys; make one. The secret stands in the answer itself, so that no session ever keeps it."""
    form = KeyForm(request.POST or None)
    context = {"form": form, "keys": queries.keys_of(request.workspace)}
    if request.method != "POST":
        return render(request, PAGE, context)
    if not form.is_valid():
        return to_correct(request, PAGE, context)
    given = form.cleaned_data
    key, secret = services.make_key(request.workspace, request.user, given["name"], given["scopes"])
    return render(request, PAGE, {**context, "form": KeyForm(), "made": key, "secret": secret}, status=201)


@in_workspace(MANAGE)
@require_POST
def revoke_key(request: Any, key: int) -> HttpResponse:
    """End a key."""
    found = get_object_or_404(ApiKey.objects.select_related("workspace"), workspace=request.workspace, pk=key)
    services.revoke_key(found, request.user)
    messages.success(request, _("The key {name} no longer opens anything.").format(name=found.name))
    return redirect("api_keys", workspace=request.workspace.public_id)
