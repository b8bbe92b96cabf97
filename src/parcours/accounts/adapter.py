"""How django-allauth does what it does here: sign-up by invitation unless it is open, and when to try again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from parcours.accounts.errors import LinkSpentError
from parcours.accounts.limits import may_write
from parcours.accounts.mail import CONFIRMATION, PASSWORD, forget, with_link
from parcours.accounts.middleware import SIGNED_IN
from parcours.accounts.models import Invitation, User
from parcours.accounts.services.accounts import take_away_what_opens
from parcours.accounts.services.audit import record_of_account
from parcours.accounts.services.invitations import find_invitation

INVITED = "invitation"
"""Where a session keeps the digest of the invitation that somebody came with: its link would be in every backup."""
CHOSEN_HERE = "chosen_here"
"""Where a session keeps whose password was chosen in it."""
NOTIFIED = {
    "account/email/password_changed": "account.password_changed",
    "account/email/password_set": "account.password_set",
    "account/email/password_reset": "account.password_reset",
    "account/email/email_changed": "account.email_changed",
    "mfa/email/totp_activated": "account.totp_activated",
    "mfa/email/totp_deactivated": "account.totp_deactivated",
    "mfa/email/webauthn_added": "account.passkey_added",
    "mfa/email/webauthn_removed": "account.passkey_removed",
    "mfa/email/recovery_codes_generated": "account.recovery_codes_made",
}
"""The verb in the audit trail of what django-allauth notifies people of."""
ASKED_FOR = {"account/email/password_reset_key", "account/email/unknown_account"}
"""What is written to an address because somebody named it."""
LOCKED_FOR = timedelta(minutes=5)
"""As ``login_failed`` in ACCOUNT_RATE_LIMITS."""


def invitation_of(request: HttpRequest) -> Invitation | None:
    """Return the open invitation that the visitor came with."""
    digest = request.session.get(INVITED)
    try:
        return find_invitation(digest) if digest else None
    except LinkSpentError:
        return None


class Adapter(DefaultAccountAdapter):
    """Sign-up is open for who is invited, and where PARCOURS_ALLOW_SIGN_UP says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether ``request`` may make an account. The first user is made by the first code instead."""
        return User.objects.exists() and (settings.PARCOURS_ALLOW_SIGN_UP or invitation_of(request) is not None)

    def clean_email(self, email: str) -> str:
        """Take the address in lower case; who is invited signs up with the address of the invitation."""
        email = str(super().clean_email(email)).lower()
        signing_up = self.request.resolver_match and self.request.resolver_match.view_name == "account_signup"
        invitation = invitation_of(self.request) if signing_up and not settings.PARCOURS_ALLOW_SIGN_UP else None
        if invitation and invitation.email != email:
            raise ValidationError(_("The invitation is for {email}.").format(email=invitation.email))
        return email

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the address in lower case, and the language in which the person signed up."""
        user.language = request.LANGUAGE_CODE
        saved: User = super().save_user(request, user, form, commit=False)
        saved.email = saved.email.lower()
        if commit:
            saved.save()
            request.session[CHOSEN_HERE] = saved.pk
        return saved

    def set_password(self, user: User, password: str) -> None:
        """Set it; a link to set it that is still kept somewhere was used."""
        super().set_password(user, password)
        self.request.session[CHOSEN_HERE] = user.pk
        forget(user.email, PASSWORD)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address. The first time, a password that was chosen elsewhere no longer opens the account.

        Until then anybody may have signed up with the address, and would come in beside whom it belongs to.
        """
        user = email_address.user
        first = not EmailAddress.objects.filter(user=user, verified=True).exists()
        if first and request.session.get(CHOSEN_HERE) != user.pk and take_away_what_opens(user):
            messages.warning(
                request,
                _(
                    "The password with which this account was made no longer counts, because the address was confirmed "
                    "elsewhere than where it was chosen. Come in by a link; under “Account and security” you can "
                    "choose another."
                ),
            )
        forget(email_address.email, CONFIRMATION)
        return bool(super().confirm_email(request, email_address))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person of a change of what opens their account, and the trails of their workspaces too.

        django-allauth calls this once after each such change, and has no transaction around both.
        """
        verb = NOTIFIED.get(template_prefix)
        if verb:
            before = (context or {}).get("from_email")
            record_of_account(user, verb, **({"address_before": before} if before else {}))
        super().send_notification_mail(template_prefix, user, context, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link of a new password from PARCOURS_URL: whoever asks chooses the header of the host."""
        return _here(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Build the link that confirms an address, likewise."""
        return _here(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write, but not too often to an address that anybody can name."""
        if template_prefix not in ASKED_FOR or may_write(self.request, "password", email):
            super().send_mail(template_prefix, email, context)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Write the message, and note its link."""
        message = super().render_mail(template_prefix, email, context, headers)
        return with_link(message, context.get("activate_url") or context.get("password_reset_url", ""))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Write to who signs up a second time, likewise."""
        links = {"signup_url": reverse("account_signup"), "password_reset_url": reverse("account_reset_password")}
        here = {name: settings.PARCOURS_URL + link for name, link in links.items()}
        self.send_mail("account/email/account_already_exists", email, here)

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session, and its clock."""
        super().login(request, user)
        now = int(timezone.now().timestamp())
        request.session[SIGNED_IN] = {"at": now, "seen": now}

    def logout(self, request: HttpRequest) -> None:
        """End the session; who signs out to accept an invitation as somebody else keeps it."""
        digest = request.session.get(INVITED)
        super().logout(request)
        if digest and request.POST.get("next") == reverse("kept_invitation"):
            request.session[INVITED] = digest

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the invitation that the person came with, else home."""
        if invitation_of(request):
            return reverse("kept_invitation")
        return str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Lead where signing in leads."""
        return self.get_login_redirect_url(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to show once more who it is: a passkey first where there is no password, else a code."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not user.has_usable_password():
            ways.sort(key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")
        return ways

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse after too many failures, saying from when on it is worth trying again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            again = timezone.localtime(timezone.now() + LOCKED_FOR + timedelta(minutes=1))
            raise ValidationError(
                _("Too many attempts failed. Try again at {time}, or have a link sent to you.").format(
                    time=again.strftime("%H:%M")
                ),
                code="too_many_login_attempts",
            ) from None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts for each host beside the address, and whoever asks chooses the port in the header of the host.
        return str(credentials.get("email", "")).lower()


class SecondFactor(DefaultMFAAdapter):
    """Names keys in our words, and keeps the seeds of codes unreadable in the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt with the installation's secret."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Undo ``encrypt``."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, _kind: Any) -> str:
        """Name a new key by its number."""
        return _("Key {number}").format(number=user.authenticator_set.count() + 1)


def _here(link: str) -> str:
    return str(settings.PARCOURS_URL + urlsplit(link).path)


def _cipher() -> Any:
    import base64

    from cryptography.fernet import Fernet
    from django.utils.crypto import salted_hmac

    key = salted_hmac("parcours.accounts.adapter", "seeds", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
