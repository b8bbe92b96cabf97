"""What every template can write without loading anything."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.template import Context, Template
from django.utils import timezone

from parcours.language.translation import speaking

DAY = Template("{{ day|day }}")


def test_a_day_is_written_in_the_readers_language_with_its_machine_form() -> None:
    shown = Context({"day": date(2026, 3, 1)})
    assert DAY.render(shown) == '<time datetime="2026-03-01">1 Mar 2026</time>'
    with speaking("fr"):
        assert DAY.render(shown) == '<time datetime="2026-03-01">1er mars 2026</time>'


def test_a_moment_is_a_day_and_an_hour_in_the_time_zone_in_force() -> None:
    shown = Context({"at": datetime(2026, 2, 28, 23, 30, tzinfo=UTC)})
    with timezone.override("Europe/Paris"), speaking("fr"):
        said = Template("{% moment at %}").render(shown)
    assert said == '<time datetime="2026-03-01T00:30:00+01:00">1er mars 2026, 00:30</time>'


def test_no_day_is_nothing() -> None:
    assert DAY.render(Context({"day": None})) == ""
