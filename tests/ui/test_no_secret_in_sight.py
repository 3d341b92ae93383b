"""No secret stands anywhere in the window or beside it: not in what a screen reader hears, a tip, a title, a list that
can be dragged, the clipboard, the window's settings, a log, a thread's name or a file of the program's."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from tests.ui.conftest import Open, settle
from tests.wire.servers import Connection, serving

PAT, PASSWORD, SHORT, TYPED, DEEP = "Vx7qLm2pQrPat0", "s3cr3t-Passw0rd", "q7Zk", "typ3d-Token-5566", "D33p-in-There"
SECRETS = (PAT, PASSWORD, SHORT, TYPED, DEEP)
SOURCE = """\
{
  title: 'T',
  connection: {
    fields: [
      { name: 'pat', control_type: 'password' },
      { name: 'password', control_type: 'password' },
      { name: 'pin', control_type: 'password' },
      { name: 'more', type: 'object', properties: [{ name: 'deep', control_type: 'password' }] }
    ],
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |connection| post('%(host)s/token').payload(p: connection['password']) },
      refresh_on: [401],
      apply: lambda { |connection|
        puts "#{connection['pat']} #{connection['pin']}"
        headers('X-Note': connection['pat'], 'X-Pin': "p #{connection['pin']}")
        params(q: connection['pat'])
      }
    },
    base_uri: lambda { |connection| "%(host)s/bot#{connection['pat']}/" }
  },
  test: lambda { |_connection| get('me') }
}
"""
PAGES = (
    "fields",
    "authorization",
    "base_uri",
    "test",
    "signin",
    "console",
    "timeline",
    "settings",
    "changes",
    "problems",
)


def play(connection: Connection) -> None:
    """Says back whatever it was told, and more."""
    request = connection.request().decode("latin-1")
    said = json.dumps({"seen": request, "pat": PAT, "n": [PASSWORD], "pin": f"p {SHORT}"})
    status = "401 No" if "once" in request else f"200 Hello-{PAT}"
    kind = "Content-Type: application/json"
    connection.reply(said.encode(), status, kind, f"X-Seen: {PASSWORD}", f"Set-Cookie: sid={TYPED}")


def everything(window: MainWindow) -> Iterator[tuple[str, str]]:
    """Where, and what stands there: every text of every widget, for the eye, the ear and the mouse."""
    yield "window title", f"{window.windowTitle()} {window.windowFilePath()} {window.windowIconText()}"
    for widget in (window, *window.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        yield f"{where} tip", f"{widget.toolTip()} {widget.statusTip()} {widget.whatsThis()}"
        yield f"{where} accessible", f"{widget.accessibleName()} {widget.accessibleDescription()}"
        for name in ("text", "title", "currentText", "placeholderText", "toPlainText"):
            read = getattr(widget, name, None)
            if callable(read) and not _is_masked(widget) and not _is_typed(widget):
                yield f"{where} {name}", str(read())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for text in _of_model(widget.model(), QModelIndex(), widget.dragEnabled()):
                yield f"{where} model", text
        spoken = QAccessible.queryAccessibleInterface(widget)
        if spoken is not None and not _is_typed(widget):
            for kind in (
                QAccessible.Text.Name,
                QAccessible.Text.Description,
                QAccessible.Text.Value,
                QAccessible.Text.Help,
            ):
                yield f"{where} spoken", spoken.text(kind)
        for key in widget.dynamicPropertyNames():
            name = bytes(key.data()).decode()
            if not name.startswith("_"):  # Qt's own
                yield f"{where} property", str(widget.property(name))


def _is_masked(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit) and widget.echoMode() != QLineEdit.EchoMode.Normal


def _is_typed(widget: QWidget) -> bool:
    """What the person is typing in stands there as typed: the console's URL, and the document itself."""
    editable = isinstance(widget, QPlainTextEdit | QTextEdit) and not widget.isReadOnly()
    return editable or (isinstance(widget, QLineEdit) and widget.objectName() == "consoleUrl")


def _of_model(model: QAbstractItemModel, parent: QModelIndex, drags: bool) -> Iterator[str]:
    for row in range(min(model.rowCount(parent), 50)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in (*range(14), *range(Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 6)):
                value = model.data(index, role)
                if isinstance(value, str | int | list | dict | tuple):
                    yield str(value)
            dragged = model.mimeData([index]) if drags else None
            if dragged is not None and dragged.hasText():
                yield dragged.text()
        yield from _of_model(model, model.index(row, 0, parent), drags)


def check(window: MainWindow, when: str) -> None:
    found = {(where, secret): text[:200] for where, text in everything(window) for secret in SECRETS if secret in text}
    assert not found, (when, found)
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names for secret in SECRETS if secret in name], (when, names)


def test_nothing_of_a_run_is_anywhere_in_the_window(
    window: MainWindow, open_project: Open, hand: Pilot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(play) as server:
        path = open_project(SOURCE % {"host": server.origin})
        settings = {"pat": PAT, "password": PASSWORD, "pin": SHORT, "more": {"deep": DEEP}}
        (path.parent / "settings.yaml").write_text(json.dumps(settings))
        window.opener.open_path(path.parent)
        hand.wait(lambda: window.store.state.credentials.get("pat") == PAT, "the settings to be read")
        settle(window, hand)
        check(window, "opened")
        hand.click("rail.console")
        for url in (f"me?access_token={TYPED}", "once", f"me?x={PAT}"):
            hand.type_into("consoleUrl", url)
            before = len(window.store.state.runs)
            hand.click("consoleSend")
            hand.wait(lambda before=before: len(window.store.state.runs) > before, "the run to end")  # type: ignore[misc]
            settle(window, hand)
            check(window, f"sent {url}")
        for face in ("tree", "raw", "hex", "headers", "cookies", "detect", "route", "body"):
            hand.click(f"replyFace.{face}")
            settle(window, hand)
            check(window, f"face {face}")
        hand.type_into("consoleUrl", "me")
        for page in PAGES:
            hand.click(f"rail.{page}")
            settle(window, hand)
            check(window, f"page {page}")
            if page == "timeline":
                for at, button in enumerate(window.findChildren(QWidget, "timelineValues")):
                    if button.isVisible() and at < 3:
                        button.click()  # type: ignore[attr-defined]
                        settle(window, hand)
                check(window, "values in the timeline")
    window.close()
    for text in (record.getMessage() for record in caplog.records):
        assert not [secret for secret in SECRETS if secret in text], text
    written = [one for one in tmp_path.rglob("*") if one.is_file() and one.name != "settings.yaml"]
    assert [one for one in written if one.suffix == ".ini"]
    for one in written:
        content = one.read_bytes().decode("utf-8", "replace")
        assert not [secret for secret in SECRETS if secret in content], (one, content[:2000])
    copied = QGuiApplication.clipboard().text()
    assert not [secret for secret in SECRETS if secret in copied]
