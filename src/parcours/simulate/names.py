"""Who the simulated people are: numbers of a customer file, or invented addresses at example.org."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from parcours.language.translation import Language
from parcours.simulate.scenario import Scenario

FIRST: dict[Language, tuple[str, ...]] = {
    "fr": (
        "camille", "nadia", "thomas", "ines", "karim", "julie", "mehdi", "claire", "antoine", "fatou", "lucas",
        "sophie", "yann", "amina", "pierre", "lea", "olivier", "manon", "hugo", "elise", "sami", "marion",
        "gilles", "aurore", "bastien", "celine", "noemie", "david", "rachida",
    ),
    "en": (
        "alice", "james", "priya", "tom", "grace", "omar", "hannah", "ben", "chloe", "daniel", "fiona", "george",
        "isla", "jack", "kate", "liam", "maya", "noah", "olivia", "paul", "ruth", "sam", "tessa", "victor",
        "wendy", "yusuf", "zoe", "megan", "adam",
    ),
}  # fmt: skip
LAST: dict[Language, tuple[str, ...]] = {
    "fr": (
        "moreau", "benali", "lefevre", "garnier", "diallo", "roussel", "petit", "marchand", "nguyen", "fontaine",
        "leroy", "bonnet", "haddad", "perrin", "gauthier", "colin", "robin", "mercier", "traore", "lemaire", "blanc",
        "dufour", "masson",
    ),
    "en": (
        "walker", "hughes", "patel", "green", "carter", "osei", "morris", "bell", "khan", "foster", "reid", "ward",
        "shaw", "cooper", "brooks", "lloyd", "hart", "singh", "palmer", "grant", "webb", "doyle", "stone",
    ),
}  # fmt: skip


def person_ids(
    first: int, unknown: npt.NDArray[np.bool_], browsers: list[str], scenario: Scenario, language: Language
) -> npt.NDArray[np.object_]:
    """Name the people from number ``first`` on, always in the same way.

    Those who never say who they are (``unknown``), and those who never touch the map, have the number of their
    browser.
    """
    names = np.empty(len(unknown), object)
    names[:] = [
        browser if stranger or number >= scenario.persons else _name(number, scenario, language)
        for number, (stranger, browser) in enumerate(zip(unknown.tolist(), browsers, strict=True), first)
    ]
    return names


def browser_ids(first: int, count: int) -> list[str]:
    """Return the numbers of people's browsers, from that of person number ``first`` on: all different."""
    numbers = (np.arange(first + 1, first + count + 1) * 2_654_435_761) % 2**32
    return [f"visitor-{number:08x}" for number in numbers.tolist()]


def _name(number: int, scenario: Scenario, language: Language) -> str:
    if scenario.ids == "codes":
        return f"C-{number + 1:04d}"
    first, last = FIRST[language], LAST[language]
    # 29 and 23 have no common factor: 667 different names before a number is needed.
    name = f"{first[number % len(first)]}.{last[number % len(last)]}"
    again = number // (len(first) * len(last))
    return f"{name}{again + 1 if again else ''}@example.org"
