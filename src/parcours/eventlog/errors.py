"""What can go wrong with an import, beside what is wrong with its file."""

from __future__ import annotations

from parcours.language.errors import ParcoursError
from parcours.language.translation import _
from parcours.ui.words import size_in_words


class WrongOffset(ParcoursError):  # noqa: N818 - a state of things rather than a mistake in them
    """A piece does not begin where the file ends: ``offset`` is where."""

    def __init__(self, offset: int) -> None:
        super().__init__(_("The upload has come to byte {offset}.").format(offset=offset), value=offset)
        self.offset = offset


class TooLarge(ParcoursError):  # noqa: N818 - a state of things rather than a mistake in them
    """More bytes than this installation takes, or than were announced."""

    def __init__(self, most: int) -> None:
        message = _("The file is larger than the {size} that can be uploaded here.").format(size=size_in_words(most))
        super().__init__(message, expected=_("Compress it with gzip, or cut it into several files."))


class TooManyUploads(ParcoursError):  # noqa: N818 - a state of things rather than a mistake in them
    """The workspace has its fill of files that wait."""

    def __init__(self, most: int) -> None:
        message = _("{n} files of this workspace are not in the log yet: no more may wait at a time.").format(n=most)
        super().__init__(message, expected=_("Finish, import or cancel one of them first."))


class NoRoom(ParcoursError):  # noqa: N818 - a state of things rather than a mistake in them
    """The disk would not hold the file and what becomes of it."""

    def __init__(self) -> None:
        super().__init__(
            _("There is not enough room on the server for this file."),
            expected=_("Ask who runs the server to free some."),
        )


class NotNow(ParcoursError):  # noqa: N818 - a state of things rather than a mistake in them
    """The import is in a state in which this cannot be done."""

    def __init__(self) -> None:
        super().__init__(
            _("The import has gone on in the meantime: this cannot be done any more."),
            expected=_("Look at how it stands now."),
        )
