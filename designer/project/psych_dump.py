"""YAML as Ruby's Psych 4 writes it: block style, two spaces, strings quoted only where they would read as something
else. ruamel emits."""

from __future__ import annotations

import base64
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from designer.evaluator.convert import DistinctKey
from designer.project.psych import tokenize
from designer.ruby.values import Symbol

_LONGEST_LINE = 80
_LEADING_SIGN = re.compile(r"^[^\w][^\"]*$", re.MULTILINE)
_LOOKS_OCTAL = re.compile(r"^0[0-7]*[89]")
_BREAK = re.compile(r"\n(?!\Z)")
# What YAML lets stand on one line only escaped, but for the line feed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_EMPTY_ITEM = re.compile(r"^(\s*(?:- )*-) $", re.MULTILINE)


def dump(value: Any) -> str:
    """``YAML.dump(value)``: dict, list, str, bytes, int, float, bool, None, ``Symbol`` and dates."""
    from ruamel.yaml import YAML
    from ruamel.yaml import events as e

    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode, yaml.width, yaml.version = True, _LONGEST_LINE, (1, 1)
    out = io.StringIO()
    start = [e.StreamStartEvent(), e.DocumentStartEvent(explicit=True)]
    yaml.emit([*start, *_node(value), e.DocumentEndEvent(explicit=False), e.StreamEndEvent()], out)
    text = out.getvalue()
    return _EMPTY_ITEM.sub(r"\1", text) if "\n" not in _texts(value) else text


def _texts(value: Any) -> str:
    """All text in ``value``, to know whether a line of the output may be part of one."""
    if isinstance(value, Mapping):
        return "".join(_texts(inner) for pair in value.items() for inner in pair)
    if isinstance(value, list | tuple):
        return "".join(map(_texts, value))
    return value if isinstance(value, str) else ""


def _node(value: Any) -> Iterator[Any]:
    from ruamel.yaml import events as e

    if isinstance(value, Mapping):
        yield e.MappingStartEvent(anchor=None, tag=None, implicit=True, flow_style=not value)
        for key, inner in value.items():
            yield from _node(key)
            yield from _node(inner)
        yield e.MappingEndEvent()
    elif isinstance(value, list | tuple):
        yield e.SequenceStartEvent(anchor=None, tag=None, implicit=True, flow_style=not value)
        for inner in value:
            yield from _node(inner)
        yield e.SequenceEndEvent()
    else:
        yield _scalar(value)


def _scalar(value: Any) -> Any:
    from ruamel.yaml import events as e
    from ruamel.yaml.tag import Tag

    text, style, tag = _written(value)
    plain = tag is None
    kind = Tag(suffix=tag or "tag:yaml.org,2002:str")
    return e.ScalarEvent(anchor=None, tag=kind, implicit=(plain, plain, plain), value=text, style=style)


def _written(value: Any) -> tuple[str, str | None, str | None]:
    """Text, style and explicit tag of a scalar."""
    if isinstance(value, DistinctKey):
        value = value.value
    if value is None:
        return "", None, None
    if isinstance(value, bool):
        return str(value).lower(), None, None
    if isinstance(value, Symbol):
        return f":{value.name}", None, None
    if isinstance(value, float):
        return _float(value), None, None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii"), "|", "!binary"
    if isinstance(value, datetime.datetime):
        zone = " Z" if value.utcoffset() == datetime.timedelta(0) else value.strftime(" %z")
        return value.strftime("%Y-%m-%d %H:%M:%S.%f000") + zone, None, None
    if not isinstance(value, str):
        return str(value), None, None
    return value, _style(value), None


def _style(text: str) -> str | None:
    if _UNPRINTABLE.search(text):
        return '"'
    if _BREAK.search(text):
        return "|"
    if text in ("y", "n"):
        return '"'
    if text == "<<":
        return "'"
    if _LEADING_SIGN.search(text):
        return '"'
    if not isinstance(tokenize(text), str) or _LOOKS_OCTAL.match(text):
        return "'"
    return None


def _float(value: float) -> str:
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    mantissa, e, exponent = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{e}{exponent}"
