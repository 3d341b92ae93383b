"""One run of one operation: the interpreter, the connection and the wire, joined for the SDK's methods."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from designer import ruby
from designer.evaluator import (
    CallSite,
    CannotEvaluate,
    EvaluationError,
    HostObject,
    Interpreter,
    Ports,
    Program,
    RArray,
    RHash,
    RProc,
    RString,
    RubyError,
    Symbol,
    Value,
    accepted,
    export,
    from_python,
    to_python,
    truthy,
)
from designer.evaluator.convert import key_text
from designer.evaluator.sdk import ConnectionView, GlobalContext, Request
from designer.evaluator.sdk.foresight import foresee
from designer.wire import lifecycle
from designer.wire.authorization import Connection, Settings
from designer.wire.chance import Chance, clock
from designer.wire.crypto import OpenSsl, verify_certificate_signature
from designer.wire.declared import secret_settings
from designer.wire.model import Origin
from designer.wire.provenance import Place, watched
from designer.wire.recorder import REFRESH_SECONDS, Recorder
from designer.wire.sdk_error import SdkError

if TYPE_CHECKING:
    from designer.wire.model import Call, WireRequest, WireResponse

_NESTED = 10
"""How deep requests may be made by requests (acquire by a failing acquire) before the run is stopped."""


class YamlCodec(Protocol):
    """``workato.parse_yaml`` and ``workato.render_yaml``; lives above this room, where the YAML library is."""

    def parse(self, text: str) -> Any:
        """Safe-loaded plain values. Raises ``ValueError`` with Psych's words."""
        ...

    def render(self, value: Any) -> str: ...


class Evaluation:
    """What a lambda read of the settings and what it gave, for those who ask; nothing is exported before."""

    __slots__ = ("ended", "reads", "result")

    def __init__(self, reads: Mapping[str, Value]) -> None:
        self.reads = reads
        self.result: Value = None
        self.ended = False

    def values(self) -> dict[str, Any]:
        """``{"reads": {setting: value}, "gives": value}``, exported; ``gives`` is missing where it raised."""
        told: dict[str, Any] = {"reads": {name: _exported(value) for name, value in self.reads.items()}}
        return told | ({"gives": _exported(self.result)} if self.ended else {})


def _exported(value: Value) -> Any:
    try:
        return export(value)
    except EvaluationError as error:
        return f"({error.message})"


@functools.lru_cache(maxsize=8)
def _decoded(source: bytes) -> str:
    return source.decode("utf-8", "replace")


