"""How the audit trail names what was done: each package says its own words when Django starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parcours.accounts.roles import Role
from parcours.accounts.services import Scope
from parcours.language.formats import number

_verbs: dict[str, Any] = {
    "workspace.created": gettext_lazy("made the workspace"),
    "workspace.changed": gettext_lazy("changed the workspace"),
    "member.invited": gettext_lazy("invited"),
    "member.invited_again": gettext_lazy("invited again"),
    "member.invitation_revoked": gettext_lazy("took an invitation back"),
    "member.joined": gettext_lazy("joined"),
    "member.left": gettext_lazy("left the workspace"),
    "member.removed": gettext_lazy("removed a member"),
    "member.role_changed": gettext_lazy("gave another role"),
    "key.created": gettext_lazy("made a key"),
    "key.revoked": gettext_lazy("revoked a key"),
    "account.password_changed": gettext_lazy("changed their password"),
    "account.password_set": gettext_lazy("set a password"),
    "account.password_reset": gettext_lazy("chose a new password by a link"),
    "account.email_changed": gettext_lazy("changed their e-mail address"),
    "account.totp_activated": gettext_lazy("set up codes by an app"),
    "account.totp_deactivated": gettext_lazy("took codes by an app away"),
    "account.passkey_added": gettext_lazy("added a passkey"),
    "account.passkey_removed": gettext_lazy("removed a passkey"),
    "account.recovery_codes_made": gettext_lazy("made new recovery codes"),
}
_details: dict[str, Any] = {
    "name": gettext_lazy("name"),
    "language": gettext_lazy("language"),
    "time_zone": gettext_lazy("time zone"),
    "currency": gettext_lazy("currency"),
    "role": gettext_lazy("role"),
    "address": gettext_lazy("address"),
    "scopes": gettext_lazy("allowed to"),
}
_BEFORE = "_before"
OF_ALLAUTH = (gettext_lazy("Email"), gettext_lazy("Email address"))
"""Labels of allauth that are said in our own words: named here, our catalogue has them, and it is asked first."""


def name_verbs(verbs: Mapping[str, Any], details: Mapping[str, Any]) -> None:
    """Give the verbs of a package, and what their details are called, lazy words in the reader's language."""
    _verbs.update(verbs)
    _details.update(details)


def verb_in_words(verb: str) -> str:
    """Write what was done as people say it; a verb without words is shown as it is."""
    return str(_verbs.get(verb, verb))


def details_in_words(details: Mapping[str, Any]) -> str:
    """Write the details of an entry in one line; a detail ``…_before`` is what ``…`` was."""
    return " · ".join(
        _("%(name)s: %(value)s") % {"name": _detail_name(name), "value": _detail_value(name, value)}
        for name, value in sorted(details.items())
    )


def scopes_in_words(scopes: list[str]) -> str:
    """Write what a key may do."""
    return ", ".join(str(Scope(one).label) if one in Scope.values else one for one in scopes)


def _detail_name(name: str) -> str:
    if name.endswith(_BEFORE):
        return _("%(name)s before") % {"name": _detail_name(name.removesuffix(_BEFORE))}
    return str(_details.get(name, name.replace("_", " ")))


def _detail_value(name: str, value: Any) -> str:
    if name.removesuffix(_BEFORE) == "role" and value in Role.values:
        return str(Role(value).label)
    if name == "scopes":
        return scopes_in_words(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
