"""The verbs of accounts. Each is one transaction and leaves its line in the audit trail of the workspace."""

from __future__ import annotations

from parcours.accounts.services.accounts import take_away_what_opens
from parcours.accounts.services.audit import Broken, record, record_of_account, verify
from parcours.accounts.services.first import first_code, make_first
from parcours.accounts.services.invitations import accept, find_invitation, invite, resend, revoke_invitation
from parcours.accounts.services.keys import Scope, key_from, make_key, revoke_key
from parcours.accounts.services.links import enough_wait, link_for, send_link, use_link
from parcours.accounts.services.workspaces import (
    change_role,
    change_workspace,
    create_workspace,
    delete_workspace,
    leave,
    remove_member,
)

__all__ = [
    "Broken",
    "Scope",
    "accept",
    "change_role",
    "change_workspace",
    "create_workspace",
    "delete_workspace",
    "enough_wait",
    "find_invitation",
    "first_code",
    "invite",
    "key_from",
    "leave",
    "link_for",
    "make_first",
    "make_key",
    "record",
    "record_of_account",
    "remove_member",
    "resend",
    "revoke_invitation",
    "revoke_key",
    "send_link",
    "take_away_what_opens",
    "use_link",
    "verify",
]
