"""Registers the package with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """See the package."""

    name = "parcours.ui"
    label = "ui"

    def ready(self) -> None:
        """Offer the page of preferences."""
        from django.utils.translation import gettext_lazy as _

        from parcours.ui.places import Place, announce

        announce(
            Place(
                "preferences", _("Preferences"), "gear", where="account", order=10, words=_("appearance theme spacing")
            )
        )
