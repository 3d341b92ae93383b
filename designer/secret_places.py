"""What is a secret by its name, where secrets stand in a request or a reply, and how they are spelled there.

Everything that takes a secret out (traces, exports, tapes, kept requests) asks here, so that all of it hides the same.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit

__all__ = [
    "COOKIE_PAIR",
    "QUOTED_PAIR",
    "SECRET_PARAMETERS",
    "SHORTEST",
    "basic_pair",
    "is_hollow",
    "is_secret",
    "is_secret_header",
    "is_secret_parameter",
    "is_telling",
    "is_token_like",
    "names_scheme",
    "replaced_by_name",
    "secrets_in",
    "secrets_in_body",
    "secrets_in_header",
    "secrets_in_url",
    "spellings",
    "starts_with_scheme",
]

SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "assertion",
        "auth_code",
        "authorization",
        "authorization_code",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "cookie",
        "device_code",
        "id_token",
        "id_token_hint",
        "jwt",
        "key",
        "logout_token",
        "nonce",
        "passphrase",
        "passwd",
        "password",
        "private_key",
        "proxy-authorization",
        "pwd",
        "refresh_token",
        "relaystate",
        "request",
        "samlrequest",
        "samlresponse",
        "secret",
        "session_state",
        "set-cookie",
        "sid",
        "sig",
        "signature",
        "state",
        "ticket",
        "token",
        "x-amz-security-token",
        "x-amz-signature",
    }
)
"""Names of query, fragment and form parameters whose values are not shown, lower case."""

SHORTEST = 4
"""Characters; hiding every "a" because a password is "a" would hide the text, not the secret."""

_SECRET_NAME = re.compile(
    r"secret|passw|token|api[_-]?key|credential|private[_-]?key|(^|[_-])pass(code|phrase)?$|(^|[_-])pin$", re.IGNORECASE
)
_ABOUT_A_SECRET = re.compile(r"[_-](type|ur[il]|endpoint|expires_in|expires_at)$|[_-]key[_-]id$", re.IGNORECASE)
_COUNTED = re.compile(r"expir|count|limit|max|min|length|size|usage|total|lifetime|ttl|version|tokens$", re.IGNORECASE)
_SECRET_HEADER = re.compile(
    r"auth(?!or(?!iz))|cookie|token|secret|key|signature|passw|credential|session", re.IGNORECASE
)
_OPEN_HEADER = re.compile(r"(www-|proxy-)?authenticate|authentication-info|access-control-.*", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][\w-]* +(?=\S)")
_URL = re.compile(r"[A-Za-z][\w+.-]*://[^\s\"'<>]+")
# Authentication schemes registered with IANA, and those that APIs made up; AWS's and Digest's carry parameters.
_SCHEME_ALONE = re.compile(
    r"api-?key|basic|bearer|concealed|digest|dpop|genie(?:key)?|gnap|hmac|hoba|jwt|key|mutual|negotiate|ntlm|oauth|"
    r"privatetoken|session|ssws|token|vapid|zoho-oauthtoken",
    re.IGNORECASE,
)
_NAMED_NOTHING = re.compile(r"(?:[A-Za-z][\w-]*\s+)?([A-Za-z][\w-]*)=(?:\"\"|'')?")


COOKIE_PAIR = re.compile(r"((?:^|;)\s*(?:[^=;]*=)?)([^;]*)")
"""What leads to the value of a cookie in Cookie, and the value; in Set-Cookie only the first is one. A cookie without
a name is all value (RFC 6265, 4 and 5.2)."""
QUOTED_PAIR = re.compile(r"\w\s*:\s*\"")
"""What a text has that may be a query of GraphQL, in which names stand beside values."""


def is_secret_parameter(name: str) -> bool:
    """Whether the value of a parameter of this name is hidden in traces: ``token``, but not ``token_type``."""
    if name.lower() in SECRET_PARAMETERS:
        return True
    if name.endswith("]"):  # user[password], as Rails nests
        return is_secret_parameter(name[:-1].rpartition("[")[2] or name.partition("[")[0])
    return _SECRET_NAME.search(name) is not None and _ABOUT_A_SECRET.search(name) is None


def is_secret_header(name: str) -> bool:
    """Whether the value of a header of this name is hidden: ``X-Auth``, but not the challenge ``WWW-Authenticate``."""
    return _SECRET_HEADER.search(name) is not None and _OPEN_HEADER.fullmatch(name) is None


def is_hollow(value: str) -> bool:
    """Whether what a header that carries credentials says holds none: nothing, a scheme alone (``Bearer``), a
    parameter without a value (``Token token=``), Basic of no user and no password."""
    words = value.strip()
    if not words or _SCHEME_ALONE.fullmatch(words) is not None:
        return True
    named = _NAMED_NOTHING.fullmatch(words)
    if named is not None and named[1].lower() in SECRET_PARAMETERS:  # and not a token that ends with "="
        return True
    return basic_pair(words) == ("", "")


def is_secret(name: str, value: Any) -> bool:
    """Whether ``value`` is hidden under this name. A number is where the name can mean nothing else: ``password``,
    not ``code`` (404) or ``max_tokens``."""
    if isinstance(value, str):
        return bool(value) and is_secret_parameter(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    strong = _SECRET_NAME.search(name) is not None or name.lower() in ("pwd", "sid")
    return strong and len(str(value)) >= SHORTEST and not _COUNTED.search(name) and is_secret_parameter(name)


def is_telling(name: str, secret: str) -> bool:
    """Whether it is worth looking for ``secret`` wherever else it may stand: not for ``open`` because a parameter is
    called ``state``."""
    if len(secret) < SHORTEST:
        return False
    if _SECRET_NAME.search(name) or is_secret_header(name):
        return True
    return len(secret) >= 16 or (len(secret) >= 8 and re.search(r"\d", secret) is not None)


def is_token_like(user: str) -> bool:
    """Whether what stands for a user is rather a token, as in ``https://ghp_…@host`` and ``https://sk_live_…:@host``."""
    return len(user) >= 16 and re.search(r"\d", user) is not None


