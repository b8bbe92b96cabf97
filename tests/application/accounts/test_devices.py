"""What the browsers of the list of sessions are called."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from parcours.accounts.devices import device_in_words

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MAC} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on macOS"),
        (f"{MAC} Chrome/141.0.0.0 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari on macOS"),
        (f"{PHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE} CriOS/141.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "Firefox on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/125.0 Safari/537.36 OPR/111.0", "Opera on Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Not named"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_browser_is_called_as_people_call_it(user_agent: str, name: str) -> None:
    assert device_in_words(user_agent) == name


def test_a_browser_is_called_so_in_french() -> None:
    with override("fr"):
        assert device_in_words("(Windows NT 10.0) Firefox/144.0") == "Firefox sous Windows"
