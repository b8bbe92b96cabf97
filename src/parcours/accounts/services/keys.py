"""Keys for programs: a visible prefix, a secret that is shown once, scopes, and an end."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hmac import compare_digest

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parcours.accounts.models import ID_ALPHABET, ApiKey, User, Workspace
from parcours.accounts.services.audit import record
from parcours.accounts.tokens import digest_of, new_token

MARK = "pcs"
"""First part of every key, by which scanners for leaked secrets know ours."""
_NOTHING = digest_of("")


class Scope(models.TextChoices):
    """What a key may do."""

    WRITE_EVENTS = "events:write", _("Send events")
    READ = "read", _("Read the map, reports and figures")


@transaction.atomic
def make_key(workspace: Workspace, by: User, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
    """Make a key; return it with its secret, which nobody can read again."""
    prefix = "".join(secrets.choice(ID_ALPHABET) for _letter in range(8))
    secret = f"{MARK}_{prefix}_{new_token()}"
    chosen = [Scope(scope).value for scope in scopes]
    key = ApiKey.objects.create(
        workspace=workspace, name=name, prefix=prefix, digest=digest_of(secret), scopes=chosen, created_by=by
    )
    record(workspace, by, "key.created", f"{name} ({prefix})", scopes=chosen)
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, by: User) -> None:
    """End a key for good; a second time changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record(key.workspace, by, "key.revoked", f"{key.name} ({key.prefix})")


def key_from(header: str) -> ApiKey | None:
    """Return the key in force that an ``Authorization: Bearer pcs_…`` header carries, or None.

    An unknown prefix costs the same comparison as a known one. The time of use is written once a minute at most.
    """
    scheme, _space, secret = header.strip().partition(" ")
    parts = secret.strip().split("_", 2)
    if scheme.lower() != "bearer" or len(parts) != 3 or parts[0] != MARK:
        return None
    key = ApiKey.objects.select_related("workspace").filter(prefix=parts[1]).first()
    same = compare_digest(digest_of(secret.strip()), key.digest if key else _NOTHING)
    if key is None or not same or key.revoked_at is not None:
        return None
    now = timezone.now()
    if key.last_used_at is None or key.last_used_at < now - timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now
    return key
