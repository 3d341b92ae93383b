"""CGI, ERB::Util, and ActiveSupport's query strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.evaluator.classes import (
    ARRAY,
    HASH,
    KERNEL,
    STRING,
    RClass,
    Value,
    define,
    define_module,
)
from designer.evaluator.core import encodings
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.errors import type_error
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RHash, RObject, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

CGI = define("CGI")
ERB = define("ERB")
ERB_UTIL = define_module("ERB::Util")


@singleton(CGI, "escape")
def cgi_escape(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(encodings.cgi_escape(string_argument(vm, text).to_bytes()))


@singleton(CGI, "escapeURIComponent")
def cgi_escape_component(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(encodings.percent_encoded(string_argument(vm, text).to_bytes(), safe=b"-_.~"))


@singleton(CGI, "unescape")
def cgi_unescape(vm: Interpreter, this: RClass, text: Value) -> Value:
    return encodings.cgi_unescape(string_argument(vm, text))


@singleton(CGI, "escapeHTML", "escape_html", "h")
def escape_html(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(encodings.html_escape(string_argument(vm, text).s))


@singleton(CGI, "unescapeHTML", "unescape_html")
def unescape_html(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(encodings.html_unescape(string_argument(vm, text).s))


@singleton(CGI, "parse")
def cgi_parse(vm: Interpreter, this: RClass, text: Value) -> Value:
    made = RHash()
    made.default = RArray()
    made.default.frozen = True
    for piece in re.split(r"[&;]", string_argument(vm, text).s):
        if not piece:
            continue
        name, mark, value = piece.partition("=")
        key = encodings.cgi_unescape(RString(name))
        if not made.has(key):
            made.set(key, RArray())
        if mark:
            made.get(key).append(encodings.cgi_unescape(RString(value)))
    return made


@singleton(ERB_UTIL, "url_encode", "u")
def url_encode(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(encodings.percent_encoded(vm.to_rstring(text).to_bytes(), safe=b"-_.~"))


@singleton(ERB_UTIL, "html_escape", "h", "html_escape_once")
def erb_html_escape(vm: Interpreter, this: RClass, text: Value) -> Value:
    from designer.evaluator.classes import SAFE_BUFFER

    return RString(encodings.html_escape(vm.to_rstring(text).s), "UTF-8", SAFE_BUFFER)


# --- to_param and to_query ----------------------------------------------------------------------------------------


def to_param_text(vm: Interpreter, value: Value) -> Value:
    """``to_param``: a String, or nil / true / false as they are."""
    if value is None or isinstance(value, bool):
        return value
    return vm.invoke(value, "to_param", [], None, None)


def to_query_text(vm: Interpreter, value: Value, key: str) -> str:
    """``value.to_query(key)``."""
    if isinstance(value, RHash):
        return hash_query(vm, value, key)
    if isinstance(value, RArray):
        prefix = f"{key}[]"
        if not value:
            return to_query_text(vm, None, prefix)
        return "&".join(to_query_text(vm, item, prefix) for item in value)
    text = to_param_text(vm, value)
    shown = vm.to_rstring(text).to_bytes()
    return f"{encodings.cgi_escape(key.encode('utf-8', 'surrogateescape'))}={encodings.cgi_escape(shown)}"


def hash_query(vm: Interpreter, value: RHash, namespace: str | None) -> str:
    """Pairs encoded, then sorted as text; empty collections vanish."""
    parts: list[str] = []
    for k, v in value.items():
        if isinstance(v, RHash | RArray) and not len(v):
            continue
        if k is None and not namespace:
            raise type_error("no implicit conversion of nil into String")
        plain = namespace or isinstance(v, RHash | RArray) or not isinstance(k, RObject | RHash | RArray)
        name = vm.to_s(k if plain else to_param_text(vm, k))
        parts.append(to_query_text(vm, v, f"{namespace}[{name}]" if namespace else name))
    if namespace is None or "[]" not in namespace:
        parts.sort()
    return "&".join(parts)


@method(HASH, "to_query", "to_param")
def hash_to_query(vm: Interpreter, this: RHash, namespace: Value = None) -> Value:
    return RString(hash_query(vm, this, None if namespace is None else vm.to_s(namespace)))


@method(ARRAY, "to_query")
def array_to_query(vm: Interpreter, this: RArray, key: Value) -> Value:
    return RString(to_query_text(vm, this, vm.to_s(key)))


@method(ARRAY, "to_param")
def array_to_param(vm: Interpreter, this: RArray) -> Value:
    return vm.invoke(RArray([to_param_text(vm, i) for i in this]), "join", [RString("/")], None, None)


@method(KERNEL, "to_query")
def to_query(vm: Interpreter, this: Value, key: Value) -> Value:
    return RString(to_query_text(vm, this, vm.to_s(key)))


@method(KERNEL, "to_param")
def to_param(vm: Interpreter, this: Value) -> Value:
    return vm.to_rstring(this)


@method(STRING, "to_param")
def string_to_param(vm: Interpreter, this: RString) -> Value:
    return this
