"""Members of a workspace and invitations to it."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from parcours.accounts import queries, services
from parcours.accounts.access import in_workspace
from parcours.accounts.errors import AlreadyMemberError, LastOwnerError, LinkSpentError
from parcours.accounts.forms import InviteForm, RoleForm
from parcours.accounts.models import Invitation, Membership
from parcours.accounts.roles import MANAGE, Role
from parcours.ui.forms import to_correct

PAGE = "accounts/members.html"
JUST_INVITED = "just_invited"
"""Where a session keeps whom an invitation is for that no mail server takes, until a page said who has its link."""


@in_workspace(MANAGE)
@never_cache
def members(request: Any) -> HttpResponse:
    """List members and invitations; invite."""
    form = InviteForm(request.POST or None, initial={"role": Role.VIEWER})
    if request.method == "POST":
        if form.is_valid():
            if not consume(request, action="invite", key=form.cleaned_data["email"].lower()):
                return respond_429(request)
            try:
                services.invite(request.workspace, request.user, **form.cleaned_data)
            except AlreadyMemberError as error:
                form.add_error("email", error.message)
            else:
                return _invited(request, form.cleaned_data["email"])
        return to_correct(request, PAGE, _listed(request, form))
    return render(request, PAGE, _listed(request, form))


@in_workspace(MANAGE)
@require_POST
def member_role(request: Any, member: int) -> HttpResponse:
    """Give a member another role."""
    membership = get_object_or_404(Membership, workspace=request.workspace, pk=member)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return to_correct(request, PAGE, _listed(request, InviteForm(initial={"role": Role.VIEWER})))
    try:
        services.change_role(membership, request.user, form.cleaned_data["role"])
    except LastOwnerError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved."))
    if membership.user_id == request.user.pk and form.cleaned_data["role"] != Role.OWNER:
        return redirect("workspace", workspace=request.workspace.public_id)
    return _back(request)


@in_workspace(MANAGE)
@require_POST
def remove_member(request: Any, member: int) -> HttpResponse:
    """Take a member out."""
    membership = get_object_or_404(Membership.objects.select_related("user"), workspace=request.workspace, pk=member)
    try:
        services.remove_member(membership, request.user)
    except LastOwnerError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("{name} no longer belongs to the workspace.").format(name=membership.user))
    return redirect("workspaces") if membership.user_id == request.user.pk else _back(request)


@in_workspace(MANAGE)
@require_POST
def resend_invitation(request: Any, invitation: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    found = get_object_or_404(Invitation, workspace=request.workspace, pk=invitation)
    if not consume(request, action="invite", key=found.email):
        return respond_429(request)
    try:
        services.resend(found, request.user)
    except LinkSpentError:
        raise Http404 from None
    return _invited(request, found.email)


@in_workspace(MANAGE)
@require_POST
def revoke_invitation(request: Any, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(Invitation, workspace=request.workspace, pk=invitation)
    try:
        services.revoke_invitation(found, request.user)
    except LinkSpentError:
        raise Http404 from None
    messages.success(request, _("The invitation of {email} is taken back.").format(email=found.email))
    return _back(request)


def _listed(request: Any, form: InviteForm) -> dict[str, Any]:
    invited = request.session.pop(JUST_INVITED, "") if request.method == "GET" else ""
    return {
        "form": form,
        "members": queries.members_of(request.workspace),
        "invitations": queries.invitations_to(request.workspace),
        "roles": list(Role),
        "invited": invited,
        "link": queries.kept_link(request.workspace, invited) if invited and request.user.is_staff else "",
    }


def _invited(request: Any, email: str) -> HttpResponse:
    if settings.PARCOURS_HAS_MAIL:
        messages.success(request, _("An invitation is on its way to {email}.").format(email=email))
    else:
        # Who opens its link makes an account that counts as the address's own: only the keeper may hold it, since
        # anybody with an account can invite any address.
        request.session[JUST_INVITED] = email.strip().lower()
    return _back(request)


def _back(request: Any) -> HttpResponse:
    return redirect("members", workspace=request.workspace.public_id)
