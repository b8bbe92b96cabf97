"""Five roles and what each may do. One table, read by views, templates and the API alike."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VIEW = "view"
"""See the map, the reports and the figures."""
SEE_PEOPLE = "see_people"
"""See who stands behind a figure, and download lists of people."""
SERVE = "serve"
"""Write down what happened to a customer."""
EDIT = "edit"
"""Change maps; import and take back data."""
MANAGE = "manage"
"""Invite, remove, give roles, make keys, read the audit trail, change the workspace."""
OWN = "own"
"""Delete the workspace, name owners."""

_READ = frozenset({VIEW})
_PEOPLE = _READ | {SEE_PEOPLE}


class Role(models.TextChoices):
    """A member's role in a workspace."""

    OWNER = "owner", pgettext_lazy("of a workspace", "Owner")
    EDITOR = "editor", _("Editor")
    ANALYST = "analyst", _("Analyst")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")

    @property
    def permissions(self) -> frozenset[str]:
        """What the role may do."""
        return _PERMISSIONS[self.value]

    @property
    def explanation(self) -> str:
        """One sentence for the person who gives the role."""
        return str(_EXPLANATIONS[self.value])


_PERMISSIONS = {
    "owner": _PEOPLE | {SERVE, EDIT, MANAGE, OWN},
    "editor": _PEOPLE | {SERVE, EDIT},
    "analyst": _PEOPLE,
    "agent": _PEOPLE | {SERVE},
    "viewer": _READ,
}
_EXPLANATIONS = {
    "owner": _("Everything, also members, keys and the workspace itself."),
    "editor": _("Changes maps, imports data, and all that an agent does."),
    "analyst": _("Reads everything, also who stands behind a figure; changes nothing."),
    "agent": _("Reads everything and writes down what happened to a customer."),
    "viewer": _("Reads maps, reports and figures, but no names of customers."),
}
PERMISSIONS = (VIEW, SEE_PEOPLE, SERVE, EDIT, MANAGE, OWN)
