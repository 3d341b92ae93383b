"""The authorization request: the URL the consent starts at.

The author's ``authorization_url`` plus what the platform adds, put together as the official CLI does it
(``workato oauth2``): Rack's nested-query reading, the author's own parameters win, everything re-encoded and sorted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit, urlunsplit

from designer.oauth.errors import OAuthError
from designer.oauth.pkce import Pkce

_KEY_HEAD = re.compile(r"\A[\[\]]*([^\[\]]+)\]*")


def browser_url(
    authorization_url: str, *, client_id: str | None, redirect_uri: str, state: str, pkce: Pkce | None = None
) -> str:
    """URL to open. ``client_id``, ``redirect_uri``, ``state`` (and with ``pkce`` the challenge) are added unless the
    author's URL already has parameters of these names. Raises :class:`OAuthError` where the text is no URL."""
    try:
        parts = urlsplit(authorization_url)
        _ = parts.port
    except ValueError as error:
        raise OAuthError("The authorization URL is not a URL.", f"{error}.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise OAuthError(
            "The authorization URL must be absolute.",
            "authorization_url has to return a text that begins with https:// and names the provider's host.",
        )
    parameters: dict[str, Any] = {"client_id": client_id, "redirect_uri": redirect_uri, "state": state}
    if pkce is not None:
        parameters |= {"code_challenge": pkce.challenge, "code_challenge_method": pkce.method}
    query = to_query(parameters | parse_nested_query(parts.query))
    return urlunsplit(parts._replace(query=query))


def parameters_of(url: str) -> dict[str, str]:
    """The flat query parameters of a URL, the last of repeated ones."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def parse_nested_query(query: str) -> dict[str, Any]:
    """Query as Rack reads it: ``a[b]=1`` nests, ``a[]=1`` collects, a repeated plain name keeps the last, a name
    without ``=`` has the value None; ``&`` and ``;`` both separate."""
    found: dict[str, Any] = {}
    for part in re.split("[&;] *", query):
        if part:
            name, equals, value = part.partition("=")
            _put(found, unquote_plus(name), unquote_plus(value) if equals else None)
    return found


def _put(into: dict[str, Any], name: str, value: str | None) -> None:
    head = _KEY_HEAD.match(name)
    if head is None:
        return
    key, rest = head.group(1), name[head.end() :]
    if rest == "":
        into[key] = value
    elif rest == "[":
        into[name] = value
    elif rest == "[]":
        _collection(into, key, list).append(value)
    elif inner := re.match(r"\A\[\]\[([^\[\]]+)\]\Z", rest) or re.match(r"\A\[\](.+)\Z", rest):
        items = _collection(into, key, list)
        last = items[-1] if items else None
        if not isinstance(last, dict) or inner.group(1) in last:
            last = {}
            items.append(last)
        _put(last, inner.group(1), value)
    else:
        _put(_collection(into, key, dict), rest, value)


def _collection(into: dict[str, Any], key: str, kind: type) -> Any:
    held = into.setdefault(key, kind())
    if not isinstance(held, kind):
        raise OAuthError(
            f"The authorization URL gives the parameter “{key}” in two shapes.",
            "Use either the plain name or the name with brackets, not both.",
        )
    return held


def to_query(parameters: Mapping[str, Any]) -> str:
    """ActiveSupport's ``to_query``: encoded pairs, sorted as texts."""
    return "&".join(sorted(_encode(parameters)))


def _encode(value: Any, key: str = "") -> list[str]:
    if isinstance(value, Mapping):
        pairs = [pair for name, inner in value.items() for pair in _encode(inner, f"{key}[{name}]" if key else name)]
        return sorted(pairs)
    if isinstance(value, list):
        return [pair for inner in value for pair in _encode(inner, f"{key}[]")]
    return [f"{_escape(key)}={_escape('' if value is None else str(value))}"]


def _escape(text: str) -> str:
    # CGI.escape: everything but letters, digits and _ . - ~, spaces as +
    return quote_plus(text, safe="")
