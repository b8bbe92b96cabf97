"""Registers the package with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the package."""

    name = "parcours.web"
    label = "web"
