"""What becomes of secrets when a request leaves the program: dots, names of variables, or nothing at all."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

from designer.masking import DOTS, Masks, is_secret_parameter, secrets_in
from designer.wire.model import WireRequest

__all__ = ["AS_SENT", "Hide", "Masked", "Pieces", "Variable", "Variables", "basic_pair", "content_type", "joined"]

_SHORT = 4
"""Characters; shorter secrets are replaced only where their name stands beside them."""
_SECRET_HEADER = re.compile(r"authorization|cookie|token|secret|key|signature|password", re.IGNORECASE)
_ENDS = re.compile(r".{4}….{4} \(\d+ characters\)")
_SCHEME = re.compile(r"([A-Za-z][\w-]*) +(?=\S)")


@dataclass(frozen=True, slots=True)
class Variable:
    """Stands where a secret stood. ``name`` is fit for a shell; ``setting`` is where the value is kept, if it is;
    ``encoded`` says that the text needs it percent-encoded or escaped."""

    name: str
    setting: str | None = None
    encoded: bool = False


Pieces = tuple[str | Variable, ...]


class Hide(Protocol):
    """How the parts of a request are written: text, with a ``Variable`` wherever a secret was taken out."""

    def url(self, url: str) -> Pieces: ...

    def header(self, name: str, value: str) -> Pieces: ...

    def body(self, text: str, content_type: str) -> Pieces: ...


class _AsSent:
    def url(self, url: str) -> Pieces:
        return (url,)

    def header(self, _name: str, value: str) -> Pieces:
        return (value,)

    def body(self, text: str, _content_type: str) -> Pieces:
        return (text,)


AS_SENT: Hide = _AsSent()
"""Hides nothing."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Secrets as nothing but dots. What the window shows of them to know them by, their ends, stays inside."""

    masks: Masks

    def url(self, url: str) -> Pieces:
        return (self.masks.url(url),)

    def header(self, name: str, value: str) -> Pieces:
        if not _SECRET_HEADER.search(name):
            return (self.masks.text(value),)
        scheme = _SCHEME.match(value)
        return (f"{value[: scheme.end()] if scheme else ''}{DOTS if value else ''}",)

    def body(self, text: str, content_type: str) -> Pieces:
        return (_ENDS.sub(DOTS, self.masks.body(text, content_type)),)


class Variables:
    """Secrets of one request as variables: those among ``settings``, and what its names say are secrets."""

    def __init__(self, request: WireRequest, settings: Mapping[str, Any]) -> None:
        self._named: dict[str, Variable] = {}
        self._anchored: dict[str, Variable] = {}
        for name, secret in secrets_in(settings):
            self._learn(name, secret, setting=name)
        query = urlsplit(request.url).query
        kind = content_type(request)
        for name, secret in _in_pairs(query):
            self._learn(name, secret)
        text = request.body.decode("utf-8", "replace")
        found = _in_pairs(text) if "x-www-form-urlencoded" in kind else _in_json(text)
        for name, secret in found:
            self._learn(name, secret)
        patterns = sorted(self._named, key=len, reverse=True)
        self._pattern = re.compile("|".join([*self._anchored, *(f"(?:{re.escape(one)})" for one in patterns)]))
        self._any = bool(patterns or self._anchored)

    def url(self, url: str) -> Pieces:
        return self._split(url)

    def header(self, name: str, value: str) -> Pieces:
        pieces = self._split(value)
        if not _SECRET_HEADER.search(name) or any(isinstance(piece, Variable) for piece in pieces):
            return pieces
        scheme = _SCHEME.match(value)
        kept = value[: scheme.end()] if scheme else ""
        return (*([kept] if kept else []), Variable(_shell_name(name)))

    def body(self, text: str, _content_type: str) -> Pieces:
        return self._split(text)

    def variable(self, secret: str) -> Variable | None:
        """The variable that stands for exactly this secret."""
        return self._named.get(secret)

    def _learn(self, name: str, secret: str, setting: str | None = None) -> None:
        variable = _shell_name(name)
        if len(secret) < _SHORT:
            shown = re.escape(name)
            for before, value, after in (("=", quote_plus(secret), r"(?=&|$|\#)"), ('":"', secret, '(?=")')):
                mark = re.escape(before)
                self._anchored.setdefault(f"(?<={shown}{mark}){re.escape(value)}{after}", Variable(variable, setting))
            return
        self._named.setdefault(secret, Variable(variable, setting))
        for spelled in (quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]):
            if spelled != secret:
                self._named.setdefault(spelled, Variable(f"{variable}_ENCODED", setting, encoded=True))

    def _split(self, text: str) -> Pieces:
        if not self._any:
            return (text,)
        pieces: list[str | Variable] = []
        at = 0
        for match in self._pattern.finditer(text):
            variable = self._named.get(match[0]) or self._short(text, match)
            if match.start() > at:
                pieces.append(text[at : match.start()])
            pieces.append(variable)
            at = match.end()
        if at < len(text) or not pieces:
            pieces.append(text[at:])
        return tuple(pieces)

    def _short(self, text: str, match: re.Match[str]) -> Variable:
        return next(v for p, v in self._anchored.items() if re.compile(p).match(text, match.start()))


def joined(pieces: Pieces) -> str:
    """The pieces as one text, variables as ``$NAME``."""
    return "".join(piece if isinstance(piece, str) else f"${piece.name}" for piece in pieces)


def basic_pair(value: str) -> tuple[str, str] | None:
    """User name and password of an ``Authorization: Basic`` value (RFC 7617), None where it is none."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def content_type(request: WireRequest) -> str:
    return next((value.lower() for name, value in request.headers if name.lower() == "content-type"), "")


def _in_pairs(text: str) -> Iterable[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, max_num_fields=500)
    except ValueError:
        return
    yield from ((name, value) for name, value in pairs if value and is_secret_parameter(name))


def _in_json(text: str) -> Iterable[tuple[str, str]]:
    try:
        yield from secrets_in(json.loads(text))
    except (ValueError, RecursionError):
        return


def _shell_name(name: str) -> str:
    made = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper()
    return f"_{made}" if made[:1].isdigit() else made or "SECRET"
