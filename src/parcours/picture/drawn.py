"""What a document shows at several places and holds once: small drawings, and the titles of its lists."""

from __future__ import annotations


class Drawn:
    """Collects while a document is written: drawings, each under an id of its own, in the order of their first use."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._ids: dict[str, str] = {}
        self._titles: set[tuple[str, str]] = set()

    def use(self, drawing: str) -> str:
        """Return what shows ``drawing`` (shapes of an SVG) here."""
        return f'<use href="#{self._ids.setdefault(drawing, f"{self._prefix}d{len(self._ids)}")}"/>'

    def titled(self, key: str, title: str) -> bool:
        """Tell whether the list behind ``key`` has been given this title already; from now on it has."""
        known = (key, title) in self._titles
        self._titles.add((key, title))
        return known

    @property
    def definitions(self) -> str:
        """Return all of them, for the document's definitions.

        Where they are used nothing of the document stands around them, so each has the class that its styles ask for.
        """
        drawings = "".join(f'<g id="{id_}" class="drawn">{drawing}</g>' for drawing, id_ in self._ids.items())
        return f"<defs>{drawings}</defs>" if drawings else ""
