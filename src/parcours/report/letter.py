"""The letter: one page in plain words, written from the same results as the report.

Where people are lost, how they feel there, where we leave our own plan, what to do first, what the figures do not say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parcours.language.errors import UsageError
from parcours.language.formats import date_range, plural_journeys, quoted
from parcours.language.translation import Language, _, speaking
from parcours.mapdoc.document import JourneyMap
from parcours.picture.letter import LetterPage, letter_markdown, letter_text, render_letter
from parcours.report import letter_words
from parcours.report.findings import candidates
from parcours.report.holding import PlanResults, hold_to_plan
from parcours.report.laying import Laid, lay
from parcours.report.letter_feelings import felt
from parcours.report.letter_goals import missed_goals
from parcours.report.letter_words import Matter, focus_of
from parcours.report.page import write_file
from parcours.report.plan_findings import plan_candidates
from parcours.report.quotes import COMMENT, Quotes, Words
from parcours.report.stages import lived_stages
from parcours.report.steps import steps
from parcours.report.wording import DOT

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog
    from parcours.engine.trips import TripFilter
    from parcours.picture.paper import Paper


@dataclass(frozen=True)
class Letter:
    """A letter ready to be read; every face says the same words."""

    page: LetterPage

    def text(self) -> str:
        """Return plain text, wrapped at 78 signs."""
        return letter_text(self.page)

    def markdown(self) -> str:
        """Return Markdown."""
        return letter_markdown(self.page)

    def html(self) -> str:
        """Return one file that makes no request and prints on one A4 page."""
        return render_letter(self.page)

    def pdf(self) -> bytes:
        """Return a PDF on one upright A4 page: tagged for screen readers, its text selectable, its fonts embedded."""
        from parcours.picture.paper import render_pdf

        return render_pdf(_paper(self.page))

    def to_dict(self) -> dict[str, Any]:
        """Return the letter as plain, JSON-ready data."""
        return asdict(self.page)

    def save(self, path: str | Path) -> Path:
        """Write ``path`` as text (.txt), Markdown (.md), a page (.html), a document (.pdf) or data (.json).

        UsageError for another ending, or where the file cannot be written.
        """
        target = Path(path)
        ending = target.suffix.lower()
        if ending in (".html", ".htm"):
            data = self.html().encode("utf-8")
        elif ending == ".txt":
            data = self.text().encode("utf-8")
        elif ending == ".md":
            data = self.markdown().encode("utf-8")
        elif ending == ".pdf":
            data = self.pdf()
        elif ending == ".json":
            data = (json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
        else:
            raise UsageError(
                _("A letter cannot be written as “{ending}”.").format(ending=ending or target.name),
                value=str(path),
                expected=_("Give a name that ends with .html, .pdf, .txt, .md or .json."),
            )
        return write_file(target, data)

    def _repr_html_(self) -> str:
        from html import escape

        return f'<iframe srcdoc="{escape(self.html())}" style="width:100%;height:900px;border:0"></iframe>'


def letter_over(
    log: StoredLog, map: JourneyMap, language: Language, *, discovered: bool = False, only: TripFilter | None = None
) -> Letter:
    """Lay ``log`` over ``map`` and write the letter in ``language``.

    ``discovered`` says that the map was drafted from this very log and that nobody has touched it since. ``only``
    chooses the trips that count.
    """
    with speaking(language):
        laid = lay(log, map, only)
        words = log.run(Quotes(laid.journey)) if COMMENT in log.properties and laid.journey.feelings else {}
        return letter_of(laid, hold_to_plan(log, laid), language, words, discovered=discovered)


def letter_of(
    laid: Laid,
    plan: PlanResults,
    language: Language,
    words: Mapping[int, Words] | None = None,
    *,
    discovered: bool = False,
) -> Letter:
    """Write the letter from results that are there already."""
    with speaking(language):
        map, result = laid.map, laid.result
        stages = lived_stages(map, result)
        ranked = candidates(
            stages, result, has_goal=laid.has_goal, discovered=discovered, more=plan_candidates(stages, plan)
        )
        focus = focus_of(stages, has_goal=laid.has_goal)
        matter = Matter(laid, plan, stages, ranked, words or {}, focus, discovered)
        passages = [letter_words.lost(matter)]
        if result.placed:
            passages += [felt(matter), letter_words.own_plan(matter)]
            passages[0] = replace(passages[0], sentences=(*passages[0].sentences, *missed_goals(matter)))
        return Letter(
            LetterPage(
                title=letter_words.title(matter),
                about=_about(map, laid, language),
                language=language,
                passages=tuple(passages),
                steps_heading=_("What to do first"),
                steps=steps(matter),
                limits_heading=_("What these figures do not say"),
                limits=letter_words.limits(matter),
            )
        )


def _paper(page: LetterPage) -> Paper:
    from parcours.picture.letter import owner_words, said_of
    from parcours.picture.paper import Block, Heading, Items, Paper, Paragraph

    with speaking(page.language):
        blocks: list[Block] = [Heading(page.title, 1), Paragraph(page.about, "lead")]
        for passage in page.passages:
            blocks += [Heading(passage.heading), Paragraph(" ".join(passage.sentences))]
            if passage.quote is not None:
                source = f" ({passage.source})" if passage.source else ""
                blocks.append(Paragraph(quoted(passage.quote) + source, "voice"))
        if page.steps:
            said = [(step.what, " ".join((owner_words(step.owner), *said_of(step)))) for step in page.steps]
            blocks += [Heading(page.steps_heading), Items(said)]
        if page.limits:
            blocks += [Heading(page.limits_heading), Paragraph(" ".join(page.limits), "small")]
        return Paper(page.title, page.about, page.language, tuple(blocks), lying=False)


def _about(map: JourneyMap, laid: Laid, language: Language) -> str:
    result = laid.result
    name = map.company or map.title
    parts = [name.in_language(language), plural_journeys(result.trips, result.setting_out)]
    if result.events:
        parts.append(date_range(result.data_start_us, result.data_end_us, map.zone))
    return DOT.join(parts)
