"""Exchanges as an HTTP Archive (HAR 1.2), which browsers' network panels open."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from designer.masking import DOTS
from designer.wire.model import Exchange, WireRequest, WireResponse
from designer.wire.outgoing.secrecy import AS_SENT, Hide, content_type, joined

__all__ = ["har"]

_Headers = tuple[tuple[str, str], ...]


def har(
    exchanges: Sequence[Exchange],
    hide: Callable[[WireRequest], Hide] | None = None,
    *,
    started: datetime.datetime,
    version: str,
) -> str:
    """The archive as JSON text. ``hide`` gives how secrets of a request, and of the reply to it, are written;
    ``version`` is the program's.

    Only the first exchange's start is known: each later one is put where the one before it ended.
    """
    entries = []
    moment = started
    for exchange in exchanges:
        entry = _entry(exchange, AS_SENT if hide is None else hide(exchange.request), moment)
        entries.append(entry)
        moment += datetime.timedelta(milliseconds=entry["time"])
    log = {"version": "1.2", "creator": {"name": "Connection Designer", "version": version}, "entries": entries}
    return json.dumps({"log": log}, indent=2, ensure_ascii=False) + "\n"


def _entry(exchange: Exchange, hide: Hide, moment: datetime.datetime) -> dict[str, Any]:
    response = exchange.response
    timings = _timings(response)
    entry: dict[str, Any] = {
        "startedDateTime": _moment(moment),
        "time": round(sum(value for name, value in timings.items() if value > 0 and name != "ssl"), 3),
        "request": _request(exchange.request, hide, "HTTP/1.1" if response is None else response.http_version),
        "response": _response(response, hide),
        "cache": {},
        "timings": timings,
        "comment": exchange.purpose,
    }
    if response is not None and response.connection:
        # Fields of one's own begin with an underscore (HAR 1.2); the address is one of the format's.
        address = response.connection.get("address", "").rpartition(":")[0].strip("[]")
        entry |= ({"serverIPAddress": address} if address else {}) | {"_connection": dict(response.connection)}
    if exchange.failure is not None:
        entry["response"]["_error"] = joined(hide.body(exchange.failure, ""))
    return entry


def _request(request: WireRequest, hide: Hide, version: str) -> dict[str, Any]:
    url = joined(hide.url(request.url))
    made: dict[str, Any] = {
        "method": request.method,
        "url": url,
        "httpVersion": version,
        "cookies": _cookies(request.headers, "cookie", hide),
        "headers": _pairs(request.headers, hide),
        "queryString": [{"name": n, "value": v} for n, v in parse_qsl(urlsplit(url).query, keep_blank_values=True)],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        given = _content(request.body, content_type(request), hide)
        # Only the reply's content may say how it is encoded; fields of one's own begin with an underscore (HAR 1.2).
        made["postData"] = {
            "mimeType": joined(hide.header("Content-Type", content_type(request))),
            **{"_encoding" if name == "encoding" else name: value for name, value in given.items()},
        }
    return made


def _response(response: WireResponse | None, hide: Hide) -> dict[str, Any]:
    headers = () if response is None else response.headers
    body = b"" if response is None else response.body
    kind = _header(headers, "content-type")
    return {
        "status": 0 if response is None else response.status,
        "statusText": "" if response is None else joined(hide.body(response.reason, "")),
        "httpVersion": "" if response is None else response.http_version,
        "cookies": _cookies(headers, "set-cookie", hide),
        "headers": _pairs(headers, hide),
        "content": {
            "size": len(body),
            "mimeType": joined(hide.header("Content-Type", kind)),
            **_content(body, kind, hide),
        },
        "redirectURL": joined(hide.url(_header(headers, "location"))),
        "headersSize": -1,
        # How long it came where it was not packed; of a packed one only the length unpacked is known.
        "bodySize": len(body) if response is not None and not _header(headers, "content-encoding") else -1,
    }


def _content(body: bytes, kind: str, hide: Hide) -> dict[str, str]:
    try:
        return {"text": joined(hide.body(body.decode("utf-8"), kind))}
    except UnicodeDecodeError:
        pass
    if hide is AS_SENT:
        return {"text": base64.b64encode(body).decode("ascii"), "encoding": "base64"}
    # What is withheld is left out, and not said to be empty.
    return {"comment": f"{len(body)} bytes that are not text"}


def _pairs(headers: _Headers, hide: Hide) -> list[dict[str, str]]:
    return [{"name": name, "value": joined(hide.header(name, value))} for name, value in headers]


def _cookies(headers: _Headers, carrier: str, hide: Hide) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, value in headers:
        if name.lower() != carrier:
            continue
        pairs, attributes = (value.split(";"), []) if carrier == "cookie" else _set_cookie(value)
        for pair in pairs:
            # RFC 6265, 5.2: what has no "=" is a value without a name.
            named, equals, held = pair.partition("=")
            known = {"name": named.strip() if equals else "", "value": (held if equals else named).strip()}
            if hide is not AS_SENT:
                known["value"] = DOTS
            found.append(known | _attributes(attributes, hide))
    return found


def _set_cookie(value: str) -> tuple[list[str], list[str]]:
    pair, *attributes = value.split(";")
    return [pair], attributes


def _attributes(attributes: Sequence[str], hide: Hide) -> dict[str, Any]:
    given = {name.strip().lower(): value.strip() for name, _, value in (one.partition("=") for one in attributes)}
    made: dict[str, Any] = {name: joined(hide.url(given[name])) for name in ("path", "domain") if given.get(name)}
    if "expires" in given:
        # A date that is none is no date (RFC 6265, 5.2.1).
        with suppress(ValueError):
            made["expires"] = _moment(parsedate_to_datetime(given["expires"]))
    flags = {name: True for name, flag in (("httpOnly", "httponly"), ("secure", "secure")) if flag in given}
    return made | flags


def _moment(moment: datetime.datetime) -> str:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.UTC)
    return aware.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _timings(response: WireResponse | None) -> dict[str, float]:
    """Milliseconds; -1 for what was not measured, as the format asks."""
    measured = {} if response is None else response.timings
    made = {name: _ms(measured.get(key)) for name, key in (("dns", "dns"), ("connect", "connect"), ("ssl", "tls"))}
    if made["connect"] >= 0 and made["ssl"] >= 0:
        made["connect"] = round(made["connect"] + made["ssl"], 3)  # HAR counts TLS as part of connecting
    first, total = measured.get("first_byte", 0.0), measured.get("total", 0.0)
    before = sum(max(0.0, made[name]) for name in ("dns", "connect"))
    # first_byte and total count from the start, the archive's parts follow each other.
    wait, receive = max(0.0, _ms(first) - before), max(0.0, _ms(total) - _ms(first))
    return {"blocked": -1, **made, "send": 0, "wait": round(wait, 3), "receive": round(receive, 3)}


def _ms(seconds: float | None) -> float:
    return -1 if seconds is None else round(seconds * 1000, 3)


def _header(headers: _Headers, name: str) -> str:
    return next((value for given, value in headers if given.lower() == name), "")
