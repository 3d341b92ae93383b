"""``new``, ``import`` and ``export``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from designer.cli.arguments import Windows, parse
from designer.project.scaffold import ALIASES, STARTING_KINDS
from tests.cli.conftest import CONNECTOR, Shell

OPENAPI = {
    "openapi": "3.0.0",
    "info": {"title": "Harbor"},
    "servers": [{"url": "https://api.example.com/v1"}],
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Harbor"},
            "login": {"type": "http", "scheme": "basic"},
        }
    },
}


def test_new_makes_a_connector_that_has_no_problems(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "acme-crm"
    answer = shell("new", folder, "--kind", "basic", "--json")
    made = [
        "connector.rb",
        ".gitignore",
        "Gemfile",
        ".rspec",
        "spec/spec_helper.rb",
        "spec/connection_spec.rb",
        "README.md",
    ]
    assert (answer.status, answer.json) == (0, {"files": [str(folder / name) for name in made]})
    design = shell("show", folder, "--json").json
    assert (design["title"], design["connection"]["authorization"]["kind"]) == ("Acme Crm", "basic")
    problems = shell("check", folder, "--json").json["files"][0]["problems"]
    assert [problem for problem in problems if problem["severity"] == "error"] == []
    assert "master.key" in (folder / ".gitignore").read_text(encoding="utf-8")


def test_new_leaves_what_is_there(shell: Shell, project: Path, tmp_path: Path) -> None:
    answer = shell("new", project)
    assert answer.status == 1
    assert "already" in answer.err
    assert (project / "connector.rb").read_bytes().decode() == CONNECTOR
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    assert shell("new", tmp_path, "--title", "It's").status == 0
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert shell("show", tmp_path, "--json").json["title"] == "It's"


def test_new_knows_the_kinds(shell: Shell, tmp_path: Path) -> None:
    answer = shell("new", tmp_path / "x", "--kind", "telepathy")
    assert answer.status == 2
    assert "oauth2_pkce" in answer.err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("word", "kind"),
    [("jwt", "jwt_bearer"), ("oauth2", "oauth2_code"), ("custom", "session"), ("custom_auth", "session")],
)
def test_new_understands_the_obvious_words(shell: Shell, tmp_path: Path, word: str, kind: str) -> None:
    assert shell("new", tmp_path, "--kind", word).status == 0
    assert shell("show", tmp_path, "--json").json["connection"]["authorization"]["kind"] == kind


def test_the_help_of_new_lists_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["new", "--help"], Windows())
    told = capsys.readouterr().out
    assert [name for name in (*STARTING_KINDS, *ALIASES) if name not in told] == []


def test_import_a_curl_command(shell: Shell, project: Path) -> None:
    answer = shell("import", "curl https://api.example.com/me -u ada:s3cret", "-c", project, "--json")
    assert (answer.status, answer.json["kind"]) == (0, "basic")
    assert answer.json["changed"]
    text = (project / "connector.rb").read_text(encoding="utf-8")
    assert "s3cret" not in text
    assert text.partition("  test:")[2] == CONNECTOR.partition("  test:")[2]
    assert shell("show", project, "--json").json["connection"]["authorization"]["type"] == "basic_auth"


def test_import_asks_which_where_there_are_several(shell: Shell, project: Path, tmp_path: Path) -> None:
    source = tmp_path / "openapi.json"
    source.write_text(json.dumps(OPENAPI), encoding="utf-8")
    answer = shell("import", source, "-c", project)
    assert answer.status == 2
    listed = [line.split() for line in answer.err.splitlines()[1:]]
    assert [words[0] for words in listed] == ["1", "2"]
    number = next(words[0] for words in listed if "(basic)" in words)
    assert shell("import", source, "-c", project, "--take", number, "-o", tmp_path / "new.rb").status == 0
    assert (project / "connector.rb").read_bytes().decode() == CONNECTOR
    assert shell("show", tmp_path / "new.rb", "--json").json["connection"]["authorization"]["kind"] == "basic"
    assert shell("import", source, "-c", project, "--take", "9").status == 2


def test_import_of_something_else(shell: Shell, project: Path, tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("just some notes", encoding="utf-8")
    answer = shell("import", source, "-c", project, "--json")
    assert answer.status == 1
    assert "neither" in answer.json["error"]["message"]
    assert shell("import", tmp_path / "missing.json", "-c", project).status == 2


def test_export_writes_the_block(shell: Shell, project: Path, tmp_path: Path) -> None:
    target = tmp_path / "block.rb"
    assert shell("export", project, "-o", target).status == 0
    block = target.read_text(encoding="utf-8")
    assert block.startswith("connection: {\n  fields: [\n    { name: 'account'")
    assert block.endswith("\n}\n")
    assert "test:" not in block


def test_export_writes_the_whole_connector_to_stdout(shell: Shell, project: Path) -> None:
    answer = shell.start("export", project, "--whole")
    assert (answer.status, answer.out) == (0, CONNECTOR)
