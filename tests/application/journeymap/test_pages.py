from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.journeymap import services
from parcours.journeymap.living import Question, letter
from parcours.journeymap.models import JourneyMap, MapVersion
from parcours.journeymap.queries import shown_version, versions_of
from parcours.journeymap.takeaways import FILES

Inside = Callable[[User], Client]
Sent = Callable[..., Any]
READ = ("map", "map_versions", "map_report", "map_files")
CHANGE = ("map_title", "map_copy", "map_archiving", "map_archiving_undone", "new_map_version")


def at(view: str, map: JourneyMap, **more: Any) -> str:
    return reverse(view, kwargs={"workspace": map.workspace.public_id, "map": map.public_id, **more})


def home(workspace: Workspace) -> str:
    return reverse("workspace", kwargs={"workspace": workspace.public_id})


@pytest.mark.parametrize("role", Role.values)
def test_every_role_reads_and_only_who_edits_changes(
    inside: Inside, shop: JourneyMap, charlie: User, role: str
) -> None:
    member = Membership.objects.create(workspace=shop.workspace, user=charlie, role=role)
    client = inside(charlie)
    assert [client.get(at(view, shop) + "?now").status_code for view in READ] == [200] * len(READ)
    refused = [client.post(at(view, shop)).status_code == 403 for view in CHANGE]
    assert refused == [not member.may("edit")] * len(CHANGE)


@pytest.mark.parametrize("view", [*READ, "map_letter", "map_people", "map_settings", "map_comparison", "map_waited"])
def test_a_map_of_another_workspace_does_not_exist(inside: Inside, shop: JourneyMap, charlie: User, view: str) -> None:
    own = charlie.workspaces.get()
    client = inside(charlie)
    strange = client.get(at(view, shop))
    forged = client.get(reverse(view, kwargs={"workspace": own.public_id, "map": shop.public_id}))
    nothing = client.get(reverse(view, kwargs={"workspace": own.public_id, "map": "aaaaaaaaaaaa"}))
    assert [strange.status_code, forged.status_code, nothing.status_code] == [404] * 3


@pytest.mark.parametrize("view", ["map_publication", "map_restoration"])
def test_a_version_of_another_workspace_cannot_be_touched(
    inside: Inside, shop: JourneyMap, charlie: User, view: str
) -> None:
    own = charlie.workspaces.get()
    address = reverse(view, kwargs={"workspace": own.public_id, "map": shop.public_id, "number": 1})
    assert inside(charlie).post(address).status_code == 404
    assert MapVersion.objects.count() == 1


def test_an_empty_workspace_shows_three_ways_to_begin_to_who_may(
    inside: Inside, workspace: Workspace, alice: User, bob: User
) -> None:
    owner, viewer = inside(alice).get(home(workspace)), inside(bob).get(home(workspace))
    for way in ("From a template", "From a file", "From nothing"):
        assert way in owner.content.decode() and way not in viewer.content.decode()
    assert "No map yet" in viewer.content.decode()


def test_data_without_a_map_offers_to_find_one(inside: Inside, with_data: Workspace, alice: User) -> None:
    client = inside(alice)
    assert "Find a first map in your data" in client.get(home(with_data)).content.decode()
    answer = client.post(reverse("map_from_data", kwargs={"workspace": with_data.public_id}), follow=True)
    assert answer.status_code == 200 and with_data.maps.count() == 1


def test_a_map_without_data_says_that_nothing_is_measured(inside: Inside, shop: JourneyMap, bob: User) -> None:
    page = inside(bob).get(home(shop.workspace)).content.decode()
    assert page.count("not measured yet") == 4


def test_the_home_comes_at_once_and_then_with_its_figures(
    inside: Inside, with_data: Workspace, shop: JourneyMap, bob: User
) -> None:
    client = inside(bob)
    waiting = client.get(home(with_data)).content.decode()
    asked = re.search(r'hx-get="([^"]+)"', waiting)
    assert asked is not None and "People who set out" not in waiting
    answer = client.get(asked[1])
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    page = client.get(home(with_data)).content.decode()
    assert "People who set out" in page and ">31<" in page and "10 of 30 that ended" in page


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_pages_hold_ids_only_for_who_may_see_people(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, bob: User, who: str
) -> None:
    client = inside({"alice": alice, "bob": bob}[who])
    pages = [at("map", shop) + "?now", at("map_report", shop), at("map_letter", shop), home(with_data) + "?now"]
    pages += [at("map_file", shop, form=form) for form in ("report", "svg", "slides", "letter-text", "json")]
    held = ["customer-" in client.get(page).content.decode("utf-8", "replace") for page in pages]
    assert any(held) == (who == "alice")
    listed = client.get(at("map_people", shop) + "?figure=stage:come:lost")
    assert listed.status_code == (200 if who == "alice" else 403)


def test_the_list_behind_a_figure_has_everybody(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User
) -> None:
    client = inside(alice)
    answer = client.get(at("map_people", shop) + "?figure=stage:come:lost")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 21 and rows[1][0].startswith("customer-")
    chosen = client.get(at("map_people", shop) + "?persona=phone&figure=stage:come:lost").content.decode("utf-8-sig")
    assert len(chosen.splitlines()) == 11
    assert client.get(at("map_people", shop) + "?figure=stage:come:nonsense").status_code == 404


