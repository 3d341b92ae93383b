"""The locks hold what pyproject asks for, with hashes, and say nothing of where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = [PROJECT / "packaging" / name for name in ("requirements.lock", "requirements-test.lock")]


def pins(lock: Path) -> dict[str, tuple[Requirement, int]]:
    """Each package of a lock: its requirement and how many hashes it carries."""
    found = {}
    for block in re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8"))[1:]:
        requirement = Requirement(block.splitlines()[0].rstrip(" \\"))
        found[canonicalize_name(requirement.name)] = (requirement, block.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    found = pins(lock)
    assert len(found) > 20
    for requirement, hashes in found.values():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes > 0, requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_address_of_a_registry(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text and "find-links" not in text


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, test = (pins(lock) for lock in LOCKS)
    for wanted, lock in ((project["dependencies"], run), (project["optional-dependencies"]["test"], test)):
        for line in wanted:
            requirement = Requirement(line)
            pinned, _ = lock[canonicalize_name(requirement.name)]
            version = str(pinned.specifier).removeprefix("==")
            assert requirement.specifier.contains(version), f"{line}: the lock has {version}"


def test_the_test_lock_holds_all_of_the_run_lock_in_the_same_versions() -> None:
    run, test = (pins(lock) for lock in LOCKS)
    for name, (requirement, _) in run.items():
        assert test[name][0].specifier == requirement.specifier
