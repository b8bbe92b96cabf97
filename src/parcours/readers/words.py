"""What a person reads in place of the stable keys of reasons, roles and kinds."""

from __future__ import annotations

from parcours.language.translation import _


def reason_in_words(reason: str) -> str:
    """Say why a row did not come in; a key without words is shown as it is."""
    words = {
        "already_imported": _("this file was imported before (--again imports it once more)"),
        "duplicate_id": _("an event with this id is already there"),
        "duplicate_content": _("the same row came with an earlier export"),
        "person_missing": _("no person"),
        "event_missing": _("no event name"),
        "time_missing": _("no time"),
        "time_unreadable": _("a time that cannot be read"),
        "time_out_of_range": _("a time before 1990 or in the future"),
        "number_unreadable": _("a number that cannot be read"),
        "score_out_of_range": _("an answer outside its scale"),
        "field_count": _("too few or too many columns"),
        "quote_unclosed": _("a quote that never closes"),
        "encoding": _("letters that cannot be read"),
        "nul_byte": _("a character that is not text"),
        "line_too_long": _("a line that is too long"),
        "json_invalid": _("JSON that cannot be read"),
        "cell_error": _("an error of Excel in place of a value"),
        "formula_uncomputed": _("a formula whose result is not stored"),
    }
    return words.get(reason, reason)


def right_form(reason: str) -> str | None:
    """Say what a value should have been, for reasons that say it alone; None where it depends on the file."""
    words = {
        "person_missing": _("a person’s identifier"),
        "event_missing": _("the name of the event"),
        "time_missing": _("the time of the event"),
        "time_unreadable": _("a time such as 2025-12-31 14:05:00, 31/12/2025 14:05 or 1767189900"),
        "time_out_of_range": _("a time from 1990 on and at most one day from now"),
        "number_unreadable": _("a number"),
    }
    return words.get(reason)


def role_in_words(role: str) -> str:
    """Say what a column was understood as."""
    words = {
        "person": _("person’s id"),
        "time": _("time"),
        "event": _("event"),
        "channel": _("channel"),
        "value": _("amount"),
        "message_id": _("message id"),
        "comment": _("comment"),
        "nps": "NPS",
        "csat": "CSAT",
        "ces": "CES",
    }
    return words.get(role, role)


def kind_in_words(kind: str) -> str:
    """Say what kind of values a column holds."""
    words = {"text": _("text"), "number": _("number"), "boolean": _("yes or no"), "time": _("time")}
    return words.get(kind, kind)
