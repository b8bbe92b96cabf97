"""What can go wrong with accounts and workspaces, each in a sentence for the person who meets it."""

from __future__ import annotations

from parcours.language.errors import ParcoursError


class AccountsError(ParcoursError):
    """Something that a person can mend; shown beside the field or on the page."""


class LinkSpentError(AccountsError):
    """A link of a message that was used, is too old, or never existed: the three are not told apart."""


class LastOwnerError(AccountsError):
    """A workspace would be left without an owner."""


class WrongAddressError(AccountsError):
    """An invitation is for another address than the one that is signed in."""


class AlreadyMemberError(AccountsError):
    """Who is invited belongs already."""


class NotAsTypedError(AccountsError):
    """The name that confirms a deletion was typed differently."""


class AlreadySetUpError(AccountsError):
    """There is a first user already, or the code is not the one that was printed."""
