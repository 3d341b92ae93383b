"""Code that would run for ever, or fill the memory, ends soon with a clear error."""

from __future__ import annotations

import sys
import time

import pytest

from designer.wire import Call, Outcome, ScriptedTransport, WireResponse, run

ENDS_BY_ITSELF = """\
2 ** (2 ** 100)
10 ** 10 ** 10
("a" * 60 + "b") =~ /(a+)+$/
("a" * 60 + "!").gsub(/(a*)*c/, '')
("x" * 100_000).gsub(/x*x*x*x*y/, '')
""".splitlines()
"""Infinite to Ruby, or seen through by the engine of patterns: an answer, and soon."""
GENEROUS = 20.0
"""Seconds; what is promised is two, on a machine that does nothing else."""

ENDLESS = """\
while true; end
loop { }
until false do 1 end
begin; 1; end while true
1.upto(Float::INFINITY) { |n| n }
(1..).each { |n| n }
[1].cycle { |n| n }
10_000_000.times { |n| n.to_s }
"a" * 10**9
"a".ljust(10**10)
"a" * 10**20
[0] * 10**9
(1..10**9).to_a
Array.new(10**9, 0)
Array.new(10**9) { |n| n }
s = "a"; loop { s = s + s }
s = "a"; 100.times { s << s }
a = [1]; loop { a += a }
h = {}; (1..10**9).each { |n| h[n] = n }
1 << 10**12
n = 3; loop { n = n * n }
"%0999999999d" % 1
("a" * 60 + "b").match?(/^(a|aa)+$/)
("a" * 10_000_000).gsub(/a/, 'bbbbbbbbbb')
("a" * 1_000_000).chars.permutation.to_a
(1..40).to_a.combination(20).to_a
(1..100).to_a.product((1..100).to_a, (1..100).to_a, (1..100).to_a)
a = []; a << a; a.flatten
f = lambda { f.call }; f.call
f = lambda { |x| f.call([x]) }; f.call(1)
call(:again)
call(:grow, [])
def m(n); m(n + 1); end; m(0)
a = [1]; 100_000.times { a = [a] }; a.to_s
a = {}; 100_000.times { a = { 'a' => a } }; a.to_json
JSON.parse('[' * 200_000)
Hash.from_xml('<a>' * 200_000)
workato.parse_yaml('[' * 200_000)
sleep(10**9)
sleep 10**20
OpenSSL::PKCS5.pbkdf2_hmac('a', 'b', 10**10, 32, 'sha256')
SecureRandom.hex(10**9)
Time.now + 10**30
Date.today >> 10**18
"1" .to_i.digits(1)
(10**5000).to_s * 10**6
("a".."zzzzzzzzzzzz").to_a
rand(10**9).times.to_a.permutation.first(10**9)
""".splitlines()


def attempt(code: str) -> tuple[Outcome, float]:
    source = (
        f"{{ title: 'A', test: lambda {{ |connection| {code} \n true }}, methods: {{ again: lambda {{ call(:again) }}, "
        "grow: lambda { |x| call(:grow, [x, x]) } } }"
    )
    began = time.monotonic()
    outcome = run(Call(source.encode(), "test"), ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b"")))
    return outcome, time.monotonic() - began


@pytest.mark.parametrize("code", ENDLESS)
def test_it_ends(code: str) -> None:
    outcome, seconds = attempt(code)
    assert seconds < GENEROUS
    assert outcome.error is not None, outcome.result
    assert outcome.error["message"].strip()
    assert peak_memory() < 2_500_000_000


def peak_memory() -> int:
    """Bytes this process has held at most so far; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize("code", ENDS_BY_ITSELF)
def test_it_answers(code: str) -> None:
    outcome, seconds = attempt(code)
    assert seconds < GENEROUS
    assert outcome.error is None or outcome.error["class"] == "Designer::Limit"
