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
OF_ALLAUTH = (_("Email"), _("Email address"))
"""Labels of allauth that are said in our own words: named here, our catalogue has them, and it is asked first."""
DETAILS = {
    "role": _("role"),
    "role_before": _("role before"),
    "scopes": _("allowed to"),
    "name": _("name"),
    "name_before": _("name before"),
    "language": _("language"),
    "language_before": _("language before"),
    "time_zone": _("time zone"),
    "time_zone_before": _("time zone before"),
    "currency": _("currency"),
    "currency_before": _("currency before"),
}
"""Words for the details of an entry; another is shown as it is written."""
