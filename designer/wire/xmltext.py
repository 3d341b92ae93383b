"""An XML reply as a tree, the children of one element at a time, found by their tags (XML 1.0 §3.1).

Like ``jsontext``, for texts too long to be parsed as a whole: offsets count bytes of the text, which is UTF-8, what
is no XML ends a listing early and is never an error, no entity but the five of the language is resolved, nothing is
loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from designer.wire.paging import ENDS, LONGEST, STRIDE, WINDOW, Marks, Stop, never, page, shown

__all__ = ["XmlNode", "XmlText"]

_NAME = rb"[^\s/>=\"'<]++"
_ATTRIBUTES = rb"(?:[^>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+"
_TAG = re.compile(rb"<(?P<shut>/)?(?P<name>" + _NAME + rb")(?P<rest>" + _ATTRIBUTES + rb")(?P<empty>/)?>", re.S)
_HEAD = re.compile(rb"<(/)?(" + _NAME + rb")")
_PLAIN = re.compile(rb"[^>\"']*+")
_ATTRIBUTE = re.compile(rb"(" + _NAME + rb")\s*=\s*(\"[^\"]*\"|'[^']*')", re.S)
_OPENING = rb"<(?![!?/])" + _NAME + rb"(?:[^<>\"'/]++|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+"
_LEAF = _OPENING + rb"(?:/>|>[^<]*+</[^<>]*+>)"
_TWIG = _OPENING + rb"(?:/>|>[^<]*+(?:" + _LEAF + rb"[^<]*+)*+</[^<>]*+>)"
_BRANCH = _OPENING + rb"(?:/>|>[^<]*+(?:" + _TWIG + rb"[^<]*+)*+</[^<>]*+>)"
"""An element with two levels in it: what most of a long reply is made of, in one step."""
_WHOLE = re.compile(_BRANCH)
_NEUTRAL = re.compile(rb"(?:" + _BRANCH + rb"|[^<]++)*+")
"""As far as all that was opened is closed again."""
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DISTINCT = 40
"""Names of elements in one other up to which its children are marked: a mark holds the count of each."""
_WRITTEN = 1_000_000
"""Bytes of a tag whose attributes are listed."""
_START = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*+<")


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
    """A tag, where it has a name; else what stands in angle brackets beside elements, text where it is CDATA."""

    start: int
    end: int
    name: bytes = b""
    shut: bool = False
    empty: bool = False
    attributes: tuple[int, int] = (0, 0)
    raw: tuple[int, int] | None = None


@dataclass(slots=True)
class _Level:
    """An element that is open: where it begins, where its child ``place`` does, what was counted until there.
    ``said`` is the text between elements, as much of it as is told; ``words`` where its first begins."""

    start: int
    name: bytes
    at: int
    place: int
    counts: dict[bytes, int]
    said: str = ""
    words: int = -1

    def count(self, name: bytes) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        self.place += 1

    def copy(self) -> _Level:
        return replace(self, counts=dict(self.counts))


_COMMENT, _CDATA, _INSTRUCTION = (b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")


class XmlText:
    """Keeps where children begin (``Marks``), and no copy of the text."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._marks: Marks[_Level] = Marks()
        self._ends: dict[int, int] = {}
        """Where elements end that are no twigs: what is deep is not looked through again at each level."""

    def root(self) -> XmlNode | None:
        """The outermost element, None where there is none."""
        if not _START.match(self.text, 0, WINDOW):
            return None
        for token in self._tokens(0):
            if token.name:
                return None if token.shut else self._node(token, 0, 0)
        return None

    def children(
        self,
        parent: XmlNode,
        *,
        skip: int = 0,
        limit: int = 200,
        tell: Callable[[XmlNode], object] | None = None,
        stop: Stop = never,
    ) -> tuple[list[XmlNode], bool]:
        """``limit`` children of ``parent`` after the first ``skip``, and whether there are more; see ``page``."""
        return page(self._children(parent, skip, stop), skip, limit, tell)

    def path_to(self, offset: int, stop: Stop = never) -> list[XmlNode]:
        """The elements around ``offset`` from the outermost down, and the child that holds it last. One walk from the
        beginning, however deep it is."""
        top = self.root()
        opening = self._token(top.start) if top is not None else None
        if top is None or opening is None or offset < top.start:
            return []
        nodes = [top]
        open_: list[_Level] = []
        token: _Token | None = opening
        while token is not None and token.start <= offset and not stop():
            if open_:
                self._listen(open_[-1], token)
            if not token.name or token.shut:
                if token.end > offset:
                    break
                if token.shut:
                    done = open_.pop()
                    if not open_:
                        break
                    open_[-1].count(done.name)
                open_[-1].at = token.end
            elif open_ and (after := self._over(token, offset)) is not None:
                open_[-1].at = token.start
                self._mark(open_[-1])
                open_[-1].count(token.name)
                open_[-1].at = after
            else:
                if open_:
                    open_[-1].at = token.start
                    self._mark(open_[-1])
                open_.append(_Level(token.start, token.name, token.end, len(self._attributes(token)), {}))
                if token.end > offset or token.empty:
                    break
            token = self._next(open_[-1].at)
        for level, inner in zip(open_, [*open_[1:], None], strict=True):
            tag = self._token(inner.start) if inner is not None else None
            if tag is not None:
                nodes.append(self._node(tag, level.counts.get(tag.name, 0), level.place))
        return nodes + self._inside(nodes[-1], offset, stop) if nodes[-1].kind == "element" else nodes

    # Inside

    def _inside(self, node: XmlNode, offset: int, stop: Stop) -> list[XmlNode]:
        """The attribute or the text of ``node`` that holds ``offset``, where one does."""
        tag = self._token(node.start)
        if tag is None:
            return []
        if offset < tag.end:
            return [one for one, start, end in self._attributes(tag) if start <= offset < end]
        last = None
        for child in self._children(node, 0, stop):
            last = child
        return [last] if last is not None and last.step == "['content!']" and last.start <= offset else []

    def _over(self, tag: _Token, offset: int) -> int | None:
        """Where the element of ``tag`` ends, if that is soon and before ``offset``."""
        if tag.empty:
            return tag.end if tag.end <= offset else None
        whole = _WHOLE.match(self.text, tag.start, min(tag.start + WINDOW, offset))
        return whole.end() if whole is not None else None

    def _mark(self, level: _Level) -> None:
        if level.place and level.place % STRIDE == 0 and len(level.counts) <= _DISTINCT:
            self._marks.put(level.start, level.place, level.copy())

    def _tokens(self, at: int) -> Iterator[_Token]:
        """What stands in angle brackets from ``at`` on, up to the first that is no XML: each is looked at once."""
        while (token := self._next(at)) is not None:
            yield token
            at = token.end

    def _next(self, at: int) -> _Token | None:
        start = self.text.find(b"<", at)
        return None if start < 0 else self._token(start)

    def _token(self, start: int) -> _Token | None:
        text = self.text
        if text[start + 1 : start + 2] in (b"!", b"?"):
            return self._beside(start)
        tag = _TAG.match(text, start, start + WINDOW)
        if tag is None:
            return self._long_token(start) if len(text) - start > WINDOW else None
        return _Token(start, tag.end(), tag["name"], bool(tag["shut"]), bool(tag["empty"]), tag.span("rest"))

    def _long_token(self, start: int) -> _Token | None:
        """A tag of more than a window: it has a picture in an attribute, or the like."""
        text = self.text
        head = _HEAD.match(text, start, start + WINDOW)
        at = head.end() if head is not None else len(text)
        while (at := _PLAIN.match(text, at, at + WINDOW).end()) < len(text):  # type: ignore[union-attr]
            byte = text[at : at + 1]
            if byte == b">":
                empty = text[at - 1 : at] == b"/"
                assert head is not None
                return _Token(start, at + 1, head[2], bool(head[1]), empty, (head.end(), at - empty))
            if byte in (b'"', b"'") and (at := text.find(byte, at + 1) + 1) == 0:
                return None
        return None

    def _beside(self, start: int) -> _Token | None:
        text = self.text
        for opening, closing in (_COMMENT, _CDATA, _INSTRUCTION):
            if text.startswith(opening, start):
                inner = start + len(opening)
                end = text.find(closing, inner)
                raw = (inner, end) if opening == _CDATA[0] else None
                return None if end < 0 else _Token(start, end + len(closing), raw=raw)
        end = text.find(b">", start)
        subset = text.find(b"[", start, max(end, start))
        if subset >= 0:
            end = text.find(b">", max(subset, text.find(b"]", subset)))
        return None if end < 0 else _Token(start, end + 1)

    def _attributes(self, tag: _Token) -> list[tuple[XmlNode, int, int]]:
        """Each attribute with where it begins and ends."""
        made = []
        start, end = tag.attributes
        for place, match in enumerate(_ATTRIBUTE.finditer(self.text, start, min(end, start + _WRITTEN))):
            name = f"@{match[1].decode('utf-8', 'replace')}"
            value = self._told(match.start(2) + 1, match.end(2) - 1)
            made.append((XmlNode(name, "value", match.start(), _key(name), place, value), *match.span()))
        return made

    def _children(self, parent: XmlNode, skip: int, stop: Stop) -> Iterator[XmlNode]:
        """Attributes, elements as they come, the text between them last."""
        opening = self._token(parent.start) if parent.kind == "element" else None
        if opening is None or not opening.name:
            return
        known = self._marks.before(parent.start, skip)
        if known is not None:
            level = known[1].copy()
        else:
            attributes = self._attributes(opening)
            yield from (one for one, _, _ in attributes)
            if opening.empty:
                return
            level = _Level(parent.start, opening.name, opening.end, len(attributes), {})
        while not stop() and (token := self._next(level.at)) is not None:
            self._listen(level, token)
            level.at = token.end
            if token.shut:
                break
            if token.name:
                level.at = token.start
                self._mark(level)
                count, place = level.counts.get(token.name, 0), level.place
                if place >= skip:
                    yield self._node(token, count, place)
                level.count(token.name)
                level.at = self._end(token, stop)
        if level.said.strip():
            said = level.said.strip()
            said = f"{said[:LONGEST]}…" if len(said) > LONGEST else said
            yield XmlNode("text", "value", level.words, "['content!']", level.place, said)

    def _listen(self, level: _Level, token: _Token) -> None:
        """Add the text before ``token`` and that of a CDATA section to what the element says."""
        if len(level.said) > LONGEST:
            return
        between = shown(self.text, level.at, token.start)[0] if token.start > level.at else ""
        if level.words < 0 and not token.raw and not between.strip():
            return
        if level.words < 0:
            level.words = level.at
        level.said += _resolved(between) + (shown(self.text, *token.raw)[0] if token.raw else "")

    def _node(self, tag: _Token, count: int, place: int) -> XmlNode:
        """The element of ``tag``, the ``count``-th of its name."""
        name = tag.name.decode("utf-8", "replace")
        step = f"{_key(name)}[{count}]"
        if not self.text[slice(*tag.attributes)].strip():
            if tag.empty:
                return XmlNode(name, "value", tag.start, step, place)
            following = self._next(tag.end)
            if following is not None and following.shut:
                value = self._told(tag.end, following.start).strip()
                step = f"{step}['content!']" if value else step
                return XmlNode(name, "value", tag.start, step, place, value or None)
        return XmlNode(name, "element", tag.start, step, place)

    def _end(self, tag: _Token, stop: Stop) -> int:
        """Where the element of ``tag`` is over; the end of the text where it never is."""
        if tag.empty:
            return tag.end
        text = self.text
        whole = _WHOLE.match(text, tag.start, tag.start + WINDOW)
        if whole is not None:
            return whole.end()
        if tag.start in self._ends:
            return self._ends[tag.start]
        open_, at = [tag.start], tag.end
        while not stop():
            neutral = _NEUTRAL.match(text, at, at + WINDOW).end()  # type: ignore[union-attr]
            if neutral >= at + WINDOW:
                at = neutral
                continue
            token = self._next(neutral)
            if token is None:
                break
            if token.name and not token.empty:
                if not token.shut:
                    open_.append(token.start)
                else:
                    begun = open_.pop()
                    if len(self._ends) < ENDS:
                        self._ends[begun] = token.end
                    if not open_:
                        return token.end
            at = token.end
        return len(text)

    def _told(self, start: int, end: int) -> str:
        text, cut = shown(self.text, start, end)
        text = _resolved(text)
        return f"{text[:LONGEST]}…" if cut or len(text) > LONGEST else text


def _resolved(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[3]:
            return _NAMED[match[3]]
        code = int(match[1]) if match[1] else int(match[2], 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    return _ENTITY.sub(character, text) if "&" in text else text


def _key(name: str) -> str:
    return "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']"
