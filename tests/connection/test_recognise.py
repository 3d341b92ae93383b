"""Authorizations as people write them by hand, and what their forms hold."""

from __future__ import annotations

from typing import Any

import pytest

from designer.connection import read
from designer.ruby import Document

BEARER = [{"name": "Authorization", "value": "Bearer #{access_token}"}]


def authorization(text: str, fields: str = "[]") -> Any:
    doc = Document.parse(f"{{ connection: {{ fields: {fields}, authorization: {{ {text} }} }} }}".encode())
    assert doc.issues == ()
    found = read(doc).authorization
    assert found is not None
    return found


NO_MORE: dict[str, Any] = {"headers": [], "params": [], "payload": []}
NOTHING_FURTHER: dict[str, Any] = {"header": "Authorization", "headers": [], "conditional": []}
NONE_SPECIAL: dict[str, Any] = {"exact_headers": [], "conditional": []}


def rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "type: 'api_key', apply: lambda { |c| headers('Authorization': \"Bearer #{c['api_key']}\") }",
            "api_key",
            {"place": "header", "name": "Authorization", "value": "Bearer #{api_key}", **NO_MORE},
        ),
        (
            "type: 'api_key', credentials: ->(connection) { params(api_key: connection['api_key']) }",
            "api_key",
            {"place": "query", "name": "api_key", "value": "#{api_key}", **NO_MORE},
        ),
        (
            "type: 'api_key', apply: lambda do |connection|\n  payload(key: connection[:api_key])\nend",
            "api_key",
            {"place": "body", "name": "key", "value": "#{api_key}", **NO_MORE},
        ),
        (
            "type: 'api_key', apply: lambda { |connection| headers(x_api_key: 'GenieKey ' + connection['key']) }",
            "api_key",
            {"place": "header", "name": "X-Api-Key", "value": "GenieKey #{key}", **NO_MORE},
        ),
        (
            "type: 'custom_auth', apply: lambda { |connection| headers('X-A' => connection['a'], 'X-B' => "
            "connection['b']) }",
            "custom_headers",
            {"headers": rows(("X-A", "#{a}"), ("X-B", "#{b}")), **NONE_SPECIAL, "params": [], "payload": []},
        ),
        (
            "type: 'basic_auth', credentials: lambda { |c| user(c['username']); password(c['password']) }",
            "basic",
            {"user": "#{username}", "password": "#{password}", **NOTHING_FURTHER},
        ),
        (
            "type: 'basic_auth', apply: lambda do |c|\n  password('')\n  user(c['api_key'])\nend",
            "basic",
            {"user": "#{api_key}", "password": "", **NOTHING_FURTHER},
        ),
        (
            "type: 'custom_auth', apply: lambda { |c| headers('Authorization' => "
            "\"Basic #{\"#{c['u']}:#{c['p']}\".encode_base64}\") }",
            "basic",
            {"user": "#{u}", "password": "#{p}", **NOTHING_FURTHER},
        ),
        (
            "type: 'basic_auth', apply: lambda do |c|\n  user(c['api_key'])\n"
            "  headers('Stripe-Version' => c['version']) if c['version'].present?\nend",
            "basic",
            {
                "user": "#{api_key}",
                "password": "",
                **NOTHING_FURTHER,
                "conditional": [
                    {"name": "Stripe-Version", "value": "#{version}", "verb": "", "url": "", "setting": "version"}
                ],
            },
        ),
        (
            "type: 'custom_auth', apply: lambda { |c| headers('X-Auth' => "
            "\"Basic #{\"#{c['u']}:#{c['p']}\".encode_base64}\", x_version: '2') }",
            "basic",
            {
                "user": "#{u}",
                "password": "#{p}",
                "header": "X-Auth",
                "headers": rows(("X-Version", "2")),
                "conditional": [],
            },
        ),
        (
            "type: 'api_key', acquire: lambda { |_c| }, apply: lambda { |c| payload(key: c['api_key']) }",
            "api_key",
            {**NO_MORE, "place": "body", "name": "key", "value": "#{api_key}"},
        ),
        (
            "type: 'custom_auth', apply: lambda do |c|\n  user(c['u'])\n  password(c['p'])\n  digest_auth\nend",
            "digest",
            {"user": "#{u}", "password": "#{p}"},
        ),
        (
            "type: 'custom_auth', apply: lambda { |c| tls_client_cert(certificate: c['cert'], key: c['key'], "
            "intermediates: [c['chain'], c['root']]) }",
            "mtls",
            {
                "certificate": "#{cert}",
                "key": "#{key}",
                "passphrase": "",
                "intermediates": [{"value": "#{chain}"}, {"value": "#{root}"}],
                "headers": [],
            },
        ),
        (
            "type: 'aws_auth', credentials: lambda { |c| access_key_id(c['k'])\n secret_access_key(c['s'])\n "
            "region('eu-west-1')\n service('s3') }",
            "aws_sigv4",
            {
                "how": "block",
                "access_key_id": "#{k}",
                "secret_access_key": "#{s}",
                "session_token": "",
                "region": "eu-west-1",
                "service": "s3",
            },
        ),
        (
            "type: 'api_key', apply: lambda do |c|\n  params(key: c['key'])\n"
            "  headers('X-Account' => c['account'])\nend",
            "api_key",
            {
                **NO_MORE,
                "place": "query",
                "name": "key",
                "value": "#{key}",
                "headers": rows(("X-Account", "#{account}")),
            },
        ),
        (
            "type: 'api_key', apply: lambda { |c| case_sensitive_headers('x-api-KEY' => c['key']) }",
            "api_key",
            {**NO_MORE, "place": "exact", "name": "x-api-KEY", "value": "#{key}"},
        ),
        (
            "type: 'custom_auth', apply: lambda do |c|\n  headers('X-Key' => c['key'])\n"
            "  if current_verb == 'POST' && current_url.include?('/admin/')\n    headers(x_reason: c['why'])\n"
            "  end\nend",
            "custom_headers",
            {
                **NO_MORE,
                **NONE_SPECIAL,
                "headers": rows(("X-Key", "#{key}")),
                "conditional": [
                    {"name": "X-Reason", "value": "#{why}", "verb": "POST", "url": "/admin/", "setting": ""}
                ],
            },
        ),
        ("type: 'none'", "none", {}),
        ("type: 'no_auth'", "none", {}),
        (
            "type: 'multi', selected: lambda { |c| c['kind'] || 'key' }, options: {}",
            "multi",
            {"field": "kind", "fallback": "key"},
        ),
    ],
)
def test_simple_kinds(text: str, kind: str, expected: dict[str, Any]) -> None:
    found = authorization(text)
    assert (found.kind, found.parameters, found.opaque) == (kind, expected, frozenset())


