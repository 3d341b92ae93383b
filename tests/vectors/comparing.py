"""Recorded against observed: placeholders, normalising, and what may differ."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.vectors.server import UNRECORDED, ScriptedServer

# Their words come from Ruby itself or from a library's version: the class must agree, the text need not.
LOOSE_TEXT = re.compile(
    r"(NoMethodError|NameError|TypeError|ArgumentError|ZeroDivisionError|KeyError|FrozenError|FloatDomainError|"
    r"RangeError|IndexError|URI::|OpenSSL::|Psych::|JSON::|Errno::|Aws::|ActiveSupport::)"
)
Change = Callable[[str], str]


def everywhere(value: Any, change: Change) -> Any:
    """``change`` applied to every text in a JSON value, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [everywhere(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): everywhere(item, change) for key, item in value.items()}
    return value


def filler(server: ScriptedServer, folder: Path) -> Change:
    """Placeholders of connectors, settings and scripts → what they stand for."""
    plain = {
        "{{server}}": server.origin,
        "{{server_host}}": server.host,
        "{{server_port}}": server.host.rpartition(":")[2],
    }

    def fill(text: str) -> str:
        for placeholder, meant in plain.items():
            text = text.replace(placeholder, meant)
        return re.sub(r"\{\{file:([^}]+)\}\}", lambda m: (folder / m[1]).read_text(encoding="utf-8"), text)

    return fill


def normaliser(server: ScriptedServer, case: Mapping[str, Any]) -> Change:
    """Observed texts → as the recording has them."""
    own = [(re.compile(n["pattern"]), n["replace"].replace("\\\\", "\\")) for n in case.get("normalise", ())]
    always = [
        (re.compile(re.escape(server.origin)), "{{server}}"),
        (re.compile(re.escape(server.host)), "{{server_host}}"),
        (re.compile(re.escape(quote(server.host, safe=""))), "{{server_host_encoded}}"),
        (re.compile(r"boundary=[-\w.'()+,/:=?]+"), "boundary={{boundary}}"),
        (re.compile(r"\.rb:\d+"), ".rb:LINE"),
        (re.compile(r"0x[0-9a-f]{16}"), "0xXXXXXXXXXXXXXXXX"),
    ]

    def normal(text: str) -> str:
        for pattern, replacement in (*always, *own):
            text = pattern.sub(replacement, text)
        return text

    return normal


def without_boundary(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request with its multipart boundary written as the placeholder."""
    match = re.search(r"boundary=\"?([^\";]+)", str(request["headers"].get("content-type", "")))
    body = request["body"]
    return {**request, "body": body.replace(match[1], "{{boundary}}") if match and isinstance(body, str) else body}


def as_received(claim: Mapping[str, Any]) -> dict[str, Any]:
    """A request of the program's report, in the words of the recordings."""
    return {
        "method": claim["method"],
        "path": claim["path"],
        "headers": {name: value for name, value in claim["headers"].items() if name not in UNRECORDED},
        "header_names": sorted(name for name in claim["header_names"] if name.lower() not in UNRECORDED),
        "body": claim["body"],
    }


def assert_error(found: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> None:
    assert found is not None, f"no error instead of {wanted}"
    assert found["class"] == wanted["class"], found
    if not LOOSE_TEXT.match(wanted["class"]):
        assert found["message"] == wanted["message"]
    for key in ("http_code", "http_body", "method"):
        if key in wanted:
            assert found.get(key) == wanted[key], key


def assert_result(case: Mapping[str, Any], found: Any) -> None:
    wanted = case["expected"]["result"]
    if case["operation"] == "settings_update" and isinstance(wanted, dict) and "plaintext" in wanted:
        # An updated settings file may keep comments and order; its content must agree.
        assert yaml_value(found["plaintext"]) == yaml_value(wanted["plaintext"])
    else:
        assert found == wanted


def assert_platform(case: Mapping[str, Any], answer: Mapping[str, Any], arrived: list[dict[str, Any]]) -> None:
    """Where the gem falls short: a warning says so, and the answer is the platform's."""
    assert answer["warnings"], "no warning that the official gem differs here"
    told = {"error": answer["error"], "requests": arrived, "result": answer["result"]}
    text = json.dumps(told, ensure_ascii=False)
    for pattern in case.get("platform", {}).get("matches", ()):
        assert re.search(pattern, text), f"{pattern} not in {text}"


def yaml_value(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return text
