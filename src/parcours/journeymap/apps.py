"""Registers the package with Django."""

from django.apps import AppConfig


class JourneymapConfig(AppConfig):
    """See the package."""

    name = "parcours.journeymap"
    label = "journeymap"

    def ready(self) -> None:
        """Offer the home of a workspace and its maps, and name what the audit trail says of them."""
        from django.utils.translation import gettext_lazy as _

        from parcours.accounts.words import name_verbs
        from parcours.journeymap.words import DETAILS, VERBS
        from parcours.ui.places import Place, announce

        name_verbs(VERBS, DETAILS)
        maps = ("map", "new_map", "map_settings", "map_versions", "map_comparison", "map_files")
        announce(
            Place("workspace", _("Today"), "home", key="h", order=10, words=_("home start overview figures")),
            Place("maps", _("Maps"), "map", key="m", order=20, also=maps, words=_("journeys list")),
            Place(
                "new_map",
                _("A new map"),
                "add",
                permission="edit",
                where="palette",
                order=120,
                words=_("create draw template"),
            ),
        )
