"""An XML reply as a tree, the children of one element at a time, found by their tags (XML 1.0 §3.1).

Like ``jsontext``, for texts too long to be parsed as a whole: offsets count characters, what is no XML ends a listing
early and is never an error, no entity but the five of the language is resolved, nothing is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from designer.wire.paging import page

__all__ = ["XmlNode", "children", "path_to", "root"]

_NAME = r"[^\s/>=\"'<]+"
_ATTRIBUTES = r"(?:[^>\"'/]|\"[^\"]*\"|'[^']*'|/(?!>))*"
_TAG = re.compile(rf"<(?P<shut>/)?(?P<name>{_NAME})(?P<rest>{_ATTRIBUTES})(?P<empty>/)?>", re.S)
_ATTRIBUTE = re.compile(rf"({_NAME})\s*=\s*(\"[^\"]*\"|'[^']*')", re.S)
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LONGEST = 20_000
"""Characters of a text that are told of a value: more than is shown, for a part of a secret could not be masked."""


@dataclass(frozen=True, slots=True)
class XmlNode:
    """``kind`` is "element" for what has attributes or elements inside, "value" for a text, an attribute (its name
    begins with ``@``) and an element of text alone. ``place`` counts the children of a parent from 0; ``step`` is how
    Ruby reaches it from its parent, as ``response_format_xml`` gives it: ``['item'][2]``, ``['@id']``."""

    name: str
    kind: str
    start: int
    step: str
    place: int = 0
    value: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag, where it has a name; else what stands in angle brackets beside elements, ``raw`` of it being text."""

    start: int
    end: int
    name: str = ""
    shut: bool = False
    empty: bool = False
    attributes: tuple[int, int] = (0, 0)
    raw: str = ""


_COMMENT, _CDATA, _INSTRUCTION = ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")


def _tokens(text: str, at: int) -> Iterator[_Token]:
    """What stands in angle brackets from ``at`` on, up to the first that is no XML: each is looked at once."""
    while (start := text.find("<", at)) >= 0:
        token = _token(text, start)
        if token is None:
            return
        yield token
        at = token.end


def _token(text: str, start: int) -> _Token | None:
    for opening, closing in (_COMMENT, _CDATA, _INSTRUCTION):
        if text.startswith(opening, start):
            inner = start + len(opening)
            end = text.find(closing, inner)
            raw = text[inner:end] if opening == _CDATA[0] else ""
            return None if end < 0 else _Token(start, end + len(closing), raw=raw)
    if text.startswith("<!", start):
        end, subset = text.find(">", start), text.find("[", start)
        if 0 <= subset < end:
            end = text.find(">", max(subset, text.find("]", subset)))
        return None if end < 0 else _Token(start, end + 1)
    tag = _TAG.match(text, start)
    if tag is None:
        return None
    return _Token(start, tag.end(), tag["name"], bool(tag["shut"]), bool(tag["empty"]), tag.span("rest"))


def root(text: str) -> XmlNode | None:
    """The outermost element, None where there is none."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return None
    for token in _tokens(text, 0):
        if token.name:
            return None if token.shut else _node(text, token, 0, 0)
    return None


def children(
    text: str, parent: XmlNode, *, skip: int = 0, limit: int = 200, tell: Callable[[XmlNode], object] | None = None
) -> tuple[list[XmlNode], bool]:
    """``limit`` children of ``parent`` after the first ``skip``, and whether there are more; see ``page``."""
    return page((node for node, _ in _children(text, parent)), skip, limit, tell)


def path_to(text: str, offset: int) -> list[XmlNode]:
    """The elements around ``offset`` from the outermost down, and the child that holds it last."""
    current = root(text)
    path: list[XmlNode] = []
    while current is not None:
        path.append(current)
        inside: XmlNode | None = None
        for node, end in _children(text, current):
            if node.start <= offset < end:
                inside = node
                break
        current = inside
    return path


def _children(text: str, parent: XmlNode) -> Iterator[tuple[XmlNode, int]]:
    """Each child with where it ends: attributes, elements as they come, the text between them last."""
    opening = _token(text, parent.start) if parent.kind == "element" else None
    if opening is None or not opening.name:
        return
    place = 0
    for attribute in _ATTRIBUTE.finditer(text, *opening.attributes):
        name = f"@{attribute[1]}"
        value = _resolved(attribute[2][1:-1])
        yield XmlNode(name, "value", attribute.start(), _key(name), place, _cut(value)), attribute.end()
        place += 1
    if opening.empty:
        return
    counts: dict[str, int] = {}
    words: list[str] = []
    first_word, after = -1, opening.end
    while (token := next(_tokens(text, after), None)) is not None:
        between = text[after : token.start]
        if first_word < 0 and (between.strip() or token.raw):
            first_word = after
        words += [_resolved(between), token.raw]
        after = token.end
        if token.shut:
            break
        if token.name:
            after = _end(text, token)
            count = counts.get(token.name, 0)
            counts[token.name] = count + 1
            yield _node(text, token, count, place), after
            place += 1
    said = "".join(words)
    if said.strip():
        yield XmlNode("text", "value", first_word, "['content!']", place, _cut(said.strip())), after


def _node(text: str, tag: _Token, count: int, place: int) -> XmlNode:
    """The element of ``tag``, the ``count``-th of its name."""
    step = f"{_key(tag.name)}[{count}]"
    if not text[slice(*tag.attributes)].strip():
        if tag.empty:
            return XmlNode(tag.name, "value", tag.start, step, place)
        following = next(_tokens(text, tag.end), None)
        if following is not None and following.shut:
            value = _resolved(text[tag.end : following.start]).strip()
            step = f"{step}['content!']" if value else step
            return XmlNode(tag.name, "value", tag.start, step, place, _cut(value) if value else None)
    return XmlNode(tag.name, "element", tag.start, step, place)


def _end(text: str, tag: _Token) -> int:
    """Where the element of ``tag`` is over; the end of the text where it never is."""
    if tag.empty:
        return tag.end
    depth = 1
    for token in _tokens(text, tag.end):
        if token.name and not token.empty:
            depth += -1 if token.shut else 1
            if depth == 0:
                return token.end
    return len(text)


def _resolved(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[3]:
            return _NAMED[match[3]]
        code = int(match[1]) if match[1] else int(match[2], 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    return _ENTITY.sub(character, text) if "&" in text else text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _key(name: str) -> str:
    return "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"
