"""OpenSSL::PKey, OpenSSL::Cipher and certificates, over the crypto port."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import RClass, Value, define, define_module
from designer.evaluator.core.digests import algorithm_name
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RObject, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

PKEY = define_module("OpenSSL::PKey")
KEY = define("OpenSSL::PKey::PKey")
RSA = define("OpenSSL::PKey::RSA", KEY)
EC = define("OpenSSL::PKey::EC", KEY)
DSA = define("OpenSSL::PKey::DSA", KEY)
CIPHER = define("OpenSSL::Cipher")
_ERROR = "OpenSSL::Cipher::CipherError"
_KNOWN = re.compile(r"AES-(?:128|192|256)-(?:CBC|GCM|ECB|CTR)")
_BLOCK = 16
_FIRST = b"\0\0\0\2"


class RKey(RObject):
    """A key the crypto port loaded; ``handle`` is the port's own and never shown."""

    __slots__ = ("handle",)

    def __init__(self, cls: RClass, handle: Any) -> None:
        super().__init__(cls)
        self.handle = handle


def _load(vm: Interpreter, cls: RClass, source: Value, password: Value, kind: str) -> RKey:
    if type(source) is int:
        raise CannotEvaluate(f"{cls.name}.new with a size")
    if isinstance(source, RKey):
        return RKey(cls, vm.ports.crypto.key_of_kind(source.handle, kind))
    secret = None if password is None else string_argument(vm, password).to_bytes()
    return RKey(cls, vm.ports.crypto.load_key(string_argument(vm, source).to_bytes(), secret, kind))


def _key_class(cls: RClass, kind: str) -> None:
    def new(vm: Interpreter, this: RClass, source: Value, password: Value = None) -> Value:
        return _load(vm, cls, source, password, kind)

    def generate(vm: Interpreter, this: RClass, *args: Value) -> Value:
        raise CannotEvaluate(f"{cls.name}.generate")

    singleton(cls, "new")(new)
    singleton(cls, "generate")(generate)


for _cls, _kind in ((RSA, "RSA"), (EC, "EC"), (DSA, "DSA")):
    _key_class(_cls, _kind)


@singleton(PKEY, "read")
def read(vm: Interpreter, this: RClass, source: Value, password: Value = None) -> Value:
    for cls, kind in ((RSA, "RSA"), (EC, "EC"), (DSA, "DSA")):
        try:
            return _load(vm, cls, source, password, kind)
        except RubyError:
            continue
    raise RubyError.of("OpenSSL::PKey::PKeyError", "Could not parse PKey: unsupported")


@method(KEY, "inspect")
def hidden(vm: Interpreter, this: RKey) -> Value:
    raise CannotEvaluate(f"{this.cls.name}#inspect")


@method(KEY, "to_s", "to_pem", "export")
def to_pem(vm: Interpreter, this: RKey, *given: Value) -> Value:
    """A public key in PEM. Private keys stay inside the crypto port."""
    if given or vm.ports.crypto.is_private(this.handle):
        raise CannotEvaluate(f"{this.cls.name}#{vm.calling} of a private key")
    return RString(vm.ports.crypto.public_pem(this.handle), "US-ASCII")


@method(KEY, "private?", "private_key?")
def is_private(vm: Interpreter, this: RKey) -> Value:
    return vm.ports.crypto.is_private(this.handle)


@method(KEY, "public?", "public_key?")
def is_public(vm: Interpreter, this: RKey) -> Value:
    return True


@method(RSA, "public_key")
def public_key(vm: Interpreter, this: RKey) -> Value:
    return RKey(this.cls, vm.ports.crypto.public_half(this.handle))


@method(KEY, "sign")
def sign(vm: Interpreter, this: RKey, digest: Value, data: Value) -> Value:
    name = "sha256" if digest is None else algorithm_name(vm, digest).lower()
    return RString.binary(vm.ports.crypto.sign(this.handle, name, string_argument(vm, data).to_bytes()))


@method(KEY, "verify")
def verify(vm: Interpreter, this: RKey, digest: Value, signature: Value, data: Value) -> Value:
    name = "sha256" if digest is None else algorithm_name(vm, digest).lower()
    return vm.ports.crypto.verify(
        this.handle, name, string_argument(vm, signature).to_bytes(), string_argument(vm, data).to_bytes()
    )


class RCipher(RObject):
    """``OpenSSL::Cipher``: gathers what it is told and works when ``final`` is called."""

    __slots__ = ("auth_data", "data", "encrypts", "given", "iv", "key", "name", "padding", "tag")

    def __init__(self, name: str) -> None:
        super().__init__(CIPHER)
        self.name = name
        self.encrypts: bool | None = None
        self.key: bytes | None = None
        self.iv: bytes | None = None
        self.data = b""
        self.given = 0
        self.auth_data: bytes = b""
        self.tag: bytes | None = None
        self.padding = True

    @property
    def mode(self) -> str:
        return self.name.rpartition("-")[2]

    def ready(self) -> int:
        """How many bytes of what is there can be handed out: whole blocks, and the last only when it is known that it
        holds no padding."""
        length = len(self.data)
        if self.mode in ("CTR", "GCM"):
            return length
        if self.padding and not self.encrypts and length:
            length -= 1
        return length - length % _BLOCK

    def bits(self) -> int:
        return next((int(p) for p in self.name.split("-") if p.isdigit()), 128)


