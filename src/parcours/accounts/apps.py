"""Registers the package with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, workspaces and roles."""

    name = "parcours.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Offer one's own account, and the settings of a workspace to who may change them."""
        from django.utils.translation import gettext_lazy as _

        from parcours.accounts.roles import MANAGE
        from parcours.ui.places import Place, announce

        announce(
            Place(
                "members",
                _("Settings"),
                "gear",
                permission=MANAGE,
                key="s",
                order=90,
                also=("workspace_settings", "delete_workspace", "api_keys", "audit_trail"),
            ),
            Place("profile", _("Account and security"), "lock", where="account", order=5),
            Place("workspaces", _("Workspaces"), "table", where="account", order=20),
        )
