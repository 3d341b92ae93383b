"""What derives from declarations is up to date: ``python packaging/reference.py`` writes it."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from designer import facts
from designer.checks import CHECKS
from designer.connection import KINDS
from designer.evaluator import catalogue
from tests.packaging.conftest import PROJECT


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "packaging"))
    return importlib.import_module("reference")


def test_committed_files_are_what_is_written_today() -> None:
    """The reference's pages, and the table of methods that checks and completion read."""
    # In a process of its own: running a connector names classes that the reference does not list.
    script = PROJECT / "packaging" / "reference.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}run: python packaging/reference.py"


def test_what_is_supported_is_not_said_to_be_refused() -> None:
    supported = frozenset().union(*catalogue.sdk().values())
    assert not supported & catalogue.refused()["functions"]
    assert not catalogue.sdk()["workato"] & catalogue.refused()["workato"]


def test_pages_name_everything(reference: ModuleType) -> None:
    checks, authorization, methods = reference.checks_page(), reference.authorization_page(), reference.methods_page()
    assert all(f"[{code}](checks/{code}.md)" in checks for code in CHECKS)
    assert all(f"[{name}](" in authorization for name in KINDS)
    shown = {name for name in KINDS if f"](../pictures/kinds/{name}.png)" in authorization}
    assert shown == set(KINDS) - {"custom"}, "run: python packaging/pictures.py, then look at them"
    assert all(f"| `{key}` |" in authorization for key in facts.table("authorization")["keys"])
    assert all(
        f"`{name}`" in methods for name in ("encode_base64", "request_format_json", "jwt_encode", "strict_encode64")
    )


def test_every_kind_has_its_picture(reference: ModuleType) -> None:
    """``python packaging/pictures.py`` takes them; what is linked is there, and nothing else lies beside it."""
    folder = PROJECT / "resources" / "pictures" / "kinds"
    linked = re.findall(r"\]\((\.\./pictures/kinds/[a-z0-9_]+\.png)\)", reference.authorization_page())
    found = {path.name for path in folder.iterdir()}
    assert found == {Path(link).name for link in linked} == {f"{name}.png" for name in KINDS if name != "custom"}
    for path in folder.iterdir():
        head = path.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(head[16:20], "big") == 1100
        assert path.stat().st_size < 60_000, f"{path.name} is too big for a repository"


def test_out_of_date_files_are_written(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "PROJECT", tmp_path)
    assert reference.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().out
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_a_check_has_a_page_with_its_examples_and_what_its_fix_writes(reference: ModuleType) -> None:
    page = reference.check_page(CHECKS["optional-not-boolean"])
    assert page.splitlines()[1] == "# optional-not-boolean"
    assert CHECKS["optional-not-boolean"].why in page
    assert "optional is the text 'false', not false." in page
    assert "\n-" in page and "+{ title: 'Example', connection: { fields: [{ name: 'host', optional: false }] }" in page
    assert page.index("## Reported") < page.index("## Not reported")
    assert "# designer:disable optional-not-boolean" in page


def test_the_page_of_a_check_that_went_goes_too(
    reference: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reference, "PROJECT", tmp_path)
    assert reference.main([]) == 0
    stray = tmp_path / "resources" / "reference" / "checks" / "no-such-check.md"
    stray.write_text("old", encoding="utf-8")
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert not stray.exists()
