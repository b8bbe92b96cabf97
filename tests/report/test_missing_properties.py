"""A map may know more than a log holds so far: what depends on it counts nobody, and the report says so."""

from __future__ import annotations

import pandas as pd

import parcours as pc
from parcours.mapdoc.reading import parse_map

MAP = """
id: shop
title: {fr: Boutique, en: Shop}
default_language: en
stages:
  - id: look
    name: Look
    touchpoints:
      - id: ad
        name: Ad
        matches: [{event: visit, where: {campaign: spring}}]
      - id: site
        name: Site
        matches: [visit, {event: call, where: {campaign: spring}}]
      - id: unnamed
        name: Visit without a campaign
        matches: [{event: visit, where: {campaign: {unknown: true}}}]
  - id: buy
    name: Buy
    touchpoints: [{id: pay, name: Pay, matches: [purchase]}]
trip: {succeeds_when: [purchase]}
"""


def _log(**more: object) -> pc.EventLog:
    rows = {
        "person": ["a", "a", "b"],
        "time": ["2026-03-01", "2026-03-02", "2026-03-01"],
        "event": ["visit", "purchase", "visit"],
    }
    return pc.read(pd.DataFrame(rows | more))


def test_a_property_that_no_event_has_is_missing_everywhere_and_is_said():
    shop = parse_map(MAP, file="shop.yaml", format="yaml")
    log = _log()
    persons = {point.id: point.persons for point in log.journey(shop).touchpoints}
    assert persons == {"ad": 0, "site": 2, "unnamed": 2, "pay": 1}
    report = log.report(shop, language="en")
    assert any("“campaign”" in note for note in report.picture.notes)
    assert any("campaign" in note and "journal" in note for note in log.report(shop, language="fr").picture.notes)


def test_the_same_map_counts_once_the_property_is_there():
    shop = parse_map(MAP, file="shop.yaml", format="yaml")
    log = _log(campaign=["spring", None, None])
    persons = {point.id: point.persons for point in log.journey(shop).touchpoints}
    assert persons == {"ad": 1, "site": 2, "unnamed": 1, "pay": 1}
    assert not any("campaign" in note for note in log.report(shop, language="en").picture.notes)
