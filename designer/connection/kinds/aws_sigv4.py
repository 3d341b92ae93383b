"""AWS Signature Version 4."""

from __future__ import annotations

from typing import Any

from designer import facts
from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import Choice, FormItem
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import template_of
from designer.connection.sketch import AuthorizationSketch, Call
from designer.ruby.values import RubyValue

_BLOCK = {"how": ("block",)}
_NAMES = ("access_key_id", "secret_access_key", "session_token", "region", "service")

_FIELDS: tuple[dict[str, RubyValue], ...] = (
    {
        "name": "aws_auth_type",
        "label": "AWS authorization type",
        "control_type": "select",
        "optional": False,
        "options": [["IAM role", "aws_role_based"], ["Access key", "aws_key_secret"]],
        "default": "aws_role_based",
    },
    {
        "name": "aws_assume_role",
        "label": "IAM role ARN",
        "optional": False,
        "ngIf": 'input.aws_auth_type == "aws_role_based"',
    },
    {
        "name": "aws_api_key",
        "label": "Access key ID",
        "control_type": "password",
        "optional": False,
        "ngIf": 'input.aws_auth_type == "aws_key_secret"',
    },
    {
        "name": "aws_secret_key",
        "label": "Secret access key",
        "control_type": "password",
        "optional": False,
        "ngIf": 'input.aws_auth_type == "aws_key_secret"',
    },
    {
        "name": "aws_region",
        "label": "Region",
        "optional": False,
        "hint": "As in <b>eu-west-1</b>.",
    },
)


class AwsSigV4(Kind):
    name = "aws_sigv4"
    title = "AWS Signature V4"
    summary = (
        "Every request is signed with an access key or an assumed role. There is no apply: a signature covers the "
        "whole request, so each one calls aws.generate_signature and sends the URL and headers it gives back."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/aws_auth.html"
    type = "custom_auth"
    notes = (
        "Sign where the request is made: aws.generate_signature(connection: connection, service: 's3', "
        "region: connection['aws_region'], path: '/', method: 'GET') gives { url:, headers: }.",
        "The block form (type: 'aws_auth') stands in guides; the official command line rejects it.",
    )
    form = (
        FormItem(
            "how",
            "Requests are signed",
            "choice",
            "By aws.generate_signature in each request, as documented, or by a credentials block that the official "
            "command line does not know.",
            choices=(Choice("method", "Where they are made"), Choice("block", "By a credentials block")),
        ),
        FormItem("access_key_id", "Access key ID", "template", when=_BLOCK, slot="apply"),
        FormItem("secret_access_key", "Secret access key", "template", when=_BLOCK, slot="apply"),
        FormItem("session_token", "Session token", "template", optional=True, when=_BLOCK, slot="apply"),
        FormItem("region", "Region", "template", when=_BLOCK, slot="apply"),
        FormItem("service", "Service", "template", "As AWS signs it: s3, execute-api, sqs.", when=_BLOCK, slot="apply"),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "how": "method",
            "access_key_id": "#{aws_api_key}",
            "secret_access_key": "#{aws_secret_key}",
            "session_token": "",
            "region": "#{aws_region}",
            "service": "execute-api",
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        if sketch.type == "aws_auth":
            return True
        if sketch.apply is not None and any(sketch.apply.calls("access_key_id", "secret_access_key")):
            return True
        known = sketch.signs_aws or {"aws_assume_role", "aws_api_key", "aws_secret_key"} & set(sketch.fields)
        return bool(known) and not sketch.is_oauth2 and (sketch.apply is None or not sketch.apply.statements)

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        if sketch.apply is None or not sketch.apply.statements:
            return Recognition(self.defaults()) if "acquire" not in sketch.keys else None
        found: dict[str, Any] = {"session_token": ""}
        for statement in sketch.apply.statements:
            simple = isinstance(statement, Call) and len(statement.arguments) == 1 and not statement.keywords.items
            if not simple or not isinstance(statement, Call) or statement.name not in _NAMES:
                return None
            found[statement.name] = template_of(statement.arguments[0])
        complete = set(found) == set(_NAMES) and None not in found.values()
        return Recognition(found | {"how": "block"}) if complete else None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        if params["how"] == "method":
            return {"type": self.type}
        body = [f"{name}({writer.text(params[name])})" for name in _NAMES if params[name] or name != "session_token"]
        return {"type": "aws_auth", "credentials": writer.proc(("connection",), body)}

    def field_names(self, params: Params) -> tuple[str, ...]:
        if params["how"] == "block":
            return super().field_names({name: params[name] for name in _NAMES})
        return tuple(facts.table("authorization")["aws"]["fields"])

    def field_specs(self, params: Params) -> tuple[dict[str, RubyValue], ...]:
        own = {str(spec["name"]): spec for spec in _FIELDS}
        specs = (own.get(str(spec["name"]), spec) for spec in super().field_specs(params))
        return tuple(specs if params["how"] == "method" else (_unconditional(spec) for spec in specs))


def _unconditional(spec: dict[str, RubyValue]) -> dict[str, RubyValue]:
    return {key: value for key, value in spec.items() if key != "ngIf"}
