from __future__ import annotations

import os
from pathlib import Path

import pytest

from designer.project import OutsideChange, Project, ProjectError

CONNECTOR = "{\n  title: 'Grüße',\n}\n".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my_connector"
    folder.mkdir()
    (folder / "connector.rb").write_bytes(CONNECTOR)
    return folder


def refusal(path: Path) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        Project.open(path)
    return caught.value


def test_a_folder_and_its_file_open_alike(folder: Path) -> None:
    for path in (folder, folder / "connector.rb", str(folder)):
        project = Project.open(path)
        assert project.connector == CONNECTOR
        assert (project.path, project.root, project.name) == (folder / "connector.rb", folder, "my_connector")


def test_a_file_by_itself_has_its_own_name(folder: Path) -> None:
    single = folder / "acme.rb"
    single.write_bytes(CONNECTOR)
    assert Project.open(single).name == "acme"
    (folder / "connector.rb").unlink()
    assert Project.open(folder).path == single


def test_a_byte_order_mark_and_line_endings_are_kept(folder: Path) -> None:
    content = b"\xef\xbb\xbf{\r\n}\r\n"
    (folder / "connector.rb").write_bytes(content)
    project = Project.open(folder)
    assert (project.connector, project.encoding) == (content, "utf-8-sig")
    project.save(project.connector)
    assert project.path.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x7fELF\x00\x01", "binary file"),
        ("{ title: 'x' }".encode("utf-16"), "UTF-16"),
        ("{\n title: 'Grüße' }".encode("latin-1"), "line 2"),
        (b"#" * (20 * 1024 * 1024), "20.0 MB; a connector has at most 10 MB"),
    ],
)
def test_what_is_no_connector_is_said(folder: Path, content: bytes, words: str) -> None:
    (folder / "connector.rb").write_bytes(content)
    error = refusal(folder)
    assert words in error.message
    assert error.hint


def test_what_is_not_there_is_said(folder: Path) -> None:
    assert "does not exist" in refusal(folder / "nowhere").message
    (folder / "connector.rb").unlink()
    assert "connector.rb" in refusal(folder).message
    for name in ("a.rb", "b.rb"):
        (folder / name).write_bytes(CONNECTOR)
    assert "a.rb, b.rb" in refusal(folder).hint
    assert refusal(Path("a\0b")).message


def test_saving_again_and_again(folder: Path) -> None:
    project = Project.open(folder)
    for content in (b"{ a: 1 }", b"{ a: 2 }"):
        project.save(content)
        assert project.path.read_bytes() == project.connector == content
        assert not project.changed_outside


def test_an_outside_change_is_seen_and_not_overwritten(folder: Path) -> None:
    project = Project.open(folder)
    project.path.write_bytes(b"{ theirs: 1 }")
    assert project.changed_outside
    with pytest.raises(OutsideChange):
        project.save(b"{ ours: 1 }")
    assert project.path.read_bytes() == b"{ theirs: 1 }"
    project.save(b"{ ours: 1 }", overwrite=True)
    assert project.path.read_bytes() == b"{ ours: 1 }"
    assert not project.changed_outside


def test_an_outside_change_may_be_accepted(folder: Path) -> None:
    project = Project.open(folder)
    project.path.write_bytes(b"{ theirs: 1 }")
    project.accept_outside()
    assert (project.connector, project.changed_outside) == (b"{ theirs: 1 }", False)
    project.path.unlink()
    assert project.changed_outside
    project.accept_outside()
    assert not project.changed_outside
    project.save(CONNECTOR)
    assert project.path.read_bytes() == CONNECTOR


def test_saving_elsewhere_leaves_the_first_file(folder: Path) -> None:
    project = Project.open(folder)
    copy = project.save_as(folder / "copy.rb", b"{ b: 1 }")
    assert project.path.read_bytes() == CONNECTOR
    copy.save(b"{ b: 2 }")
    assert (folder / "copy.rb").read_bytes() == b"{ b: 2 }"


def test_the_platforms_limit_holds_for_saving_too(folder: Path) -> None:
    project = Project.open(folder)
    with pytest.raises(ProjectError, match="at most 10 MB"):
        project.save(b"#" * (10 * 1024 * 1024 + 1))
    assert project.path.read_bytes() == CONNECTOR


def test_the_diff_is_against_the_file_as_read(folder: Path) -> None:
    project = Project.open(folder)
    assert not project.diff(CONNECTOR)
    changed = project.diff(CONNECTOR.replace(b"title", b"name"))
    assert (changed.added, changed.removed) == (1, 1)
    assert changed.unified.startswith("--- a/connector.rb\n+++ b/connector.rb\n@@ -1,3 +1,3 @@\n")


def test_settings_of_the_project(folder: Path) -> None:
    project = Project.open(folder)
    assert (project.settings_file, project.settings_names) == (None, ())
    project.settings().update("dev", {"token": "t"})
    assert project.settings_file == folder / "settings.yaml"
    assert project.settings_names == ("dev",)
    (folder / "settings.yaml.enc").write_bytes(b"garbage")
    assert project.settings_file == folder / "settings.yaml.enc"
    unreadable = Project.open(folder).settings_names
    assert unreadable == ()


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="needs permissions")
def test_a_write_protected_file_is_known_before_saving(folder: Path) -> None:
    project = Project.open(folder)
    assert project.writable
    project.path.chmod(0o400)
    assert not project.writable
