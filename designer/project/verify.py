"""Comparing a run of the preview with one of the official SDK: requests in their order, then the result."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from designer.project.official import LoggedRequest, OfficialAnswer
from designer.ruby.pointer import child

__all__ = ["MISSING", "Difference", "compare", "first_difference"]

_OF_THE_CLIENT = frozenset({"host", "user-agent", "accept-encoding", "connection", "content-length"})
"""Set by each HTTP client in its own way; no part of what a connector decides."""
_BOUNDARY = re.compile(r"boundary=\"?([^\";\s]+)\"?")


class _Missing:
    def __repr__(self) -> str:
        return "(nothing)"


MISSING: Any = _Missing()
"""What a side shows that has nothing in a place where the other has something."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``place`` is a pointer: ``/requests/0/headers/authorization``, ``/result/items/2``, ``/error/message``."""

    place: str
    ours: Any
    official: Any


def first_difference(outcome: Mapping[str, Any], answer: OfficialAnswer) -> Difference | None:
    """The first place where the two runs part, None where they agree; ``outcome`` in the shape of ``exec --json``."""
    return next(compare(outcome, answer), None)


def compare(outcome: Mapping[str, Any], answer: OfficialAnswer) -> Iterator[Difference]:
    """Every difference, in the order of a run."""
    for number, (ours, theirs) in enumerate(zip_longest(outcome["requests"], answer.requests)):
        yield from _request(f"/requests/{number}", ours, theirs)
    error = outcome["error"]
    if error is None and answer.error is None:
        yield from _value("/result", outcome["result"], answer.result)
    elif error is None or answer.error is None:
        yield Difference("/error", _said(error), _said(answer.error))
    else:
        for part in ("class", "message"):
            ours, theirs = _first_line(error[part]), _first_line(answer.error[part])
            if ours != theirs:
                yield Difference(f"/error/{part}", ours, theirs)


def _request(place: str, ours: Mapping[str, Any] | None, theirs: LoggedRequest | None) -> Iterator[Difference]:
    if ours is None or theirs is None:
        yield Difference(
            place,
            MISSING if ours is None else f"{ours['method']} {ours['url']}",
            MISSING if theirs is None else f"{theirs.method} {theirs.url}",
        )
        return
    if ours["method"].upper() != theirs.method:
        yield Difference(f"{place}/method", ours["method"], theirs.method)
    if _url(ours["url"]) != _url(theirs.url):
        yield Difference(f"{place}/url", ours["url"], theirs.url)
    mine = _headers(ours["headers"].items())
    other = _headers(theirs.headers)
    for name in sorted(mine.keys() | other.keys()):
        if _without_boundary(mine.get(name)) != _without_boundary(other.get(name)):
            yield Difference(child(f"{place}/headers", name), mine.get(name, MISSING), other.get(name, MISSING))
    yield from _body(f"{place}/body", ours, theirs)


def _headers(pairs: Any) -> dict[str, str]:
    """By lower-case name; a server does not see space at either end of a value."""
    return {name.lower(): value.strip() for name, value in pairs if name.lower() not in _OF_THE_CLIENT}


def _without_boundary(value: str | None) -> str | None:
    return None if value is None else _BOUNDARY.sub("boundary=…", value)


def _url(url: str) -> str:
    """The SDK logs a URL as it was asked for: an empty path and a port that goes without saying do not count."""
    match = re.fullmatch(r"(\w+)://([^/?#]*)([^?#]*)(.*)", url, re.DOTALL)
    if match is None:
        return url
    scheme, host, path, rest = match.groups()
    host = host.lower().removesuffix({"http": ":80", "https": ":443"}.get(scheme.lower(), " "))
    return f"{scheme.lower()}://{host}{path or '/'}{rest}"


def _body(place: str, ours: Mapping[str, Any], theirs: LoggedRequest) -> Iterator[Difference]:
    body = ours["body"]
    if not isinstance(body, str):
        return  # Bytes: the SDK's log does not tell them apart.
    if theirs.body_length is not None:
        length = len(body.encode())
        # A multipart boundary is as long as each client makes it.
        if length != theirs.body_length and "boundary=" not in str(ours["headers"].get("content-type")):
            yield Difference(place, f"{length} bytes", f"{theirs.body_length} bytes")
        return
    if _plain_body(body, ours["headers"].items()) != _plain_body(theirs.body or "", theirs.headers):
        yield Difference(place, body, theirs.body if theirs.body is not None else MISSING)


def _plain_body(body: str, headers: Any) -> str:
    written = next((value for name, value in headers if name.lower() == "content-type"), "")
    boundary = _BOUNDARY.search(written)
    return body.replace(boundary[1], "…") if boundary else body


# --- results ----------------------------------------------------------------------------------------------------------


def _value(place: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    if isinstance(ours, Mapping) and not _is_special(ours) and isinstance(theirs, Mapping):
        for key in (*ours, *(key for key in theirs if key not in ours)):
            yield from _value(child(place, str(key)), ours.get(key, MISSING), theirs.get(key, MISSING))
    elif _is_list(ours) and _is_list(theirs):
        for index, (one, other) in enumerate(zip_longest(ours, theirs, fillvalue=MISSING)):
            yield from _value(child(place, index), one, other)
    elif not _same(ours, theirs):
        yield Difference(place, ours, theirs)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_special(value: Mapping[str, Any]) -> bool:
    return any(key in value for key in ("$symbol", "$ruby", "$base64"))


def _same(ours: Any, theirs: Any) -> bool:
    """Whether an exported value is what the SDK writes as JSON."""
    if isinstance(ours, Mapping) and _is_special(ours):
        if "$symbol" in ours:
            return bool(ours["$symbol"] == theirs)
        if "iso8601" in ours and isinstance(theirs, str):
            return bool(_moment(ours["iso8601"]) == _moment(theirs))
        return True  # Bytes and objects: JSON does not tell them apart.
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    return bool(ours == theirs)


def _moment(text: str) -> Any:
    try:
        told = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text
    return told.replace(microsecond=0)


def _said(error: Mapping[str, Any] | None) -> Any:
    return MISSING if error is None else f"{error['class']}: {_first_line(error['message'])}"


def _first_line(text: Any) -> str:
    return str(text).partition("\n")[0]
