"""Who may open an address. Every view declares it; a test fails on an address that does not.

``public``, ``signed_in``, ``keeper`` and ``in_workspace(permission)`` decorate views. Under ``in_workspace`` the
address starts with ``/w/<workspace>/``; the view finds ``request.workspace`` and ``request.membership``. A stranger
gets the same 404 for a workspace that exists and for one that does not.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Literal

from asgiref.sync import sync_to_async
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from parcours.accounts.models import Membership, User
from parcours.accounts.roles import PERMISSIONS

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """Who may open an address: everybody, who is signed in, who keeps the installation, or members whose role has
    ``permission``. ``signing_in`` is a page between two steps of signing in: everybody else is led to the beginning.
    """

    kind: Literal["public", "signing_in", "signed_in", "keeper", "workspace"]
    permission: str | None = None


def public(view: View) -> View:
    """Let everybody in."""
    view.access = Access("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let in who is signed in, whatever their workspaces."""
    return _guarded(view, Access("signed_in"), _turned_away)


def keeper(view: View) -> View:
    """Let in who keeps the installation; to everybody else the address does not exist."""
    return _guarded(view, Access("keeper"), _only_keeper)


def in_workspace(permission: str) -> Callable[[View], View]:
    """Let in members of the workspace in the address whose role has ``permission``."""
    if permission not in PERMISSIONS:
        raise ValueError(permission)

    def decorate(view: View) -> View:
        return _guarded(
            view, Access("workspace", permission), lambda request, kwargs: _enter(request, kwargs, permission)
        )

    return decorate


def require(request: Any, permission: str) -> None:
    """Refuse a member whose role does not have ``permission``: for one part of a page that others may open."""
    if not request.membership.may(permission):
        request.permission_refused = permission
        raise PermissionDenied


def _guarded(view: View, access: Access, check: Callable[[Any, dict[str, Any]], Any]) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded(request: HttpRequest, **kwargs: Any) -> Any:
            refusal = await sync_to_async(check)(request, kwargs)
            return refusal or await view(request, **kwargs)
    else:

        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> Any:
            return check(request, kwargs) or view(request, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def _turned_away(request: HttpRequest, _kwargs: dict[str, Any]) -> Any:
    if request.user.is_authenticated:
        return None
    if request.path == "/" and not User.objects.exists():
        return redirect("first")
    return redirect_to_login(request.get_full_path())


def _only_keeper(request: HttpRequest, kwargs: dict[str, Any]) -> Any:
    if refusal := _turned_away(request, kwargs):
        return refusal
    if not request.user.is_staff:
        raise Http404
    return None


def _enter(request: Any, kwargs: dict[str, Any], permission: str) -> Any:
    if refusal := _turned_away(request, kwargs):
        return refusal
    workspace = kwargs.pop("workspace")
    member = Membership.objects.select_related("workspace").filter(user=request.user, workspace__public_id=workspace)
    membership = member.first()
    if membership is None:
        raise Http404
    request.membership, request.workspace = membership, membership.workspace
    require(request, permission)
    timezone.activate(zoneinfo.ZoneInfo(membership.workspace.time_zone))
    return None


_PUBLIC, _SIGNING_IN, _SIGNED_IN = Access("public"), Access("signing_in"), Access("signed_in")
OF_ALLAUTH = {
    "account_login": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_signup": _PUBLIC,
    "account_reset_password": _PUBLIC,
    "account_reset_password_done": _PUBLIC,
    "account_reset_password_from_key": _PUBLIC,
    "account_reset_password_from_key_done": _PUBLIC,
    "account_confirm_email": _PUBLIC,
    "account_email_verification_sent": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "account_confirm_login_code": _SIGNING_IN,
    "mfa_authenticate": _SIGNING_IN,
    "account_reauthenticate": _SIGNED_IN,
    "account_request_reauthentication_code": _SIGNED_IN,
    "account_confirm_reauthentication_code": _SIGNED_IN,
    "account_email": _SIGNED_IN,
    "account_change_password": _SIGNED_IN,
    "account_set_password": _SIGNED_IN,
    "mfa_index": _SIGNED_IN,
    "mfa_reauthenticate": _SIGNED_IN,
    "mfa_activate_totp": _SIGNED_IN,
    "mfa_deactivate_totp": _SIGNED_IN,
    "mfa_view_recovery_codes": _SIGNED_IN,
    "mfa_generate_recovery_codes": _SIGNED_IN,
    "mfa_download_recovery_codes": _SIGNED_IN,
    "mfa_list_webauthn": _SIGNED_IN,
    "mfa_add_webauthn": _SIGNED_IN,
    "mfa_reauthenticate_webauthn": _SIGNED_IN,
    "mfa_remove_webauthn": _SIGNED_IN,
    "mfa_edit_webauthn": _SIGNED_IN,
    "usersessions_list": _SIGNED_IN,
}
"""Who may open the pages of django-allauth, whose views cannot carry our decorators. Held by the same test."""
