"""Who said what of a request: each element's lambda, line and settings, and nothing that is not so."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from designer.wire import Call, DryTransport, Outcome, ScriptedTransport, WireRequest, WireResponse, run
from designer.wire.additions import elements
from designer.wire.composing import Composition

SETTINGS = {
    "key": "k-0123456789",
    "secret": "s-9876543210",
    "tenant": "t-1",
    "access_token": "tok-12345678",
    "refresh_token": "ref-12345678",
    "region": "eu-central-1",
    "aws_api_key": "AKIDEXAMPLE",
    "aws_secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}

Said = tuple[str, int | None, tuple[str, ...]]


def source(apply: str, test: str = "get('me')", methods: str = "", kind: str = "custom_auth") -> str:
    """A connector; the lambdas' own text says which line is which by ``# @name``."""
    return f"""{{
  connection: {{
    authorization: {{
      type: '{kind}',
      acquire: lambda do |connection|
        {{ key: 'new' }}
      end,
      refresh_on: [401],
      apply: {apply}
    }},
    base_uri: lambda do |connection| # @base
      'https://api.example.com/v2/'
    end
  }},
  test: lambda do |connection|
    {test}
  end,
  methods: {{ {methods} }}
}}
"""


def prepared(text: str, settings: Mapping[str, Any] = SETTINGS, operation: str = "test", **args: Any) -> WireRequest:
    outcome = run(Call(text.encode(), operation, args, settings), DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared


def line(text: str, mark: str) -> int:
    return next(number for number, one in enumerate(text.splitlines(), 1) if one.endswith(f"# @{mark}"))


def said(request: WireRequest) -> dict[str, Said]:
    missing = [(one.kind, one.name) for one in elements(request) if one.origin is None]
    assert not missing
    return {
        f"{one.kind} {one.name}": (one.origin.source, one.origin.line, one.origin.settings)
        for one in elements(request)
        if one.origin is not None
    }


def before(request: WireRequest) -> dict[str, str | None]:
    return {f"{one.kind} {one.name}": one.before for one in elements(request)}


def test_each_entry_of_a_table_has_its_own_line_and_settings() -> None:
    text = source("""lambda do |connection|
        time = now.to_i.to_s
        signature = [connection['key'], time].join(':').hmac_sha256(connection['secret']).encode_hex
        headers(
          'X-Time' => time, # @time
          'X-Signature' => signature, # @signature
          'X-Tenant' => connection['tenant'], # @tenant
          'X-Fixed' => 'yes' # @fixed
        )
        params(
          k: connection['key'].encode_base64, # @k
          path: "/a/#{connection['tenant']}" # @path
        )
      end""")
    found = said(prepared(text))
    assert found["header X-Time"] == ("apply", line(text, "time"), ())
    assert found["header X-Signature"] == ("apply", line(text, "signature"), ("key", "secret"))
    assert found["header X-Tenant"] == ("apply", line(text, "tenant"), ("tenant",))
    assert found["header X-Fixed"] == ("apply", line(text, "fixed"), ())
    assert found["param k"] == ("apply", line(text, "k"), ("key",))
    assert found["param path"] == ("apply", line(text, "path"), ("tenant",))


def test_a_token_that_is_handed_to_apply_is_a_setting() -> None:
    text = source('lambda { |_connection, token| headers(Authorization: "Bearer #{token}") }', kind="oauth2")
    assert said(prepared(text))["header Authorization"] == ("apply", 9, ("access_token",))


def test_tables_put_together_from_variables_merges_and_methods() -> None:
    methods = """
    common: lambda do |given, tenant|
      table = { 'X-Key' => given['key'] } # @key
      table['X-Tenant'] = tenant # @tenant
      table
    end
  """
    text = source(
        """lambda do |connection|
        own = { 'X-Own' => '1' } # @own
        headers(call('common', connection, connection['tenant']).merge(own, 'X-Last' => connection['secret'])) # @last
      end""",
        methods=methods,
    )
    request = prepared(text)
    found = said(request)
    assert found["header X-Key"] == ("apply", line(text, "key"), ("key",))
    assert found["header X-Tenant"] == ("apply", line(text, "tenant"), ("tenant",))
    assert found["header X-Own"] == ("apply", line(text, "own"), ())
    assert found["header X-Last"] == ("apply", line(text, "last"), ("secret",))
    assert request.origins["header:X-Key"].pointer == "/methods/common"
    assert request.origins["header:X-Last"].pointer == "/connection/authorization/apply"


def test_what_the_code_does_not_say_for_certain_is_put_down_to_the_call() -> None:
    text = source("""lambda do |connection|
        table = connection['tenant'] == 't-1' ? { 'X-A' => connection['key'] } : { 'X-A' => 'none' }
        headers(table) # @call
      end""")
    assert said(prepared(text))["header X-A"] == ("apply", line(text, "call"), ("key",))


def test_the_settings_are_known_by_any_name() -> None:
    text = source(
        """lambda do |connection|
        own = connection
        headers('X-Own' => own['tenant'], 'X-Handed' => call(:made, { 'of' => connection, 'as' => 'a' }))
        params(connection.merge(lang: 'en')) # @all
      end""",
        methods="made: lambda { |given| given['of']['key'] + given['as'] + [given['of']['secret']].pack('m0') }",
    )
    found = said(prepared(text))
    assert found["header X-Own"][2] == ("tenant",)
    assert found["header X-Handed"][2] == ("key", "secret")
    assert found["param secret"] == ("apply", line(text, "all"), ("secret",))
    assert found["param lang"] == ("apply", line(text, "all"), ())


def test_code_that_goes_round_in_circles_is_given_up_on() -> None:
    text = source(
        """lambda do |connection|
        one = nil
        other = one
        one = other if false
        table = call(:again, connection, 9)
        headers({ 'X-A' => connection['key'] }.merge(table)) # @call
        headers('X-B' => call(:again, connection, 9).to_s) # @other
        more = more.to_h
        headers(more)
      end""",
        methods="""again: lambda do |given, left|
      left > 0 ? call(:again, given, left - 1) : { 'X-C' => given['tenant'] }
    end""",
    )
    found = said(prepared(text))
    assert found["header X-A"][:2] == found["header X-C"][:2] == ("apply", line(text, "call"))
    assert found["header X-B"][:2] == ("apply", line(text, "other"))


def test_a_long_action_is_looked_through_at_once() -> None:
    lines = "\n".join(f"      v{n} = connection['key'] + 'x{n}'; t{n} = {{ 'h{n}' => v{n} }}" for n in range(1500))
    table = ", ".join(f"'X-{n}' => v{n}" for n in range(200))
    text = source("lambda { |_c| }", f"{lines}\n      get('x').headers({table}) # @get")
    request = prepared(text)
    begun = time.perf_counter()
    found = said(request)
    assert time.perf_counter() - begun < 1.5  # a fifth of a second by itself; a machine may be busy
    assert found["header X-199"] == ("code", line(text, "get"), ("key",))


BODY = """post('things',
      user: {
        name: connection['tenant'], # @name
        tags: ['a', connection['key']], # @tags
        more: { deep: true } # @deep
      },
      plain: 1 # @plain
    )"""


@pytest.mark.parametrize(
    ("chain", "names"),
    [
        ("", ("user.name", "user.tags[1]", "user.more", "plain")),
        (".request_format_www_form_urlencoded", ("user[name]", "user[tags][]", "user[more][deep]", "plain")),
        (".request_format_multipart_form", ("user[name]", "user[tags][]", "user[more][deep]", "plain")),
        (".request_format_xml('root')", ("user.name", "user.tags[1]", "user.more.deep", "plain")),
    ],
)
def test_fields_of_every_format_have_their_own_lines(chain: str, names: tuple[str, ...]) -> None:
    text = source("lambda { |connection| payload(token: connection['secret']) } # @apply", BODY + chain)
    request = prepared(text)
    found = said(request)
    name, tags, deep, plain = (found[f"field {one}"] for one in names)
    assert name == ("code", line(text, "name"), ("tenant",))
    assert tags == ("code", line(text, "tags"), ("key",))
    assert deep == ("code", line(text, "deep"), ())
    assert plain == ("code", line(text, "plain"), ())
    assert found["field token"] == ("apply", line(text, "apply"), ("secret",))
    added = [name for name, text in before(request).items() if text is None]
    assert added == ["field token"]


def test_what_a_payload_block_sets_is_found_in_the_block() -> None:
    text = source(
        """lambda do |connection|
        payload do |body| # @block
          body['user']['id'] = connection['tenant'] # @id
          body['signature'] = connection['key'].hmac_sha256(connection['secret']).encode_hex # @signature
          body.merge!(version: 2) # @version
          ['made'].each { |name| body[name] = 'up' }
        end
      end""",
        "post('things', user: { id: 'mine', name: 'n' })",
    )
    request = prepared(text)
    found = said(request)
    assert found["field user.id"] == ("apply", line(text, "id"), ("tenant",))
    assert found["field user.name"][0] == "code"
    assert found["field signature"] == ("apply", line(text, "signature"), ("key", "secret"))
    assert found["field version"] == ("apply", line(text, "version"), ())
    assert found["field made"][:2] == ("apply", line(text, "block"))
    stood = before(request)
    assert (stood["field user.id"], stood["field user.name"]) == ('"mine"', '"n"')
    assert stood["field signature"] is None


def test_what_apply_replaces_shows_what_stood_there() -> None:
    text = source(
        "lambda { |_c| headers('X-A' => 'new', 'Accept' => 'text/csv').params(a: 'n w').payload(b: 2) }",
        "post('x').headers('x-a' => 'old').params(a: 'o d').payload(b: { c: 1 })",
    )
    stood = before(prepared(text))
    assert (stood["header X-A"], stood["header Accept"]) == ("old", "application/json")
    assert stood["param a"] == "o+d" and stood["line POST"] == "/v2/x?a=o+d"
    assert stood["field b"] == '{"c": 1}'


def test_keys_given_with_their_brackets_are_found() -> None:
    text = source(
        "lambda { |_c| params('filter[state]' => 'on').payload('user[id]' => '2', 'l[]' => '3') } # @apply",
        "post('x').params('own[a]' => 1).payload('user[name]' => 'n').request_format_www_form_urlencoded # @test",
    )
    found = said(prepared(text))
    for name in ("param filter[state]", "field user[id]", "field l[]"):
        assert found[name][:2] == ("apply", line(text, "apply"))
    for name in ("param own[a]", "field user[name]"):
        assert found[name][:2] == ("code", line(text, "test"))


def test_formats_are_defaults_and_nil_leaves_a_header_to_the_client() -> None:
    text = source(
        "lambda { |_c| headers('Accept' => nil) }",
        "post('x', a: 1).headers('Content-Type' => 'application/vnd.x+json').request_format_json # @test",
    )
    found = said(prepared(text))
    assert found["header Content-Type"] == ("code", line(text, "test"), ())
    assert found["header Accept"] == ("client", None, ())


def test_a_raw_body_is_no_longer_the_payload_before_it() -> None:
    text = source("lambda { |c| request_body({ a: c['key'] }.to_json) } # @apply", "post('x', a: 'first')")
    assert said(prepared(text))["field a"] == ("apply", line(text, "apply"), ("key",))


def test_spellings_are_followed() -> None:
    text = source("""lambda do |connection|
        headers(x_symbol: connection['key']) # @symbol
        case_sensitive_headers('x-exact' => connection['tenant']) # @exact
      end""")
    found = said(prepared(text))
    assert found["header X-Symbol"] == ("apply", line(text, "symbol"), ("key",))
    assert found["header x-exact"] == ("apply", line(text, "exact"), ("tenant",))


def test_a_whole_url_owes_nothing_to_the_base_uri() -> None:
    text = source("lambda { |_c| headers('X' => '1') }", "get('https://other.example.com/x')")
    assert "base_uri" not in prepared(text).origins
    assert "base_uri" in prepared(source("lambda { |_c| headers('X' => '1') }")).origins


def test_parts_of_the_path_name_their_settings() -> None:
    text = source("lambda { |_c| headers('X' => '1') }", "get(\"t/#{connection['tenant']}/me\") # @test")
    assert said(prepared(text))["line GET"] == ("code", line(text, "test"), ("tenant",))


def test_user_and_password_in_a_url_are_the_urls() -> None:
    text = source("lambda { |_c| headers('X' => '1') }", "get('https://u:p@api.example.com/x') # @test")
    assert said(prepared(text))["header Authorization"][:2] == ("code", line(text, "test"))


def test_only_the_signature_is_made_of_aws_keys() -> None:
    text = source(
        "lambda { |_c| }",
        """signed = aws.generate_signature( # @sign
      connection: connection, service: 'sqs', region: connection['region'], headers: { 'X-Own' => '1' } # @own
    )
    get(signed[:url]).headers(signed[:headers])""",
    )
    found = said(prepared(text))
    assert found["header Authorization"] == (
        "code", line(text, "sign"), ("region", "aws_api_key", "aws_secret_key")
    )  # fmt: skip
    assert found["header X-Amz-Date"] == ("code", line(text, "sign"), ())
    assert found["header X-Own"] == ("code", line(text, "own"), ())
    assert found["line GET"][2] == ("region",)


@pytest.mark.parametrize(
    ("keys", "settings"),
    [
        ("{ aws_api_key: connection['key'], aws_secret_key: connection['secret'] }", ("key", "secret")),
        ("{ aws_api_key: 'AKID', aws_secret_key: connection['secret'] }", ("secret",)),
        ("connection.merge('aws_secret_key' => connection['secret'])", ("secret", "aws_api_key")),
    ],
)
def test_aws_keys_that_the_code_hands_over_are_the_settings_they_come_from(
    keys: str, settings: tuple[str, ...]
) -> None:
    text = source(
        "lambda { |_c| }",
        f"""signed = aws.generate_signature(
      connection: {keys}, service: 'sqs', region: 'eu-west-1'
    )
    get(signed[:url]).headers(signed[:headers])""",
    )
    assert said(prepared(text))["header Authorization"][2] == settings


def test_the_block_form_of_aws_says_where_its_keys_stand() -> None:
    text = source(
        """lambda do |connection|
        access_key_id(connection['aws_api_key'])
        secret_access_key(connection['aws_secret_key']) # @secret
        service('sqs')
        region(connection['region']) # @region
      end""",
        kind="aws_auth",
    )
    found = said(prepared(text))
    source_, number, settings = found["header Authorization"]
    assert (source_, settings) == ("apply", ("aws_api_key", "aws_secret_key", "region"))
    assert number == line(text, "region")
    assert found["header X-Amz-Date"][2] == ()


def test_a_jwt_is_made_of_the_key_and_claims_it_is_given() -> None:
    text = source("""lambda do |connection|
        claims = { iss: connection['tenant'], iat: now.to_i }
        headers('Authorization' => "Bearer #{workato.jwt_encode(claims, connection['secret'], 'HS256')}") # @jwt
      end""")
    assert said(prepared(text))["header Authorization"] == ("apply", line(text, "jwt"), ("tenant", "secret"))


def test_a_refresh_names_its_token_and_has_no_base() -> None:
    text = """{
  connection: {
    authorization: {
      type: 'oauth2',
      refresh: lambda do |connection, token|
        post('https://id.example.com/token',
             grant_type: 'refresh_token',
             refresh_token: token).request_format_www_form_urlencoded
      end,
      refresh_on: [401],
      apply: lambda { |_connection, token| headers(Authorization: "Bearer #{token}") }
    },
    base_uri: lambda { |_c| 'https://api.example.com/' }
  },
  test: lambda { |_c| get('me') }
}
"""
    requests = _sent(text, [401, 200, 200])
    found = said(requests[1])
    assert found["field refresh_token"] == ("refresh", 8, ("refresh_token",))
    assert found["field grant_type"] == ("refresh", 7, ())
    assert "base_uri" not in requests[1].origins and "base_uri" in requests[2].origins


def test_token_requests_of_the_sdk_lead_to_their_slots() -> None:
    text = """{
  connection: {
    authorization: {
      type: 'oauth2',
      client_id: lambda { |connection| connection['key'] },
      client_secret: lambda { |connection| connection['secret'] },
      token_url: lambda { |_connection| 'https://id.example.com/token' },
      apply: lambda { |_connection, token| headers(Authorization: "Bearer #{token}") }
    },
    base_uri: lambda { |_c| 'https://api.example.com/' }
  },
  test: lambda { |_c| get('me') }
}
"""
    found = said(_sent(text, [401, 200, 200])[1])
    assert found["field client_id"] == ("refresh", 5, ("key",))
    assert found["field client_secret"] == ("refresh", 6, ("secret",))
    assert found["field refresh_token"][2] == ("refresh_token",)
    assert found["line POST"] == ("refresh", 7, ())


def test_what_follows_a_redirect_has_the_servers_url() -> None:
    text = source("lambda { |_c| headers('X-Key' => _c['key']).params(a: 1) }")
    requests = _sent(text, [302, 200], location="https://api.example.com/other?a=2")
    found = said(requests[1])
    assert found["line GET"] == ("redirect", None, ())
    assert found["param a"] == ("redirect", None, ())
    assert found["header X-Key"] == ("apply", 9, ("key",))


def test_what_is_typed_names_the_settings_of_its_variables() -> None:
    made = Composition("GET", "t/{{tenant}}", headers=(("X-Own", "k={{key}}"), ("X-Plain", "k")))
    args = made.arguments(SETTINGS, lambda _path: b"")
    found = said(prepared(source("lambda { |_c| }"), operation="request", **args))
    assert found["header X-Own"] == ("you", None, ("key",))
    assert found["header X-Plain"] == ("you", None, ())
    assert found["line GET"] == ("you", None, ("tenant",))


UNSURE = {
    "set deeper": ("h = { 'a' => { 'b' => 'lit' } }; h['a']['b'] = connection['secret'].reverse", "a/b", ("secret",)),
    "set in a list": (
        "l = [{ 'b' => 'lit' }]; l[0] = { 'b' => connection['secret'].reverse }; h = { 'l' => l }",
        "l/0/b",
        ("secret",),
    ),
    "set perhaps": ("h = { 'a' => 'lit' }; h['a'] = connection['secret'].reverse if 1 > 2", "a", ()),
    "stored": ("h = { 'a' => 'lit' }; h.delete('a'); h.store('a', connection['secret'].reverse)", "a", ("secret",)),
    "made by a block": ("h = { 'a' => 'lit' }.transform_values { |_| connection['secret'].reverse }", "a", ("secret",)),
    "merged deeper": (
        "h = { 'a' => { 'b' => 'lit' } }; h['a'].merge!('b' => connection['secret'].reverse)",
        "a/b",
        ("secret",),
    ),
    "by another name": ("h = { 'a' => 'lit' }; g = h; g['a'] = connection['secret'].reverse", "a", ("secret",)),
    "by an older name": ("g = { 'a' => 'lit' }; h = g; g['a'] = connection['secret'].reverse", "a", ("secret",)),
    "tapped": ("h = { 'a' => 'lit' }.tap { |t| t['a'] = connection['secret'].reverse }", "a", ("secret",)),
    "merged by a block": ("h = { 'a' => 'lit' }.merge('a' => connection['secret'].reverse) { |_k, o, _n| o }", "a", ()),
}


@pytest.mark.parametrize(("code", "name", "settings"), UNSURE.values(), ids=UNSURE.keys())
def test_what_the_code_does_not_say_for_certain_is_left_to_the_run(
    code: str, name: str, settings: tuple[str, ...]
) -> None:
    request = prepared(source("lambda { |_c| }", f"{code}\n    post('x').payload(h)"))
    assert request.origins[f"payload:{name}"].settings == settings, request.body


def _sent(text: str, statuses: list[int], location: str = "") -> list[WireRequest]:
    waiting = list(statuses)

    def answer(_request: WireRequest) -> WireResponse:
        head = (("Content-Type", "application/json"), *([("Location", location)] if location else []))
        return WireResponse(waiting.pop(0), "", head, json.dumps({"access_token": "new-token-1"}).encode())

    transport = ScriptedTransport(answer)
    outcome: Outcome = run(Call(text.encode(), "test", {}, SETTINGS), transport)
    assert outcome.error is None, outcome.error
    return transport.requests


@pytest.mark.parametrize(
    "change",
    [
        "h['a']['b'] = connection['tenant']",
        "h['a']['l'][0]['b'] = connection['key']",
        "h['a']['l'] << connection['key']",
        "h['a']['s'] << connection['key']",
        "h['a'].replace('z' => connection['key'])",
    ],
)
def test_what_is_changed_in_place_for_the_next_request_is_none_of_this_one(change: str) -> None:
    inner = "{ 'b' => connection['key'], 's' => 'x'.dup, 'l' => [{ 'b' => connection['tenant'] }] }"
    code = f"""h = {{ 'a' => {inner} }}
    first = post('one', h).presence
    {change}
    post('two', h)"""
    first, second = _sent(source("lambda { |_c| }", code), [200, 200])
    settings = {key: one.settings for key, one in first.origins.items() if key.startswith("payload:a/")}
    assert settings == {
        "payload:a/b": ("key",),
        "payload:a/s": (),
        "payload:a/l": ("tenant",),
        "payload:a/l/0": ("tenant",),
        "payload:a/l/0/b": ("tenant",),
    }
    assert {key: one.settings for key, one in second.origins.items()} != {
        key: one.settings for key, one in first.origins.items()
    }