_CREDENTIALS = "client_id: connection['client_id'], client_secret: connection['client_secret']"


@pytest.mark.parametrize(
    "acquire",
    [
        f"post('https://x.example/t').payload(grant_type: 'client_credentials', {_CREDENTIALS})"
        ".request_format_www_form_urlencoded",
        f"post('https://x.example/t', grant_type: 'client_credentials', "
        f"{_CREDENTIALS}).request_format_www_form_urlencoded",
        f"post('https://x.example/t').\n request_format_www_form_urlencoded.\n payload({{ grant_type: "
        f"'client_credentials', "
        f"{_CREDENTIALS} }})",
        f"body = {{ grant_type: 'client_credentials', {_CREDENTIALS} }}\n"
        "url = 'https://x.example/' + 't'\n"
        "response = post(url, body).request_format_www_form_urlencoded\nresponse",
        "post('https://x.example/t').payload(grant_type: 'client_credentials')"
        ".payload('client_id' => connection['client_id'], 'client_secret' => connection['client_secret'])"
        ".request_format_www_form_urlencoded",
        f"return post('https://x.example/t').payload(grant_type: 'client_credentials', {_CREDENTIALS})"
        ".request_format_www_form_urlencoded",
    ],
)
def test_a_token_request_in_many_words(acquire: str) -> None:
    found = authorization(f"type: 'custom_auth', acquire: lambda do |connection|\n{acquire}\nend, refresh_on: [401]")
    assert found.kind == "client_credentials"
    assert found.opaque == frozenset()
    expected = {
        "token_url": "https://x.example/t",
        "client_auth": "body",
        "client_id": "#{client_id}",
        "client_secret": "#{client_secret}",
        "format": "form",
        "keep": [],
        "extras": [],
        "refresh_on": ["401"],
    }
    assert {key: found.parameters[key] for key in expected} == expected


