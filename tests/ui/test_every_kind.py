"""Each kind is designed from a blank connector by clicks and keys alone; Ruby reads it, and it connects."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.connection import KINDS, read
from designer.ruby import Document
from designer.sandbox import Sandbox
from designer.sandbox.demo import API_KEY, APP_ID, APP_TOKEN, private_key
from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from designer.wire import Call, HttpTransport, TransportOptions, run
from tests.sandbox.conversation import consent
from tests.ui.conftest import Open, settle, text

BLANK = "{\n  title: 'Blank',\n\n  connection: {\n  }\n}\n"
CTRL = Qt.KeyboardModifier.ControlModifier
HEADER_ROW, ROW = 28, 32
USER = {"username": "demo", "password": "demo-password"}
CLIENT = {"client_id": "harbor-crm", "client_secret": "harbor-demo-secret"}
SERVICE = {"client_id": "harbor-service", "client_secret": "harbor-service-demo-secret-of-32-bytes"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=time.time) as running:
        yield running


def cell(hand: Pilot, table: str, line: int, column: int, words: str) -> None:
    """Click a cell of a table of two columns, and write over it."""
    width = hand.see(f"{table}.table").width()
    hand.click(f"{table}.table", at=QPoint(width * (1 + 2 * column) // 4, HEADER_ROW + line * ROW + ROW // 2))
    hand.key(Qt.Key.Key_A, CTRL)
    write(hand, words)


def write(hand: Pilot, words: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, words)
    hand.settle(20)
    # A list of offers may lie over the next thing to click.
    if QApplication.activePopupWidget() is not None:
        hand.key(Qt.Key.Key_Escape)


def template(hand: Pilot, name: str, words: str) -> None:
    hand.type_into(name, "")
    write(hand, words)
    hand.key(Qt.Key.Key_Tab)


def _api_key(hand: Pilot) -> None:
    hand.type_into("authorization.name", "X-App-Token")
    template(hand, "authorization.value", "#{api_key}")
    hand.click("authorization.more")
    hand.click("authorization.headers.add")
    write(hand, "X-App-Id")
    hand.key(Qt.Key.Key_Tab)
    write(hand, APP_ID)


def _session(hand: Pilot) -> None:
    template(hand, "authorization.login_url", "#{host}/api/session/login")
    cell(hand, "authorization.headers", 0, 0, "X-Session-Token")
    cell(hand, "authorization.headers", 0, 1, "#{session_token}")


def _jwt(hand: Pilot, audience: str = "#{host}/oauth/token") -> None:
    cell(hand, "authorization.claims", 1, 1, audience)
    hand.click("authorization.claims.add")
    write(hand, "sub")
    hand.key(Qt.Key.Key_Tab)
    write(hand, "demo")
    hand.type_into("authorization.lifetime", "300")
    template(hand, "authorization.key_id", "1")


def _jwt_itself(hand: Pilot) -> None:
    hand.choose("authorization.use", "Sent with every request")
    _jwt(hand, "#{host}/api")


def _scopes(hand: Pilot) -> None:
    hand.click("authorization.scopes.add")
    write(hand, "contacts.read offline_access")
    hand.key(Qt.Key.Key_Return)


def _aws(hand: Pilot) -> None:
    hand.choose("authorization.how", "By a credentials block")
    template(hand, "authorization.region", "eu-central-1")
    template(hand, "authorization.session_token", "#{aws_session}")


def _mtls(hand: Pilot) -> None:
    template(hand, "authorization.passphrase", "#{passphrase}")
    hand.click("authorization.more")
    template(hand, "authorization.intermediate", "#{issuer}")


def _multi(hand: Pilot) -> None:
    hand.menu("authorization.add-option", "Basic")


@dataclass(frozen=True)
class Case:
    """``path`` below ``/api/`` is None where the provider has nothing of this kind to try; ``says`` is what the
    finished authorization must contain in Ruby."""

    kind: str
    path: str | None
    fill: Callable[[Pilot], None] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    statuses: tuple[int, ...] = (200,)
    says: tuple[str, ...] = ()
    name: str = ""


TOKEN = (401, 200, 200)
KEY = {"client_id": "harbor-service", "private_key": private_key("rsa")}
CASES = (
    Case("basic", "basic", None, USER),
    Case("digest", "digest", None, USER, (401, 200)),
    Case("api_key", "headers", _api_key, {"api_key": APP_TOKEN}, says=("'X-App-Id' =>",)),
    Case("custom_headers", "key", None, {"api_key": API_KEY}),
    Case("session", "session", _session, USER, TOKEN),
    Case("client_credentials", "bearer", _scopes, SERVICE, TOKEN, says=("scope: 'contacts.read offline_access'",)),
    Case("password_grant", "bearer", None, {**USER, **CLIENT}, TOKEN),
    Case("jwt_bearer", "bearer", _jwt, KEY, TOKEN, says=("kid: '1'", "issued_at + 300")),
    Case("jwt_bearer", "jwt", _jwt_itself, KEY, says=("kid: '1'",), name="jwt_itself"),
    Case("oauth2_code", "bearer", _scopes, CLIENT, says=("scope=contacts.read%20offline_access",)),
    Case("oauth2_pkce", "bearer", _scopes, CLIENT, says=("challenge_method: 'S256'",)),
    Case("aws_sigv4", None, _aws, says=("session_token(connection['aws_session'])", "region('eu-central-1')")),
    Case("mtls", None, _mtls, says=("passphrase: connection['passphrase']", "intermediates: [connection['issuer']]")),
    Case("multi", "basic", _multi, {"auth_type": "basic", **USER}),
    Case("none", None),
)


def test_no_kind_is_left_out() -> None:
    assert {case.kind for case in CASES} == set(KINDS) - {"custom"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name or case.kind)
def test_from_blank_to_connected(
    window: MainWindow, open_project: Open, hand: Pilot, sandbox: Sandbox, case: Case
) -> None:
    exported = _designed(window, open_project, hand, case)
    source = exported.read_bytes()
    design = read(Document.parse(source))
    assert design.authorization is not None
    assert (design.authorization.kind, design.authorization.opaque) == (case.kind, frozenset())
    for words in case.says:
        assert words in source.decode()
    if shutil.which("ruby"):
        done = subprocess.run(["ruby", "-c", str(exported)], capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "Syntax OK"), done.stderr
    if case.path is not None:
        _connects(source, sandbox, case)


def _designed(window: MainWindow, open_project: Open, hand: Pilot, case: Case) -> Path:
    """Fields, base URI, test and authorization by hand, then written to disk."""
    path = open_project(BLANK)
    hand.click("rail.fields")
    hand.menu("fields.presets", "Host of the API")
    hand.click("rail.base_uri")
    hand.click("base_uri.add")
    template(hand, "base_uri.url", f"#{{host}}/api/{case.path or 'basic'}/")
    hand.click("rail.test")
    hand.click("test.add")
    hand.click("rail.authorization")
    hand.click(f"authorization.choose.{case.kind}")
    settle(window, hand)
    if case.fill is not None:
        case.fill(hand)
    settle(window, hand)
    assert not window.store.state.document.issues, text(window)
    hand.click("export")
    hand.click("changes.write")
    hand.wait(lambda: not window.store.state.edited, "the connector to be written")
    assert path.read_bytes() == window.store.state.document.source
    return path


def _connects(source: bytes, sandbox: Sandbox, case: Case) -> None:
    settings: dict[str, Any] = {"host": sandbox.origin, **case.settings}
    transport = HttpTransport(TransportOptions())
    try:
        if case.kind.startswith("oauth2"):
            settings |= _signed_in(source, sandbox, transport, settings, case.kind == "oauth2_pkce")
        outcome = run(Call(source, "test", settings=settings), transport)
    finally:
        transport.close()
    assert outcome.error is None, outcome.error
    assert tuple(each.response.status for each in outcome.exchanges if each.response is not None) == case.statuses
    assert outcome.result["name"]


def _signed_in(
    source: bytes, sandbox: Sandbox, transport: HttpTransport, settings: dict[str, Any], pkce: bool
) -> dict[str, Any]:
    random = {"state": "abc", **({"verifier": "v" * 64} if pkce else {})}
    opened = run(Call(source, "authorization_url", settings=settings, random=random), transport)
    assert opened.error is None, opened.error
    query = dict(httpx.URL(opened.result["browser_url"]).params)
    assert ("code_challenge" in query) == pkce
    query.pop("state")
    with httpx.Client(base_url=sandbox.origin) as client:
        code = consent(client, **query)["code"]
    traded = run(Call(source, "token_exchange", args={"auth_code": code}, settings=settings, random=random), transport)
    assert traded.error is None, traded.error
    return dict(traded.settings_after or {})
