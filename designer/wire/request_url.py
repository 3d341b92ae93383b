"""Where a request goes: base URI, URL, credentials and params put together as the SDK does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import RHash, RString, RubyError, Value, truthy
from designer.evaluator.sdk import Request
from designer.wire.authorization import SDK, Connection
from designer.wire.urls import Uri, UriError, form_component, parse, resolve

if TYPE_CHECKING:
    from designer.wire.engine import Engine


def url_text(engine: Engine, request: Request) -> str:
    """``current_url``. Raises ``RubyError``: URI's own errors for texts that are no URL."""
    try:
        return str(build_uri(engine, request))
    except UriError as error:
        raise RubyError.of(error.ruby_class, error.message) from error


def build_uri(engine: Engine, request: Request) -> Uri:
    """Raises ``UriError``, and ``RubyError`` (the SDK's InvalidURIError) where the URL is no text at all."""
    uri = _merged(engine, request)
    if not request.digest:
        user, password = _credential(engine, request.user), _credential(engine, request.password)
        if user is not None or password is not None:
            uri = uri.with_credentials(user, password)
    if not truthy(request.params) or (isinstance(request.params, RHash) and not len(request.params)):
        return uri
    query = "&".join(part for part in (uri.query or "").split("&") if part.strip())
    given = engine.vm.send(request.params, "to_param")
    if given is True and not query:
        engine.vm.send(given, "to_str")  # true.to_param is no text, and URI refuses it in Ruby's words
    params = engine.vm.to_s(given)
    if params.strip():
        return uri.with_query(f"{query}&{params}" if query else params)
    return uri


def _merged(engine: Engine, request: Request) -> Uri:
    given = request.given_url
    connection = request.connection
    base = connection.base_uri() if isinstance(connection, Connection) else None
    if base is None:
        if not isinstance(given, RString):
            raise UriError(f"bad URI(is not URI?): {engine.vm.inspect(given)}")
        return parse(given.text)
    if isinstance(given, RString):
        text = given.text
    elif getattr(getattr(given, "cls", None), "name", "").startswith("URI::"):
        text = engine.vm.to_s(given)
    else:
        found = engine.vm.to_s(engine.vm.send(given, "class"))
        raise RubyError.of(f"{SDK}::InvalidURIError", f"Expected String or URI as request URL, got: {found}")
    return resolve(base.text, text)


def _credential(engine: Engine, value: Value) -> str | None:
    if not truthy(value):
        return None
    data = value.to_bytes() if isinstance(value, RString) else engine.vm.to_s(value).encode()
    return form_component(data)
