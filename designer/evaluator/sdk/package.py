"""``workato``: the SDK's helpers for tokens, ciphers, JSON, YAML and CSV."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from designer.evaluator.classes import BINARY, Value, define, lookup
from designer.evaluator.convert import from_python
from designer.evaluator.errors import CannotEvaluate, RubyError, type_error, wrong_arguments
from designer.evaluator.inspecting import plain_to_s
from designer.evaluator.sdk.csv import CsvPackage
from designer.evaluator.sdk.host import Said, SdkObject
from designer.evaluator.sdk.request import Request
from designer.evaluator.values import (
    UNKNOWN,
    RArray,
    RHash,
    RString,
    Symbol,
    truthy,
)

if TYPE_CHECKING:
    from designer.evaluator.sdk.runtime import Runtime

define("Workato::Connector::Sdk::Dsl::WorkatoPackage")

ARGUMENT_ERROR = "Workato::Connector::Sdk::ArgumentError"
ENCODING_ERROR = "Workato::Connector::Sdk::ArgumentEncodingError"
PACKAGE_NOT_RUN = frozenset({"stream", "net"})
"""Of ``workato``: needs DNS or an open stream, which an evaluation has not."""
_AES_BITS = (128, 192, 256)
_TAG_BITS = (96, 104, 112, 120, 128)
_RSA_DIGESTS = ("SHA", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")
_MAX_RANDOM = 32
_MAX_ITERATIONS = 2_000_000


class WorkatoPackage(SdkObject):
    """``workato``; an unknown name raises the SDK's ``UndefinedStdLibMethodError``."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Dsl::WorkatoPackage"

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    def respond_to(self, name: str) -> bool:
        return name in _METHODS

    def answer(self, said: Said) -> Value:
        name, args, call = said.name, said.args, said.call
        if name == "csv":
            return CsvPackage(self.runtime)
        if name in PACKAGE_NOT_RUN:
            raise CannotEvaluate(f"workato.{name}", call.line, call.pointer)
        if (entry := _METHODS.get(name)) is None:
            if name in _OBJECT_METHODS:
                return UNKNOWN
            raise RubyError.of(
                "Workato::Connector::Sdk::UndefinedStdLibMethodError",
                f"Undefined method '{name}' for \"workato\" namespace",
            )
        function, minimum, maximum = entry
        args = said.folded
        if not minimum <= len(args) <= maximum:
            raise wrong_arguments(len(args), minimum, maximum)
        return function(self.runtime, args)


def refusal(message: str, ruby_class: str = ARGUMENT_ERROR) -> RubyError:
    return RubyError.of(ruby_class, message)


def _jwt_encode(r: Runtime, args: list[Value]) -> Value:
    fields = args[3] if len(args) > 3 and truthy(args[3]) else RHash()
    if not isinstance(fields, RHash):
        fields = r.vm.send(fields, "with_indifferent_access")
    return RString(r.jwt_encode(args[0], args[1], r.vm.to_s(args[2]), fields), "US-ASCII")


def _jwt_encode_rs256(r: Runtime, args: list[Value]) -> Value:
    return _jwt_encode(r, [args[0], args[1], RString("RS256"), *args[2:]])


def _jwt_decode(r: Runtime, args: list[Value]) -> Value:
    token = args[0]
    if token is not None and not isinstance(token, RString):
        token = r.vm.send(token, "split", [RString(".")])
    return from_python(
        r.jwt_decode(None if token is None else token.text, args[1], r.vm.to_s(args[2])), indifferent=True
    )


def _verify_rsa(r: Runtime, args: list[Value]) -> Value:
    algorithm = (_text(args[3]) if len(args) > 3 else "SHA256").upper()
    if algorithm not in _RSA_DIGESTS:
        raise refusal(f"Unsupported signing method. Supports only {', '.join(_RSA_DIGESTS)}. Got: '{algorithm}'")
    payload, certificate, signature = (_bytes(a) for a in args[:3])
    return r.verify_rsa(payload, certificate, signature, algorithm)


def _parse_json(r: Runtime, args: list[Value]) -> Value:
    source = args[0].reply() if isinstance(args[0], Request) else args[0]
    if not isinstance(source, RString):
        return source
    try:
        return r.vm.send(lookup("JSON"), "parse", [source])
    except RubyError as error:
        if error.exception.cls.name in ("JSON::ParserError", "JSON::NestingError"):
            raise refusal(error.message, "Workato::Connector::Sdk::JSONParsingError") from error
        raise


def _parse_yaml(r: Runtime, args: list[Value]) -> Value:
    if not isinstance(args[0], RString):
        raise type_error("no implicit conversion into String")
    return r.parse_yaml(args[0].text)


def _render_yaml(r: Runtime, args: list[Value]) -> Value:
    return RString(r.render_yaml(args[0]))


def _uuid(r: Runtime, _args: list[Value]) -> Value:
    return RString(r.vm.ports.random.uuid())


def _random_bytes(r: Runtime, args: list[Value]) -> Value:
    length = args[0]
    if not isinstance(length, int) or isinstance(length, bool) or length > _MAX_RANDOM:
        raise refusal(f"The requested length or random bytes sequence should be <= {_MAX_RANDOM}")
    if length < 0:
        raise RubyError.of("ArgumentError", "negative string size (or size too big)")
    return _binary(r.vm.ports.random.bytes(length))


