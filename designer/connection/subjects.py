"""An authorization as its author thinks of it: subject by subject (the consent page, getting tokens, every request),
each with the form items and the keys of the hash that are about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from designer.connection.form import FormItem, shown
from designer.connection.kinds import KINDS
from designer.connection.model import Authorization
from designer.facts import table
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.pointer import child
from designer.ruby.values import RubyCode

__all__ = ["LISTS", "SUBJECTS", "Subject", "add_key", "addable_keys", "subjects", "successor"]

_GENERAL = "general"
SUBJECTS: Mapping[str, str] = {
    _GENERAL: "In general",
    "authorization_url": "Consent page",
    "client_id": "Client",
    "token_url": "Token request",
    "acquire": "Getting tokens",
    "refresh": "Renewing tokens",
    "refresh_on": "When to renew",
    "apply": "On every request",
    "pkce": "Proof key (PKCE)",
    "selected": "Choosing an option",
    "identity": "Who is signed in",
    "noopener": "Popup",
}
"""Titles by the key that leads a subject, in the order in which they are told."""

LISTS = ("refresh_on", "detect_on")
"""Keys that are lists of signals, edited as such."""

_JOINED = {"client_secret": "client_id", "detect_on": "refresh_on", "credentials": "apply"}
"""Keys told together with another one."""

_SUCCESSORS = {"token_url": "acquire"}
"""Where one key takes the place of another, their subjects count as one."""

_QUIET = ("type", "fields", "options")
"""Keys that have a place of their own."""


@dataclass(frozen=True, slots=True)
class Subject:
    """``name`` is the key that leads it; ``keys`` are those of the hash that are there."""

    name: str
    items: tuple[FormItem, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return SUBJECTS.get(self.name, self.name)

    @property
    def removable(self) -> bool:
        """Whether a connection can do without it."""
        return self.name not in ("apply", "authorization_url", "client_id", "selected")


@dataclass(slots=True)
class _Gathered:
    items: list[FormItem] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def subjects(authorization: Authorization) -> tuple[Subject, ...]:
    """The subjects of an authorization in their order; those the platform does not know come last."""
    found: dict[str, _Gathered] = {}
    if authorization.parameters is not None:
        for item in KINDS[authorization.kind].form:
            if shown(item, authorization.parameters):
                slot = _slot_of(item, authorization)
                found.setdefault(_JOINED.get(slot, slot), _Gathered()).items.append(item)
    for key in authorization.slots:
        if key not in _QUIET:
            found.setdefault(_JOINED.get(key, key), _Gathered()).keys.append(key)
    known = [name for name in SUBJECTS if name in found]
    names = (*known, *(name for name in found if name not in SUBJECTS))
    return tuple(Subject(name, tuple(found[name].items), tuple(found[name].keys)) for name in names)


def successor(name: str) -> str:
    """The subject that ``name`` counts as, for what should stay when one takes the place of another."""
    return _SUCCESSORS.get(name, name)


def addable_keys(authorization: Authorization) -> tuple[str, ...]:
    """Keys of the SDK that could still be added."""
    return tuple(
        key
        for key, spec in table("authorization")["keys"].items()
        if ("*" in spec["types"] or authorization.type in spec["types"])
        and key not in authorization.slots
        and key not in (*_QUIET, "credentials")
        and spec["value"] in ("lambda", "list")
    )


def add_key(document: Document, authorization: Authorization, key: str) -> Change:
    """``key`` with what one begins from: a list of the usual status, or a lambda that says what it is to give."""
    spec = table("authorization")["keys"][key]
    pointer = child(authorization.pointer, key)
    if spec["value"] == "list":
        return document.set(pointer, [401])
    names = ", ".join(spec.get("parameters", ["connection"]))
    return document.set(pointer, RubyCode(f"lambda do |{names}|\n  # {spec.get('result', '')}\nend"))


def _slot_of(item: FormItem, authorization: Authorization) -> str:
    """The key that ``item`` is told with."""
    slots = authorization.slots
    signing = "apply" if {"apply", "credentials"} & set(slots) else _GENERAL
    # An item without a slot is about the token request, wherever that stands.
    tokens = "token_url" if "token_url" in slots else "acquire"
    slot = item.slot or (tokens if authorization.type == "oauth2" else signing)
    if slot == "acquire" and slot not in slots:
        if authorization.type != "oauth2":
            return signing  # nothing is fetched: what would be said there is said on every request
        if "refresh" in slots:
            return "refresh"  # the platform asks for the first tokens: this is about the next ones
    return slot
