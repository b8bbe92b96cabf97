"""Which passwords are good enough: at least twelve characters, and hard to guess by zxcvbn's estimate."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST, MOST = 12, 256
STRONG = 3
"""zxcvbn's score of 4: more than 10^8 guesses."""
WORDS_OF_THE_PLACE = ("parcours", "voyage", "journey", "customer", "client")
"""Too near at hand to count as a part of a password; so are one's own name and address."""
LEFT_WITHOUT_THEM = 8
"""Characters that must remain once all of these are taken out."""


class HardToGuess:
    """A validator in Django's sense."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise with what would help when ``password`` is too short, too long or easy to guess."""
        if len(password) < LEAST:
            raise ValidationError(
                _("A password has at least {least} characters: a few words that mean something to you alone "
                  "are easy to keep.").format(least=LEAST), code="password_too_short"
            )  # fmt: skip
        if len(password) > MOST:
            raise ValidationError(
                _("A password has at most {most} characters.").format(most=MOST), code="password_too_long"
            )
        from zxcvbn import zxcvbn

        known = _near_at_hand(user)
        left = password.lower()
        for word in known:
            left = left.replace(word, "")
        if len(left) < LEFT_WITHOUT_THEM or zxcvbn(password[:72], user_inputs=known)["score"] < STRONG:
            raise ValidationError(
                _("This password is easy to guess. Take four words that have nothing to do with each other."),
                code="password_too_weak",
            )

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("At least {least} characters, not easy to guess. Four words do very well.").format(least=LEAST)


def _near_at_hand(user: Any) -> list[str]:
    """Return the words that a guesser tries first, the longest first."""
    email, name = (str(getattr(user, field, "") or "").lower() for field in ("email", "name"))
    words = {email, *email.split("@"), *email.replace("@", ".").split("."), *name.split(), *WORDS_OF_THE_PLACE}
    return sorted((word for word in words if len(word) > 3), key=lambda word: (-len(word), word))
