"""The sample project: a copy of the person's own, pointed at the provider that runs now."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.project.samples import own_sample, shipped_sample

ORIGIN = "http://127.0.0.1:45678"


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_the_copy_is_the_sample_pointed_at_the_provider(tmp_path: Path) -> None:
    shipped = contents(shipped_sample())
    copy = own_sample(tmp_path, ORIGIN)
    assert copy == tmp_path / shipped_sample().name
    made = contents(copy)
    assert ORIGIN.encode() in made.pop("settings.yaml")
    assert b"127.0.0.1" in shipped.pop("settings.yaml")
    assert made == shipped
    assert contents(shipped_sample()).keys() >= shipped.keys(), "the one that was shipped changed"


def test_what_the_person_changed_stays_until_it_is_made_afresh(tmp_path: Path) -> None:
    copy = own_sample(tmp_path, ORIGIN)
    (copy / "connector.rb").write_text("{ title: 'Mine' }", encoding="utf-8")
    (copy / "notes.txt").write_text("mine", encoding="utf-8")
    moved = own_sample(tmp_path, "http://127.0.0.1:5")
    assert (moved / "connector.rb").read_text(encoding="utf-8") == "{ title: 'Mine' }"
    assert "http://127.0.0.1:5" in (moved / "settings.yaml").read_text(encoding="utf-8")
    afresh = own_sample(tmp_path, ORIGIN, afresh=True)
    assert contents(afresh)["connector.rb"] == contents(shipped_sample())["connector.rb"]
    assert not (afresh / "notes.txt").exists()


@pytest.mark.parametrize("afresh", [False, True])
def test_where_no_copy_can_be_made_the_shipped_one_opens(tmp_path: Path, afresh: bool) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder", encoding="utf-8")
    assert own_sample(in_the_way, ORIGIN, afresh=afresh) == shipped_sample()
