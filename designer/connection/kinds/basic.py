"""User name and password with HTTP Basic (RFC 7617)."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import FormItem
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import template_of
from designer.connection.sketch import AuthorizationSketch, BasicHeader, Call, Value
from designer.ruby.values import RubyValue


class Basic(Kind):
    name = "basic"
    title = "Basic"
    summary = (
        "The user's name and password go along with every request in one header. "
        "Many APIs take an API key in place of the user name and leave the password empty."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/basic-authentication.html"
    type = "basic_auth"
    form = (
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
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "user": carry.field("username", "user", "email", "login"),
            "password": carry.field("password"),
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if sketch.apply is None:
            return sketch.type == "basic_auth"
        names = {call.name for call in sketch.apply.calls("user", "password", "digest_auth")}
        if "digest_auth" in names or sketch.is_oauth2 or "acquire" in sketch.keys:
            return False
        return sketch.type == "basic_auth" or "user" in names or self.recognise(sketch) is not None

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        found = credentials(sketch)
        return Recognition(found) if found is not None else None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        body = [f"user({writer.text(params['user'])})", f"password({writer.text(params['password'])})"]
        return {"type": self.type, "apply": writer.proc(("connection",), body)}


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
