"""Consent Guard for Hermes.

An approval transport: when Hermes asks for the approval of a call that names an order of Consent Guard (`wor_...`), the
person's answer in Consent Guard's own window is the answer. What names no order is no payment of ours: Hermes is told so
by an exception and asks as `transport_fallback` says.

A `pre_tool_call` hook refuses payment tools whose call names no order that was agreed to.

Select the transport in ~/.hermes/config.yaml:

    security:
      approval:
        transport: consent-guard
        transport_fallback: builtin
"""

import json
import os
import re
import time
import urllib.error
import urllib.request

TRANSPORT = "consent-guard"
ORDER = re.compile(r"wor_[0-9a-z]{20}_[0-9a-z]{20}")
AGREED = ("authorised", "settled")
OPEN = ("requested", "approved", "unknown")
PAYS = re.compile(
    r"(^|[_.-])(pay|pays|payments?|purchase|buy|(create|complete|confirm|submit)_checkout|checkout_session|charges?|"
    r"payouts?|send_money|((bank|wire|create)_transfer)|transfer_(money|funds)|(place|submit|create)_order|"
    r"create_subscription|payment_intents?|donate|(send|give)_tip)([_.-]|$)",
    re.IGNORECASE,
)
LOOKS = re.compile(r"(^|[_.-])(get|list|search|read|retrieve|find|status|query|fetch|cancel|refund)([_.-])", re.IGNORECASE)
POLL_S = 25


def _order(order_id, wait_s=0, version=None):
    """The order as the backend has it, or None where it cannot be had."""
    base = os.environ.get("CONSENT_GUARD_URL", "http://127.0.0.1:4870").rstrip("/")
    query = f"?wait_s={wait_s}&version={version}" if wait_s and version is not None else ""
    request = urllib.request.Request(
        f"{base}/v1/orders/{order_id}{query}",
        headers={"authorization": f"Bearer {os.environ.get('CONSENT_GUARD_TOKEN', '')}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10 + wait_s) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError, ValueError):
        return None


class NotAPayment(Exception):
    """Somebody else has to ask about this."""


def present(request):
    """Hermes' approval request, answered by the person's decision about the order that it names."""
    found = ORDER.search(f"{request.command} {request.description}")
    if found is None:
        raise NotAPayment(request.request_id)
    end = time.monotonic() + max(0, float(request.timeout_seconds) - 2)
    order = _order(found.group())
    while order is not None and order.get("state") in OPEN:
        left = int(min(POLL_S, end - time.monotonic()))
        if left < 1:
            break
        order = _order(found.group(), left, order.get("version"))
    agreed = order is not None and order.get("state") in AGREED
    # Never "session" or "always": a consent is to one payment.
    return request.respond("once" if agreed and "once" in request.allowed_choices else "deny")


def refuse(tool_name=None, args=None, **_):
    """pre_tool_call: None lets it pass."""
    name = str(tool_name or "")
    verb = name.split("__")[-1]
    if "consent_guard" in name or not PAYS.search(verb) or LOOKS.search(f"_{verb}"):
        return None
    found = ORDER.search(json.dumps(args, default=str))
    order = _order(found.group()) if found else None
    if order is not None and order.get("state") in AGREED:
        return None
    return {
        "action": "block",
        "message": "This pays, and the person has not agreed to it in Consent Guard. Ask with request_payment of "
        "consent-guard, wait until it is paid, and name the order id in the call. Do not pay another way.",
    }


def register(ctx):
    ctx.register_approval_transport(TRANSPORT, present)
    ctx.register_hook("pre_tool_call", refuse)
