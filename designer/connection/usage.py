"""Every setting of the connection: where it comes from, who reads it, which is a secret, which nobody needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from designer import facts
from designer.connection.field_edits import FieldUse, field_uses, mentions, unread_fields
from designer.connection.labels import looks_secret
from designer.connection.model import Authorization, Design, Field
from designer.connection.reader import sketch_lambda
from designer.connection.reading import read
from designer.connection.sketch import Items, LambdaSketch, Pairs, Scalar, Value
from designer.ruby import Document
from designer.ruby.pointer import child, split

__all__ = ["Origin", "SettingUse", "brought_by", "idle_fields", "setting_uses"]

Origin = Literal["field", "reply", "platform", "undeclared"]
"""``field``: the end user fills it in. ``reply``: ``acquire`` or ``refresh`` puts it in place. ``platform``: one of the
token keys of the SDK. ``undeclared``: read by name, and nothing in the file says where it comes from."""

_WHOLESALE = re.compile(
    r"connection\s*(?:\.(?!dig\b|fetch\b|present\b|blank\b|nil\b)\w|\[\s*[^'\":\s\]]|\[\s*\"[^\"]*#\{)"
    r"|\b(?:params|payload|headers|merge|request_body)\(?\s*(?:\*\*)?connection\s*[,)\n}]"
)
"""Code of the connection that hands on all settings at once or reads them by a computed name."""


@dataclass(frozen=True, slots=True)
class SettingUse:
    """One setting. ``pointer`` is where it is declared or put in place ("" where nowhere), ``line`` (from 1, 0 where
    nowhere) the line of that; ``where`` says it in words: "field", "field of api_key", "acquire", "refresh of login".
    ``uses`` are its readings in the order of the text; ``mentions`` are where its name stands in the code otherwise,
    told only of a field without readings. ``masked``: its field has ``control_type: 'password'``."""

    name: str
    origin: Origin
    where: str
    pointer: str
    line: int
    secret: bool
    masked: bool
    unused: bool
    uses: tuple[FieldUse, ...]
    mentions: tuple[FieldUse, ...] = ()


def setting_uses(
    doc: Document, design: Design | None = None, uses: Mapping[str, tuple[FieldUse, ...]] | None = None
) -> tuple[SettingUse, ...]:
    """The settings of ``doc``: its fields in their order, what ``acquire`` and ``refresh`` bring, then what is read
    besides. A name that several options declare is told once, as the field of the first."""
    design = design or read(doc)
    uses = uses if uses is not None else field_uses(doc, design)
    idle = idle_fields(doc, design, uses)
    found: dict[str, SettingUse] = {}
    for field, where in _declared(design):
        if field.name and field.name not in found:
            masked = field.attributes.get("control_type") == "password"
            element = doc.find(child(field.pointer, "name"))
            readings = _ordered(uses.get(field.name, ()))
            found[field.name] = SettingUse(
                name=field.name,
                origin="field",
                where=where,
                pointer=field.pointer,
                line=element.line if element is not None else 0,
                secret=masked or looks_secret(field.name),
                masked=masked,
                unused=field.name in idle,
                uses=readings,
                mentions=() if readings or field.name in idle else mentions(doc, field.name, design),
            )
    for name, pointer, where in _replies(doc, design):
        if name not in found:
            element = doc.find(pointer)
            found[name] = _besides(name, "reply", where, pointer, element.line if element is not None else 0, uses)
    tokens = facts.table("authorization")["settings"]["names"]
    for name in uses:
        if name not in found:
            origin: Origin = "platform" if name in tokens else "undeclared"
            where = "a token key of the platform" if origin == "platform" else "no field"
            found[name] = _besides(name, origin, where, "", 0, uses)
    return tuple(found.values())


def _besides(
    name: str, origin: Origin, where: str, pointer: str, line: int, uses: Mapping[str, tuple[FieldUse, ...]]
) -> SettingUse:
    readings = _ordered(uses.get(name, ()))
    # The platform itself reads the token keys of a reply.
    tokens = facts.table("authorization")["settings"]["names"]
    unused = origin == "reply" and not readings and name not in tokens
    return SettingUse(name, origin, where, pointer, line, looks_secret(name), False, unused, readings)


def _ordered(uses: Iterable[FieldUse]) -> tuple[FieldUse, ...]:
    return tuple(sorted(uses, key=lambda use: use.start))


def _declared(design: Design) -> Iterator[tuple[Field, str]]:
    """Fields with where they are declared; the alternative behind a toggle that has a name of its own counts too."""
    for field in design.all_fields():
        option = _option(field.pointer)
        where = f"field of {option}" if option else "field"
        yield field, where
        other = field.attributes.get("toggle_field")
        if isinstance(other, Mapping):
            yield Field(child(field.pointer, "toggle_field"), other), f"alternative of {field.name}"


def _option(pointer: str) -> str:
    steps = split(pointer)
    return steps[3] if len(steps) > 3 and steps[:3] == ("connection", "authorization", "options") else ""


def _replies(doc: Document, design: Design) -> Iterator[tuple[str, str, str]]:
    """Name, pointer and words of what ``acquire`` and ``refresh`` put into the connection, as far as it can be told."""
    for auth in design.authorizations():
        option = _option(auth.pointer)
        for key in ("acquire", "refresh"):
            element = doc.find(child(auth.pointer, key)) if key in auth.slots else None
            sketch = sketch_lambda(element, key) if element is not None else None
            for name in (brought_by(sketch, auth) or ()) if sketch is not None else ():
                yield name, child(auth.pointer, key), f"{key} of {option}" if option else key


def brought_by(sketch: LambdaSketch, auth: Authorization) -> tuple[str, ...] | None:
    """Names that a lambda ``acquire`` or ``refresh`` of ``auth`` puts into the connection, in the order written; None
    where they cannot be told."""
    result = sketch.result
    if result is None or result == Scalar(None):
        return ()
    if not isinstance(result, Items):
        return _hash_names(result)
    names: list[str] = []
    for index, item in enumerate(result.items):
        # The second of three is the owner's id.
        if index == 1 and len(result.items) > 2 and auth.type is not None and "oauth2" in auth.type.lower():
            continue
        found = _hash_names(item)
        if found is None:
            return None
        names += found
    return tuple(dict.fromkeys(names))


def _hash_names(value: Value) -> tuple[str, ...] | None:
    if value == Scalar(None):
        return ()
    return tuple(pair.key for pair in value.items) if isinstance(value, Pairs) else None


def idle_fields(
    doc: Document, design: Design | None = None, uses: Mapping[str, tuple[FieldUse, ...]] | None = None
) -> frozenset[str]:
    """Names of fields that the connector certainly does without: nothing reads or mentions them, no code takes all
    settings at once, and neither the platform nor a signer needs them."""
    design = design or read(doc)
    parts = (doc.find("/connection"), doc.find("/test"))
    code = "".join(part.text for part in parts if part is not None)
    if design.authorization is None or _WHOLESALE.search(code):
        return frozenset()
    implied = {"auth_type"} if design.authorization.kind == "multi" else set()
    if any(auth.kind == "aws_sigv4" for auth in design.authorizations()):
        implied |= set(facts.table("authorization")["aws"]["fields"])
    # Names with two underscores in front are for the platform itself.
    return frozenset(
        name for name in unread_fields(doc, design, uses) if name not in implied and not name.startswith("__")
    )
