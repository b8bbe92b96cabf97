"""A picture on its way out: a page, a static picture, or plain data, in the picture's own language."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.picture.model import MapPicture

Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Page:
    """What ``picture`` shows, ready to be written."""

    picture: MapPicture

    def html(self, theme: Theme = "auto") -> str:
        """Return the page: one file that makes no request. ``auto`` follows the reader's colour scheme."""
        from parcours.picture.page import render_page

        return render_page(self.picture, theme=theme)

    def svg(self, theme: Literal["light", "dark"] = "light") -> str:
        """Return the picture alone, as a static SVG."""
        from parcours.picture.svg import render_svg

        return render_svg(self.picture, theme=theme)

    def to_dict(self) -> dict[str, Any]:
        """Return everything that is shown as plain, JSON-ready data."""
        return {"picture": asdict(self.picture)}

    def save(self, path: str | Path, *, theme: Theme = "auto") -> Path:
        """Write ``path`` as a page (.html), a picture (.svg) or data (.json), and return it.

        UsageError for another ending, or where the file cannot be written.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending in (".html", ".htm"):
            text = self.html(theme)
        elif ending == ".svg":
            text = self.svg("dark" if theme == "dark" else "light")
        elif ending == ".json":
            text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"
        else:
            raise UsageError(
                _("A report cannot be written as “{ending}”.").format(ending=ending or target.name),
                value=str(path),
                expected=_("Give a name that ends with .html, .svg or .json."),
            )
        try:
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as problem:
            raise UsageError(
                _("“{file}” cannot be written: {problem}.").format(file=target, problem=problem.strerror or problem),
                value=str(path),
            ) from problem
        return target

    def _repr_html_(self) -> str:
        from parcours.picture.page import render_fragment

        return render_fragment(self.picture)