class Engine:
    """Implements the SDK's ``Runtime``. ``speaker`` is on whose behalf code runs: "you", "code", "apply", …"""

    def __init__(self, call: Call, recorder: Recorder, yaml: YamlCodec | None = None) -> None:
        self.call = call
        self.recorder = recorder
        self.chance = Chance(call.random)
        self.now: Callable[[], datetime] = clock(call.at)
        self._yaml = yaml
        self._speakers: list[_Speaker] = [_Speaker("code", {})]
        self._purposes: list[str] = ["request"]
        self._depth = 0
        self._macs: Counter[str] = Counter()
        self.source_text = _decoded(call.connector)
        self.slot_origins: dict[str, Origin] = {}
        """Where base_uri, token_url, client_id and client_secret came from, as last run."""
        self.vm = Interpreter(
            Program.of(call.connector),
            Ports(
                clock=self.now,
                random=self.chance,
                crypto=_CRYPTO,
                trace=self._trace,
                cancelled=recorder.cancel.is_cancelled,
                sleep=self._sleep,
            ),
        )
        self.dig: Callable[..., Value] = self.vm.connector.dig
        """The value of a slot of the connector, evaluated once."""
        self.keys: Callable[..., list[str]] = self.vm.connector.keys
        self._declared = secret_settings(call.connector)
        recorder.learn(call.settings, self._declared)
        recorder.learn(call.args)
        self.connection = Connection(self, Settings(from_python(dict(call.settings), indifferent=True)))

    def close(self) -> None:
        """End the run. Without this what it was made of would hold each other until the garbage collector came by."""
        self.connection.close()
        self.vm.close()
        del self.connection, self.recorder

    def method_source(self, name: str) -> Value:
        return self.dig("methods", name)

    # Lambdas

    def global_lambda(self, connection: Connection, name: str, path: tuple[str, ...]) -> Value:
        """base_uri, token_url and their kin; None where the slot is empty."""
        code = self.dig(*path)
        if not truthy(code):
            return None
        return self.run_lambda(name, code, connection, [], GlobalContext(self, connection))

    def run_lambda(
        self,
        speaker: str,
        code: Value,
        connection: Connection,
        arguments: Sequence[Value],
        context: HostObject,
        *,
        settings: RHash | None = None,
        handed: Mapping[str, Value] | None = None,
        quiet: bool = False,
    ) -> Value:
        """Run a slot's lambda with the connection's settings and ``arguments``, as many as it takes. ``handed`` are
        the settings among the arguments; they count as read where the lambda takes an argument."""
        if not isinstance(code, RProc):
            return self._converted(code, [settings if settings is not None else connection.settings, *arguments])
        vm = self.vm
        if code.pointer and code.pointer not in vm.program.foreseen:
            foresee(vm, code.pointer)
        reads: dict[str, Value] = dict(handed) if handed and len(code.parameters) > 1 else {}
        first = connection.shared.copy(reads) if settings is None else watched(settings, reads)
        seen = Evaluation(reads)
        if not quiet:
            title = f"{_TITLES.get(speaker, speaker)} runs"
            self.recorder.step("lambda", title, pointer=code.pointer, line=code.line, data=seen)
        line = vm.line
        self._speakers.append(_Speaker(speaker, reads))
        try:
            value = vm.call_proc(code, accepted(code, [first, *arguments]), self_obj=context)
        finally:
            self._speakers.pop()
        vm.line = line  # what goes wrong from here on is not this lambda's
        seen.result, seen.ended = value, True
        if speaker in _TOLD:
            gave = value.text if speaker == "base_uri" and isinstance(value, RString) else ""
            self.slot_origins[speaker] = Origin(speaker, code.pointer, code.line, tuple(reads), gave=gave)
        return value

    def _converted(self, code: Value, offered: list[Value]) -> Value:
        """A slot that is no lambda, by its ``to_proc``: a hash looks its argument up, a symbol is sent to it."""
        if isinstance(code, RHash):
            return self.vm.send(code, "[]", offered[:1])
        if isinstance(code, Symbol):
            return self.vm.send(offered[0], code.name)
        given = self.vm.to_s(self.vm.send(code, "class"))
        raise RubyError.of("TypeError", f"wrong argument type {given} (expected Proc)")

    def read(self, settings: Mapping[str, Value]) -> None:
        """Note that the code running now has had ``settings`` read for it."""
        self._speakers[-1].reads.update(settings)

    def speaking(self, speaker: str, reads: Mapping[str, Value] | None = None) -> _Speaking:
        """For a ``with``: what is called inside is called on behalf of ``speaker``, who has read ``reads``."""
        return _Speaking(self._speakers, _Speaker(speaker, dict(reads or _NOTHING)))

    @property
    def asked_for_by_you(self) -> bool:
        """Whether it is the console's own request that is made, and no lambda's."""
        return self._speakers[-1].source == "you"

    @contextmanager
    def purpose(self, name: str) -> Iterator[None]:
        """What requests made inside are for, and how long they may take."""
        self._purposes.append(name)
        before, self.recorder.seconds = self.recorder.seconds, REFRESH_SECONDS
        try:
            yield
        finally:
            self._purposes.pop()
            self.recorder.seconds = before

    @property
    def current_purpose(self) -> str:
        return self._purposes[-1]

    def place(self, call: CallSite) -> Place:
        return self._speakers[-1].place(call)

    # Requests

    def fulfil(self, request: Request) -> Value:
        if self._depth >= _NESTED:
            raise RubyError.of("SystemStackError", "stack level too deep")
        self._depth += 1
        request.in_flight = True
        try:
            return lifecycle.fulfil(self, request)
        finally:
            request.in_flight = False
            self._depth -= 1

    def url(self, request: Request) -> str:
        from designer.wire.request_url import url_text

        return url_text(self, request)

    def send(self, request: WireRequest, purpose: str) -> WireResponse:
        response: WireResponse = self.vm.paused(self.recorder.send, request, purpose)
        return response

    # What the SDK's helpers need

    def warn(self, text: str) -> None:
        self.recorder.warn(text)

    def learn_settings(self) -> None:
        values = {}
        for key, value in self.connection.shared.hash.items():
            try:
                values[key_text(key)] = to_python(value)
            except CannotEvaluate:
                continue
        self.recorder.learn(values, self._declared)

    def account_property(self, name: str) -> Value:
        value = self.call.account_properties.get(name)
        return None if value is None else RString(self.vm.to_s(from_python(value)))

    def check_certificates(self, texts: Sequence[str], key: str | None, passphrase: str | None) -> None:
        from designer.wire.model import TlsOptions
        from designer.wire.tls import check_options

        with self.sdk_errors():
            check_options(TlsOptions(key=key, passphrase=passphrase, server_certificates=tuple(texts)))

    def jwt_encode(self, payload: Value, key: Value, algorithm: str, header_fields: RHash) -> str:
        from designer.wire.signing import jwt_encode

        with self.sdk_errors():
            return jwt_encode(self, payload, key, algorithm, header_fields)

    def jwt_decode(self, token: str | None, key: Value, algorithm: str) -> Mapping[str, object]:
        from designer.wire.signing import jwt_decode

        with self.sdk_errors():
            return jwt_decode(self, token, key, algorithm)

    def verify_rsa(self, payload: bytes, certificate: bytes, signature: bytes, algorithm: str) -> bool:
        return verify_certificate_signature(certificate, algorithm, signature, payload)

    def aws_signature(self, connection: ConnectionView, arguments: RHash) -> RHash:
        from designer.wire.signing import aws_signature

        assert isinstance(connection, Connection)
        with self.sdk_errors():
            return aws_signature(self, connection, arguments)

    def parse_yaml(self, text: str) -> Value:
        if self._yaml is None:
            raise CannotEvaluate("workato.parse_yaml")
        try:
            return from_python(self._yaml.parse(text))
        except ValueError as error:
            raise RubyError.of("Workato::Connector::Sdk::ArgumentError", f"YAML Parsing error. {error}") from error

    def render_yaml(self, value: Value) -> str:
        if self._yaml is None:
            raise CannotEvaluate("workato.render_yaml")
        return self._yaml.render(_for_yaml(value))

    def sdk_errors(self) -> _SdkErrors:
        """Failures of this room's signing as the Ruby exceptions they stand for."""
        return _SDK_ERRORS

    def _sleep(self, seconds: float) -> None:
        if self.call.at is None:
            self.vm.paused(self.recorder.cancel.wait, seconds)

    def _trace(
        self,
        kind: str,
        title: str,
        detail: str = "",
        *,
        pointer: str | None = None,
        line: int | None = None,
        data: Any = None,
    ) -> None:
        if kind in ("hmac", "hash"):
            # A loop of them is key stretching, of which the first rounds tell enough.
            self._macs[kind] += 1
            if self._macs[kind] > _MACS:
                return
        self.recorder.step(kind, title, detail, pointer=pointer, line=line, data=data)