@pytest.mark.parametrize(
    "authorization_header",
    [
        "user(connection['client_id']).password(connection['client_secret'])",
        "headers('Authorization' => \"Basic "
        "#{\"#{connection['client_id']}:#{connection['client_secret']}\".encode_base64}\")",
        "headers(Authorization: 'Basic ' + "
        "\"#{connection['client_id']}:#{connection['client_secret']}\".encode_base64)",
    ],
)
def test_client_credentials_in_a_basic_header(authorization_header: str) -> None:
    found = authorization(
        "type: 'custom_auth', acquire: lambda do |connection|\n"
        f"response = post('https://x.example/t').{authorization_header}.payload(grant_type: 'client_credentials', "
        "scope: 'a b').request_format_www_form_urlencoded\n"
        "{ access_token: response['access_token'], expires_in: response.dig('meta', 0, 'expires_in') }\nend"
    )
    assert found.kind == "client_credentials"
    assert found.parameters["client_auth"] == "basic"
    assert found.parameters["client_id"] == "#{client_id}"
    assert found.parameters["scopes"] == ["a", "b"]
    assert found.parameters["keep"] == rows(("access_token", "access_token"), ("expires_in", "meta.0.expires_in"))


def test_a_password_grant() -> None:
    found = authorization(
        "type: 'custom_auth', acquire: lambda { |c| post('https://x.example/t', grant_type: 'password', "
        "username: c['u'], password: c['p'], client_id: c['i']).request_format_www_form_urlencoded }"
    )
    assert found.kind == "password_grant"
    assert found.parameters["username"] == "#{u}"
    assert found.parameters["client_secret"] == ""


def test_a_session_login() -> None:
    found = authorization(
        "type: 'custom_auth', acquire: lambda { |c| { sid: post('/login', user: c['u'], pass: "
        "c['p'])['data']['sid'] } }, "
        "refresh_on: [401, /expired/i], detect_on: [/\"ok\":false/], apply: lambda { |c| params(sid: c['sid']) }"
    )
    assert found.kind == "session"
    assert found.parameters["login"] == rows(("user", "#{u}"), ("pass", "#{p}"))
    assert found.parameters["keep"] == rows(("sid", "data.sid"))
    assert found.parameters["params"] == rows(("sid", "#{sid}"))
    assert found.parameters["refresh_on"] == ["401", "/expired/i"]
    assert found.parameters["detect_on"] == ['/"ok":false/']


@pytest.mark.parametrize(
    ("issued", "expires", "lifetime"),
    [
        ("now.to_i", "now.to_i + 3600", 3600),
        ("Time.now.to_i", "1.hour.from_now.to_i", 3600),
        ("now.to_i", "(now + 5.minutes).to_i", 300),
        ("now.to_i", "now.to_i + 60 * 60", 3600),
    ],
)
def test_a_jwt_bearer_by_hand(issued: str, expires: str, lifetime: int) -> None:
    found = authorization(
        "type: 'custom_auth', acquire: lambda do |connection|\n"
        f"iat = {issued}\n"
        f"claims = {{ 'iss' => connection['email'], aud: 'https://x.example/t', iat: iat, exp: {expires} }}\n"
        "jwt = workato.jwt_encode(claims, connection['private_key'], 'rs256', kid: connection['kid'])\n"
        "post('https://x.example/t').payload(grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt)"
        '.request_format_www_form_urlencoded\nend, apply: lambda { |c| headers(Authorization: "Bearer '
        "#{c['access_token']}\") }"
    )
    assert (found.kind, found.opaque) == ("jwt_bearer", frozenset())
    assert found.parameters["claims"] == rows(("iss", "#{email}"), ("aud", "https://x.example/t"))
    assert found.parameters["lifetime"] == lifetime
    assert (found.parameters["algorithm"], found.parameters["key_id"]) == ("RS256", "#{kid}")