def starts_with_scheme(value: str) -> bool:
    """Whether a text is an authentication scheme and what follows it: ``Bearer abc``, not ``basic`` alone."""
    scheme, _, rest = value.strip().partition(" ")
    return bool(rest.strip()) and _SCHEME_ALONE.fullmatch(scheme) is not None


def names_scheme(name: str, value: str) -> bool:
    """Whether the first word of a header that carries credentials is a scheme: always so where HTTP says it is
    (RFC 9110, 11), else only where it is a known one."""
    return name.lower() in ("authorization", "proxy-authorization") or starts_with_scheme(value)


def basic_pair(value: str) -> tuple[str, str] | None:
    """User name and password of an ``Authorization: Basic`` value (RFC 7617), None where it is none."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def spellings(secret: str) -> dict[str, Callable[[str], str]]:
    """A secret as it stands in a body, a URL, a form, JSON (also within JSON) and XML; each with how to spell another
    text that way."""
    made: dict[str, Callable[[str], str]] = {}
    for spell in _SPELLED:
        try:
            made.setdefault(spell(secret), spell)
        except UnicodeEncodeError:  # half a surrogate pair has no such spelling
            continue
    return made


def _quote_lower(text: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), quote(text, safe=""))


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


_SPELLED: tuple[Callable[[str], str], ...] = (
    str,
    _json,
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _json(text).replace("/", "\\/"),
    lambda text: _json(_json(text)),
    lambda text: quote(text, safe=""),
    quote,
    quote_plus,
    _quote_lower,
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(quote(text), safe=""),
    lambda text: html.escape(text, quote=True),
    lambda text: html.escape(text, quote=False),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
)


# Where they stand


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
        if value.lstrip()[:1] in ("{", "["):
            yield from _in_json(value)
        elif QUOTED_PAIR.search(value):
            yield from _by_name(value)
        elif "://" in value:
            yield from secrets_in_url(value)


def secrets_in_url(text: str) -> Iterator[tuple[str, str]]:
    """Those of a URL, or of every URL in a text: password, query, fragment."""
    for url in _URL.findall(text) or ([text] if "?" in text or "#" in text else []):
        try:
            parts = urlsplit(url)
        except ValueError:
            yield from _by_name(url)
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
    scheme = _SCHEME.match(value)
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
        yield from _by_name(text)
        return
    yield from _in_data(data)


def _in_data(data: Any) -> Iterable[tuple[str, str]]:
    try:
        return list(secrets_in(data))
    except RecursionError:
        return []


def _in_json(text: str) -> Iterable[tuple[str, str]]:
    try:
        return _in_data(json.loads(text))
    except (ValueError, RecursionError):
        return _by_name(text)


def _in_pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, max_num_fields=500)
    except ValueError:
        yield from _by_name(text)
        return
    for name, value in pairs:
        yield from secrets_in(value, name)


def _by_name(text: str) -> Iterator[tuple[str, str]]:
    for name, value, read, _, _ in _named(text):
        yield name, read(value)


# In a text that cannot be parsed: XML, what was cut, a template

_NAME = r"[\w.%\[\]-]{1,80}+"
"""Nothing that may follow a name can be in one, so no shorter name need be tried."""
_QUOTED = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)'


def _read_json(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(rf'"({_NAME})"\s*(?::|=>)\s*{_QUOTED}', re.S), _read_json),
    (re.compile(rf'"({_NAME})"\s*(?::|=>)\s*(-?\d[\d.]{{3,}})'), str),
    (re.compile(rf'\\"({_NAME})\\"\s*:\s*\\"(.*?)(?=\\"|$)', re.S), lambda text: _read_json(_read_json(text))),
    (re.compile(rf"<(?:[\w.-]+:)?({_NAME})(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)"), html.unescape),
    (re.compile(rf"(?<![\w.-])({_NAME})\s*=\s*\"([^\"<>]*)"), html.unescape),
    (re.compile(rf"(?<![\w.-])({_NAME})\s*=\s*'([^'<>]*)"), html.unescape),
    (re.compile(rf"(?:^|(?<=[?&;#\s(\"'>]))({_NAME})=([^&\s\"'<>#;]+)"), unquote_plus),
    (re.compile(rf"(?<![\w\"\\.-])({_NAME}):[ \t]+(?:(?:Basic|Bearer|Token)\s+)?([^\s,;\"'{{}}\[\]]+)", re.I), str),
    (re.compile(rf"(?<![\w\"\\.-])({_NAME}):\s*\\?{_QUOTED}", re.S), _read_json),
    (re.compile(r"://()[^\s/@:\"']*:([^\s/@\"']+)@"), unquote_plus),
    # A part of multipart/form-data (RFC 7578): its name among its headers, then an empty line.
    (
        re.compile(rf'(?<!file)name="({_NAME})"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)(?=\r?\n--|\Z)', re.S),
        str,
    ),
)
_NEEDED = {
    4: re.compile(r"=\s*\""),
    5: re.compile(r"=\s*'"),
    6: re.compile("="),
    7: re.compile(r":[ \t]"),
    8: re.compile(r":\s*\\?\""),
}
"""What a text must have for the pattern at this place to be worth trying at each of its words."""
_ELEMENT = 3
"""Place of ``<name>value</name>``; in HTML an element ``code`` is no secret."""
_PROSE = 7
"""Place of ``name: value``, which may be prose: "password: too short" tells no secret."""
_LISTED = re.compile(rf'"({_NAME})"\s*:\s*\[([^\[\]{{}}]*)')


def _named(
    text: str, page: bool = False, hides: Callable[[str, Any], bool] = is_secret
) -> Iterator[tuple[str, str, Callable[[str], str], int, int]]:
    """Each value under a secret name: name, value as written, how it is read, where it starts and ends."""
    for place, (pattern, read) in enumerate(_PATTERNS):
        if (page and place == _ELEMENT) or ((needed := _NEEDED.get(place)) and not needed.search(text)):
            continue
        for match in pattern.finditer(text):
            name, value = unquote_plus(match[1]) or "password", match[2]
            if place == _PROSE and not (re.search(r"\d", value) or len(value) >= 16):
                continue
            if value and hides(name, value if not _number(value, place) else float(value)):
                yield name, value, read, match.start(2), match.end(2)
    for match in _LISTED.finditer(text):
        if is_secret_parameter(match[1]):
            for one in re.finditer(_QUOTED, match[2], re.S):
                start = match.start(2)
                if hides(match[1], one[1]):
                    yield match[1], one[1], _read_json, start + one.start(1), start + one.end(1)


def _number(value: str, place: int) -> bool:
    """Whether JSON has it for a number; in a form or XML everything is a text."""
    return place == 1 and re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def replaced_by_name(
    text: str,
    instead: Callable[[str, str], str],
    *,
    page: bool = False,
    hides: Callable[[str, Any], bool] = is_secret,
) -> str:
    """``text``, which need not be complete or well-formed, with ``instead`` (of name and value as written) in place of
    each value that ``hides`` (of name and value) hides. ``page`` says that it is HTML."""
    made: list[str] = []
    at = 0
    for name, value, _, start, end in sorted(_named(text, page, hides), key=lambda found: (found[3], -found[4])):
        if start < at:
            continue
        made += [text[at:start], instead(name, value)]
        at = end
    return "".join([*made, text[at:]]) if made else text
