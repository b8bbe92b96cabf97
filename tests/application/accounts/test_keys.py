from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from parcours.accounts import services
from parcours.accounts.models import ApiKey, AuditEntry, User, Workspace

Inside = Callable[[User], Client]


def test_a_key_opens_its_workspace_for_its_scopes(alice: User, workspace: Workspace) -> None:
    made, secret = services.make_key(workspace, alice, "Shop", ["events:write"])
    key = services.key_from(f"Bearer {secret}")
    assert key == made and key.workspace == workspace
    assert key.allows("events:write") and not key.allows("read")
    assert ApiKey.objects.get().last_used_at is not None


def test_the_secret_is_kept_nowhere(alice: User, workspace: Workspace) -> None:
    _made, secret = services.make_key(workspace, alice, "Shop", ["read"])
    kept = str(list(ApiKey.objects.values())) + str(list(AuditEntry.objects.values()))
    assert secret not in kept and secret.split("_", 2)[2] not in kept
    assert len(secret.split("_", 2)[2]) >= 43


@pytest.mark.parametrize(
    "wrong",
    [
        lambda secret: secret,
        lambda secret: f"Basic {secret}",
        lambda secret: f"Bearer {secret[:-1]}",
        lambda secret: f"Bearer {secret}x",
        lambda secret: "Bearer pcs_" + "x" * 8 + "_" + secret.split("_", 2)[2],
        lambda secret: "Bearer pcs",
        lambda secret: "",
    ],
)
def test_anything_but_the_key_itself_opens_nothing(
    alice: User, workspace: Workspace, wrong: Callable[[str], str]
) -> None:
    _made, secret = services.make_key(workspace, alice, "Shop", ["read"])
    assert services.key_from(wrong(secret)) is None


def test_a_revoked_key_opens_nothing(alice: User, workspace: Workspace) -> None:
    key, secret = services.make_key(workspace, alice, "Shop", ["read"])
    services.revoke_key(key, alice)
    services.revoke_key(key, alice)
    assert services.key_from(f"Bearer {secret}") is None
    verbs = AuditEntry.objects.order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["key.created", "key.revoked"]


def test_the_page_shows_a_secret_once(inside: Inside, alice: User, workspace: Workspace) -> None:
    client, url = inside(alice), f"/w/{workspace.public_id}/keys/"
    made = client.post(url, {"name": "Shop", "scopes": ["read", "events:write"]})
    assert made.status_code == 201 and "pcs_" in made.content.decode() and "no-store" in made.headers["Cache-Control"]
    key = ApiKey.objects.get()
    secret = made.context["secret"]
    assert secret in made.content.decode() and secret not in client.get(url).content.decode()
    assert client.post(url, {"name": "Shop", "scopes": ["everything"]}).status_code == 422
    client.post(f"{url}{key.pk}/revoke/")
    assert services.key_from(f"Bearer {secret}") is None


def test_an_unknown_scope_is_refused(alice: User, workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="everything"):
        services.make_key(workspace, alice, "Shop", ["everything"])
