"""Stand-ins for secrets: texts, numbers and keys that work like them and belong to nobody, put wherever they stood."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from designer.secrecy import spellings, standing_pattern
from designer.secrecy.escapes import BASE64, decoded, in_any_spelling, views

__all__ = ["PRIVATE_KEY", "stand_ins", "still_there", "swapped", "swapped_text"]

PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----")
_WHOLE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S)


def stand_ins(secrets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands for each secret (of name and value), longest first, so that none is replaced within another."""
    found: dict[str, str] = {}
    for name, secret in secrets:
        if secret in found:
            continue
        made, count = _stand_in(name, secret), 1
        while made in found.values() or made in found or made == secret:
            count += 1
            made = str(int(_ones(secret)) + count) if secret.isdigit() else f"{_stand_in(name, secret)}-{count}"
        found[secret] = made
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def swapped(value: Any, swaps: Mapping[str, str]) -> Any:
    """Plain data with every secret replaced; a number stays one."""
    if isinstance(value, Mapping):
        return {key: swapped(inner, swaps) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [swapped(inner, swaps) for inner in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        instead = swaps.get(str(value), "")
        return int(instead) if instead.isdigit() else value
    return swapped_text(value, swaps) if isinstance(value, str) else value


def swapped_text(text: str, swaps: Mapping[str, str]) -> str:
    """``text`` with every secret replaced, in whatever spelling it has there, within Base64 too."""
    for secret, instead in swaps.items():
        if secret.isdigit():
            text = _alone(secret).sub(instead, text)
            continue
        for written, spell in spellings(secret).items():
            if written in text:
                text = standing_pattern([written]).sub(spell(instead).replace("\\", r"\\"), text)
        if any(_is_in(secret, view) for view in views(text)):
            text = in_any_spelling(secret).sub(partial(_spelled_alike, instead), text)
    return BASE64.sub(lambda match: _reencoded(match[0], swaps), text)


def still_there(text: str, secrets: Iterable[str]) -> str | None:
    """A secret that ``text`` still has in some spelling."""
    plain_texts = [plain for match in BASE64.finditer(text) if (plain := decoded(match[0])) is not None]
    whole = "\0".join([text, *plain_texts, *views(text)])
    for secret in secrets:
        if secret.isdigit():
            if _alone(secret).search(whole):
                return secret
        elif any(written in whole and standing_pattern([written]).search(whole) for written in spellings(secret)):
            return secret
    return None


def _alone(digits: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){digits}(?![\w-]|\.\d)")


def _is_in(secret: str, text: str) -> bool:
    return secret in text and standing_pattern([secret]).search(text) is not None


def _spelled_alike(instead: str, match: re.Match[str]) -> str:
    if "%" in match[0]:
        return quote(instead, safe="")
    return json.dumps(instead)[1:-1] if "\\" in match[0] else html.escape(instead)


def _reencoded(text: str, swaps: Mapping[str, str]) -> str:
    plain = decoded(text)
    if plain is None or still_there_plainly(plain, swaps) is None:
        return text
    for secret, instead in swaps.items():
        plain = plain.replace(secret, instead)
    url_safe = "-" in text or "_" in text
    made = (base64.urlsafe_b64encode if url_safe else base64.b64encode)(plain.encode()).decode()
    return made if text.endswith("=") or len(text) % 4 == 0 else made.rstrip("=")


def still_there_plainly(text: str, secrets: Iterable[str]) -> str | None:
    """The first of ``secrets`` that stands in ``text`` all the same; None is what one hopes for."""
    return next((secret for secret in secrets if secret in text), None)


def _stand_in(name: str, secret: str) -> str:
    found = PRIVATE_KEY.search(secret)
    if found is None:
        return _ones(secret) if secret.isdigit() else f"scrubbed-{_plain(name)}"
    made = _throw_away_key(secret, found[1])
    # Where a key is entered in one line, its line breaks are spelled \n.
    return made if "\n" in secret.strip() or "\\n" not in secret else made.replace("\n", "\\n")


def _ones(secret: str) -> str:
    return "1" * len(secret)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "secret"


def _throw_away_key(secret: str, kind: str) -> str:
    """A new private key of the same type and curve, in the same form: signing has to work, and belongs to nobody."""
    from cryptography.hazmat.primitives import serialization as s

    key = _similar(secret, kind)
    form = s.PrivateFormat.PKCS8
    if kind.strip() in ("RSA", "EC", "DSA"):
        form = s.PrivateFormat.TraditionalOpenSSL
    elif kind.strip() == "OPENSSH":
        form = s.PrivateFormat.OpenSSH
    made: bytes = key.private_bytes(s.Encoding.PEM, form, s.NoEncryption())
    return made.decode()


def _similar(secret: str, kind: str) -> Any:
    """A new key like the one in ``secret``; where that cannot be read, of the type its label names."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

    whole = _WHOLE_KEY.search(secret.replace("\\n", "\n"))
    pem = (whole[0] if whole else secret).encode()
    try:
        known: Any = s.load_ssh_private_key(pem, None) if "OPENSSH" in kind else s.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Encrypted, or not well-formed.
        known = ec.generate_private_key(ec.SECP256R1()) if "EC" in kind else None
    match known:
        case ec.EllipticCurvePrivateKey():
            return ec.generate_private_key(known.curve)
        case ed25519.Ed25519PrivateKey():
            return ed25519.Ed25519PrivateKey.generate()
        case ed448.Ed448PrivateKey():
            return ed448.Ed448PrivateKey.generate()
        case dsa.DSAPrivateKey():
            return dsa.generate_private_key(known.key_size)
        case rsa.RSAPrivateKey():
            return rsa.generate_private_key(65537, max(2048, known.key_size))
    return rsa.generate_private_key(65537, 2048)
