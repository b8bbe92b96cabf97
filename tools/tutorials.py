"""Run the pages of docs/tutorial as a reader would, and hold what they print against what the page shows.

    python tools/tutorials.py            run every page and write what came out into it
    python tools/tutorials.py --check    change nothing; fail where a page shows something else

In a ``console`` block, a line that begins with ``$ parcours`` is run and the lines below it are its output. A
``python`` block is read like a doctest. A line ``…`` stands for any lines, ``…`` inside a line for any characters.
All blocks of a page share one folder and one Python session; tables are 80 characters wide.
"""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = ROOT / "docs" / "tutorial"
DATA = Path(os.environ.get("PARCOURS_DATA", ROOT.parent / "shared" / "data"))
LANGUAGES = {"premiere-heure.md": "fr"}
"""Pages that are not in English."""
NEEDS = {"bank.md": (DATA / "bpic2012.xes.gz", ROOT / "docs" / "maps" / "bpic2012.yaml")}
"""Files that a page finds in its folder."""
ELLIPSIS = "…"
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One thing that a page does: its ``source`` as written, what it ``shows`` and what it ``printed``."""

    block: int
    source: str
    shows: str
    printed: str

    @property
    def holds(self) -> bool:
        """Whether it printed what the page shows."""
        return fits(self.shows, self.printed)


def fits(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what is ``shown``, which may leave out lines and parts of lines."""
    pattern = ""
    for line in _tidy(shown):
        if line.strip() == ELLIPSIS:
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.split(ELLIPSIS)) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _tidy(printed))) is not None


def steps(page: Path) -> Iterator[Step]:
    """Run ``page`` in a folder of its own and yield what each step printed."""
    session: dict[str, Any] = {"__name__": "__main__"}
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder, _there(Path(folder), LANGUAGES.get(page.name, "en")):
        for needed in NEEDS.get(page.name, ()):
            Path(needed.name).symlink_to(needed)
        for number, block in enumerate(_BLOCK.finditer(text)):
            run = _run_console if block[1] == "console" else _run_python
            for source, shows, printed in run(block[2], session):
                yield Step(number, source, shows, printed)


def rewritten(page: Path, *, fresh: bool = False) -> str:
    """Return ``page`` with what its steps print; where it leaves lines out, as many as before are kept around them.

    What still holds stays as it is written, unless ``fresh``.
    """
    by_block: dict[int, list[Step]] = {}
    for step in steps(page):
        by_block.setdefault(step.block, []).append(step)
    number = -1

    def body(block: re.Match[str]) -> str:
        nonlocal number
        number += 1
        told = "".join(
            f"{step.source}{step.shows if step.holds and not fresh else _shortened(step)}" for step in by_block[number]
        )
        return f"```{block[1]}\n{told.rstrip()}\n```"

    return _BLOCK.sub(body, page.read_text("utf-8"))


def _shortened(step: Step) -> str:
    shown, printed = _tidy(step.shows), _spaced(step.printed)
    gaps = [place for place, line in enumerate(shown) if line.strip() == ELLIPSIS]
    if gaps:
        after = len(shown) - gaps[-1] - 1
        printed = [*printed[: gaps[0]], ELLIPSIS, *printed[len(printed) - after :]]
    return "".join(f"{line}\n" for line in printed)


def _tidy(text: str) -> list[str]:
    """Lines without blanks at their ends and without empty lines."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _spaced(text: str) -> list[str]:
    """Lines without blanks at their ends; of several empty lines one, of those at the edges none."""
    told = re.sub(r"\n{3,}", "\n\n", "".join(f"{line.rstrip()}\n" for line in text.splitlines()))
    return told.strip("\n").splitlines()


def _run_console(block: str, _session: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    from parcours.cli.main import main

    for part in filter(None, re.split(r"^(?=\$ )", block, flags=re.MULTILINE)):
        command, _end, shows = part.partition("\n")
        words = shlex.split(command.removeprefix("$ "))
        if words[:1] != ["parcours"]:
            raise SystemExit(f"only parcours is run: {command}")
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main(words[1:])
        yield f"{command}\n", shows, out.getvalue() + (errors.getvalue() if code else "")


def _run_python(block: str, session: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    def show(value: object) -> None:
        if value is not None:
            print(repr(value))

    for example in doctest.DocTestParser().get_examples(block):
        first, *more = example.source.splitlines()
        source = "".join(f"{line}\n" for line in (f">>> {first}", *(f"... {line}" for line in more)))
        out, hook = io.StringIO(), sys.displayhook
        sys.displayhook = show
        try:
            with contextlib.redirect_stdout(out):
                exec(compile(example.source, "<page>", "single"), session)
        finally:
            sys.displayhook = hook
        yield source, example.want, out.getvalue()


@contextlib.contextmanager
def _there(folder: Path, language: str) -> Iterator[None]:
    before, kept = Path.cwd(), dict(os.environ)
    os.environ |= {"COLUMNS": "80", "PARCOURS_LANGUAGE": language}
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(kept)


def main() -> int:
    """Run the pages that can be run here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where a page shows something else")
    parser.add_argument("--fresh", action="store_true", help="write again also what still holds")
    parser.add_argument("pages", nargs="*", type=Path, help="only these pages")
    asked = parser.parse_args()
    wrong = 0
    for page in asked.pages or sorted(TUTORIALS.glob("*.md")):
        absent = [needed.name for needed in NEEDS.get(page.name, ()) if not needed.exists()]
        if absent:
            print(f"{page.name}: not run, {', '.join(absent)} is not here")
        elif asked.check:
            for step in steps(page):
                if not step.holds:
                    wrong += 1
                    print(f"{page.name}: {step.source}printed:\n{step.printed}")
        else:
            page.write_text(rewritten(page, fresh=asked.fresh), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
