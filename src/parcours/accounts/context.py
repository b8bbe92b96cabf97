"""What every template of a workspace finds."""

from __future__ import annotations

from typing import Any


def workspace(request: Any) -> dict[str, Any]:
    """Give ``workspace``, ``membership`` and ``may``, a mapping of permissions, inside a workspace; else nothing."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    from parcours.accounts.roles import PERMISSIONS

    may = {permission: membership.may(permission) for permission in PERMISSIONS}
    return {"workspace": request.workspace, "membership": membership, "may": may}
