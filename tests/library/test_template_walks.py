"""The three examples of the guide, walked through the templates as their tools would send them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest

from parcours.engine.results import JourneyResult
from parcours.library.log import read
from parcours.mapdoc.templates import load_template

Steps = list[tuple[float, str, dict[str, object]]]
"""Hours since the step before, the event, its properties."""


def walk(template: str, steps: Steps) -> JourneyResult:
    moment, rows = datetime(2026, 3, 2, 9), []
    for hours, event, properties in steps:
        moment += timedelta(hours=hours)
        rows.append({"person": "lea", "time": moment.isoformat(), "event": event, "channel": "web", **properties})
    return read(pd.DataFrame(rows)).journey(load_template(template))


def met(result: JourneyResult) -> list[str]:
    return [point.id for point in result.touchpoints if point.persons]


def stages(result: JourneyResult) -> list[str]:
    return [stage.id for stage in result.stages if stage.entered]


SAAS = {
    "native": [
        (0, "article_read", {"topic": "alternatives"}),
        (1, "page_viewed", {"page": "comparison"}),
        (24, "page_viewed", {"page": "pricing"}),
        (0.1, "demo_booked", {}),
        (20, "record_prepared", {}),
        (4, "demo_held", {}),
        (0.5, "trial_offered", {}),
        (3, "trial_started", {}),
        (20, "proposal_sent", {}),
        (48, "deal_accepted", {}),
        (1, "subscription_started", {"value": 290.0}),
        (0.5, "welcome_sent", {}),
        (72, "onboarding_held", {}),
    ],
    "tools": [
        (0, "page_view", {"page_location": "https://ex.com/blog/alternatives-a-calendrier"}),
        (1, "Viewed Comparison Page", {}),
        (24, "Viewed Pricing Page", {}),
        (0.1, "invitee.created", {"event_type": "demo"}),
        (20, "qualify_lead", {}),
        (4, "MEETING_ENDED", {}),
        (0.5, "trial_offered", {}),
        (3, "Trial Started", {}),
        (20, "quote.finalized", {}),
        (48, "quote.accepted", {}),
        (1, "checkout.session.completed", {"value": 290.0}),
        (0.5, "welcome_sent", {}),
        (72, "onboarding_held", {}),
    ],
}


@pytest.mark.parametrize("names", SAAS)
def test_from_the_article_on_alternatives_to_a_personal_onboarding(names: str) -> None:
    result = walk("saas", SAAS[names])
    assert met(result) == [
        "blog-article", "comparison-page", "pricing", "demo-booked", "record-prepared", "demo", "trial-mail",
        "trial-started", "proposal", "deal-answer", "subscription", "welcome", "onboarding-call",
    ]  # fmt: skip
    assert stages(result) == ["awareness", "comparison", "decision", "purchase", "use"]
    assert (result.succeeded, result.unplaced_events) == (1, 0)


FASHION = {
    "native": [
        (0, "visit", {"source": "instagram"}),
        (0.1, "product_viewed", {}),
        (0.1, "product_added", {}),
        (0.5, "cart_abandoned", {}),
        (2, "cart_reminder_sent", {}),
        (0.2, "coupon_applied", {}),
        (0.1, "checkout_started", {}),
        (0.1, "purchase", {"value": 76.5}),
        (60, "parcel_delivered", {}),
        (168, "review_requested", {}),
        (4, "review_given", {}),
        (24, "referral_invited", {}),
        (2, "referral_made", {}),
    ],
    "Segment": [
        (0, "Promotion Clicked", {}),
        (0.1, "Product Viewed", {}),
        (0.1, "Product Added", {}),
        (0.5, "cart_abandoned", {}),
        (2, "Email Opened", {"campaign_name": "cart"}),
        (0.2, "Coupon Applied", {}),
        (0.1, "Checkout Started", {}),
        (0.1, "Order Completed", {"value": 76.5}),
        (60, "parcel_delivered", {}),
        (168, "review_requested", {}),
        (4, "Product Reviewed", {}),
        (24, "referral_invited", {}),
        (2, "Product Shared", {}),
    ],
    "GA4 and Shopify": [
        (0, "session_start", {"source": "ig"}),
        (0.1, "view_item", {}),
        (0.1, "add_to_cart", {}),
        (0.5, "cart_abandoned", {}),
        (2, "cart_reminder_sent", {}),
        (0.2, "coupon_applied", {}),
        (0.1, "begin_checkout", {}),
        (0.1, "orders/create", {"value": 76.5}),
        (60, "fulfillment_events/create", {"status": "delivered"}),
        (168, "review_requested", {}),
        (4, "review_given", {}),
        (24, "referral_invited", {}),
        (2, "share", {}),
    ],
}


@pytest.mark.parametrize("names", FASHION)
def test_from_the_instagram_ad_to_the_referral(names: str) -> None:
    result = walk("fashion", FASHION[names])
    assert met(result) == [
        "instagram-ad", "product-page", "add-to-cart", "cart-left", "cart-reminder", "coupon", "checkout", "payment",
        "delivered", "review-request", "referral-invitation", "referral",
    ]  # fmt: skip
    assert stages(result) == ["awareness", "research", "decision", "purchase", "use", "evaluation", "loyalty"]
    assert (result.succeeded, result.unplaced_events) == (1, 0)


COACH = {
    "native": [
        (0, "visit", {"source": "referral"}),
        (1, "prequalification_submitted", {}),
        (0.1, "booking_made", {}),
        (24, "call_held", {}),
        (20, "quote_sent", {}),
        (1, "quote_opened", {}),
        (24, "quote_accepted", {}),
        (0.1, "contract_signed", {}),
        (0.1, "purchase", {"value": 900.0}),
    ],
    "tools": [
        (0, "session_start", {"medium": "referral"}),
        (1, "qualify_lead", {}),
        (0.1, "BOOKING_CREATED", {}),
        (24, "MEETING_ENDED", {}),
        (20, "quote.finalized", {}),
        (24, "quote.accepted", {}),
        (0.1, "contract_signed", {}),
        (0.1, "checkout.session.completed", {"value": 900.0}),
    ],
}


@pytest.mark.parametrize("names", COACH)
def test_from_the_free_call_to_the_payment_by_stripe(names: str) -> None:
    result = walk("coach", COACH[names])
    assert met(result) == [
        "word-of-mouth", "prequalification", "booking", "discovery-call", "quote", "quote-answer", "contract",
        "payment",
    ]  # fmt: skip
    assert stages(result) == ["awareness", "comparison", "decision", "purchase"]
    assert (result.succeeded, result.unplaced_events) == (1, 0)


def test_a_returning_customer_orders_in_the_loyalty_stage_and_a_new_one_does_not() -> None:
    first = [*FASHION["Segment"][:9], (400, "Order Completed", {"value": 95.0, "customer_type": "returning"})]
    assert "repeat-order" in met(walk("fashion", first)) and "loyalty" in stages(walk("fashion", first))
    plain = [*FASHION["Segment"][:9], (400, "Order Completed", {"value": 95.0})]
    assert "repeat-order" not in met(walk("fashion", plain))


@pytest.mark.parametrize(("template", "refusal"), [("saas", "deal_lost"), ("coach", "quote_refused")])
def test_a_refusal_ends_the_trip(template: str, refusal: str) -> None:
    result = walk(template, [(0, "visit", {"source": "search"}), (48, refusal, {})])
    assert (result.failed, result.succeeded) == (1, 0)
