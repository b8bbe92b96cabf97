"""Small line icons: one pen of 1.4 px with round ends on a grid of 16, drawn for this project."""

# ruff: noqa: E501 - a path is one line
from __future__ import annotations

DEFAULT = "page"

ICONS = {
    "social": "M8 13.2 3.4 8.6a2.9 2.9 0 0 1 4.6-3.4 2.9 2.9 0 0 1 4.6 3.4z",
    "page": "M4 2.5h5.5L12.5 5.5v8H4zM6 7.5h4.5M6 10h4.5",
    "shop": "M2.5 6.5 3.7 3h8.6l1.2 3.5M2.5 6.5h11M3.7 6.5V13h8.6V6.5M6.5 13V9.5h3V13",
    "store": "M3 7v6h10V7M2.3 7 3.5 3h9L13.7 7zM6 3 5.6 7M10 3l.4 4M6 10.2h4",
    "search": "M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4zM10.2 10.2l3.3 3.3",
    "spark": "M7 2.5c.5 3.5 1.5 4.5 5 5-3.5.5-4.5 1.5-5 5-.5-3.5-1.5-4.5-5-5 3.5-.5 4.5-1.5 5-5zM12.5 11v3M11 12.5h3",
    "web": "M2.5 3.5h11v9h-11zM2.5 6.3h11M4.5 4.9h.01",
    "star": "M8 2.5l1.7 3.6 3.8.5-2.8 2.7.7 3.9L8 11.3l-3.4 1.9.7-3.9-2.8-2.7 3.8-.5z",
    "chat": "M2.5 3.5h11v7.3H8L5 13.5v-2.7H2.5zM5.6 7.2h.01M8 7.2h.01M10.4 7.2h.01",
    "cart": "M2 3h1.9l1.5 7h6.7l1.4-5H4.3M6.3 13h.01M11 13h.01",
    "tag": "M3 3h5.2l5.3 5.3-5.2 5.2L3 8.2zM5.8 5.8h.01",
    "user": "M8 2.8a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2zM3 13.3c.3-4.3 9.7-4.3 10 0",
    "mail": "M2.5 4h11v8.5h-11zM2.8 4.5 8 8.8l5.2-4.3",
    "card": "M2.3 4h11.4v8.2H2.3zM2.3 6.8h11.4M4.5 9.7H7",
    "sms": "M5 2.3h6v11.4H5zM7.3 11.7h1.4",
    "parcel": "M8 2.3 13.3 5v6L8 13.7 2.7 11V5zM2.7 5 8 7.7 13.3 5M8 7.7v6",
    "pen": "M3 13l.8-3.2 7-7 2.4 2.4-7 7zM9.4 4.2l2.4 2.4",
    "back": "M5.5 3 2.8 5.7l2.7 2.7M2.8 5.7h6.4a3.6 3.6 0 0 1 0 7.2H6",
    "help": "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM6.3 6.4a1.8 1.8 0 1 1 2.7 1.7c-.7.4-1 .7-1 1.3M8 11.3h.01",
    "phone": "M3.2 3l2.5-.4 1.2 3-1.5 1.2c.7 1.6 1.7 2.6 3.3 3.4l1.3-1.5 3 1.3-.4 2.6C7.7 13.3 2.7 8.3 3.2 3z",
    "gift": "M2.7 6h10.6v2.6H2.7zM3.7 8.6v4.9h8.6V8.6M8 6v7.5M8 6C5.5 6 4.7 2.8 6.4 2.8 7.5 2.8 8 4.6 8 6c0-1.4.5-3.2 1.6-3.2C11.3 2.8 10.5 6 8 6z",
    "people": "M6 3.3a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.2zM2 12.7c.2-4 7.8-4 8 0M10.6 3.7a2 2 0 0 1 0 3.7M11.7 9.3c1.3.4 2.2 1.6 2.3 3.4",
    "calendar": "M2.8 4h10.4v9.3H2.8zM2.8 7h10.4M5.5 2.5V5M10.5 2.5V5",
    "document": "M4 2.5h5.5l3 3v8H4zM9.5 2.5v3h3",
    "video": "M2.3 4.5h7.7v7H2.3zM10 7.3l3.7-2.3v6L10 8.7",
    "form": "M3.5 2.5h9v11h-9zM5.5 5.5h.01M7.5 5.5h3M5.5 8h.01M7.5 8h3M5.5 10.5h.01M7.5 10.5h3",
    "bank": "M2.5 6 8 2.8 13.5 6zM4 6.5v5M8 6.5v5M12 6.5v5M2.5 13.2h11",
    "ticket": "M2.3 4.5h11.4v2.2a1.4 1.4 0 0 0 0 2.7v2.1H2.3V9.4a1.4 1.4 0 0 0 0-2.7zM9.5 4.5v1M9.5 7.5v1M9.5 10.5v1",
    "kept": "M3 8.5l3.3 3.3L13 4.5",
    "missed": "M4 4l8 8M12 4l-8 8",
    "unknown": "M8 3a5 5 0 1 1-.01 0",
    "late": "M8 2.7a5.3 5.3 0 1 1 0 10.6A5.3 5.3 0 0 1 8 2.7zM8 5v3.2l2.3 1.5",
    "missing": "M6.6 2.9a5.3 5.3 0 0 1 2.8 0M11.7 4.2a5.3 5.3 0 0 1 1.4 2.4M13.1 9.4a5.3 5.3 0 0 1-1.4 2.4M9.4 13.1a5.3 5.3 0 0 1-2.8 0M4.3 11.8a5.3 5.3 0 0 1-1.4-2.4M2.9 6.6a5.3 5.3 0 0 1 1.4-2.4",
    "adhoc": "M8 2.5v11M2.5 8h11",
    "failing": "M8 2.3 14.2 13.3H1.8zM8 6.4v3.2M8 11.4h.01",
    "out_of_sequence": "M2.5 5.3h10.8M10.3 2.3l3 3-3 3M13.5 10.9H2.7M5.7 7.9l-3 3 3 3",
    "drift": "M2.3 8h11.4M5 5.3 2.3 8 5 10.7M11 5.3 13.7 8 11 10.7",
    "truth": "M8 2.2 13.8 8 8 13.8 2.2 8z",
    "next": "M2.5 8h10.5M9.5 4.5 13 8l-3.5 3.5",
    "moon": "M13 9.8A5.5 5.5 0 0 1 6.2 3 5.5 5.5 0 1 0 13 9.8z",
    "split": "M5 6.5 8 3l3 3.5M8 3v10M5 9.5 8 13l3-3.5",
    "idea": "M8 2.3a4 4 0 0 1 2.3 7.3c-.5.4-.7.8-.7 1.4H6.4c0-.6-.2-1-.7-1.4A4 4 0 0 1 8 2.3zM6.6 13.4h2.8",
    "flag": "M4 14V2.7M4 3.2h8.2l-2 2.9 2 2.9H4",
    "close": "M4 4l8 8M12 4l-8 8",
    "copy": "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
}


def known(name: str) -> str:
    """Return ``name`` if there is such an icon, else the default one."""
    return name if name in ICONS else DEFAULT


def sprite(prefix: str, names: set[str]) -> str:
    """Return hidden SVG symbols for ``names``, with ids that start with ``prefix``."""
    symbols = "".join(
        f'<symbol id="{prefix}{name}" viewBox="0 0 16 16"><path d="{ICONS[name]}"/></symbol>' for name in sorted(names)
    )
    return f'<svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false">{symbols}</svg>'


def icon(prefix: str, name: str, extra: str = "") -> str:
    """Return a use of an icon; it is decoration, its meaning always stands beside it in words."""
    return f'<svg class="i{extra}" aria-hidden="true"><use href="#{prefix}{known(name)}"/></svg>'
