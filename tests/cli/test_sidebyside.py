"""``matrix`` and ``compare`` as commands."""

from __future__ import annotations

from pathlib import Path

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


def test_an_unknown_connection_is_named(shell: Shell, project: Path, server: Server) -> None:
    answer = shell("compare", "test", "-c", prepared(project, server), "-n", "first", "--with", "third")
    assert answer.status == 2 and "'third'" in answer.err and "first, second" in answer.err


def test_settings_without_names_say_what_to_do(shell: Shell, project: Path) -> None:
    (project / "settings.yaml").write_text("api_key: k\n")
    answer = shell("matrix", "-c", project)
    assert answer.status == 1 and "named connections" in answer.err
