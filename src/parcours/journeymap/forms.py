"""What people ask of maps, as it arrives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parcours.journeymap.files import accepted
from parcours.journeymap.living import Choice
from parcours.journeymap.models import LONGEST_NOTE, LONGEST_TITLE
from parcours.language.errors import MapError, ParcoursError
from parcours.language.translation import ngettext
from parcours.mapdoc.document import JourneyMap as MapDocument
from parcours.mapdoc.templates import template_names
from parcours.picture.lanes import LANES, lane_names

MOST_PROBLEMS = 12
"""So many problems of a file are shown; the others are counted."""
DAYS = ("30", "90", "365")
FIRST_YEAR, LAST_YEAR = 1990, 2200


class TitleForm(forms.Form):
    """Another title."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)


class BlankForm(forms.Form):
    """A map from nothing, or from the data."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)


class TemplateForm(forms.Form):
    """A map from a template."""

    template = forms.ChoiceField(choices=[(name, name) for name in template_names()])


class FileForm(forms.Form):
    """A map from a file."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("JSON, YAML, Excel, a CSV inventory, CJML, Mermaid or Markdown."),
    )
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, required=False, help_text=_("Without one, the file’s own.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = accepted()


class VersionForm(FileForm):
    """A new version from a file."""

    title = None
    note = forms.CharField(
        label=_("What is new"), max_length=LONGEST_NOTE, required=False, help_text=_("One line for your colleagues.")
    )


def refuse(form: forms.Form, field: str, error: ParcoursError) -> None:
    """Put what a service refused beside the field that caused it: every problem with its place and the right form."""
    if isinstance(error, MapError) and error.problems:
        shown = [str(problem) for problem in error.problems[:MOST_PROBLEMS]]
        more = len(error.problems) - len(shown)
        if more:
            shown.append(ngettext("And {n} more problem.", "And {n} more problems.", more).format(n=more))
        for line in shown:
            form.add_error(field, line)
    else:
        form.add_error(field, str(error))


class ShownForm(forms.Form):
    """Which trips count, and which lanes are drawn."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    since = forms.DateField(
        label=pgettext_lazy("a day", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    persona = forms.ChoiceField(label=_("Persona"), required=False)
    detail = forms.ChoiceField(label=_("Detail"), required=False)
    lanes = forms.MultipleChoiceField(label=_("Lanes"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, document: MapDocument, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = {
            "": _("All the data"),
            "30": _("The last 30 days"),
            "90": _("The last 90 days"),
            "365": _("The last 12 months"),
        }
        self.fields["period"].choices = [*periods.items(), ("days", _("From one day to another"))]
        ruled = [(one.id, one.name.in_language(language)) for one in document.personas if one.rule is not None]
        self.fields["persona"].choices = [("", _("Everybody")), *ruled]
        self.fields["detail"].choices = [("", _("Everything")), ("summary", _("Summary"))]
        names = lane_names()
        self.fields["lanes"].choices = [(lane, names[lane][0]) for lane in LANES]
        self.has_personas = bool(ruled)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or has neither end."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if given.get("period") == "days" and not (since or until) and not self.errors:
            self.add_error("since", _("Give a first day, a last day or both."))
        for name, day in (("since", since), ("until", until)):
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Give a day from 1990 to 2200."))
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return given

    @property
    def choice(self) -> Choice:
        """Return the trips chosen; all of them where something has to be corrected."""
        if not self.is_valid():
            return Choice()
        given = self.cleaned_data
        period = given["period"]
        by_days = period == "days"
        return Choice(
            days=int(period) if period in DAYS else None,
            since=given["since"] if by_days else None,
            until=given["until"] if by_days else None,
            persona=given["persona"],
        )
