"""Commands that read or edit the text."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from pathlib import Path

import pytest

from tests.cli.conftest import CONNECTOR, Shell


def text(project: Path) -> str:
    return (project / "connector.rb").read_bytes().decode()


def test_show_gives_the_design(shell: Shell, project: Path) -> None:
    answer = shell("show", project, "--json")
    assert answer.status == 0
    assert answer.err == ""
    design = answer.json
    assert set(design) == {"title", "secure_tunnel", "connection", "newline", "encoding"}
    assert (design["title"], design["secure_tunnel"]) == ("Harbor CRM", False)
    assert (design["newline"], design["encoding"]) == ("\n", "utf-8")
    connection = design["connection"]
    assert connection["fields"] == [
        {"name": "account", "label": "Account", "hint": "Before .example.com"},
        {"name": "api_key", "control_type": "password"},
    ]
    authorization = connection["authorization"]
    assert authorization == {
        "type": "api_key",
        "kind": "api_key",
        "keys": ["type", "apply"],
        "options": {},
        "refresh_on": [],
        "detect_on": [],
    }
    assert connection["test"] == {
        "lambda": {
            "parameters": ["_connection"],
            "body": "get('/me')",
            "line": 23,
            "end_line": 25,
            "shape": "test_request",
        }
    }
    assert connection["base_uri"]["lambda"]["line"] == 18


def test_show_for_a_person(shell: Shell, project: Path) -> None:
    answer = shell("show", project / "connector.rb")
    assert answer.status == 0
    assert answer.out.startswith("Harbor CRM\n")
    lines = [line.split() for line in answer.out.splitlines()]
    assert ["account", "text", "required", "Account"] in lines
    assert ["api_key", "password", "required"] in lines
    assert ["kind", "api_key"] in lines


def test_show_works_beside_a_syntax_error(shell: Shell, project: Path) -> None:
    broken = CONNECTOR.replace("get('/contacts', q: input['q'])", "get('/contacts' q: input['q'])")
    (project / "connector.rb").write_text(broken, encoding="utf-8")
    answer = shell("show", project, "--json")
    assert answer.status == 0
    assert len(answer.json["connection"]["fields"]) == 2
    assert "connector.rb:30:" in answer.err


def test_set_changes_one_element(shell: Shell, project: Path) -> None:
    answer = shell("set", project, "/connection/fields/0/label", '"Workspace"', "--json")
    assert (answer.status, answer.json) == (0, {"changed": [{"start_line": 6, "end_line": 6}]})
    assert text(project) == CONNECTOR.replace("label: 'Account'", "label: 'Workspace'")


def test_set_takes_ruby_where_json_has_no_word(shell: Shell, project: Path) -> None:
    code = "lambda do |connection|\n  connection['url']\nend"
    answer = shell("set", project, "/connection/base_uri", json.dumps({"ruby": code}))
    assert answer.status == 0
    assert "Changed line" in answer.out
    assert "connection['url']" in text(project)
    assert "connection['origin']" not in text(project)


def test_set_writes_elsewhere(shell: Shell, project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.rb"
    assert shell("set", project, "/title", '"Other"', "-o", other).status == 0
    assert text(project) == CONNECTOR
    assert other.read_bytes().decode() == CONNECTOR.replace("'Harbor CRM'", "'Other'")


def test_set_writes_to_stdout(shell: Shell, project: Path) -> None:
    answer = shell.start("set", project, "/title", '"Other"', "-o", "-")
    assert answer.status == 0
    assert answer.out == CONNECTOR.replace("'Harbor CRM'", "'Other'")
    assert text(project) == CONNECTOR


def test_stdout_belongs_to_one(shell: Shell, project: Path) -> None:
    answer = shell("set", project, "/title", '"Other"', "-o", "-", "--json")
    assert (answer.status, answer.out) == (2, "")


def test_remove_takes_one_element_away(shell: Shell, project: Path) -> None:
    answer = shell("remove", project, "/connection/fields/0/hint")
    assert answer.status == 0
    assert text(project) == CONNECTOR.replace(", hint: 'Before .example.com'", "")


def test_an_edit_keeps_line_endings_and_what_is_broken_elsewhere(shell: Shell, project: Path) -> None:
    file = project / "connector.rb"
    broken = CONNECTOR.replace("get('/contacts', q: input['q'])", "get('/contacts' q: input['q'])").replace(
        "\n", "\r\n"
    )
    file.write_bytes(broken.encode())
    assert shell("set", file, "/connection/fields/0/label", '"Workspace"').status == 0
    assert text(project) == broken.replace("label: 'Account'", "label: 'Workspace'")


@pytest.mark.parametrize("words", [["/no/such/place", '"x"'], ["/connection/fields/7/label", '"x"']])
def test_an_edit_that_is_not_possible_says_so(shell: Shell, project: Path, words: list[str]) -> None:
    answer = shell("set", project, *words, "--json")
    assert answer.status == 1
    assert answer.json["error"]["message"]
    assert answer.err.startswith("error: ")
    assert text(project) == CONNECTOR


def test_a_value_that_is_not_json_is_wrong_use(shell: Shell, project: Path) -> None:
    answer = shell("set", project, "/title", "Other", "--json")
    assert (answer.status, answer.out) == (2, "")
    assert "double quotes" in answer.err


def test_check_reports_every_file(shell: Shell, project: Path, tmp_path: Path) -> None:
    (project / "connector.rb").write_text(CONNECTOR.replace("name: 'api_key'", "name: 'account'"), encoding="utf-8")
    (tmp_path / "hollow").mkdir()
    answer = shell("check", project, tmp_path / "hollow", "--json")
    assert answer.status == 1
    found, missing = answer.json["files"]
    assert found["path"] == str(project / "connector.rb")
    duplicate = next(problem for problem in found["problems"] if problem["pointer"].startswith("/connection/fields/1"))
    assert set(duplicate) >= {
        "code",
        "severity",
        "message",
        "pointer",
        "line",
        "column",
        "end_line",
        "end_column",
        "fixes",
    }
    assert duplicate["line"] == 7
    assert [problem["code"] for problem in missing["problems"]] == ["unreadable"]


def test_check_tells_a_person_where(shell: Shell, project: Path) -> None:
    (project / "connector.rb").write_text(CONNECTOR.replace("name: 'api_key'", "name: 'account'"), encoding="utf-8")
    answer = shell("check", project)
    assert answer.status == 1
    assert f"{project / 'connector.rb'}:7:" in answer.out
    assert answer.out.splitlines()[-1].strip()


def test_fix_applies_what_checks_offer_once(shell: Shell, project: Path) -> None:
    bare = CONNECTOR.replace(", control_type: 'password'", "")
    (project / "connector.rb").write_text(bare, encoding="utf-8", newline="")
    offered = [
        problem
        for problem in shell("check", project, "--json").json["files"][0]["problems"]
        if problem["pointer"].startswith("/connection/fields/1") and problem["fixes"]
    ]
    assert offered, "a secret shown in clear is a problem with a fix"
    answer = shell("fix", project, "--code", offered[0]["code"], "--json")
    assert answer.status == 0
    assert answer.json["changed"] == [{"start_line": 7, "end_line": 7}]
    assert text(project) == CONNECTOR
    again = shell("fix", project, "--code", offered[0]["code"], "--json")
    assert (again.status, again.json) == (0, {"changed": []})


class TestBadInput:
    def test_a_folder_without_a_connector(self, shell: Shell, tmp_path: Path) -> None:
        answer = shell("show", tmp_path)
        assert answer.status == 1
        assert "no connector.rb" in answer.err

    @pytest.mark.parametrize("source", ["", "Not Ruby at all, but prose.\n", "def x\n  1\nend\n", "[1, 2]\n"])
    def test_not_a_connector(self, shell: Shell, tmp_path: Path, source: str) -> None:
        file = tmp_path / "notes.rb"
        file.write_text(source, encoding="utf-8")
        answer = shell("show", file, "--json")
        assert answer.status == 1
        assert "not a connector" in answer.json["error"]["message"]
        assert answer.json["error"]["hint"]

    def test_noise(self, shell: Shell, tmp_path: Path) -> None:
        file = tmp_path / "noise.rb"
        file.write_bytes(bytes(range(256)) * 4000)
        answer = shell("show", file)
        assert answer.status == 1
        assert "not text" in answer.err

    def test_megabytes_of_something_else(self, shell: Shell, tmp_path: Path) -> None:
        file = tmp_path / "recipes.rb"
        file.write_bytes(b'a: b\n- c: "d"\n  e: [1, 2\n' * 60_000)
        for command in (("show", file), ("exec", "test", "-c", file)):
            answer = shell(*command)
            assert answer.status == 1
            assert "nothing like Ruby" in answer.err and "right file" in answer.err

    def test_twenty_megabytes(self, shell: Shell, tmp_path: Path) -> None:
        file = tmp_path / "noise.rb"
        file.write_bytes(os.urandom(1 << 20) * 20)
        answer = shell("check", file)
        assert answer.status == 1
        assert "20.0 MB; a connector has at most 10 MB" in answer.out

    def test_an_unwritable_folder(self, shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(**_: object) -> tuple[int, str]:
            raise PermissionError(errno.EACCES, "Permission denied")

        # Root may write everywhere, so the refusal is played where saving begins.
        monkeypatch.setattr(tempfile, "mkstemp", refused)
        answer = shell("set", project, "/title", '"Other"')
        assert answer.status == 1
        assert "connector.rb cannot be written: you have no permission there." in answer.err
        assert text(project) == CONNECTOR

    def test_an_output_folder_that_is_not_there(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        answer = shell("set", project, "/title", '"Other"', "-o", tmp_path / "nowhere" / "x.rb")
        assert answer.status == 1
        assert "its folder is gone" in answer.err
