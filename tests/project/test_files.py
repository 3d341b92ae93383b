"""Saving never loses anything: the old file or the new one, and never over somebody else's work."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from designer.project.errors import OutsideChange, ProjectError
from designer.project.files import changed_since, read_bytes, save_atomically, stamp_of

on_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")
not_as_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read and write everything"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "connector.rb"
    path.write_bytes(b"old")
    return path


def test_a_file_is_replaced_and_nothing_is_left_beside_it(file: Path) -> None:
    save_atomically(file, b"new\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert list(file.parent.iterdir()) == [file]


@on_posix
def test_permissions_are_kept(file: Path) -> None:
    file.chmod(0o640)
    save_atomically(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@on_posix
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    save_atomically(tmp_path / "saved", b"")
    assert (tmp_path / "saved").stat().st_mode == (tmp_path / "plain").stat().st_mode


@on_posix
def test_a_link_stays_a_link(file: Path) -> None:
    link = file.parent / "link.rb"
    link.symlink_to(file.name)
    save_atomically(link, b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


@on_posix
def test_a_link_to_nowhere_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.rb"
    link.symlink_to("target.rb")
    save_atomically(link, b"new")
    assert (tmp_path / "target.rb").read_bytes() == b"new"


def test_a_crash_while_writing_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match="the disk is full"):
        save_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


def test_another_programs_work_is_not_overwritten(file: Path) -> None:
    stamp = stamp_of(file, b"old")
    file.write_bytes(b"theirs")
    with pytest.raises(OutsideChange) as caught:
        save_atomically(file, b"ours", unless_changed=stamp)
    assert "changed by another program" in caught.value.message
    assert caught.value.hint
    assert file.read_bytes() == b"theirs"


def test_a_deleted_file_is_not_brought_back_unasked(file: Path) -> None:
    stamp = stamp_of(file, b"old")
    file.unlink()
    with pytest.raises(OutsideChange, match="deleted"):
        save_atomically(file, b"ours", unless_changed=stamp)
    assert not file.exists()


def test_the_same_content_with_another_date_is_no_change(file: Path) -> None:
    stamp = stamp_of(file, b"old")
    os.utime(file, (1, 1))
    assert not changed_since(file, stamp)
    file.write_bytes(b"odd")
    assert changed_since(file, stamp)


def test_a_saved_file_is_known_again(file: Path) -> None:
    stamp = save_atomically(file, b"new")
    assert not changed_since(file, stamp)
    assert save_atomically(file, b"newer", unless_changed=stamp) != stamp


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="does not exist"):
        read_bytes(tmp_path / "missing.rb")
    with pytest.raises(ProjectError, match="is a folder"):
        read_bytes(tmp_path)


@on_posix
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.rb")
    with pytest.raises(ProjectError, match="is not a file"):
        read_bytes(tmp_path / "pipe.rb")


@on_posix
@not_as_root
def test_missing_permissions_are_said(file: Path) -> None:
    file.chmod(0)
    with pytest.raises(ProjectError, match="no permission"):
        read_bytes(file)
    file.parent.chmod(0o500)
    try:
        with pytest.raises(ProjectError, match="no permission"):
            save_atomically(file, b"new")
    finally:
        file.parent.chmod(0o700)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")])
def test_a_refusal_to_write_is_said(file: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def refuse(*_: object, **__: object) -> tuple[int, str]:
        raise error

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(ProjectError, match="no permission"):
        save_atomically(file, b"new")
    assert file.read_bytes() == b"old"


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="its folder is gone"):
        save_atomically(tmp_path / "gone" / "connector.rb", b"new")


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.rb"
    large.write_bytes(b"x" * 2_000_000)
    with pytest.raises(ProjectError, match=r"has 1\.9 MB; a connector has at most 1 MB"):
        read_bytes(large, largest=1024 * 1024)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc lies about sizes")
def test_a_file_that_lies_about_its_size_is_read_whole() -> None:
    assert len(read_bytes(Path("/proc/self/status"))) > 0
