"""``*.yaml.enc``: ActiveSupport's encrypted files, AES-128-GCM over a marshalled Ruby String.

``base64(data)--base64(iv)--base64(tag)``; the key file holds 32 hexadecimal digits.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

from designer.project.errors import SettingsError
from designer.project.files import read_bytes, save_atomically

KEY_ENV = "WORKATO_CONNECTOR_MASTER_KEY"
KEY_FILE = "master.key"
_IV_BYTES = 12
_KEY_DIGITS = 32
_INVALID = "ActiveSupport::MessageEncryptor::InvalidMessage"
_MARSHAL = b"\x04\x08"
_UTF8_STRING = b"\x06:\x06ET"


def find_key(key_path: Path, env: Mapping[str, str], shown: str | None = None) -> str:
    """The key's hexadecimal digits: from the environment, else from ``key_path``. Raises ``SettingsError``.

    ``shown`` is how messages name the key file.
    """
    if KEY_ENV in env:
        return env[KEY_ENV].strip()
    if key_path.is_file():
        return read_bytes(key_path).decode("latin-1").strip()
    name = shown or str(key_path)
    raise SettingsError(
        "ActiveSupport::EncryptedFile::MissingKeyError",
        "Missing encryption key to decrypt file with. Ask your team for your master key and write it to "
        f"{name} or put it in the ENV['{KEY_ENV}'].",
        f"There is no master key: {name} does not exist.",
        f"Ask your team for it and save it there, or set {KEY_ENV}.",
    )


def new_key() -> str:
    """A fresh ``master.key``, as hexadecimal digits."""
    return os.urandom(_KEY_DIGITS // 2).hex()


def decrypt(content: bytes, key: str) -> str:
    """The YAML text in an encrypted file. Raises ``SettingsError`` (InvalidMessage), saying which part is wrong."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(_key_bytes(key))
    try:
        data, iv, tag = (base64.b64decode(part, validate=True) for part in content.strip().split(b"--"))
        return _unmarshal(cipher.decrypt(iv, data + tag, None))
    except InvalidTag:
        raise _invalid("The master key does not fit the file, or the file was changed.") from None
    except (ValueError, binascii.Error) as error:
        raise _invalid("The file is not an encrypted settings file.") from error


def encrypt(text: str, key: str, iv: bytes | None = None) -> bytes:
    """An encrypted file with ``text`` in it. ``iv`` only for tests: twelve bytes, never used twice with one key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    iv = os.urandom(_IV_BYTES) if iv is None else iv
    sealed = AESGCM(_key_bytes(key)).encrypt(iv, _marshal(text), None)
    return b"--".join(base64.b64encode(part) for part in (sealed[:-16], iv, sealed[-16:]))


def read(path: Path, key: str) -> str:
    """The YAML text of an encrypted file; "" where there is none yet, as for the SDK."""
    return decrypt(read_bytes(path), key) if path.is_file() else ""


def write(path: Path, key: str, text: str) -> None:
    """Encrypt ``text`` and put it at ``path`` in one step. Raises ``ProjectError``."""
    save_atomically(path, encrypt(text, key))


def _key_bytes(key: str) -> bytes:
    try:
        if len(key) == _KEY_DIGITS:
            return bytes.fromhex(key)
    except ValueError:
        pass
    raise _invalid(f"The master key is not {_KEY_DIGITS} hexadecimal digits.")


def _invalid(message: str) -> SettingsError:
    return SettingsError(_INVALID, _INVALID, message, "Ask your team for the right master key.")


def _marshal(text: str) -> bytes:
    data = text.encode()
    return _MARSHAL + b'I"' + _marshal_length(len(data)) + data + _UTF8_STRING


def _unmarshal(data: bytes) -> str:
    """A marshalled String, with or without its encoding."""
    if not data.startswith((_MARSHAL + b'I"', _MARSHAL + b'"')):
        raise ValueError("not a marshalled String")
    start = data.index(b'"') + 1
    size, start = _unmarshal_length(data, start)
    return data[start : start + size].decode()


def _marshal_length(size: int) -> bytes:
    """Ruby's w_long: 0 as it is, up to 122 shifted by five, else a count and that many bytes, least first."""
    if size == 0:
        return b"\x00"
    if size <= 122:
        return bytes([size + 5])
    count = (size.bit_length() + 7) // 8
    return bytes([count]) + size.to_bytes(count, "little")


def _unmarshal_length(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    if first == 0:
        return 0, at + 1
    if first > 4:
        return first - 5, at + 1
    return int.from_bytes(data[at + 1 : at + 1 + first], "little"), at + 1 + first
