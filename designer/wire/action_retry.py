"""``retry_on_response``: an action tried again, up to three times, when a server is out of breath."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator import RArray, RString, RubyError, Symbol, Value, truthy
from designer.wire.authorization import SDK

if TYPE_CHECKING:
    from designer.wire.engine import Engine

DEFAULT_CODES = (429, 500, 502, 503, 504, 507)
DEFAULT_METHODS = ("get", "head")
MAX_RETRIES = 3
DELAY_SECONDS = 5.0


def with_retries(engine: Engine, action: tuple[str, ...], execute: Callable[[], Value]) -> Value:
    """``execute()``, repeated as the action at the path ``action`` says, waiting 5, 10 and 20 seconds."""
    matches = _array(engine.dig(*action, "retry_on_response"))
    if not matches:
        return execute()
    codes = [m for m in matches if isinstance(m, int)] or list(DEFAULT_CODES)
    matchers = [m for m in matches if not isinstance(m, int)]
    methods = [_text(m) for m in _array(engine.dig(*action, "retry_on_request"))] or list(DEFAULT_METHODS)
    given = engine.dig(*action, "max_retries")
    left = min(max(given, 0), MAX_RETRIES) if isinstance(given, int) else MAX_RETRIES
    delay = DELAY_SECONDS
    while True:
        try:
            return execute()
        except RubyError as error:
            if left <= 0 or not _repeatable(engine, error, codes, matchers, methods):
                raise
            left -= 1
            engine.recorder.step("retry", f"{error.message}: the action is tried again in {delay:.0f} s")
            engine.vm.ports.sleep(delay)
            delay *= 2


def _repeatable(engine: Engine, error: RubyError, codes: list[int], matchers: list[Value], methods: list[str]) -> bool:
    if error.ruby_class_name != f"{SDK}::RequestFailedError":
        return False
    given = error.exception.attributes
    if given.get("code") not in codes or _text(given.get("method")) not in methods:
        return False
    texts = [RString(error.message), given.get("response")]
    return not matchers or any(truthy(engine.vm.send(m, "===", [text])) for m in matchers for text in texts)


def _array(value: Value) -> list[Value]:
    if value is None:
        return []
    return list(value) if isinstance(value, RArray) else [value]


def _text(value: Value) -> str:
    if isinstance(value, Symbol):
        return value.name.lower()
    return value.text.lower() if isinstance(value, RString) else ""
