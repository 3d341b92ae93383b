"""Forms of single lambdas: URL templates, environment switches, test requests, tables of headers.

A shape is recognised in a sketch and rendered back to Ruby. Shapes of ``acquire`` and ``refresh`` are named but edited
as a whole by their kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import row
from designer.connection.kinds import authorize_url, aws_request
from designer.connection.kinds.basic import credentials
from designer.connection.kinds.common import (
    Rows,
    apply_lambda,
    apply_tables,
    dotted,
    kept_reply,
    pick_steps,
    rows_of,
    template_of,
)
from designer.connection.model import Shape
from designer.connection.reader import sketch_lambda
from designer.connection.sketch import AuthorizationSketch, Jwt, LambdaSketch, Lookup, Pick, Request, Text
from designer.connection.template import chips
from designer.ruby import Document, Element, Lambda, RubyCode

__all__ = ["SHAPES", "recognise_shape", "render_shape", "shape_of_sketch"]

SHAPES: Mapping[str, tuple[str, ...]] = {
    "url_template": ("base_uri", "token_url", "authorization_url"),
    "environment_switch": ("base_uri", "token_url"),
    "authorization_url": ("authorization_url",),
    "test_request": ("test",),
    "signed_request": ("test",),
    "bearer_header": ("apply", "credentials"),
    "header_table": ("apply", "credentials"),
    "user_password": ("apply", "credentials"),
    "setting": ("client_id", "client_secret", "selected", "identity"),
}
"""The shapes a form can write, and the keys they are offered for."""


def recognise_shape(slot_name: str, value: Lambda | Element) -> Shape | None:
    """The shape of a lambda that stands under ``slot_name``, None where the form cannot say all of it."""
    if isinstance(value, Lambda):
        found = Document.parse(f"{{ it: {value.text} }}".encode()).find("/it")
        sketch = sketch_lambda(found, slot_name) if found else None
    else:
        sketch = sketch_lambda(value, slot_name)
    return shape_of_sketch(slot_name, sketch) if sketch else None


def shape_of_sketch(slot_name: str, sketch: LambdaSketch) -> Shape | None:
    """As ``recognise_shape``, from the sketch."""
    reader = _READERS.get(slot_name)
    return reader(sketch) if reader else None


def render_shape(shape: Shape, writer: Writer = DEFAULT_STYLE, *, oauth2: bool = False) -> RubyCode:
    """The lambda of a shape; ``oauth2`` gives ``apply`` its second parameter. Raises ``KeyError`` for a shape or
    parameter that does not exist."""
    return _WRITERS[shape.name](shape.parameters, writer, oauth2)


# --- recognising ------------------------------------------------------------------------------------------------------


def _url(sketch: LambdaSketch) -> Shape | None:
    value = sketch.single
    if isinstance(value, Text):
        return Shape("url_template", {"url": value.template})
    if not isinstance(value, Lookup):
        return None
    cases: Rows = []
    for name, url in value.cases:
        template = template_of(url)
        if template is None:
            return None
        cases.append(row(name, template))
    otherwise = template_of(value.otherwise) if value.otherwise is not None else ""
    if otherwise is None:
        return None
    return Shape("environment_switch", {"field": value.setting, "cases": cases, "otherwise": otherwise})


def _authorization_url(sketch: LambdaSketch) -> Shape | None:
    url = template_of(sketch.single)
    parameters = authorize_url.split(url) if url is not None else None
    if parameters is not None:
        return Shape("authorization_url", parameters)
    return Shape("url_template", {"url": url}) if url is not None else None


def _test(sketch: LambdaSketch) -> Shape | None:
    if (signed := aws_request.read(sketch)) is not None:
        return Shape("signed_request", signed)
    value, path = sketch.single, ""
    if isinstance(value, Pick) and isinstance(value.source, Request):
        path, value = dotted(value.path) or "", value.source
        if not path:
            return None
    if not isinstance(value, Request):
        return None
    url, params, payload = template_of(value.url), rows_of(value.params, numbers=True), rows_of(value.payload)
    headers = rows_of(value.headers, header_names=True)
    plain = value.format == "json" and not value.extras and value.user is None and value.password is None
    if url is None or params is None or payload is None or headers is None or not plain:
        return None
    sent = {"params": params, "payload": payload, "headers": headers}
    return Shape("test_request", {"verb": value.verb, "url": url, **sent, "pick": path})


def _apply(sketch: LambdaSketch) -> Shape | None:
    auth = AuthorizationSketch(None, {"apply": sketch}, {})
    for name, also in (("user_password", ()), ("digest_credentials", ("digest_auth",))):
        if (found := credentials(auth, *also)) is not None:
            return Shape(name, found)
    tables = apply_tables(sketch)
    if tables is None or not any(tables.values()):
        return None
    headers = tables["headers"]
    if len(headers) == 1 and not tables["params"] and not tables["payload"]:
        name, value = headers[0]["name"], headers[0]["value"]
        if name.lower() == "authorization" and value.startswith("Bearer #{") and len(chips(value)) == 1:
            return Shape("bearer_header", {"token": value.removeprefix("Bearer ")})
    return Shape("header_table", dict(tables))


def _acquire(sketch: LambdaSketch) -> Shape | None:
    if any(isinstance(value, Jwt) for value in sketch.everything()):
        return Shape("jwt_claims", {})
    kept = kept_reply(sketch)
    return Shape("token_request", {"url": template_of(kept[0].url), "keep": kept[1]}) if kept else None


def _setting(sketch: LambdaSketch) -> Shape | None:
    template = template_of(sketch.single)
    return Shape("setting", {"value": template}) if template is not None and chips(template) else None


_READERS: dict[str, Callable[[LambdaSketch], Shape | None]] = {
    "base_uri": _url,
    "token_url": _url,
    "authorization_url": _authorization_url,
    "test": _test,
    "apply": _apply,
    "credentials": _apply,
    "acquire": _acquire,
    "refresh": _acquire,
    "client_id": _setting,
    "client_secret": _setting,
    "selected": _setting,
    "identity": _setting,
}

# --- writing ----------------------------------------------------------------------------------------------------------


def _write_url(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return writer.proc(("connection",), [writer.text(params["url"])])


def _write_switch(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    body = [f"case {writer.setting(params['field'])}"]
    for case in params["cases"]:
        body.append(f"when {writer.string(case['name'])} then {writer.text(case['value'])}")
    if params["otherwise"]:
        body.append(f"else {writer.text(params['otherwise'])}")
    return writer.proc(("connection",), [*body, "end"])


def _write_authorization_url(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return authorize_url.write(dict(params), writer)


def _write_test(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    bodiless = params["verb"] in ("get", "head", "options", "delete")
    given = writer.rows(params["params"] if bodiless else params["payload"])
    first, *more = writer.call(params["verb"], [writer.text(params["url"]), *given])
    lines = [first, *more]
    for name in ("headers", "params", "payload"):
        if name == ("params" if bodiless else "payload"):
            continue
        if pairs := writer.rows(params[name], strings=name == "headers"):
            opening, *rest = writer.call(name, pairs)
            lines += [f"  .{opening}", *(f"  {line}" for line in rest)]
    if params["pick"]:
        lines[-1] += pick_steps(writer, params["pick"])
    return writer.proc(("connection",), lines)


def _write_signed(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return aws_request.write(params, writer)


def _write_tables(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return apply_lambda(params, writer, oauth2=oauth2)


def _write_bearer(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return apply_lambda({"headers": [row("Authorization", f"Bearer {params['token']}")]}, writer, oauth2=oauth2)


def _write_user_password(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    body = [f"user({writer.text(params['user'])})", f"password({writer.text(params['password'])})"]
    return writer.proc(("connection",), body)


def _write_setting(params: Mapping[str, Any], writer: Writer, oauth2: bool) -> RubyCode:
    return writer.proc(("connection",), [writer.text(params["value"])])


_WRITERS: dict[str, Callable[[Mapping[str, Any], Writer, bool], RubyCode]] = {
    "url_template": _write_url,
    "environment_switch": _write_switch,
    "authorization_url": _write_authorization_url,
    "test_request": _write_test,
    "signed_request": _write_signed,
    "bearer_header": _write_bearer,
    "header_table": _write_tables,
    "user_password": _write_user_password,
    "setting": _write_setting,
}
