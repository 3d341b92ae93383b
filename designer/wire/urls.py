"""URLs as Ruby's ``URI`` reads, merges and writes them (RFC 3986), so that a request goes where the SDK sends it.

Python's own parser is more forgiving: it accepts spaces and unicode, and it normalises. Both would hide a defect
that stops the connector on the platform.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, unquote_to_bytes

DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ldap": 389, "ldaps": 636, "ws": 80, "wss": 443}

_SEGMENT = r"(?:%[0-9A-Fa-f]{2}|[!$&-.0-;=@-Z_a-z~])"
_SEGMENT_NO_COLON = r"(?:%[0-9A-Fa-f]{2}|[!$&-.0-9;=@-Z_a-z~])"
_AUTHORITY = (
    r"(?:(?P<userinfo>(?:%[0-9A-Fa-f]{2}|[!$&-.0-;=A-Z_a-z~])*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.vV!$&-.0-;=A-Z_a-z~]+\]|(?:%[0-9A-Fa-f]{2}|[!$&-.0-9;=A-Z_a-z~])*)"
    r"(?::(?P<port>\d*))?"
)
_HOST = re.compile(r"\[[0-9A-Fa-f:.vV!$&-.0-;=A-Z_a-z~]+\]|(?:%[0-9A-Fa-f]{2}|[!$&-.0-9;=A-Z_a-z~])*")
_TAIL = rf"(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>(?:{_SEGMENT}|[/?])*))?\Z"
_ABSOLUTE = re.compile(
    r"(?P<scheme>[A-Za-z][-+.0-9A-Za-z]*):"
    rf"(?://{_AUTHORITY}(?P<abempty>(?:/{_SEGMENT}*)*)"
    rf"|(?P<rooted>/(?:{_SEGMENT}+(?:/{_SEGMENT}*)*)?)"
    rf"|(?P<rootless>{_SEGMENT}+(?:/{_SEGMENT}*)*)"
    rf"|){_TAIL}",
    re.DOTALL,
)
_RELATIVE = re.compile(
    rf"(?://{_AUTHORITY}(?P<abempty>(?:/{_SEGMENT}*)*)"
    rf"|(?P<rooted>/(?:{_SEGMENT}+(?:/{_SEGMENT}*)*)?)"
    rf"|(?P<noscheme>{_SEGMENT_NO_COLON}+(?:/{_SEGMENT}*)*)"
    rf"|){_TAIL}",
    re.DOTALL,
)
_QUERY_KEPT = frozenset(b"!" + bytes(range(0x24, 0x27)) + bytes(range(0x28, 0x3C)) + b"=") | frozenset(
    list(range(0x3F, 0x60)) + list(range(0x61, 0x7F))
)


_PORT_DIGITS = 18
_FORM_KEPT = re.compile(rb"[A-Za-z0-9*._-]*")
_NO_ESCAPE = re.compile(rb"%[^0-9A-Fa-f]{2}", re.DOTALL)


class UriError(Exception):
    """A URL Ruby refuses. ``ruby_class`` is the exception it raises: ``URI::InvalidURIError`` (the SDK wraps it in
    its own), ``URI::BadURIError``, ``URI::InvalidComponentError`` or ``ArgumentError``."""

    def __init__(self, message: str, ruby_class: str = "URI::InvalidURIError") -> None:
        super().__init__(message)
        self.message = message
        self.ruby_class = ruby_class


@dataclass(frozen=True, slots=True)
class Uri:
    """A parsed URL. ``host`` is "" for ``http:///x`` and None where there is no authority; ``opaque`` is the part
    after ``mailto:``."""

    scheme: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    host: str | None = None
    port: int | None = None
    path: str = ""
    opaque: str | None = None
    query: str | None = None
    fragment: str | None = None

    def __str__(self) -> str:
        out = f"{self.scheme}:" if self.scheme else ""
        if self.opaque is not None:
            out += self.opaque
        else:
            if self.host is not None or self.scheme == "file":
                out += "//"
            if self.user is not None:
                out += self.user + (f":{self.password}" if self.password is not None else "") + "@"
            out += self.host or ""
            if self.port is not None and self.port != DEFAULT_PORTS.get(self.scheme or ""):
                out += f":{self.port}"
            out += self.path
            if self.query is not None:
                out += f"?{self.query}"
        return out if self.fragment is None else f"{out}#{self.fragment}"

    @property
    def address(self) -> str:
        """The URL without credentials and fragment, as a request is reported."""
        port = "" if self.port is None or self.port == DEFAULT_PORTS.get(self.scheme or "") else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path or '/'}" + ("" if self.query is None else f"?{self.query}")

    @property
    def reads_back(self) -> bool:
        """Whether reading what this is written as gives just this again, which an HTTP URL with a host does."""
        return (
            self.scheme in ("http", "https")
            and bool(self.host)
            and self.port is not None
            and (not self.path or self.path[0] == "/")
            and (self.user is not None or self.password is None)
        )

    @property
    def request_target(self) -> str:
        """Path and query as they stand in the request line; never without a leading slash."""
        target = self.path if self.query is None else f"{self.path}?{self.query}"
        return target if target.startswith("/") else f"/{target}"

    def with_query(self, query: str | None) -> Uri:
        """What ``uri.query = query`` does: characters no query may hold are percent-encoded, ``%`` is left alone."""
        if query is not None and self.opaque is not None:
            raise UriError("query conflicts with opaque")
        return replace(self, query=None if query is None else _escape_query(query))

    def with_credentials(self, user: str | None, password: str | None) -> Uri:
        """``user`` and ``password`` already form-encoded; None leaves that part as it is."""
        if user and password is not None and self.opaque is None:
            return Uri(self.scheme, user, password, self.host, self.port, self.path, None, self.query, self.fragment)
        uri = self
        if user is not None:
            if self.opaque is not None:
                raise UriError("can not set user with opaque")
            # Assigning the user part splits it like "user:password"; an empty one leaves no user at all.
            uri = replace(uri, user=user or (None if uri.password is None else ""))
        if password is not None:
            if self.opaque is not None:
                raise UriError("can not set password with opaque")
            if uri.user is None:
                raise UriError("password component depends user component")
            uri = replace(uri, password=password)
        return uri

    def merge(self, other: str) -> Uri:
        """Resolve ``other`` against this URL as RFC 2396, 5.2 (which Ruby still follows) says."""
        reference = parse(other)
        if reference.scheme:
            return reference
        if not self.scheme:
            raise UriError("both URI are relative", "URI::BadURIError")
        authority = reference.user is not None or reference.host is not None or reference.port is not None
        if not reference.path and not authority and not reference.query:
            return self if reference.fragment is None else replace(self, fragment=reference.fragment)
        if authority:
            # As a whole: credentials and port of one host are not for another (uri 0.11.3, CVE-2025-27221).
            merged = replace(
                self,
                query=None,
                fragment=None,
                path=reference.path,
                user=reference.user,
                password=reference.password,
                host=reference.host,
                port=reference.port or DEFAULT_PORTS.get(self.scheme),
            )
        elif self.opaque is None:
            merged = replace(self, query=None, fragment=None, path=_merge_paths(self.path, reference.path))
        else:
            merged = replace(self, query=None, fragment=None)
        if reference.query is not None:
            merged = merged.with_query(reference.query)
        return merged if reference.fragment is None else replace(merged, fragment=reference.fragment)


def parse(text: str) -> Uri:
    """Read ``text`` as ``URI.parse`` does. Raises ``UriError``."""
    # The same few addresses are read for every request. Those that may carry a credential are not kept.
    return _read(text) if "?" in text or "@" in text else _read_once(text)


def resolve(base: str, reference: str) -> Uri:
    """``reference`` resolved against ``base``. Raises ``UriError``."""
    if "?" in base or "@" in base or "?" in reference or "@" in reference:
        return parse(base).merge(reference)
    return _resolve_once(base, reference)


def dropped_path(base: str, reference: str, url: str) -> str:
    """The path of ``base`` that is gone from ``url``, which ``reference`` came to; empty where all of it is there.

    A path that starts with a slash replaces the whole path, and any replaces what follows the last slash (RFC 3986,
    section 5.2). A whole URL is meant to leave the base.
    """
    if is_whole(reference) or not reference.partition("?")[0]:
        return ""
    path = _PATH.sub("", base).partition("#")[0].partition("?")[0]
    now = _PATH.sub("", url).partition("#")[0].partition("?")[0]
    kept = path.strip("/")
    return "" if not kept or f"/{now.strip('/')}/".startswith(f"/{kept}/") else path


def is_whole(reference: str) -> bool:
    """Whether a reference names its own scheme or host, and so owes the base nothing but perhaps the scheme."""
    return _WHOLE.match(reference) is not None


_WHOLE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")
_PATH = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def demand_host(value: str) -> None:
    """Net::HTTP gives its URI the host of a Host header. Raises ``UriError`` where that is none."""
    host = value.partition(":")[0]
    if not _HOST.fullmatch(host):
        raise UriError(f"bad component(expected host component): {host}", "URI::InvalidComponentError")


def _read(text: str) -> Uri:
    if not text.isascii():
        raise UriError(f"URI must be ascii only {_dump(text)}")
    if match := _ABSOLUTE.match(text):
        scheme = match["scheme"].lower()
        if match["rootless"] is not None:
            opaque = match["rootless"] + (f"?{match['query']}" if match["query"] is not None else "")
            return Uri(scheme=scheme, opaque=opaque, fragment=match["fragment"])
        path = match["abempty"] or match["rooted"] or ""
    elif match := _RELATIVE.match(text):
        scheme = None
        path = match["abempty"] or match["rooted"] or match["noscheme"] or ""
    else:
        raise UriError(f"bad URI(is not URI?): {inspected(text)}")
    user, password = _split_userinfo(match["userinfo"])
    # A server may answer with a port of any length; no more of it is read than tells that there is no such port.
    port = int(match["port"].lstrip("0")[:_PORT_DIGITS] or "0") if match["port"] else DEFAULT_PORTS.get(scheme or "")
    query = match["query"]
    return Uri(
        scheme=scheme,
        user=user,
        password=password,
        host=match["host"],
        port=port,
        path=path,
        query=None if query is None else _escape_query(query),
        fragment=match["fragment"],
    )


_read_once = functools.lru_cache(maxsize=64)(_read)


@functools.lru_cache(maxsize=64)
def _resolve_once(base: str, reference: str) -> Uri:
    return parse(base).merge(reference)


def form_component(text: str | bytes) -> str:
    """``URI.encode_www_form_component``: ``*-._`` and alphanumerics stay, space becomes ``+``, ``~`` is escaped."""
    if isinstance(text, bytes) and _FORM_KEPT.fullmatch(text):
        return text.decode("ascii")
    return quote_plus(text, safe="*").replace("~", "%7E")


def form_decode(text: str) -> bytes:
    """``CGI.unescape``: the bytes meant by a form-encoded text."""
    if "%" not in text and "+" not in text:
        return text.encode("utf-8")
    return unquote_to_bytes(text.replace("+", " "))


def _split_userinfo(userinfo: str | None) -> tuple[str | None, str | None]:
    if userinfo is None:
        return None, None
    user, colon, password = userinfo.partition(":")
    return (user if userinfo else None), (password if colon else None)


def _escape_query(query: str) -> str:
    kept = query.encode("utf-8", "surrogateescape").translate(None, b"\t\r\n")
    if broken := _NO_ESCAPE.search(kept):
        raise UriError(f"invalid percent escape: {broken[0].decode('utf-8', 'replace')}")
    return "".join(chr(byte) if byte in _QUERY_KEPT else f"%{byte:02X}" for byte in kept)


def _merge_paths(base: str, reference: str) -> str:
    target = base.split("/") if base else []
    steps = reference.split("/") if reference else []
    if target and target[-1] == "..":
        target.append("")
    while ".." in target:
        index = target.index("..")
        if index == 0:
            break
        del target[index - 1 : index + 1]
    if steps and steps[0] == "":
        target = []
        steps = steps[1:]
    if steps and steps[-1] in (".", ".."):
        steps.append("")
    resolved: list[str] = []
    for step in steps:
        if step == ".":
            continue
        if step == ".." and resolved and resolved[-1] != "..":
            resolved.pop()
        else:
            resolved.append(step)
    ends_in_slash = bool(resolved)
    if not target:
        target = [""]
    elif ends_in_slash:
        target.pop()
    while resolved and resolved[0] == "..":
        resolved.pop(0)
        if len(target) > 1:
            target.pop()
    if resolved:
        target += resolved
    elif ends_in_slash:
        target.append("")
    return "/".join(target)


def inspected(text: str) -> str:
    """``String#inspect`` of a text that holds no ``#{``."""
    return '"' + text.translate(_INSPECTED) + '"'


_INSPECTED = {
    0x22: '\\"',
    0x5C: "\\\\",
    0x07: "\\a",
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0B: "\\v",
    0x0C: "\\f",
    0x0D: "\\r",
    0x1B: "\\e",
} | {code: f"\\x{code:02X}" for code in [*range(0x07), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F]}


def _dump(text: str) -> str:
    """``String#dump``: everything beyond ASCII as ``\\uXXXX``."""
    out = inspected(text)[1:-1]
    return '"' + "".join(c if c.isascii() else _unicode_escape(ord(c)) for c in out) + '"'


def _unicode_escape(code: int) -> str:
    return f"\\u{code:04X}" if code < 0x10000 else f"\\u{{{code:X}}}"
