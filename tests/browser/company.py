"""Fills an empty installation with everything that a page can show; prints where things are, as JSON.

Run as a program of its own, Django set up: the tests serve what it made (``served.py``).
"""

from __future__ import annotations

import io
import json
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files import File
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone, translation

from parcours.accounts import services as accounts
from parcours.accounts.models import Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.eventlog import services as eventlog
from parcours.eventlog.jobs import FACTS, IMPORTS
from parcours.eventlog.models import Import
from parcours.eventlog.places import log_folder
from parcours.eventlog.reading import Answers
from parcours.eventlog.worker import step
from parcours.journeymap import services as maps
from parcours.language.translation import speaking
from parcours.library.log import read
from parcours.library.sample import play, sample_map
from parcours.mapdoc.reading import dump_map

PASSWORD = "quatre mots sans aucun rapport"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BAD_ROWS = "person,time,event,value\n" + "".join(
    f"client-{n},{'2026-03-02T10:00:00Z' if n % 5 else 'hier matin'},achat,{n}\n" for n in range(40)
)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    alice = User.objects.create_user("alice@example.com", PASSWORD, name="Alice Martin", is_staff=True)
    space = accounts.create_workspace(alice, "Cap Clair", language="fr")
    empty = accounts.create_workspace(alice, "Maison Sorbier", language="fr")
    planned = accounts.create_workspace(alice, "Les Établis", language="fr")
    maps.create_from_template(planned, alice, "fashion")
    made: dict[str, Any] = {"workspace": space.public_id, "empty": empty.public_id, "planned": planned.public_id}
    with translation.override("fr"), speaking("fr"):
        made |= _people(space, alice) | _maps(space, alice) | {"imports": _imports(space, alice)}
        _facts(space, alice)
    print(json.dumps(made))


def _people(space: Workspace, alice: User) -> dict[str, Any]:
    """Make one member of every role, and whoever has another way to sign in."""
    for role, name in (("editor", "Benoît Charpentier-Delacroix"), ("analyst", "Chloé Petit"), ("agent", "David")):
        user = User.objects.create_user(f"{name.split()[0].lower().replace('î', 'i')}@example.com", name=name)
        Membership.objects.create(workspace=space, user=user, role=role)
    viewer = User.objects.create_user("viewer.without.a.name@some-long-domain.example")
    Membership.objects.create(workspace=space, user=viewer, role=Role.VIEWER)
    accounts.change_role(viewer.memberships.get(), alice, Role.ANALYST)
    accounts.change_role(viewer.memberships.get(), alice, Role.VIEWER)
    accounts.make_key(space, alice, "Boutique en ligne", ["events:write"])
    accounts.revoke_key(accounts.make_key(space, alice, "Ancien tableau de bord", ["read"])[0], alice)
    link = accounts.invite(space, alice, "elodie@example.com", Role.EDITOR)
    accounts.invite(space, alice, "francois@example.com", Role.VIEWER)
    space.invitations.filter(email="francois@example.com").update(expires_at=timezone.now() - timedelta(1))
    keyed = User.objects.create_user("karim@example.com", PASSWORD, name="Karim Benali")
    TOTP.activate(keyed, TOTP_SECRET)
    RecoveryCodes.activate(keyed)
    unkeyed = User.objects.create_user("lina@example.com", name="Lina Roche")
    second = EmailAddress.objects.create(user=unkeyed, email="l.roche@example.com", verified=False)
    users = {"alice": alice, "viewer": viewer, "keyed": keyed, "unkeyed": unkeyed}
    return {
        "sessions": {name: _session(user) for name, user in users.items()},
        "tokens": {
            "invitation": link.rstrip("/").split("/")[-1],
            "magic_link": accounts.link_for(unkeyed).rstrip("/").split("/")[-1],
            "confirmation": EmailConfirmationHMAC(second).key,
            "uid": user_pk_to_url_str(unkeyed),
            "reset": default_token_generator.make_token(unkeyed),
        },
        "member": space.memberships.get(user=viewer).pk,
    }


