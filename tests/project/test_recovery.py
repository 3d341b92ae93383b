from __future__ import annotations

import datetime
import os
import stat
from pathlib import Path

import pytest

from designer.project import ProjectError, Recovery

AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.fixture
def recovery(tmp_path: Path) -> Recovery:
    return Recovery(tmp_path / "state" / "recovery")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "connector.rb"
    path.write_bytes(b"old")
    return path


def test_unsaved_work_is_offered_until_it_is_discarded(recovery: Recovery, file: Path) -> None:
    assert recovery.offered(file, b"old") is None
    recovery.keep(file, b"unsaved \xc3\xa9\r\n", b"old", AT)
    copy = recovery.offered(file, b"old")
    assert copy is not None
    assert (copy.content, copy.saved_at, copy.based_on_disk) == (b"unsaved \xc3\xa9\r\n", AT, True)
    assert recovery.files() == (file,)
    recovery.discard(file)
    recovery.discard(file)
    assert recovery.offered(file, b"old") is None
    assert recovery.files() == ()


def test_what_was_saved_after_all_is_not_offered(recovery: Recovery, file: Path) -> None:
    recovery.keep(file, b"work", b"old", AT)
    assert recovery.offered(file, b"work") is None


def test_a_file_changed_meanwhile_is_told_apart(recovery: Recovery, file: Path) -> None:
    recovery.keep(file, b"work", b"old", AT)
    copy = recovery.offered(file, b"changed by git")
    assert copy is not None
    assert not copy.based_on_disk


def test_a_text_that_was_never_saved_has_a_copy_too(recovery: Recovery) -> None:
    recovery.keep(None, b"draft", b"", AT)
    copy = recovery.offered(None)
    assert copy is not None
    assert (copy.file, copy.content) == (None, b"draft")


def test_other_files_have_other_copies(recovery: Recovery, file: Path) -> None:
    recovery.keep(file, b"work", b"old", AT)
    assert recovery.offered(file.with_name("other.rb"), b"old") is None


def test_a_damaged_copy_is_none(recovery: Recovery, file: Path, tmp_path: Path) -> None:
    recovery.keep(file, b"work", b"old", AT)
    (kept,) = (tmp_path / "state" / "recovery").iterdir()
    for damage in (b"", b"{}", b"[]", b'{"format": 1, "content": "%%%"}', b'{"format": 99}'):
        kept.write_bytes(damage)
        assert recovery.offered(file, b"old") is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_copies_are_private(recovery: Recovery, file: Path, tmp_path: Path) -> None:
    recovery.keep(file, b"work", b"old", AT)
    folder = tmp_path / "state" / "recovery"
    (kept,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_place_that_takes_no_copy_is_said(tmp_path: Path, file: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(ProjectError, match="cannot be written"):
        Recovery(tmp_path / "taken").keep(file, b"work", b"old", AT)
