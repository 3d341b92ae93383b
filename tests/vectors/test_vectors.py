"""The engine against everything the official SDK was recorded doing."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from designer.cli import batch
from designer.wire import HttpTransport, TransportOptions
from tests.vectors.comparing import (
    as_received,
    assert_error,
    assert_platform,
    assert_result,
    everywhere,
    filler,
    normaliser,
    without_boundary,
)
from tests.vectors.server import ScriptedServer

RECORDINGS = Path(__file__).parent / "recordings"
RANDOM = {"state": "0123456789abcdef", "cnonce": "0123456789abcdef0123456789abcdef"}
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_CURVES = {"ES256": "ec256", "ES384": "ec384", "ES512": "ec521"}


CORNERS = Path(__file__).parent / "corners"


def _corners() -> Iterator[Any]:
    for path in sorted(CORNERS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield pytest.param(case, id=f"{path.stem}-{case['name']}")


def _cases() -> Iterator[Any]:
    for path in sorted(RECORDINGS.glob("*/cases.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            yield pytest.param(path.parent, case, id=f"{path.parent.name}-{case['name']}")


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(scope="module")
def transport() -> Iterator[HttpTransport]:
    with HttpTransport(TransportOptions()) as opened:
        yield opened


def _answer(
    folder: Path, case: dict[str, Any], server: ScriptedServer, transport: HttpTransport, scratch: Path
) -> dict[str, Any]:
    fill = filler(server, folder)
    server.begin(everywhere(case.get("server", []), fill))
    for fixture in folder.iterdir():
        if fixture.suffix != ".rb" and fixture.name != "cases.json":
            shutil.copy(fixture, scratch)
    for name, text in case.get("files", {}).items():
        (scratch / name).write_text(text, encoding="utf-8", newline="")
    source = case.get("source") or (folder / case["connector"]).read_text(encoding="utf-8")
    connector = scratch / case.get("connector", "connector.rb")
    connector.write_text(fill(source), encoding="utf-8", newline="")
    message = {
        "id": case["name"],
        "connector": str(connector),
        "cwd": str(scratch),
        "operation": case["operation"],
        "args": everywhere(case.get("args", {}), fill),
        "settings": everywhere(case.get("settings", {}), fill),
        "at": case.get("frozen_time"),
        "account_properties": everywhere(case.get("account_properties", {}), fill),
        "env": everywhere(case.get("env", {}), fill),
        "random": RANDOM,
    }
    return batch.answer(json.dumps(message).encode(), transport)


@pytest.mark.parametrize(("folder", "case"), list(_cases()))
def test_recorded(
    folder: Path, case: dict[str, Any], server: ScriptedServer, transport: HttpTransport, tmp_path: Path
) -> None:
    answer = _answer(folder, case, server, transport, tmp_path)

    _verify_signatures(folder, answer)
    _assert_recorded(case, answer, server)


@pytest.mark.parametrize("case", list(_corners()))
def test_corner(case: dict[str, Any], server: ScriptedServer, transport: HttpTransport, tmp_path: Path) -> None:
    fixtures = RECORDINGS / case.get("fixtures", "jwt")
    _assert_recorded(case, _answer(fixtures, case, server, transport, tmp_path), server)


def _assert_recorded(case: dict[str, Any], answer: dict[str, Any], server: ScriptedServer) -> None:
    assert answer["id"] == case["name"]
    assert [as_received(claim) for claim in answer["requests"]] == server.requests, "the report is not what arrived"
    if "artefact" in case:
        assert_platform(case, answer, server.requests)
        return
    normal = normaliser(server, case)
    expected = case["expected"]
    error = everywhere(answer["error"], normal)
    if expected["error"] is None:
        assert error is None
        assert_result(case, everywhere(answer["result"], normal))
    else:
        assert_error(error, expected["error"])
    assert [everywhere(without_boundary(r), normal) for r in server.requests] == expected["requests"]
    if expected["settings_after"] is not None:
        assert everywhere(answer["settings_after"], normal) == expected["settings_after"]


def _verify_signatures(folder: Path, answer: dict[str, Any]) -> None:
    """ECDSA signatures differ from run to run; each must be good for the topic's public key."""
    for token in set(_TOKEN.findall(json.dumps(answer["result"]))):
        head = token.partition(".")[0]
        algorithm = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["alg"]
        if algorithm in _CURVES:
            public = (folder / f"{_CURVES[algorithm]}_public.pem").read_text(encoding="ascii")
            jwt.decode(
                token, public, [algorithm], options={"verify_exp": False, "verify_aud": False, "verify_iat": False}
            )
