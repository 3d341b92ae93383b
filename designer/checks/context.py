"""What a check looks at, read once for all of them."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer import facts
from designer.checks.model import Fix, FixEdit
from designer.connection import Authorization, Design, Field, FieldUse, field_uses, read, writer_for
from designer.connection.code import Writer
from designer.connection.kinds.common import grant_of
from designer.connection.reader import sketch_lambda
from designer.connection.reading import kind_at
from designer.connection.sketch import LambdaSketch
from designer.ruby import Document, Element, RubyValue
from designer.ruby.pointer import child

__all__ = ["Context", "Finding", "nearest"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule reports: where, what, and what would repair it. ``start``/``end`` narrow the place within the element
    at ``pointer``; ``key`` asks for the key of a pair to be marked instead of its value; ``also`` is another element
    that has to do with it."""

    pointer: str
    message: str
    fixes: tuple[Fix, ...] = ()
    start: int | None = None
    end: int | None = None
    key: bool = False
    also: str = ""


class Context:
    """The document and its design, with what several checks need worked out once. ``official``: its project works
    with the official command line."""

    def __init__(self, doc: Document, design: Design | None = None, *, official: bool = False) -> None:
        self.official = official
        self.doc = doc
        self.design = design if design is not None else read(doc)

    def element(self, pointer: str) -> Element | None:
        return self.doc.find(pointer)

    def text(self, pointer: str) -> str:
        """The Ruby at ``pointer``, empty where nothing stands there."""
        element = self.doc.find(pointer)
        return element.text if element is not None else ""

    @functools.cached_property
    def writer(self) -> Writer:
        return writer_for(self.doc)

    @functools.cached_property
    def uses(self) -> Mapping[str, tuple[FieldUse, ...]]:
        return field_uses(self.doc, self.design)

    @functools.cached_property
    def authorizations(self) -> tuple[Authorization, ...]:
        """The authorizations that run: the single one, or the options of a multi one."""
        found = self.design.authorizations()
        return found[1:] if found and found[0].kind == "multi" else found

    @functools.cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field, with the fields inside objects and the alternatives behind toggles."""
        return tuple(_deep(self.design.all_fields()))

    @functools.cache  # noqa: B019 - a context lives as long as one run
    def sketch(self, pointer: str, key: str) -> LambdaSketch | None:
        """The sketch of the lambda at ``pointer``, which stands under ``key``."""
        element = self.doc.find(pointer)
        return sketch_lambda(element, key) if element is not None else None

    @functools.cache  # noqa: B019 - a context lives as long as one run
    def grant(self, pointer: str) -> str | None:
        """The OAuth grant that ``acquire`` of the authorization at ``pointer`` asks for."""
        found = kind_at(self.doc, pointer)
        return grant_of(found[1]) if found is not None else None

    def slot_sketch(self, auth: Authorization, key: str) -> LambdaSketch | None:
        """The sketch of one key of an authorization, None where it is missing or no lambda."""
        return self.sketch(child(auth.pointer, key), key) if key in auth.slots else None


def is_oauth2(auth: Authorization) -> bool:
    """As the SDK decides it."""
    return auth.type is not None and "oauth2" in auth.type.lower()


def _deep(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        nested = field.attributes.get("properties")
        if isinstance(nested, list | tuple):
            inner = [
                Field(child(child(field.pointer, "properties"), index), item)
                for index, item in enumerate(nested)
                if isinstance(item, Mapping)
            ]
            yield from _deep(inner)
        other = field.attributes.get("toggle_field")
        if isinstance(other, Mapping):
            yield Field(child(field.pointer, "toggle_field"), other)


def nearest(word: str, known: Iterable[str], closeness: float = 0.75) -> str | None:
    """What was probably meant by a word that is not known."""
    found = difflib.get_close_matches(word.lower().replace("-", "_"), list(known), 1, closeness)
    return found[0] if found else None


def set_fix(title: str, pointer: str, value: RubyValue, *, before: str | None = None) -> tuple[Fix, ...]:
    """A fix that writes one value; ``before`` names the key it goes in front of."""
    return (Fix(title, (FixEdit(pointer, value, before=before),)),)


def remove_fix(title: str, pointer: str) -> tuple[Fix, ...]:
    """A fix that takes one element out."""
    return (Fix(title, (FixEdit(pointer, remove=True),)),)


def table(name: str, *keys: str) -> Mapping[str, Any]:
    """A part of a facts table."""
    found: Any = facts.table(name)
    for key in keys:
        found = found[key]
    assert isinstance(found, Mapping)
    return found
