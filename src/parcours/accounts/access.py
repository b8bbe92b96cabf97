"""Who may open an address. Every view declares it; a test fails on an address that does not.

``public``, ``signed_in`` and ``in_workspace(permission)`` decorate views. Under ``in_workspace`` the address starts
with ``/w/<workspace>/``; the view finds ``request.workspace`` and ``request.membership``. A stranger gets the same
404 for a workspace that exists and for one that does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Literal

from asgiref.sync import sync_to_async
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from parcours.accounts.models import Membership
from parcours.accounts.roles import PERMISSIONS

View = Callable[..., Any]


@dataclass(frozen=True)
class Access:
    """Who may open an address: everybody, who is signed in, or members whose role has ``permission``."""

    kind: Literal["public", "signed_in", "workspace"]
    permission: str | None = None


def public(view: View) -> View:
    """Let everybody in."""
    view.access = Access("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let in who is signed in, whatever their workspaces."""
    return _guarded(view, Access("signed_in"), _turned_away)


def in_workspace(permission: str) -> Callable[[View], View]:
    """Let in members of the workspace in the address whose role has ``permission``."""
    if permission not in PERMISSIONS:
        raise ValueError(permission)

    def decorate(view: View) -> View:
        return _guarded(
            view, Access("workspace", permission), lambda request, kwargs: _enter(request, kwargs, permission)
        )

    return decorate


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
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
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
    if not membership.may(permission):
        request.permission_refused = permission
        raise PermissionDenied
    return None
