"""Query strings as Rack 2.2 nests them: ``a[b]=1&l[]=x``, split at ``&`` and ``;``, the last of a name winning."""

from __future__ import annotations

import re

from designer.evaluator import RArray, RHash, RString, RubyError, Value
from designer.wire.urls import form_decode

_SEPARATOR = re.compile(r"[&;] *")
_NAME = re.compile(r"\A[\[\]]*([^\[\]]+)\]*")
_CHILD = re.compile(r"^\[\]\[([^\[\]]+)\]$|^\[\](.+)$")
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_DEEPEST = 100


def parse_nested_query(query: str) -> RHash:
    """Raises ``RubyError`` of Rack's classes for escapes and nestings that make no sense."""
    params = RHash()
    for part in _SEPARATOR.split(query) if query else []:
        name, equals, value = part.partition("=")
        _insert(params, _unescape(name), RString(_unescape(value)) if equals else None, _DEEPEST)
    return params


def _unescape(text: str) -> str:
    if _BAD_ESCAPE.search(text):
        raise RubyError.of("Rack::QueryParser::InvalidParameterError", f"invalid %-encoding ({text})")
    return form_decode(text).decode("utf-8", "surrogateescape")


def _insert(params: RHash, name: str, value: Value, depth: int) -> RHash:
    if depth <= 0:
        raise RubyError.of("RangeError", "RangeError")
    match = _NAME.match(name)
    key, after = (match[1], name[match.end() :]) if match else ("", name)
    if not key:
        return params
    if not after:
        params.set(key, value)
    elif after == "[":
        params.set(name, value)
    elif after == "[]":
        _array(params, key).append(value)
    elif child := _CHILD.match(after):
        child_key = child[1] or child[2]
        items = _array(params, key)
        if items and isinstance(items[-1], RHash) and not _has(items[-1], child_key):
            _insert(items[-1], child_key, value, depth - 1)
        else:
            items.append(_insert(RHash(), child_key, value, depth - 1))
    else:
        inner = params.get(key)
        if inner is None:
            inner = RHash()
            params.set(key, inner)
        if not isinstance(inner, RHash):
            raise _clash("Hash", inner, key)
        _insert(inner, after, value, depth - 1)
    return params


def _array(params: RHash, key: str) -> RArray:
    found = params.get(key)
    if found is None:
        found = RArray()
        params.set(key, found)
    if not isinstance(found, RArray):
        raise _clash("Array", found, key)
    return found


def _has(params: RHash, key: str) -> bool:
    current: Value = params
    for part in filter(None, re.split(r"[\[\]]+", key)):
        if not isinstance(current, RHash) or not current.has(part):
            return False
        current = current.get(part)
    return "[]" not in key


def _clash(expected: str, found: Value, key: str) -> RubyError:
    given = "Hash" if isinstance(found, RHash) else "Array" if isinstance(found, RArray) else "String"
    return RubyError.of("Rack::QueryParser::ParameterTypeError", f"expected {expected} (got {given}) for param `{key}'")
