"""Saved requests and the history, as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from designer.project import ProjectError
from designer.project.requests import KEPT, History, HistoryEntry, delete_request, save_request, saved_requests
from designer.wire.composing import Composition, Part

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
    save_request(tmp_path, "one", Composition(url="/other"))
    save_request(tmp_path, "Two", Composition("POST", "/f", format="multipart", parts=(Part("a", file="b.txt"),)))
    assert [(one.name, one.composition.url) for one in saved_requests(tmp_path)] == [("one", "/other"), ("Two", "/f")]
    delete_request(tmp_path, "one")
    delete_request(tmp_path, "one")
    assert [one.name for one in saved_requests(tmp_path)] == ["Two"]


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 90, "nul\0"])
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