@pytest.mark.parametrize(
    "url",
    [
        "'https://x.example/a?response_type=code&scope=read%20write&prompt=consent'",
        "'https://x.example/a?scope=read+write&response_type=code' \\\n '&prompt=consent'",
        "\"https://x.example/a?response_type=code&scope=#{%w[read write].join(' ')}&prompt=consent\"",
        "'https://x.example/a?' + { response_type: 'code', scope: 'read write', prompt: 'consent' }.to_param",
        "scopes = ['read', 'write'].join(' ')\n\"https://x.example/a?prompt=consent&response_type=code&scope=#{scopes}\"",
    ],
)
def test_an_authorization_url_in_many_words(url: str) -> None:
    found = authorization(
        f"type: 'oauth2', authorization_url: lambda do\n{url}\nend, token_url: lambda {{ 'https://x.example/t' }}, "
        "client_id: 'abc', client_secret: lambda { |c| c['client_secret'] }, "
        "apply: ->(_connection, token) { headers('Authorization': \"Bearer #{token}\") }"
    )
    assert (found.kind, found.opaque) == ("oauth2_code", frozenset())
    assert found.parameters["authorize_url"] == "https://x.example/a"
    assert found.parameters["scopes"] == ["read", "write"]
    assert found.parameters["authorize_params"] == rows(("prompt", "consent"))
    assert found.parameters["client_id"] == "abc"
    assert found.parameters["headers"] == BEARER


def test_an_own_exchange() -> None:
    found = authorization(
        "type: 'oauth2', authorization_url: lambda { |c| "
        "\"https://x.example/a?response_type=code&client_id=#{c['client_id']}\" },"
        "acquire: lambda do |connection, auth_code, redirect_uri|\n"
        f"response = post('https://x.example/t').payload({_CREDENTIALS}, grant_type: 'authorization_code', code: "
        f"auth_code, "
        "redirect_uri: redirect_uri, audience: 'api').request_format_www_form_urlencoded\n"
        "[{ access_token: response['access_token'], refresh_token: response['refresh_token'] }, nil, nil]\nend,"
        "refresh: lambda do |connection, refresh_token|\n"
        f"post('https://x.example/t').payload({_CREDENTIALS}, grant_type: 'refresh_token', refresh_token: "
        f"refresh_token)"
        ".request_format_www_form_urlencoded\nend, refresh_on: [401, 403],"
        'apply: lambda { |_c, access_token| headers(Authorization: "Bearer #{access_token}") }'
    )
    assert (found.kind, found.opaque) == ("oauth2_code", frozenset())
    assert found.parameters["exchange"] == "acquire"
    assert found.parameters["client_id"] == "#{client_id}"
    assert found.parameters["extras"] == rows(("audience", "api"))
    assert found.parameters["refresh_on"] == ["401", "403"]


_TRADE = f"{_CREDENTIALS}, grant_type: 'authorization_code', code: auth_code"
_RENEW = f"{_CREDENTIALS}, grant_type: 'refresh_token', refresh_token: refresh_token"


