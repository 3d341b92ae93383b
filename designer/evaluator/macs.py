"""HMAC (RFC 2104) and hashes as every method of Ruby's and the SDK's computes them, told to the trace with their
inputs: what a signature is made of cannot be seen in it."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

__all__ = ["Hashed", "Mac", "hash_told", "mac"]

_LONGEST = 64 * 1024
"""Bytes of what was hashed that are kept."""


@dataclass(frozen=True, slots=True)
class Mac:
    """One HMAC: ``algorithm`` is hashlib's name, the rest bytes."""

    algorithm: str
    key: bytes = field(repr=False)
    message: bytes
    digest: bytes

    @property
    def spellings(self) -> tuple[str, ...]:
        """The digest as signatures write it: hexadecimal, Base64, and Base64 for URLs."""
        plain = base64.b64encode(self.digest).decode()
        urlsafe = base64.urlsafe_b64encode(self.digest).decode()
        return self.digest.hex(), self.digest.hex().upper(), plain, urlsafe, urlsafe.rstrip("=")


def mac(vm: Interpreter, algorithm: str, key: bytes, message: bytes) -> bytes:
    """The digest. The step "hmac" carries a ``Mac``."""
    made = hmac.digest(key, message, algorithm)
    title = f"HMAC-{algorithm.upper()} of {len(message)} bytes with a key of {len(key)}"
    vm.ports.trace("hmac", title, line=vm.line, pointer=vm.pointer, data=Mac(algorithm, key, message, made))
    return made


@dataclass(frozen=True, slots=True)
class Hashed:
    """One hash: ``algorithm`` is hashlib's name, the rest bytes. What was hashed may be a password."""

    algorithm: str
    message: bytes = field(repr=False)
    digest: bytes = field(repr=False)


def hash_told(vm: Interpreter, algorithm: str, message: bytes, digest: bytes) -> bytes:
    """``digest``, which is that of ``message``. The step "hash" carries a ``Hashed``."""
    if len(message) <= _LONGEST:
        title = f"{algorithm.upper()} of {len(message)} byte{'' if len(message) == 1 else 's'}"
        vm.ports.trace("hash", title, line=vm.line, pointer=vm.pointer, data=Hashed(algorithm, message, digest))
    return digest
