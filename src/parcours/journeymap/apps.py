"""Registers the package with Django."""

from django.apps import AppConfig


class JourneymapConfig(AppConfig):
    """See the package."""

    name = "parcours.journeymap"
    label = "journeymap"
