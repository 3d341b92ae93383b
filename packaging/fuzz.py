"""Coverage-guided fuzzing, longer than the tests have time for: ``python packaging/fuzz.py --seconds 300``.

Any bytes go the way a file goes: parsed, read, checked, edited, evaluated. Each step may refuse with a typed error; it
may not crash, and not hang. Needs atheris (``pip install atheris``), which is no dependency of the project.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

SLOW = 8.0
"""Seconds for one input; with coverage on, everything takes several times as long."""
_MISSING = "Fuzzing needs atheris: pip install atheris (Linux or macOS, with clang's libFuzzer in the wheel)."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Fuzz parser, reader, checks, edits and evaluator.")
    parser.add_argument("--seconds", type=int, default=300, help="how long (300)")
    parser.add_argument("--corpus", type=Path, help="folder that keeps interesting inputs (default: a temporary one)")
    parser.add_argument("inputs", nargs="*", type=Path, help="only try these files again")
    options = parser.parse_args(arguments)
    if options.inputs:
        for path in options.inputs:
            attempt(path.read_bytes())
            print(f"fine: {path}")
        return 0
    try:
        import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        print(_MISSING, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        corpus = options.corpus or Path(scratch)
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = Path(scratch) / "seeds"
        _plant(seeds)
        with atheris.instrument_imports(include=["designer.ruby", "designer.connection", "designer.checks"]):
            _steps()
        atheris.Setup(
            ["fuzz", f"-max_total_time={options.seconds}", "-max_len=4096", "-timeout=30", "-rss_limit_mb=3000",
             f"-artifact_prefix={Path.cwd()}/", str(corpus), str(seeds)],
            attempt,
        )  # fmt: skip
        atheris.Fuzz()
    return 0


def _plant(folder: Path) -> None:
    """Seeds: the connectors of the tests, and each check's examples."""
    from designer.checks import CHECKS

    folder.mkdir()
    texts = [path.read_bytes() for path in (PROJECT / "tests").rglob("*.rb")]
    texts += [path.read_bytes() for path in (PROJECT / "resources" / "samples").rglob("*.rb")]
    texts += [example.encode() for check in CHECKS.values() for example in check.trips]
    for number, text in enumerate(each for each in texts if len(each) <= 4096):
        (folder / f"{number}.rb").write_bytes(text)


def _steps() -> Any:
    from designer import checks, connection, ruby, wire
    from designer.errors import UserError

    return ruby, connection, checks, wire, UserError


def attempt(data: bytes) -> None:
    """Everything a file may go through. Raises what should not have happened."""
    ruby, connection, checks, wire, user_error = _steps()
    began = time.monotonic()
    try:
        document = ruby.Document.parse(data)
    except ruby.DecodeError:
        return
    design = connection.read(document)
    for problem in checks.run(document, design):
        assert 0 <= problem.start <= problem.end <= len(data), problem
        for fix in problem.fixes:
            _edit(document, lambda fix=fix: checks.apply_fix(document, fix), user_error)
    for pointer, value in (
        ("/title", "A"),
        ("/connection/fields/0/name", "b"),
        ("/connection/authorization/type", "c"),
    ):
        _edit(document, lambda pointer=pointer, value=value: document.set(pointer, value), user_error)
    _edit(document, lambda: document.remove("/connection"), user_error)
    for operation in ("base_uri", "test", "acquire"):
        reply = wire.WireResponse(200, "OK", (("Content-Type", "application/json"),), b'{"a": [1]}')
        outcome = wire.run(wire.Call(data, operation), wire.ScriptedTransport(lambda _request, reply=reply: reply))
        outcome.as_json()
    spent = time.monotonic() - began
    if spent > SLOW:
        raise TimeoutError(f"one input took {spent:.1f} seconds")


def _edit(document: Any, change: Any, user_error: type[Exception]) -> None:
    """An edit is refused in words, or can be taken back byte for byte."""
    try:
        done = change()
    except user_error:
        return
    back = done.document.apply(done.inverse).document.source
    if back != document.source:
        raise AssertionError("the inverse of an edit does not restore the file")


if __name__ == "__main__":
    sys.exit(main())
