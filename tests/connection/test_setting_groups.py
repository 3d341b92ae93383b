"""Which settings a connection asks for while its form holds certain values."""

from __future__ import annotations

from typing import Any

import pytest

from designer.connection import read, setting_groups
from designer.ruby import Document

SOURCE = """{
  connection: {
    fields: [{ name: 'way', default: 'key' }, { name: 'host' }],
    authorization: {
      type: 'multi',
      selected: lambda { |c| SELECTED },
      options: {
        key: { type: 'api_key', fields: [{ name: 'api_key' }, { name: 'host' }], apply: lambda { |c| nil } },
        people: { type: 'basic_auth', fields: [{ name: 'user' }, { name: 'api_key' }], apply: lambda { |c| nil } }
      }
    }
  }
}"""


def groups(selected: str, **values: Any) -> list[tuple[str, list[str], bool]]:
    design = read(Document.parse(SOURCE.replace("SELECTED", selected).encode()))
    return [(one.option, [field.name for field in one.fields], one.asked) for one in setting_groups(design, values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [("", ["way", "host"], True), ("key", ["api_key"], True), ("people", ["user"], False)]),
        (
            {"way": "people"},
            [("", ["way", "host"], True), ("people", ["user", "api_key"], True)],
        ),
    ],
)
def test_the_chosen_option_is_asked_for(values: dict[str, Any], expected: list[tuple[str, list[str], bool]]) -> None:
    assert groups("c['way']", **values) == expected


def test_where_ruby_chooses_everything_is_asked_for() -> None:
    assert all(asked for _, _, asked in groups("c['way'].to_s.strip.downcase.gsub(/x/, 'key')"))
