"""Digest, OpenSSL, Base64 and SecureRandom."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import RClass, Value, define, define_module
from designer.evaluator.core import encodings
from designer.evaluator.core.kernel import random_number
from designer.evaluator.core.packing import decode_base64
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import CannotEvaluate, RubyError
from designer.evaluator.limits import check_string
from designer.evaluator.macs import hash_told, mac
from designer.evaluator.numbers import int_of
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RHash, RObject, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

DIGEST = define_module("Digest")
BASE = define("Digest::Base")
OPENSSL_DIGEST = define("OpenSSL::Digest")
HMAC = define("OpenSSL::HMAC")
BASE64 = define_module("Base64")
SECURE_RANDOM = define_module("SecureRandom")
OPENSSL = define_module("OpenSSL")
_ALGORITHMS = {
    "MD5": "md5", "SHA1": "sha1", "SHA224": "sha224", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512",
    "SHA512-256": "sha512_256", "SHA512-224": "sha512_224", "RIPEMD160": "ripemd160", "SHA3-256": "sha3_256",
    "SHA3-512": "sha3_512", "SHA3-384": "sha3_384", "SHA3-224": "sha3_224",
}  # fmt: skip


class RDigest(RObject):
    """A digest object; ``name`` is Ruby's name of the algorithm."""

    __slots__ = ("data", "name")

    def __init__(self, cls: RClass, name: str) -> None:
        super().__init__(cls)
        self.name = name
        self.data = b""

    def digest(self, data: bytes | None = None) -> bytes:
        return hashed(self.name, self.data if data is None else data)

    def copy_value(self) -> RDigest:
        made = RDigest(self.cls, self.name)
        made.data = self.data
        return made


def hashed(name: str, data: bytes) -> bytes:
    try:
        return hashlib.new(_ALGORITHMS[name], data).digest()
    except ValueError:
        raise CannotEvaluate(f"the digest {name}") from None


