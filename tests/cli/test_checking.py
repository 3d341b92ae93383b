"""What ``check`` says to programs: SARIF, annotations of GitHub Actions, JSON, and which files it looks at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from designer.checks import CHECKS
from designer.cli import main
from designer.cli.checking import quoted
from tests.cli.sarif_rules import broken_rules
from tests.connection.corpus import RECORDED

PROJECT = Path(__file__).resolve().parents[2]
CONNECTOR = """\
{
  title: 'Ärger, 100 %',
  connection: {
    fields: [
      { name: 'api_secret', optional: 'true' }
    ],
    authorization: {
      type: 'api_key',
      apply: lambda { |connection| headers('X-Key' => connection['api_secret']) }
    },
    base_uri: lambda { |_connection| 'https://api.acme.test/' }
  },
  test: lambda { |_connection| get('me') }
}
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def ran(*words: str) -> tuple[int, str]:
        status = main(["check", *words])
        return status, capsys.readouterr().out

    return ran


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    folder = tmp_path / "my connectors" / "acme"
    folder.mkdir(parents=True)
    (folder / "connector.rb").write_text(CONNECTOR, encoding="utf-8")
    return folder / "connector.rb"


def sarif_run(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert document["version"] == "2.1.0"
    assert len(document["runs"]) == 1
    return dict(document["runs"][0])


def test_sarif_names_rule_place_and_level(run: Run, connector: Path) -> None:
    status, out = run(str(connector), "--format", "sarif")
    ran = sarif_run(out)
    rules = ran["tool"]["driver"]["rules"]
    assert status == 1
    assert ran["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in rules] == [*CHECKS, "unreadable"]
    found = {result["ruleId"]: result for result in ran["results"]}
    assert set(found) == {"secret-not-masked", "optional-not-boolean"}
    for rule in rules:  # what code scanning shows beside a result, and wants to have
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
        assert 0 < len(rule["help"]["text"]) < 2000 and len(rule["help"].get("markdown", "")) < 3000
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    for code, result in found.items():
        assert rules[result["ruleIndex"]]["id"] == code
        assert result["level"] == CHECKS[code].severity.value
        assert result["message"]["text"].endswith(CHECKS[code].why)
    place = found["optional-not-boolean"]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "my%20connectors/acme/connector.rb"
    region = place["physicalLocation"]["region"]
    line = CONNECTOR.splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "'true'"
    assert place["logicalLocations"] == [{"fullyQualifiedName": "/connection/fields/0/optional"}]


def test_sarif_keeps_to_the_standard(run: Run, connector: Path, tmp_path: Path) -> None:
    (tmp_path / "no ruby.rb").write_bytes(b"\xff\xfe")
    empty = tmp_path / "empty.rb"
    empty.write_bytes(b"")
    (tmp_path / "hollow").mkdir()
    paths = [connector, tmp_path / "no ruby.rb", empty, tmp_path / "hollow", *RECORDED]
    _, out = run(*map(str, paths), "--format", "sarif")
    document = json.loads(out)
    assert broken_rules(document) == []
    results = document["runs"][0]["results"]
    assert len({result["ruleId"] for result in results}) > 10
    assert any("fixes" in result for result in results)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("version", "2.0.0"),
        ("runs/0/results/0/ruleIndex", 1),
        ("runs/0/results/0/level", "fatal"),
        ("runs/0/results/0/severity", "error"),
        ("runs/0/results/0/message", {}),
        ("runs/0/results/0/locations/0/physicalLocation/region/startLine", 0),
        ("runs/0/results/0/locations/0/physicalLocation/region/endLine", 1),
        ("runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", "a b"),
        ("runs/0/results/1/fixes/0/artifactChanges", []),
        ("runs/0/tool/driver/rules/1/id", next(iter(CHECKS))),
    ],
)
def test_the_rules_of_sarif_catch_what_breaks_them(run: Run, connector: Path, pointer: str, value: object) -> None:
    _, out = run(str(connector), "--format", "sarif")
    document = json.loads(out)
    assert broken_rules(document) == []
    *steps, last = pointer.split("/")
    place: Any = document
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    place[last] = value
    assert broken_rules(document)


def test_a_fix_in_sarif_makes_the_edit_it_names(run: Run, connector: Path) -> None:
    _, out = run(str(connector), "--format", "sarif")
    result = next(each for each in sarif_run(out)["results"] if each["ruleId"] == "optional-not-boolean")
    lines = CONNECTOR.splitlines(keepends=True)
    (changed,) = result["fixes"][0]["artifactChanges"]
    for replacement in reversed(changed["replacements"]):
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        new = replacement["insertedContent"]["text"]
        lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + new + line[region["endColumn"] - 1 :]
    assert "".join(lines) == CONNECTOR.replace("'true'", "true")


