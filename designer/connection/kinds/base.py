"""The frame of an authorization kind: its words, its form, how it is recognised and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import FormItem
from designer.connection.labels import looks_secret, suggested_label
from designer.connection.sketch import AuthorizationSketch
from designer.connection.template import chips_in
from designer.ruby.values import RubyValue

__all__ = ["Carry", "Kind", "Params", "Recognition", "field_attributes"]

Params = Mapping[str, Any]
"""Form values by item key; JSON values only."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """``params`` hold what the form can say; ``opaque`` names the keys of the hash that hold code it cannot say.
    Form items that live in an opaque key have no value and are not written."""

    params: dict[str, Any]
    opaque: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Carry:
    """What a switch of kind takes along. ``origin`` is the template of scheme and host of the base URI (``""`` where it
    is not known), ``fields`` the names of the fields the authorization can read."""

    origin: str = ""
    fields: tuple[str, ...] = ()

    def url(self, path: str) -> str:
        return f"{self.origin or 'https://api.example.com'}{path}"

    def field(self, *names: str) -> str:
        """The template of the first of ``names`` that is a field, else of the first name."""
        return f"#{{{next((name for name in names if name in self.fields), names[0])}}}"


class Kind:
    """One way of authorizing. Subclasses fill in the words and the four methods; instances hold no state."""

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    doc_url: ClassVar[str]
    type: ClassVar[str]
    form: ClassVar[tuple[FormItem, ...]] = ()
    notes: ClassVar[tuple[str, ...]] = ()
    produces: ClassVar[tuple[str, ...]] = ()
    """Settings that the kind itself brings, so that no field is needed for them."""

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:
        """Form values to start from."""
        raise NotImplementedError

    def claims(self, sketch: AuthorizationSketch) -> bool:
        """Whether this hash is of this kind, whether or not the form can say all of it."""
        raise NotImplementedError

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        """The form values of a hash of this kind, or None where the form can say nothing of it."""
        raise NotImplementedError

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        """The keys of the hash, in order, ``type`` among them. Keys whose items have no value are left out."""
        raise NotImplementedError

    def field_names(self, params: Params) -> tuple[str, ...]:
        """The connection fields that the rendered lambdas read."""
        return tuple(name for name in chips_in(dict(params)) if name not in self.brought(params))

    def brought(self, params: Params) -> frozenset[str]:
        """Settings that ``acquire`` or the platform puts in place."""
        kept = params.get("keep") or ()
        return frozenset(self.produces) | {row["name"] for row in kept}

    def field_specs(self, params: Params) -> tuple[dict[str, RubyValue], ...]:
        """Attributes of the fields this kind needs, for those that do not exist yet."""
        return tuple(field_attributes(name) for name in self.field_names(params))


_KNOWN: dict[str, dict[str, RubyValue]] = {
    "client_certificate": {"multiline": True, "hint": "In PEM format, from BEGIN CERTIFICATE to END CERTIFICATE."},
    "client_key": {"control_type": "password", "multiline": True, "hint": "The private key in PEM format."},
    "private_key": {
        "control_type": "password",
        "multiline": True,
        "hint": "In PEM format, from BEGIN PRIVATE KEY to END PRIVATE KEY.",
    },
    "passphrase": {"optional": True},
    "scope": {"optional": True},
    "subdomain": {"control_type": "subdomain"},
}


def field_attributes(name: str) -> dict[str, RubyValue]:
    """The attributes a new field of this name starts with: a label, masked where it looks like a secret."""
    attributes: dict[str, RubyValue] = {"name": name, "label": suggested_label(name), "optional": False}
    if looks_secret(name):
        attributes["control_type"] = "password"
    return attributes | _KNOWN.get(name, {})
