"""XML bodies as the SDK writes them (gyoku with ``key_converter: :none``).

Keys starting with ``@`` become attributes of their element, ``content!`` its text, a key ending in ``/`` an empty
element, one ending in ``!`` is not escaped; arrays repeat their element; nil is ``xsi:nil="true"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from designer.evaluator.classes import Value
from designer.evaluator.values import RArray, RHash, RString, Symbol

ToText = Callable[[Value], str]
"""``to_s`` of a Ruby value."""
_Attributes: TypeAlias = dict[str, Value]

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;"})
_NIL: _Attributes = {"xsi:nil": RString("true")}


_PLAIN_SYMBOL = re.compile(r"[^\W\d]\w*[?!=]?")


class OrderError(ValueError):
    """``order!`` does not name exactly the elements there are."""


def element(root: str, content: RHash, to_text: ToText) -> str:
    """``<root>`` holding ``content``. Raises ``OrderError``."""
    return _Writer(to_text).elements(RHash([(RString(root), content)]))


class _Writer:
    def __init__(self, to_text: ToText) -> None:
        self._to_text = to_text

    def elements(self, hash_: RHash) -> str:
        declared = hash_.get(_key(hash_, "attributes!"))
        out: list[str] = []
        for key, raw in self._ordered(hash_):
            value, attributes = raw, self._declared_attributes(declared, key)
            if isinstance(raw, RHash):
                value, own = _split(raw)
                attributes |= own
            name = key[:-1] if key[-1:] in ("!", "/") else key
            if name.startswith(":"):
                name = name.rsplit(":", 1)[-1]
            out.append(self._element(key, name, value, attributes))
        return "".join(out)

    def _element(self, key: str, name: str, value: Value, attributes: _Attributes) -> str:
        raw, empty = key.endswith("!"), key.endswith("/")
        if key == "content!":
            return self._text(value, False)
        if isinstance(value, RArray):
            return self._repeated(value, name, attributes, raw=raw, empty=empty)
        if isinstance(value, RHash):
            return self._tag(name, attributes, self.elements(value))
        if empty:
            return self._tag(name, attributes, None)
        if value is None:
            return self._tag(name, _NIL, None)
        return self._tag(name, attributes, self._text(value, raw))

    def _repeated(self, items: RArray, name: str, attributes: _Attributes, *, raw: bool, empty: bool) -> str:
        out: list[str] = []
        for index, item in enumerate(items):
            shared = {k: v[index] if isinstance(v, RArray) and index < len(v) else v for k, v in attributes.items()}
            own = {k: v for k, v in shared.items() if v is not None and not isinstance(v, RArray)}
            if isinstance(item, RHash):
                own |= {_name(k)[1:]: v for k, v in item.items() if _name(k).startswith("@")}
            if empty:
                out.append(self._tag(name, own, None))
            elif isinstance(item, RHash):
                out.append(self._tag(name, own, self.elements(item)))
            elif isinstance(item, RArray):
                out.append(self._tag(name, own, self._repeated(item, "element", {}, raw=False, empty=False)))
            elif item is None:
                out.append(self._tag(name, _NIL, None))
            else:
                out.append(self._tag(name, own, self._text(item, raw)))
        return "".join(out)

    def _ordered(self, hash_: RHash) -> list[tuple[str, Value]]:
        values = {_name(k): v for k, v in hash_.items() if _name(k) not in ("order!", "attributes!")}
        present = [k for k in values if not k.startswith("@")]
        order = hash_.get(_key(hash_, "order!"))
        if not isinstance(order, RArray):
            return [(k, values[k]) for k in present]
        wanted = [_name(k) for k in order if not _name(k).startswith("@")]
        if missing := [k for k in present if k not in wanted]:
            raise OrderError(f"Missing elements in :order! [{', '.join(map(_symbol, missing))}]")
        if spurious := [k for k in wanted if k not in present]:
            raise OrderError(f"Spurious elements in :order! [{', '.join(map(_symbol, spurious))}]")
        return [(k, values[k]) for k in wanted]

    def _declared_attributes(self, declared: Value, key: str) -> _Attributes:
        found = declared.get(_key(declared, key)) if isinstance(declared, RHash) else None
        return {_name(k): v for k, v in found.items()} if isinstance(found, RHash) else {}

    def _tag(self, name: str, attributes: _Attributes, content: str | None) -> str:
        written = "".join(f' {k}="{self._to_text(v).translate(_ATTRIBUTE)}"' for k, v in attributes.items())
        return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"

    def _text(self, value: Value, raw: bool) -> str:
        if isinstance(value, RHash):
            return self.elements(value)
        text = self._to_text(value)
        return text.translate(_TEXT) if isinstance(value, RString) and not raw else text


def _split(hash_: RHash) -> tuple[Value, _Attributes]:
    """The content and the ``@`` attributes of one element."""
    attributes = {_name(k)[1:]: v for k, v in hash_.items() if _name(k).startswith("@")}
    rest = [(k, v) for k, v in hash_.items() if not _name(k).startswith("@")]
    content = next((v for k, v in rest if _name(k) == "content!"), None)
    if content is not None:
        return content, attributes
    rest = [(k, v) for k, v in rest if _name(k) != "content!"]
    return (RHash(rest) if rest else RString("")), attributes


def _name(key: Value) -> str:
    if isinstance(key, Symbol):
        return key.name
    if isinstance(key, RString):
        return key.s
    return "" if key is None else str(key).lower() if isinstance(key, bool) else str(key)


def _symbol(name: str) -> str:
    return f":{name}" if _PLAIN_SYMBOL.fullmatch(name) else f':"{name}"'


def _key(hash_: RHash, name: str) -> Value:
    """The key of ``hash_`` spelled ``name``, symbol or string."""
    return next((k for k, _ in hash_.items() if _name(k) == name), RString(name))
