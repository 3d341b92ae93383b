"""The design as read from a document: what the forms, checks and the preview look at. Immutable, no toolkit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.ruby.values import Lambda, RubyValue


@dataclass(frozen=True, slots=True)
class Field:
    """One hash of ``connection.fields`` (or of a multi option, or a nested ``properties``).

    ``attributes`` are as written (SDK names to values); ``pointer`` is RFC 6901 into the document.
    """

    pointer: str
    attributes: Mapping[str, RubyValue]

    @property
    def name(self) -> str:
        return str(self.attributes.get("name", ""))


@dataclass(frozen=True, slots=True)
class Shape:
    """A recognised form of a lambda: ``name`` is the shape's ("bearer_header", "header_table", "url_template",
    "environment_switch", "token_request", "jwt_claims", …), ``parameters`` what its form edits (JSON values)."""

    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the design where the SDK expects a lambda (or takes a plain value)."""

    pointer: str
    value: RubyValue
    shape: Shape | None = None

    @property
    def is_lambda(self) -> bool:
        return isinstance(self.value, Lambda)


@dataclass(frozen=True, slots=True)
class Authorization:
    """An authorization hash: the connection's own, or one option of a multi connection.

    ``type`` is as written (None where missing), ``kind`` the name of the kind module that recognised it,
    ``parameters`` that kind's form values or None where the form cannot express what stands there
    (then the Ruby face is the only one), ``slots`` every key of the hash, ``fields`` an option's own fields.
    """

    pointer: str
    type: str | None
    kind: str
    parameters: Mapping[str, Any] | None
    slots: Mapping[str, Slot]
    options: Mapping[str, Authorization] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    refresh_on: tuple[RubyValue, ...] | None = None
    detect_on: tuple[RubyValue, ...] | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """What one connector's connection says. Missing parts are None or empty; reading never fails."""

    title: str | None
    secure_tunnel: bool
    fields: tuple[Field, ...]
    authorization: Authorization | None
    base_uri: Slot | None
    test: Slot | None
    has_connection: bool = True
