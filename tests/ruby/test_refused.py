"""What the parser takes and Ruby refuses."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from designer.ruby import Document, EditError
from designer.ruby.snippet import Snippet

REFUSED = {
    "x { |a, b = 10 * 1024| }": "wants parentheses around a default",
    "lambda { |a, b = c ? 1 : 2| }": "",
    "lambda { |a, a| }": "two parameters `a`",
    "x { |a, (b, a)| }": "two parameters `a`",
    "x { |*a, *b| }": "cannot stand here",
    "x { |a:, b| }": "cannot stand here",
    "x { |&a, b| }": "cannot stand here",
    "x { |_1| }": "reserved for numbered parameters",
    "x { |a| y { |b| _1 } }": "names its parameters",
    "x { |nil| }": "word of Ruby's own",
    "x(end)": "word of Ruby's own",
    "{ a: elsif }": "word of Ruby's own",
    "[foo bar, 1]": "parentheses around the arguments of `foo`",
    "{ a: foo(1).bar(2), b: foo 1 }": "",
    "x[foo(1), bar 3]": "",
    "f(1, foo(2), bar 3)": "parentheses around the arguments of `bar`",
    "a + foo(b).c(d) + (foo bar) + p(1, foo bar, 1)": "parentheses around the arguments of `foo`",
    "[a and b]": "parentheses around `and`",
    "f(a, not(b), c or d)": "parentheses around `or`",
    "{ a: x rescue y }": "",
    "claims { iss: 1, aud: 2 }": "beginning of a block",
    "f(a: 1, 2)": "After a key only further keys",
    "f(&a, 1)": "Nothing can follow a block",
    "f(&a) { }": "passed two",
    "{ a: 1, 'b' }": "",
    "{ a?: 1, b?: }": "name of no variable",
    "{ a: 'x'\n  'y' }": "a comma or a backslash is missing",
    "f(lambda\n  { 1 })": "begins on the line of its call",
    "->(a)\n{ a }": "begins on the line of its call",
    "[1\n, 2]": "A comma cannot begin a line",
    "f(a # note\n  , b)": "A comma cannot begin a line",
    "headers ('A' => 1)": "`=>` has no value",
    "x = return": "`return` has no value",
    "f(next)": "`next` has no value",
    "return && 1": "`return` has no value",
    "nil = 1": "Nothing can be assigned to `nil`",
    "$1 = 2": "Nothing can be assigned to `$1`",
    "_1 = 2": "reserved for numbered parameters",
    "a&.b, c = 1, 2": "`&.` cannot stand",
    "def m; A = 1; end": "A constant cannot be assigned in a method",
    '"\\u{110000}"': "no character of Unicode",
    '"\\xZ"': "",
    "089": "no number",
    "@a 'x'": "is a variable",
    "  =begin\nx\n=end\n": "",
}
TAKEN = [
    "x { |a, b = (10 * 1024), c = 5, d = -1, e = {}, f = A::B| }",
    "lambda do |a, b = c.d(1), *e, f, g:, h: 10, **i, &j| end" ,
    "def m(a, b = 10 * 2, *c, d, e: 1 + 2, **f, &g) end; ->(a, b = 1 + 2) { }",
    "x { |_, _, (_a, _a)| }; x { |a; b| }; x { |a,| }; x { |**nil| }",
    "x { _1 + 1 }; x = y { |a| z { _1 } }; get _1 ('a')",
    "f g h, 1; f(g h); f[g h]; return f g, h if a and not b or !c d",
    "a = foo b; a = b = foo c; a += foo b; x(foo bar) { }; (foo bar) + 1; (a and b) ? (c rescue d) : (foo e)",
    "{ a: (foo b), **c, 'd' => e, 'f': g, h: }; f(a: 1, **b, &c); f(1, *a, b => c)",
    "{ a: 'x' \\\n  'y' }; f('a' 'b'); x = 'a'\n'b'\n['c']\n",
    "f(lambda do |a|\n end, -> (b) { }, lambda { |c| \n c })",
    "[1,\n 2, # note\n 3,\n]; f(a, \\\n b); { a:\n, b: }",
    "a.end.class.then; a&.if; def end; end; alias in when; { if: 1, end: 2 }; :class",
    "def x(do: 1, if: 2) end; A::BEGIN",
    "x && return; y or return; z || raise('a'); a ? return : b; return +1; return[1]; x { next(a).to b }; [*a, **b]",
    "rows = count = total = a = c = 1; f(count -1, rows [0], total *2, a &b, c **d)",
    "headers ('a'); foo (1) + 2; f(a (1), 2); x {'a' => b}; x { }; a => b; a in [b, *]",
    '"\\u00e9\\u{1F600 41}\\x4\\xff"; 0x1f; 0b11; 0o17; 017; 1_000.5e-3; 1r; 2i; ?a',
    "a, (b, *c), d.e, f[0], @g, $h, A = 1; self.x = 1; class B; C = 1; def d; self.class::E; end; end",
    "foo bar do |a| end.baz do |c| end\nfoo x do |a| end .each do |b, c| end\n",
    "=begin\nx\n=end\nputs <<~A, <<~B\n  a\nA\n  , b\nB\n",
]  # fmt: skip


def refused(text: str) -> str:
    document = Document.parse(text.encode())
    return " / ".join(issue.message for issue in document.issues or document.refused)


@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused_in_words(text: str) -> None:
    told = refused(text)
    assert told and REFUSED[text] in told


@pytest.mark.parametrize("text", TAKEN)
def test_what_ruby_takes_is_not_refused(text: str) -> None:
    assert refused(text) == ""


_ASK = """
require 'json'
$VERBOSE = nil
answers = JSON.parse($stdin.read).map do |text|
  RubyVM::InstructionSequence.compile(text)
  nil
