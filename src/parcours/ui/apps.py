"""Registers the package with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """See the package."""

    name = "parcours.ui"
    label = "ui"
