"""What went into a signature that only its parts can explain: an HMAC's message, a Digest challenge, a PKCE pair."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from designer.evaluator.macs import Mac
from designer.masking import DOTS, mask
from designer.wire.digest import fields as digest_fields
from designer.wire.explain import Section
from designer.wire.model import Exchange, WireRequest

__all__ = ["challenge_before", "digest_sections", "mac_sections", "made_by", "pkce_sections"]

_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512"}
_MESSAGE = 4000
"""Characters of an HMAC's message that are shown."""


def made_by(text: str, macs: Iterable[Mac]) -> list[Mac]:
    """The HMACs whose digest stands in ``text``, however it is spelled there."""
    return [made for made in dict.fromkeys(macs) if any(one in text for one in made.spellings)]


def mac_sections(text: str, macs: Iterable[Mac], settings: Mapping[str, Any]) -> tuple[Section, ...]:
    """The inputs of every HMAC whose digest stands in ``text`` (a header's value, a body). The key is never shown, but
    where it is a setting its name is."""
    sections: list[Section] = []
    macs = list(macs)
    for made in made_by(text, macs):
        spelled = next(one for one in made.spellings if one in text)
        key = _key(made, macs, settings)
        how = "hexadecimal" if spelled.lower() == made.digest.hex() else "Base64"
        lines = (f"algorithm: HMAC-{made.algorithm.upper()}", f"key: {key}", f"message: {len(made.message)} bytes")
        sections.append(Section("HMAC", "\n".join([*lines, f"written as: {how}"]), "facts"))
        try:
            message = made.message.decode("utf-8")
        except UnicodeDecodeError:
            message = made.message.hex(" ")
        sections.append(Section("HMAC message, as it was signed", _visible(message[:_MESSAGE]), "code"))
        sections.append(
            Section(
                "If the server refuses it",
                "Compare the message with the provider's documentation letter by letter: order, case, line breaks (⏎) "
                "and the time in it are what goes wrong.",
            )
        )
    return tuple(sections)


def _key(made: Mac, macs: Sequence[Mac], settings: Mapping[str, Any]) -> str:
    """What the key is, as far as that shows: a setting, a setting with more around it, or the end of a chain of HMACs
    (as AWS derives its signing key)."""
    chain = [made]
    while len(chain) < _CHAIN:
        before = next((one for one in macs if _is_key(one, chain[-1].key) and one not in chain), None)
        if before is None:
            break
        chain.append(before)
    root, *steps = (chain[-1], *(one.message for one in reversed(chain[1:])))
    told = f"{_root(root.key, settings)}, {len(root.key)} bytes"
    if not steps:
        return told
    return " → ".join([told, *(_visible(one[:_STEP].decode("utf-8", "replace")) for one in steps)])


def _is_key(one: Mac, key: bytes) -> bool:
    return key == one.digest or key.decode("latin-1") in one.spellings


def _root(key: bytes, settings: Mapping[str, Any]) -> str:
    for name, value in settings.items():
        given = value.encode() if isinstance(value, str) and len(value) >= _SHORTEST else b""
        before, found, after = key.partition(given) if given else (b"", b"", b"")
        if found and len(before) + len(after) <= _STEP:
            around = [f'"{part.decode("utf-8", "replace")}"' if part else "" for part in (before, after)]
            return " + ".join(part for part in (around[0], f"setting {name}", around[1]) if part)
    return "put together in the code"


_CHAIN, _STEP, _SHORTEST = 8, 40, 4
"""HMACs in a row, bytes of what stands in one, and characters of a setting by which it is known."""


def challenge_before(exchanges: Sequence[Exchange], request: WireRequest) -> str:
    """The Digest challenge that ``request`` answers, "" where there is none."""
    for index, exchange in enumerate(exchanges):
        if exchange.request is request and index:
            reply = exchanges[index - 1].response
            for name, value in reply.headers if reply is not None else ():
                if name.lower() == "www-authenticate" and value.lower().startswith("digest"):
                    return value
    return ""


def digest_sections(request: WireRequest, challenge: str) -> tuple[Section, ...]:
    """How the answer to a Digest challenge comes about (RFC 7616 §3.4.1), with the password left out."""
    value = next((v for name, v in request.headers if name.lower() == "authorization"), "")
    if not value.lower().startswith("digest"):
        return ()
    answer = digest_fields(value)
    sections: list[Section] = []
    if challenge:
        asked = digest_fields(challenge)
        facts = "\n".join(f"{name}: {given}" for name, given in asked.items())
        sections.append(Section("Challenge of the server", facts, "facts"))
        differing = [
            name
            for name in ("realm", "nonce", "opaque", "algorithm")
            if name in asked and name in answer and asked[name] != answer[name]
        ]
        if differing:
            text = f"The answer does not repeat {', '.join(differing)} as the server gave it; it will be refused."
            sections.append(Section("Mismatch", text))
    if "," in answer.get("qop", ""):
        offered = answer["qop"]
        text = (
            f"qop={offered} repeats all that the server offers, where RFC 7616 §3.4 wants one of them, and response is "
            "made with that text. The official SDK answers so; a server that goes by the RFC refuses it."
        )
        sections.append(Section("Not as the RFC has it", text))
    if answer.get("nc", "").strip("0") == "" and "nc" in answer:
        text = (
            f"nc={answer['nc']} counts the first request as none, where RFC 7616 §3.4 begins with 00000001. The SDK "
            "counts so; most servers do not mind."
        )
        sections.append(Section("Not as the RFC has it", text))
    algorithm = answer.get("algorithm", "MD5")
    base = algorithm.lower().removesuffix("-sess")
    name = _HASHES.get(base)
    uri = answer.get("uri", "")
    second = f"{request.method}:{uri}"
    steps = [f"A1 = {answer.get('username', '')}:{answer.get('realm', '')}:{DOTS}"]
    if algorithm.lower().endswith("-sess"):
        steps.append("A1 = H(A1):nonce:cnonce, as -sess demands")
    steps.append(f"A2 = {second}")
    if name is not None:
        steps.append(f"H(A2) = {hashlib.new(name, second.encode(), usedforsecurity=False).hexdigest()}")
    qop = answer.get("qop")
    middle = [answer.get("nonce", "")]
    if qop:
        middle += [answer.get("nc", ""), answer.get("cnonce", ""), qop]
    steps.append(f"response = H(H(A1):{':'.join(middle)}:H(A2))")
    steps.append(f"         = {answer.get('response', '')}")
    sections.append(Section(f"Answer, H is {algorithm}", "\n".join(steps), "code"))
    return tuple(sections)


def pkce_sections(verifier: str) -> tuple[Section, ...]:
    """The PKCE pair of a token request (RFC 7636): the challenge that its ``code_verifier`` belongs to."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    fit = "fits" if re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier) else "breaks"
    facts = (
        f"code_verifier: {mask(verifier)}\ncode_challenge (S256): {challenge}\n"
        f"length: {len(verifier)} characters; RFC 7636 §4.1 wants 43 to 128 unreserved ones, which it {fit}"
    )
    return (
        Section("PKCE pair", facts, "facts"),
        Section(
            "What it means",
            "The authorization URL carried the challenge; only who holds the verifier can take the code. Another "
            "challenge there means that the sign-in began elsewhere, and the server answers invalid_grant.",
        ),
    )


def _visible(text: str) -> str:
    """Line breaks and tabs are what such messages fail by: they are drawn, and kept."""
    return text.replace("\r", "␍").replace("\t", "⇥").replace("\n", "⏎\n")
