"""``workato.*`` and requests as lambdas meet them, run through acquire."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from designer.wire import Call, Outcome, ScriptedTransport, WireRequest, WireResponse, run
from tests.wire.certificates import issue

SDK = "Workato::Connector::Sdk"


def acquire(
    expression: str, *replies: bytes, settings: Any = None, method: str = ""
) -> tuple[Outcome, list[WireRequest]]:
    source = f"""{{ connection: {{ authorization: {{ type: 'custom_auth', acquire: lambda do |connection|
    {{ value: ({expression}) }}
  end }} }}, methods: {{ {method} }} }}"""
    waiting = list(replies)
    transport = ScriptedTransport(lambda _: WireResponse(200, "", (), waiting.pop(0)))
    outcome = run(Call(source.encode(), "acquire", settings=settings or {}, at="2026-01-02T03:04:05Z"), transport)
    return outcome, transport.requests


def value(expression: str, *replies: bytes, **given: Any) -> Any:
    outcome, _ = acquire(expression, *replies, **given)
    assert outcome.error is None, outcome.error
    return outcome.result["value"]


def failure(expression: str, *replies: bytes) -> tuple[str, str]:
    outcome, _ = acquire(expression, *replies)
    assert outcome.error is not None
    return outcome.error["class"], outcome.error["message"]


KEY, IV, PLAIN = (
    "2b7e151628aed2a6abf7158809cf4f3c",
    "000102030405060708090a0b0c0d0e0f",
    "6bc1bee22e409f96e93d7e117393172a",
)


def hex_(text: str) -> str:
    return f"'{text}'.decode_hex"


def test_aes_cbc_is_that_of_nist_sp_800_38a() -> None:
    sealed = value(f"workato.aes_cbc_encrypt({hex_(PLAIN)}, {hex_(KEY)}, {hex_(IV)}).encode_hex")
    assert sealed[:32] == "7649abac8119b246cee98e9b12e9197d"
    opened = value(f"workato.aes_cbc_decrypt({hex_(sealed)}, {hex_(KEY)}, {hex_(IV)}).encode_hex")
    assert opened == PLAIN


def test_aes_gcm_gives_what_it_took() -> None:
    sealed = f"workato.aes_gcm_encrypt('text', {hex_(KEY)}, '123456789012', 'aad')"
    opened = f"s, t = {sealed}; workato.aes_gcm_decrypt(s, {hex_(KEY)}, t, '123456789012', 'aad').as_utf8"
    assert value(opened) == "text"
    tampered = opened.replace("'aad').as_utf8", "'other')")
    assert failure(tampered) == (f"{SDK}::ArgumentError", "Not able to decrypt, please check input values again")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("workato.aes_cbc_encrypt('x', 'short')", "Incorrect key size for AES"),
        ("workato.aes_cbc_decrypt('x' * 16, 'k' * 16)", "bad decrypt"),
        ("workato.aes_cbc_decrypt('x', 'k' * 16)", "wrong final block length"),
        ("workato.aes_gcm_encrypt('x', 'k' * 16, 'short')", "Incorrect key size for Initialization Vector"),
        ("workato.aes_gcm_encrypt('', 'k' * 16, 'i' * 12)", "Data to be encrypted must not be empty"),
        ("workato.aes_gcm_encrypt(1, 'k' * 16, 'i' * 12)", "All arguments must be of type String"),
        ("workato.aes_gcm_decrypt('x', 'k' * 16, 'tag', 'i' * 12)", "Incorrect authentication tag size"),
        ("workato.random_bytes(33)", "The requested length or random bytes sequence should be <= 32"),
    ],
)
def test_what_the_helpers_refuse(expression: str, message: str) -> None:
    assert failure(expression) == (f"{SDK}::ArgumentError", message)


def test_pbkdf2_is_that_of_rfc_6070() -> None:
    derived = value("workato.pbkdf2_hmac_sha1('password', 'salt', 2, 20).encode_hex")
    assert derived == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"


def test_verify_rsa() -> None:
    issued = issue("signer", use_rsa=True)
    assert isinstance(issued.key, rsa.RSAPrivateKey)
    signature = issued.key.sign(b"text", padding.PKCS1v15(), hashes.SHA256()).hex()
    settings = {"certificate": issued.pem}
    assert value(f"workato.verify_rsa('text', connection['certificate'], '{signature}'.decode_hex)", settings=settings)
    assert not value(
        f"workato.verify_rsa('other', connection['certificate'], '{signature}'.decode_hex)", settings=settings
    )
    assert failure("workato.verify_rsa('t', 'garbage', 's')") == (
        f"{SDK}::ArgumentError",
        "Invalid certificate format",
    )


def test_csv() -> None:
    assert value("workato.csv.parse(\"a;b\\n1;\\n\", headers: true, col_sep: ';')") == [{"a": "1", "b": None}]
    assert value('workato.csv.parse("1,2\\n", headers: %w[x y])') == [{"x": "1", "y": "2"}]
    assert value("workato.csv.generate(force_quotes: true) { |csv| csv << [1, nil, 'a\"b'] }") == '"1","","a""b"\n'
    settings = {"text": 'a,b\r\n"","x\r\ny"\r\n\r\n'}
    parsed = value("workato.csv.parse(connection['text'], headers: true, skip_blanks: true)", settings=settings)
    assert parsed == [{"a": "", "b": "x\r\ny"}]
    assert failure('workato.csv.parse(%(a\nb"c), headers: true)') == (
        f"{SDK}::CsvFormatError",
        "Illegal quoting in line 2.",
    )
    assert failure("workato.csv.parse('a', headers: false)")[0] == f"{SDK}::ArgumentError"
    assert failure("workato.csv.nope")[1] == "Undefined method 'nope' for \"workato.csv\" namespace"


def test_a_request_is_sent_when_its_reply_is_needed_and_once() -> None:
    outcome, requests = acquire(
        "unused = get('https://h/a'); r = get('https://h/b'); [r['x'], r.dig('x'), r.keys]", b'{"x": 1}'
    )
    assert outcome.result == {"value": [1, 1, ["x"]]}
    assert [r.target for r in requests] == ["/b"]


def test_a_nil_reply_is_asked_for_again() -> None:
    _, requests = acquire("r = get('https://h/a'); [r.nil?, r.to_s, r.to_s]", b"null", b"null")
    assert len(requests) == 2


def test_a_request_is_not_what_its_reply_is() -> None:
    assert value("r = get('https://h'); r['a']; [r.is_a?(Hash), r.class.to_s, r.respond_to?(:dig)]", b'{"a": 1}') == [
        False,
        f"{SDK}::Request",
        True,
    ]


def test_parallel_collects_results_and_errors() -> None:
    found = value("parallel([get('https://h/1'), get('/relative')])", b'{"a": 1}')
    assert found == [False, [{"a": 1}, None], [None, "bad URI(no host provided): http:///relative"]]


def test_requests_inside_what_is_returned_are_resolved() -> None:
    assert value("{ list: [get('https://h/1')], deep: { r: get('https://h/2') } }", b"[1]", b'{"b": 2}') == {
        "list": [[1]],
        "deep": {"r": {"b": 2}},
    }


def test_methods_are_strict_about_their_arguments() -> None:
    outcome, _ = acquire("call(:m, 1, 2)", method="m: lambda { |a| a }")
    assert outcome.error is not None
    assert outcome.error["message"] == "wrong number of arguments (given 2, expected 1)"
    assert value("call('m', a: 1)", method="m: lambda { |a:| a }") == 1
    assert failure("call(:nope)")[1] == "Method 'nope' does not exists"


def test_time_is_pacific() -> None:
    assert value("[now.to_s, today.to_s]") == ["2026-01-01 19:04:05 -0800", "2026-01-01"]


def test_puts_is_told_and_returns_nothing() -> None:
    outcome, _ = acquire("puts('hello', 1)")
    assert outcome.result == {"value": None}
    assert [(s.title, s.detail) for s in outcome.steps if s.kind == "puts"]


def test_puts_on_a_request_is_told_and_the_request_goes_on() -> None:
    outcome, sent = acquire("get('http://h/').tap { |r| r.puts('hello') }['a']", b'{"a": 1}')
    assert outcome.result == {"value": 1}
    assert [s.detail or s.title for s in outcome.steps if s.kind == "puts"] == ["hello"]
    assert len(sent) == 1


def test_a_raw_reply_that_is_text_is_text() -> None:
    expression = "(r = get('http://h/').response_format_raw.to_s; ['é' + r, r.encoding.to_s])"
    assert value(expression, "ü".encode()) == ["éü", "UTF-8"]
    assert value("get('http://h/').response_format_raw.to_s.encoding.to_s", b"\xff\xfe") == "ASCII-8BIT"


def test_a_hash_of_params_among_the_headers_belongs_to_the_url() -> None:
    _, sent = acquire("get('http://h/a', x: 1).headers(params: { 'b' => ['c d', 2] }, y: 'z')", b"{}")
    assert sent[0].target == "/a?x=1&b[]=c+d&b[]=2"
    assert "Params" not in dict(sent[0].headers)
    assert dict(sent[0].headers)["Y"] == "z"


def test_yaml_keeps_symbols() -> None:
    from designer.project.codec import PsychCodec

    source = b"""{ connection: { authorization: { type: 'custom_auth', acquire: lambda { |connection|
      { value: workato.render_yaml(a: 1, 'b' => [:c, nil]) } } } } }"""
    outcome = run(
        Call(source, "acquire"), ScriptedTransport(lambda _: WireResponse(200, "", (), b"")), yaml=PsychCodec()
    )
    assert outcome.result == {"value": "---\n:a: 1\nb:\n- :c\n-\n"}


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("workato.jwt_decode('a.b', 'k', 'HS256')", ("JWT::DecodeError", "Invalid segment encoding")),
        ("workato.jwt_decode('a.b.', 'k', 'HS256')", ("JWT::DecodeError", "Invalid segment encoding")),
        (
            "workato.jwt_decode('eyJhbGciOiJIUzI1NiJ9.e30.', 'k', 'HS256')",
            ("JWT::DecodeError", "Not enough or too many segments"),
        ),
        ("workato.jwt_decode(nil, 'k', 'RS256')", (f"{SDK}::ArgumentError", "Invalid key")),
        ("workato.jwt_decode(nil, 'k', 'HS256')", ("JWT::DecodeError", "Nil JSON web token")),
        ("workato.jwt_encode({}, 5, 'RS256')", (f"{SDK}::ArgumentError", "Invalid key")),
        ("workato.jwt_encode({}, :s, 'ES256')", ("TypeError", "no implicit conversion of Symbol into String")),
        (
            "aws.generate_signature(connection: nil, service: 'iam', region: 'r')",
            ("NoMethodError", "undefined method `[]' for nil:NilClass"),
        ),
        (
            "aws.generate_signature(connection: {aws_api_key: 'a', aws_secret_key: 'b'}, service: 'iam', region: 'r',"
            " method: nil)",
            ("ArgumentError", "missing required option :http_method"),
        ),
    ],
)
def test_what_the_signers_say_of_wrong_arguments(expression: str, error: tuple[str, str]) -> None:
    assert failure(expression) == error


def test_a_signature_leaves_expect_unsigned_and_header_values_as_given() -> None:
    signed = value(
        "aws.generate_signature(connection: {aws_api_key: 'a', aws_secret_key: 'b'}, service: 'iam', region: 'r',"
        " headers: {'x-a' => 1, 'Expect' => '100'})"
    )["headers"]
    assert signed["X-A"] == 1
    assert "SignedHeaders=host;x-a;x-amz-content-sha256;x-amz-date," in signed["Authorization"]
