"""How a run that failed is told to a person: each failure once, what is no text cut off, and with the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from designer.wire.client import MAX_REDIRECTS
from designer.wire.engine import Evaluation
from designer.wire.model import Outcome, Step

__all__ = ["ending", "hint_of", "readable", "told_steps", "way_out"]

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f�]")
_PAGE = re.compile(rb"\s*<(!doctype html|html)\b", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a message; one may quote a whole reply."""
_FORMATS = {"JSONResponseFormatError": "JSON", "XMLResponseFormatError": "XML"}
_REDIRECTS = (301, 302, 303, 307, 308)
_AUTHORIZES = ("/apply", "/credentials")


def readable(text: str, most: int = _LONGEST) -> str:
    """A message as a line takes it: what is no text, and what is too much of one, is counted instead."""
    strange = _NO_TEXT.findall(text)
    controls = len(strange) - strange.count("�")
    if controls * 20 > len(text) or len(strange) * 3 > len(text):
        start = min(_NO_TEXT.search(text).start(), most)  # type: ignore[union-attr]
        return f"{text[:start]}… ({len(text) - start:,} characters that are no text)"
    text = _NO_TEXT.sub("�", text)
    return text if len(text) <= most else f"{text[:most]}… ({len(text) - most:,} characters more)"


def ending(outcome: Outcome) -> Step | None:
    """The last step of a run where it is the failure that the run ended with."""
    last = outcome.steps[-1] if outcome.steps and outcome.error is not None else None
    return last if last is not None and last.kind == "error" and last.exchange is None else None


def told_steps(outcome: Outcome) -> tuple[Step, ...]:
    """The steps of a run without the failure that it ended with: ``error`` tells that."""
    return outcome.steps[:-1] if ending(outcome) is not None else outcome.steps


def hint_of(outcome: Outcome, exchange: int) -> str:
    """What is known of why an exchange got no reply, "" for one that got one."""
    return next((one.detail for one in outcome.steps if one.kind == "error" and one.exchange == exchange), "")


def way_out(outcome: Outcome, args: Mapping[str, Any] | None = None) -> str:
    """What can be done about the failure of a run, "" where its message says all there is to say. ``args`` are those of
    a console's request."""
    error = outcome.error
    if error is None:
        return ""
    name, message = str(error["class"]).rpartition("::")[2], str(error["message"])
    if name in _FORMATS:
        return _another_format(outcome, _FORMATS[name])
    if "component depends user component" in message:
        return _no_user(outcome)
    if name == "RequestFailedError" and outcome.exchanges:
        return _not_followed(outcome)
    if name == "InvalidURIError" and args is not None and not str(args.get("url") or "").strip():
        return "Enter a URL."
    return ""


def _another_format(outcome: Outcome, asked: str) -> str:
    reply = next((one.response for one in reversed(outcome.exchanges) if one.response is not None), None)
    if reply is None:
        return ""
    given = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
    kind = given.partition(";")[0].strip()
    came = kind if kind and asked.lower() not in kind else f"{kind or 'a reply'} that is none"
    page = "html" in kind or _PAGE.match(reply.body) is not None
    login = " A page in its place is often a login: look at the URL and at the credentials." if page else ""
    return f"The server answered with {came} where {asked} was asked for.{login} response_format_raw takes it as it is."


def _not_followed(outcome: Outcome) -> str:
    """Why a redirect is where a request ended, "" where it ended otherwise."""
    last = outcome.exchanges[-1]
    if last.response is None or last.response.status not in _REDIRECTS:
        return ""
    status, method = last.response.status, last.request.method
    if not any(name.lower() == "location" for name, _ in last.response.headers):
        return f"The {status} names no place to go to: it has no Location."
    hops = sum(1 for _ in takewhile(lambda one: one.purpose == "redirect", reversed(outcome.exchanges)))
    if hops >= MAX_REDIRECTS:
        return f"{hops} redirects in a row were followed, and the SDK follows no more. Do they lead in a circle?"
    why = f"does not follow {status}" if method in ("GET", "HEAD") else f"follows {status} for GET and HEAD alone"
    return f"The SDK {why}. follow_redirection follows it, ignore_redirection takes it as the reply."


def _no_user(outcome: Outcome) -> str:
    """A URL takes a password only beside a user name."""
    for step in reversed(outcome.steps):
        if isinstance(step.data, Evaluation) and (step.pointer or "").endswith(_AUTHORIZES):
            reads = step.data.values()["reads"]
            empty = [str(name) for name, value in reads.items() if value in (None, "")]
            if empty:
                has = "has" if len(empty) == 1 else "have"
                return f"The user name is empty: {' and '.join(empty)} {has} no value in the settings."
    return "The user name is empty, and a password stands only beside one."
