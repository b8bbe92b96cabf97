"""Signing in by a link, the first start, and invitations."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume, respond_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parcours.accounts import services
from parcours.accounts.access import public
from parcours.accounts.adapter import INVITED
from parcours.accounts.errors import AlreadySetUpError, LinkSpentError, WrongAddressError
from parcours.accounts.forms import FirstForm, LinkForm
from parcours.accounts.limits import forget_writing, may_write
from parcours.accounts.tokens import digest_of
from parcours.ui.forms import to_correct


@public
@never_cache
def request_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether the address has an account or not, and whether one is sent."""
    form = LinkForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if request.method != "POST":
        return render(request, "accounts/request_link.html", {"form": form})
    if not form.is_valid():
        return to_correct(request, "accounts/request_link.html", {"form": form})
    email = form.cleaned_data["email"].lower()
    if not consume(request, action="magic_link"):
        return respond_429(request)
    if not services.enough_wait(email) and may_write(request, "link", email):
        services.send_link(email)
    return redirect("link_sent")


@public
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Say where to look."""
    return render(request, "accounts/link_sent.html")


@public
@never_cache
def magic_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a link. Opening it changes nothing: programs that read mail open every link. Its button does."""
    if request.method != "POST":
        return render(request, "accounts/magic_link.html")
    if not consume(request, action="login"):
        return respond_429(request)
    try:
        user = services.use_link(token)
    except LinkSpentError as error:
        return render(request, "accounts/spent.html", {"error": error.message, "again": True}, status=410)
    forget_writing(request, "link", user.email)
    for address in EmailAddress.objects.filter(user=user, email=user.email, verified=False):
        address.user = user  # whose password may change with it
        get_adapter().confirm_email(request, address)
    record_authentication(request, user, method="link", email=user.email)
    # The stages of allauth follow: who has a second factor is asked for it.
    return perform_login(request, user, email=user.email)


@public
@never_cache
def first(request: Any) -> HttpResponse:
    """Make the first user and workspace, as long as there is none."""
    if services.first_code() is None:
        return redirect("home")
    form = FirstForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/first.html", {"form": form})
    if not consume(request, action="first"):
        return respond_429(request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            user, workspace = services.make_first(
                given["code"],
                email=given["email"],
                password=given["password"],
                workspace=given["workspace"],
                language=request.LANGUAGE_CODE,
            )
        except AlreadySetUpError as error:
            form.add_error("code", error.message)
        else:
            get_adapter().login(request, user)
            messages.success(request, _("Welcome. {name} is ready.").format(name=workspace.name))
            return redirect("home")
    return to_correct(request, "accounts/first.html", {"form": form})


@public
@never_cache
def invitation(request: Any, token: str) -> HttpResponse:
    """Show an invitation to who holds its link, and let them in by its button."""
    return _invitation(request, digest_of(token))


@public
@never_cache
def kept_invitation(request: Any) -> HttpResponse:
    """Show the same to who came by the link and has signed in since."""
    return _invitation(request, request.session.get(INVITED, ""))


def _invitation(request: Any, digest: str) -> HttpResponse:
    try:
        found = services.find_invitation(digest)
        if request.user.is_authenticated and request.method == "POST":
            membership = services.accept(digest, request.user)
            request.session.pop(INVITED, None)
            messages.success(request, _("You belong to {name} now.").format(name=membership.workspace.name))
            return redirect("workspace", workspace=membership.workspace.public_id)
    except LinkSpentError as error:
        return render(request, "accounts/spent.html", {"error": error.message}, status=410)
    except WrongAddressError as error:
        return render(request, "accounts/invitation.html", {"invitation": found, "error": error.message}, status=409)
    if not request.user.is_authenticated:
        # The link proves the address: it need not be confirmed again after signing up.
        request.session[INVITED] = digest
        get_adapter().stash_verified_email(request, found.email)
    wrong = request.user.is_authenticated and request.user.email.lower() != found.email
    return render(request, "accounts/invitation.html", {"invitation": found, "wrong": wrong})
