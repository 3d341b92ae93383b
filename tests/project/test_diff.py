from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.project.diff import diff

texts = st.lists(st.sampled_from(["a", "b", "c", "d\r", "é", "", "\x0c", "x y"]), max_size=30).flatmap(
    lambda lines: st.sampled_from(["\n".join(lines), "\n".join(lines) + "\n"])
)


def applied(old: str, new: str) -> str:
    """``new`` rebuilt from ``old`` and the hunks alone."""
    before = [f"{line}\n" for line in old.split("\n")[:-1]] + [line for line in [old.split("\n")[-1]] if line]
    out, at = [], 0
    for hunk in diff(old.encode(), new.encode()).hunks:
        out += before[at : hunk.old_start - 1]
        out += [line.text + line.ending for line in hunk.lines if line.kind != "removed"]
        assert [line.text + line.ending for line in hunk.lines if line.kind != "added"] == before[
            hunk.old_start - 1 : hunk.old_start - 1 + hunk.old_count
        ]
        at = hunk.old_start - 1 + hunk.old_count
    return "".join(out + before[at:])


@given(texts, texts)
def test_the_hunks_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    assert applied(old, new) == new
    assert bool(diff(old.encode(), new.encode())) == (old != new)


@given(texts, texts)
def test_lines_carry_their_own_numbers(old: str, new: str) -> None:
    for hunk in diff(old.encode(), new.encode()).hunks:
        for line in hunk.lines:
            if line.old_number is not None:
                assert old.split("\n")[line.old_number - 1].removesuffix("\r") == line.text.removesuffix("\r")
            if line.new_number is not None:
                assert new.split("\n")[line.new_number - 1].removesuffix("\r") == line.text.removesuffix("\r")


def test_the_unified_text() -> None:
    old = "".join(f"{n}\n" for n in range(1, 21))
    new = old.replace("3\n", "three\n", 1).replace("20\n", "20")
    assert diff(old.encode(), new.encode()).unified == (
        "--- a/connector.rb\n+++ b/connector.rb\n"
        "@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n"
        "@@ -17,4 +17,4 @@\n 17\n 18\n 19\n-20\n+20\n\\ No newline at end of file\n"
    )


def test_a_change_of_line_endings_is_a_change() -> None:
    changed = diff(b"a\r\nb\n", b"a\nb\n")
    assert [(line.kind, line.text, line.ending) for hunk in changed.hunks for line in hunk.lines] == [
        ("removed", "a", "\r\n"),
        ("added", "a", "\n"),
        ("same", "b", "\n"),
    ]


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nx\nc\n"),
        (b"a\nb\nc", b"a\nb\nc\n"),
        (b"", b"new\n"),
        (b"gone\n", b""),
        (b"a\r\nb\r\n", b"a\r\nx\r\n"),
        (b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", b"0\n1\n2\n3\n4\n5\n6\n7\n8\n10\n"),
    ],
)
def test_patch_takes_it(tmp_path: Path, old: bytes, new: bytes) -> None:
    file = tmp_path / "connector.rb"
    file.write_bytes(old)
    text = diff(old, new).unified.encode()
    subprocess.run(["patch", "--binary", "-p1", "-s"], input=text, cwd=tmp_path, check=True)
    assert (file.read_bytes() if file.exists() else b"") == new


def test_a_long_connector_is_compared_at_once() -> None:
    block = "  key_{0}: lambda do |input|\n    call({0})\n  end,\n\n  }},\n"
    lines = "".join(block.format(n) for n in range(4_000)).splitlines(keepends=True)
    changed = lines.copy()
    changed[3] = "first\n"
    changed[-3] = "last\n"
    begun = time.perf_counter()
    made = diff("".join(lines).encode(), "".join(changed).encode())
    assert time.perf_counter() - begun < 2  # takes 20 ms; comparing every "end" with every other takes 5 s
    assert (len(made.hunks), made.added, made.removed) == (2, 2, 2)
