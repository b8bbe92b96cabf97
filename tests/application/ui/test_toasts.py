from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.template.loader import render_to_string
from django.test import RequestFactory

from parcours.ui.toasts import say


def shown(**options: object) -> str:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.resolver_match = None
    request._messages = CookieStorage(request)
    say(request, "Saved <b>", **options)
    return render_to_string("ui/_toasts.html", request=request)


def test_a_toast_is_announced_politely_and_escaped() -> None:
    page = shown()
    assert 'aria-live="polite"' in page and "Saved &lt;b&gt;" in page
    assert "<form" not in page


def test_a_toast_offers_to_take_it_back_by_post() -> None:
    page = shown(undo="/w/x/imports/7/undo")
    assert '<form method="post" action="/w/x/imports/7/undo">' in page and "csrfmiddlewaretoken" in page


def test_bad_news_looks_like_it() -> None:
    assert 'class="toast bad"' in shown(bad=True)
