"""Randomness and time of a run, either of which may be pinned."""

from __future__ import annotations

import base64
import hashlib
import random
import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from designer.errors import UserError

_BASE64URL = string.ascii_letters + string.digits + "-_"
VERIFIER_LENGTH = 128
"""Characters of a PKCE code verifier, as on the platform (RFC 7636 allows 43 to 128)."""


_SYSTEM = random.SystemRandom()


class Chance:
    """The evaluator's ``Random`` port, and what OAuth and Digest need.

    ``pinned`` may hold "state", "cnonce" and "verifier", taken as they are, and "seed", from which everything else
    is then derived.
    """

    def __init__(self, pinned: Mapping[str, str] | None = None) -> None:
        self._pinned = pinned or {}
        seed = self._pinned.get("seed")
        self._source: random.Random = _SYSTEM if seed is None else random.Random(seed)

    def hex(self, count: int) -> str:
        return self.bytes(count).hex()

    def bytes(self, count: int) -> bytes:
        return self._source.randbytes(count)

    def uuid(self) -> str:
        import uuid

        return str(uuid.UUID(bytes=self.bytes(16), version=4))

    def integer(self, limit: int) -> int:
        return self._source.randrange(limit)

    def fraction(self) -> float:
        return self._source.random()

    def boundary(self) -> str:
        """A multipart boundary in rest-client's manner."""
        return "----RubyFormBoundary" + "".join(self._source.choices(string.ascii_letters + string.digits, k=16))

    @property
    def state(self) -> str:
        return self._pinned.get("state") or self.hex(8)

    @property
    def cnonce(self) -> str:
        return self._pinned.get("cnonce") or self.hex(16)

    @property
    def verifier(self) -> str:
        return self._pinned.get("verifier") or "".join(self._source.choices(_BASE64URL, k=VERIFIER_LENGTH))


def challenge_of(verifier: str) -> str:
    """The S256 code challenge (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def clock(at: str | None) -> Callable[[], datetime]:
    """A clock that tells ``at`` (RFC 3339; UTC where it names no zone) or, for None, the time.

    Raises ``UserError`` for what is no time.
    """
    if at is None:
        return lambda: datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise UserError(f"{at!r} is not a time.", "Write it like 2026-01-02T03:04:05Z.") from None
    fixed = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: fixed