def test_annotations_mark_the_lines_of_a_pull_request(run: Run, connector: Path) -> None:
    status, out = run(str(connector), "--format", "github")
    assert status == 1
    lines = out.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r"::(error|warning|notice) file=my connectors/acme/connector\.rb,line=5,.*::.+", line)
    assert "%0A" in lines[0]
    column = CONNECTOR.splitlines()[4].index("'true'") + 1
    optional = next(line for line in lines if "title=optional-not-boolean" in line)
    assert f"col={column},endColumn={column + len(repr('true')) - 1}," in optional


def test_annotations_escape_what_workflow_commands_reserve(run: Run, tmp_path: Path) -> None:
    odd = tmp_path / "a,b:100%.rb"
    odd.write_text("puts 1", encoding="utf-8")
    status, out = run(odd.name, "--format", "github")
    assert status == 1
    assert out.startswith("::error file=a%2Cb%3A100%25.rb,line=1,title=unreadable::")
    assert "a,b:100%25.rb" in out.split("::", 2)[2]


@pytest.mark.usefixtures("connector")
def test_a_folder_of_connectors_stands_for_all_of_them(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "my connectors" / "beta" / "connector.rb"
    for path in (other, tmp_path / "my connectors" / "node_modules" / "x" / "connector.rb"):
        path.parent.mkdir(parents=True)
        path.write_text(CONNECTOR, encoding="utf-8")
    _, out = run("my connectors", "--format", "json")
    assert [file["path"] for file in json.loads(out)["files"]] == [
        str(Path("my connectors", "acme", "connector.rb")),
        str(Path("my connectors", "beta", "connector.rb")),
    ]


def test_a_file_named_twice_is_checked_once(run: Run, connector: Path) -> None:
    _, out = run(str(connector), str(connector.parent), "my connectors", "--format", "json")
    assert [file["path"] for file in json.loads(out)["files"]] == [str(connector)]


def test_a_gemfile_beside_the_connector_brings_what_the_official_command_line_leaves_out(
    run: Run, connector: Path
) -> None:
    (connector.parent / "connector.rb").unlink()
    assert main(["new", str(connector.parent), "--kind", "oauth2_pkce"]) == 0
    status, out = run(str(connector))
    assert (status, "pkce-official-cli" in out) == (0, True)
    (connector.parent / "Gemfile").write_text("gem 'rspec'\n", encoding="utf-8")
    assert run(str(connector))[0] == 0
    assert "pkce-official-cli" not in run(str(connector))[1]


@pytest.mark.parametrize("format_", ["sarif", "github", "json", "text"])
def test_what_cannot_be_read_is_told_in_every_format(run: Run, connector: Path, tmp_path: Path, format_: str) -> None:
    (tmp_path / "no ruby.rb").write_bytes(b"\xff\xfe")
    status, out = run(str(tmp_path / "no ruby.rb"), str(connector), "--format", format_)
    assert status == 1
    assert "no ruby.rb" in out or "no%20ruby.rb" in out
    assert "unreadable" in out
    assert "optional-not-boolean" in out


def test_json_is_the_same_by_either_name(run: Run, connector: Path) -> None:
    assert run(str(connector), "--json") == run(str(connector), "--format", "json")


def test_a_silenced_check_is_silent_in_every_format(run: Run, connector: Path) -> None:
    line = "      { name: 'api_secret', optional: 'true' }"
    assert line in CONNECTOR
    silenced = CONNECTOR.replace(line, f"      # designer:disable secret-not-masked, optional-not-boolean\n{line}")
    connector.write_text(silenced, encoding="utf-8")
    status, out = run(str(connector), "--format", "sarif")
    assert (status, sarif_run(out)["results"]) == (0, [])
    assert run(str(connector), "--format", "github") == (0, "")


def test_the_pre_commit_hook_runs_a_command_there_is() -> None:
    (hook,) = YAML(typ="safe").load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    script, command = hook["entry"].split()
    assert f'{script} = "designer.__main__:main"' in (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    assert main([command, str(PROJECT / "resources" / "samples" / "harbor-crm" / "connector.rb")]) == 0
    assert re.search(hook["files"], "connectors/acme/connector.rb")
    assert not re.search(hook["files"], "spec/my_connector.rb")


@pytest.mark.parametrize(
    ("path", "here", "windows"),
    [
        ("a/connector.rb", "a/connector.rb", "a/connector.rb"),
        ("C:\\work\\connector.rb", "'C:\\work\\connector.rb'", "C:\\work\\connector.rb"),
        ("my work/con'r.rb", "'my work/con'\"'\"'r.rb'", '"my work/con\'r.rb"'),
        ("a&b.rb", "'a&b.rb'", '"a&b.rb"'),
    ],
)
def test_a_command_to_copy_is_quoted_for_the_system_it_is_for(path: str, here: str, windows: str) -> None:
    assert (quoted(path, windows=False), quoted(path, windows=True)) == (here, windows)
