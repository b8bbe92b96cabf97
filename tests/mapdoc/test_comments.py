"""Comments of a YAML map stand again at what they stood at, and none goes without a word."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from strategies import maps

from parcours.mapdoc.comments import comments_of, merged_comments, with_comments
from parcours.mapdoc.document import JourneyMap
from parcours.mapdoc.parsing import dump_map, parse_map

BASE = """# The map of our shop
# kept by Ann
id: shop
title: Shop   # not final
default_language: en
stages:
  # what people do first
  - id: find
    name: "Find # us"  # with a sign
    description: |  # two lines
      # no comment
      text
    touchpoints:
      - id: ad
        name: {fr: Annonce, en: Ad}  # both
        # counted by the site
        matches: [ad_seen, ad_clicked]
  - id: buy  # the goal
    name: Buy
# the end
"""


def written(text: str) -> str:
    return dump_map(parse_map(text, file="f", format="yaml"), "yaml")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_every_comment_is_found_and_no_sign_in_a_text_is_one() -> None:
    found = comments_of(BASE, "shop.yaml")
    assert [(one.line, " ".join(one.lines)) for one in found] == [
        (1, "# The map of our shop # kept by Ann"),
        (4, "# not final"),
        (7, "# what people do first"),
        (9, "# with a sign"),
        (10, "# two lines"),
        (15, "# both"),
        (16, "# counted by the site"),
        (18, "# the goal"),
        (20, "# the end"),
    ]


def test_comments_stand_at_the_same_items_again() -> None:
    dressed, lost = with_comments(written(BASE), comments_of(BASE, "shop.yaml"))
    assert not lost
    assert parse_map(dressed, file="f", format="yaml") == parse_map(BASE, file="f", format="yaml")
    got = lines(dressed)
    assert got[:2] == ["# The map of our shop", "# kept by Ann"] and got[-1] == "# the end"
    assert "title: Shop  # not final" in got
    assert got[got.index("# what people do first") + 1].startswith("- id: find")
    assert got[got.index("# counted by the site") + 1].startswith("matches:")
    assert "- id: buy  # the goal" in got
    assert with_comments(written(dressed), comments_of(dressed, "f"))[0] == dressed


def test_a_comment_follows_its_item_and_one_whose_item_is_gone_is_given_back() -> None:
    moved = """id: shop
title: Shop
default_language: en
stages:
  - id: buy
    name: Buy
    touchpoints:
      - id: ad
        name: Ad
        matches: [ad_seen]
"""
    dressed, lost = with_comments(written(moved), comments_of(BASE, "shop.yaml"))
    got = lines(dressed)
    assert got[got.index("# counted by the site") + 1].startswith("matches:")
    assert [str(one) for one in lost] == [
        "shop.yaml:7: # what people do first",
        "shop.yaml:9: # with a sign",
        "shop.yaml:10: # two lines",
    ]


def test_of_two_sides_what_was_written_stays_and_what_was_taken_out_goes() -> None:
    base, mine, theirs = (
        comments_of(text, "f")
        for text in (
            BASE,
            BASE.replace("# the goal", "# our goal"),
            BASE.replace("  # not final", "").replace("Buy\n", "Buy  # new\n"),
        )
    )
    kept = [" ".join(one.lines) for one in merged_comments(base, mine, theirs)]
    assert "# our goal" in kept and "# new" in kept and "# both" in kept
    assert "# the goal" not in kept and "# not final" not in kept
    assert len(set(kept)) == len(kept)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps())
def test_comments_above_and_beside_every_line_of_any_map_stand_there_again(map: JourneyMap) -> None:
    bare = dump_map(map, "yaml")
    rows = bare.removesuffix("\n").split("\n")
    full = [f"{row[: len(row) - len(row.lstrip())]}# {n}\n{row}  # beside {n}\n" for n, row in enumerate(rows)]
    text = "".join(full) + "# end\n"
    dressed, lost = with_comments(bare, comments_of(text, "f"))
    assert not lost and dressed == text
