"""Registers the package with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, workspaces and roles."""

    name = "parcours.accounts"
    label = "accounts"
