"""What can go wrong with a workspace's maps."""

from __future__ import annotations

from parcours.language.errors import UsageError
from parcours.language.translation import _


class PublishedVersion(UsageError):  # noqa: N818 - it names a state
    """Somebody tried to change a version that was published."""

    def __init__(self, number: int) -> None:
        super().__init__(
            _("Version {n} is published: it does not change any more.").format(n=number),
            value=number,
            expected=_("Make a new version from it."),
        )


class NothingToDiscover(UsageError):  # noqa: N818 - it names a state
    """A map was asked of a log that holds no events."""

    def __init__(self) -> None:
        super().__init__(
            _("This workspace has no data yet, so there is nothing to find a map in."),
            expected=_("Import events first."),
        )


class Busy(UsageError):  # noqa: N818 - it names a state
    """As many slow answers are being made as the machine may make at once."""

    def __init__(self) -> None:
        super().__init__(_("Several files are being made at this moment."), expected=_("Try again in a few seconds."))
