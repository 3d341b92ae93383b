from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from designer.project import Project, ProjectError
from designer.project.scaffold import scaffold
from designer.project.spec_files import spec_files
from designer.wire import Call, Outcome
from designer.wire.taping import Tape

CONNECTOR = b"{\n  title: 'Acme'\n}\n"


def test_a_new_project_opens(tmp_path: Path) -> None:
    written = scaffold(tmp_path / "a" / "acme", "Acme", CONNECTOR)
    assert Project.open(tmp_path / "a" / "acme").connector == CONNECTOR
    assert all(file.stat().st_size for file in written)
    assert "master.key\n" in (tmp_path / "a" / "acme" / ".gitignore").read_text(encoding="utf-8")
    assert (tmp_path / "a" / "acme" / "README.md").read_text(encoding="utf-8").startswith("# Acme\n")


def test_what_stands_there_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert tmp_path / "README.md" not in scaffold(tmp_path, "Acme", CONNECTOR)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    with pytest.raises(ProjectError, match="already"):
        scaffold(tmp_path, "Acme", CONNECTOR)


def test_a_place_that_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProjectError, match="cannot be made"):
        scaffold(tmp_path / "file" / "acme", "Acme", CONNECTOR)


def test_recorded_runs_play_in_it_without_another_helper(tmp_path: Path) -> None:
    scaffold(tmp_path, "Acme", CONNECTOR)
    tape = Tape(
        Call(CONNECTOR, "test"), Outcome(None, None, (), {}), "2026-01-02T03:04:05Z", None, frozenset(), frozenset()
    )
    made = spec_files(tmp_path, tape, "quiet")
    assert set(made.files) == {"spec/connection/quiet_spec.rb", "tape_library/connection/quiet.yml"}
    assert "vcr_helper" not in made.files[made.spec]
    helper = (tmp_path / "spec/spec_helper.rb").read_text(encoding="utf-8")
    assert "ENV.fetch('VCR_RECORD_MODE', 'none')" in helper, "nothing is recorded, and no secret kept, unasked"


@pytest.mark.skipif(shutil.which("ruby") is None, reason="there is no Ruby here")
def test_ruby_reads_what_is_made(tmp_path: Path) -> None:
    for file in scaffold(tmp_path, "Acme", CONNECTOR):
        if file.suffix == ".rb":
            subprocess.run([str(shutil.which("ruby")), "-c", str(file)], check=True, capture_output=True, timeout=60)
