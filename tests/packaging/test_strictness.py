"""The tests themselves: what is not expected fails them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TESTS = """
import logging, warnings
import pytest

def test_fine():
    logging.getLogger("x").info("all is well")

def test_logged():
    logging.getLogger("x").error("something broke")

@pytest.mark.log_errors
def test_logged_on_purpose():
    logging.getLogger("x").error("as expected")

def test_warned():
    warnings.warn("old", DeprecationWarning)
"""


def test_unexpected_log_lines_and_warnings_fail(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "tests" / "conftest.py", tmp_path)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "unexpected in the log:" in done.stdout
    assert "x: something broke" in done.stdout
    assert "as expected" not in done.stdout
    assert "DeprecationWarning: old" in done.stdout
    summary = done.stdout.splitlines()[-1]
    # The log is read when a test is torn down, so a test that logged has passed and then counts as an error.
    assert summary.startswith("1 failed, 3 passed, 1 error")
