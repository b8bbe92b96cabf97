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
                words=_("members roles team company"),
            ),
            *(
                Place(view, title, sign, permission=MANAGE, where="palette", order=order, part=part, words=words)
                for view, title, sign, order, part, words in (
                    ("members", _("Invite somebody"), "add", 130, "invite", _("add a member colleague team")),
                    ("api_keys", _("API keys"), "key", 140, "", _("program token secret")),
                    ("audit_trail", _("Audit trail"), "table", 150, "", _("who did what history log")),
                    ("workspace_settings", _("This workspace"), "gear", 160, "", _("name currency time zone delete")),
                )
            ),
            Place(
                "profile",
                _("Account and security"),
                "lock",
                where="account",
                order=5,
                words=_("profile password e-mail name"),
            ),
            Place("workspaces", _("Workspaces"), "table", where="account", order=20, words=_("companies change leave")),
            Place(
                "workspaces", _("A new workspace"), "add", where="own", order=30, part="new", words=_("create company")
            ),
            Place(
                "mfa_index", _("Second factor"), "key", where="own", order=40, words=_("two-factor app passkey codes")
            ),
            Place("usersessions_list", _("Sessions"), "eye", where="own", order=50, words=_("devices signed in")),
        )
