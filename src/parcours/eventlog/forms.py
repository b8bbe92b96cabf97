"""What people say about a file, and about what happened to a customer."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from functools import cache
from hashlib import sha256
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from parcours.eventlog.reading import (
    LEFT_OUT,
    MOST_COLUMNS,
    PROPERTY,
    ROLE_ANSWERS,
    Answers,
    Preview,
    first_answers,
)
from parcours.eventlog.services import EARLIEST, TEXT_LENGTH
from parcours.language.translation import _
from parcours.readers.options import ROLES
from parcours.readers.peeking import Peek, PeekedColumn
from parcours.readers.words import kind_in_words, role_in_words

NOTE_ID = r"^note:[0-9a-f]{24}$"
NEEDED = ("person", "time")
DELIMITERS = (";", ",", "tab", "|")
ENCODINGS = ("utf-8", "cp1252", "utf-16")
SHAPE = ("delimiter", "encoding", "sheet")
"""Answers that change which columns there are."""


@cache
def zones() -> tuple[str, ...]:
    """Return the names of all time zones that have a place."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


def role_word(answer: str) -> str:
    """Say what a column is taken for."""
    words = {PROPERTY: _("property"), LEFT_OUT: _("left out")}
    return words.get(answer) or role_in_words(answer)


class UploadForm(forms.Form):
    """A file, for browsers without JavaScript."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)


class ReadingForm(forms.Form):
    """How one file is to be read: a question for each of its columns, and some for the whole."""

    seen = forms.CharField(widget=forms.HiddenInput)
    event_name = forms.CharField(
        label=gettext_lazy("One event name for every row"), max_length=TEXT_LENGTH, required=False,
        help_text=gettext_lazy("For a file whose rows are all the same event, such as “order”."),
    )  # fmt: skip
    zone = forms.CharField(
        label=gettext_lazy("Time zone of times that have none"), max_length=60,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )  # fmt: skip
    day_order = forms.ChoiceField(label=gettext_lazy("How to read 03/04/2026"), required=False)
    time_format = forms.CharField(
        label=gettext_lazy("Format of dates and times"), max_length=60, required=False,
        help_text=gettext_lazy("Only for unusual ones, such as %d/%m/%y %Hh%M."),
    )  # fmt: skip
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("What separates columns"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Text encoding"), required=False)
    ces_scale = forms.ChoiceField(label=gettext_lazy("Scale of effort (CES)"), required=False)
    on_error = forms.ChoiceField(label=gettext_lazy("Rows that cannot be read"), widget=forms.RadioSelect)
    dedupe = forms.ChoiceField(label=gettext_lazy("Rows that the log has already"), widget=forms.RadioSelect)
    again = forms.BooleanField(
        label=gettext_lazy("Import it even if the same file was imported before"), required=False
    )

    def __init__(self, found: Peek, answers: Answers, given: Mapping[str, Any] | None = None) -> None:
        """Ask about ``found``; ``given`` are the answers sent, else ``answers`` stand."""
        self.found = found
        data = _as_data(found, answers)
        if given is not None:
            same = given.get("seen") == data["seen"]
            # Other columns than those that were asked about: what was said of them says nothing of these.
            kept = {name: value for name, value in given.items() if same or not name.startswith("column-")}
            boxes = {} if "again" in kept else {"again": ""}
            data = {**data, **kept, **boxes, "seen": data["seen"]}
        super().__init__(data, auto_id="id_%s")
        self._choose()
        options = [(answer, role_word(answer)) for answer in ROLE_ANSWERS]
        for number, column in enumerate(found.columns[:MOST_COLUMNS]):
            label = _("{column}: understood as").format(column=column.name)
            widget = forms.Select(attrs={"aria-label": label})
            self.fields[f"column-{number}"] = forms.ChoiceField(label=column.name, choices=options, widget=widget)

    def _choose(self) -> None:
        """Give the choices their words, in the language of the reader, and drop what this format does not have."""
        told = ("", _("as the file tells"))
        choices = {
            "day_order": [told, ("day", _("3 April: the day first")), ("month", _("4 March: the month first"))],
            "delimiter": [told, *((one, _("tab") if one == "tab" else one) for one in DELIMITERS)],
            "encoding": [told, *((one, one) for one in ENCODINGS)],
            "sheet": [(one, one) for one in self.found.sheets],
            "ces_scale": [
                ("", _("agreement: a high answer is good (CES 2.0)")),
                ("effort", _("effort: a low answer is good")),
            ],
            "on_error": [
                ("stop", _("stop at the first one and keep nothing")),
                ("skip", _("leave them out, count them and list them")),
            ],
            "dedupe": [
                ("none", _("keep them: only equal message ids count as the same")),
                ("content", _("leave them out: this export overlaps with an earlier one")),
            ],
        }
        for name, options in choices.items():
            self.fields[name].choices = options
        gone = ("delimiter", "encoding") if self.found.format != "csv" else ()
        for name in (*gone, *(("sheet",) if len(self.found.sheets) < 2 else ())):
            del self.fields[name]

    def columns(self) -> Iterator[tuple[PeekedColumn, str, Any]]:
        """Give each column with the words for its kind and its question."""
        for number, column in enumerate(self.found.columns[:MOST_COLUMNS]):
            yield column, kind_in_words(column.kind), self[f"column-{number}"]

    def questions(self) -> list[Any]:
        """Give the questions about the whole file that it may need."""
        wanted = ("sheet", "event_name", "zone", "day_order", "delimiter", "encoding", "time_format", "ces_scale")
        return [self[name] for name in wanted if name in self.fields]

    @property
    def unasked(self) -> int:
        """Columns beyond those that are asked about: they become properties."""
        return max(0, len(self.found.columns) - MOST_COLUMNS)

    def clean_zone(self) -> str:
        """Take only a zone that exists."""
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in zones():
            raise forms.ValidationError(_("There is no time zone “{zone}”: choose one of the list.").format(zone=zone))
        return zone

    def clean(self) -> dict[str, Any]:
        """Hold the answers about columns against each other."""
        roles = self._roles()
        for role, count in Counter(roles.values()).items():
            if role in ROLES and count > 1:
                last = max(number for number, column in self._asked() if roles.get(column.name) == role)
                said = _("Several columns are said to be the {role}: choose one.").format(role=role_word(role))
                self.add_error(f"column-{last}", said)
        for role in NEEDED:
            if role not in roles.values():
                self.add_error(None, _("Say which column is the {role}.").format(role=role_word(role)))
        if self.cleaned_data.get("event_name") and "event" in roles.values():
            said = _("Either a column holds the event’s name, or every row has this one.")
            self.add_error("event_name", said)
        if not self.cleaned_data.get("event_name") and "event" not in roles.values():
            said = _("Say which column is the event, or name every row here.")
            self.add_error("event_name", said)
        return dict(self.cleaned_data)

    def _asked(self) -> list[tuple[int, PeekedColumn]]:
        return list(enumerate(self.found.columns[:MOST_COLUMNS]))

    def _roles(self) -> dict[str, str]:
        said = {column.name: self.cleaned_data.get(f"column-{number}", PROPERTY) for number, column in self._asked()}
        return said | {column.name: PROPERTY for column in self.found.columns[MOST_COLUMNS:]}

    def answers(self) -> Answers:
        """Return what was said; only of a valid form."""
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith("column-")}
        del plain["seen"]
        return Answers(roles=self._roles(), **plain)

    def refuse(self, preview: Preview) -> None:
        """Put what keeps the file from being read beside the answer that it belongs to."""
        for problem in preview.problems:
            self.add_error(problem.answer if problem.answer in self.fields else None, problem.message)


def shaped(answers: Answers, given: Mapping[str, Any]) -> Answers:
    """Return ``answers`` with what was sent about the form of the file."""
    said: dict[str, Any] = {name: str(given[name])[:200] for name in SHAPE if name in given}
    return replace(answers, **said)


def _as_data(found: Peek, answers: Answers) -> dict[str, Any]:
    """Write answers as the form sends them; columns that they do not know get their likely role."""
    names = [column.name for column in found.columns]
    roles = answers.roles if set(names) == set(answers.roles) else first_answers(found, answers.zone).roles
    plain = {name: value for name, value in answers.to_json().items() if name != "roles" and value is not False}
    columns = {f"column-{number}": roles[name] for number, name in enumerate(names[:MOST_COLUMNS])}
    seen = sha256("\0".join(names).encode("utf-8", "replace")).hexdigest()[:16]
    return {**plain, **columns, "sheet": found.sheet or "", "seen": seen}


class LocalTimeField(forms.DateTimeField):
    """A time as a clock on the wall shows it. Of an hour that comes twice in autumn, the latest that is past."""

    def to_python(self, value: Any) -> Any:
        """Read the wall's time and place it in the present zone."""
        with timezone.override(UTC):
            shown = super().to_python(value)
        if shown is None:
            return None
        zone, now = timezone.get_current_timezone(), timezone.now()
        either = [shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
        real = [at for at in either if at.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None)]
        if not real:
            raise forms.ValidationError(_("No clock showed this time: in spring, an hour is skipped."))
        return max((at for at in real if at <= now), default=real[0])


class HappenedForm(forms.Form):
    """What happened to a customer, written down by somebody who was there."""

    message_id = forms.RegexField(NOTE_ID, widget=forms.HiddenInput)
    person = forms.CharField(
        label=gettext_lazy("Who"), max_length=TEXT_LENGTH,
        help_text=gettext_lazy("The customer’s id as your files have it, such as a number or an e-mail address."),
    )  # fmt: skip
    name = forms.CharField(label=gettext_lazy("What happened"), max_length=TEXT_LENGTH)
    channel = forms.CharField(label=gettext_lazy("Channel"), max_length=60, required=False)
    at = LocalTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    comment = forms.CharField(
        label=gettext_lazy("In their words, or yours"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Suggest what the page lists."""
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["list"] = "event-names"
        self.fields["channel"].widget.attrs["list"] = "channels"

    def clean_at(self) -> Any:
        """Take a time that the log can take."""
        at = self.cleaned_data["at"]
        if at < EARLIEST or at > timezone.now():
            raise forms.ValidationError(_("Give a time from 1990 on that is not in the future."))
        return at
