"""The pair around a byte, found without reading the whole hash, is the one that reading finds."""

from __future__ import annotations

import pytest

from designer.ruby import Document

SOURCE = b"""{ title: 'A', # a { b: 1 }
  methods: {
    one: lambda { |x| { two: x } },
    'three' => "#{'four'}",
    "fi#{:ve}": 5, **{},
    six:
      [1, { seven: 7 }]
  },
  test: lambda { |_c| get('/') }
}
"""


@pytest.mark.parametrize("source", [SOURCE, SOURCE.replace(b"get('/')", b"get('/'"), b"{}", b"[1]"])
def test_the_entry_at_each_byte(source: bytes) -> None:
    for byte in range(len(source)):
        for pointer in ("", "/methods"):
            asked, read = Document.parse(source).find(pointer), Document.parse(source).find(pointer)
            if asked is None or read is None:
                continue
            expected = next((each for each in read.entries if each.start <= byte < each.end), None)
            found = asked.entry_at(byte)
            assert (found and (found.key, found.start, found.end)) == (
                expected and (expected.key, expected.start, expected.end)
            )
            assert (found and found.element.text) == (expected and expected.element.text)
