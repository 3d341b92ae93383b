"""What scans of a whole text find after edits is what they find in the text read anew."""

from __future__ import annotations

import random

import pytest

from designer.ruby import Document
from designer.ruby.modern import modern_syntax
from designer.ruby.reads import key_reads

ACTION = """
    find_%d: {
      execute: lambda do |connection, input|
        # connection['in a comment']
        found = { y:, id: input['id'], region: connection['region'] }
        get("/#{connection["tenant"]}").headers(t: connection.dig('token'))
      end
    },"""
SOURCE = (
    "{ title: 'A',\n  connection: { base_uri: lambda { |c| c['host'] } },\n  actions: {"
    + "".join(ACTION % n for n in range(40))
    + "\n  }\n}\n"
).encode()
TYPED = (
    b"'", b'"', b"{", b"}", b"end", b"do", b"\n", b"#", b" ", b"\r\n", "é".encode(), b"=begin\n", b"<<~A\n",
    b"connection['a']", b"connection.dig(\n'z')", b"def f() = 1\n", b"{ y:, }", b"x => { a: }\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_a_scan_continued_finds_what_a_fresh_one_finds(seed: int) -> None:
    chance = random.Random(seed)
    doc = Document.parse(SOURCE)
    assert len(key_reads(doc)) == 121
    assert len(modern_syntax(doc)) == 40
    former, compared = [doc], 0
    for step in range(60):
        if step % 3 == 2 and len(former) > 1:
            doc = former.pop()
            continue
        former.append(doc)
        start = chance.randrange(len(doc.source) + 1)
        end = min(len(doc.source), start + chance.choice((0, 0, 1, 3, 40)))
        if any(at < len(doc.source) and doc.source[at] & 0xC0 == 0x80 for at in (start, end)):
            continue
        doc = doc.replace(start, end, chance.choice(TYPED)).document
        if chance.random() < 0.4:
            continue  # several edits may come between two scans
        fresh = Document.parse(doc.source)
        found, modern = key_reads(doc), modern_syntax(doc)
        # An incremental parse may mend broken text differently; sound text has one tree.
        if str(fresh.tree.root_node) == str(doc.tree.root_node):
            assert found == key_reads(fresh)
            assert modern == modern_syntax(fresh)
            compared += 1
    assert compared > 5


def test_what_an_edit_does_not_touch_is_not_looked_at_again() -> None:
    from designer.ruby import rescan

    doc = Document.parse(SOURCE)
    spans: list[tuple[int, int]] = []

    def look(start: int, end: int) -> list[rescan.Item]:
        spans.append((start, end))
        return []

    rescan.scanned(doc, "test", look)
    rescan.scanned(doc, "test", look)
    rescan.scanned(doc.set("/title", "Another").document, "test", look)
    assert spans[0] == (0, len(SOURCE))
    assert len(spans) == 2
    assert spans[1][1] < 1000
