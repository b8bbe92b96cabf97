"""Maps and versions as addresses name them: what is not the workspace's own does not exist."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from parcours.accounts.roles import SEE_PEOPLE
from parcours.journeymap.living import Choice, Question
from parcours.journeymap.models import JourneyMap, MapVersion
from parcours.journeymap.queries import shown_version
from parcours.language.translation import current_language


def map_of(request: Any, map: str) -> JourneyMap:
    """Return a map of the request's workspace; 404 for one of another workspace just as for none."""
    found: JourneyMap = get_object_or_404(
        JourneyMap.objects.select_related("workspace"), workspace=request.workspace, public_id=map
    )
    return found


def version_of(request: Any, map: str, number: int) -> MapVersion:
    """Return a version of a map of the request's workspace."""
    found: MapVersion = get_object_or_404(
        MapVersion.objects.select_related("map", "map__workspace"),
        map__workspace=request.workspace,
        map__public_id=map,
        number=number,
    )
    return found


def asked_version(request: Any, map: JourneyMap) -> MapVersion:
    """Return the version that ``?version=`` names, else the one that counts."""
    number = request.GET.get("version", "")
    if not number:
        return shown_version(map)
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Http404
    return version_of(request, map.public_id, int(number))


def question_of(request: Any, version: MapVersion, choice: Choice | None = None) -> Question:
    """Ask for a version in the reader's language; with people only for who may see them."""
    return Question(version, current_language(), request.membership.may(SEE_PEOPLE), choice or Choice())


def people_address(request: Any, version: MapVersion) -> str:
    """Return where all the people behind a figure of what the request shows are, up to the figure's key."""
    asked = request.GET.copy()
    for other in ("now", "figure"):
        asked.pop(other, None)
    asked["version"] = str(version.number)
    parts = {"workspace": request.workspace.public_id, "map": version.map.public_id}
    return f"{reverse('map_people', kwargs=parts)}?{asked.urlencode()}&figure="
