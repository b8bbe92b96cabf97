"""How the audit trail names what was done with imports and notes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERBS = {
    "import.begun": _("began to upload a file"),
    "import.started": _("had a file read into the log"),
    "import.ended": _("read a file into the log"),
    "import.failed": _("could not read a file into the log"),
    "import.cancelling": _("asked to cancel an import"),
    "import.cancelled": _("cancelled an import"),
    "import.undoing": _("asked to take an import back"),
    "import.undoing_failed": _("could not take an import back"),
    "import.undone": _("took an import back"),
    "import.reopened": _("asked again how a file is to be read"),
    "import.rejected_taken": _("took away the rows that were left out"),
    "note.written": _("noted what happened to a customer"),
    "note.corrected": _("corrected a note"),
    "note.withdrawn": _("withdrew a note"),
}
DETAILS = {
    "id": _("id"),
    "bytes": _("bytes"),
    "events": _("events"),
    "persons": _("persons"),
    "left_out": _("rows left out"),
    "happened": _("happened on"),
}
