"""What the shell around every page needs."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from parcours import __version__
from parcours.ui.places import ways
from parcours.ui.preferences import DENSITIES, THEMES, cookie_of


def shell(request: Any) -> dict[str, Any]:
    """Give the reader's theme and density, the version of the program, and where the reader can go."""
    user = getattr(request, "user", None)
    return {
        "theme": _one_of(THEMES, getattr(user, "theme", ""), request.COOKIES.get(cookie_of("theme"), "")),
        "density": _one_of(DENSITIES, getattr(user, "density", ""), request.COOKIES.get(cookie_of("density"), "")),
        "version": __version__,
        "ways": SimpleLazyObject(lambda: _ways(request)),
    }


def _one_of(options: Any, *chosen: str) -> str:
    return next((value for value in chosen if value in options), next(iter(options)))


def _ways(request: Any) -> Any:
    match, membership = request.resolver_match, getattr(request, "membership", None)
    here = match.view_name if match else ""
    if membership is None:
        return ways(here)
    return ways(here, membership.may, request.workspace.public_id)
