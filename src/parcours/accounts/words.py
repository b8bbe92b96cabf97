"""How the audit trail names what was done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERBS = {
    "workspace.created": _("made the workspace"),
    "workspace.changed": _("changed the workspace"),
    "member.invited": _("invited"),
    "member.invited_again": _("invited again"),
    "member.invitation_revoked": _("took an invitation back"),
    "member.joined": _("joined"),
    "member.left": _("left"),
    "member.removed": _("removed a member"),
    "member.role_changed": _("gave another role"),
    "key.created": _("made a key"),
    "key.revoked": _("ended a key"),
}
"""Words for the verbs of this package; a verb of another package is shown as it is written."""
