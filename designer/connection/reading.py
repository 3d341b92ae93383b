"""Reads the design out of a document."""

from __future__ import annotations

from designer.connection.kinds import kind_of
from designer.connection.kinds.base import Kind
from designer.connection.model import Authorization, Design, Field, Slot
from designer.connection.reader import sketch_lambda
from designer.connection.shapes import shape_of_sketch
from designer.connection.sketch import AuthorizationSketch, LambdaSketch, Opaque
from designer.ruby import Document, Element, RubyValue, Symbol

__all__ = ["authorization_at", "kind_at", "read", "sketch_authorization"]

_PLAIN = frozenset({"type", "fields", "options", "refresh_on", "detect_on", "noopener"})
_CODE_OR_TEXT = frozenset({"client_id", "client_secret"})


def read(doc: Document) -> Design:
    """The connection of ``doc``. Never raises: what is missing or broken is None or empty."""
    connection = _hash(doc.find("/connection"))
    title = doc.find("/title")
    tunnel = doc.find("/secure_tunnel")
    test = doc.find("/test") or doc.find("/connection/test")
    fields, complete = _fields(connection.child("fields") if connection else None)
    extended = connection.child("extended_fields") if connection else None
    hash_ = _hash(connection.child("authorization")) if connection else None
    return Design(
        title=title.value if title is not None and isinstance(title.value, str) else None,
        secure_tunnel=tunnel is not None and tunnel.value is True,
        fields=fields,
        authorization=_authorization(hash_, tuple(field.name for field in fields)) if hash_ else None,
        base_uri=_slot("base_uri", connection.child("base_uri")) if connection else None,
        test=_slot("test", test),
        has_connection=connection is not None,
        dynamic_fields=not complete or extended is not None,
    )


def authorization_at(doc: Document, pointer: str) -> Authorization | None:
    """The authorization hash at ``pointer``: the connection's, or one option of it."""
    element = _hash(doc.find(pointer))
    return _authorization(element, _shared_fields(doc)) if element else None


def kind_at(doc: Document, pointer: str) -> tuple[Kind, AuthorizationSketch] | None:
    """Kind and sketch of the authorization hash at ``pointer``."""
    element = _hash(doc.find(pointer))
    if element is None:
        return None
    sketch = sketch_authorization(element, _shared_fields(doc))
    return kind_of(sketch), sketch


def sketch_authorization(element: Element, fields: tuple[str, ...] = ()) -> AuthorizationSketch:
    """The authorization hash ``element`` as recognisers see it; ``fields`` are those of the connection."""
    lambdas: dict[str, LambdaSketch] = {}
    values: dict[str, RubyValue] = {}
    for entry in element.entries:
        sketch = sketch_lambda(entry.element, entry.key) if entry.key not in _PLAIN else None
        if sketch is not None:
            lambdas[entry.key] = sketch
        elif entry.key in _PLAIN or (entry.key in _CODE_OR_TEXT and entry.element.kind == "string"):
            values[entry.key] = None if entry.key in ("options", "fields") else entry.element.value
        elif entry.element.kind == "nil":
            continue
        else:
            lambdas[entry.key] = LambdaSketch((), (Opaque(entry.element.line),))
    own, _ = _fields(element.child("fields"))
    names = fields + tuple(field.name for field in own)
    signs_aws = b"aws.generate_signature" in element.document.source
    return AuthorizationSketch(type_of(values.get("type")), lambdas, values, names, signs_aws)


def type_of(value: RubyValue) -> str | None:
    """The ``type`` of an authorization as text, None where it is missing or computed."""
    return value.name if isinstance(value, Symbol) else value if isinstance(value, str) else None


def _hash(element: Element | None) -> Element | None:
    return element if element is not None and element.kind == "hash" else None


def _shared_fields(doc: Document) -> tuple[str, ...]:
    return tuple(field.name for field in _fields(doc.find("/connection/fields"))[0])


def _fields(element: Element | None) -> tuple[tuple[Field, ...], bool]:
    """The literal fields of an array, and whether that is all of them."""
    if element is None or element.kind == "nil":
        return (), True
    if element.kind != "array":
        return (), False
    hashes = [item for item in element.items if item.kind == "hash"]
    fields = tuple(Field(item.pointer, {entry.key: entry.element.value for entry in item.entries}) for item in hashes)
    return fields, len(hashes) == len(element.items)


def _slot(key: str, element: Element | None, sketch: LambdaSketch | None = None) -> Slot | None:
    if element is None:
        return None
    sketch = sketch or sketch_lambda(element, key)
    return Slot(element.pointer, element.value, shape_of_sketch(key, sketch) if sketch else None)


def _authorization(element: Element, fields: tuple[str, ...]) -> Authorization:
    sketch = sketch_authorization(element, fields)
    kind = kind_of(sketch)
    recognition = kind.recognise(sketch)
    slots = {
        entry.key: slot
        for entry in element.entries
        if (slot := _slot(entry.key, entry.element, sketch.lambdas.get(entry.key))) is not None
    }
    options = _hash(element.child("options"))
    own, _ = _fields(element.child("fields"))
    return Authorization(
        pointer=element.pointer,
        type=sketch.type,
        kind=kind.name,
        parameters=recognition.params if recognition else None,
        slots=slots,
        options={
            entry.key: _authorization(entry.element, fields)
            for entry in (options.entries if options else ())
            if entry.element.kind == "hash"
        },
        fields=own,
        refresh_on=_signals(element.child("refresh_on")),
        detect_on=_signals(element.child("detect_on")),
        opaque=recognition.opaque if recognition else frozenset(),
    )


def _signals(element: Element | None) -> tuple[RubyValue, ...] | None:
    if element is None:
        return None
    return tuple(item.value for item in element.items) if element.kind == "array" else (element.value,)
