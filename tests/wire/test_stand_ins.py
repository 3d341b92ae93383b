"""Stand-ins: keys of the same type and curve, numbers that stay numbers, one text for each secret."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from designer.wire.stand_ins import stand_ins, still_there, swapped, swapped_text

KEYS: list[Any] = [
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
    ec.generate_private_key(ec.SECP384R1()),
    ec.generate_private_key(ec.SECP521R1()),
    ed25519.Ed25519PrivateKey.generate(),
    ed448.Ed448PrivateKey.generate(),
    dsa.generate_private_key(1024),
]
FORMS = [s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL, s.PrivateFormat.OpenSSH]
TRADITIONAL = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, dsa.DSAPrivateKey)


def written(key: Any, form: s.PrivateFormat) -> str:
    pem: bytes = key.private_bytes(s.Encoding.PEM, form, s.NoEncryption())
    return pem.decode()


def kind(pem: str) -> tuple[str, str]:
    """The label, and the type with its curve."""
    ssh = "OPENSSH" in pem
    key: Any = s.load_ssh_private_key(pem.encode(), None) if ssh else s.load_pem_private_key(pem.encode(), None)
    return pem.splitlines()[0], f"{type(key).__name__} {key.curve.name if hasattr(key, 'curve') else ''}"


PAIRS = [
    (key, form)
    for key in KEYS
    for form in FORMS
    if form is s.PrivateFormat.PKCS8
    or (form is s.PrivateFormat.TraditionalOpenSSL and isinstance(key, TRADITIONAL))
    or (form is s.PrivateFormat.OpenSSH and not isinstance(key, ed448.Ed448PrivateKey | dsa.DSAPrivateKey))
]


@pytest.mark.parametrize(
    ("key", "form"), PAIRS, ids=lambda one: getattr(getattr(one, "curve", None), "name", type(one).__name__)
)
def test_a_key_is_replaced_by_one_of_its_type_and_curve_in_its_form(key: Any, form: s.PrivateFormat) -> None:
    pem = written(key, form)
    instead = stand_ins([("private_key", pem)])[pem]
    assert instead != pem
    assert kind(instead) == kind(pem)


def test_a_key_in_one_line_stays_in_one_line() -> None:
    pem = written(KEYS[2], s.PrivateFormat.PKCS8).strip().replace("\n", "\\n")
    instead = stand_ins([("private_key", pem)])[pem]
    assert "\n" not in instead
    assert kind(instead.replace("\\n", "\n")) == kind(pem.replace("\\n", "\n"))


def test_an_encrypted_key_gets_one_that_needs_no_password() -> None:
    pem = KEYS[0].private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"x")).decode()
    assert kind(stand_ins([("private_key", pem)])[pem])[1].startswith("RSA")


def test_numbers_stay_numbers_and_are_replaced_where_they_stand_alone() -> None:
    swaps = stand_ins([("password", "9876"), ("pin", "5432")])
    assert swapped({"password": 9876, "id": 19876, "flag": True}, swaps) == {
        "password": int(swaps["9876"]),
        "id": 19876,
        "flag": True,
    }
    assert len(set(swaps.values())) == 2
    assert swapped_text('{"a": 9876, "b": "19876"}', swaps) == f'{{"a": {swaps["9876"]}, "b": "19876"}}'


def test_every_spelling_is_replaced_in_its_spelling() -> None:
    secret = 'k+/"ey=1'
    swaps = stand_ins([("api key", secret)])
    pair = base64.b64encode(f"me:{secret}".encode()).decode()
    text = json.dumps({"a": secret, "url": "https://h/?k=k%2B%2F%22ey%3D1", "basic": f"Basic {pair}"})
    made = swapped_text(text, swaps)
    assert still_there(text, swaps) == secret
    assert still_there(made, swaps) is None
    assert json.loads(made)["a"] == swaps[secret]
    assert base64.b64decode(json.loads(made)["basic"].split()[1]).decode() == f"me:{swaps[secret]}"


def test_a_short_secret_is_replaced_as_a_word_of_its_own_and_missed_in_none() -> None:
    swaps = stand_ins([("password", "demo")])
    assert swapped_text('{"a": "demo", "b": "demonstration"}', swaps) == (
        f'{{"a": "{swaps["demo"]}", "b": "demonstration"}}'
    )
    assert still_there("demonstration", swaps) is None
    assert still_there("a=demo", swaps) == "demo"
