"""How the audit trail names what was done with maps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERBS = {
    "map.created": _("made a map"),
    "map.discovered": _("drafted a map from the data"),
    "map.copied": _("copied a map"),
    "map.renamed": _("gave a map another title"),
    "map.version_added": _("added a version to a map"),
    "map.published": _("published a version of a map"),
    "map.restored": _("restored an old version of a map"),
    "map.people_taken": _("took away a list of people"),
    "map.report_taken": _("took away a report with ids of people"),
    "map.archived": _("archived a map"),
    "map.unarchived": _("brought a map back from the archive"),
}
DETAILS = {
    "id": _("id"),
    "title": _("title"),
    "template": _("template"),
    "file": _("file"),
    "version": _("version"),
    "figure": _("figure"),
    "cases": _("cases"),
    "source": _("copied from"),
    "restored_version": _("restored version"),
}
