"""The connection and its authorization as the SDK reads them out of a connector."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from designer.evaluator import RArray, RHash, RProc, RString, RubyError, Symbol, Value, truthy
from designer.evaluator.sdk import BareContext, OperationContext, resolve
from designer.evaluator.values import indifferent_result
from designer.wire.provenance import WatchedPairs
from designer.wire.results import (
    checked_acquire,
    checked_definition,
    checked_option,
    checked_refresh,
    checked_string,
    demand_options,
)
from designer.wire.signals import Candidate, Signal, recognised

if TYPE_CHECKING:
    from designer.wire.engine import Engine

SDK = "Workato::Connector::Sdk"
_ROOT = ("connection", "authorization")
_TYPE = (*_ROOT, "type")
_NONE: Mapping[str, Value] = MappingProxyType({})
_NO_SELECTED = (
    "The official gem refuses a multi authorization without `selected`; run here as on the platform, "
    "which takes the choice from the field auth_type."
)


class Settings:
    """The settings of a run: one hash, shared by all its connections; what lambdas are handed are copies."""

    __slots__ = ("_arrays", "hash")

    def __init__(self, settings: RHash) -> None:
        self.hash = settings
        self._arrays: list[Any] | None = None

    def copy(self, reads: dict[str, Value] | None = None) -> RHash:
        """A copy as the SDK makes it: arrays are copied too, hashes inside are the same. With ``reads`` it notes there
        what is asked of it."""
        pairs = self.hash.pairs
        if self._arrays is None:
            self._arrays = [known for known, pair in pairs.items() if type(pair[1]) is RArray]
        made = RHash(indifferent=True)
        made.default, made.default_proc = self.hash.default, self.hash.default_proc
        made.pairs = pairs.copy() if reads is None else WatchedPairs(pairs, reads)
        for known in self._arrays:
            key, array = pairs[known]
            made.pairs[known] = (key, RArray(array))
        return made

    def merge(self, settings: RHash) -> None:
        for key, value in settings.items():
            self.hash.set(key, value)
        self._arrays = None


class Connection:
    """The SDK's connection: settings shared by all that belongs to one run, and what the connector says.

    ``bare`` knows no base URI and no authorization (what ``refresh`` runs on); ``without_apply`` leaves out apply
    but keeps the rest (what ``acquire`` runs on); ``without_authorization`` keeps the base URI alone.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        *,
        bare: bool = False,
        without_apply: bool = False,
        without_authorization: bool = False,
    ) -> None:
        self.engine = engine
        self.shared = settings
        self.bare = bare
        self.without_apply = without_apply
        self.without_authorization = bare or without_authorization
        self._authorization: Authorization | None = None
        self._has_authorization = False if self.without_authorization else None

    def close(self) -> None:
        """Let go of the authorization, which knows this connection."""
        self._authorization = None

    @property
    def settings(self) -> RHash:
        """See ``Settings.copy``."""
        return self.shared.copy()

    def merge(self, settings: RHash | None) -> None:
        if settings is not None:
            self.shared.merge(settings)
            self.engine.learn_settings()

    @property
    def has_authorization(self) -> bool:
        if self._has_authorization is None:
            self._has_authorization = bool(self.engine.keys(*_ROOT))
            if not self._has_authorization:
                self._demand_hash()
                checked_definition(self.engine.vm, "authorization", self.engine.dig(*_ROOT))
        return self._has_authorization

    def _demand_hash(self) -> None:
        """Raises what the SDK does with a ``connection`` that is no hash."""
        if self.engine.vm.program.code.names(_ROOT[:1]):
            return  # written as one
        given = self.engine.dig("connection")
        if given is not None and not isinstance(given, RHash):
            raise self.engine.vm.no_method(given, "with_indifferent_access")

    @property
    def authorization(self) -> Authorization:
        if not self.has_authorization:
            raise RubyError.of("NotImplementedError", "define authorization: before use")
        if self._authorization is None:
            self._authorization = Authorization(self)
        return self._authorization

    def base_uri(self) -> RString | None:
        """Run on every request, with the settings as they are then."""
        if self.bare:
            return None
        value = self.engine.global_lambda(self, "base_uri", ("connection", "base_uri"))
        if value is None:
            self._demand_hash()
        return checked_string(self.engine.vm, value)

    def apply(self) -> tuple[str, Value]:
        """``("apply", lambda)`` or ``("credentials", lambda)``; the lambda is None where neither is defined."""
        path = self.authorization.path
        if not self.without_apply and truthy(found := self.engine.dig(*path, "apply")):
            return "apply", found
        found = self.engine.dig(*path, "credentials")
        return "credentials", found if truthy(found) else None


