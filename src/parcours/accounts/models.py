"""Who there is: users, workspaces, who belongs to which, and what may open the door."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parcours.accounts.roles import Role

ID_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Nothing that is mistaken for something else when it is read aloud."""


def new_public_id() -> str:
    """Return 12 characters that nobody can guess (60 bits)."""
    return "".join(secrets.choice(ID_ALPHABET) for _letter in range(12))


class UserManager(BaseUserManager["User"]):
    """Makes users from an address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make and store a user; without ``password`` they come in by a link only.

        Who calls this vouches for the address: it counts as confirmed.
        """
        from allauth.account.models import EmailAddress

        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, email: str | None) -> User:
        """Find a user by address, in any case."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Belongs to workspaces through ``Membership``."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(
        _("Language"), max_length=2, blank=True, choices=[("fr", "Français"), ("en", "English")]
    )
    theme = models.CharField(_("Appearance"), max_length=5, default="auto")
    density = models.CharField(_("Spacing"), max_length=8, default="roomy")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    """Keeps the installation: sees the messages that could not be sent. The first user does."""
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            # Two people who enter the first code at the same moment do not both become the keeper.
            models.UniqueConstraint(fields=["is_staff"], condition=models.Q(is_staff=True), name="one_keeper")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """One or two letters for the round picture."""
        words = (self.name or self.email.split("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class Workspace(models.Model):
    """One company's data: its maps, its log, its people. Nothing of one is seen from another."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name"), max_length=80)
    language = models.CharField(
        _("Language"), max_length=2, default="fr", choices=[("fr", "Français"), ("en", "English")]
    )
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Europe/Paris")
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    trail_head = models.CharField(max_length=64, default="", editable=False)
    """Digest of the last entry of the audit trail: a trail whose end was cut off is found out."""
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's place in a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def may(self, permission: str) -> bool:
        """Say whether this role allows ``permission``."""
        return permission in Role(self.role).permissions


class MagicLink(models.Model):
    """A link that signs its user in once. Only the digest of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="magic_links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """Asks the owner of an address into a workspace. Only the digest of its token is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-mail address"))
    role = models.CharField(_("Role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "email"], name="one_invitation_each")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.expires_at > timezone.now()


class ApiKey(models.Model):
    """Lets a program in, for what its scopes say. The secret is shown once; its digest is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("Name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def allows(self, scope: str) -> bool:
        """Say whether the key is in force and was given ``scope``."""
        return self.revoked_at is None and scope in self.scopes


class Unchangeable(models.QuerySet):
    """Rows that are written once."""

    def update(self, **_changes: Any) -> int:
        """Refuse."""
        raise TypeError("The audit trail is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse; entries go with their workspace only."""
        raise TypeError("The audit trail is never deleted from.")


class AuditEntry(models.Model):
    """One thing that somebody did in a workspace, chained to the one before by its digest."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="trail")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=254)
    verb = models.CharField(max_length=60)
    target = models.CharField(max_length=254)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = Unchangeable.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "number"], name="one_entry_a_number")]
        ordering: ClassVar = ["-number"]

    def save(self, *args: Any, **options: Any) -> None:
        """Store a new entry; a stored one is never changed."""
        if self.pk is not None:
            raise TypeError("The audit trail is never changed.")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> tuple[int, dict[str, int]]:
        """Refuse; entries go with their workspace only."""
        raise TypeError("The audit trail is never deleted from.")


class UnsentMail(models.Model):
    """A message that could not be handed over. Its text is emptied after a day, or once its link was used."""

    recipient = models.EmailField()
    subject = models.CharField(max_length=254)
    text = models.TextField(blank=True)
    link = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    @property
    def place(self) -> str:
        """What names its link on a page."""
        return f"link-{self.pk}"
