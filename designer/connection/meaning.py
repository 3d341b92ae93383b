"""What a lambda says, in a form in which two wordings of the same are equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable

from designer.connection.kinds import authorize_url
from designer.connection.reader import sketch_lambda
from designer.connection.sketch import Call, Items, Pair, Pairs, Scalar, Text
from designer.ruby import Document

__all__ = ["meaning"]


def meaning(code: str, key: str) -> Hashable | None:
    """What the lambda ``code`` under ``key`` says: line numbers, the order of hash keys and of query parameters and the
    way keys are written do not count. None where it is no lambda or does not parse."""
    document = Document.parse(f"{{ it: {code} }}".encode())
    element = document.find("/it")
    sketch = sketch_lambda(element, key) if element is not None and not document.issues else None
    if sketch is None:
        return None
    if key == "authorization_url" and isinstance(sketch.single, Text):
        parts = authorize_url.split(sketch.single.template)
        if parts is not None:
            rows = tuple(sorted((row["name"], row["value"]) for row in parts["authorize_params"]))
            return parts["authorize_url"], tuple(parts["scopes"]), rows
    if key in ("acquire", "refresh") and sketch.single is not None:
        # tokens, [tokens], [tokens, nil, nil] and [tokens, nil, {}] are the same to the SDK.
        found = sketch.single.items if isinstance(sketch.single, Items) else (sketch.single,)
        items = [None if item in (Scalar(None), Pairs(())) else _plain(item) for item in found]
        return "tokens", *items, *([None] * (3 - len(items)))
    # A password that is empty and none at all are the same on the wire.
    return _plain(tuple(each for each in sketch.statements if not _empty_password(each)))


def _empty_password(value: object) -> bool:
    return isinstance(value, Call) and value.name == "password" and value.arguments == (Text(""),)


def _plain(value: object) -> Hashable:
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Pairs):
        return "Pairs", tuple(sorted((pair.key, _plain(pair.value)) for pair in _last(value.items)))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = [field.name for field in dataclasses.fields(value) if field.name != "line"]
        return type(value).__name__, *(_plain(getattr(value, name)) for name in named)
    return value if isinstance(value, Hashable) else repr(value)


def _last(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """In a hash the last value of a key counts."""
    return tuple({pair.key: pair for pair in pairs}.values())
