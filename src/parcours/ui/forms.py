"""How forms are drawn and refused: one template for every field, and status 422 for what has to be corrected."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class Renderer(TemplatesSetting):
    """Draws ``{{ form }}`` and ``{{ field.as_field_group }}`` with the design system's templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


def to_correct(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer a form that cannot be taken as it is: the same page or fragment again, with status 422."""
    return render(request, template, context, status=422)
