"""What becomes of secrets when a request leaves the program: dots, names of variables, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote_plus

from designer.masking import DOTS, Masks
from designer.secrecy import (
    SCHEME,
    SHORTEST,
    basic_pair,
    is_hollow,
    is_secret_header,
    names_scheme,
    secrets_in,
    secrets_in_body,
    secrets_in_header,
    secrets_in_url,
    spellings,
    standing_pattern,
)
from designer.wire.model import WireRequest
from designer.wire.run_secrets import declared_secrets

__all__ = ["AS_SENT", "Hide", "Masked", "Pieces", "Variable", "Variables", "basic_pair", "content_type", "joined"]

_ENDS = re.compile(r".{4}….{4} \(\d+ characters\)|[A-Z0-9 ]+ \(SHA-256 [0-9a-f]+…, \d+ lines?\)")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""The compact form (RFC 7515 §7.1); its header begins with ``{"``."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Stands where a secret stood. ``name`` is fit for a shell; ``setting`` is where the value is kept, if it is;
    ``encoded`` says that the text needs it percent-encoded or escaped; ``passing`` that it is in no setting but came
    about on the way: "jwt" for one that was signed, "value" for any other, "" where it did not."""

    name: str
    setting: str | None = None
    encoded: bool = False
    passing: str = ""


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
        if not is_secret_header(name):
            return (self.masks.header(name, value),)
        if is_hollow(value):
            return (value,)
        scheme = SCHEME.match(value) if names_scheme(name, value) else None
        return (f"{value[: scheme.end()] if scheme else ''}{DOTS if value else ''}",)

    def body(self, text: str, content_type: str) -> Pieces:
        return (_ENDS.sub(DOTS, self.masks.body(text, content_type)),)


class Variables:
    """Secrets of one request as variables: those among ``settings``, by their names or as ``source``, the connector,
    declares them, what its names say are secrets, and what is ``also`` known to be one, as name and value."""

    def __init__(
        self,
        request: WireRequest,
        settings: Mapping[str, Any],
        source: bytes = b"",
        also: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._named: dict[str, Variable] = {}
        self._anchored: dict[str, Variable] = {}
        for name, secret in (*secrets_in(settings), *declared_secrets(source, settings)):
            self._learn(name, secret, setting=name)
        # Names of headers that are secrets hide the whole value, so what is in it needs no name of its own.
        plain = [(name, value) for name, value in request.headers if not is_secret_header(name)]
        found = [*secrets_in_url(request.url), *(one for pair in plain for one in secrets_in_header(*pair))]
        for name, secret in (*found, *secrets_in_body(request.body.decode("utf-8", "replace"), content_type(request))):
            self._learn(name, secret)
        whole = {name.lower() for name, _ in request.headers if is_secret_header(name)}
        for name, secret in also:
            if name.lower() not in whole:
                self._learn(name, secret)
        self._pattern = standing_pattern(self._named, *self._anchored)
        self._any = bool(self._named or self._anchored)

    def url(self, url: str) -> Pieces:
        return self._split(url)

    def header(self, name: str, value: str) -> Pieces:
        if is_hollow(value):
            return (value,)
        if basic_pair(value) is not None:
            return ("Basic ", Variable(_shell_name(name)))
        pieces = self._split(value)
        if not is_secret_header(name) or any(isinstance(piece, Variable) for piece in pieces):
            return pieces
        scheme = SCHEME.match(value) if names_scheme(name, value) else None
        kept = value[: scheme.end()] if scheme else ""
        return (*([kept] if kept else []), Variable(_shell_name(name), passing=_passing(value[len(kept) :])))

    def body(self, text: str, _content_type: str) -> Pieces:
        return self._split(text)

    def variable(self, secret: str) -> Variable | None:
        """The variable that stands for exactly this secret."""
        return self._named.get(secret)

    @property
    def kept(self) -> tuple[Variable, ...]:
        """Those that stand for settings as they are kept."""
        return tuple(one for one in self._named.values() if one.setting is not None and not one.encoded)

    def _learn(self, name: str, secret: str, setting: str | None = None) -> None:
        variable, passing = _shell_name(name), "" if setting else _passing(secret)
        if len(secret) < SHORTEST:
            # Replaced only where its name stands beside it.
            shown = re.escape(name)
            for before, value, after in (("=", quote_plus(secret), r"(?=&|$|\#)"), ('":"', secret, '(?=")')):
                mark = re.escape(before)
                self._anchored.setdefault(
                    f"(?<={shown}{mark}){re.escape(value)}{after}", Variable(variable, setting, passing=passing)
                )
            return
        self._named.setdefault(secret, Variable(variable, setting, passing=passing))
        for spelled in spellings(secret):
            if spelled != secret:
                self._named.setdefault(spelled, Variable(f"{variable}_ENCODED", setting, True, passing))

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


def content_type(request: WireRequest) -> str:
    """The content type of a request in lower case, "" where it names none."""
    return next((value.lower() for name, value in request.headers if name.lower() == "content-type"), "")


def _passing(secret: str) -> str:
    return "jwt" if _JWT.fullmatch(secret) else "value"


def _shell_name(name: str) -> str:
    made = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper()
    return f"_{made}" if made[:1].isdigit() else made or "SECRET"