@singleton(CIPHER, "new")
def cipher_new(vm: Interpreter, this: RClass, name: Value) -> Value:
    text = string_argument(vm, name).s.upper()
    if not _KNOWN.fullmatch(text):
        raise CannotEvaluate(f"OpenSSL::Cipher.new({text})")
    return RCipher(text)


def _family(name: str, bits: int | None) -> None:
    """``OpenSSL::Cipher::AES.new(256, :CBC)`` and ``OpenSSL::Cipher::AES256.new(:CBC)``."""

    def new(vm: Interpreter, this: RClass, *given: Value) -> Value:
        parts = [str(bits), *map(vm.to_s, given)] if bits is not None else [vm.to_s(one) for one in given]
        if bits is not None and not given:
            parts.append("CBC")
        return cipher_new(vm, this, RString("-".join(["AES", *parts])))

    singleton(define(f"OpenSSL::Cipher::{name}", CIPHER), "new")(new)


for _bits in (None, 128, 192, 256):
    _family(f"AES{_bits or ''}", _bits)


@method(CIPHER, "encrypt")
def encrypt(vm: Interpreter, this: RCipher) -> Value:
    this.encrypts = True
    return this


@method(CIPHER, "decrypt")
def decrypt(vm: Interpreter, this: RCipher) -> Value:
    this.encrypts = False
    return this


@method(CIPHER, "key=")
def set_key(vm: Interpreter, this: RCipher, key: Value) -> Value:
    data = string_argument(vm, key).to_bytes()
    if len(data) * 8 != this.bits():
        raise argument_error(f"key must be {this.bits() // 8} bytes")
    this.key = data
    return key


@method(CIPHER, "iv=")
def set_iv(vm: Interpreter, this: RCipher, iv: Value) -> Value:
    data = string_argument(vm, iv).to_bytes()
    wanted = 12 if "GCM" in this.name else 16
    if len(data) != wanted:
        raise argument_error(f"iv must be {wanted} bytes")
    this.iv = data
    return iv


@method(CIPHER, "random_key")
def random_key(vm: Interpreter, this: RCipher) -> Value:
    this.key = vm.ports.random.bytes(this.bits() // 8)
    return RString.binary(this.key)


@method(CIPHER, "random_iv")
def random_iv(vm: Interpreter, this: RCipher) -> Value:
    this.iv = vm.ports.random.bytes(12 if "GCM" in this.name else 16)
    return RString.binary(this.iv)


@method(CIPHER, "auth_data=")
def set_auth_data(vm: Interpreter, this: RCipher, data: Value) -> Value:
    this.auth_data = string_argument(vm, data).to_bytes()
    return data


@method(CIPHER, "auth_tag=")
def set_auth_tag(vm: Interpreter, this: RCipher, tag: Value) -> Value:
    this.tag = string_argument(vm, tag).to_bytes()
    return tag


@method(CIPHER, "auth_tag")
def auth_tag(vm: Interpreter, this: RCipher, size: Value = 16) -> Value:
    if this.tag is None:
        raise RubyError.of("OpenSSL::Cipher::CipherError", "retrieving the authentication tag failed")
    return RString.binary(this.tag[:size])


@method(CIPHER, "padding=")
def set_padding(vm: Interpreter, this: RCipher, value: Value) -> Value:
    this.padding = value not in (0, None, False)
    return value


@method(CIPHER, "update")
def update(vm: Interpreter, this: RCipher, data: Value) -> Value:
    added = string_argument(vm, data).to_bytes()
    if not added:
        raise argument_error("data must not be empty")
    if this.key is None:
        raise RubyError.of(_ERROR, "key not set")
    this.data += added
    vm.charge(len(this.data))
    ready, given = this.ready(), this.given
    this.given = ready
    if ready <= given:
        return RString.binary(b"")
    name, iv = this.name, this.iv
    if this.mode == "GCM":
        # Its stream is that of a counter after the nonce (NIST SP 800-38D §7.1); the tag is for the end.
        name, iv = this.name.replace("GCM", "CTR"), (iv or bytes(12)) + _FIRST
    made = vm.ports.crypto.cipher(
        name, encrypt=bool(this.encrypts), key=this.key, iv=iv, data=this.data[:ready], padding=False
    )
    return RString.binary(made[given:])


@method(CIPHER, "final")
def final(vm: Interpreter, this: RCipher) -> Value:
    if this.encrypts is None or this.key is None:
        raise RubyError.of(_ERROR, "no key set" if this.key is None else "no cipher set")
    options: dict[str, Any] = {"auth_data": this.auth_data, "padding": this.padding}
    if not this.encrypts and "GCM" in this.name:
        options["tag"] = this.tag
    made = vm.ports.crypto.cipher(this.name, encrypt=this.encrypts, key=this.key, iv=this.iv, data=this.data, **options)
    if isinstance(made, tuple):
        made, this.tag = made
    given, this.given, this.data = this.given, 0, b""
    return RString.binary(made[given:])


@method(CIPHER, "key_len")
def key_len(vm: Interpreter, this: RCipher) -> Value:
    return this.bits() // 8


@method(CIPHER, "iv_len")
def iv_len(vm: Interpreter, this: RCipher) -> Value:
    return 12 if "GCM" in this.name else 16


@method(CIPHER, "block_size")
def block_size(vm: Interpreter, this: RCipher) -> Value:
    return 16


@method(CIPHER, "name")
def cipher_name(vm: Interpreter, this: RCipher) -> Value:
    return RString(this.name)


@method(CIPHER, "reset")
def reset(vm: Interpreter, this: RCipher) -> Value:
    this.data, this.given = b"", 0
    return this