def _cbc(r: Runtime, args: list[Value], *, encrypt: bool) -> Value:
    data, key = _bytes(args[0]), _bytes(args[1])
    bits = len(key) * 8
    if bits not in _AES_BITS:
        raise refusal("Incorrect key size for AES")
    iv = _bytes(args[2]) if len(args) > 2 and isinstance(args[2], RString) and args[2].s.strip() else None
    return _binary(r.vm.ports.crypto.cipher(f"AES-{bits}-CBC", encrypt=encrypt, key=key, iv=iv, data=data))


def _cbc_encrypt(r: Runtime, args: list[Value]) -> Value:
    return _cbc(r, args, encrypt=True)


def _cbc_decrypt(r: Runtime, args: list[Value]) -> Value:
    try:
        return _cbc(r, args, encrypt=False)
    except RubyError as error:
        if error.exception.cls.name == "OpenSSL::Cipher::CipherError":
            raise refusal(error.message) from error
        raise


def _all_strings(args: list[Value]) -> None:
    if not all(isinstance(a, RString) for a in args):
        raise refusal("All arguments must be of type String")


def _gcm_encrypt(r: Runtime, args: list[Value]) -> Value:
    _all_strings(args)
    if args[0].enc != "ASCII-8BIT" and not args[0].is_utf8:
        raise refusal("Data to be encrypted must have valid encoding", ENCODING_ERROR)
    data, key, iv = (_bytes(a) for a in args[:3])
    if not data:
        raise refusal("Data to be encrypted must not be empty")
    if len(key) * 8 not in _AES_BITS:
        raise refusal("Incorrect key size for AES")
    if len(iv) != 12:
        raise refusal("Incorrect key size for Initialization Vector")
    sealed, tag = r.vm.ports.crypto.cipher(
        f"AES-{len(key) * 8}-GCM", encrypt=True, key=key, iv=iv, data=data, auth_data=_auth_data(args, 3)
    )
    return RArray([_binary(sealed), _binary(tag)])


def _gcm_decrypt(r: Runtime, args: list[Value]) -> Value:
    _all_strings(args)
    if args[0].enc != "ASCII-8BIT" and not args[0].is_utf8:
        raise refusal("Data to be decrypted must have valid encoding", ENCODING_ERROR)
    data, key, tag, iv = (_bytes(a) for a in args[:4])
    if not data.strip():
        raise refusal("Data to be decrypted must not be empty")
    if len(tag) * 8 not in _TAG_BITS:
        raise refusal("Incorrect authentication tag size")
    if len(key) * 8 not in _AES_BITS:
        raise refusal("Incorrect key size for AES")
    try:
        opened = r.vm.ports.crypto.cipher(
            f"AES-{len(key) * 8}-GCM", encrypt=False, key=key, iv=iv, data=data, tag=tag, auth_data=_auth_data(args, 4)
        )
    except RubyError as error:
        if error.exception.cls.name == "OpenSSL::Cipher::CipherError":
            raise refusal("Not able to decrypt, please check input values again") from error
        raise
    return _binary(opened)


def _auth_data(args: list[Value], index: int) -> bytes:
    return _bytes(args[index]) if len(args) > index else b""


def _pbkdf2(_r: Runtime, args: list[Value]) -> Value:
    iterations = args[2] if len(args) > 2 else 1000
    length = args[3] if len(args) > 3 else 16
    if not isinstance(iterations, int) or not isinstance(length, int):
        raise type_error("no implicit conversion into Integer")
    if iterations > _MAX_ITERATIONS or length > 1_000_000:
        raise CannotEvaluate("workato.pbkdf2_hmac_sha1 with so many iterations")
    derived = hashlib.pbkdf2_hmac("sha1", _bytes(args[0]), _bytes(args[1]), max(iterations, 1), max(length, 1))
    return _binary(derived)


def _text(value: Value) -> str:
    if isinstance(value, Symbol):
        return value.name
    return value.text if isinstance(value, RString) else plain_to_s(value)


def _bytes(value: Value) -> bytes:
    if isinstance(value, RString):
        return value.to_bytes()
    given = "nil" if value is None else getattr(getattr(value, "cls", None), "name", type(value).__name__.title())
    raise type_error(f"no implicit conversion of {given} into String")


def _binary(data: bytes) -> RString:
    return RString.binary(data, BINARY)


_METHODS: dict[str, tuple[Callable[[Runtime, list[Value]], Value], int, int]] = {
    "jwt_encode": (_jwt_encode, 3, 4),
    "jwt_encode_rs256": (_jwt_encode_rs256, 2, 3),
    "jwt_decode": (_jwt_decode, 3, 3),
    "verify_rsa": (_verify_rsa, 3, 4),
    "parse_json": (_parse_json, 1, 1),
    "parse_yaml": (_parse_yaml, 1, 1),
    "render_yaml": (_render_yaml, 1, 1),
    "uuid": (_uuid, 0, 0),
    "random_bytes": (_random_bytes, 1, 1),
    "aes_cbc_encrypt": (_cbc_encrypt, 2, 3),
    "aes_cbc_decrypt": (_cbc_decrypt, 2, 3),
    "aes_gcm_encrypt": (_gcm_encrypt, 3, 4),
    "aes_gcm_decrypt": (_gcm_decrypt, 4, 5),
    "pbkdf2_hmac_sha1": (_pbkdf2, 2, 4),
}
_OBJECT_METHODS = frozenset(
    {"class", "is_a?", "kind_of?", "instance_of?", "nil?", "respond_to?", "inspect", "to_s", "object_id", "==", "!=",
     "!", "equal?", "eql?", "hash", "itself", "tap", "then", "present?", "blank?", "presence", "try", "send",
     "public_send", "frozen?", "freeze", "dup", "clone"}
)  # fmt: skip
