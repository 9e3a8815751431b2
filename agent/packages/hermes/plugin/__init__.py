"""Consent Guard for Hermes.

An approval transport: when Hermes asks for the approval of a paying command that names an order of Consent Guard
(`wor_...`), the person's answer in Consent Guard's own window is the answer, once, and only to a command with exactly the
order's amount and currency. Everything else is no payment of ours: an exception tells Hermes to ask as
`transport_fallback` says. An order never approves a command that does something else beside it.

A `pre_tool_call` hook refuses payment tools whose call names no order that was agreed to.

What pays and what was agreed to is judged by the rules of the other packages, run by the Node that the MCP server needs
too. Where they cannot run, the answer is no.
"""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

TRANSPORT = "consent-guard"
ORDER = re.compile(r"wor_[0-9a-z]{20}_[0-9a-z]{20}")
OPEN = ("requested", "approved", "unknown")
POLL_S = 25
RULES = Path(__file__).resolve().parent / "refuse-unconsented.mjs"
RULES_TIMEOUT_S = 25


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


def _why_not(tool, args):
    """(whether it pays, why it is refused or None). Uses up the order that it names."""
    try:
        ran = subprocess.run(
            ["node", str(RULES), "--answer"],
            input=json.dumps({"tool_name": tool, "tool_input": args}, default=str),
            capture_output=True,
            text=True,
            timeout=RULES_TIMEOUT_S,
            check=True,
        )
        said = json.loads(ran.stdout)
        return said["pays"], said["reason"]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return True, "the rules could not be run"


# Hermes asks about one command twice, its hook and then its approval. An order passes one command, so the second to be
# asked takes the answer of the first.
_passed = {"hook": set(), "approval": set()}


def _judge(side, other, tool, args):
    command = args.get("command") if isinstance(args, dict) and tool == "terminal" else None
    if command is not None and command in _passed[other]:
        _passed[other].discard(command)
        return True, None
    pays, reason = _why_not(tool, args)
    if pays and reason is None and command is not None:
        _passed[side].add(command)
    return pays, reason


class NotAPayment(Exception):
    """Somebody else has to ask about this."""


def present(request):
    """Hermes' approval request, answered by the person's decision about the order that it names."""
    found = ORDER.search(str(request.command))
    if found is None:
        raise NotAPayment(request.request_id)
    end = time.monotonic() + max(0, float(request.timeout_seconds) - 2)
    order = _order(found.group())
    while order is not None and order.get("state") in OPEN:
        left = int(min(POLL_S, end - time.monotonic()))
        if left < 1:
            break
        order = _order(found.group(), left, order.get("version"))
    pays, reason = _judge("approval", "hook", "terminal", {"command": str(request.command)})
    if not pays:
        raise NotAPayment(request.request_id)
    # Never "session" or "always": a consent is to one payment.
    return request.respond("once" if reason is None and "once" in request.allowed_choices else "deny")


def refuse(tool_name=None, args=None, **_):
    """pre_tool_call: None lets it pass."""
    pays, reason = _judge("hook", "approval", str(tool_name or ""), args)
    if not pays or reason is None:
        return None
    return {
        "action": "block",
        "message": f"This pays, and the person has not agreed to it in Consent Guard: {reason}. Ask with request_payment "
        "of consent-guard, wait until it is paid, and name the order id in the call, with its amount and currency. Do not "
        "pay another way.",
    }


def register(ctx):
    ctx.register_approval_transport(TRANSPORT, present)
    ctx.register_hook("pre_tool_call", refuse)
