"""Before and after ``apply``; and that every element on the wire has an origin, and the right one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.wire import Call, DryTransport, Origin, WireRequest, run
from designer.wire.additions import elements, is_signed
from designer.wire.model import TlsOptions

LINES = """{
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |connection|
        headers('X-Key': connection['key'])
        params(tenant: connection['tenant'])
        payload(signed: 'yes')
      end
    },
    base_uri: lambda do |connection|
      "https://#{connection['host']}"
    end
  },
  test: lambda do |_connection|
    post('/things?page=1', name: 'n').headers('X-Own': '1').params(limit: 2)
  end
}
"""
SETTINGS = {"key": "k-0123456789", "tenant": "t-1", "host": "api.example.com"}


def prepared(source: str = LINES, operation: str = "test", **args: object) -> WireRequest:
    outcome = run(Call(source.encode(), operation, args, SETTINGS), DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared


def test_what_apply_adds_was_not_there_before() -> None:
    found = {(one.kind, one.name): one for one in elements(prepared())}
    line = found["line", "POST"]
    assert "tenant" not in (line.before or "") and "tenant=t-1" in line.after
    assert "limit=2" in (line.before or "") and line.changed and not line.added
    without = len('{"name":"n"}')
    length = found["header", "Content-Length"]
    assert (length.before, length.after) == (str(without), str(len('{"name":"n","signed":"yes"}')))
    added = [key for key, one in found.items() if one.added]
    assert added == [("param", "tenant"), ("header", "X-Key"), ("field", "signed")]


def test_every_element_has_an_origin_and_it_is_the_right_one() -> None:
    found = {(one.kind, one.name): one.origin for one in elements(prepared())}
    assert all(origin is not None for origin in found.values()), found
    said = {key: (o.source, o.line, o.settings) for key, o in found.items() if o is not None}
    assert said["param", "tenant"] == ("apply", 7, ("tenant",))
    assert said["header", "X-Key"] == ("apply", 6, ("key",))
    assert said["field", "signed"] == ("apply", 8, ())
    assert said["header", "X-Own"][:2] == ("code", 16)
    assert said["param", "limit"][:2] == ("code", 16)
    assert said["field", "name"][:2] == ("code", 16)
    assert said["line", "POST"][:2] == ("code", 16)
    assert said["header", "Host"][0] == "client" and said["header", "Content-Length"][0] == "client"
    base = prepared().origins["base_uri"]
    assert (base.source, base.settings) == ("base_uri", ("host",))


@pytest.mark.parametrize(
    "args",
    [
        {"verb": "get", "url": "/x?a=1", "chain": [["params", {"b": [1], "c": {"d": "e"}}], ["headers", {"X": "1"}]]},
        {"verb": "post", "url": "/x", "payload": {"a": "b"}, "chain": [["request_format_www_form_urlencoded"]]},
        {"verb": "post", "url": "/x", "payload": {"a": "b"}, "chain": [["request_format_multipart_form"]]},
        {"verb": "post", "url": "/x", "chain": [["request_body", "raw"]]},
        {"verb": "put", "url": "/x", "payload": {"a": {"b": 1}}, "chain": [["format_xml", "root"]]},
        {"verb": "delete", "url": "/x"},
    ],
)  # fmt: skip
def test_whatever_is_typed_every_element_has_an_origin(args: dict[str, object]) -> None:
    made = prepared(LINES.replace("        payload(signed: 'yes')\n", ""), "request", **args)
    missing = [(one.kind, one.name) for one in elements(made) if one.origin is None]
    assert not missing


@pytest.mark.parametrize(
    ("apply", "test", "before"),
    [
        ("payload(n: 2)", "post('/x', n: 'one', m: { k: 1 })", len('{"n":"one","m":{"k":1}}')),
        ("payload { |body| body['m']['by'] = 'é' }", "post('/x', m: { k: 1 })", len('{"m":{"k":1}}')),
        ("payload(by: 'é&')", "post('/x', n: 'a b').request_format_www_form_urlencoded", len("n=a+b")),
        ("payload(by: 'you')", "post('/x')", 0),
        ("headers(a: 'b')", "post('/x', n: 1)", len('{"n":1}')),
        # How it was laid out before is not known.
        ("payload(by: 'you')", "post('/x', n: '1').request_format_multipart_form", None),
    ],
)
def test_what_apply_adds_to_a_body_is_not_counted_before(apply: str, test: str, before: int | None) -> None:
    source = LINES.replace("payload(signed: 'yes')", apply)
    source = source[: source.index("    post(")] + f"    {test}\n  end\n}}\n"
    (length,) = (one for one in elements(prepared(source)) if one.name == "Content-Length")
    assert length.before == ("…" if before is None else str(before)) and not length.added


def test_who_a_request_is_from_may_be_said_by_a_certificate_alone() -> None:
    plain = WireRequest("GET", "https://h/", "/", (("Host", "h"),), b"")
    assert not is_signed(plain) and not is_signed(replace(plain, tls=TlsOptions(server_certificates=("PEM",))))
    assert is_signed(replace(plain, tls=TlsOptions(certificate="PEM")))
    assert is_signed(replace(plain, headers=(("authorization", "x"),)))
    assert is_signed(replace(plain, origins={"param:key": Origin("credentials")}))
    assert not is_signed(replace(plain, origins={"param:key": Origin("code")}))


def test_a_signature_of_basic_credentials_belongs_to_apply() -> None:
    source = LINES.replace(
        "headers('X-Key': connection['key'])", "user(connection['tenant']); password(connection['key'])"
    )
    origin = next(one.origin for one in elements(prepared(source)) if one.name == "Authorization")
    assert origin is not None and (origin.source, origin.settings) == ("apply", ("tenant", "key"))
