"""Registers the package with Django."""

from django.apps import AppConfig


class EventlogConfig(AppConfig):
    """See the package."""

    name = "parcours.eventlog"
    label = "eventlog"
