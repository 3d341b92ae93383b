"""``OpenSSL::Cipher`` and ``OpenSSL::PKey`` of connectors, held against the Ruby of this machine where there is one."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from designer.wire import Call, DryTransport, run

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def pem(key: Any) -> str:
    return str(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.TraditionalOpenSSL, s.NoEncryption()).decode())


SETTINGS = {
    "rsa": pem(RSA),
    "ec": pem(EC),
    "public": RSA.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode(),
}
_CBC = "d.key = 'k' * 16; d.iv = 'i' * 16"
_GCM = "d.key = 'k' * 32; d.iv = 'i' * 12"
SNIPPETS = (
    f"d = OpenSSL::Cipher.new('AES-128-CBC').encrypt; {_CBC}; [d.update('hello world, hello'), d.update('x'), d.final]",
    f"d = OpenSSL::Cipher.new('AES-128-CBC').decrypt; {_CBC}; ['x' * 16, 'y' * 20, 'z'].map {{ |t| d.update(t) }}",
    f"d = OpenSSL::Cipher.new('AES-128-CBC').decrypt; {_CBC}; d.padding = 0; %w[xx yyy].map {{ |t| d.update(t * 8) }}",
    f"d = OpenSSL::Cipher.new('AES-128-CBC').encrypt; {_CBC}; d.padding = 0; d.update('x' * 15) + d.final",
    f"d = OpenSSL::Cipher.new('AES-128-CBC').decrypt; {_CBC}; d.update('hello') + d.final",
    "d = OpenSSL::Cipher.new('AES-128-CBC').encrypt; d.update('x')",
    "d = OpenSSL::Cipher.new('AES-128-CBC'); d.key = 'k' * 16; [d.update('a' * 16)]",
    f"d = OpenSSL::Cipher::AES.new(128, :CBC).encrypt; {_CBC}; d.update('hello') + d.final",
    "OpenSSL::Cipher::AES256.new(:CBC).name",
    "d = OpenSSL::Cipher.new('AES-128-CTR').encrypt; " + _CBC + "; [d.update('hel'), d.update('lo'), d.final]",
    f"d = OpenSSL::Cipher.new('AES-256-GCM').encrypt; {_GCM}; d.auth_data = 'a'; "
    "[d.update('he'), d.update('llo'), d.final, d.auth_tag]",
    f"d = OpenSSL::Cipher.new('AES-256-GCM').decrypt; {_GCM}; d.auth_tag = 't' * 16; [d.update('hello')]",
    f"d = OpenSSL::Cipher.new('AES-256-GCM').decrypt; {_GCM}; d.auth_tag = 't' * 16; d.update('hello') + d.final",
    "[c['rsa'], c['public']].map { |pem| OpenSSL::PKey::RSA.new(pem).private? }",
    "OpenSSL::PKey::RSA.new(c['rsa']).public_key.to_pem",
    "OpenSSL::PKey::RSA.new(c['public']).to_s",
    "OpenSSL::PKey::RSA.new(OpenSSL::PKey::RSA.new(c['rsa'])).sign('SHA256', 'data')",
    "OpenSSL::PKey::EC.new(c['ec']).private_key?",
    "k = OpenSSL::PKey::EC.new(c['ec']); k.verify('SHA256', k.sign('SHA256', 'data'), 'data')",
)
_ASK = """
require 'json'
require 'openssl'
asked = JSON.parse($stdin.read)
c = asked['settings']
answers = asked['snippets'].map do |snippet|
  { 'gives' => eval(snippet).inspect }
rescue StandardError => e
  { 'raises' => [e.class.name, e.message] }
end
$stdout.write(JSON.generate(answers))
"""


def ours(snippet: str) -> dict[str, Any]:
    source = f"""{{ connection: {{ authorization: {{ type: 'custom_auth', acquire: lambda {{ |c|
      {{ r: begin; ({snippet}).inspect; end }} }} }} }} }}"""
    outcome = run(Call(source.encode(), "acquire", {}, SETTINGS), DryTransport())
    if outcome.error is not None:
        return {"raises": [outcome.error["class"], outcome.error["message"]]}
    return {"gives": outcome.result["r"]}


def test_ruby_says_the_same() -> None:
    ruby = shutil.which("ruby")
    if ruby is None:
        pytest.skip("no Ruby here")
    asked = subprocess.run(
        [ruby, "--disable=did_you_mean,error_highlight", "-W0", "-e", _ASK],
        input=json.dumps({"settings": SETTINGS, "snippets": SNIPPETS}),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    answers = json.loads(asked.stdout)
    assert [(snippet, ours(snippet)) for snippet in SNIPPETS] == list(zip(SNIPPETS, answers, strict=True))


@pytest.mark.parametrize(
    ("snippet", "name"),
    {
        "OpenSSL::PKey::RSA.new(c['rsa']).to_pem": "OpenSSL::PKey::RSA#to_pem of a private key",
        "OpenSSL::PKey::RSA.new(c['rsa']).private_encrypt('x')": "OpenSSL::PKey::RSA#private_encrypt",
        "OpenSSL::Cipher.new('des-ede3-cbc')": "OpenSSL::Cipher.new(DES-EDE3-CBC)",
        "CSV.parse('a', headers: true)": "CSV.parse(headers:)",
        "'secret'.crypt('ab')": "String#crypt",
        "workato.stream.out('x')": "workato.stream",
        "lookup('Table', a: 1)": "lookup",
        "JWT.encode({}, 'k', 'HS256')": "JWT.encode",
    }.items(),
)
def test_what_is_not_run_is_named_before_anything_is_sent(snippet: str, name: str) -> None:
    source = f"""{{
      connection: {{ authorization: {{ type: 'custom_auth', acquire: lambda do |c|
        post('https://api.example/token')
        {snippet}
      end }} }}
    }}"""
    outcome = run(Call(source.encode(), "acquire", {}, SETTINGS), DryTransport())
    assert outcome.error is not None
    assert outcome.error["message"] == f"cannot evaluate {name}, line 4"
    assert outcome.exchanges == ()


def test_a_key_that_was_read_signs_a_token() -> None:
    verified = ours(
        "workato.jwt_decode(workato.jwt_encode({ a: 1 }, OpenSSL::PKey::RSA.new(c['rsa']), 'RS256'),"
        " OpenSSL::PKey::RSA.new(c['public']), 'RS256')['payload']"
    )
    assert verified == {"gives": '{"a"=>1}'}
