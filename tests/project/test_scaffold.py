from __future__ import annotations

from pathlib import Path

import pytest

from designer.project import Project, ProjectError
from designer.project.scaffold import scaffold

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
