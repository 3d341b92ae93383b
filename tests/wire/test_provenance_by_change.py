"""What an element of a request is made of, found out by experiment: change a setting, and see what changes with it.

Over every recorded connector that makes a request: an element that changes names the setting, one that stays does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from designer.wire import Call, DryTransport, run
from designer.wire.additions import Element, elements

RECORDINGS = Path(__file__).parents[1] / "vectors" / "recordings"
OPERATIONS = ("test", "action", "acquire", "refresh", "refresh_raw", "token_exchange", "request")
KINDS = (
    "api_key",
    "aws",
    "basic_auth",
    "client_credentials",
    "custom_auth",
    "jwt",
    "multi",
    "oauth2",
    "password_grant",
)
# Of the address of a request each line shows a part alone, and these headers follow from others.
FOLLOWS = ("line", "Host", "Content-Length")


def filled(text: str) -> str:
    at = {"{{server}}": "https://s.example.com", "{{server_host}}": "s.example.com", "{{server_port}}": "443"}
    for mark, value in at.items():
        text = text.replace(mark, value)
    return text


def prepared(source: str, case: dict[str, Any], settings: dict[str, Any]) -> dict[tuple[str, str], Element] | None:
    """What would be sent first, by kind and name; None where nothing would."""
    call = Call(
        source.encode(), case["operation"], case.get("args") or {}, settings,
        at="2026-01-02T03:04:05Z", random={"seed": "1"},
    )  # fmt: skip
    request = run(call, DryTransport()).prepared
    return None if request is None else {(one.kind, one.name): one for one in elements(request)}


def cases(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for case in json.loads(filled((RECORDINGS / kind / "cases.json").read_text(encoding="utf-8"))):
        file = RECORDINGS / kind / str(case.get("connector"))
        if case.get("operation") in OPERATIONS and file.is_file():
            yield filled(file.read_text(encoding="utf-8")), case


def other(value: str) -> str:
    return value[:-1] + ("X" if value[-1] != "X" else "Y")


@pytest.mark.parametrize("kind", KINDS)
def test_an_element_names_the_settings_it_changes_with_and_no_others(kind: str) -> None:
    looked_at = 0
    for source, case in cases(kind):
        settings: dict[str, Any] = case.get("settings") or {}
        usual = prepared(source, case, settings)
        assert usual is None or all(one.origin is not None for one in usual.values()), case["name"]
        for name, value in settings.items():
            # A private key that is not quite one is none.
            if usual is None or not isinstance(value, str) or len(value) < 2 or "BEGIN" in value:
                continue
            changed = prepared(source, case, {**settings, name: other(value)})
            for key, one in usual.items() if changed is not None else ():
                assert changed is not None
                if key not in changed or key[0] in FOLLOWS or key[1] in FOLLOWS or one.origin is None:
                    continue
                looked_at += 1
                differs = one.after != changed[key].after
                assert differs == (name in one.origin.settings), (case["name"], key, name, one.origin)
    assert looked_at
