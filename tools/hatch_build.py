"""Build hook: translations are compiled, and a wheel without its fonts and scripts is refused."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParcoursBuild(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        package = Path(self.root) / "src" / "parcours"
        for source in package.glob("language/locale/*/LC_MESSAGES/*.po"):
            with source.open("rb") as file:
                catalogue = read_po(file)
            # Django's own gettext reads the same words under its own name.
            for name in (source.stem, "django") if source.stem == "parcours" else (source.stem,):
                with source.with_name(f"{name}.mo").open("wb") as binary:
                    write_mo(binary, catalogue)
        if version == "editable":
            return
        gathered = [package / "picture" / "fonts" / "sans.woff2", package / "ui" / "static" / "vendor" / "htmx.min.js"]
        if not all(path.exists() for path in gathered):
            raise SystemExit(
                "Fonts and scripts of the pages are not gathered yet: run 'make assets' first, then build again."
            )
