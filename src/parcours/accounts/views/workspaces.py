"""A workspace's settings, leaving it, deleting it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parcours.accounts import services
from parcours.accounts.access import in_workspace
from parcours.accounts.errors import LastOwnerError, NotAsTypedError
from parcours.accounts.forms import DeleteForm, WorkspaceForm
from parcours.accounts.roles import MANAGE, OWN, VIEW
from parcours.accounts.services.workspaces import WhenDeleted
from parcours.ui.forms import to_correct


@in_workspace(MANAGE)
def workspace_settings(request: Any) -> HttpResponse:
    """Show and change name, language, time zone and currency."""
    form = WorkspaceForm(request.POST or None, instance=request.workspace)
    if request.method != "POST":
        return render(request, "accounts/workspace_settings.html", {"form": form})
    if not form.is_valid():
        request.workspace.refresh_from_db()
        return to_correct(request, "accounts/workspace_settings.html", {"form": form})
    services.change_workspace(request.workspace, request.user, **form.changes)
    messages.success(request, _("Saved."))
    return redirect("workspace_settings", workspace=request.workspace.public_id)


def delete_workspace(then: Sequence[WhenDeleted]) -> Callable[..., HttpResponse]:
    """Make the page that deletes a workspace; ``then`` removes what stands outside the database."""

    @in_workspace(OWN)
    def delete_workspace(request: Any) -> HttpResponse:
        form = DeleteForm(request.POST or None)
        if request.method != "POST":
            return render(request, "accounts/delete_workspace.html", {"form": form})
        if form.is_valid():
            try:
                name, typed = request.workspace.name, form.cleaned_data["typed"]
                services.delete_workspace(request.workspace, request.user, typed=typed, then=then)
            except NotAsTypedError as error:
                form.add_error("typed", error.message)
            else:
                messages.success(request, _("{name} is deleted.").format(name=name))
                return redirect("workspaces")
        return to_correct(request, "accounts/delete_workspace.html", {"form": form})

    return delete_workspace


@in_workspace(VIEW)
@require_POST
def leave_workspace(request: Any) -> HttpResponse:
    """Leave a workspace."""
    try:
        services.leave(request.membership)
    except LastOwnerError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("You have left {name}.").format(name=request.workspace.name))
    return redirect("workspaces")
