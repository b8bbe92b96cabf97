"""Every address of the application."""

from __future__ import annotations

from django.urls import include, path

from parcours.accounts.access import in_workspace, public, signed_in
from parcours.accounts.roles import VIEW
from parcours.accounts.urls import addresses
from parcours.ui import views as ui
from parcours.web import views
from parcours.web.removal import WHEN_A_WORKSPACE_IS_DELETED

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics, name="metrics"),
    path("look", public(ui.look), name="look"),
    path("preferences/", signed_in(ui.preferences), name="preferences"),
    path("styleguide/", public(ui.styleguide), name="styleguide"),
    path("styleguide/charts/", public(ui.styleguide_charts), name="styleguide_charts"),
    path("w/<str:workspace>/palette", in_workspace(VIEW)(ui.palette), name="palette"),
    path("", include(addresses(WHEN_A_WORKSPACE_IS_DELETED))),
    path("", include("parcours.eventlog.urls")),
    path("", include("parcours.journeymap.urls")),
]
