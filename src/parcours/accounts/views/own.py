"""One's own account: profile, workspaces, sessions; and the keeper's messages."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import list_usersessions
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parcours.accounts import queries, services
from parcours.accounts.access import keeper, signed_in
from parcours.accounts.forms import NewWorkspaceForm, ProfileForm
from parcours.ui.forms import to_correct


@signed_in
def profile(request: Any) -> HttpResponse:
    """Show and change one's name."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method != "POST":
        return render(request, "accounts/profile.html", {"form": form})
    if not form.is_valid():
        return to_correct(request, "accounts/profile.html", {"form": form})
    form.save()
    messages.success(request, _("Saved."))
    return redirect("profile")


@signed_in
def workspaces(request: Any) -> HttpResponse:
    """List one's workspaces; make another."""
    form = NewWorkspaceForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            made = services.create_workspace(request.user, form.cleaned_data["name"], language=request.LANGUAGE_CODE)
            return redirect("workspace", workspace=made.public_id)
        return to_correct(request, "accounts/workspaces.html", _mine(request, form))
    return render(request, "accounts/workspaces.html", _mine(request, form))


def _mine(request: Any, form: NewWorkspaceForm) -> dict[str, Any]:
    return {"form": form, "memberships": queries.memberships_of(request.user)}


@signed_in
def sessions(request: Any) -> HttpResponse:
    """List where one is signed in. Ending the other sessions asks for a factor again."""
    return reauthentication_required(list_usersessions, allow_get=True)(request)


@signed_in
@require_POST
@reauthentication_required
def end_session(request: Any, session: int) -> HttpResponse:
    """End one of one's own sessions."""
    get_object_or_404(UserSession, user=request.user, pk=session).end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@keeper
@never_cache
@require_safe
def unsent_mail(request: Any) -> HttpResponse:
    """Show the keeper the messages that could not be sent: the links in them let people in."""
    has_mail = settings.PARCOURS_HAS_MAIL
    return render(request, "accounts/unsent_mail.html", {"mails": queries.unsent_mail(), "has_mail": has_mail})
