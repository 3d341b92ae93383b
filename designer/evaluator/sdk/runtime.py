"""What the SDK's methods ask of the world around them; the wire room provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from designer.evaluator.classes import Value
from designer.evaluator.interpreter import Interpreter
from designer.evaluator.values import CallSite, RHash

if TYPE_CHECKING:
    from designer.evaluator.sdk.request import Request


class ConnectionView(Protocol):
    """The SDK's connection object as far as lambdas meet it: the settings a request is signed with."""

    @property
    def settings(self) -> RHash:
        """A fresh indifferent copy; writing into it changes nothing."""
        ...


class Runtime(Protocol):
    """One run of one operation. All methods raise ``EvaluationError``."""

    vm: Interpreter

    def fulfil(self, request: Request) -> Value:
        """Authorise, send, refresh and retry, parse; then ``after_response`` or ``after_error_response``."""
        ...

    def url(self, request: Request) -> str:
        """``current_url``: base URI, query and credentials as they stand now."""
        ...

    def place(self, call: CallSite) -> object:
        """Where ``call`` was made and on whose behalf; kept with what it set."""
        ...

    def method_source(self, name: str) -> Value:
        """The entry of ``methods:``, None where there is none."""
        ...

    def account_property(self, name: str) -> Value: ...

    def warn(self, text: str) -> None:
        """Tell the person something about the run; the same text is told once."""
        ...

    def check_certificates(self, texts: Sequence[str], key: str | None, passphrase: str | None) -> None:
        """Raise ``RequestTLSCertificateFormatError`` where a PEM text cannot be read."""
        ...

    def jwt_encode(self, payload: Value, key: Value, algorithm: str, header_fields: RHash) -> str: ...

    def jwt_decode(self, token: str | None, key: Value, algorithm: str) -> Mapping[str, object]: ...

    def verify_rsa(self, payload: bytes, certificate: bytes, signature: bytes, algorithm: str) -> bool: ...

    def parse_yaml(self, text: str) -> Value: ...

    def render_yaml(self, value: Value) -> str: ...

    def aws_signature(self, connection: ConnectionView, arguments: RHash) -> RHash:
        """``aws.generate_signature``: ``{url, headers}``. ``arguments`` has symbol keys."""
        ...
