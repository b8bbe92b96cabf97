"""How a reader likes pages: appearance, spacing, language. Kept with the user, and in cookies for others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

THEMES = {"auto": _("As on this device"), "light": _("Light"), "dark": _("Dark")}
DENSITIES = {"roomy": _("Roomy"), "compact": _("Compact")}
LANGUAGES = {"fr": "Français", "en": "English"}
_A_YEAR_SECONDS = 365 * 86_400


class PreferencesForm(forms.Form):
    """Any of the three; what is not sent stays as it is."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=THEMES, required=False, widget=forms.RadioSelect)
    density = forms.ChoiceField(
        label=_("Spacing"),
        choices=DENSITIES,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Compact shows more rows of a table at once."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False, widget=forms.RadioSelect)

    @property
    def chosen(self) -> dict[str, str]:
        """What was sent."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def cookie_of(name: str) -> str:
    """Return the name of a preference's cookie: over HTTPS one that no other host can set."""
    if name == "language":
        return str(settings.LANGUAGE_COOKIE_NAME)
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def keep(user: Any, chosen: dict[str, str], response: HttpResponse) -> None:
    """Keep ``chosen`` with ``user`` when signed in, and in cookies, which the page of signing in reads."""
    if user.is_authenticated:
        for name, value in chosen.items():
            setattr(user, name, value)
        user.save(update_fields=list(chosen))
    for name, value in chosen.items():
        response.set_cookie(
            cookie_of(name),
            value,
            max_age=_A_YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
