"""Running checks: order, places, silence, fixes, and no secret in a message."""

from __future__ import annotations

from typing import Any

import pytest

from designer import facts
from designer.checks import CHECKS, Severity, apply_fix, run, silence
from designer.connection import read
from designer.ruby import Document, EditError, element
from designer.ruby.members import Contents

CONNECTOR = """\
{
  title: 'Ähre',
  connection: {
    fields: [
      { name: 'ü', hint: 'Ü' }, { name: 'api_key' },
      { name: 'token' }
    ],
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { 'https://x.example/a' },
      token_url: lambda { 'http://x.example/t' },
      client_id: 'abc',
      client_secret: 'k3y-of-the-kingdom',
      apply: lambda { |_c, access_token| headers('Authorization' => "Bearer #{access_token}") }
    },
    test: lambda { |_connection| get('https://x.example/me') }
  },
  actions: {}
}
"""


def parsed(text: str = CONNECTOR) -> Document:
    return Document.parse(text.encode())


def codes(doc: Document) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in run(doc)]


def test_problems_come_in_the_order_of_the_text_and_the_graver_first() -> None:
    assert codes(parsed()) == [
        (5, "field-never-read"),
        (5, "secret-not-masked"),
        (5, "field-never-read"),
        (6, "secret-not-masked"),
        (6, "field-never-read"),
        (10, "response-type-missing"),
        (11, "token-url-insecure"),
        (13, "secret-in-the-file"),
        (16, "test-inside-connection"),
    ]


def test_columns_count_characters_and_the_end_is_exclusive() -> None:
    problem = next(each for each in run(parsed()) if each.code == "secret-not-masked")
    assert (problem.line, problem.column) == (5, 41)
    assert (problem.end_line, problem.end_column) == (5, 50)
    assert parsed().source[problem.start : problem.end].decode() == "'api_key'"
    assert problem.pointer == "/connection/fields/1/name"
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("      { name: 'token' }", "      { name: 'token' } # designer:disable secret-not-masked, field-never-read"),
        (
            "      { name: 'token' }",
            "      # designer:disable secret-not-masked field-never-read\n      { name: 'token' }",
        ),
    ],
)
def test_a_comment_silences_a_problem_on_its_line_or_below(before: str, after: str) -> None:
    silenced = codes(parsed(CONNECTOR.replace(before, after)))
    assert len(silenced) == len(codes(parsed())) - 2
    assert sum(code == "secret-not-masked" for _, code in silenced) == 1


def test_a_comment_silences_only_the_code_it_names() -> None:
    text = CONNECTOR.replace("{ name: 'token' }", "{ name: 'token' } # designer:disable field-never-read")
    assert (6, "secret-not-masked") in codes(parsed(text))


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# designer:disable secret-not-masked", True),
        ("#designer:disable: field-never-read,secret-not-masked", True),
        ("# designer:disable secret-not-masked -- the provider's sandbox only", True),
        ("# designer:disable field-never-read because secret-not-masked is meant", False),
        ("# secret-not-masked", False),
        ("# designer:disabled secret-not-masked", False),
    ],
)
def test_what_a_comment_silences(comment: str, silent: bool) -> None:
    text = CONNECTOR.replace("      { name: 'token' }", f"      {comment}\n      {{ name: 'token' }}")
    assert ((7, "secret-not-masked") in codes(parsed(text))) is not silent


def test_a_comment_above_an_element_silences_all_of_it() -> None:
    text = CONNECTOR.replace("    fields: [", "    # designer:disable secret-not-masked\n    fields: [")
    left = codes(parsed(text))
    assert "secret-not-masked" not in {code for _, code in left}
    assert len(left) == len(codes(parsed())) - 2
    everywhere = "# designer:disable " + ", ".join({code for _, code in codes(parsed())}) + "\n" + CONNECTOR
    assert codes(parsed(everywhere)) == []


