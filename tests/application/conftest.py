"""Everybody in the tests of the application: Alice owns, Bob belongs, Charlie must be refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role

PASSWORD = "quatre mots sans aucun rapport"


@cache
def digest() -> str:
    """Return the digest of ``PASSWORD``: Argon2 is slow by design, so it is asked once, not for everybody anew."""
    return make_password(PASSWORD)


def somebody(name: str) -> User:
    user = User.objects.create_user(f"{name}@example.com", name=name.capitalize(), language="en")
    user.password = digest()
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def inside() -> Callable[[User], Client]:
    """Return what gives a client of the pages in which a user is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture(scope="session")
def in_a_loop() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Return what runs a coroutine in a thread of its own: where a browser is driven, this one has a loop already."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, work).result()

    return run


@pytest.fixture
def alice(db: None) -> User:
    return somebody("alice")


@pytest.fixture
def bob(db: None) -> User:
    return somebody("bob")


@pytest.fixture
def charlie(db: None) -> User:
    """Owns a workspace of his own, and nothing of Alice's."""
    user = somebody("charlie")
    Membership.objects.create(workspace=Workspace.objects.create(name="Charlie & Co"), user=user, role=Role.OWNER)
    return user


@pytest.fixture
def workspace(alice: User, bob: User) -> Workspace:
    """Alice owns it, Bob views it."""
    made = Workspace.objects.create(name="Les Établis", language="en")
    Membership.objects.create(workspace=made, user=alice, role=Role.OWNER)
    Membership.objects.create(workspace=made, user=bob, role=Role.VIEWER)
    return made
