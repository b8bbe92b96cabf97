"""Addresses of imports and of writing down what happened."""

from __future__ import annotations

from django.urls import path

from parcours.eventlog import streams, views

PLACE = "w/<str:workspace>/imports/"
urlpatterns = [
    path(PLACE, views.imports, name="imports"),
    path(f"{PLACE}<str:import_id>/", views.one_import, name="import"),
    path(f"{PLACE}<str:import_id>/file", views.file, name="import-file"),
    path(f"{PLACE}<str:import_id>/progress", streams.progress, name="import-progress"),
    path(f"{PLACE}<str:import_id>/cancellation", views.cancellation, name="import-cancellation"),
    path(f"{PLACE}<str:import_id>/retry", views.retry, name="import-retry"),
    path(f"{PLACE}<str:import_id>/undoing", views.undoing, name="import-undoing"),
    path(f"{PLACE}<str:import_id>/rejected.csv", views.rejected, name="import-rejected"),
    path("w/<str:workspace>/happened/", views.happened, name="happened"),
    path("w/<str:workspace>/happened/withdrawal", views.withdrawal, name="happened-withdrawal"),
]
