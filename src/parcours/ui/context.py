"""What the shell around every page needs."""

from __future__ import annotations

from typing import Any

from parcours import __version__


def shell(request: Any) -> dict[str, Any]:
    """Give the reader's theme and density, and the version of the program."""
    user = getattr(request, "user", None)
    return {
        "theme": getattr(user, "theme", "") or request.COOKIES.get("theme", "auto"),
        "density": getattr(user, "density", "") or "roomy",
        "version": __version__,
    }