def test_every_file_can_be_taken_away(inside: Inside, with_data: Workspace, shop: JourneyMap, bob: User) -> None:
    client = inside(bob)
    for form, file in FILES.items():
        answer = client.get(at("map_file", shop, form=form))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, file.kind), form
        assert (
            f".{file.ending}" in answer.headers["Content-Disposition"]
            and "sandbox" in answer.headers["Content-Security-Policy"]
        )
        assert answer.content, form
    assert client.get(at("map_file", shop, form="exe")).status_code == 404


def test_the_home_says_what_to_do_in_the_words_of_the_letter(
    inside: Inside, with_data: Workspace, shop: JourneyMap, bob: User
) -> None:
    client = inside(bob)
    home = client.get(reverse("workspace", kwargs={"workspace": with_data.public_id}), {"now": ""})
    found = letter(Question(shown_version(shop), "en"))
    assert found is not None and found.page.steps
    assert [what for what, _owner, _said in home.context["steps"]] == [step.what for step in found.page.steps]
    assert all(escape(step.what) in home.content.decode() for step in found.page.steps)


def test_a_map_tells_who_may_edit_how_to_change_it(inside: Inside, shop: JourneyMap, alice: User, bob: User) -> None:
    change = at("map_versions", shop) + "#change"
    assert change in inside(alice).get(at("map", shop), {"now": ""}).content.decode()
    assert change not in inside(bob).get(at("map", shop), {"now": ""}).content.decode()
    workbook = at("map_file", shop, form="excel") + "?version=1"
    assert workbook in inside(alice).get(at("map_versions", shop)).content.decode()
    assert workbook not in inside(bob).get(at("map_versions", shop)).content.decode()


def test_the_letter_needs_data_and_says_so(inside: Inside, shop: JourneyMap, bob: User) -> None:
    answer = inside(bob).get(at("map_letter", shop), follow=True)
    assert "There is no data yet" in answer.content.decode()


def test_the_pages_hold_no_inline_style_or_script(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User
) -> None:
    client = inside(alice)
    for page in (at("map", shop) + "?now", home(with_data) + "?now", at("map_versions", shop), at("map_files", shop)):
        text = client.get(page).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))", text), page


def test_the_report_runs_exactly_its_own_style_and_script(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User
) -> None:
    policy = inside(alice).get(at("map_report", shop)).headers["Content-Security-Policy"]
    assert "unsafe" not in policy and policy.count("'sha256-") >= 2 and "sandbox" in policy


@pytest.mark.parametrize(
    ("view", "query"),
    [("map_report", "?period=30"), ("map_letter", "?period=30"), ("map_comparison_picture", "?from=1&to=2")],
)
def test_a_document_of_a_map_has_a_way_back_on_screen_and_none_on_paper(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, view: str, query: str
) -> None:
    services.restore(shop.versions.get(), alice)
    answer = inside(alice).get(at(view, shop) + query)
    page = answer.content.decode()
    # Inside what sets the fonts, and after what skips to the map, which stays the first thing that a key meets.
    before = "" if view == "map_letter" else r'<div class="parcours">(?:<a class="skip"[^>]*>[^<]*</a>)?'
    way = re.search(rf'<body>{before}<nav class="way-back" aria-label="[^"]+">(.*?)</nav>', page)
    assert way is not None and f'href="{reverse("maps", kwargs={"workspace": with_data.public_id})}"' in way[1]
    assert f'href="{at("map", shop)}' in way[1] and 'aria-current="page"' in way[1]
    assert "?period=30" in way[1] or view == "map_comparison_picture"
    assert "@media print{.way-back{display:none}}" in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_what_is_taken_away_has_no_way_back(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User
) -> None:
    assert "way-back" not in inside(alice).get(at("map_file", shop, form="report")).content.decode()


def test_who_may_not_see_people_gets_a_report_that_does_not_offer_to(
    inside: Inside, with_data: Workspace, shop: JourneyMap, bob: User
) -> None:
    for address in (at("map_report", shop), at("map_file", shop, form="report")):
        answer = inside(bob).get(address).content.decode()
        page = re.sub(r"<(script|style)>.*?</\1>", "", answer, flags=re.DOTALL)
        assert "people-data" not in page and "<dialog" not in page and "data-k=" not in page
        assert "see who" not in page and "parcours people" not in page and "customer-" not in page
        assert 'class="theme"' in page and "21" in page


def test_a_report_of_the_application_has_a_link_where_that_of_the_command_has_a_command(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User, settings: Any
) -> None:
    client = inside(alice)
    shown = client.get(at("map_report", shop) + "?persona=phone").content.decode()
    taken = client.get(at("map_file", shop, form="report") + "?version=1").content.decode()
    assert "parcours people" not in shown + taken and "people.invalid" not in shown + taken
    link = re.search(r'class="everybody" href="([^"]+)"', shown)
    assert link is not None and link[1].startswith(f"{at('map_people', shop)}?") and "persona=phone" in link[1]
    everybody = client.get(html.unescape(link[1]) + "stage:come:lost").content.decode("utf-8-sig")
    assert len(everybody.splitlines()) == 11
    assert f'class="everybody" href="{settings.PARCOURS_URL}{at("map_people", shop)}?version=1&amp;figure="' in taken


