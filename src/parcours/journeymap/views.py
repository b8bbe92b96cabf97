"""Pages of a workspace's maps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from parcours.accounts.access import in_workspace, signed_in
from parcours.accounts.roles import VIEW


@signed_in
def home(request: Any) -> HttpResponse:
    """Lead to the reader's workspace; to the list where there are several or none."""
    workspaces = list(request.user.workspaces.order_by("name")[:2])
    if len(workspaces) == 1:
        return redirect("workspace", workspace=workspaces[0].public_id)
    return render(request, "journeymap/workspaces.html", {"workspaces": request.user.workspaces.order_by("name")})


@in_workspace(VIEW)
def workspace_home(request: Any) -> HttpResponse:
    """Show the home of a workspace."""
    return render(request, "journeymap/home.html")
