"""``matrix`` and ``compare`` as commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Server, Shell

MULTI = """\
{
  connection: {
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['way'] },
      options: {
        key: { type: 'custom_auth', apply: lambda { |c| headers('X-Key': c['api_key']) } },
        user: { type: 'basic_auth', apply: lambda { |c| user(c['user']) } }
      }
    },
    base_uri: lambda { |connection| connection['origin'] }
  },
  test: lambda { |_connection| get('/me') }
}
"""
SETTINGS = """\
first:
  way: key
  api_key: k-0123456789
  origin: {origin}
second:
  way: key
  api_key: k-9876543210
  origin: {origin}
"""


def prepared(project: Path, server: Server) -> Path:
    (project / "connector.rb").write_text(MULTI)
    (project / "settings.yaml").write_text(SETTINGS.format(origin=server.origin))
    return project


def test_the_grid_for_a_person_and_for_a_machine(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, "{}")
    answer = shell("matrix", "-c", prepared(project, server))
    assert answer.status == 1  # one option has no credentials
    first, second, third = answer.out.splitlines()
    assert first.split()[:4] == ["key", "first", "passed", "·"] and "200" in first
    assert second.split()[:2] == ["key", "second"]
    assert third.split(maxsplit=2) == ["user", "-", "not run  No saved credentials select it."]
    told = shell("matrix", "-c", project, "--json").json
    assert [(cell["option"], cell["connection"], cell["passed"]) for cell in told["cells"]] == [
        ("key", "first", True), ("key", "second", True), ("user", None, False),
    ]  # fmt: skip


def test_two_connections_are_compared(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, "{}")
    answer = shell("compare", "test", "-c", prepared(project, server), "-n", "first", "--with", "second")
    assert answer.status == 1
    assert "→ settings api_key" in answer.out and "request header X-Key" in answer.out
    assert "k-0123456789" not in answer.out and "k-9876543210" not in answer.out
    same = shell("compare", "test", "-c", project, "-n", "first", "--with", "first", "--json")
    assert (same.status, same.json["same"]) == (0, True)


@pytest.mark.parametrize(
    ("words", "left", "right"),
    [
        (("-n", "second", "--with", "first"), "second", "first"),
        (("--with", "second", "-n", "first"), "second", "first"),
        (("--with", "first", "-n", "second"), "first", "second"),
    ],
)
def test_the_connection_named_first_stands_on_the_left(
    shell: Shell, project: Path, server: Server, words: tuple[str, ...], left: str, right: str
) -> None:
    server.script["/me"] = (200, "{}")
    answer = shell("compare", "test", "-c", prepared(project, server), *words)
    assert answer.out.splitlines()[0] == f"left: {left} | right: {right}"
    told = shell("compare", "test", "-c", project, *words, "--json").json
    assert (told["left"], told["right"]) == (left, right)
    keys = {"first": "k-0123456789", "second": "k-9876543210"}
    shown = next(line for line in told["lines"] if line["name"] == "api_key")
    assert (shown["left"], shown["right"]) == (keys[left], keys[right])


def test_an_unknown_connection_is_named(shell: Shell, project: Path, server: Server) -> None:
    answer = shell("compare", "test", "-c", prepared(project, server), "-n", "first", "--with", "third")
    assert answer.status == 2 and "'third'" in answer.err and "first, second" in answer.err


def test_secrets_are_told_where_they_are_asked_for(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, "{}")
    words = ("compare", "test", "-c", prepared(project, server), "-n", "first", "--with", "second")
    revealed = shell(*words, "--reveal")
    assert "request header X-Key: k-0123456789 | k-9876543210" in revealed.out
    lines = shell(*words, "--json").json["lines"]
    (key,) = (line for line in lines if (line["part"], line["name"]) == ("settings", "api_key"))
    assert (key["left"], key["right"]) == ("k-0123456789", "k-9876543210")


def test_the_grid_of_one_connection(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, "{}")
    answer = shell("matrix", "-c", prepared(project, server), "-n", "second")
    assert (answer.status, len(server.requests)) == (0, 1)
    (line,) = answer.out.splitlines()
    assert line.split()[:3] == ["key", "second", "passed"]
    unknown = shell("matrix", "-c", project, "-n", "third")
    assert unknown.status == 2 and "'third'" in unknown.err and "first, second" in unknown.err


def test_every_request_is_told_to_whoever_wants_the_story(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, "{}")
    grid = shell("matrix", "-c", prepared(project, server), "-n", "first", "--verbose")
    both = shell("compare", "test", "-c", project, "-n", "first", "--with", "second", "--verbose")
    for answer, count in ((grid, 1), (both, 2)):
        assert answer.err.count("--- request 1: request") == count and f"GET {server.origin}/me" in answer.err
        assert "k-0123456789" not in answer.out + answer.err


ROTATING = """\
{
  connection: {
    authorization: {
      type: 'custom_auth',
      acquire: lambda do |connection|
        answer = post("#{connection['origin']}/token").payload(refresh_token: connection['refresh_token'])
        { access_token: answer['access_token'], refresh_token: answer['refresh_token'] }
      end,
      refresh_on: [401],
      apply: lambda { |connection| headers('X-Token': connection['access_token'].to_s) }
    },
    base_uri: lambda { |connection| connection['origin'] }
  },
  test: lambda { |_connection| get('/me') }
}
"""


def rotating(project: Path, server: Server) -> Path:
    (project / "connector.rb").write_text(ROTATING)
    (project / "settings.yaml").write_text(
        f"mine:\n  # from the team\n  access_token: old\n  refresh_token: refresh-1\n  origin: {server.origin}\n"
    )
    server.script["/token"] = (200, '{"access_token": "token-2", "refresh_token": "refresh-2"}')
    server.script["/me"] = (401, "{}")
    return project


@pytest.mark.parametrize(
    "words",
    [("matrix",), ("compare", "test", "-n", "mine", "--with", "mine"), ("record", "test", "-n", "mine", "--name", "t")],
    ids=["matrix", "compare", "record"],
)
def test_new_tokens_are_told_and_kept_where_it_is_asked_for(
    shell: Shell, project: Path, server: Server, words: tuple[str, ...]
) -> None:
    told = shell(*words, "-c", rotating(project, server))
    assert "--save" in told.err and "refresh-1" in (project / "settings.yaml").read_text()
    kept = shell(*words, "-c", project, "--save", *(["--replace"] if words[0] == "record" else []))
    text = (project / "settings.yaml").read_text()
    assert "Settings saved." in kept.err
    assert "refresh_token: refresh-2" in text and "access_token: token-2" in text and "# from the team" in text


def test_several_runs_take_the_way_that_was_chosen(shell: Shell, project: Path, server: Server) -> None:
    words = ("-c", prepared(project, server), "--proxy", "http://[")
    for command in (("matrix",), ("compare", "test", "-n", "first", "--with", "second")):
        answer = shell(*command, *words)
        assert answer.status == 2 and "--proxy" in answer.err and not server.requests


def test_settings_without_names_say_what_to_do(shell: Shell, project: Path) -> None:
    (project / "settings.yaml").write_text("api_key: k\n")
    answer = shell("matrix", "-c", project)
    assert answer.status == 1 and "named connections" in answer.err
