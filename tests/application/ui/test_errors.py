from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import translation

from parcours.accounts.access import in_workspace, public
from parcours.accounts.models import User, Workspace
from parcours.accounts.roles import EDIT

Inside = Callable[[User], Client]


@in_workspace(EDIT)
def for_editors(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("drafts")


@public
def broken(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [
    path("w/<str:workspace>/drafts", for_editors),
    path("broken", broken),
    path("", include("parcours.web.urls")),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Il n’y a rien à cette adresse"), ("en", "There is nothing at this address")]
)
def test_what_is_not_there_says_so_in_the_readers_language(client: Client, language: str, words: str) -> None:
    answer = client.get("/nothing", headers={"Accept-Language": language})
    assert answer.status_code == 404 and words in answer.content.decode()
    assert "csrf" not in answer.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_member_learns_which_roles_a_page_is_for(
    inside: Inside, alice: User, bob: User, workspace: Workspace
) -> None:
    address = f"/w/{workspace.public_id}/drafts"
    assert inside(alice).get(address).content == b"drafts"
    answer = inside(bob).get(address)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "In Les Établis your role is: Viewer." in page and "This page is for: Owner, Editor." in page


@override_settings(ROOT_URLCONF=__name__)
def test_a_stranger_learns_neither_role_nor_workspace(inside: Inside, charlie: User, workspace: Workspace) -> None:
    page = inside(charlie).get(f"/w/{workspace.public_id}/drafts").content.decode()
    assert "Établis" not in page and "Owner" not in page


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(("language", "words"), [("fr", "c’est de notre fait"), ("en", "it is our fault")])
def test_our_own_mistake_is_admitted_without_its_details(language: str, words: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/broken", headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 500 and words in page and "secret detail" not in page
    assert f'<html lang="{language}">' in page


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/look", {"theme": "dark"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 403 and "load the page again" in answer.content.decode()


@pytest.mark.django_db
def test_an_unreadable_request_and_too_many_of_them_have_pages(client: Client) -> None:
    answer = client.get("/styleguide/", headers={"Host": "evil.example"})
    assert answer.status_code == 400 and "/static/ui/parcours.css" in answer.content.decode()
    request = client.get("/styleguide/").wsgi_request
    with translation.override("en"):
        assert "Too many tries" in render_to_string("429.html", request=request)
