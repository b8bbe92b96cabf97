"""Names that stand for people and mean nothing outside the log: stable within one log, unrelated between two."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from parcours.language.errors import LogError, Place
from parcours.language.translation import _

SALT_FILE = "pseudonyms.salt"
_SALT_BYTES = 32


def pseudonyms_of(folder: Path) -> Callable[[str], str]:
    """Return the function that turns an external id into its pseudonym in the log at ``folder``.

    A pseudonym is 60 bits of a keyed BLAKE2b of the id. The key is a random salt kept in the log's folder, made when
    it is first needed: whoever has only a report cannot find out an id by trying. LogError where it cannot be kept.
    """
    key = _salt(folder / SALT_FILE)

    def pseudonym(external_id: str) -> str:
        digest = hashlib.blake2b(external_id.encode("utf-8", "surrogatepass"), key=key, digest_size=8).digest()
        letters = base64.b32encode(digest).decode()[:12]
        return f"P-{letters[:6]}-{letters[6:]}"

    return pseudonym


def _salt(path: Path) -> bytes:
    try:
        if not path.exists():
            beside = path.with_suffix(f".{secrets.token_hex(4)}")
            beside.write_bytes(secrets.token_bytes(_SALT_BYTES))
            beside.chmod(0o600)
            try:
                # Linking fails where another process was first: then its salt is the one.
                os.link(beside, path)
            except FileExistsError:
                pass
            finally:
                beside.unlink()
        salt = path.read_bytes()
    except OSError as problem:
        raise LogError(
            _("The salt of the pseudonyms cannot be kept: {problem}.").format(problem=problem.strerror or problem),
            place=Place(file=str(path)),
        ) from problem
    if len(salt) != _SALT_BYTES:
        raise LogError(_("The salt of the pseudonyms is damaged."), place=Place(file=str(path)))
    return salt
