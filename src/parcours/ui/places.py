"""Where a reader can go: each package says which pages it offers; bar, palette and keyboard help read this one list.

A package announces its places when Django starts (``AppConfig.ready``), so there is no link to a page that does not
exist. Titles are lazy: they are read in the language of whoever looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any, Literal

from django.urls import reverse

Where = Literal["bar", "palette", "account", "own"]


@dataclass(frozen=True)
class Place:
    """A page to go to.

    ``view`` is the name of its address, ``permission`` what a member's role must allow, ``key`` the letter after
    ``g`` that leads there, ``order`` where it stands. ``where`` is the bar (palette and help too), the palette alone,
    or the reader's own menu (no workspace in its address, everybody who is signed in may go), or, as ``own``, the
    palette alone though no workspace is in its address.

    ``also`` names other views that belong to the place: the bar marks it as the current one there too. ``part`` is the
    id of what is meant on the page, ``words`` what else people call it: the palette finds it by them.
    """

    view: str
    title: Any
    icon: str
    permission: str = "view"
    where: Where = "bar"
    key: str = ""
    order: int = 100
    also: tuple[str, ...] = ()
    part: str = ""
    words: Any = ""


@dataclass(frozen=True)
class Way:
    """A place for one reader: its address in the reader's workspace, and whether this is where the reader is."""

    place: Place
    address: str
    is_here: bool


_announced: list[Place] = []


def announce(*places: Place) -> None:
    """Offer ``places``; a letter that another place has already is a mistake of the code."""
    for place in places:
        if place in _announced:
            continue
        taken = [other.view for other in _announced if place.key and other.key == place.key]
        if taken:
            free = " ".join(sorted(set(ascii_lowercase) - {other.key for other in _announced}))
            raise ValueError(f"the key {place.key!r} of {place.view!r} already leads to {taken[0]!r}; free: {free}")
        _announced.append(place)
    _announced.sort(key=lambda place: place.order)


def places() -> tuple[Place, ...]:
    """Return every place, in order."""
    return tuple(_announced)


def ways(view_name: str, may: Callable[[str], bool] | None = None, workspace: str = "") -> dict[Where, list[Way]]:
    """Return where a reader at ``view_name`` can go; inside a workspace with its public id and what ``may`` allows."""
    found: dict[Where, list[Way]] = {"bar": [], "palette": [], "account": [], "own": []}
    for place in _announced:
        if place.where in ("account", "own"):
            address = reverse(place.view)
        elif may is not None and may(place.permission):
            address = reverse(place.view, kwargs={"workspace": workspace})
        else:
            continue
        whole = f"{address}#{place.part}" if place.part else address
        found[place.where].append(Way(place, whole, view_name in (place.view, *place.also)))
    return found
