"""User name and password with HTTP Basic (RFC 7617)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, FormItem
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import apply_lines, apply_tables, idle, one_hash, template_of
from designer.connection.kinds.conditions import CONDITIONAL
from designer.connection.sketch import AuthorizationSketch, BasicHeader, Call, LambdaSketch, Pair, Pairs, Value
from designer.ruby.values import RubyValue

HEADER = "Authorization"


class Basic(Kind):
    name = "basic"
    title = "Basic"
    summary = (
        "The user's name and password go along with every request in one header. "
        "Many APIs take an API key in place of the user name and leave the password empty."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/basic-authentication.html"
    type = "basic_auth"
    form: ClassVar[tuple[FormItem, ...]] = (
        FormItem(
            "user", "User name", "template", "What stands before the colon.", placeholder="#{username}", slot="apply"
        ),
        FormItem(
            "password",
            "Password",
            "template",
            "What stands behind the colon. Leave it empty where the API key is the user name.",
            optional=True,
            placeholder="#{password}",
            slot="apply",
        ),
        FormItem(
            "header",
            "Header",
            "text",
            "A few APIs and proxies read user name and password in a header of another name.",
            placeholder=HEADER,
            advanced=True,
            suggestions=(HEADER, "Proxy-Authorization", "X-Authorization"),
            slot="apply",
        ),
        FormItem(
            "headers",
            "Further headers",
            "table",
            "A version or an account that goes along.",
            columns=NAME_AND_VALUE,
            optional=True,
            advanced=True,
            slot="apply",
        ),
        replace(CONDITIONAL, label="Further headers on some requests"),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "user": carry.field("username", "user", "email", "login"),
            "password": carry.field("password"),
            "header": HEADER,
            "headers": [],
            "conditional": [],
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if sketch.apply is None:
            return sketch.type == "basic_auth"
        names = {call.name for call in sketch.apply.calls("user", "password", "digest_auth")}
        if "digest_auth" in names or sketch.is_oauth2 or not idle(sketch, "acquire"):
            return False
        return sketch.type == "basic_auth" or "user" in names or self.recognise(sketch) is not None

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        if sketch.apply is None:
            return Recognition({"user": "", "password": "", **_nothing_further()})
        found = _taken_out(sketch.apply)
        if found is None:
            return None
        given, rest = found
        tables = apply_tables(rest, "conditional")
        if tables is None or tables["params"] or tables["payload"]:
            return None
        return Recognition({**given, "headers": tables["headers"], "conditional": tables["conditional"]})

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        if params["header"] in ("", HEADER):
            body = [f"user({writer.text(params['user'])})", f"password({writer.text(params['password'])})"]
        else:
            both = writer.text(f"{params['user']}:{params['password']}")
            value = f'"Basic #{{{both}.encode_base64}}"'
            body = writer.call("headers", [writer.pair(params["header"], value, strings=True)])
        tables = {name: params.get(name) for name in ("headers", "conditional")}
        return {"type": self.type, "apply": writer.proc(("connection",), [*body, *apply_lines(tables, writer)])}


def _nothing_further() -> dict[str, Any]:
    return {"header": HEADER, "headers": [], "conditional": []}


def _taken_out(apply: LambdaSketch) -> tuple[dict[str, str], LambdaSketch] | None:
    """``{"user", "password", "header"}`` of an ``apply``, and what else it does."""
    found: dict[str, str] = {}
    rest: list[Value] = []
    for statement in apply.statements:
        pairs = one_hash(statement) if isinstance(statement, Call) and statement.name == "headers" else None
        listed = pairs.items if isinstance(pairs, Pairs) else ()
        basic = [each for each in listed if isinstance(each.value, BasicHeader)]
        if isinstance(statement, Call) and statement.name in ("user", "password"):
            value = template_of(statement.arguments[0]) if len(statement.arguments) == 1 else None
            if value is None or statement.name in found or statement.keywords.items:
                return None
            found[statement.name] = value
        elif isinstance(statement, Call) and basic:
            header = basic[0].value
            if found or len(basic) > 1 or not isinstance(header, BasicHeader):
                return None
            found = {"user": header.user, "password": header.password, "header": _spelled(basic[0])}
            others = tuple(each for each in listed if each is not basic[0])
            if others:
                rest.append(replace(statement, arguments=(), keywords=Pairs(others)))
        else:
            rest.append(statement)
    if "user" not in found:
        return None
    # The SDK sends an empty password where none is given.
    return {"password": "", "header": HEADER, **found}, LambdaSketch(apply.parameters, tuple(rest))


def _spelled(pair: Pair) -> str:
    """The name of a header as the SDK sends it; Authorization has one spelling here."""
    parts = pair.key.split("_") if pair.symbol else [pair.key]
    name = "-".join(part.capitalize() for part in parts) if len(parts) > 1 else pair.key
    return HEADER if name.lower() == HEADER.lower() else name


def credentials(sketch: AuthorizationSketch, *also: str) -> dict[str, Any] | None:
    """``{"user", "password"}`` of an ``apply`` that sets both, and calls each of ``also`` without arguments."""
    if sketch.apply is None:
        return {"user": "", "password": ""} if not also else None
    found: dict[str, Any] = {}
    plain: list[str] = []
    for statement in sketch.apply.statements:
        if not isinstance(statement, Call):
            return None
        value: Value | None = statement.arguments[0] if len(statement.arguments) == 1 else None
        if statement.name in ("user", "password") and statement.name not in found and not statement.keywords.items:
            found[statement.name] = template_of(value)
        elif statement.name == "headers" and not also and not found:
            header = statement.keywords.get("Authorization") if len(statement.keywords.items) == 1 else None
            if not isinstance(header, BasicHeader):
                return None
            found = {"user": header.user, "password": header.password}
        elif statement.name in also and not statement.arguments and not statement.keywords.items:
            plain.append(statement.name)
        else:
            return None
    complete = set(found) == {"user", "password"} and None not in found.values() and set(plain) == set(also)
    return found if complete else None
