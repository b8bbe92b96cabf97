"""Secrets that people or programs carry: made at random, kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 43 characters of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is stored of a token. SHA-256 is enough: 256 random bits cannot be tried out."""
    return hashlib.sha256(token.encode()).hexdigest()
