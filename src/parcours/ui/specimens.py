"""What the style guide shows: invented values for every component, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parcours.picture.icons import ICONS as OF_THE_MAP
from parcours.ui.charts import FunnelRow, RetentionRow
from parcours.ui.icons import OF_THE_PAGE

COLOURS = (
    "paper", "sheet", "well", "rule", "edge", "ink-2", "ink", "carte", "carte-mid", "carte-soft", "voyage",
    "voyage-mid", "voyage-soft", "tenu", "retard", "rompu",
)  # fmt: skip
_FIRST_DAY = date(2026, 6, 1)
_WEEKS = (61, 64, 60, 66, 68, 65, 67, None, None, None, 70, 69, 72, 71, 74, 73, 76, 74, 75, 74)
_HALF_WIDTH = 4


@dataclass(frozen=True)
class Point:
    """A value and its interval; None where nothing was measured."""

    day: date
    value: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Series:
    """What ``ui/charts/series.html`` draws."""

    title: Any
    measure: Any
    target: int | None
    lived: bool
    points: tuple[Point, ...]


class SpecimenForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Promise"), help_text=_("As the customer hears it."), initial="48 h")
    owner = forms.ChoiceField(label=_("Owner"), choices=[("noe", "Noé"), ("sam", "Sam")], required=False)
    clock = forms.ChoiceField(
        label=_("Clock"),
        choices=[("business", _("Business hours")), ("calendar", _("Calendar"))],
        widget=forms.RadioSelect,
        initial="business",
    )
    why = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    file = forms.FileField(label=_("File"), required=False)
    told = forms.BooleanField(label=_("Tell the team"), required=False, initial=True)


class RefusedForm(forms.Form):
    """A form that was sent and cannot be taken."""

    due = forms.CharField(label=_("Due"), help_text=_("Open days, 9 to 18 h."))
    locked = forms.CharField(label=_("Number"), disabled=True, initial="D-2026-0412", required=False)

    def clean_due(self) -> str:
        """Refuse what the specimen holds."""
        raise forms.ValidationError(_("This is a Sunday, and the workshop is closed. Try Monday 16 November."))


def components() -> dict[str, Any]:
    """Return what the page of components shows."""
    return {
        "form": SpecimenForm(prefix="good"),
        "refused": RefusedForm({"bad-due": "15/11/2026"}, prefix="bad"),
        "colours": COLOURS,
        "icons": sorted({*OF_THE_PAGE, *OF_THE_MAP}),
    }


def drawings() -> dict[str, Any]:
    """Return what the page of charts shows."""
    names = (_("Awareness"), _("Research"), _("Comparison"), _("Decision"), _("Purchase"))
    counts, lost = (4820, 3610, 2240, 1284, 872), (1210, 1370, 956, 412, 0)
    months = (_("May"), _("June"), _("July"), _("August"), _("September"))
    shares = (
        (1.0, 0.41, 0.33, 0.29, 0.27),
        (1.0, 0.44, 0.36, 0.31, None),
        (1.0, 0.38, 0.30, None, None),
        (1.0, 0.48, None, None, None),
        (1.0, None, None, None, None),
    )
    sizes = (214, 240, 198, 21, 236)
    return {
        "steps": [FunnelRow(*row) for row in zip(names, counts, lost, strict=True)],
        "cohorts": [RetentionRow(*row) for row in zip(months, sizes, shares, strict=True)],
        "heads": ["M0", "M1", "M2", "M3", "M4"],
        "series": Series(_("Promises kept, by week"), _("kept, in %"), 90, False, _points()),
    }


def _points() -> tuple[Point, ...]:
    return tuple(
        Point(
            _FIRST_DAY + timedelta(weeks=week),
            value,
            None if value is None else value - _HALF_WIDTH,
            None if value is None else value + _HALF_WIDTH,
        )
        for week, value in enumerate(_WEEKS)
    )
