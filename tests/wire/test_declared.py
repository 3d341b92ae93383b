"""Which settings a connector declares secret."""

from __future__ import annotations

import pytest

from designer.wire.declared import secret_settings

SOURCE = b"""{
  title: 'T',
  connection: {
    fields: [
      { name: 'pat', control_type: 'password' },
      { name: :pin, control_type: :password },
      { name: 'host', control_type: 'text', toggle_field: { name: 'raw', control_type: 'password' } },
      { name: 'group', type: 'object', properties: [{ name: 'inner', control_type: 'password' }] },
      { name: 'listed', pick_list: [['password', 'x']] }
    ],
    authorization: {
      type: 'multi',
      options: { one: { type: 'custom_auth', fields: [{ name: 'phrase', control_type: 'password' }] }, two: nil }
    }
  }
}
"""


def test_fields_options_toggles_and_nested_ones() -> None:
    assert secret_settings(SOURCE) == {"pat", "pin", "raw", "inner", "phrase"}


@pytest.mark.parametrize(
    "source", [b"", b"\xff\xfe", b"{ connection: { fields: 5 } }", b"{ connection: { fields: [", b"puts 'no'"]
)
def test_a_text_that_is_no_connector_declares_none(source: bytes) -> None:
    assert secret_settings(source) == frozenset()
