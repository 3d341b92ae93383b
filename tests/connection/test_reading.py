"""Reading never fails, whatever the file is like."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer import facts
from designer.checks import run
from designer.connection import KINDS, SHAPES, Shape, read, recognise_shape, render_shape
from designer.connection.code import LambdaStyle, Writer
from designer.connection.kinds import aws_request
from designer.ruby import Document, Lambda
from tests.connection.corpus import RECORDED, connector
from tests.connection.drawing import nonempty, paths, tables, templates

SAMPLE = facts.resource("samples", "harbor-crm", "connector.rb").read_bytes()


def test_the_sample_is_sound() -> None:
    doc = Document.parse(SAMPLE)
    design = read(doc)
    assert run(doc, design) == ()
    assert design.authorization is not None
    assert {key: option.kind for key, option in design.authorization.options.items()} == {
        "personal": "api_key",
        "service": "client_credentials",
        "legacy": "basic",
    }
    assert all(each.parameters is not None and not each.opaque for each in design.authorizations())
    assert SAMPLE.count(b"\n") > 500


@pytest.mark.skipif(not RECORDED, reason="the recorded connectors are not here")
def test_every_recorded_connector_is_read_and_checked() -> None:
    for path in RECORDED:
        doc = Document.parse(path.read_bytes())
        design = read(doc)
        for each in design.authorizations():
            assert each.kind in KINDS, path
            assert each.opaque <= set(each.slots) | {"apply", "acquire", "refresh", "pkce"}, path
        for problem in run(doc, design):
            assert 0 <= problem.start <= problem.end <= len(doc.source), path


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"{}",
        b"[]",
        b"nil",
        b"{ connection: nil }",
        b"{ connection: [] }",
        b"{ connection: { fields: {}, authorization: [] , base_uri: 3 } }",
        b"{ connection: { fields: [1, nil, 'x', { name: 3 }, shared_field], authorization: { type: 3 } } }",
        b"{ connection: { authorization: { type: 'multi', options: shared, selected: nil } } }",
        b"{ connection: { authorization: { options: { a: 1, b: { apply: lambda } } } } }",
        b"{ connection: { authorization: { apply: lambda { |c| headers( } } } }",
        b"{ connection: { authorization: { refresh_on: lambda { 1 }, detect_on: { a: 1 }, acquire: 3 } } }",
        b"{ connection: common.merge(fields: []) }",
        b"{ 'connection' => { 'authorization' => { 'type' => 'none' } } }",
        b"{ connection: { authorization: { apply: lambda { |c| " + b"(" * 3000 + b"c" + b")" * 3000 + b" } } } }",
    ],
)
def test_odd_files_are_read(source: bytes) -> None:
    doc = Document.parse(source)
    design = read(doc)
    assert isinstance(run(doc, design), tuple)


@settings(max_examples=60)
@given(
    st.integers(0, len(SAMPLE)),
    st.integers(0, 40),
    st.sampled_from([b"", b"{", b"}", b"'", b" end", b"lambda do", b"["]),
)
def test_a_sample_that_is_being_typed_in_is_read(at: int, gone: int, typed: bytes) -> None:
    source = SAMPLE[:at] + typed + SAMPLE[at + gone :]
    doc = Document.parse(source.decode(errors="ignore").encode())
    design = read(doc)
    for problem in run(doc, design):
        assert 0 <= problem.start <= problem.end <= len(doc.source)


def test_a_test_inside_the_connection_is_found() -> None:
    doc = Document.parse(b"{ connection: { test: lambda { get('/me') } } }")
    slot = read(doc).test
    assert slot is not None
    assert slot.pointer == "/connection/test"


def test_dynamic_fields_are_known_to_be_more() -> None:
    assert read(Document.parse(b"{ connection: { fields: [{ name: 'a' }, shared] } }")).dynamic_fields
    assert read(Document.parse(b"{ connection: { fields: call('fields') } }")).dynamic_fields
    assert read(Document.parse(b"{ connection: { fields: [], extended_fields: lambda { [] } } }")).dynamic_fields
    assert not read(Document.parse(b"{ connection: { fields: [{ name: 'a' }] } }")).dynamic_fields


@pytest.mark.parametrize(
    ("slot", "code", "name", "parameters"),
    [
        ("base_uri", "lambda { |c| \"https://#{c['host']}/v1/\" }", "url_template", {"url": "https://#{host}/v1/"}),
        (
            "base_uri",
            "->(c) { c['env'] == 'live' ? 'https://a.example' : 'https://b.example' }",
            "environment_switch",
            {
                "field": "env",
                "cases": [{"name": "live", "value": "https://a.example"}],
                "otherwise": "https://b.example",
            },
        ),
        (
            "base_uri",
            "lambda do |c|\n  case c['env']\n  when 'live', 'prod' then 'https://a.example'\n  end\nend",
            "environment_switch",
            {
                "field": "env",
                "cases": [
                    {"name": "live", "value": "https://a.example"},
                    {"name": "prod", "value": "https://a.example"},
                ],
                "otherwise": "",
            },
        ),
        (
            "base_uri",
            "lambda do |c|\n  if c['env'] == 'a'\n    'https://a.example'\n  elsif c['env'] == 'b'\n    "
            "'https://b.example'\n  else\n    'https://c.example'\n  end\nend",
            "environment_switch",
            {
                "field": "env",
                "cases": [{"name": "a", "value": "https://a.example"}, {"name": "b", "value": "https://b.example"}],
                "otherwise": "https://c.example",
            },
        ),
        (
            "test",
            "lambda { |_c| get('/users', limit: 1)['data'] }",
            "test_request",
            {
                "verb": "get",
                "url": "/users",
                "params": [{"name": "limit", "value": "1"}],
                "payload": [],
                "headers": [],
                "pick": "data",
            },
        ),
        (
            "apply",
            'lambda { |_c, t| headers(Authorization: "Bearer #{t}") }',
            "bearer_header",
            {"token": "#{access_token}"},
        ),
        (
            "credentials",
            "lambda { |c| user(c['u'])\n password(c['p']) }",
            "user_password",
            {"user": "#{u}", "password": "#{p}"},
        ),
        ("client_id", "lambda { |c| c['client_id'] }", "setting", {"value": "#{client_id}"}),
    ],
)
def test_shapes_are_recognised_and_written(slot: str, code: str, name: str, parameters: dict[str, object]) -> None:
    doc = Document.parse(connector(f"    {slot}: {code}").encode())
    element = doc.find(f"/connection/{slot}")
    assert element is not None and isinstance(element.value, Lambda)
    shape = recognise_shape(slot, element.value)
    assert shape == Shape(name, parameters) == recognise_shape(slot, element)
    written = Document.parse(f"{{ it: {render_shape(shape, oauth2=True).text} }}".encode()).find("/it")
    assert written is not None
    assert recognise_shape(slot, written) == shape


SIGNED = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(aws_request.VERBS),
        "service": nonempty,
        "region": nonempty,
        "host": templates,
        "path": templates,
        "params": tables(),
        "headers": tables(),
        "reply": st.sampled_from(sorted(aws_request.REPLIES)),
        "pick": st.one_of(st.just(""), paths),
    }
)


@settings(max_examples=50)
@given(params=SIGNED, lambdas=st.sampled_from(["do", "brace", "arrow"]), quote=st.sampled_from(["'", '"']))
def test_a_signed_request_is_read_back(params: dict[str, Any], lambdas: LambdaStyle, quote: str) -> None:
    shape = Shape("signed_request", params)
    doc = Document.parse(f"{{ test: {render_shape(shape, Writer(lambdas, quote)).text} }}".encode())
    assert doc.issues == ()
    element = doc.find("/test")
    assert element is not None
    assert recognise_shape("test", element) == shape


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "lambda do |c|\n  s = aws.generate_signature(connection: c, service: 's3', region: c['aws_region'],"
            " host: nil, path: '/')\n  get(s[:url]).headers(s['headers']).response_format_xml\nend",
            {"service": "s3", "region": "#{aws_region}", "host": "", "verb": "get", "reply": "xml"},
        ),
        # The signature of another request, of other settings, with something chained on, of a body.
        (
            "lambda { |c| s = aws.generate_signature(connection: c, service: 's3', region: 'a', method: 'PUT')\n"
            "get(s[:url]).headers(s[:headers]) }",
            None,
        ),
        (
            "lambda { |c| s = aws.generate_signature(connection: {}, service: 's3', region: 'a')\n"
            "get(s[:url]).headers(s[:headers]) }",
            None,
        ),
        (
            "lambda { |c| s = aws.generate_signature(connection: c, service: 's3', region: 'a')\n"
            "get(s[:url]).headers(s[:headers]).params(a: 1) }",
            None,
        ),
        (
            "lambda { |c| s = aws.generate_signature(connection: c, service: 's3', region: 'a', payload: 'x')\n"
            "get(s[:url]).headers(s[:headers]) }",
            None,
        ),
        ("lambda { |c| s = aws.generate_signature(connection: c, service: 's3', region: 'a')\nget(s[:url]) }", None),
    ],
)
def test_signing_by_hand(code: str, said: dict[str, str] | None) -> None:
    element = Document.parse(f"{{ test: {code} }}".encode()).find("/test")
    assert element is not None
    shape = recognise_shape("test", element)
    assert (shape is None) == (said is None)
    if shape is not None and said is not None:
        assert {name: shape.parameters[name] for name in said} == said


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        ("base_uri", "lambda { |c| c['host'].presence || 'https://a.example' }"),
        ("base_uri", "lambda { |c| c['a'] == 'x' ? 'https://a.example' : c['b'] == 'y' ? 'https://b.example' : '' }"),
        ("test", "lambda { |_c| true }"),
        ("test", "lambda { |c| get('/me').after_error_response(401) { |_| error('no') } }"),
        ("apply", "lambda { |c| headers(c) }"),
        ("identity", "lambda { |_c| 'always the same' }"),
    ],
)
def test_code_that_has_no_shape(slot: str, code: str) -> None:
    doc = Document.parse(connector(f"    {slot}: {code}").encode())
    element = doc.find(f"/connection/{slot}")
    assert element is not None
    assert recognise_shape(slot, element) is None


def test_shapes_are_offered_for_keys_that_read_them() -> None:
    assert set(SHAPES) >= {"url_template", "environment_switch", "test_request", "header_table"}
