"""The main job, played through the real window in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from designer.connection import read
from designer.ruby import Document

ROOT = Path(__file__).parent.parent.parent
STEPS = [
    "the sample project",
    "a field added and edited",
    "live validation speaks up",
    "the problem fixed",
    "authorized by API key",
    "what a switch would do",
    "oauth 2 with pkce",
    "credentials for trying",
    "consent in the embedded browser",
    "signed in",
    "the signed request explained",
    "a refused token is refreshed",
    "the timeline of it",
    "the difference before writing",
    "exported",
]
BUTTON_OF_THE_PROVIDER = QColor("#0b6e75")


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("tour") / "with a space"
    # As a person starts it: what this session sets for pages inside the tests is not theirs.
    inherited = {name: value for name, value in os.environ.items() if name != "QTWEBENGINE_CHROMIUM_FLAGS"}
    run = subprocess.run(
        [sys.executable, "-m", "designer", "tour", "--output", str(output)],
        cwd=ROOT,
        env={**inherited, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert run.stderr == "", "neither our log nor Qt nor Chromium has anything to complain of"
    return output


def pictures(tour: Path) -> list[Path]:
    return sorted(tour.glob("*.png"))


def test_every_step_leaves_a_picture(tour: Path) -> None:
    assert [path.stem.partition("-")[2].replace("-", " ") for path in pictures(tour)] == STEPS
    for path in pictures(tour):
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1440, 900)
        seen = {image.pixel(x, y) for x in range(0, 1440, 9) for y in range(0, 900, 9)}
        assert len(seen) > 12, f"{path.name} is as good as blank"


def test_the_consent_page_is_really_painted(tour: Path) -> None:
    image = QImage(str(pictures(tour)[STEPS.index("consent in the embedded browser")]))
    wanted = BUTTON_OF_THE_PROVIDER.rgb()
    button = [1 for x in range(260, 950, 3) for y in range(270, 850, 3) if image.pixel(x, y) == wanted]
    assert len(button) > 100


def test_the_exported_connector_says_what_was_designed(tour: Path) -> None:
    document = Document.parse((tour / "connector.rb").read_bytes())
    assert document.issues == ()
    design = read(document)
    assert design.authorization is not None
    assert {name: option.kind for name, option in design.authorization.options.items()} == {
        "personal": "oauth2_pkce",
        "service": "client_credentials",
        "legacy": "basic",
    }
    secret = next(one for one in design.fields if one.name == "webhook_secret")
    assert secret.attributes["control_type"] == "password"
    assert secret.attributes["label"] == "Webhook signing secret"


def test_nothing_else_in_the_connector_changed(tour: Path) -> None:
    before = (ROOT / "resources/samples/harbor-crm/connector.rb").read_text(encoding="utf-8")
    after = (tour / "connector.rb").read_text(encoding="utf-8")
    assert after.partition("    # The slash at the end")[2] == before.partition("    # The slash at the end")[2]
    assert after.partition("  connection: {")[0] == before.partition("  connection: {")[0]


def test_the_requests_tell_the_refused_token_and_the_refresh(tour: Path) -> None:
    runs = json.loads((tour / "requests.json").read_text(encoding="utf-8"))
    told = [[(r["method"], r["path"], r["response"]["status"]) for r in run["requests"]] for run in runs]
    assert told[-1] == [
        ("GET", "/api/v1/contacts?limit=2", 401),
        ("POST", "/oauth/token", 200),
        ("GET", "/api/v1/contacts?limit=2", 200),
    ]
    first, _, last = (r["headers"].get("authorization") for r in runs[-1]["requests"])
    assert re.fullmatch(r"Bearer \S+", first) and re.fullmatch(r"Bearer \S+", last) and first != last
    exchange = runs[0]["requests"][0]
    assert "code_verifier=" in exchange["body"] and "grant_type=authorization_code" in exchange["body"]
