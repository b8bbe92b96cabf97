"""Registers the package with Django."""

from django.apps import AppConfig


class EventlogConfig(AppConfig):
    """See the package."""

    name = "parcours.eventlog"
    label = "eventlog"

    def ready(self) -> None:
        """Offer the pages of imports and notes, and name what the audit trail says of them."""
        from django.utils.translation import gettext_lazy as _

        from parcours.accounts.words import name_verbs
        from parcours.eventlog.words import DETAILS, VERBS
        from parcours.ui.places import Place, announce

        name_verbs(VERBS, DETAILS)
        also = ("import", "import-undoing")
        announce(
            Place(
                "imports",
                _("Imports"),
                "upload",
                permission="edit",
                key="i",
                order=60,
                also=also,
                words=_("bring file upload Excel CSV data"),
            ),
            Place(
                "happened",
                _("Write down"),
                "pen",
                permission="serve",
                key="n",
                order=50,
                words=_("note call visit message"),
            ),
        )
