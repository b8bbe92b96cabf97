"""Icons of the application: those of the map, and a few more for what only a page does. Same pen, same grid of 16."""

from __future__ import annotations

from parcours.picture.icons import ICONS as OF_THE_MAP

OF_THE_PAGE = {
    "add": "M8 3v10M3 8h10",
    "edit": "M3 13l.7-3 7-7 2.3 2.3-7 7zM9.2 4.5l2.3 2.3",
    "alert": "M8 2.3 14.2 13.3H1.8zM8 6.4v3.2M8 11.4h.01",
    "check": "M3 8.5l3.3 3.3L13 4.5",
    "down": "M3.5 6 8 10.5 12.5 6",
    "download": "M8 2.5v8M4.7 7.3 8 10.6l3.3-3.3M2.7 13.3h10.6",
    "upload": "M8 10.6v-8M4.7 5.8 8 2.5l3.3 3.3M2.7 13.3h10.6",
    "eye": "M1.8 8c3-5 9.4-5 12.4 0-3 5-9.4 5-12.4 0zM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
    "gear": "M8 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4zM8 2v1.6M8 12.4V14M2 8h1.6M12.4 8H14M3.8 3.8l1.1 1.1M11.1 11.1l1.1 1.1M12.2 3.8l-1.1 1.1M4.9 11.1l-1.1 1.1",
    "go": "M3 8h10M9.5 4.5 13 8l-3.5 3.5",
    "home": "M2.5 7.3 8 2.7l5.5 4.6M4 6.2v7.1h8V6.2",
    "key": "M10.3 2.7a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8.2 7.8 2.7 13.3M4.2 11.8l1.6 1.6",
    "keyboard": "M1.8 4.3h12.4v7.4H1.8zM4.2 6.6h.01M6.7 6.6h.01M9.3 6.6h.01M11.8 6.6h.01M4.8 9.3h6.4",
    "lock": "M4 7.3h8v6H4zM5.7 7.3V5a2.3 2.3 0 0 1 4.6 0v2.3",
    "map": "M2.3 4.2 6 2.7l4 1.5 3.7-1.5v9.1L10 13.3l-4-1.5-3.7 1.5zM6 2.7v9.1M10 4.2v9.1",
    "menu": "M2.5 4h11M2.5 8h11M2.5 12h11",
    "more": "M3.5 8h.01M8 8h.01M12.5 8h.01",
    "out": "M6.5 2.7H3v10.6h3.5M6.5 8h7M10.7 5.2 13.5 8l-2.8 2.8",
    "previous": "M13.5 8H3M6.5 4.5 3 8l3.5 3.5",
    "sun": "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M12.4 3.6l-.7.7M4.3 11.7l-.7.7",
    "table": "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.2 3v10",
    "trash": "M2.8 4.3h10.4M6 4.3V2.7h4v1.6M4 4.3l.7 9h6.6l.7-9M6.8 6.8v4M9.2 6.8v4",
    "undo": "M5.5 3 2.8 5.7l2.7 2.7M2.8 5.7h6.4a3.6 3.6 0 0 1 0 7.2H6",
}  # fmt: skip


def path_of(name: str) -> str:
    """Return the outline of an icon; an unknown name is a mistake of the template."""
    return OF_THE_PAGE.get(name) or OF_THE_MAP[name]