def test_style_and_script_of_the_map_are_kept_for_good_under_their_content(client: Client, settings: Any) -> None:
    from parcours.journeymap import assets

    answer = client.get(reverse("map_style", kwargs={"columns": 8, "name": assets.style_name(8)}))
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    settings.DEBUG = False
    for address in (
        reverse("map_style", kwargs={"columns": 8, "name": "old"}),
        reverse("map_style", kwargs={"columns": 9, "name": "old"}),
        reverse("map_script", kwargs={"name": "old"}),
    ):
        assert client.get(address).status_code == 404


def test_filters_that_make_no_sense_are_said_beside_their_field(
    inside: Inside, with_data: Workspace, shop: JourneyMap, bob: User
) -> None:
    client = inside(bob)
    answer = client.get(at("map", shop) + "?now&period=days&since=2024-03-01&until=2024-01-01")
    assert answer.status_code == 422 and "The last day is before the first one." in answer.content.decode()
    for day in ("9999-12-31", "0001-01-01"):
        answer = client.get(at("map", shop) + f"?now&period=days&until={day}")
        assert answer.status_code == 422 and "Give a day from 1990 to 2200." in answer.content.decode()
    assert client.get(at("map", shop) + "?now&lanes=river").status_code == 200
    assert client.get(at("map", shop) + "?version=zz").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("id: shop\ntitle: Shop\nstages: 3\n", "map.yaml", "map.yaml:3"),
        ("", "map.json", "is empty"),
        ("MZ", "map.exe", "Maps are files that end with"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "map.cjml", "map.cjml"),
        (b"PK\x03\x04" + b"\0" * 99, "map.xlsx", "map.xlsx"),
        ("[" * 100_000, "map.json", "map.json"),
    ],
)
def test_a_hostile_file_is_refused_beside_its_field(
    inside: Inside, workspace: Workspace, alice: User, sent: Sent, content: Any, name: str, said: str
) -> None:
    address = reverse("map_from_file", kwargs={"workspace": workspace.public_id})
    answer = inside(alice).post(address, {"file": sent(content, name), "title": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and 'class="field has-error"' in page
    assert not workspace.maps.exists()


def test_a_map_begins_is_renamed_copied_put_away_and_comes_back(
    inside: Inside, workspace: Workspace, alice: User
) -> None:
    client = inside(alice)
    where = {"workspace": workspace.public_id}
    client.post(reverse("map_from_template", kwargs=where), {"template": "coach"})
    map = workspace.maps.get()
    assert client.post(at("map_title", map), {"title": ""}).status_code == 422
    client.post(at("map_title", map), {"title": "Ours"})
    client.post(at("map_publication", map, number=1))
    client.post(at("map_copy", map))
    page = client.post(at("map_archiving", map), follow=True).content.decode()
    assert "“Ours” is put away." in page and at("map_archiving_undone", map) in page
    assert sorted(row.title for row in workspace.maps.filter(archived_at=None)) == ["Ours, copy"]
    client.post(at("map_archiving_undone", map))
    map.refresh_from_db()
    assert map.archived_at is None and shown_version(map).is_published


def test_versions_are_added_compared_and_restored(inside: Inside, shop: JourneyMap, alice: User, sent: Sent) -> None:
    client = inside(alice)
    text = shown_version(shop).document.replace("Visit", "First visit")
    client.post(at("new_map_version", shop), {"file": sent(text, "map.json"), "note": "clearer"})
    page = client.get(at("map_comparison", shop) + "?from=1&to=2").content.decode()
    assert "1 change" in page and "First visit" in page
    assert client.get(at("map_comparison_picture", shop) + "?from=1&to=2").status_code == 200
    assert client.get(at("map_comparison", shop) + "?from=1&to=x").status_code == 404
    client.post(at("map_restoration", shop, number=1))
    assert [one.number for one in versions_of(shop)] == [3, 2, 1]


def test_a_list_asks_as_often_for_one_as_for_three(
    inside: Inside, workspace: Workspace, shop: JourneyMap, alice: User
) -> None:
    client = inside(alice)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    lists = [reverse("maps", kwargs={"workspace": workspace.public_id}), home(workspace), at("map_versions", shop)]
    one = [queries(address) for address in lists]
    for _time in range(2):
        services.create_blank(workspace, alice)
        services.restore(versions_of(shop)[0], alice)
    assert [queries(address) for address in lists] == one


def test_only_pages_that_come_in_parts_load_htmx(
    inside: Inside, with_data: Workspace, shop: JourneyMap, alice: User
) -> None:
    client = inside(alice)
    waiting = client.get(at("map", shop)).content.decode()
    whole = client.get(at("map", shop) + "?now").content.decode()
    assert "htmx" in waiting and "hx-get" in waiting
    assert "htmx" not in whole and "hx-get" not in whole
