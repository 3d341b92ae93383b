"""Where secrets stand: in plain data, a URL, a header, a body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from designer.secrecy.names import (
    QUOTED_PAIR,
    SCHEME,
    basic_pair,
    is_hollow,
    is_secret,
    is_secret_header,
    is_secret_parameter,
    is_token_like,
)
from designer.secrecy.shapes import secrets_by_shape
from designer.secrecy.texts import secrets_by_name

__all__ = ["URL", "secrets_in", "secrets_in_body", "secrets_in_header", "secrets_in_url"]

URL = re.compile(r"[A-Za-z][\w+.-]*://[^\s\"'<>]+")


def secrets_in(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Name and value of each secret in plain data, in JSON and URLs that are texts of it too. Numbers come as texts."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from secrets_in(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from secrets_in(inner, name)
    elif is_secret(name, value):
        yield name, str(value)
    elif isinstance(value, str):
        yield from _by_shape(value)
        if value.lstrip()[:1] in ("{", "["):
            yield from _in_json(value)
        elif QUOTED_PAIR.search(value):
            yield from secrets_by_name(value)
        elif "://" in value:
            yield from secrets_in_url(value)


def secrets_in_url(text: str) -> Iterator[tuple[str, str]]:
    """Those of a URL, or of every URL in a text: password, query, fragment."""
    yield from _by_shape(text)
    for url in URL.findall(text) or ([text] if "?" in text or "#" in text else []):
        try:
            parts = urlsplit(url)
        except ValueError:
            yield from secrets_by_name(url)
            continue
        user, _, written = parts.netloc.rpartition("@")[0].partition(":")
        for name, given in (("password", written), ("user", user if is_token_like(user) else "")):
            if given:
                yield name, unquote_plus(given)
                yield name, given
        for pairs in (parts.query, parts.fragment):
            yield from _in_pairs(pairs)


def secrets_in_header(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Those of one header: cookies one by one, the password of a Basic pair, what a scheme is followed by."""
    lower = name.lower()
    if lower in ("cookie", "set-cookie"):
        pairs = value.split(";") if lower == "cookie" else value.split(";")[:1]
        for cookie, _, content in (pair.strip().partition("=") for pair in pairs):
            if content:
                yield cookie, content.strip('"')
        return
    if not is_secret_header(name):
        yield from secrets_in_url(value)
        return
    if is_hollow(value):
        return
    pair = basic_pair(value)
    if pair is not None:
        yield (name, pair[1]) if pair[1] else (name, pair[0])
        return
    scheme = SCHEME.match(value)
    rest = value[scheme.end() :] if scheme else value
    named = [(key, one) for key, one in re.findall(r"([\w-]+)=\"?([^\",\s]+)", rest) if "," in rest]
    if named:
        yield from ((key, one) for key, one in named if is_secret_parameter(key) or is_secret_header(key))
    elif rest:
        yield name, rest


def secrets_in_body(text: str, content_type: str = "") -> Iterator[tuple[str, str]]:
    """Those of a body, whatever it is: JSON, a form, XML, or a text that has names beside its values."""
    if "x-www-form-urlencoded" in content_type.lower():
        yield from _in_pairs(text)
        return
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        yield from _by_shape(text)
        yield from secrets_by_name(text)
        return
    yield from _in_data(data)


def _by_shape(text: str) -> Iterator[tuple[str, str]]:
    for secret in secrets_by_shape(text):
        yield "token", secret


def _in_data(data: Any) -> Iterable[tuple[str, str]]:
    try:
        return list(secrets_in(data))
    except RecursionError:
        return []


def _in_json(text: str) -> Iterable[tuple[str, str]]:
    try:
        return _in_data(json.loads(text))
    except (ValueError, RecursionError):
        return secrets_by_name(text)


def _in_pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, max_num_fields=500)
    except ValueError:
        yield from secrets_by_name(text)
        return
    for name, value in pairs:
        yield from secrets_in(value, name)
