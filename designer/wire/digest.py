"""HTTP Digest as ``digest_auth`` of the SDK answers a challenge: RFC 2617 by net-http-digest_auth 1.4.1, whose
departures from the RFC are kept because servers see them: ``qop`` is echoed unquoted and unselected, the nonce count
starts at 00000000, quoted parameters only, no SHA-256 under its registered name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from designer.wire.sdk_error import SdkError

_SCHEME = re.compile(r"^(\w+) (.*)", re.MULTILINE)
_QUOTED = re.compile(r'(\w+)="(.*?)"')
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|((?:[^,\s]|,(?!\s*\w+=))*))')
_ALGORITHM = re.compile(r'algorithm="?(.*?)"?([, ]|$)', re.MULTILINE)
_HASHES = {
    "MD5": "md5",
    "SHA1": "sha1",
    "SHA2": "sha256",
    "SHA256": "sha256",
    "SHA384": "sha384",
    "SHA512": "sha512",
    "RMD160": "ripemd160",
}


def answer(
    challenge: str | None, method: str, uri: str, user: str, password: str, cnonce: str | Callable[[], str]
) -> str:
    """The value of the Authorization header for ``challenge``, the WWW-Authenticate header of a 401.

    ``method`` is upper case, ``uri`` the request target with its query, ``cnonce`` the client nonce (or what makes
    one: asked for only if the answer has one). Raises ``SdkError``: NoMethodError without a readable challenge,
    Net::HTTP::DigestAuth::Error for an algorithm the SDK does not know.
    """
    scheme = _SCHEME.search(challenge or "")
    if scheme is None:
        raise SdkError(
            "NoMethodError",
            "undefined method `gsub' for nil:NilClass",
            "The server answered 401 without a WWW-Authenticate header that could be read as a Digest challenge.",
        )
    text = scheme[2]
    params: dict[str, str] = dict(_QUOTED.findall(text))
    found = _ALGORITHM.search(text)
    algorithm = found[1] if found else "MD5"
    base, session = (algorithm[: -len("-sess")], True) if algorithm.endswith("-sess") else (algorithm, False)
    digest = _hash(base)

    realm, nonce, qop = params.get("realm", ""), params.get("nonce", ""), params.get("qop")
    client = ""
    if qop is not None or session:
        client = cnonce if isinstance(cnonce, str) else cnonce()
    a1 = f"{user}:{realm}:{password}"
    if session:
        a1 = f"{digest(a1)}:{nonce}:{client}"
    counted = [] if qop is None else ["00000000", client, qop]
    response = digest(":".join([digest(a1), nonce, *counted, digest(f"{method}:{uri}")]))

    parts = [f'Digest username="{user}"', f'realm="{realm}"', f"algorithm={algorithm}"]
    parts += [] if qop is None else [f"qop={qop}"]
    parts += [f'uri="{uri}"', f'nonce="{nonce}"']
    parts += [] if qop is None else ["nc=00000000", f'cnonce="{client}"']
    parts.append(f'response="{response}"')
    if "opaque" in params:
        parts.append(f'opaque="{params["opaque"]}"')
    return ", ".join(parts)


def fields(header: str) -> dict[str, str]:
    """The parameters of a challenge or an answer, without the scheme and without quotes. A bare value goes on over
    commas, as that of ``qop=auth,auth-int, uri="/"`` does."""
    found = _FIELD.findall(header.partition(" ")[2])
    return {name: quoted or bare.strip(", ") for name, quoted, bare in found}


def _hash(name: str) -> Callable[[str], str]:
    if name not in _HASHES:
        raise SdkError(
            "Net::HTTP::DigestAuth::Error",
            f'unknown algorithm "{name}"',
            f"The server asks for Digest authentication with {name}. The official SDK answers challenges with MD5 and "
            "MD5-sess only, so the connector cannot sign in there; ask whether the server offers MD5 too.",
        )
    return lambda text: hashlib.new(_HASHES[name], text.encode(), usedforsecurity=False).hexdigest()
