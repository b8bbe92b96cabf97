"""Registers the package with Django."""

from django.apps import AppConfig


class JourneymapConfig(AppConfig):
    """See the package."""

    name = "parcours.journeymap"
    label = "journeymap"

    def ready(self) -> None:
        """Offer the home of a workspace."""
        from django.utils.translation import gettext_lazy as _

        from parcours.ui.places import Place, announce

        announce(Place("workspace", _("Today"), "home", key="h", order=10))
