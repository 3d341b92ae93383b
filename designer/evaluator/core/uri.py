"""URI, CGI, ERB::Util, and ActiveSupport's query strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import (
    KERNEL,
    RClass,
    Value,
    define,
    define_module,
)
from designer.evaluator.core import encodings
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RHash, RObject, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

URI = define_module("URI")
GENERIC = define("URI::Generic")
HTTP = define("URI::HTTP", GENERIC)
HTTPS = define("URI::HTTPS", HTTP)
FTP = define("URI::FTP", GENERIC)
MAILTO = define("URI::MailTo", GENERIC)
_SCHEMES = {"http": (HTTP, 80), "https": (HTTPS, 443), "ftp": (FTP, 21), "mailto": (MAILTO, None)}
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "ldap": 389, "ldaps": 636}

_SEGMENT = r"(?:%[0-9a-fA-F]{2}|[!$&-.0-;=@A-Z_a-z~/])"
_RFC3986 = re.compile(
    r"\A(?:(?P<scheme>[A-Za-z][\w+.-]*):)?"
    r"(?://(?:(?P<userinfo>(?:%[0-9a-fA-F]{2}|[!$&-.0-;=A-Z_a-z~])*)@)?"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|(?:%[0-9a-fA-F]{2}|[!$&-.0-9;=A-Z_a-z~])*)(?::(?P<port>\d*))?)?"
    rf"(?P<path>{_SEGMENT}*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>(?:%[0-9a-fA-F]{{2}}|[!$&-.0-;=@A-Z_a-z~/?])*))?\Z",
    re.A,
)
_QUERY = re.compile(r"\A(?:%[0-9a-fA-F]{2}|[!$&-.0-;=@A-Z_a-z~/?\[\]|\\^`{}])*\Z", re.A)
_RFC3986_QUERY = re.compile(r"\A(?:%[0-9a-fA-F]{2}|[!$&-.0-;=@A-Z_a-z~/?])*\Z", re.A)
_RFC2396_QUERY = re.compile(r"\A(?:%[0-9a-fA-F]{2}|[-_.!~*'()a-zA-Z\d;/?:@&=+$,\[\]|])*\Z", re.A)


class RUri(RObject):
    """A URI; every part is text or None."""

    __slots__ = ("fragment", "host", "path", "port", "query", "scheme", "userinfo")

    def __init__(self, parts: dict[str, Any]) -> None:
        scheme = parts.get("scheme")
        super().__init__(_SCHEMES.get(scheme or "", (GENERIC, None))[0])
        self.scheme: str | None = scheme
        self.userinfo: str | None = parts.get("userinfo")
        self.host: str | None = parts.get("host")
        self.port: int | None = parts.get("port")
        self.path: str = parts.get("path") or ""
        self.query: str | None = parts.get("query")
        self.fragment: str | None = parts.get("fragment")

    def copy_value(self) -> RUri:
        return RUri({name: getattr(self, name) for name in RUri.__slots__})

    def default_port(self) -> int | None:
        return _DEFAULT_PORTS.get(self.scheme or "")

    def plain_text(self) -> str:
        text = f"{self.scheme}:" if self.scheme else ""
        if self.host is not None:
            text += "//" + (f"{self.userinfo}@" if self.userinfo is not None else "") + self.host
            if self.port is not None and self.port != self.default_port():
                text += f":{self.port}"
        if self.host is not None and self.path and not self.path.startswith("/"):
            text += "/"
        text += self.path
        if self.query is not None:
            text += f"?{self.query}"
        return text + (f"#{self.fragment}" if self.fragment is not None else "")

    def hash_key(self) -> Any:
        return ("uri", self.plain_text())


def uri_error(message: str) -> RubyError:
    return RubyError.of("URI::InvalidURIError", message)


def parse_uri(vm: Interpreter, text: str) -> RUri:
    """``URI.parse``. Raises URI::InvalidURIError."""
    if not text.isascii():
        raise uri_error(f"URI must be ascii only {vm.to_s(vm.invoke(RString(text), 'dump', [], None, None))}")
    match = _RFC3986.match(text)
    if not match or (
        match["query"] is not None
        and not (_RFC3986_QUERY.match(match["query"]) or _RFC2396_QUERY.match(match["query"]))
    ):
        raise uri_error(f"bad URI(is not URI?): {vm.inspect(RString(text))}")
    scheme = match["scheme"].lower() if match["scheme"] else None
    if scheme in ("http", "https") and match["host"] is None and match["path"] and not match["path"].startswith("/"):
        if scheme and text.startswith(f"{match['scheme']}:") and not text.startswith(f"{match['scheme']}:/"):
            return RUri(
                {
                    "scheme": scheme,
                    "path": match["path"],
                    "query": match["query"],
                    "fragment": match["fragment"],
                    "port": _DEFAULT_PORTS[scheme],
                }
            )
    # Of a port of any length no more is read than tells that there is no such port.
    port = int(match["port"].lstrip("0")[:18] or "0") if match["port"] else _DEFAULT_PORTS.get(scheme or "")
    return RUri(
        {
            "scheme": scheme, "userinfo": match["userinfo"], "host": match["host"], "port": port,
            "path": match["path"], "query": match["query"], "fragment": match["fragment"],
        }
    )  # fmt: skip


def uri_argument(vm: Interpreter, value: Value) -> RUri:
    return value if isinstance(value, RUri) else parse_uri(vm, string_argument(vm, value).s)


def remove_dots(path: str) -> str:
    out: list[str] = []
    parts = path.split("/")
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == ".":
            if last:
                out.append("")
        elif part == "..":
            if len(out) > 1:
                out.pop()
            if last:
                out.append("")
        else:
            out.append(part)
    return "/".join(out)


def merged(vm: Interpreter, base: RUri, other: RUri) -> RUri:
    """RFC 3986 5.2: ``other`` as seen from ``base``."""
    if base.scheme is None:
        raise RubyError.of("URI::BadURIError", "both URI are relative")
    if other.scheme is not None:
        return other.copy_value()
    made = base.copy_value()
    made.fragment = other.fragment
    if other.host is not None:
        made.userinfo, made.host, made.path, made.query = other.userinfo, other.host, other.path, other.query
        made.port = other.port if other.port is not None else made.default_port()
        return made
    if not other.path:
        if other.query is not None:
            made.query = other.query
        elif other.fragment is None:
            made.query = base.query
        return made
    if other.path.startswith("/"):
        made.path = remove_dots(other.path)
    else:
        folder = base.path.rpartition("/")[0]
        made.path = remove_dots(f"{folder}/{other.path}")
        if not made.path.startswith("/"):
            made.path = "/" + made.path
    made.query = other.query
    return made


@singleton(URI, "parse")
def parse(vm: Interpreter, this: RClass, text: Value) -> Value:
    return parse_uri(vm, _uri_text(vm, text))


def _uri_text(vm: Interpreter, value: Value) -> str:
    if isinstance(value, RUri):
        return value.plain_text()
    if not isinstance(value, RString):
        raise uri_error(f"bad URI(is not URI?): {vm.inspect(value)}")
    return value.s


@method(KERNEL, "URI", private=True)
def uri_function(vm: Interpreter, this: Value, text: Value) -> Value:
    if isinstance(text, RUri):
        return text
    if not isinstance(text, RString):
        raise argument_error("bad argument (expected URI object or URI string)")
    return parse_uri(vm, text.s)


@singleton(URI, "join")
def join(vm: Interpreter, this: RClass, first: Value, *rest: Value) -> Value:
    made = uri_argument(vm, first)
    for part in rest:
        made = merged(vm, made, uri_argument(vm, part))
    return made


@singleton(URI, "encode_www_form_component")
def encode_component(vm: Interpreter, this: RClass, value: Value, enc: Value = None) -> Value:
    return RString(encodings.form_component(vm.to_rstring(value).to_bytes()))


@singleton(URI, "encode_uri_component")
def encode_uri_component(vm: Interpreter, this: RClass, value: Value) -> Value:
    return RString(encodings.percent_encoded(vm.to_rstring(value).to_bytes(), safe=b"*-._"))


@singleton(URI, "decode_www_form_component")
def decode_component(vm: Interpreter, this: RClass, value: Value, enc: Value = None) -> Value:
    text = string_argument(vm, value).s
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise argument_error(f"invalid %-encoding ({text})")
    return RString.from_bytes(encodings.percent_decoded(text, plus=True))


@singleton(URI, "decode_uri_component")
def decode_uri_component(vm: Interpreter, this: RClass, value: Value) -> Value:
    text = string_argument(vm, value).s
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise argument_error(f"invalid %-encoding ({text})")
    return RString.from_bytes(encodings.percent_decoded(text, plus=False))


def www_form(vm: Interpreter, value: Value) -> RString:
    """``URI.encode_www_form``: order kept, nil a bare name, arrays repeat the name."""

    def encoded(part: Value) -> str:
        return encodings.form_component(vm.to_rstring(part).to_bytes())

    pieces: list[str] = []
    for pair in vm.iterate(value):
        key, item = (
            (pair[0] if len(pair) else None, pair[1] if len(pair) > 1 else None)
            if isinstance(pair, RArray)
            else (pair, None)
        )
        if item is None:
            pieces.append(encoded(key))
        elif isinstance(item, RArray):
            # A nil inside an array leaves nothing but the mark between the pairs.
            pieces.append("&".join("" if one is None else f"{encoded(key)}={encoded(one)}" for one in item))
        else:
            pieces.append(f"{encoded(key)}={encoded(item)}")
    return RString("&".join(pieces))


@singleton(URI, "encode_www_form")
def encode_www_form(vm: Interpreter, this: RClass, value: Value, enc: Value = None) -> Value:
    return www_form(vm, value)


@singleton(URI, "decode_www_form")
def decode_www_form(vm: Interpreter, this: RClass, value: Value, enc: Value = None) -> Value:
    found = RArray()
    for piece in string_argument(vm, value).s.split("&"):
        name, _, text = piece.partition("=")
        if piece:
            found.append(RArray([decode_component(vm, this, RString(name)), decode_component(vm, this, RString(text))]))
    return found


# --- URI objects --------------------------------------------------------------------------------------------------


def _text_or_nil(value: str | None) -> Value:
    return None if value is None else RString(value)


def _reader(name: str) -> None:
    def read(vm: Interpreter, this: RUri) -> Value:
        found = {"scheme": this.scheme, "host": this.host, "path": this.path, "query": this.query,
                 "fragment": this.fragment, "userinfo": this.userinfo}[name]  # fmt: skip
        return _text_or_nil(found)

    def write(vm: Interpreter, this: RUri, value: Value) -> Value:
        text = None if value is None else string_argument(vm, value).s
        if name == "scheme":
            this.scheme = text
        elif name == "host":
            this.host = text
        elif name == "path":
            this.path = text or ""
        elif name == "query":
            if text is not None and not _QUERY.match(text):
                text = re.sub(r"[^\x21-\x7e]", lambda m: encodings.percent_encoded(m[0].encode(), safe=b""), text)
            this.query = text
        elif name == "fragment":
            this.fragment = text
        else:
            this.userinfo = text
        return value

    method(GENERIC, name)(read)
    method(GENERIC, name + "=")(write)


for _name in ("scheme", "host", "path", "query", "fragment", "userinfo"):
    _reader(_name)


@method(GENERIC, "hostname")
def hostname(vm: Interpreter, this: RUri) -> Value:
    return _text_or_nil(this.host.strip("[]") if this.host is not None else None)


@method(GENERIC, "port")
def port(vm: Interpreter, this: RUri) -> Value:
    return this.port


@method(GENERIC, "port=")
def set_port(vm: Interpreter, this: RUri, value: Value) -> Value:
    this.port = int(value.s) if isinstance(value, RString) else value
    return value


@method(GENERIC, "default_port")
def default_port(vm: Interpreter, this: RUri) -> Value:
    return this.default_port()


@method(GENERIC, "user")
def user(vm: Interpreter, this: RUri) -> Value:
    return _text_or_nil(this.userinfo.partition(":")[0] if this.userinfo is not None else None)


@method(GENERIC, "password")
def password(vm: Interpreter, this: RUri) -> Value:
    has = this.userinfo is not None and ":" in this.userinfo
    return _text_or_nil((this.userinfo or "").partition(":")[2] if has else None)


@method(GENERIC, "user=")
def set_user(vm: Interpreter, this: RUri, value: Value) -> Value:
    secret = (this.userinfo or "").partition(":")
    name = None if value is None else string_argument(vm, value).s
    this.userinfo = name if not secret[1] else f"{name}:{secret[2]}"
    return value


@method(GENERIC, "password=")
def set_password(vm: Interpreter, this: RUri, value: Value) -> Value:
    if this.userinfo is None:
        raise RubyError.of("URI::InvalidURIError", "password component depends user component")
    name = this.userinfo.partition(":")[0]
    this.userinfo = name if value is None else f"{name}:{string_argument(vm, value).s}"
    return value


@method(GENERIC, "opaque")
def opaque(vm: Interpreter, this: RUri) -> Value:
    return RString(this.path) if this.scheme and this.host is None and not this.path.startswith("/") else None


@method(HTTP, "request_uri")
def request_uri(vm: Interpreter, this: RUri) -> Value:
    path = this.path if this.path.startswith("/") else "/" + this.path
    return RString(path + (f"?{this.query}" if this.query is not None else ""))


@method(HTTP, "authority")
def authority(vm: Interpreter, this: RUri) -> Value:
    return RString((this.host or "") + (f":{this.port}" if this.port != this.default_port() else ""))


@method(HTTP, "origin")
def origin(vm: Interpreter, this: RUri) -> Value:
    return RString(f"{this.scheme}://{authority(vm, this).s}")


@method(GENERIC, "to_s", "to_str_plain")
def to_s(vm: Interpreter, this: RUri) -> Value:
    return RString(this.plain_text())


del GENERIC.methods["to_str_plain"]


@method(GENERIC, "inspect")
def inspect(vm: Interpreter, this: RUri) -> Value:
    return RString(f"#<{this.cls.name} {this.plain_text()}>")


@method(GENERIC, "absolute?", "absolute")
def absolute(vm: Interpreter, this: RUri) -> Value:
    return this.scheme is not None


@method(GENERIC, "relative?")
def relative(vm: Interpreter, this: RUri) -> Value:
    return this.scheme is None


@method(GENERIC, "hierarchical?")
def hierarchical(vm: Interpreter, this: RUri) -> Value:
    return True


@method(GENERIC, "==", "eql?")
def equal(vm: Interpreter, this: RUri, other: Value) -> Value:
    return isinstance(other, RUri) and normalized(this).plain_text() == normalized(other).plain_text()


def normalized(value: RUri) -> RUri:
    made = value.copy_value()
    made.scheme = made.scheme.lower() if made.scheme else None
    made.host = made.host.lower() if made.host else made.host
    if made.host is not None and not made.path:
        made.path = "/"
    return made


@method(GENERIC, "normalize")
def normalize(vm: Interpreter, this: RUri) -> Value:
    return normalized(this)


@method(GENERIC, "merge", "+")
def merge(vm: Interpreter, this: RUri, other: Value) -> Value:
    return merged(vm, this, uri_argument(vm, other))


def _build(vm: Interpreter, this: RClass, given: Value, kwargs: RHash | None) -> Value:
    options = kwargs if kwargs is not None else given
    if not isinstance(options, RHash):
        raise CannotEvaluate("URI build from an array")
    parts: dict[str, Any] = {}
    for key, value in options.items():
        name = key.name if isinstance(key, Symbol) else vm.to_s(key)
        parts[name] = value if value is None or type(value) is int else vm.to_s(value)
    parts.setdefault("scheme", {HTTP: "http", HTTPS: "https"}.get(this))
    parts.setdefault("port", _DEFAULT_PORTS.get(parts["scheme"] or ""))
    return RUri(parts)


@singleton(GENERIC, "build")
def build(vm: Interpreter, this: RClass, given: Value = None, *, kwargs: RHash | None) -> Value:
    return _build(vm, this, given, kwargs)
