"""What every template of a workspace finds."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def workspace(request: Any) -> dict[str, Any]:
    """Give whether there is a mail server, and inside a workspace ``workspace``, ``membership`` and ``may``, a mapping
    of permissions; else whether everybody may make an account.

    Where a member's role was not enough, also ``roles_needed``, the names of the roles that are.
    """
    membership, has_mail = getattr(request, "membership", None), settings.PARCOURS_HAS_MAIL
    if membership is None:
        return {"sign_up_open": settings.PARCOURS_ALLOW_SIGN_UP, "has_mail": has_mail}
    from parcours.accounts.roles import PERMISSIONS, Role

    may = {permission: membership.may(permission) for permission in PERMISSIONS}
    refused = getattr(request, "permission_refused", "")
    enough = [role.label for role in map(Role, Role.values) if refused in role.permissions]
    return {
        "has_mail": has_mail, "workspace": request.workspace, "membership": membership, "may": may,
        "roles_needed": enough,
    }  # fmt: skip
