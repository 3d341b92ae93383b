"""What the outside hands to an evaluation: time, randomness, the trace, cancellation and signing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from designer.evaluator.errors import CannotEvaluate


class Random(Protocol):
    """The one source of chance. ``hex(n)`` is 2n hex digits, ``integer(limit)`` lies in ``0 <= x < limit``."""

    def hex(self, count: int) -> str: ...
    def bytes(self, count: int) -> bytes: ...
    def uuid(self) -> str: ...
    def integer(self, limit: int) -> int: ...
    def fraction(self) -> float: ...


class Crypto(Protocol):
    """Asymmetric and cipher primitives, provided by the wire room. ``algorithm`` is like ``"sha256"``.

    Each raises ``RubyError`` of the OpenSSL class Ruby would raise.
    """

    def load_key(self, pem: bytes, password: bytes | None, kind: str) -> Any: ...
    def key_of_kind(self, key: Any, kind: str) -> Any: ...
    def is_private(self, key: Any) -> bool: ...
    def public_half(self, key: Any) -> Any: ...
    def public_pem(self, key: Any) -> str: ...
    def sign(self, key: Any, algorithm: str, data: bytes) -> bytes: ...
    def verify(self, key: Any, algorithm: str, signature: bytes, data: bytes) -> bool: ...
    def cipher(self, name: str, *, encrypt: bool, key: bytes, iv: bytes | None, data: bytes, **options: Any) -> Any: ...


class Trace(Protocol):
    """Told of each thing worth a line in the timeline; kinds are those of ``wire.model.Step``."""

    def __call__(
        self,
        kind: str,
        title: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        line: int | None = None,
        data: Any = None,
    ) -> None: ...


def _no_trace(
    kind: str, title: str, detail: str = "", *, pointer: str | None = None, line: int | None = None, data: Any = None
) -> None:
    del kind, title, detail, pointer, line, data


class NoRandom:
    """Refuses chance; what an evaluation without a random port has."""

    def hex(self, count: int) -> str:
        del count
        raise CannotEvaluate("random numbers")

    def bytes(self, count: int) -> bytes:
        del count
        raise CannotEvaluate("random numbers")

    def uuid(self) -> str:
        raise CannotEvaluate("random numbers")

    def integer(self, limit: int) -> int:
        del limit
        raise CannotEvaluate("random numbers")

    def fraction(self) -> float:
        raise CannotEvaluate("random numbers")


class NoCrypto:
    """Refuses keys and ciphers; what an evaluation without a crypto port has."""

    def load_key(self, pem: bytes, password: bytes | None, kind: str) -> Any:
        del pem, password
        raise CannotEvaluate(f"OpenSSL::PKey::{kind}")

    def key_of_kind(self, key: Any, kind: str) -> Any:
        del key
        raise CannotEvaluate(f"OpenSSL::PKey::{kind}")

    def is_private(self, key: Any) -> bool:
        del key
        raise CannotEvaluate("OpenSSL::PKey#private?")

    def public_half(self, key: Any) -> Any:
        del key
        raise CannotEvaluate("OpenSSL::PKey#public_key")

    def public_pem(self, key: Any) -> str:
        del key
        raise CannotEvaluate("OpenSSL::PKey#to_pem")

    def sign(self, key: Any, algorithm: str, data: bytes) -> bytes:
        del key, algorithm, data
        raise CannotEvaluate("OpenSSL::PKey#sign")

    def verify(self, key: Any, algorithm: str, signature: bytes, data: bytes) -> bool:
        del key, algorithm, signature, data
        raise CannotEvaluate("OpenSSL::PKey#verify")

    def cipher(self, name: str, *, encrypt: bool, key: bytes, iv: bytes | None, data: bytes, **options: Any) -> Any:
        del name, encrypt, key, iv, data, options
        raise CannotEvaluate("OpenSSL::Cipher")


def _epoch() -> datetime:
    raise CannotEvaluate("the current time")


@dataclass(slots=True)
class Ports:
    """``clock`` gives the current time (aware), ``sleep`` is told the seconds and need not wait,
    ``cancelled`` is asked now and then, ``elapsed`` is a monotonic clock for the time limit,
    ``zone`` is ``Time.zone`` (an IANA or ActiveSupport name), ``local_zone`` what ``Time.now`` is in."""

    clock: Callable[[], datetime] = _epoch
    random: Random = field(default_factory=NoRandom)
    crypto: Crypto = field(default_factory=NoCrypto)
    trace: Trace = _no_trace
    cancelled: Callable[[], bool] = bool
    sleep: Callable[[float], None] = lambda _seconds: None
    elapsed: Callable[[], float] = time.monotonic
    http: Any = None
    zone: str = "Pacific Time (US & Canada)"
    local_zone: str = "UTC"


def frozen_clock(at: datetime) -> Callable[[], datetime]:
    """A clock that always tells ``at`` (made UTC where it has no zone)."""
    fixed = at if at.tzinfo else at.replace(tzinfo=UTC)
    return lambda: fixed
