"""Addresses of the home of a workspace and of its maps."""

from __future__ import annotations

from django.urls import path

from parcours.journeymap import views

urlpatterns = [
    path("", views.home, name="home"),
    path("w/<str:workspace>/", views.workspace_home, name="workspace"),
]