def exchanged(acquire: str, refresh: str | None = None) -> Any:
    """The authorization of a connection that trades the code itself, by what its two lambdas do."""
    renewing = f"refresh: lambda do |connection, refresh_token|\n{refresh}\nend," if refresh else ""
    return authorization(
        "type: 'oauth2', client_id: lambda { |c| c['client_id'] }, client_secret: lambda { |c| c['client_secret'] }, "
        "authorization_url: lambda { |_c| 'https://x.example/a?response_type=code' },"
        f"acquire: lambda do |connection, auth_code, redirect_uri|\n{acquire}\nend,{renewing}"
        'apply: lambda { |_c, access_token| headers(Authorization: "Bearer #{access_token}") }'
    )


@pytest.mark.parametrize(
    ("acquire", "said"),
    [
        (f"[post('https://x.example/t', {_TRADE})]", {"send_redirect": False, "keep": []}),
        (f"post('https://x.example/t', {_TRADE})", {"send_redirect": False, "keep": []}),
        (
            f"r = post('https://x.example/t', {_TRADE})\n{{ access_token: r['token'] }}",
            {"keep": rows(("access_token", "token")), "settings": []},
        ),
        (
            f"r = post('https://x.example/t', {_TRADE}, redirect_uri: 'https://www.workato.com/oauth/callback')\n"
            "[r, r.dig('user', 'id'), { instance: r['instance_url'] }]",
            {
                "extras": rows(("redirect_uri", "https://www.workato.com/oauth/callback")),
                "owner": "user.id",
                "settings": rows(("instance", "instance_url")),
                "send_redirect": True,
            },
        ),
    ],
)
def test_an_exchange_in_many_words(acquire: str, said: dict[str, Any]) -> None:
    found = exchanged(acquire)
    assert (found.kind, found.opaque) == ("oauth2_code", frozenset())
    assert {name: found.parameters[name] for name in said} == said
    assert found.parameters["renewal"] == "none"


@pytest.mark.parametrize(
    ("refresh", "said"),
    [
        (f"post('https://x.example/t', {_RENEW})", {"renewal": "own", "refresh_url": "", "refresh_keep": []}),
        (
            f"post('https://x.example/renew', {_RENEW}, redirect_uri: 'https://x.example/back')",
            {
                "refresh_url": "https://x.example/renew",
                "refresh_extras": rows(("redirect_uri", "https://x.example/back")),
            },
        ),
        (
            f"r = post('https://x.example/t', {_RENEW})\n[{{ access_token: r['token'] }}, {{ seen: r['at'] }}]",
            {"refresh_keep": rows(("access_token", "token")), "refresh_settings": rows(("seen", "at"))},
        ),
        (
            f"r = post('https://x.example/t', {_RENEW})\n[{{ access_token: r['token'] }}]",
            {"refresh_keep": rows(("access_token", "token")), "refresh_settings": []},
        ),
    ],
)
def test_renewing_in_many_words(refresh: str, said: dict[str, Any]) -> None:
    found = exchanged(f"[post('https://x.example/t', {_TRADE}, redirect_uri: redirect_uri), nil, nil]", refresh)
    assert (found.kind, found.opaque) == ("oauth2_code", frozenset())
    assert {name: found.parameters[name] for name in said} == said


@pytest.mark.parametrize(
    ("refresh", "said"),
    [
        (f"post('https://x.example/t', {_RENEW})", {"client_auth": "body", "format": "json", "refresh_url": ""}),
        (
            "r = post('https://x.example/renew').user(connection['client_id']).password(connection['client_secret'])"
            ".payload(grant_type: 'refresh_token', refresh_token: refresh_token).request_format_www_form_urlencoded\n"
            "[{ access_token: r['access_token'] }]",
            {"client_auth": "basic", "format": "form", "refresh_url": "https://x.example/renew"},
        ),
        (f"post('https://x.example/t', {_RENEW}.compact)", None),
        (
            "post('https://x.example/t', client_id: 'b', grant_type: 'refresh_token', refresh_token: refresh_token)",
            None,
        ),
    ],
)
def test_the_platform_exchanges_and_the_author_renews(refresh: str, said: dict[str, Any] | None) -> None:
    found = authorization(
        "type: 'oauth2', client_id: lambda { |c| c['client_id'] }, client_secret: lambda { |c| c['client_secret'] }, "
        "authorization_url: lambda { |_c| 'https://x.example/a?response_type=code' }, "
        "token_url: lambda { |_c| 'https://x.example/t' }, "
        f"refresh: lambda do |connection, refresh_token|\n{refresh}\nend, "
        'apply: lambda { |_c, access_token| headers(Authorization: "Bearer #{access_token}") }'
    )
    assert found.opaque == (frozenset() if said is not None else {"refresh"})
    assert found.parameters["exchange"] == "token_url"
    if said is not None:
        assert {name: found.parameters[name] for name in said} == said


