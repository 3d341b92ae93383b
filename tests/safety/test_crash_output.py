"""What is left when the program breaks: log, terminal and fault handler hold no token, whatever held one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOKEN = "Zk9QvW3xT7uJ5mN1pR8sD2fG6hL4cB0y"

SETTING_UP = """
import faulthandler, os, sys, threading
from PySide6.QtCore import QCoreApplication, QTimer
faulthandler.enable()
application = QCoreApplication([])
from designer.ui.messages import Messages, start_log
start_log()
messages = Messages()
messages.take_over()
messages.posted.connect(lambda one: print(one.text, one.detail))
token = os.environ["TOKEN_OF_THE_TEST"]

class Holder:
    def __init__(self, token): self.token = token
    def __repr__(self): return f"Holder({self.token})"
    def __del__(self): raise ValueError(self.token)

def exchange(token):
    try:
        {}[token]
    except KeyError as error:
        error.add_note(token)
        raise RuntimeError(f"reply was {token}") from error
"""
CRASHES = {
    "in a slot": "QTimer.singleShot(0, lambda: exchange(token))",
    "in a thread": "threading.Thread(target=exchange, args=(token,), name='exchange').start()",
    "while it is taken apart": "QTimer.singleShot(0, lambda: Holder(token) and None)",
    "interrupted": """
def interrupted():
    try:
        exchange(token)
    except RuntimeError:
        raise KeyboardInterrupt
QTimer.singleShot(0, interrupted)
""",
    "in the machine": "QTimer.singleShot(200, lambda: faulthandler._sigsegv())",
}
SAYS = {
    "in a slot": "RuntimeError",
    "in a thread": "RuntimeError",
    "while it is taken apart": "ValueError",
    "interrupted": "KeyboardInterrupt",
    "in the machine": "Fatal Python error: Segmentation fault",
}


@pytest.mark.parametrize("crash", CRASHES)
def test_no_token_in_what_a_crash_leaves(crash: str, tmp_path: Path) -> None:
    ending = "QTimer.singleShot(400, application.quit); application.exec()"
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "USERPROFILE")}
    made = subprocess.run(
        [sys.executable, "-c", "\n".join((SETTING_UP, CRASHES[crash], ending))],
        env=os.environ | homes | {"TOKEN_OF_THE_TEST": TOKEN, "QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    written = {str(file): file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file()}
    told = {"terminal": made.stdout + made.stderr, **written}
    assert any(SAYS[crash] in text for text in told.values()), told
    for place, text in told.items():
        assert TOKEN not in text, f"a token in {place}"


def test_no_token_in_the_faults_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from designer import crashlog

    for name in ("HOME", "XDG_STATE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    try:
        try:
            raise KeyError(TOKEN)
        except KeyError as error:
            raise RuntimeError(f"reply was {TOKEN}") from error
    except RuntimeError as error:
        file = crashlog.record(error)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "RuntimeError" in text and "KeyError" in text
    assert TOKEN not in text
