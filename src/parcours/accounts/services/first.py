"""The first start: a code that only who runs the server can read makes the first user and workspace."""

from __future__ import annotations

import base64
from hmac import compare_digest

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from parcours.accounts.errors import AlreadySetUpError
from parcours.accounts.models import User, Workspace
from parcours.accounts.services.workspaces import create_workspace


def first_code() -> str | None:
    """Return the code that makes the first user, as ``ABCD-EFGH-IJKL-MNOP``; None once there is a user.

    It follows from the installation's secret: nothing is stored, every process knows the same one, and it is worth
    nothing as soon as somebody used it.
    """
    if User.objects.exists():
        return None
    letters = base64.b32encode(salted_hmac("parcours.accounts.first", "code", algorithm="sha256").digest()).decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def make_first(
    code: str, *, email: str, password: str | None, workspace: str, language: str = ""
) -> tuple[User, Workspace]:
    """Make the first user, who keeps the installation, and their workspace.

    Raises ``AlreadySetUpError`` for a wrong code and when there is a user already.
    """
    expected = first_code()
    given = "".join(letter for letter in code.upper() if letter.isalnum())
    if expected is None or not compare_digest(given.encode(), expected.replace("-", "").encode()):
        raise AlreadySetUpError(_("This is not the code that the server printed when it started."))
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, language=language, is_staff=True)
            return user, create_workspace(user, workspace, language=language)
    except IntegrityError:
        raise AlreadySetUpError(_("Somebody else has just set this installation up.")) from None