def test_the_words_of_a_text_silence_nothing() -> None:
    text = CONNECTOR.replace("hint: 'Ü' }", "hint: '# designer:disable field-never-read' }")
    assert (5, "field-never-read") in codes(parsed(text))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_problem_can_be_silenced_where_it_is(newline: str) -> None:
    doc = parsed(CONNECTOR.replace("\n", newline))
    for problem in run(doc):
        change = silence(doc, problem)
        left = run(change.document)
        assert (problem.pointer, problem.message) not in {(each.pointer, each.message) for each in left}
        assert {each.code for each in left} <= {each.code for each in run(doc)}
        assert change.document.newline == newline
        assert change.document.apply(change.inverse).document.source == doc.source


def test_one_comment_takes_the_next_code_too() -> None:
    doc = parsed()
    for code in ("secret-not-masked", "field-never-read"):
        problem = next(each for each in run(doc) if each.code == code and "'token'" in line_of(doc, each.line))
        doc = silence(doc, problem).document
    comment = "      # designer:disable secret-not-masked, field-never-read\n"
    assert doc.source.decode() == CONNECTOR.replace("      { name: 'token' }", comment + "      { name: 'token' }")


def test_a_problem_inside_a_text_of_several_lines_is_silenced_above_it() -> None:
    text = CONNECTOR.replace("hint: 'Ü' }", "hint: 'Go to the settings' \\\n       'page of your account.' }")
    doc = parsed(text)
    problem = next(each for each in run(doc) if each.code == "hint-words-run-together")
    after = silence(doc, problem).document
    assert after.issues == ()
    assert "hint-words-run-together" not in {each.code for each in run(after)}
    with pytest.raises(EditError):
        silence(after, problem)


def line_of(doc: Document, number: int) -> str:
    return doc.source.decode().splitlines()[number - 1]


def test_a_gemfile_is_what_makes_pkce_worth_a_note() -> None:
    verifier = "{ verifier: v, challenge: c, challenge_method: 'S256' }"
    doc = parsed(
        CONNECTOR.replace(
            "      client_id: 'abc',", f"      pkce: lambda {{ |v, c| {verifier} }},\n      client_id: 'abc',"
        )
    )
    assert "pkce-official-cli" not in {each.code for each in run(doc)}
    assert "pkce-official-cli" in {each.code for each in run(doc, official=True)}


def test_chosen_checks_alone() -> None:
    assert {problem.code for problem in run(parsed(), codes=["secret-not-masked"])} == {"secret-not-masked"}
    with pytest.raises(KeyError):
        run(parsed(), codes=["no-such-check"])


def test_a_secret_is_never_repeated() -> None:
    for problem in run(parsed()):
        told = f"{problem.message} {problem.why} {[(fix.title, fix.edits) for fix in problem.fixes]}"
        assert "k3y-of-the-kingdom" not in told


def test_the_test_moves_out_as_it_stands() -> None:
    problem = next(each for each in run(parsed()) if each.code == "test-inside-connection")
    after = apply_fix(parsed(), problem.fixes[0]).document
    expected = CONNECTOR.replace(
        "    },\n    test: lambda { |_connection| get('https://x.example/me') }\n  },\n", "    }\n  },\n"
    ).replace("  actions: {}", "  test: lambda { |_connection| get('https://x.example/me') },\n  actions: {}")
    assert after.source.decode() == expected


def test_fixing_everything_leaves_only_what_has_no_fix() -> None:
    doc = parsed()
    for _ in range(20):
        fixable = [problem for problem in run(doc) if problem.fixes]
        if not fixable:
            break
        doc = apply_fix(doc, fixable[0].fixes[0]).document
    assert [code for _, code in codes(doc)] == ["token-url-insecure", "secret-in-the-file"]
    assert doc.issues == ()


def test_a_fix_of_yesterday_says_so() -> None:
    problem = next(each for each in run(parsed()) if each.code == "test-inside-connection")
    gone = Document.parse(b"{ title: 'A' }")
    with pytest.raises(EditError):
        apply_fix(gone, problem.fixes[0])


def test_a_design_read_before_is_not_read_again() -> None:
    doc = parsed()
    assert run(doc, read(doc)) == run(doc)


