"""Walks every address that takes a POST: each leaves a line in the audit trail, or says here why it does not.

A new address is found in the resolver. ``RECORDED`` does the deed as its owner and names the line; ``NOT_RECORDED``
gives the reason. What leaves with people in it is a GET, and stands in ``TAKEN_AWAY``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from walking import Company, addresses, build

from parcours.accounts import services as accounts
from parcours.accounts.models import AuditEntry, Membership, User
from parcours.accounts.roles import Role
from parcours.eventlog import services as eventlog
from parcours.eventlog.jobs import IMPORTS
from parcours.eventlog.models import Import
from parcours.eventlog.places import log_folder
from parcours.eventlog.reading import Answers
from parcours.eventlog.worker import step
from parcours.journeymap import services as journeymap
from parcours.language.translation import Language, speaking
from parcours.library.log import read

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD, NEW_PASSWORD = "quatre mots sans aucun rapport", "tasse nuage violon charrue"
CSV = b"person,time,event\nann,2026-03-01T10:00:00Z,visit\n,2026-03-01T10:00:00Z,visit\n"


@dataclass
class Doing:
    """Somebody who does a deed in a company: the owner, signed in, who has just shown who it is."""

    company: Company
    client: Client
    owner: User

    def post(self, name: str, data: Any = None, **parts: Any) -> Any:
        """Send a form to an address of the company."""
        address = next(one for one in addresses() if one.name == name)
        return self.client.post(address.of(self.company, **parts), data or {})

    def brought(self, **answers: Any) -> Import:
        """Upload a file; with ``answers`` have it read."""
        upload = eventlog.begin_upload(self.company.workspace, self.owner, "events.csv", len(CSV))
        eventlog.add_to_upload(upload, 0, [CSV])
        upload.refresh_from_db()
        if answers:
            eventlog.start(upload, self.owner, Answers.of(upload.options | answers))
            step(IMPORTS, threading.Event())
            upload.refresh_from_db()
        return upload

    def code(self) -> str:
        """Give the code that an authenticator app shows for the secret of the page."""
        secret = self.client.get("/account/2fa/totp/activate/").context["form"].secret
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


Deed = Callable[[Doing], Any]
MAP = '{"id": "m", "title": "M", "stages": [{"id": "a", "name": "A"}]}'


def sent_map() -> SimpleUploadedFile:
    return SimpleUploadedFile("map.json", MAP.encode())


def as_guest(doing: Doing) -> Any:
    guest = User.objects.create_user("guest@example.com", language="en")
    link = accounts.invite(doing.company.workspace, doing.owner, guest.email, Role.VIEWER)
    doing.client.force_login(guest, backend="allauth.account.auth_backends.AuthenticationBackend")
    return doing.post("invitation", token=link.strip("/").split("/")[-1])


def as_guest_who_signs_in_meanwhile(doing: Doing) -> Any:
    guest = User.objects.create_user("guest@example.com", language="en")
    link = accounts.invite(doing.company.workspace, doing.owner, guest.email, Role.VIEWER)
    doing.client.logout()
    doing.client.get(urlsplit(link).path)
    doing.client.force_login(guest, backend="allauth.account.auth_backends.AuthenticationBackend")
    return doing.post("kept_invitation")


def with_people(doing: Doing) -> str:
    """Give the workspace a log, and return a figure that opens onto people."""
    source = Path(log_folder(doing.company.workspace).parent, "events.csv")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(CSV)
    read(source, into=log_folder(doing.company.workspace), on_error="skip")
    made = journeymap.create_discovered(doing.company.workspace, doing.owner, "Found")
    doing.company.things["map"] = made
    return "journey:trips"


def noted(doing: Doing) -> str:
    form = doing.client.get(f"/w/{doing.company.workspace.public_id}/happened/").context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    data |= {"person": "ann@example.com", "name": "call", "comment": "She is cross", "at": "2026-03-05T10:00"}
    doing.post("happened", data)
    return str(data["message_id"])


def from_reset(doing: Doing) -> Any:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    doing.client.logout()
    parts = {"uidb36": user_pk_to_url_str(doing.owner), "key": default_token_generator.make_token(doing.owner)}
    asked = doing.client.get(f"/account/password/reset/key/{parts['uidb36']}-{parts['key']}/").headers["Location"]
    return doing.client.post(asked, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


def another_address(doing: Doing) -> Any:
    new = EmailAddress.objects.create(user=doing.owner, email="new@example.com", verified=False, primary=False)
    return doing.post("account_confirm_email", key=EmailConfirmationHMAC(new).key)


def without_app(doing: Doing) -> Any:
    TOTP.activate(doing.owner, "A" * 32)
    return doing.post("mfa_deactivate_totp")


def without_passkey(doing: Doing) -> Any:
    data = {"name": "Key", "credential": {}}
    key = Authenticator.objects.create(user=doing.owner, type=Authenticator.Type.WEBAUTHN, data=data)
    return doing.post("mfa_remove_webauthn", pk=key.pk)


def new_codes(doing: Doing) -> Any:
    TOTP.activate(doing.owner, "A" * 32)
    return doing.post("mfa_generate_recovery_codes")


def without_password(doing: Doing) -> Any:
    """Who comes in by links has no password, shows by a code who it is, and sets one."""
    doing.owner.set_unusable_password()
    doing.owner.save()
    doing.client.force_login(doing.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = doing.post("account_request_reauthentication_code", {"recipient": doing.owner.email}).headers["Location"]
    code = re.search(r"^\S{4}-\S{4}$", mail.outbox[-1].body, re.MULTILINE)
    assert code is not None
    doing.client.post(asked, {"code": code[0]})
    return doing.post("account_set_password", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


RECORDED: dict[str, tuple[str, Deed]] = {
    "invitation": ("member.joined", as_guest),
    "kept_invitation": ("member.joined", as_guest_who_signs_in_meanwhile),
    "workspace_settings": ("workspace.changed", lambda doing: doing.post("workspace_settings", {
        "name": "Renamed", "language": "en", "time_zone": "Europe/Paris", "currency": "EUR"})),
    "leave_workspace": ("member.left", lambda doing: (
        Membership.objects.create(workspace=doing.company.workspace, role=Role.OWNER,
                                  user=User.objects.create_user("second@example.com")),
        doing.post("leave_workspace"))),
    "members": ("member.invited", lambda doing: doing.post("members", {"email": "x@example.com", "role": "viewer"})),
    "member_role": ("member.role_changed", lambda doing: doing.post("member_role", {"role": "agent"})),
    "remove_member": ("member.removed", lambda doing: doing.post("remove_member")),
    "resend_invitation": ("member.invited_again", lambda doing: doing.post("resend_invitation")),
    "revoke_invitation": ("member.invitation_revoked", lambda doing: doing.post("revoke_invitation")),
    "api_keys": ("key.created", lambda doing: doing.post("api_keys", {"name": "Shop", "scopes": ["read"]})),
    "revoke_key": ("key.revoked", lambda doing: doing.post("revoke_key")),
    "account_change_password": ("account.password_changed", lambda doing: doing.post("account_change_password", {
        "oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})),
    "account_set_password": ("account.password_set", without_password),
    "account_reset_password_from_key": ("account.password_reset", from_reset),
    "account_confirm_email": ("account.email_changed", another_address),
    "mfa_activate_totp": ("account.totp_activated", lambda doing: doing.post(
        "mfa_activate_totp", {"code": doing.code()})),
    "mfa_deactivate_totp": ("account.totp_deactivated", without_app),
    "mfa_remove_webauthn": ("account.passkey_removed", without_passkey),
    "mfa_generate_recovery_codes": ("account.recovery_codes_made", new_codes),
    "imports": ("import.begun", lambda doing: doing.post("imports", {"file": SimpleUploadedFile("e.csv", CSV)})),
    "import": ("import.started", lambda doing: doing.post(
        "import", _answers(doing, row := doing.brought()), import_id=row.public_id)),
    "import-cancellation": ("import.cancelled", lambda doing: doing.post(
        "import-cancellation", import_id=doing.brought().public_id)),
    "import-retry": ("import.reopened", lambda doing: doing.post(
        "import-retry", import_id=_failed(doing).public_id)),
    "import-undoing": ("import.undoing", lambda doing: doing.post(
        "import-undoing", import_id=doing.brought(on_error="skip").public_id)),
    "happened": ("note.written", noted),
    "happened-withdrawal": ("note.withdrawn", lambda doing: doing.post(
        "happened-withdrawal", {"message_id": noted(doing)})),
    "map_from_template": ("map.created", lambda doing: doing.post("map_from_template", {"template": "saas"})),
    "map_from_file": ("map.created", lambda doing: doing.post("map_from_file", {"file": sent_map()})),
    "map_from_nothing": ("map.created", lambda doing: doing.post("map_from_nothing", {"title": "Blank"})),
    "map_from_data": ("map.discovered", lambda doing: (with_people(doing), doing.post("map_from_data"))),
    "map_title": ("map.renamed", lambda doing: doing.post("map_title", {"title": "Another"})),
    "map_copy": ("map.copied", lambda doing: doing.post("map_copy")),
    "map_archiving": ("map.archived", lambda doing: doing.post("map_archiving")),
    "map_archiving_undone": ("map.unarchived", lambda doing: (
        journeymap.archive(doing.company.things["map"], doing.owner), doing.post("map_archiving_undone"))),
    "new_map_version": ("map.version_added", lambda doing: doing.post("new_map_version", {"file": sent_map()})),
    "map_publication": ("map.published", lambda doing: doing.post("map_publication")),
    "map_restoration": ("map.restored", lambda doing: doing.post("map_restoration")),
}  # fmt: skip
OWN = "it is a person's own, and changes nothing of a workspace"
COMES_IN = "it is a step of coming in or going out: sessions are listed to the person, who can end them"
WRITES = "a message is written, nothing is changed until its link is used"
NOT_RECORDED: dict[str, str] = {
    "look": OWN,
    "preferences": OWN,
    "profile": OWN,
    "end_session": COMES_IN,
    "usersessions_list": COMES_IN,
    "first": "there is no workspace yet; the one that it makes begins its trail with “workspace.created”",
    "workspaces": "the new workspace begins its trail with “workspace.created”; no other one is concerned",
    "delete_workspace": "its trail goes with it; the server's log says who did it",
    "request_link": WRITES,
    "magic_link": COMES_IN,
    "account_login": COMES_IN,
    "account_logout": COMES_IN,
    "account_signup": "who signs up belongs to no workspace yet; joining one is recorded",
    "account_reset_password": WRITES,
    "account_email": WRITES,
    "account_reauthenticate": COMES_IN,
    "account_request_reauthentication_code": WRITES,
    "account_confirm_reauthentication_code": COMES_IN,
    "account_confirm_login_code": COMES_IN,
    "mfa_authenticate": COMES_IN,
    "mfa_login_webauthn": COMES_IN,
    "mfa_reauthenticate": COMES_IN,
    "mfa_reauthenticate_webauthn": COMES_IN,
    "mfa_edit_webauthn": "a passkey gets another name: " + OWN,
    "mfa_add_webauthn": "recorded as “account.passkey_added”: only a browser can do it, and its test asks for the line",
    "mfa_download_recovery_codes": "it gives a person their own codes, whatever the method",
}
TAKEN_AWAY: dict[str, tuple[str, Deed]] = {
    "map_people": ("map.people_taken", lambda doing: _get(doing, "map_people", f"?figure={with_people(doing)}")),
    "map_file": ("map.report_taken", lambda doing: (with_people(doing), _get(doing, "map_file", form="report"))),
    "import-rejected": ("import.rejected_taken", lambda doing: _get(
        doing, "import-rejected", import_id=doing.brought(on_error="skip").public_id)),
}  # fmt: skip


def _answers(doing: Doing, row: Import) -> dict[str, Any]:
    page = doing.client.get(f"/w/{doing.company.workspace.public_id}/imports/{row.public_id}/")
    shown = {field.html_name: field.value() for field in page.context["form"]}
    return {k: v for k, v in shown.items() if v not in (None, False)} | {"on_error": "skip", "then": "import"}


def _failed(doing: Doing) -> Import:
    row = doing.brought()
    Import.objects.filter(pk=row.pk).update(state="failed")
    return row


def _get(doing: Doing, name: str, query: str = "", **parts: Any) -> Any:
    address = next(one for one in addresses() if one.name == name)
    answer = doing.client.get(address.of(doing.company, **parts) + query)
    assert answer.status_code == 200, answer
    return answer


@pytest.fixture
def doing(settings: Any, tmp_path: Path) -> Doing:
    settings.PARCOURS_HOME = tmp_path
    cache.clear()
    company = build("Ours")
    owner = company.members["owner"]
    owner.set_password(PASSWORD)
    owner.is_staff = True  # the pages of who keeps the installation are asked too
    owner.save()
    client = Client()
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return Doing(company, client, owner)


def taking_a_post(doing: Doing) -> set[str]:
    """Return the names of the addresses that do not refuse the method. OPTIONS asks, so that nothing is done."""
    found = set()
    for address in addresses():
        asked = doing.client.options(address.of(doing.company))
        if "POST" in asked.headers.get("Allow", "POST"):
            found.add(address.name)
    return found


def test_every_address_that_takes_a_post_is_recorded_or_says_why_not(doing: Doing) -> None:
    found = taking_a_post(doing)
    said = set(RECORDED) | set(NOT_RECORDED)
    assert found - said == set(), (
        "These addresses take a POST, and leave no line in the audit trail that a test knows. Record what they do "
        "(parcours.accounts.services.record) and do it in RECORDED, or say in NOT_RECORDED why it is not worth a line."
    )
    assert said - found == set(), "These are gone, or take no POST any more."
    assert not set(RECORDED) & set(NOT_RECORDED)


@pytest.mark.parametrize("name", [*RECORDED, *TAKEN_AWAY])
def test_a_deed_leaves_its_line(doing: Doing, name: str) -> None:
    verb, deed = (RECORDED | TAKEN_AWAY)[name]
    workspace = doing.company.workspace
    deed(doing)
    newest = workspace.trail.first()
    assert newest is not None and verb in set(workspace.trail.values_list("verb", flat=True)), list(
        workspace.trail.values_list("verb", flat=True)
    )
    assert newest.actor_name and accounts.verify(workspace) is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_verb_and_every_detail_of_them_has_words(language: Language) -> None:
    from django.utils import translation

    from parcours.accounts.words import verb_in_words

    with translation.override(language), speaking(language):
        for verb, _deed in (RECORDED | TAKEN_AWAY).values():
            assert verb_in_words(verb) != verb, verb


def test_a_note_in_the_trail_says_of_what_kind_it_was_and_not_of_whom(doing: Doing) -> None:
    message = noted(doing)
    doing.post("happened-withdrawal", {"message_id": message})
    written, withdrawn = AuditEntry.objects.filter(verb__startswith="note.").order_by("number")
    assert (written.target, written.actor) == ("call", doing.owner)
    assert written.details == {"id": message, "happened": "2026-03-05 10:00"}
    assert (withdrawn.verb, withdrawn.target, withdrawn.details) == ("note.withdrawn", "call", {"id": message})


def test_a_note_that_is_sent_twice_is_told_once(doing: Doing) -> None:
    form = doing.client.get(f"/w/{doing.company.workspace.public_id}/happened/").context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    data |= {"person": "ann", "name": "call", "at": "2026-03-05T10:00"}
    for _time in range(2):
        doing.post("happened", data)
    assert AuditEntry.objects.filter(verb="note.written").count() == 1


def test_another_address_is_told_with_the_one_before(doing: Doing) -> None:
    another_address(doing)
    entry = AuditEntry.objects.get(verb="account.email_changed")
    assert (entry.target, entry.details) == ("new@example.com", {"address_before": "owner@ours.example"})


def test_a_change_of_an_account_is_told_in_every_workspace_of_the_person(doing: Doing) -> None:
    other = accounts.create_workspace(doing.owner, "Other")
    RECORDED["account_change_password"][1](doing)
    for workspace in (doing.company.workspace, other):
        assert workspace.trail.first().verb == "account.password_changed" and accounts.verify(workspace) is None
    assert AuditEntry.objects.filter(verb="account.password_changed").count() == 2


def test_asking_for_the_head_of_a_file_takes_nothing_away(doing: Doing) -> None:
    address = next(one for one in addresses() if one.name == "map_people")
    figure = with_people(doing)
    doing.client.head(address.of(doing.company) + f"?figure={figure}")
    assert not AuditEntry.objects.filter(verb="map.people_taken").exists()


def test_who_sees_no_people_takes_a_report_away_without_them_and_without_a_line(doing: Doing) -> None:
    with_people(doing)
    doing.client.force_login(
        doing.company.members["viewer"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    _get(doing, "map_file", form="report")
    assert not AuditEntry.objects.filter(verb="map.report_taken").exists()
