"""Opens files: gzip by content, encodings, and text in chunks of bounded size."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from parcours.language.errors import InputError, Place
from parcours.language.translation import _
from parcours.readers.options import name_of

GZIP = b"\x1f\x8b"
MARK = "\udc80"
"""Stands for bytes that the file's encoding cannot read: encoded to bytes it is no valid UTF-8, so it is found."""

codecs.register_error("parcours.mark", lambda error: (MARK, error.end))  # type: ignore[attr-defined]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, in hexadecimal."""
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system or a broken archive says while ``path`` is read into an ``InputError``."""
    place = Place(name_of(path))
    try:
        yield
    except EOFError:
        raise InputError(
            _("The compressed file is cut off."), place=place, expected=_("Copy or download it again.")
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise InputError(
            _("The compressed file is damaged."), place=place, expected=_("Copy or download it again.")
        ) from None
    except FileNotFoundError:
        raise InputError(_("There is no such file."), place=Place(str(path)), value=str(path)) from None
    except IsADirectoryError:
        raise InputError(_("This is a folder, not a file."), place=Place(str(path)), value=str(path)) from None
    except OSError as error:
        raise InputError(
            _("The file cannot be read: {reason}.").format(reason=error.strerror or error), place=place
        ) from None


class Opened:
    """A file opened for one pass; ``read`` gives decompressed bytes, ``bytes_done`` counts bytes on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._disk: IO[bytes] = path.open("rb", buffering=0)
        compressed = self._disk.read(2) == GZIP
        self._disk.seek(0)
        self._file: IO[bytes] = gzip.GzipFile(fileobj=self._disk) if compressed else self._disk  # type: ignore[assignment]

    def read(self, count: int) -> bytes:
        """Return up to ``count`` bytes, fewer only at the end. Call it inside ``reading``."""
        parts = []
        while count > 0:
            part = self._file.read(count)
            if not part:
                break
            parts.append(part)
            count -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    @property
    def bytes_done(self) -> int:
        """How much of the file on disk has been read."""
        return self._disk.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        self._disk.close()


def first_bytes(path: Path, count: int) -> bytes:
    """Return the first ``count`` bytes, decompressed."""
    with reading(path):
        opened = Opened(path)
        try:
            return opened.read(count)
        finally:
            opened.close()


def find_encoding(head: bytes, given: str | None, file: str) -> tuple[str, int]:
    """Return the encoding of a text that begins with ``head``, and the length of its byte order mark.

    UTF-8 unless a mark, a pattern of NULs or bytes that UTF-8 cannot hold speak for UTF-16 or Windows-1252.
    """
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    if given is not None:
        try:
            name = codecs.lookup(given).name
        except LookupError:
            raise InputError(
                _("The encoding “{encoding}” is unknown.").format(encoding=given),
                place=Place(file),
                value=given,
                expected=_("Use utf-8, cp1252, utf-16 or another name that Python knows."),
            ) from None
        if name == "utf-8-sig":
            name = "utf-8"
        for mark, encoding in marks:
            if head.startswith(mark) and encoding.startswith(name):
                return encoding, len(mark)
        return name, 0
    for mark, encoding in marks:
        if head.startswith(mark):
            return encoding, len(mark)
    sample = head[:4096]
    if len(sample) >= 4:
        even, odd = sample[0::2].count(0) / len(sample[0::2]), sample[1::2].count(0) / len(sample[1::2])
        if odd > 0.4 and even < 0.1:
            return "utf-16-le", 0
        if even > 0.4 and odd < 0.1:
            return "utf-16-be", 0
    _refuse_binary(head, file)
    return ("utf-8" if _mostly_utf8(head) else "cp1252"), 0


def _refuse_binary(head: bytes, file: str) -> None:
    sample = head[:65536]
    odd = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample))
    if odd > max(16, 0.02 * len(sample)):
        raise InputError(
            _("This is not a text file."),
            place=Place(file),
            expected=_("An Excel workbook, or a CSV, JSON Lines, Parquet or XES file, plain or compressed with gzip."),
        )


def _mostly_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        several = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", head))
        high = len(re.findall(rb"[\x80-\xff]+", head))
        return several * 2 >= high
    return True


def utf8_chunks(opened: Opened, encoding: str, mark_length: int, chunk_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Yield the text as UTF-8 with ``\\n`` line ends in chunks, each with the bytes of the file read so far.

    ``\\r\\n`` stays as it is; a lone ``\\r`` ends a line. Bytes that the encoding cannot read become bytes that
    UTF-8 cannot read either, so that the row they stand in is found later. Call it inside ``reading``.
    """
    opened.read(mark_length)
    decoder = None
    if encoding not in ("utf-8", "ascii"):
        decoder = codecs.getincrementaldecoder(encoding)(errors="parcours.mark")
    held = b""
    while True:
        data = opened.read(chunk_bytes)
        last = len(data) < chunk_bytes
        done = opened.bytes_done
        if decoder is not None:
            data = decoder.decode(data, final=last).encode("utf-8", "surrogatepass")
        data = held + data if held else data
        held = b""
        if not last and data.endswith(b"\r"):
            data, held = data[:-1], b"\r"
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            data = re.sub(rb"\r(?!\n)", b"\n", data)
        if data:
            yield data, done
        if last:
            return
