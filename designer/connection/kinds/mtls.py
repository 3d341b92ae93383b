"""A client certificate in the TLS handshake (mutual TLS)."""

from __future__ import annotations

from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Column, FormItem
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import rows_of, template_of
from designer.connection.sketch import AuthorizationSketch, Call, Items
from designer.ruby.values import RubyValue


class Mtls(Kind):
    name = "mtls"
    title = "Client certificate"
    summary = (
        "The connection shows a certificate of its own when TLS is set up, and the server knows it by that. "
        "The certificate and its key are fields in PEM format."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/http.html"
    type = "custom_auth"
    form = (
        FormItem("certificate", "Certificate", "template", "In PEM format.", placeholder="#{client_certificate}"),
        FormItem("key", "Private key", "template", "In PEM format.", placeholder="#{client_key}"),
        FormItem("passphrase", "Passphrase of the key", "template", "Where the key has one.", optional=True),
        FormItem(
            "intermediates",
            "Intermediate certificates",
            "table",
            "Where the server does not know who issued the certificate: the issuer first, then the issuer's issuer.",
            columns=(Column("value", "Certificate in PEM format"),),
            optional=True,
            advanced=True,
        ),
        FormItem(
            "headers",
            "Headers on every request",
            "table",
            "Some APIs want a key beside the certificate.",
            columns=NAME_AND_VALUE,
            optional=True,
        ),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return {
            "certificate": carry.field("client_certificate", "certificate", "ssl_client_cert"),
            "key": carry.field("client_key", "certificate_key", "ssl_client_key"),
            "passphrase": "",
            "intermediates": [],
            "headers": [],
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        return sketch.apply is not None and any(sketch.apply.calls("tls_client_cert"))

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        params: dict[str, Any] = {"headers": []}
        for statement in sketch.apply.statements if sketch.apply else ():
            if not isinstance(statement, Call) or statement.arguments:
                return None
            if statement.name == "tls_client_cert" and "certificate" not in params:
                given = _certificate(statement)
                if given is None:
                    return None
                params |= given
            elif statement.name == "headers" and not params["headers"]:
                rows = rows_of(statement.keywords, header_names=True, numbers=True)
                if rows is None:
                    return None
                params["headers"] = rows
            else:
                return None
        return Recognition(params) if "certificate" in params else None

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        given = [f"certificate: {writer.text(params['certificate'])}", f"key: {writer.text(params['key'])}"]
        if params["passphrase"]:
            given.append(f"passphrase: {writer.text(params['passphrase'])}")
        if issuers := [writer.text(item["value"]) for item in params["intermediates"] if item["value"]]:
            given.append(f"intermediates: [{', '.join(issuers)}]")
        body = writer.call("tls_client_cert", given, width=60)
        if pairs := writer.rows(params["headers"], strings=True):
            body += writer.call("headers", pairs)
        return {"type": self.type, "apply": writer.proc(("connection",), body)}


def _certificate(call: Call) -> dict[str, Any] | None:
    keys = {pair.key: pair.value for pair in call.keywords.items}
    if not {"certificate", "key"} <= set(keys) <= {"certificate", "key", "passphrase", "intermediates"}:
        return None
    issuers = keys.pop("intermediates", None)
    found: dict[str, Any] = {"passphrase": ""}
    found |= {name: template_of(value) for name, value in keys.items()}
    given = () if issuers is None else issuers.items if isinstance(issuers, Items) else (issuers,)
    texts = [template_of(item) for item in given]
    found["intermediates"] = [{"value": text} for text in texts if text]
    return None if None in found.values() or len(found["intermediates"]) != len(texts) else found
