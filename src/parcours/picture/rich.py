"""A little Markdown as safe HTML: paragraphs, lists, ``**bold**``, ``*italic*``, ``[words](https://…)``.

Everything else is text. The text is escaped before anything is recognised in it, and a link leads to http or https.
"""

from __future__ import annotations

import re
from itertools import groupby

from parcours.picture.typeface import prose

_ITEM = re.compile(r"\s*(?:([-*+])|\d{1,3}[.)])\s+(.*)")
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()<>]+)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![*\w])")


def rich_html(text: str) -> str:
    """Return ``text`` as HTML blocks."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(part for block in blocks for part in _parts(block))


def _parts(block: str) -> list[str]:
    out = []
    for kind, lines in groupby(block.split("\n"), key=_kind):
        kept = [line for line in lines if line.strip()]
        if not kept:
            continue
        if kind:
            items = "".join(f"<li>{_inline(_words(line))}</li>" for line in kept)
            out.append(f"<{kind}>{items}</{kind}>")
        else:
            out.append(f"<p>{'<br>'.join(_inline(line.strip()) for line in kept)}</p>")
    return out


def _kind(line: str) -> str:
    """Return the element of a line that is an item of a list, else nothing."""
    found = _ITEM.fullmatch(line)
    return "" if found is None else "ul" if found[1] else "ol"


def _words(line: str) -> str:
    found = _ITEM.fullmatch(line)
    return line if found is None else found[2]


def _inline(text: str) -> str:
    out, end = "", 0
    for link in _LINK.finditer(text):
        out += _marked(text[end : link.start()])
        out += f'<a href="{prose(link[2])}" rel="noopener noreferrer">{_marked(link[1])}</a>'
        end = link.end()
    return out + _marked(text[end:])


def _marked(text: str) -> str:
    return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", prose(text)))


def plain(text: str) -> str:
    """Return ``text`` without its marks, for paper: links give their address."""
    bare = _LINK.sub(r"\1 (\2)", text)
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", bare))