class Authorization:
    """``connection.authorization``; in a multi connector that of the option the settings select."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.engine = connection.engine
        self._written: str | None = None

    @property
    def _type(self) -> str:
        """What the connector says, also where that is "multi"."""
        if self._written is None:
            written = self.engine.vm.program.code.text(_TYPE)
            self._written = _to_s(self.engine, self.engine.dig(*_TYPE)) if written is None else written
        return self._written

    @property
    def multi(self) -> bool:
        return self._type == "multi"

    def slot(self, name: str) -> Value:
        return self.engine.dig(*self.path, name)

    @property
    def path(self) -> tuple[str, ...]:
        """Where the authorization in force stands. Raises the SDK's errors for a broken multi definition."""
        root = _ROOT
        if not self.multi:
            return root
        key = self.selected_key(root)
        options = (*root, "options")
        if key not in self.engine.keys(*options) or not truthy(self.engine.dig(*options, key)):
            raise RubyError.of(
                f"{SDK}::UnresolvedMultiAuthOptionError",
                f"Cannot find multi-auth definition for '{key}'",
                name=RString(key),
            )
        checked_option(self.engine.vm, self.engine.dig(*options, key))
        return (*options, key)

    def selected_key(self, root: tuple[str, ...]) -> str:
        selected = self.engine.dig(*root, "selected")
        if not truthy(selected):
            self.engine.warn(_NO_SELECTED)
            value = self.connection.settings.get("auth_type")
        if not self.engine.keys(*root, "options"):
            demand_options(self.engine.vm, self.engine.dig(*root, "options"))
            raise RubyError.of(f"{SDK}::InvalidMultiAuthDefinition", "Multi-auth connection must define 'options' list")
        if truthy(selected):
            value = self.selected()
        return "" if value is None else self.engine.vm.to_s(value)

    def selected(self) -> Value:
        """What ``selected`` answers, whatever it is; the field auth_type where there is no such lambda."""
        selected = self.engine.dig("connection", "authorization", "selected")
        if not truthy(selected):
            self.engine.warn(_NO_SELECTED)
            return self.connection.settings.get("auth_type")
        if not isinstance(selected, RProc):
            return self.engine.vm.send(selected, "call", [self.connection.settings])
        return self.engine.run_lambda("selected", selected, self.connection, [], BareContext(), quiet=True)

    @property
    def type(self) -> str:
        text = _to_s(self.engine, self.slot("type")) if self.multi else self._type
        return text if text.strip() else "none"

    @property
    def oauth2(self) -> bool:
        return "oauth2" in self.type.lower()

    @property
    def reauthorizable(self) -> bool:
        return self.oauth2 or self.slot_present("acquire")

    @property
    def refresh_on(self) -> list[Value]:
        return _patterns(self.slot("refresh_on"))

    @property
    def detect_on(self) -> list[Value]:
        return _patterns(self.slot("detect_on"))

    def lambda_text(self, name: str) -> RString | None:
        """authorization_url, token_url, client_id or client_secret; the last two may be plain strings."""
        if name in ("client_id", "client_secret") and not isinstance(value := self.slot(name), RProc):
            return checked_string(self.engine.vm, value)
        value = self.engine.global_lambda(self.connection, name, (*self.path, name))
        return checked_string(self.engine.vm, value)

    def detects(self, name: str, response: Value) -> Signal | None:
        """The entry of detect_on that takes a reply for a refusal. ``name``: its text, then what it parses to."""
        if not self.reauthorizable:
            return None
        return recognised(self.engine.vm, self.detect_on, [(name, response)], forgiving=True)

    def refresh_signal(self, code: int | None, body: Value, message: str) -> Signal | None:
        """The entry of refresh_on that lets a failure start a refresh. A blank refresh_on lets any: see the caller."""
        return recognised(self.engine.vm, self.refresh_on, self.refresh_candidates(code, body, message))

    @staticmethod
    def refresh_candidates(code: int | None, body: Value, message: str) -> list[Candidate]:
        """What refresh_on is held against, in the SDK's order."""
        status: list[Candidate] = [] if code is None else [("the status", code)]
        return [*status, ("the message", RString(message)), ("the body", body)]

    def acquire(self, settings: RHash | None, *arguments: Value) -> Value:
        """``acquire``: auth_code, redirect_uri and, on the platform, the PKCE verifier follow the connection.

        Returns None, an indifferent hash or an array of one to three. Raises what the lambda raises.
        """
        self.connection.merge(settings)
        acquire = self.slot("acquire")
        if not truthy(acquire):
            raise RubyError.of(f"{SDK}::InvalidDefinitionError", "Expect 'acquire' block")
        inner = Connection(self.engine, self.connection.shared, without_apply=True)
        with self.engine.purpose("acquire"):
            value = self._operation("acquire", acquire, inner, list(arguments))
        return checked_acquire(self.engine.vm, value)

    def refresh(self, settings: RHash | None, refresh_token: Value) -> Value:
        """``refresh`` alone, on an empty connection: no base URI, no apply. Returns a hash, or an array of tokens
        and settings."""
        self.connection.merge(settings)
        refresh = self.slot("refresh")
        if not truthy(refresh):
            raise RubyError.of(f"{SDK}::InvalidDefinitionError", "Expect 'refresh' block")
        inner = Connection(self.engine, self.connection.shared, bare=True)
        with self.engine.purpose("refresh"):
            value = self._operation("refresh", refresh, inner, [refresh_token], {"refresh_token": refresh_token})
        return checked_refresh(self.engine.vm, value)

    def _operation(
        self, name: str, code: Value, inner: Connection, arguments: list[Value], handed: Mapping[str, Value] = _NONE
    ) -> Value:
        context = OperationContext(self.engine, inner)
        value = self.engine.run_lambda(name, code, inner, arguments, context, handed=handed)
        return indifferent_result(resolve(value))

    def slot_present(self, name: str) -> bool:
        """Whether a slot holds anything that is not blank."""
        value = self.slot(name)
        return truthy(value) and not (isinstance(value, RString | RArray | RHash) and not _size(value))


def _patterns(value: Value) -> list[Value]:
    if value is None:
        return []
    items = list(value) if isinstance(value, RArray) else [value]
    return [item for item in items if item is not None]


def _size(value: Any) -> int:
    return len(value.s.strip()) if isinstance(value, RString) else len(value)


def _to_s(engine: Engine, value: Value) -> str:
    if isinstance(value, Symbol):
        return value.name
    return "" if value is None or value is False else engine.vm.to_s(value)
