"""Saved requests and the history, as files."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from designer.project import ProjectError
from designer.project.requests import (
    KEPT,
    History,
    HistoryEntry,
    delete_request,
    read_part,
    save_request,
    saved_requests,
)
from designer.wire.composing import ComposeError, Composition, Part

MADE = Composition(
    "POST",
    "contacts",
    (("limit", "2"),),
    (("X-Key", "{{api_key}}"),),
    "json",
    '{\n  "name": "Ann"\n}',
)


def test_a_saved_request_reads_as_a_person_would_write_it(tmp_path: Path) -> None:
    file = save_request(tmp_path, "Create a contact", MADE)
    assert file == tmp_path / "requests" / "Create a contact.json"
    assert file.read_text() == (
        '{\n  "verb": "POST",\n  "url": "contacts",\n  "query": [\n    [\n      "limit",\n      "2"\n    ]\n  ],\n'
        '  "headers": [\n    [\n      "X-Key",\n      "{{api_key}}"\n    ]\n  ],\n  "format": "json",\n'
        '  "body": [\n    "{",\n    "  \\"name\\": \\"Ann\\"",\n    "}"\n  ]\n}\n'
    )
    (found,) = saved_requests(tmp_path)
    assert found.name == "Create a contact" and found.composition == MADE and not found.problem


def test_saving_again_replaces_and_deleting_removes(tmp_path: Path) -> None:
    save_request(tmp_path, "one", MADE)
    with pytest.raises(ProjectError, match="There is a request 'one' already"):
        save_request(tmp_path, "one", Composition(url="/other"))
    save_request(tmp_path, "one", Composition(url="/other"), overwrite=True)
    save_request(tmp_path, "Two", Composition("POST", "/f", format="multipart", parts=(Part("a", file="b.txt"),)))
    assert [(one.name, one.composition.url) for one in saved_requests(tmp_path)] == [("one", "/other"), ("Two", "/f")]
    delete_request(tmp_path, "one")
    delete_request(tmp_path, "one")
    assert [one.name for one in saved_requests(tmp_path)] == ["Two"]


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", ".hidden", "x" * 90, "nul\0", "CON", "nul", "aux.b", "com1.x", "LPT¹"]
)
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="cannot be the name"):
        save_request(tmp_path, name, MADE)
    assert not (tmp_path / "requests").exists()


def test_a_file_that_is_no_request_is_listed_with_its_problem(tmp_path: Path) -> None:
    save_request(tmp_path, "good", MADE)
    (tmp_path / "requests" / "broken.json").write_text("{")
    (tmp_path / "requests" / "odd.json").write_text('{"verb": "TEACH"}')
    broken, good, odd = saved_requests(tmp_path)
    assert "cannot be read" in broken.problem and not good.problem and "no verb 'TEACH'" in odd.problem


def test_the_history_is_newest_first_without_repeats_and_bounded(tmp_path: Path) -> None:
    history = History(tmp_path / "connector.rb", tmp_path / "state")
    for number in range(KEPT + 5):
        history.add(HistoryEntry("2026-01-02T03:04:05Z", Composition(url=f"/{number}"), 200))
    entries = history.add(HistoryEntry("2026-01-02T03:04:06Z", Composition(url="/50"), 404))
    assert len(entries) == KEPT and (entries[0].composition.url, entries[0].status) == ("/50", 404)
    assert sum(1 for entry in history.entries() if entry.composition.url == "/50") == 1
    assert History(tmp_path / "other.rb", tmp_path / "state").entries() == ()
    (kept,) = (tmp_path / "state").iterdir()
    assert kept.stat().st_mode & 0o77 == 0
    history.clear()
    assert history.entries() == ()


def test_a_damaged_history_is_an_empty_one(tmp_path: Path) -> None:
    history = History(None, tmp_path)
    history.add(HistoryEntry("2026-01-02T03:04:05Z", MADE, 0))
    (kept,) = tmp_path.iterdir()
    kept.write_text(json.dumps([{"at": 1}]))
    assert history.entries() == ()


@pytest.mark.parametrize("name", ["List", "STRASSE"])
def test_a_name_that_is_another_file_here_alone_is_refused(tmp_path: Path, name: str) -> None:
    save_request(tmp_path, {"List": "list", "STRASSE": "straße"}[name], MADE)
    with pytest.raises(ProjectError, match="Windows and macOS") as refused:
        save_request(tmp_path, name, MADE, overwrite=True)
    assert "Write it as" in refused.value.hint
    assert len(list((tmp_path / "requests").iterdir())) == 1


def test_a_request_that_is_nested_too_deeply_takes_no_other_with_it(tmp_path: Path) -> None:
    save_request(tmp_path, "good", MADE)
    (tmp_path / "requests" / "deep.json").write_text("[" * 200_000)
    deep, good = saved_requests(tmp_path)
    assert "too deeply" in deep.problem and not good.problem


def test_a_history_that_is_nested_too_deeply_is_an_empty_one(tmp_path: Path) -> None:
    history = History(None, tmp_path)
    history.add(HistoryEntry("2026-01-02T03:04:05Z", MADE, 0))
    (kept,) = tmp_path.iterdir()
    kept.write_text("[" * 200_000)
    assert history.entries() == ()


@pytest.mark.parametrize("kind", ["form", "raw", "json"])
def test_the_same_without_a_body_is_one_entry(tmp_path: Path, kind: str) -> None:
    history = History(None, tmp_path)
    for _ in range(2):
        entries = history.add(HistoryEntry("2026-01-02T03:04:05Z", Composition("POST", "/x", format=kind), 200))
    assert len(entries) == len(history.entries()) == 1
    assert history.entries()[0].composition.format == kind


def test_requests_noted_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    start = threading.Barrier(20)

    def note(number: int) -> None:
        start.wait()
        # One object each, as the window makes them.
        History(None, tmp_path).add(HistoryEntry("2026-01-02T03:04:05Z", Composition(url=f"/{number}"), 200))

    threads = [threading.Thread(target=note, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    urls = {entry.composition.url for entry in History(None, tmp_path).entries()}
    assert urls == {f"/{number}" for number in range(20)}


def test_a_kept_request_sends_files_of_the_project_alone(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "private.txt"
    (root / "data").mkdir(parents=True)
    (root / "data" / "photo.png").write_bytes(b"png")
    outside.write_bytes(b"private")
    (root / "link.txt").symlink_to(outside)
    for secret in ("settings.yaml", "master.key", ".env"):
        (root / secret).write_bytes(b"secret")
    assert read_part(root, "data/photo.png") == read_part(root, str(root / "data" / "photo.png")) == b"png"
    names = (
        "../private.txt",
        str(outside),
        "data/../../private.txt",
        "link.txt",
        "settings.yaml",
        "master.key",
        ".env",
    )
    for name in names:
        with pytest.raises(ComposeError, match="not one that a kept request may send") as refused:
            read_part(root, name)
        assert "Choose the file" in refused.value.hint
    with pytest.raises(ComposeError):
        read_part(None, str(outside))
    assert read_part(root, str(outside), {str(outside)}) == read_part(None, str(outside), {str(outside)}) == b"private"


@pytest.mark.parametrize("name", ["a\0b", "~nobody/x", "circle"])
def test_a_file_that_can_be_none_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(ComposeError, match=r"cannot be sent") as refused:
        read_part(tmp_path, name)
    assert refused.value.part == "body" and "\0" not in refused.value.message


def test_a_saved_request_names_no_folder_of_the_person(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    files = (str(root / "data" / "a.txt"), str(tmp_path / "home" / "b.txt"), "data/c.txt")
    parts = tuple(Part(str(number), file=file) for number, file in enumerate(files))
    kept = save_request(root, "files", Composition("POST", "/f", format="multipart", parts=parts))
    assert str(tmp_path) not in kept.read_text()
    (found,) = saved_requests(root)
    assert [part.file for part in found.composition.parts] == ["data/a.txt", "b.txt", "data/c.txt"]
