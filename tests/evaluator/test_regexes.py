"""Ruby's regular expressions in terms of another engine's."""

from __future__ import annotations

import pytest

from tests.evaluator.machine import failure, raised, shown


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"/\Aabc\z/", "abc\n", "nil"),
        (r"/\Aabc\Z/", "abc\n", '"abc"'),
        (r"/^b$/", "a\nb\nc", '"b"'),
        (r"/^\z/", "a\n", "nil"),
        (r"/a.c/", "a\nc", "nil"),
        (r"/a.c/m", "a\nc", '"a\\nc"'),
        (r"/a b # no/x", "ab", '"ab"'),
        (r"/\h+/", "xyBEEFz", '"BEEF"'),
        (r"/\w+/", "äb", '"b"'),
        (r"/[[:alpha:]]+/", "1äb2", '"äb"'),
        (r"/\d+/", "٣3", '"3"'),
        (r"/[\w.-]+@[^\s@]+/", "x a.b-c@d.e y", '"a.b-c@d.e"'),
        (r"/(?i:A)b/", "ab aB", '"ab"'),
        (r"/a(?i)b/", "aB", '"aB"'),
        (r"/(?<n>a)\k<n>/", "aab", '"aa"'),
        (r"/(?<n>a)(b)/", "ab", '"ab"'),
        (r"/[a-z&&[^b]]+/", "abc", '"a"'),
        (r"/[\d\-x]+/", "1-x2", '"1-x2"'),
        (r"/a{,2}b/", "aaab", '"aab"'),
        (r"/{a}/", "{a}", '"{a}"'),
        (r"/x{1,2/", "x{1,2", '"x{1,2"'),
        (r"/\//", "a/b", '"/"'),
        (r"%r{/+\z}", "a//", '"//"'),
        (r"/\p{Lu}+/", "aBC", '"BC"'),
        (r"/a++b/", "aab", '"aab"'),
        (r"/(?>a+)ab/", "aaab", "nil"),
        (r"/\u00e9/", "é", '"é"'),
        (r"/\R/", "a\r\nb", '"\\r\\n"'),
        (r"/[\]\[]+/", "a[]b", '"[]"'),
        (r"/a\Kb/", "ab", '"b"'),
    ],
)
def test_matches(pattern: str, text: str, found: str) -> None:
    literal = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    assert shown(f'"{literal}"[{pattern}]') == found


def test_unnamed_groups_do_not_count_beside_named_ones() -> None:
    assert shown("/(?<n>a)(b)/.match('ab').captures") == '["a"]'


def test_named_groups_become_variables() -> None:
    assert shown("if /(?<y>\\d+)-(?<m>\\d+)/ =~ '2026-05' then [y, m] end") == '["2026", "05"]'


def test_a_regex_inside_another_keeps_its_options() -> None:
    assert (
        shown("a = /b/i; [/x#{a}/.source, 'xB'.match?(/x#{a}/), 'XB'.match?(/x#{a}/)]") == '["x(?i-mx:b)", true, false]'
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("(", "end pattern with unmatched parenthesis: /(/"),
        (")", "unmatched close parenthesis: /)/"),
        ("[", "premature end of char-class: /[/"),
        ("*", "target of repeat operator is not specified: /*/"),
        ("\\\\", "too short escape sequence: /\\/"),
    ],
)
def test_what_is_wrong_is_said_in_rubys_words(source: str, message: str) -> None:
    assert raised(f"Regexp.new('{source}')") == ("RegexpError", message)


def test_bytes_that_are_no_text_are_not_matched() -> None:
    assert raised('"\\xff" =~ /x/') == ("ArgumentError", "invalid byte sequence in UTF-8")


def test_what_the_engine_has_not_is_refused() -> None:
    assert failure("/(?~ab)/").message == "cannot evaluate (?~ in a regex, line 1"
