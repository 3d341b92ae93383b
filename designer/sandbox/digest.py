"""HTTP Digest access authentication, the server's side: RFC 7616 (and RFC 2069/2617 clients where it allows them)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable

from designer.sandbox.models import User
from designer.sandbox.world import World

REALM = "harbor"
NONCE_SECONDS = 300

_PAIR = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


class Refused(Exception):
    """No good digest; ``stale`` when only the nonce is too old, so that the client may try again by itself."""

    def __init__(self, message: str, *, stale: bool = False) -> None:
        super().__init__(message)
        self.stale = stale


def challenge(world: World, *, stale: bool = False) -> str:
    """A fresh WWW-Authenticate value."""
    nonce = secrets.token_hex(16)
    now = world.clock()
    with world.lock:
        for over in [known for known, end in world.nonces.items() if end <= now]:
            del world.nonces[over]
        world.nonces[nonce] = now + NONCE_SECONDS
    algorithm = world.quirks.choice("digest_algorithm")
    extra = ", stale=true" if stale else ""
    return f'Digest realm="{REALM}", qop="auth", algorithm={algorithm}, nonce="{nonce}", opaque="harbor"{extra}'


def verify(world: World, header: str, method: str, target: str) -> User:
    """The user whose digest the Authorization header carries. ``target`` is the raw request target; raises
    :class:`Refused`."""
    kind, _, rest = header.partition(" ")
    if kind.lower() != "digest":
        raise Refused("There is no digest.")
    given = {name.lower(): quoted or plain for name, quoted, plain in _PAIR.findall(rest)}
    user = world.users.get(given.get("username", ""))
    if user is None or given.get("realm") != REALM:
        raise Refused("User name or realm is unknown.")
    if given.get("uri") != target:
        raise Refused("The digest's uri is not the request's.")
    _check_nonce(world, given.get("nonce", ""))
    algorithm = world.quirks.choice("digest_algorithm")
    if given.get("algorithm", "MD5").lower() != algorithm.lower():
        raise Refused(f"The algorithm has to be {algorithm}.")
    expected = response(
        _hash(algorithm),
        given | {"username": user.username, "password": user.password, "method": method, "uri": target},
        session=algorithm.endswith("-sess"),
    )
    if not hmac.compare_digest(expected.encode(), given.get("response", "").encode()):
        raise Refused("The response does not fit: password, nonce or uri differ.")
    return user


def response(digest: Callable[[str], str], parts: dict[str, str], *, session: bool) -> str:
    """The ``response`` value of RFC 7616 §3.4.1; ``parts`` by their names there, ``digest`` hex of the hash."""
    secret = digest(f"{parts['username']}:{REALM}:{parts['password']}")
    if session:
        secret = digest(f"{secret}:{parts['nonce']}:{parts.get('cnonce', '')}")
    asked = digest(f"{parts['method']}:{parts['uri']}")
    if parts.get("qop"):
        between = f"{parts['nonce']}:{parts.get('nc', '')}:{parts.get('cnonce', '')}:{parts['qop']}"
    else:
        between = parts["nonce"]
    return digest(f"{secret}:{between}:{asked}")


def _check_nonce(world: World, nonce: str) -> None:
    with world.lock:
        over = world.nonces.get(nonce)
    if over is None or world.clock() >= over:
        raise Refused("The nonce is unknown or too old.", stale=True)


def _hash(algorithm: str) -> Callable[[str], str]:
    # MD5 is what the scheme prescribes; nothing is protected by it here.
    name = "sha256" if algorithm.startswith("SHA-256") else "md5"
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()