class _SdkErrors:
    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, SdkError):
            raise RubyError.of(error.ruby_class, error.message) from error


_SDK_ERRORS = _SdkErrors()


class _Speaker:
    """On whose behalf code runs, and which settings it has read; ``told`` of them by its calls until now."""

    __slots__ = ("reads", "source", "told")

    def __init__(self, name: str, reads: dict[str, Value]) -> None:
        self.source = _SOURCES.get(name, "code")
        self.reads = reads
        self.told = 0

    def place(self, call: CallSite) -> Place:
        reads = self.reads
        if not reads:
            return Place(self.source, call.pointer, call.line or None, _NOTHING, ())
        fresh = tuple(reads)[self.told :]
        self.told = len(reads)
        return Place(self.source, call.pointer, call.line or None, dict(reads), fresh)


class _Speaking:
    __slots__ = ("_speaker", "_speakers")

    def __init__(self, speakers: list[_Speaker], speaker: _Speaker) -> None:
        self._speakers = speakers
        self._speaker = speaker

    def __enter__(self) -> None:
        self._speakers.append(self._speaker)

    def __exit__(self, *_: object) -> None:
        self._speakers.pop()


def _for_yaml(value: Value) -> Any:
    """``to_python``, but symbols stay symbols: Psych writes them with their colon.

    Raises ``CannotEvaluate`` for an indifferent hash, which Psych writes with its Ruby class.
    """
    if isinstance(value, Symbol):
        return ruby.Symbol(value.name)
    if isinstance(value, RArray):
        return [_for_yaml(item) for item in value]
    if isinstance(value, RHash):
        if value.indifferent:
            raise CannotEvaluate("workato.render_yaml of an indifferent hash (take to_hash of it)")
        return {_for_yaml(k): _for_yaml(v) for k, v in value.items()}
    return to_python(value)


_CRYPTO = OpenSsl()
_TOLD = frozenset({"base_uri", "token_url", "client_id", "client_secret"})
_NOTHING: Mapping[str, Value] = {}
_MACS = 20
"""HMACs of one run that are kept with their inputs."""
_SOURCES = {
    "you": "you",
    "apply": "apply",
    "credentials": "apply",
    "acquire": "acquire",
    "refresh": "refresh",
    "base_uri": "base_uri",
}
_TITLES = {"code": "The code", "test": "test"}
