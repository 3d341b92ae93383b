"""Keys and certificates are told apart by fingerprints; a private key is never shown."""

from __future__ import annotations

import base64
import hashlib

import pytest

from designer.masking import Masks, mask
from designer.pem import fingerprinted, in_words
from designer.wire.compare_lines import line_of

DER = bytes(range(200))
DIGEST = hashlib.sha256(DER).hexdigest()[:16]


def pem(label: str, der: bytes = DER, width: int = 64) -> str:
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def test_a_fingerprint_does_not_depend_on_how_lines_are_broken() -> None:
    assert mask(pem("PRIVATE KEY")) == f"PRIVATE KEY (SHA-256 {DIGEST}…, 7 lines)"
    assert DIGEST in mask(pem("PRIVATE KEY", width=300))
    assert DIGEST in mask(pem("PRIVATE KEY").replace("\n", "\\n"))
    assert DIGEST not in mask(pem("PRIVATE KEY", DER[1:]))


def test_what_is_more_than_keys_and_certificates_is_masked_as_ever() -> None:
    assert in_words("token: " + pem("CERTIFICATE")) is None
    assert mask("abcdefghijklmnopqrstuvwxyz" + pem("CERTIFICATE")).startswith("abcd…")
    assert mask(pem("CERTIFICATE") * 2).count(DIGEST) == 2


@pytest.mark.parametrize("broken", ["\n", "", "\\n", "\r\n"])
def test_a_private_key_is_hidden_wherever_it_stands(broken: str) -> None:
    key = pem("RSA PRIVATE KEY").replace("\n", broken)
    for shown in (Masks().text(f"before {key} after"), Masks().header("X-Note", key), Masks().value(key, "note")):
        assert base64.b64encode(DER).decode()[:40] not in shown
        assert DIGEST in shown
    certificate = pem("CERTIFICATE")
    assert Masks().text(certificate) == certificate, "a certificate is for everybody to see"


def test_two_keys_side_by_side_differ_where_it_can_be_read() -> None:
    line = line_of("settings", "certificate", pem("CERTIFICATE"), pem("CERTIFICATE", DER[1:]), same=False)
    assert line.left == f"CERTIFICATE (SHA-256 {DIGEST}…, 7 lines)"
    assert line.left != line.right and line.column is not None
    assert fingerprinted("plain") == "plain"
