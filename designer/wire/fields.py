"""The fields of a request's body as they went out: of JSON, forms, multipart and XML, each with its path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote_plus
from xml.parsers import expat

from designer.wire.model import Origin, WireRequest, origin_key

__all__ = ["Field", "FormPart", "Path", "fields", "multipart_parts", "path_of", "shown"]

Path = tuple[str | int, ...]

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.I)
_PART_NAME = re.compile(r'(?<!file)name="([^"]*)"', re.I)
_PART_TYPE = re.compile(r"^Content-Type: *([^\r\n]+)", re.I | re.M)
_FILE_NAME = re.compile(r'filename="([^"]*)"', re.I)
_MOST = 2000
"""Fields of one body that are told apart."""


class Field(NamedTuple):
    """``name`` is the path as a person writes it (``user.tags[0]``, ``user[name]`` in a form), ``text`` the value as
    it stands in the body; ``kind`` is how it is written there: "json" or "text"."""

    name: str
    path: Path
    text: str
    kind: str


def fields(request: WireRequest) -> list[Field]:
    """What of the body has an origin of its own. Empty where the body is not made of fields, or none is known."""
    if not request.body:
        return []
    kind = next((value.lower() for name, value in request.headers if name.lower() == "content-type"), "")
    if "multipart/" in kind:
        return _multipart(request)
    try:
        text = request.body.decode("utf-8")
        if "x-www-form-urlencoded" in kind:
            pairs = parse_qsl(text, keep_blank_values=True)
            return _named([(name, quote_plus(value)) for name, value in pairs])
        if text[:1] == "<":
            return _xml(request, text)
        data = json.loads(text) if text[:1] in ("{", "[") else None
    except (ValueError, RecursionError, expat.ExpatError):
        return []
    return list(_parts(request, (), data)) if isinstance(data, dict | list) and data else []


def path_of(name: str) -> Path:
    """The path of ``user[tags][]``: ("user", "tags", "")."""
    head, bracket, _ = name.partition("[")
    return (head, *_BRACKETS.findall(name[len(head) :])) if bracket and head else (name,)


def shown(value: Any, kind: str) -> str:
    """A value as it would stand in a body of that kind."""
    if kind == "json" or isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _parts(request: WireRequest, path: Path, value: Any) -> Iterator[Field]:
    """The entries of a JSON container; one whose own entries came from elsewhere is taken apart in turn."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in islice(inner, _MOST):
        way = (*path, key)
        if isinstance(item, dict | list) and item and _told_apart(request, way, item):
            yield from _parts(request, way, item)
        else:
            yield Field(_dotted(way), way, json.dumps(item, ensure_ascii=False), "json")


def _told_apart(request: WireRequest, path: Path, value: Any) -> bool:
    """Whether any entry in ``value`` has another origin than the whole."""
    whole = _plain(request.origins.get(origin_key("payload", *path)))
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        way = (*path, key)
        origin = request.origins.get(origin_key("payload", *way))
        if origin is not None and _plain(origin) != whole:
            return True
        if isinstance(item, dict | list) and item and _told_apart(request, way, item):
            return True
    return False


def _plain(origin: Origin | None) -> tuple[Any, ...] | None:
    return None if origin is None else (origin.source, origin.pointer, origin.line, origin.settings)


def _dotted(path: Path) -> str:
    text = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
    return text.removeprefix(".")


def _named(pairs: list[tuple[str, str]]) -> list[Field]:
    """Fields of names in brackets; ``[]`` counts up."""
    found: list[Field] = []
    seen: dict[Path, int] = {}
    for name, text in pairs[:_MOST]:
        path: Path = ()
        for one in path_of(name):
            if one == "" and path:
                seen[path] = seen.get(path, -1) + 1
                path = (*path, seen[path])
            else:
                path = (*path, one)
        found.append(Field(name, path, text, "text"))
    return found


class FormPart(NamedTuple):
    """One part of a multipart body; ``content_type`` and ``file`` are "" where it has none."""

    name: str
    content: bytes
    content_type: str
    file: str


def multipart_parts(request: WireRequest) -> list[FormPart]:
    """The parts of a ``multipart/form-data`` body (RFC 7578); empty for another one."""
    kind = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    boundary = _BOUNDARY.search(kind)
    if "multipart/" not in kind.lower() or boundary is None:
        return []
    found: list[FormPart] = []
    for part in request.body.split(b"--" + boundary[1].encode("latin-1", "replace"))[1:]:
        head, blank, content = part.partition(b"\r\n\r\n")
        text = head.decode("utf-8", "replace")
        if blank and (name := _PART_NAME.search(text)) is not None:
            file, type_ = _FILE_NAME.search(text), _PART_TYPE.search(text)
            content = content.removesuffix(b"\r\n")
            found.append(FormPart(name[1], content, type_[1] if type_ else "", file[1] if file else ""))
    return found


def _multipart(request: WireRequest) -> list[Field]:
    pairs: list[tuple[str, str]] = []
    for part in multipart_parts(request):
        try:
            text = f"{part.file}, {len(part.content)} bytes" if part.file else part.content.decode("utf-8")
        except UnicodeDecodeError:
            text = f"{len(part.content)} bytes"
        pairs.append((part.name, text))
    return _named(pairs)


class _Node:
    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes, self.text = name, attributes, ""
        self.children: list[_Node] = []


def _xml(request: WireRequest, text: str) -> list[Field]:
    """Attributes and texts of the elements below the root. Raises ``ExpatError``."""
    root = _Node("", {})
    open_: list[_Node] = [root]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        node = _Node(name, attributes)
        open_[-1].children.append(node)
        open_.append(node)

    def say(data: str) -> None:
        open_[-1].text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_.pop()
    parser.CharacterDataHandler = say
    parser.Parse(text, True)
    known = any(key.startswith("payload:") for key in request.origins)
    return list(_elements(request, (), root.children[0]))[:_MOST] if known and root.children else []


def _elements(request: WireRequest, path: Path, node: _Node) -> Iterator[Field]:
    names = [child.name for child in node.children]
    counted: dict[str, int] = {}
    for child in node.children:
        # In the payload's hash an element may be spelled so that it is empty or left unescaped.
        key = next((f"{child.name}{end}" for end in "!/" if _known(request, (*path, f"{child.name}{end}"))), child.name)
        way: Path = (*path, key)
        index = counted.get(child.name, 0)
        counted[child.name] = index + 1
        if names.count(child.name) > 1 or _known(request, (*way, 0)):
            way = (*way, index)
        for name, value in child.attributes.items():
            yield Field(_dotted((*way, f"@{name}")), (*way, f"@{name}"), value, "text")
        if child.children:
            yield from _elements(request, way, child)
        elif child.text or not child.attributes:
            content = (*way, "content!")
            yield Field(_dotted(way), content if _known(request, content) else way, child.text, "text")


def _known(request: WireRequest, path: Path) -> bool:
    return origin_key("payload", *path) in request.origins
