"""Write docs/reference/events.md from the templates: what each touchpoint is called by the tools that people have.

python tools/event_reference.py            write the page
python tools/event_reference.py --check    change nothing; fail where the page is stale
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "events.md"
sys.path.insert(0, str(ROOT / "src"))

from parcours.engine.predicates import Condition, EventMatch, Rule  # noqa: E402
from parcours.mapdoc.document import JourneyMap, Touchpoint  # noqa: E402
from parcours.mapdoc.templates import load_template, template_names  # noqa: E402

SEGMENT = "Segment"
GA4 = "GA4"
NAMES = {
    GA4: """
        session_start page_view view_item_list view_item select_promotion add_to_cart view_cart add_to_wishlist
        begin_checkout add_shipping_info add_payment_info purchase refund sign_up login generate_lead qualify_lead
        working_lead close_convert_lead close_unconvert_lead file_download video_complete tutorial_begin
        tutorial_complete join_group unlock_achievement earn_virtual_currency share
    """,
    "Shopify": """
        carts/create checkouts/create orders/create orders/paid orders/fulfilled fulfillments/create
        fulfillment_events/create refunds/create returns/request customers/create customers_marketing_consent/update
    """,
    "Shopify pixel": """
        collection_viewed product_viewed product_added_to_cart cart_viewed checkout_started payment_info_submitted
        checkout_completed
    """,
    "WooCommerce": """
        order.created customer.created woocommerce_add_to_cart woocommerce_payment_complete woocommerce_thankyou
        woocommerce_order_status_completed woocommerce_order_refunded
    """,
    "PrestaShop": """
        actionCartSave actionValidateOrder actionPaymentConfirmation actionOrderStatusPostUpdate actionOrderReturn
        actionOrderSlipAdd actionCustomerAccountAdd actionNewsletterRegistrationAfter
    """,
    "Stripe": """
        checkout.session.completed checkout.session.expired payment_intent.payment_failed charge.refunded invoice.paid
        invoice.payment_failed invoice.finalized invoice.sent quote.finalized quote.accepted quote.canceled
        customer.subscription.deleted
    """,
    "Calendly": "invitee.created",
    "Cal.com": "BOOKING_CREATED BOOKING_RESCHEDULED BOOKING_NO_SHOW_UPDATED MEETING_ENDED",
    "Intercom": "conversation.user.created conversation.admin.replied",
}
TOOLS = {tool: frozenset(names.split()) for tool, names in NAMES.items()}
SHARED = frozenset({"purchase", *TOOLS["Shopify pixel"]} - {"product_added_to_cart"})
"""Names that this project has in common with others."""
OURS = re.compile(r"[a-z]+(_[a-z]+)*")
TITLE_CASE = re.compile(r"[A-Z][A-Za-z]*( (to|[A-Z][A-Za-z]*))+")
"""Segment's own form: object, then verb in the past, each word with a capital."""

HEAD = """\
# Event names

<!-- Written by tools/event_reference.py from the templates: edit those, then run it. -->

A map knows its touchpoints by the **names of events**. Each template lists, touchpoint by touchpoint, the names of
this project and those under which the tools that people have send the same thing: nothing has to be renamed.

- **Segment**: the e-commerce, live chat, e-mail and B2B SaaS specifications; pages called with `page("Pricing")`
  are `Viewed Pricing Page`.
- **GA4**: recommended and enhanced-measurement events, as in the BigQuery export; pages by `page_location`.
- **Shopify** webhook topics and, apart, its web pixel; **WooCommerce** webhook topics and action hooks;
  **PrestaShop** hooks; **Stripe** event types; **Calendly**, **Cal.com** and **Intercom** webhooks.

Send each thing from **one** tool. A shop that sends `orders/create`, `checkout_completed` and
`checkout.session.completed` for one order has sold three times as far as any counter can tell.

A condition, such as `billing_reason = "subscription_cycle"`, reads a property of the event. Where a webhook nests
it, send it at the top level under this name. Hooks of PrestaShop and WooCommerce carry what you pass on: here
`status` is the new state of the order (`preparation`, `shipped`, `delivered`).

Whether an order is somebody's first, only the shop knows: with `customer_type = "returning"` (GA4's own parameter)
it counts as another order in the loyalty stage; without it, every order counts in the purchase stage, and the share
of customers who order again is right either way.

Answers are events called `survey_answered` with the properties `nps`, `csat`, `ces` (effort, 1 to 7) and `comment`;
they belong to the touchpoint that their property `touchpoint` names, else to the one met last.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name in template_names():
        parts += ["", *_template(name, load_template(name))]
    return "\n".join(parts).rstrip() + "\n"


def _template(name: str, document: JourneyMap) -> Iterator[str]:
    yield f"## The template `{name}`"
    yield ""
    yield "A trip succeeds with " + _listed(document.trip.succeeds_when) + "."
    if document.trip.fails_when is not None:
        yield "It fails with " + _listed(document.trip.fails_when) + "."
    yield "The plan ignores " + _listed(document.ignore) + "."
    for stage in document.stages:
        yield ""
        yield f"### {stage.name.in_language('en')}"
        yield ""
        yield "| touchpoint | Parcours | Segment | GA4 | shop, payment, calendar, chat |"
        yield "|---|---|---|---|---|"
        for point in stage.touchpoints:
            yield _row(point)


def _listed(rule: Rule | None) -> str:
    return ", ".join(_event(name, match) for match in (rule.any_of if rule else ()) for name in match.names)


def _row(point: Touchpoint) -> str:
    rules = [rule for rule in (point.rule, point.fails_when) if rule is not None]
    found = {(name, match): None for rule in rules for match in rule.any_of for name in match.names}
    cells: dict[str, list[str]] = {"ours": [], SEGMENT: [], GA4: [], "others": []}
    for name, match in found:
        for tool in tools_of(name):
            column, label = (tool, "") if tool in cells else ("others", f"{tool} ")
            cells[column].append(label + _event(name, match))
    columns = ("<br>".join(texts) or "–" for texts in cells.values())
    return f"| {point.name.in_language('en')} | {' | '.join(columns)} |"


def tools_of(name: str) -> list[str]:
    """Say which tools send an event of this name: ``ours`` is this project's own. ValueError where none is known."""
    found = [tool for tool, names in TOOLS.items() if name in names]
    if TITLE_CASE.fullmatch(name):
        found.append(SEGMENT)
    if OURS.fullmatch(name) and (name in SHARED or not found):
        found.insert(0, "ours")
    if not found:
        raise ValueError(f"“{name}” is the name of no tool here: add it to NAMES.")
    return found


def _event(name: str, match: EventMatch) -> str:
    where = ", ".join(_condition(one) for one in match.where)
    return f"`{name}`" + (f" where `{where}`" if where else "")


def _condition(one: Condition) -> str:
    if one.operator in ("known", "unknown"):
        return f"{one.property} {one.operator}"
    return f"{one.property} {one.operator} {json.dumps(one.value, ensure_ascii=False)}"


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where the page is stale")
    check = parser.parse_args(arguments).check
    text = page()
    if PAGE.exists() and PAGE.read_text("utf-8") == text:
        return 0
    if check:
        print(f"{PAGE.relative_to(ROOT)} is stale: run python tools/event_reference.py")
        return 1
    PAGE.write_text(text, "utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