@pytest.mark.parametrize(
    ("acquire", "refresh", "opaque"),
    [
        # Another client when renewing, a second request, a token that is no part of the reply.
        (f"[post('https://x.example/t', {_TRADE})]", f"post('https://x.example/t', {_RENEW}).user('a')", {"refresh"}),
        (
            f"r = post('https://x.example/t', {_TRADE})\n[r, get('https://x.example/me')['id']]",
            f"post('https://x.example/t', {_RENEW})",
            {"acquire", "refresh"},
        ),
        (f"r = post('https://x.example/t', {_TRADE})\n[{{ access_token: r['a'].upcase }}]", None, {"acquire"}),
        (f"[post('https://x.example/t', {_TRADE}), nil, nil, nil]", None, {"acquire"}),
    ],
)
def test_an_exchange_that_does_more_stays_code(acquire: str, refresh: str | None, opaque: set[str]) -> None:
    assert set(exchanged(acquire, refresh).opaque) == opaque


@pytest.mark.parametrize(
    ("text", "kind", "opaque"),
    [
        (
            "type: 'oauth2', authorization_url: lambda { |c| call('url', c) }, token_url: lambda { "
            "'https://x.example/t' }, "
            'apply: lambda { |_c, t| headers(Authorization: "Bearer #{t}") }',
            "oauth2_code",
            {"authorization_url"},
        ),
        (
            "type: 'oauth2', authorization_url: lambda { 'https://x.example/a?response_type=code' }, "
            "client_secret: 'shh', "
            "token_url: lambda { 'https://x.example/t' }, apply: lambda { |_c, t| headers(a: t) if t }",
            "oauth2_code",
            {"client_secret", "apply"},
        ),
        (
            "type: 'custom_auth', acquire: lambda { |c| t = post('https://x.example/t', grant_type: "
            "'client_credentials')"
            "\n puts t\n t }, apply: lambda { |c| headers(a: c['access_token']) }",
            "client_credentials",
            {"acquire"},
        ),
        (
            "type: 'oauth2', pkce: lambda { |v, c| { verifier: v.upcase, challenge: c, challenge_method: 'S256' } }, "
            "authorization_url: lambda { 'https://x.example/a?response_type=code' }, "
            "token_url: lambda { 'https://x.example/t' }, apply: lambda { |_c, t| headers(a: t) }",
            "oauth2_pkce",
            {"pkce"},
        ),
    ],
)
def test_what_the_form_cannot_say_is_named(text: str, kind: str, opaque: set[str]) -> None:
    found = authorization(text)
    assert (found.kind, set(found.opaque)) == (kind, opaque)
    assert found.parameters is not None
    assert "shh" not in str(found.parameters)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("type: 'api_key', apply: lambda { |c| headers(a: c['b']) unless c['b'].blank? }", "api_key"),
        ("type: 'custom_auth', apply: lambda { |c| call('sign', c) }", "custom"),
        ("type: 'basic_auth', apply: lambda { |c| user(c['a']) if c['a'] \n password('x') }", "basic"),
        ("type: 'custom_auth', acquire: lambda { |c| call('login', c) }, apply: :shared", "custom"),
        ("type: 'api_key', apply: lambda { |c| headers('X-A' => c['a'].strip) }", "api_key"),
    ],
)
def test_what_only_ruby_can_say_has_no_form(text: str, kind: str) -> None:
    found = authorization(text)
    assert (found.kind, found.parameters) == (kind, None)


