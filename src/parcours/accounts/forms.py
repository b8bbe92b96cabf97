"""What people type about themselves, their workspaces, members and keys."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from parcours.accounts.models import User, Workspace
from parcours.accounts.roles import Role
from parcours.accounts.services import Scope
from parcours.language.translation import current_language

CURRENCIES = ("EUR", "CHF", "GBP", "USD", "CAD", "MAD", "TND", "DZD", "XOF", "XAF", "XPF", "AUD", "JPY", "NOK",
              "SEK", "DKK", "PLN", "CZK", "RON", "HUF", "BGN", "TRY", "BRL", "INR")  # fmt: skip


@cache
def time_zones() -> tuple[str, ...]:
    """Return the zones of places, in order of the alphabet."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc")))


def currencies() -> list[tuple[str, str]]:
    """Return the currencies with their names in the reader's language."""
    from babel.numbers import get_currency_name

    return [(code, f"{code} · {get_currency_name(code, locale=current_language())}") for code in CURRENCIES]


_LINK = re.compile(r"://|\bwww\.|\w\.\w{2,}/", re.IGNORECASE)
"""What programs that show a message make a link of, but for a bare name such as Acme.com."""


def of_one_line(name: str) -> None:
    """Refuse a name that would be something else in a message to a stranger: several lines, or an address to open."""
    if _LINK.search(name) or any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in name):
        raise forms.ValidationError(_("A name is one line, without the address of a page in it."))


class LinkForm(forms.Form):
    """The address to send a link to."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class FirstForm(forms.Form):
    """The first user and their workspace."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("The server printed it when it started: ABCD-EFGH-IJKL-MNOP."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    workspace = forms.CharField(label=_("Name of your company"), max_length=80, validators=[of_one_line])
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters, not easy to guess. Four words do very well."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Judge the password knowing the address."""
        data: dict[str, Any] = super().clean()
        if data.get("password"):
            try:
                validate_password(data["password"], User(email=data.get("email", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class NamedForm(forms.ModelForm):
    """A form with a name that others read, also in messages."""

    def clean_name(self) -> str:
        """Take a name that is nothing but one."""
        name: str = self.cleaned_data["name"]
        of_one_line(name)
        return name


class ProfileForm(NamedForm):
    """A person's own name; appearance and language are preferences, which the ``ui`` package keeps."""

    class Meta:
        model = User
        fields: ClassVar = ["name"]
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class NewWorkspaceForm(NamedForm):
    """A workspace begins with its name."""

    class Meta:
        model = Workspace
        fields: ClassVar = ["name"]


class WorkspaceForm(NamedForm):
    """What can be changed about a workspace."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in time_zones()])
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)

    class Meta:
        model = Workspace
        fields: ClassVar = ["name", "language", "time_zone", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed of what the page showed: somebody else may have changed the rest since."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class DeleteForm(forms.Form):
    """The name of what is deleted, typed."""

    typed = forms.CharField(label=_("Name of the workspace"), widget=forms.TextInput(attrs={"autocomplete": "off"}))


class RoleForm(forms.Form):
    """A role to give."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order: ClassVar = ["email", "role"]


class KeyForm(forms.Form):
    """What a key is for, and what it may do."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it, such as “Online shop”."))
    scopes = forms.MultipleChoiceField(
        label=_("Allowed to"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.WRITE_EVENTS]
    )
