"""Addresses of the home of a workspace and of its maps."""

from __future__ import annotations

from django.urls import path

from parcours.journeymap import file_views, map_views, version_views, views

_MAP = "w/<str:workspace>/maps/<str:map>/"
urlpatterns = [
    path("", views.home, name="home"),
    path("map-style/<int:columns>/<str:name>.css", map_views.map_style, name="map_style"),
    path("map-script/<str:name>.js", map_views.map_script, name="map_script"),
    path("templates/<str:name>-<str:theme>-<str:digest>.svg", file_views.template_drawing, name="template_drawing"),
    path("w/<str:workspace>/", views.workspace_home, name="workspace"),
    path("w/<str:workspace>/answer", views.home_waited, name="workspace_waited"),
    path("w/<str:workspace>/maps/", map_views.maps, name="maps"),
    path("w/<str:workspace>/maps/new/", map_views.new_map, name="new_map"),
    path("w/<str:workspace>/maps/new/template", map_views.map_from_template, name="map_from_template"),
    path("w/<str:workspace>/maps/new/file", map_views.map_from_file, name="map_from_file"),
    path("w/<str:workspace>/maps/new/blank", map_views.map_from_nothing, name="map_from_nothing"),
    path("w/<str:workspace>/maps/new/data", map_views.map_from_data, name="map_from_data"),
    path(_MAP, map_views.show_map, name="map"),
    path(f"{_MAP}answer", map_views.map_waited, name="map_waited"),
    path(f"{_MAP}settings/", map_views.edit_title, name="map_settings"),
    path(f"{_MAP}title", map_views.title, name="map_title"),
    path(f"{_MAP}copy", map_views.copy, name="map_copy"),
    path(f"{_MAP}archiving", map_views.archiving, name="map_archiving"),
    path(f"{_MAP}archiving/undone", map_views.archiving_undone, name="map_archiving_undone"),
    path(f"{_MAP}versions/", version_views.versions, name="map_versions"),
    path(f"{_MAP}versions/new", version_views.new_version, name="new_map_version"),
    path(f"{_MAP}versions/<int:number>/publication", version_views.publication, name="map_publication"),
    path(f"{_MAP}versions/<int:number>/restoration", version_views.restoration, name="map_restoration"),
    path(f"{_MAP}comparison/", version_views.comparison, name="map_comparison"),
    path(f"{_MAP}comparison/picture", version_views.comparison_picture, name="map_comparison_picture"),
    path(f"{_MAP}report", file_views.report, name="map_report"),
    path(f"{_MAP}letter", file_views.letter_page, name="map_letter"),
    path(f"{_MAP}files/", file_views.take_away, name="map_files"),
    path(f"{_MAP}files/<str:form>", file_views.file, name="map_file"),
    path(f"{_MAP}people", file_views.people, name="map_people"),
]
