"""Event names as people read them, and what they seem to mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.mapdoc.wording import LONGEST_LABEL, readable_name, speaks_of_failure, success_strength


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("A_SUBMITTED", "A submitted"),
        ("O_SENT_BACK", "O sent back"),
        ("W_Completeren aanvraag", "W Completeren aanvraag"),
        ("addToCart", "Add to cart"),
        ("AddToCart", "Add to cart"),
        ("add-to-cart", "Add to cart"),
        ("ADD TO CART", "Add to cart"),
        ("checkout.completed", "Checkout completed"),
        ("$pageview", "Pageview"),
        ("Create SW anomaly", "Create SW anomaly"),
        ("NPS_SENT", "NPS sent"),
        ("iPhone bought", "iPhone bought"),
        ("Réservation faite", "Réservation faite"),
        ("  padded\tname ", "Padded name"),
        ("/products/123", "/products/123"),
        ("<b>x</b>", "<b>x</b>"),
        ("🎉", "🎉"),
        ("_", "_"),
        ("42", "42"),
        ("\u200b", ""),
        (" ", ""),
        ("\x00\x07", ""),
    ],
)
def test_code_names_become_words(raw: str, readable: str) -> None:
    assert readable_name(raw) == readable


@given(st.text(max_size=200))
def test_a_readable_name_is_one_short_visible_line(raw: str) -> None:
    label = readable_name(raw)
    assert len(label) <= LONGEST_LABEL
    assert label == "" or (label.strip() and label.isprintable())


@pytest.mark.parametrize(
    "raw",
    [
        "purchase",
        "A_APPROVED",
        "O_ACCEPTED",
        "deal_won",
        "devis_signé",
        "Commande payée",
        "Goedgekeurd",
        "ticketResolved",
        "Closed",
        "order_completed",
        "Inscription validée",
    ],
)
def test_words_of_success_are_heard_in_three_languages(raw: str) -> None:
    assert success_strength(raw) > 0
    assert not speaks_of_failure(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "visit",
        "A_SUBMITTED",
        "signed_up",
        "payment_failed",
        "purchase_cancelled",
        "not approved",
        "closed_lost",
        "refund paid",
        "approval",
        "paid_search",
        "achat annulé",
        "order_started",
    ],
)
def test_other_words_do_not_sound_like_success(raw: str) -> None:
    assert success_strength(raw) == 0


@pytest.mark.parametrize(
    "raw", ["A_DECLINED", "devis_refusé", "orderCancelled", "closed_lost", "Geannuleerd", "Résilié"]
)
def test_words_of_failure_are_heard(raw: str) -> None:
    assert speaks_of_failure(raw)


@pytest.mark.parametrize("raw", ["payment_failed", "not cancelled", "lostandfound", "visit"])
def test_a_hitch_is_not_the_end(raw: str) -> None:
    assert not speaks_of_failure(raw)


def test_money_says_more_than_completion() -> None:
    assert success_strength("purchase") > success_strength("A_APPROVED") > success_strength("O_ACCEPTED")
    assert success_strength("O_ACCEPTED") > success_strength("closed")
