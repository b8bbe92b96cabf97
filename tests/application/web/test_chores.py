from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from parcours.accounts.mail import KEPT_FOR
from parcours.accounts.models import UnsentMail
from parcours.web.chores import forget_expired
from parcours.web.worker import chores

pytestmark = pytest.mark.django_db


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        return int(cursor.fetchone()[0])


def test_a_thousand_foreign_entries_throw_no_count_away() -> None:
    cache.set("allauth:rl:login_failed:victim@example.com", [1.0] * 5, 300)
    cache.set("0-the-first-of-all", 1, 300)
    with transaction.atomic():
        for number in range(1000):
            cache.set(f"allauth:rl:login_failed:invented-{number}@example.com", [1.0], 300)
    assert cache.get("allauth:rl:login_failed:victim@example.com") == [1.0] * 5
    assert cache.get("0-the-first-of-all") == 1
    assert kept() == 1002


def test_what_has_expired_is_forgotten_and_nothing_else() -> None:
    cache.set("old", 1, -5)
    cache.set("new", 2, 300)
    cache.set("forever", 3, None)
    assert kept() == 3
    forget_expired()
    assert (kept(), cache.get("new"), cache.get("forever")) == (2, 2, 3)


def test_the_worker_empties_messages_that_nobody_came_by_for() -> None:
    UnsentMail.objects.create(recipient="bob@example.com", subject="Link", text="the secret", link="https://x/")
    UnsentMail.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    for chore in chores():
        chore.run()
    assert UnsentMail.objects.get().text == UnsentMail.objects.get().link == ""