def test_aws_by_its_fields() -> None:
    found = authorization("type: 'custom_auth'", "[{ name: 'aws_api_key' }, { name: 'aws_secret_key' }]")
    assert (found.kind, found.parameters["how"]) == ("aws_sigv4", "method")


def test_a_lambda_that_does_something_on_the_way_is_not_simplified() -> None:
    found = authorization(
        "type: 'custom_auth', acquire: lambda { |c| call('log', c)\n post('https://x.example/t', a: c['b']) }"
    )
    assert found.kind == "session"
    assert found.opaque == {"acquire"}
    unused = authorization(
        "type: 'custom_auth', acquire: lambda { |c| x = call('log', c)\n post('https://x.example/t', a: c['b']) }"
    )
    assert unused.opaque == {"acquire"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "type: 'custom_auth', acquire: lambda { |c| { u: aws.generate_signature(connection: c)[:url] } }",
            "aws_sigv4",
        ),
        (
            "type: 'custom_auth', acquire: lambda { |c| { t: workato.jwt_encode(*c['claims'], c['key'], 'RS256') } }",
            "custom",
        ),
        (
            "type: 'custom_auth', acquire: lambda { |c| { t: workato.jwt_encode(c['claims'], c['key'], c['alg']) } }",
            "jwt_bearer",
        ),
    ],
)
def test_a_kind_is_named_by_what_the_code_calls(text: str, kind: str) -> None:
    found = authorization(text)
    assert found.kind == kind
    assert "acquire" in found.opaque or found.parameters is None


def test_what_is_not_written_yet_has_an_empty_form() -> None:
    found = authorization("type: 'basic_auth'")
    assert (found.kind, found.parameters) == ("basic", {"user": "", "password": "", **NOTHING_FURTHER})
    oauth = authorization("type: 'oauth2', authorization_url: lambda { 'https://x.example/a?response_type=code' }")
    assert oauth.opaque == frozenset()
    assert oauth.parameters["token_url"] == ""


SIGNED = """type: 'custom_auth', apply: lambda do |connection|
  claims = { iss: connection['key_id'], aud: 'example', exp: now.to_i + 20 * 60 }
  token = workato.jwt_encode(claims, connection['private_key'].gsub('\\\\n', "\\n"), 'ES256', kid: connection['key_id'])
  headers('Authorization' => "Bearer #{token}", 'X-Team' => connection['team'])
end"""


@pytest.mark.parametrize("escaped", [r"'\n'", r"'\\n'", r'"\\n"', r"/\\n/"])
def test_a_statement_may_be_the_token_itself(escaped: str) -> None:
    found = authorization(SIGNED.replace(r"'\\n'", escaped))
    assert (found.kind, found.opaque) == ("jwt_bearer", frozenset())
    params = found.parameters
    assert {name: params[name] for name in ("use", "repair", "key", "key_id", "algorithm", "lifetime")} == {
        "use": "self",
        "repair": True,
        "key": "#{private_key}",
        "key_id": "#{key_id}",
        "algorithm": "ES256",
        "lifetime": 1200,
    }
    assert params["headers"] == rows(("Authorization", "Bearer #{access_token}"), ("X-Team", "#{team}"))


@pytest.mark.parametrize(
    "body",
    [
        # A later header for every request wins over one for some: a table could not say in which order they stand.
        "headers('X-A' => '1') if current_verb == 'GET'\nheaders('X-A' => '2')",
        "headers('X-A' => '1') if current_verb == 'get'",
        "headers('X-A' => '1') if current_url == '/x'",
        "params(a: '1') if current_verb == 'GET'",
        "headers('X-A' => current_url) if current_verb == 'GET'",
    ],
)
def test_conditions_the_table_cannot_say_stay_code(body: str) -> None:
    found = authorization(f"type: 'custom_auth', apply: lambda do |connection|\n{body}\nend")
    assert found.kind == "custom"
