"""Every address of the application."""

from __future__ import annotations

from django.urls import include, path

from parcours.web import views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("", include("parcours.accounts.urls")),
    path("", include("parcours.journeymap.urls")),
]
