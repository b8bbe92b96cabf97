"""Comments of a YAML map: what they stand at, so that they stand there again when the map is written anew.

A map does not hold comments: they are of the file. What has an id carries its comments along wherever it moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from parcours.language.translation import LANGUAGES
from parcours.mapdoc.source import Path, Source, Spot
from parcours.mapdoc.yaml_source import comments_in, read_yaml

Anchor: TypeAlias = tuple[str | int, ...]
"""An item by its list and id, then the field in it: ``("touchpoints", "invoice", "promises")``."""
_VALUE = "= "
"""Begins the name of a plain value in a list: no field is called so."""
Where: TypeAlias = Literal["top", "above", "beside", "end"]


@dataclass(frozen=True, slots=True)
class Comment:
    """Lines that begin with “#”, and where they stand: above or beside what ``anchor`` names, or around the whole."""

    lines: tuple[str, ...]
    where: Where
    anchor: Anchor
    file: str
    line: int

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same comment in two versions of a file."""
        return self.lines, self.where, self.anchor

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {' '.join(self.lines)}"


def comments_of(text: str, file: str) -> tuple[Comment, ...]:
    """Return the comments of a YAML document in their order.

    Raises Unreadable where it is none; a text without a “#” holds no comment and is not read for that.
    """
    if "#" not in text:
        return ()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source, written = read_yaml(text, file), text.split("\n")
    fields, items = _by_line(source)
    starts = sorted(fields)
    found: list[Comment] = []
    for spot, lines in _blocks(text, written):
        beside = bool(written[spot[0] - 1][: spot[1] - 1].strip())
        if beside:
            line = starts[max(0, bisect_right(starts, spot[0]) - 1)]
            found.append(Comment(lines, "beside", fields[line], file, spot[0]))
        elif spot[0] < starts[0]:
            found.append(Comment(lines, "top", (), file, spot[0]))
        else:
            line = next(iter(starts[bisect_right(starts, spot[0]) :][:1]), 0)
            anchor = items.get(line, fields[line]) if line else ()
            found.append(Comment(lines, "above" if line else "end", anchor, file, spot[0]))
    return tuple(found)


def merged_comments(base: Sequence[Comment], mine: Sequence[Comment], theirs: Sequence[Comment]) -> tuple[Comment, ...]:
    """Return the comments of a merged map, mine first, without those that one side took out since ``base``."""
    was, ours, others = ({one.key for one in side} for side in (base, mine, theirs))
    kept = [one for one in mine if one.key in others or one.key not in was]
    kept += [one for one in theirs if one.key not in ours and one.key not in was]
    return tuple(kept)


def with_comments(text: str, comments: Sequence[Comment]) -> tuple[str, tuple[Comment, ...]]:
    """Return a YAML document that our own writer made, with ``comments``, and those whose place is no longer there."""
    source = read_yaml(text, "")
    places = {anchor: spot[0] for anchor, spot in _anchors(source)}
    above: dict[int, list[str]] = {}
    beside: dict[int, str] = {}
    lost: list[Comment] = []
    lines = text.removesuffix("\n").split("\n")
    for one in comments:
        line = 1 if one.where == "top" else len(lines) + 1 if one.where == "end" else _line_of(one.anchor, places)
        if line is None:
            lost.append(one)
        elif one.where == "beside" and line not in beside:
            beside[line] = one.lines[0]
        else:
            above.setdefault(line, []).extend(one.lines)
    written: list[str] = []
    for number, words in enumerate([*lines, ""], 1):
        indent = words[: len(words) - len(words.lstrip())]
        written += [f"{indent}{comment}" for comment in above.get(number, ())]
        written += [f"{words}  {beside[number]}" if number in beside else words]
    dressed = "\n".join(written)
    return (dressed, tuple(lost)) if read_yaml(dressed, "").data == source.data else (text, tuple(comments))


def _blocks(text: str, lines: Sequence[str]) -> Iterator[tuple[Spot, tuple[str, ...]]]:
    """Give comments, those of following lines that stand alone as one."""
    spot: Spot = (0, 0)
    block: list[str] = []
    for (line, column), words in comments_in(text):
        alone = not lines[line - 1][: column - 1].strip()
        if block and alone and line == spot[0] + len(block):
            block.append(words)
            continue
        if block:
            yield spot, tuple(block)
        if alone:
            spot, block = (line, column), [words]
        else:
            block = []
            yield (line, column), (words,)
    if block:
        yield spot, tuple(block)


def _by_line(source: Source) -> tuple[dict[int, Anchor], dict[int, Anchor]]:
    """Return the first field of each line, and the item that begins there."""
    fields: dict[int, tuple[int, Anchor]] = {}
    items: dict[int, Anchor] = {}
    for path, (line, column) in source.fields.items():
        if line not in fields or column < fields[line][0]:
            fields[line] = (column, _anchor(source.data, path))
    for path, (line, column) in source.values.items():
        if path and isinstance(path[-1], int):
            anchor = _anchor(source.data, path)
            items.setdefault(line, anchor)
            fields.setdefault(line, (column, anchor))
    return {line: anchor for line, (_column, anchor) in fields.items()}, items


def _anchors(source: Source) -> Iterator[tuple[Anchor, Spot]]:
    for path, spot in source.values.items():
        if path and isinstance(path[-1], int):
            yield _anchor(source.data, path), spot
    for path, spot in source.fields.items():  # after the values: a list stands where its field does
        yield _anchor(source.data, path), spot


def _anchor(data: Any, path: Path) -> Anchor:
    """Name a place by the innermost item with an id; a plain value in a list by itself, as its place may change."""
    anchor: Anchor = ()
    for part in path:
        data = data[part]
        if isinstance(part, str):
            anchor = (*anchor, part)
        elif isinstance(data, dict) and isinstance(data.get("id"), str):
            anchor = (str(anchor[-1]) if anchor else "", data["id"])
        else:
            anchor = (*anchor, part if isinstance(data, dict) else f"{_VALUE}{data}")
    return anchor


def _line_of(anchor: Anchor, places: dict[Anchor, int]) -> int | None:
    """Return the line of ``anchor``: of the field around it where only its language or its place in a list is gone."""
    for here in _around(anchor):
        if here in places:
            return places[here]
    return None


def _around(anchor: Anchor) -> Iterable[Anchor]:
    yield anchor
    if anchor and (anchor[-1] in LANGUAGES or str(anchor[-1]).startswith(_VALUE)):
        yield anchor[:-1]
    at = next((at for at, part in enumerate(anchor) if isinstance(part, int)), None)
    if at is not None:
        yield anchor[:at]
