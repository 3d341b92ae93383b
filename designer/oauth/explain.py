"""What a provider's error usually means and what to do about it.

The table is ``resources/facts/oauth_errors.toml``: the codes of RFC 6749 §4.1.2.1 and §5.2, of OpenID Connect Core
§3.1.2.6, and what widespread providers send beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from designer import facts


@dataclass(frozen=True, slots=True)
class Explanation:
    """``meaning`` in one sentence, ``advice`` what to do, ``source`` where it is defined ("RFC 6749 §5.2", or the
    provider that sends it). ``refusal``: somebody decided no, as against something being set up wrongly."""

    code: str
    meaning: str
    advice: str
    source: str = ""
    refusal: bool = False


def explain(code: str, description: str = "", *, at: str = "authorize") -> Explanation:
    """Explanation of an ``error`` code. ``at`` is where it came: "authorize" (the redirect) or "token".

    A provider's number within the description (``AADSTS50011``) says more than the code and goes first. An unknown
    code gets a general explanation, never none.
    """
    table = facts.table("oauth_errors")
    for entry in table["description"]:
        if re.search(entry["pattern"], description, re.IGNORECASE):
            return _explanation(code, entry)
    entries = [entry for entry in table["error"] if entry["code"].lower() == code.lower()]
    for entry in sorted(entries, key=lambda entry: entry.get("at") != at):
        if entry.get("at", at) == at:
            return _explanation(code, entry)
    if entries:
        return _explanation(code, entries[0])
    return Explanation(
        code,
        f"The provider answered with an error of its own, “{code}”.",
        "Its description and documentation say more; the request that was sent is in the trace.",
    )


def _explanation(code: str, entry: Mapping[str, Any]) -> Explanation:
    return Explanation(
        code, entry["meaning"], entry["advice"], entry.get("source", ""), bool(entry.get("refusal", False))
    )
