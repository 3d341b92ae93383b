"""The provider's reply as it arrives at the redirect URL: in the query, the fragment or a form body.

RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Types §2.1 (``response_mode``), Form Post Response Mode, RFC 9207.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

_MEANINGFUL = frozenset({"code", "error", "state", "access_token", "id_token", "response"})


@dataclass(frozen=True, slots=True)
class Reply:
    """Parameters of one reply. ``where``: "query", "fragment", "form" or "" (it carried nothing).

    ``repeated`` names parameters given more than once, which RFC 6749 §3.1 forbids and which is refused: two readers
    could take different values.
    """

    where: str
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeated: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """The parameter's value, None where it is absent or empty."""
        return self.parameters.get(name) or None


def from_url(url: str) -> Reply:
    """Reply in a redirect URL. The query counts where it carries any reply parameter, else the fragment: some
    providers append a fragment of their own (``#_=_``) to a reply in the query."""
    parts = urlsplit(url)
    in_query = _read("query", parts.query)
    if _MEANINGFUL & in_query.parameters.keys():
        return in_query
    in_fragment = _read("fragment", parts.fragment)
    if _MEANINGFUL & in_fragment.parameters.keys():
        return in_fragment
    return Reply("", in_query.parameters, in_query.repeated)


def from_form(body: str) -> Reply:
    """Reply in an ``application/x-www-form-urlencoded`` body (``response_mode=form_post``)."""
    posted = _read("form", body)
    carries = bool(_MEANINGFUL & posted.parameters.keys()) or bool(posted.repeated)
    return posted if carries else Reply("", posted.parameters)


def _read(where: str, text: str) -> Reply:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        # More parameters than any provider sends: nothing in it is believed.
        return Reply(where, {}, ("…",))
    counts = Counter(name for name, _ in pairs)
    repeated = tuple(sorted(name for name, times in counts.items() if times > 1 and name in _MEANINGFUL | {"iss"}))
    return Reply(where, dict(pairs), repeated)


def error_in(body: str) -> tuple[str, str]:
    """``error`` and ``error_description`` of a token endpoint's reply, JSON or form-encoded; empty texts if none.

    Providers vary: ``error`` may be an object with ``code``/``type`` and ``message``, and the description may be called
    ``error_message`` or ``message``.
    """
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        # Form-encoded replies are one line of pairs; anything with markup is a page.
        parsed = {} if "<" in body or "=" not in body else dict(_read("form", body).parameters)
    if not isinstance(parsed, dict):
        return "", ""
    error = parsed.get("error")
    texts: dict[str, object] = parsed
    if isinstance(error, dict):
        texts = error
        error = error.get("code") or error.get("type") or error.get("status")
    description = next(
        (texts[name] for name in ("error_description", "error_message", "message", "description") if texts.get(name)),
        "",
    )
    return (str(error), str(description)) if error else ("", "")