def _session(user: User) -> str:
    """Sign somebody in who has just shown who they are."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    now = timezone.now().timestamp()
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    session.create()
    return str(session.session_key)


def _maps(space: Workspace, alice: User) -> dict[str, Any]:
    """Make a map with two versions that differ, one published and one draft; one more, and one put away."""

    def file(text: str) -> File[bytes]:
        return File(io.BytesIO(text.encode()), "carte.yaml")

    away = maps.create_from_template(space, alice, "saas")
    maps.archive(away, alice)
    maps.create_blank(space, alice, "Le retour d’un produit")
    text = dump_map(sample_map("coach"), "yaml")
    first = maps.create_from_file(space, alice, file(text)).version
    maps.publish(first, alice)
    changed = text.replace("Bouche-à-oreille", "Recommandation").replace("15 minutes", "20 minutes")
    assert changed != text
    maps.add_version_from_file(first.map, alice, file(changed), "Ce que l’atelier de mars a décidé")
    return {"map": first.map.public_id, "away": away.public_id}


def _imports(space: Workspace, alice: User) -> dict[str, str]:
    """Make an import in every state in which it can stand still."""

    def sent(name: str, content: bytes, size: int = 0) -> Import:
        upload = eventlog.begin_upload(space, alice, name, size or len(content))
        eventlog.add_to_upload(upload, 0, [content])
        return Import.objects.get(pk=upload.pk)

    def run(row: Import, **answers: Any) -> Import:
        eventlog.start(row, alice, Answers.of(row.options | answers))
        assert step(IMPORTS, threading.Event())
        row.refresh_from_db()
        return row

    with tempfile.TemporaryDirectory() as folder:
        earlier = Path(folder) / "caisse-2025.csv"
        earlier.write_text("person,time,event\na,2025-11-03,achat\nb,2025-11-04,achat\n", "utf-8")
        log_folder(space).parent.mkdir(parents=True, exist_ok=True)
        read(earlier, into=log_folder(space))
        events = Path(folder) / "parcours-clients-2026.csv"
        play(events, template="coach", persons=400, language="fr")
        done = run(sent(events.name, events.read_bytes()))
    bad = BAD_ROWS.encode()
    made = {
        "done": done,
        "rejected": run(sent("caisse-mars.csv", bad), on_error="skip"),
        "undone": run(sent("doublon.csv", b"person,time,event\na,2026-01-01,achat\n")),
        "failed": run(sent("caisse-avril.csv", bad.replace(b"achat", b"retour"))),
        "cancelled": sent("essai.csv", b"person,time,event\na,2026-01-01,visite\n"),
        "preview": sent("export-crm-avec-un-nom-plutot-long-2026-03.csv", bad.replace(b"achat", b"devis")),
        "uploading": sent("grand-fichier.parquet", b"PAR1" + bytes(3_000_000), size=48_000_000),
    }
    eventlog.undo(made["undone"], alice)
    assert step(IMPORTS, threading.Event())
    eventlog.cancel(made["cancelled"], alice)
    queued = sent("boutique.csv", b"person,time,event\na,2026-01-01,visite\n")
    eventlog.start(queued, alice, Answers.of(queued.options))
    states = {name: Import.objects.get(pk=row.pk).state for name, row in made.items()}
    expected = {"rejected": "done"}
    assert states == {name: expected.get(name, name) for name in made}, states
    return {name: row.public_id for name, row in {**made, "queued": queued}.items()}


def _facts(space: Workspace, alice: User) -> None:
    """Write two things down, one of which the log has already."""
    for name, person, waits in (("appel", "client-7", 0), ("visite", "client-12", 3600)):
        with transaction.atomic():
            eventlog.record_event(
                space, name, person, timezone.now(), message_id=eventlog.new_message_id("note"),
                channel="téléphone", comment="Très aimable.", by=alice, wait_seconds=waits,
            )  # fmt: skip
        step(FACTS, threading.Event())


if __name__ == "__main__":
    main()
