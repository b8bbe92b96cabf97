"""What the worker does once an hour for the whole installation."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone


def forget_expired() -> None:
    """Remove what has expired from the cache: it holds every count of tries, and throws none away that still counts."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])
