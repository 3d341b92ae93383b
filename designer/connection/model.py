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
    ``opaque`` names the keys among them that hold code the form cannot say (``apply`` stands for ``credentials`` too):
    form items with such a ``slot`` have no value and are shown as Ruby.
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
    opaque: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Design:
    """What one connector's connection says. Missing parts are None or empty; reading never fails.

    ``test`` is the connector's, or the misplaced one inside ``connection`` (its pointer says which).
    ``dynamic_fields`` says that there are more fields than can be read: computed ones or ``extended_fields``.
    """

    title: str | None
    secure_tunnel: bool
    fields: tuple[Field, ...]
    authorization: Authorization | None
    base_uri: Slot | None
    test: Slot | None
    has_connection: bool = True
    dynamic_fields: bool = False

    def authorizations(self) -> tuple[Authorization, ...]:
        """The authorization and, where it is multi, its options."""
        if self.authorization is None:
            return ()
        return (self.authorization, *self.authorization.options.values())

    def all_fields(self) -> tuple[Field, ...]:
        """The connection's fields and those of the options."""
        own = tuple(item for each in self.authorizations() for item in each.fields)
        return self.fields + own