def test_codes_are_told_apart_by_more_than_case() -> None:
    assert len({code.lower() for code in CHECKS}) == len(CHECKS) >= 50
    assert len({each.title for each in CHECKS.values()}) == len(CHECKS)


def test_every_fact_a_check_leans_on_is_declared() -> None:
    attributes = facts.table("fields")["attributes"]
    controls = facts.table("controls")["controls"]
    keys = facts.table("authorization")["keys"]
    assert {"name", "label", "hint", "optional", "ngIf", "options", "pick_list", "control_type"} <= set(attributes)
    assert {"password", "select", "subdomain", "text"} <= set(controls)
    for name, key in {**keys, **facts.table("authorization")["connection"]}.items():
        assert key["help"].endswith("."), name
        assert key["value"], name
    for name, attribute in attributes.items():
        assert attribute["label"] and attribute["help"].endswith("."), name
        if attribute["value"] == "choice":
            assert attribute["values"] == "@control_types" or attribute["values"], name
        assert set(attribute.get("needs", [])) <= set(attributes), name
    for name, control in controls.items():
        assert control["label"] and control["preview"] and control["help"].endswith("."), name
    for centre in facts.table("datacentres")["datacentres"]:
        assert centre["callback"] == f"https://{centre['host']}/oauth/callback"


FIELDS = b"""{
  title: 'A',
  connection: {
    fields: [
      %s
      { name: 'api_secret' },
      { name: 'other_secret' },
    ],
    authorization: { type: 'api_key', apply: lambda { |c| headers(k: c['k']) } }
  }
}
"""


@pytest.mark.parametrize(
    ("comment", "after"),
    [
        (
            b"# designer:disable field-never-read because legacy",
            b"# designer:disable field-never-read, secret-not-masked because legacy",
        ),
        (
            b"# designer:disable field-never-read, no-such: old",
            b"# designer:disable field-never-read, secret-not-masked, no-such: old",
        ),
        (b"# designer:disable field-never-read", b"# designer:disable field-never-read, secret-not-masked"),
        (b"# designer:disable", b"# designer:disable secret-not-masked"),
        (b"# designer:disable because legacy", b"# designer:disable secret-not-masked because legacy"),
    ],
)
def test_a_code_is_added_before_the_reason_of_a_comment(comment: bytes, after: bytes) -> None:
    doc = Document.parse(FIELDS % comment)
    first, second = (each for each in run(doc) if each.code == "secret-not-masked")
    changed = silence(doc, first).document
    assert changed.source == FIELDS % after
    assert [each.pointer for each in run(changed, codes=["secret-not-masked"])] == [second.pointer]


def test_a_comment_that_would_silence_another_element_is_not_written() -> None:
    # Above the second field no comment can stand, for there a text goes on; above both it would say too much.
    both = """fields: [{ name: 'x', hint: 'Go to the settings' \\
          'page.' }, { name: 'y', hint: 'See the settings' \\
          'page.' }],"""
    doc = parsed("{ title: 'A', connection: {\n    " + both + "\n  }\n}\n")
    found = {each.pointer: each for each in run(doc, codes=["hint-words-run-together"])}
    assert len(found) == 2
    with pytest.raises(EditError) as refused:
        silence(doc, found["/connection/fields/1/hint"])
    assert "by hand" in refused.value.hint


def test_the_work_grows_with_the_fields_and_no_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in members read of hashes and arrays, since time is noise."""
    read = 0
    real = element.contents

    def counted(*given: Any) -> Contents:
        nonlocal read
        found = real(*given)
        read += len(found.members)
        return found

    monkeypatch.setattr(element, "contents", counted)

    def work(count: int) -> int:
        nonlocal read
        fields = ",\n".join(f"{{ name: 'field_{number}', optional: true }}" for number in range(count))
        doc = parsed(f"{{ title: 'A', connection: {{ fields: [\n{fields}\n], authorization: {{ type: 'none' }} }} }}")
        read = 0
        assert len([problem for problem in run(doc) if problem.code == "field-never-read"]) == count
        return read

    assert work(200) < 3 * work(100)
