"""The sample companies: each template is played by an invented company of its own."""

from __future__ import annotations

from collections.abc import Callable

from parcours.language.errors import UsageError, shorten
from parcours.language.translation import Language, _
from parcours.simulate.scenario import Scenario
from parcours.simulate.stories import coach, fashion, saas

_STORIES: dict[str, Callable[[Language], Scenario]] = {
    "coach": coach.scenario,
    "saas": saas.scenario,
    "fashion": fashion.scenario,
}


def sample_names() -> tuple[str, ...]:
    """Return the names of the templates that have a sample company."""
    return tuple(_STORIES)


def sample_company(language: Language, template: str = "coach") -> Scenario:
    """Return the story of the company that plays ``template``; its customers write in ``language``.

    UsageError for a template without a company.
    """
    if template not in _STORIES:
        raise UsageError(
            _("There is no template “{name}”.").format(name=shorten(template)),
            value=template,
            expected=_("There are: {ids}.").format(ids=", ".join(_STORIES)),
        )
    return _STORIES[template](language)
