"""A run as a test in the project: ``spec/…_spec.rb`` and its cassette in ``tape_library/``, the official layout."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from designer.project.errors import ProjectError
from designer.project.files import save_atomically, unwritable
from designer.project.names import is_device
from designer.project.official import Runner, run_program
from designer.wire.outgoing.cassette import cassette
from designer.wire.outgoing.spec import spec
from designer.wire.taping import Tape

__all__ = ["NAME_HINT", "SpecFiles", "demand_room", "is_test_name", "spec_files", "write_spec"]

_HELPER = """\
# frozen_string_literal: true

require 'vcr'
require 'webmock/rspec'
require 'workato-connector-sdk'

VCR.configure do |config|
  config.cassette_library_dir = 'tape_library'
  config.hook_into :webmock
end
"""
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,60}")
_SECONDS = 20.0
NAME_HINT = "Use lower case, digits and _, such as test_ok."


@dataclass(frozen=True, slots=True)
class SpecFiles:
    """What is written, by path relative to the project: the spec, its tape, and the helper where VCR is not set up."""

    spec: str
    cassette: str
    files: dict[str, str]


def is_test_name(name: str) -> bool:
    """Whether a test can be called so: lower case, digits, ``_``, and a file on every system."""
    return _NAME.fullmatch(name) is not None and not is_device(name)


def demand_room(root: Path, name: str, *, hint: str = "Choose another name, or replace it.") -> None:
    """Raise ``ProjectError`` where the project at ``root`` has a test of that name already."""
    for place in _places(name):
        if (root / place).exists():
            raise ProjectError(f"{place} is there already.", hint)


def spec_files(root: Path, tape: Tape, name: str, *, connector: str = "connector.rb") -> SpecFiles:
    """The files of a test called ``name`` (lower case, digits, ``_``) for the project at ``root``. Writes nothing.

    Raises ``ProjectError`` for a name that is none.
    """
    if not is_test_name(name):
        raise ProjectError(f"{name!r} cannot be the name of a test.", NAME_HINT)
    where, played = _places(name)
    helper = None if _sets_up_vcr(root) else "../vcr_helper"
    files = {
        where: spec(tape, name=f"connection/{name}", cassette=f"connection/{name}", helper=helper, connector=connector),
        played: cassette(tape),
    }
    if helper is not None and not (root / "spec/vcr_helper.rb").exists():
        files["spec/vcr_helper.rb"] = _HELPER
    return SpecFiles(where, played, files)


def write_spec(
    root: Path, made: SpecFiles, *, overwrite: bool = False, runner: Runner = run_program, ruby: str | None = None
) -> str:
    """Write ``made`` and say in words what Ruby thinks of it: "" where there is no Ruby to ask.

    Raises ``ProjectError`` where a file stands there already (unless ``overwrite``), cannot be written, or is no Ruby.
    """
    for name in (made.spec, made.cassette):
        if (root / name).exists() and not overwrite:
            raise ProjectError(f"{name} is there already.", "Choose another name, or replace it.")
    for name, text in made.files.items():
        file = root / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(file, error) from error
        save_atomically(file, text.encode())
    program = ruby or shutil.which("ruby")
    if program is None:
        return ""
    for name in made.files:
        if not name.endswith(".rb"):
            continue
        try:
            done = runner([program, "-c", str(root / name)], cwd=root, stdin="", timeout=_SECONDS)
        except (OSError, TimeoutError):
            return ""
        if done.status != 0:
            raise ProjectError(f"Ruby cannot read {name}: {done.err.strip()[:200]}", "Please report this.")
    return "Ruby reads it without complaint."


def _places(name: str) -> tuple[str, str]:
    """Spec and cassette of the test ``name``, relative to the project."""
    return f"spec/connection/{name}_spec.rb", f"tape_library/connection/{name}.yml"


def _sets_up_vcr(root: Path) -> bool:
    try:
        text = (root / "spec/spec_helper.rb").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "VCR.configure" in text