rescue SyntaxError => e
  e.message.dup.force_encoding('UTF-8').scrub('?')
end
$stdout.write(JSON.generate(answers))
"""


def ask_ruby(texts: list[str]) -> list[str | None]:
    ruby = shutil.which("ruby")
    if ruby is None:
        pytest.skip("no Ruby here")
    version = subprocess.run([ruby, "-e", "print RUBY_VERSION"], capture_output=True, text=True, check=True, timeout=30)
    if not version.stdout.startswith("3.1."):
        pytest.skip("no Ruby 3.1 here")
    asked = subprocess.run(
        [ruby, "--disable=did_you_mean,error_highlight", "-W0", "-e", _ASK],
        input=json.dumps(texts),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    answers: list[str | None] = json.loads(asked.stdout)
    return answers


def test_ruby_says_the_same() -> None:
    answers = ask_ruby([*REFUSED, *TAKEN])
    assert [text for text, told in zip(REFUSED, answers, strict=False) if told is None] == []
    assert [(text, told) for text, told in zip(TAKEN, answers[len(REFUSED) :], strict=True) if told is not None] == []


_TOKEN = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|[A-Za-z_]\w*[?!]?:?(?!:)|\d+|[^\s\w]|\n|[ \t]+"
)
_PUT_IN = """
do end { } ( ) [ ] | , = => : . &. & * ** -> if unless else when in then while begin rescue return next yield self
nil not and or ! ? + - < @a $c C::D x z! a: 's' :sym 1 2.5 *r **k &b _1 |a,b=1| x=1 f(a:1,2) f(&b,1)
"""


def mutated(text: str, dice: random.Random) -> str:
    tokens, words = _TOKEN.findall(text), _PUT_IN.split()
    for _ in range(dice.choice((1, 1, 2))):
        at = dice.choice([place for place, token in enumerate(tokens) if token.strip()])
        how = dice.random()
        if how < 0.3:
            tokens[at] = ""
        elif how < 0.6:
            tokens[at] = dice.choice(words)
        else:
            tokens.insert(at, f" {dice.choice(words)} ")
    return "".join(tokens)


def test_nothing_that_ruby_takes_is_refused_however_it_is_altered() -> None:
    """Where the parser takes a text: no refusal without Ruby's. Of what Ruby refuses, little is missed."""
    samples = [
        path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.joinpath("samples").glob("*.rb"))
    ]
    dice = random.Random(3)
    texts = [mutated(dice.choice([text for text in samples if len(text) < 4000]), dice) for _ in range(1500)]
    read = [(text, document) for text in texts if not (document := Document.parse(text.encode())).issues]
    answers = ask_ruby([text for text, _ in read])
    wrong = [text for (text, document), told in zip(read, answers, strict=True) if document.refused and told is None]
    missed = [
        told for (_, document), told in zip(read, answers, strict=True) if told is not None and not document.refused
    ]
    assert wrong == []
    assert len(missed) < len(texts) // 50


def test_a_new_lambda_that_ruby_refuses_is_not_taken() -> None:
    with pytest.raises(EditError) as told:
        Snippet.parse("lambda do |a|\n  f(a: 1, 2)\nend")
    assert told.value.hint is not None and "Line 2 of the new code: After a key" in told.value.hint


def test_what_is_refused_follows_the_edits() -> None:
    document = Document.parse(b"{\n  a: lambda { |x, y = 1 + 2| x },\n  b: 'c'\n}\n")
    assert [(issue.line, issue.column) for issue in document.refused] == [(2, 23)]
    lower = document.replace(2, 2, b"  z: 1,\n").document
    assert [(issue.line, issue.column) for issue in lower.refused] == [(3, 23)]
    at = lower.source.index(b"1 + 2")
    mended = lower.replace(at, at + 5, b"(1 + 2)").document
    assert mended.refused == ()