def algorithm_name(vm: Interpreter, value: Value) -> str:
    """Ruby's name of the algorithm a digest object or a name stands for."""
    if isinstance(value, RDigest):
        return value.name
    if isinstance(value, RClass) and value in _CLASS_NAMES:
        return _CLASS_NAMES[value]
    text = string_argument(vm, value).s.upper().removeprefix("RSA-")
    text = {"SHA-1": "SHA1", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512"}.get(text, text)
    if text not in _ALGORITHMS:
        raise RubyError.of(
            "RuntimeError", f"Unsupported digest algorithm ({string_argument(vm, value).s}).: unknown object name"
        )
    return text


_CLASS_NAMES: dict[RClass, str] = {}


def _digest_class(cls: RClass, name: str) -> None:
    _CLASS_NAMES[cls] = name

    def told(vm: Interpreter, data: Value) -> bytes:
        given = string_argument(vm, data).to_bytes()
        return hash_told(vm, _ALGORITHMS[name], given, hashed(name, given))

    def digest(vm: Interpreter, this: RClass, data: Value) -> Value:
        return RString.binary(told(vm, data))

    def hexdigest(vm: Interpreter, this: RClass, data: Value) -> Value:
        return RString(told(vm, data).hex(), "US-ASCII")

    def base64digest(vm: Interpreter, this: RClass, data: Value) -> Value:
        return RString(encodings.base64_strict(told(vm, data)), "US-ASCII")

    def new(vm: Interpreter, this: RClass, data: Value = None) -> Value:
        made = RDigest(this, name)
        if data is not None:
            made.data = string_argument(vm, data).to_bytes()
        return made

    for called, function in (
        ("digest", digest),
        ("hexdigest", hexdigest),
        ("base64digest", base64digest),
        ("new", new),
    ):
        singleton(cls, called)(function)


for _name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"):
    _digest_class(define(f"Digest::{_name}", BASE), _name)
for _name in ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"):
    _digest_class(define(f"OpenSSL::Digest::{_name}", OPENSSL_DIGEST), _name)
OPENSSL.constants["Random"] = define("OpenSSL::Random")
SHA2 = define("Digest::SHA2", BASE)


@singleton(SHA2, "new")
def sha2_new(vm: Interpreter, this: RClass, bits: Value = 256) -> Value:
    return RDigest(this, f"SHA{int_of(vm, bits)}")


@singleton(SHA2, "hexdigest")
def sha2_hexdigest(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString(hashed("SHA256", string_argument(vm, data).to_bytes()).hex(), "US-ASCII")


@singleton(DIGEST, "hexencode")
def hexencode(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString(string_argument(vm, data).to_bytes().hex(), "US-ASCII")


@singleton(OPENSSL_DIGEST, "new")
def openssl_digest_new(vm: Interpreter, this: RClass, name: Value, data: Value = None) -> Value:
    made = RDigest(this, algorithm_name(vm, name))
    if data is not None:
        made.data = string_argument(vm, data).to_bytes()
    return made


@singleton(OPENSSL_DIGEST, "digest")
def openssl_digest(vm: Interpreter, this: RClass, name: Value, data: Value) -> Value:
    return RString.binary(hashed(algorithm_name(vm, name), string_argument(vm, data).to_bytes()))


@singleton(OPENSSL_DIGEST, "hexdigest")
def openssl_hexdigest(vm: Interpreter, this: RClass, name: Value, data: Value) -> Value:
    return RString(hashed(algorithm_name(vm, name), string_argument(vm, data).to_bytes()).hex(), "US-ASCII")


@singleton(OPENSSL_DIGEST, "base64digest")
def openssl_base64digest(vm: Interpreter, this: RClass, name: Value, data: Value) -> Value:
    made = hashed(algorithm_name(vm, name), string_argument(vm, data).to_bytes())
    return RString(encodings.base64_strict(made), "US-ASCII")


def digest_methods(cls: RClass) -> None:
    def update(vm: Interpreter, this: RDigest, data: Value) -> Value:
        this.data += string_argument(vm, data).to_bytes()
        vm.charge(len(this.data))
        return this

    def reset(vm: Interpreter, this: RDigest) -> Value:
        this.data = b""
        return this

    def given(vm: Interpreter, data: Value) -> bytes | None:
        return None if data is None else string_argument(vm, data).to_bytes()

    def digest(vm: Interpreter, this: RDigest, data: Value = None) -> Value:
        return RString.binary(this.digest(given(vm, data)))

    def hexdigest(vm: Interpreter, this: RDigest, data: Value = None) -> Value:
        return RString(this.digest(given(vm, data)).hex(), "US-ASCII")

    def base64digest(vm: Interpreter, this: RDigest, data: Value = None) -> Value:
        return RString(encodings.base64_strict(this.digest(given(vm, data))), "US-ASCII")

    def to_s(vm: Interpreter, this: RDigest) -> Value:
        return RString(this.digest().hex(), "US-ASCII")

    def length(vm: Interpreter, this: RDigest) -> Value:
        return len(this.digest())

    def block_length(vm: Interpreter, this: RDigest) -> Value:
        return hashlib.new(_ALGORITHMS[this.name]).block_size

    def inspect(vm: Interpreter, this: RDigest) -> Value:
        return RString(f"#<{this.cls.name}: {this.digest().hex()}>")

    def same(vm: Interpreter, this: RDigest, other: Value) -> Value:
        """Of two digests what they come to; of a text whether it is that in hexadecimal."""
        if isinstance(other, RDigest):
            return this.digest() == other.digest()
        return isinstance(other, RString) and other.s == this.digest().hex()

    def name(vm: Interpreter, this: RDigest) -> Value:
        return RString(this.name)

    method(cls, "update", "<<")(update)
    method(cls, "reset")(reset)
    method(cls, "digest")(digest)
    method(cls, "hexdigest")(hexdigest)
    method(cls, "base64digest")(base64digest)
    method(cls, "to_s")(to_s)
    method(cls, "digest_length", "length", "size")(length)
    method(cls, "block_length")(block_length)
    method(cls, "inspect")(inspect)
    method(cls, "==")(same)
    if cls is OPENSSL_DIGEST:
        method(cls, "name")(name)


digest_methods(BASE)
digest_methods(OPENSSL_DIGEST)


def _hmac(vm: Interpreter, name: Value, key: Value, data: Value) -> bytes:
    algorithm = _ALGORITHMS[algorithm_name(vm, name)]
    return mac(vm, algorithm, string_argument(vm, key).to_bytes(), string_argument(vm, data).to_bytes())


@singleton(HMAC, "digest")
def hmac_digest(vm: Interpreter, this: RClass, name: Value, key: Value, data: Value) -> Value:
    return RString.binary(_hmac(vm, name, key, data))


@singleton(HMAC, "hexdigest")
def hmac_hexdigest(vm: Interpreter, this: RClass, name: Value, key: Value, data: Value) -> Value:
    return RString(_hmac(vm, name, key, data).hex(), "US-ASCII")


@singleton(HMAC, "base64digest")
def hmac_base64digest(vm: Interpreter, this: RClass, name: Value, key: Value, data: Value) -> Value:
    return RString(encodings.base64_strict(_hmac(vm, name, key, data)), "US-ASCII")


class RHmac(RObject):
    __slots__ = ("algorithm", "data", "key")

    def __init__(self, key: bytes, algorithm: str) -> None:
        super().__init__(HMAC)
        self.key, self.algorithm, self.data = key, algorithm, b""


@singleton(HMAC, "new")
def hmac_new(vm: Interpreter, this: RClass, key: Value, name: Value) -> Value:
    return RHmac(string_argument(vm, key).to_bytes(), _ALGORITHMS[algorithm_name(vm, name)])


@method(HMAC, "update", "<<")
def hmac_update(vm: Interpreter, this: RHmac, data: Value) -> Value:
    this.data += string_argument(vm, data).to_bytes()
    return this


@method(HMAC, "digest")
def hmac_object_digest(vm: Interpreter, this: RHmac) -> Value:
    return RString.binary(mac(vm, this.algorithm, this.key, this.data))


@method(HMAC, "hexdigest", "to_s", "inspect")
def hmac_object_hexdigest(vm: Interpreter, this: RHmac) -> Value:
    return RString(mac(vm, this.algorithm, this.key, this.data).hex(), "US-ASCII")


@method(HMAC, "base64digest")
def hmac_object_base64digest(vm: Interpreter, this: RHmac) -> Value:
    return RString(encodings.base64_strict(mac(vm, this.algorithm, this.key, this.data)), "US-ASCII")


@singleton(OPENSSL, "fixed_length_secure_compare", "secure_compare")
def secure_compare(vm: Interpreter, this: RClass, a: Value, b: Value) -> Value:
    return hmac.compare_digest(string_argument(vm, a).to_bytes(), string_argument(vm, b).to_bytes())


@singleton(define("OpenSSL::Random"), "random_bytes")
def openssl_random_bytes(vm: Interpreter, this: RClass, count: Value) -> Value:
    return random_bytes(vm, this, count)


@singleton(define_module("OpenSSL::PKCS5"), "pbkdf2_hmac_sha1")
def pbkdf2_hmac_sha1(vm: Interpreter, this: RClass, password: Value, salt: Value, turns: Value, length: Value) -> Value:
    return _pbkdf2(vm, "sha1", password, salt, turns, length)


@singleton(define_module("OpenSSL::PKCS5"), "pbkdf2_hmac")
def pbkdf2_hmac(
    vm: Interpreter, this: RClass, password: Value, salt: Value, turns: Value, length: Value, digest: Value
) -> Value:
    return _pbkdf2(vm, _ALGORITHMS[algorithm_name(vm, digest)], password, salt, turns, length)


@singleton(define_module("OpenSSL::KDF"), "pbkdf2_hmac")
def kdf_pbkdf2_hmac(
    vm: Interpreter, this: RClass, password: Value, *, salt: Value, iterations: Value, length: Value, hash: Value
) -> Value:
    return _pbkdf2(vm, _ALGORITHMS[algorithm_name(vm, hash)], password, salt, iterations, length)


def _pbkdf2(vm: Interpreter, name: str, password: Value, salt: Value, turns: Value, length: Value) -> RString:
    count, size = int_of(vm, turns), int_of(vm, length)
    if count * max(1, size) > 40_000_000:
        from designer.evaluator.errors import LimitExceeded

        raise LimitExceeded("The code derives a key in more rounds than are run here.")
    made = hashlib.pbkdf2_hmac(
        name, string_argument(vm, password).to_bytes(), string_argument(vm, salt).to_bytes(), count, size
    )
    return RString.binary(made)


# --- Base64 -------------------------------------------------------------------------------------------------------


@singleton(BASE64, "strict_encode64")
def strict_encode64(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString(encodings.base64_strict(string_argument(vm, data).to_bytes()), "US-ASCII")


@singleton(BASE64, "encode64")
def encode64(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString(encodings.base64_lines(string_argument(vm, data).to_bytes()), "US-ASCII")


@singleton(BASE64, "urlsafe_encode64")
def urlsafe_encode64(vm: Interpreter, this: RClass, data: Value, *, padding: Value = True) -> Value:
    text = encodings.base64_urlsafe(string_argument(vm, data).to_bytes(), padding=padding not in (None, False))
    return RString(text, "US-ASCII")


@singleton(BASE64, "decode64")
def decode64(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString.binary(decode_base64(_sent(vm, data, "unpack1").to_bytes()))


@singleton(BASE64, "strict_decode64")
def strict_decode64(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString.binary(decode_base64(_sent(vm, data, "unpack1").to_bytes(), strict=True))


@singleton(BASE64, "urlsafe_decode64")
def urlsafe_decode64(vm: Interpreter, this: RClass, data: Value) -> Value:
    return RString.binary(encodings.base64_urlsafe_decoded(_sent(vm, data, "end_with?")))


def _sent(vm: Interpreter, value: Value, name: str) -> RString:
    """``value`` where it is a string, which Base64 simply calls ``name`` on."""
    if not isinstance(value, RString):
        raise vm.no_method(value, name)
    return value


# --- SecureRandom -------------------------------------------------------------------------------------------------


def _count(vm: Interpreter, value: Value, default: int = 16) -> int:
    if isinstance(value, RString | Symbol | bool):
        raise vm.no_method(value, "to_int")
    count = default if value is None or value is UNSET else int_of(vm, value)
    check_string(count, vm.limits)
    return count


@singleton(SECURE_RANDOM, "hex")
def hex_(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return RString(vm.ports.random.hex(_count(vm, count)), "US-ASCII")


@singleton(SECURE_RANDOM, "uuid")
def uuid(vm: Interpreter, this: RClass) -> Value:
    return RString(vm.ports.random.uuid())


@singleton(SECURE_RANDOM, "random_bytes", "bytes", "gen_random")
def random_bytes(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return RString.binary(vm.ports.random.bytes(_count(vm, count)))


@singleton(SECURE_RANDOM, "base64")
def base64_(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return RString(encodings.base64_strict(vm.ports.random.bytes(_count(vm, count))), "US-ASCII")


@singleton(SECURE_RANDOM, "urlsafe_base64")
def urlsafe_base64(vm: Interpreter, this: RClass, count: Value = None, padding: Value = False) -> Value:
    text = base64.urlsafe_b64encode(vm.ports.random.bytes(_count(vm, count))).decode("ascii")
    return RString(text if padding not in (None, False) else text.rstrip("="), "US-ASCII")


def _picked(vm: Interpreter, alphabet: str, count: int) -> RString:
    return RString("".join(alphabet[vm.ports.random.integer(len(alphabet))] for _ in range(count)), "US-ASCII")


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@singleton(SECURE_RANDOM, "alphanumeric")
def alphanumeric(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return _picked(vm, _LETTERS + _LETTERS.lower() + "0123456789", _count(vm, count))


@singleton(SECURE_RANDOM, "base36")
def base36(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return _picked(vm, "0123456789" + _LETTERS.lower(), _count(vm, count))


@singleton(SECURE_RANDOM, "base58")
def base58(vm: Interpreter, this: RClass, count: Value = None) -> Value:
    return _picked(vm, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", _count(vm, count))


@singleton(SECURE_RANDOM, "random_number", "rand")
def random_number_(vm: Interpreter, this: RClass, limit: Value = None) -> Value:
    return random_number(vm, limit)


Options = RHash
Found = dict[str, Any]
