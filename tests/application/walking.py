"""Every address of the application, and a company whose things fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from parcours.accounts.access import OF_ALLAUTH, Access
from parcours.accounts.models import ApiKey, Invitation, Membership, User, Workspace
from parcours.accounts.roles import Role
from parcours.eventlog.models import Import
from parcours.journeymap.services import create_blank


@dataclass
class Company:
    """A workspace with somebody in every role, and one of each thing that an address can name."""

    workspace: Workspace
    members: dict[str, User]
    things: dict[str, Any] = field(default_factory=dict)


Kwargs = dict[str, Any]
SAMPLES: dict[str, Callable[[Company], Kwargs]] = {
    # name of the address → its parts beside ``workspace``, in a company that ``build`` made
    "magic_link": lambda _company: {"token": "t" * 43},
    "invitation": lambda _company: {"token": "t" * 43},
    "end_session": lambda _company: {"session": 1},
    "account_confirm_email": lambda _company: {"key": "k" * 40},
    "account_reset_password_from_key": lambda _company: {"uidb36": "1", "key": "set-password"},
    "mfa_remove_webauthn": lambda _company: {"pk": 1},
    "mfa_edit_webauthn": lambda _company: {"pk": 1},
    "member_role": lambda company: {"member": company.things["member"].pk},
    "remove_member": lambda company: {"member": company.things["member"].pk},
    "resend_invitation": lambda company: {"invitation": company.things["invitation"].pk},
    "revoke_invitation": lambda company: {"invitation": company.things["invitation"].pk},
    "revoke_key": lambda company: {"key": company.things["key"].pk},
    "import": lambda company: {"import_id": company.things["import"].public_id},
    "import-file": lambda company: {"import_id": company.things["import"].public_id},
    "import-progress": lambda company: {"import_id": company.things["import"].public_id},
    "import-cancellation": lambda company: {"import_id": company.things["import"].public_id},
    "import-retry": lambda company: {"import_id": company.things["import"].public_id},
    "import-undoing": lambda company: {"import_id": company.things["import"].public_id},
    "import-rejected": lambda company: {"import_id": company.things["import"].public_id},
}
PARTS: dict[str, Callable[[Company], Any]] = {
    # the same for every address that SAMPLES does not name
    "map": lambda company: company.things["map"].public_id,
    "number": lambda _company: 1,
    "form": lambda _company: "json",
    "columns": lambda _company: 8,
    "name": lambda _company: "map",
    "theme": lambda _company: "light",
    "digest": lambda _company: "0",
}


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver."""

    name: str
    view: Any
    parts: frozenset[str]

    @property
    def access(self) -> Access | None:
        """Who may open it; None when nobody said."""
        declared: Access | None = getattr(self.view, "access", None)
        return declared or (OF_ALLAUTH.get(self.name) if self.view.__module__.startswith("allauth") else None)

    def filled(self, company: Company) -> Kwargs:
        """Return its parts beside the workspace, as things of ``company``."""
        if self.name in SAMPLES:
            return SAMPLES[self.name](company)
        return {part: PARTS[part](company) for part in self.parts - {"workspace"}}

    def of(self, company: Company, workspace: str | None = None, **other: Any) -> str:
        """Return it with the things of ``company``, or in another ``workspace``."""
        own = self.parts - {"workspace"}
        if self.name not in SAMPLES and not own <= set(PARTS):
            raise AssertionError(
                f"{self.name}: this test does not know how to fill {', '.join(sorted(own))}. Add them to PARTS or "
                f"SAMPLES in {__file__}: what they are in a workspace of the test (build() can make one more thing)."
            )
        kwargs = self.filled(company)
        if "workspace" in self.parts:
            kwargs["workspace"] = workspace or company.workspace.public_id
        return reverse(self.name, kwargs={**kwargs, **other})


def addresses(patterns: Any = None) -> Iterator[Address]:
    """Give every address below ``patterns``, those of included modules too."""

    def below(patterns: Any, parts: frozenset[str]) -> Iterator[Address]:
        for pattern in patterns:
            here = parts | frozenset(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern):
                yield Address(pattern.name or str(pattern.pattern), pattern.callback, here)

    yield from below(get_resolver().url_patterns if patterns is None else patterns, frozenset())


def build(name: str) -> Company:
    """Make a company with somebody in each role."""
    workspace = Workspace.objects.create(name=name, language="en")
    members = {}
    for role in Role:
        user = User.objects.create_user(f"{role.value}@{name.lower()}.example", language="en")
        Membership.objects.create(workspace=workspace, user=user, role=role)
        members[role.value] = user
    things = {
        "member": Membership.objects.get(workspace=workspace, role=Role.VIEWER),
        "invitation": Invitation.objects.create(
            workspace=workspace,
            email="new@example.com",
            digest=name.ljust(64, "0"),
            expires_at=timezone.now() + timedelta(1),
        ),
        "import": Import.objects.create(workspace=workspace, name="e.csv", size=1, state="cancelled", has_file=False),
        "key": ApiKey.objects.create(workspace=workspace, name="Shop", prefix=name[:8], digest="0" * 64),
    }
    things["map"] = create_blank(workspace, members["owner"])
    return Company(workspace, members, things)
