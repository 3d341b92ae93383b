"""The authorization request: the URL the consent starts at.

The author's ``authorization_url`` plus what the platform adds, put together as the official CLI does it
(``workato oauth2``): Rack's nested-query reading, the author's own parameters win, everything re-encoded and sorted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from designer.evaluator import RubyError, to_python
from designer.oauth.errors import OAuthError
from designer.oauth.pkce import Pkce
from designer.wire.nested_query import parse_nested_query
from designer.wire.urls import UriError, parse


def browser_url(
    authorization_url: str, *, client_id: str | None, redirect_uri: str, state: str, pkce: Pkce | None = None
) -> str:
    """URL to open. ``client_id``, ``redirect_uri``, ``state`` (and with ``pkce`` the challenge) are added unless the
    author's URL already has parameters of these names. Raises :class:`OAuthError` where the text is no URL."""
    parameters: dict[str, Any] = {"client_id": client_id, "redirect_uri": redirect_uri, "state": state}
    if pkce is not None:
        parameters |= {"code_challenge": pkce.challenge, "code_challenge_method": pkce.method}
    try:
        uri = parse(authorization_url)
        own = to_python(parse_nested_query(uri.query or ""))
        if uri.scheme not in {"http", "https"} or not uri.host:
            raise OAuthError(
                "The authorization URL must be absolute.",
                "authorization_url has to return a text that begins with https:// and names the provider's host.",
            )
        return str(uri.with_query(_to_query(parameters | own)))
    except (UriError, RubyError) as error:
        # Their messages quote the URL, which may hold a secret.
        raise OAuthError(
            "The authorization URL is not one that Ruby can read.",
            "Letters beyond ASCII, spaces in the path and a stray % must be encoded (to_param does it), and one "
            "parameter cannot stand with and without brackets.",
        ) from error


def parameters_of(url: str) -> dict[str, str]:
    """The flat query parameters of a URL, the last of repeated ones."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _to_query(parameters: Mapping[str, Any]) -> str:
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
