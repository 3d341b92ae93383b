"""Values as Ruby's ``inspect`` shows them, for messages that quote Ruby."""

from __future__ import annotations

import json
from typing import Any

from designer.ruby.values import Symbol


def inspect(value: Any) -> str:
    """``value`` the way a NoMethodError names its receiver: ``nil:NilClass``, ``"a":String``, ``[1]:Array``."""
    if value is None:
        return "nil:NilClass"
    if isinstance(value, bool):
        return f"{str(value).lower()}:{'TrueClass' if value else 'FalseClass'}"
    return f"{literal(value)}:{_CLASSES.get(type(value), type(value).__name__)}"


def literal(value: Any) -> str:
    """A value of settings as Ruby inspects it."""
    match value:
        case None:
            return "nil"
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Symbol():
            return f":{value.name}"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return "{" + ", ".join(f"{literal(k)}=>{literal(v)}" for k, v in value.items()) + "}"
    return str(value)


_CLASSES = {str: "String", int: "Integer", float: "Float", list: "Array", dict: "Hash", Symbol: "Symbol"}
