from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _reads_english(settings: Any) -> Iterator[None]:
    """Also who is not signed in reads English in these tests."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
