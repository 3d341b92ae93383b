"""``record`` as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Server, Shell


@pytest.mark.usefixtures("settings")
def test_a_run_is_kept_as_a_test(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (200, {"name": "Ann"})
    answer = shell("record", "test", "-c", project, "--name", "test_ok", "--at", "2026-01-02T03:04:05Z", "--json")
    assert answer.status == 0, answer.err
    assert answer.json["written"] == [
        "spec/connection/test_ok_spec.rb",
        "tape_library/connection/test_ok.yml",
        "spec/vcr_helper.rb",
    ]
    spec = (project / "spec/connection/test_ok_spec.rb").read_text()
    assert "expect(output).to eq({ 'name' => 'Ann' })" in spec
    assert "recorded_at: Fri, 02 Jan 2026 03:04:05 GMT" in (project / answer.json["written"][1]).read_text()
    again = shell("record", "test", "-c", project, "--name", "test_ok")
    assert again.status == 1 and "is there already" in again.err
    assert shell("record", "test", "-c", project, "--name", "test_ok", "--replace").status == 0


@pytest.mark.usefixtures("settings")
def test_a_failure_is_a_test_too(shell: Shell, project: Path, server: Server) -> None:
    server.script["/me"] = (500, {"error": "boom"})
    answer = shell("record", "test", "-c", project, "--name", "test_failing")
    assert answer.status == 0 and "the test expects that" in answer.err
    spec = (project / "spec/connection/test_failing_spec.rb").read_text()
    assert "raise_error(Workato::Connector::Sdk::RequestFailedError, a_string_including('500" in spec


@pytest.mark.usefixtures("settings")
def test_what_sends_nothing_cannot_be_recorded(shell: Shell, project: Path) -> None:
    answer = shell("record", "connection.base_uri", "-c", project, "--name", "base")
    assert answer.status == 1 and "no run that a test could repeat" in answer.err
    assert not (project / "spec").exists()


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("name", "status", "said"),
    [("A b", 2, "cannot be the name of a test"), ("con", 2, "cannot be the name of a test"), ("taken", 1, "is there")],
)
def test_nothing_is_sent_for_a_test_that_cannot_be_kept(
    shell: Shell, project: Path, server: Server, name: str, status: int, said: str
) -> None:
    server.script["/me"] = (200, {"name": "Ann"})
    assert shell("record", "test", "-c", project, "--name", "taken").status == 0
    before = len(server.requests)
    answer = shell("record", "test", "-c", project, "--name", name)
    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err and "--name" in answer.err
    assert len(server.requests) == before
