"""From a blank connector to a connection that is tested with one button and exported: by clicks and keys alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from designer.connection import KINDS
from designer.sandbox import Sandbox
from designer.sandbox.demo import API_KEY, APP_ID, APP_TOKEN, private_key
from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from designer.wire import Outcome
from tests.ui import authoring
from tests.ui.authoring import BLANK, CTRL, PERSON, RENEWED, SERVICE
from tests.ui.conftest import Open, settle, text


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=time.time) as running:
        yield running


class Author:
    """Somebody at the window who has never written Ruby."""

    def __init__(self, window: MainWindow, hand: Pilot, origin: str) -> None:
        self.window = window
        self.hand = hand
        self.origin = origin

    def choose(self, kind: str) -> None:
        self.hand.click("rail.authorization")
        self.hand.click(f"authorization.choose.{kind}")
        settle(self.window, self.hand)

    def fill(self, key: str, value: str) -> None:
        self.hand.type_into(f"authorization.{key}", value.replace("ORIGIN", self.origin))

    def pick(self, key: str, label: str) -> None:
        self.hand.choose(f"authorization.{key}", label)

    def add_scopes(self, scopes: str) -> None:
        authoring.add_chips(self.hand, "authorization.scopes", scopes)

    def cell(self, table: str, row: int, column: int, value: str) -> None:
        authoring.cell(self.hand, f"authorization.{table}", row, column, value.replace("ORIGIN", self.origin))
        settle(self.window, self.hand)

    def add_row(self, table: str, *values: str) -> None:
        words = (value.replace("ORIGIN", self.origin) for value in values)
        authoring.add_row(self.hand, f"authorization.{table}", *words)
        settle(self.window, self.hand)

    def finish(self, path: str) -> None:
        """The base URI and the test."""
        self.hand.click("rail.base_uri")
        self.hand.click("base_uri.add")
        self.hand.type_into("base_uri.url", f"{self.origin}/api/{path}/")
        self.hand.click("rail.test")
        self.hand.click("test.add")
        settle(self.window, self.hand)

    def give(self, settings: Mapping[str, str]) -> None:
        self.hand.click("rail.settings")
        for name, value in settings.items():
            # A key is pasted, as nobody types one; everything else is typed.
            if "\n" in value:
                self.hand.click(f"setting.{name}")
                QApplication.clipboard().setText(value)
                self.hand.key(Qt.Key.Key_V, CTRL)
            else:
                self.hand.type_into(f"setting.{name}", value)

    def test(self) -> Outcome:
        before = len(self.window.store.state.runs)
        self.hand.click("test-connection")
        self.hand.wait(lambda: len(self.window.store.state.runs) > before, "the test to end")
        outcome = self.window.store.state.runs[-1].outcome
        assert isinstance(outcome, Outcome)
        return outcome

    def export(self) -> bytes:
        """What is on the disk afterwards."""
        path = self.window.store.state.path
        assert path is not None
        self.hand.click("export")
        self.hand.click("changes.write")
        self.hand.wait(lambda: not self.window.store.state.edited, "the connector to be written")
        return path.read_bytes()


@pytest.fixture
def author(window: MainWindow, hand: Pilot, open_project: Open, sandbox: Sandbox) -> Author:
    open_project(BLANK)
    return Author(window, hand, sandbox.origin)


@dataclass(frozen=True)
class Job:
    """``path`` of the provider's API, what is filled in, and the values for trying it."""

    path: str
    fill: Callable[[Author], None]
    settings: Mapping[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (200,)


def _api_key(author: Author) -> None:
    author.fill("name", "X-Api-Key")
    author.fill("value", "#{api_key}")


def _headers(author: Author) -> None:
    author.cell("headers", 0, 0, "X-App-Token")
    author.add_row("headers", "X-App-Id", APP_ID)


def _token_url(author: Author) -> None:
    author.fill("token_url", "ORIGIN/oauth/token")


def _client_credentials(author: Author) -> None:
    _token_url(author)
    author.hand.click("authorization.acquire.more")
    author.pick("client_auth", "Basic")
    author.add_scopes("contacts.read")


def _jwt(author: Author) -> None:
    _token_url(author)
    author.cell("claims", 1, 1, "ORIGIN/oauth/token")
    author.add_row("claims", "sub", "demo")


JOBS = {
    "custom_headers": Job("headers", _headers, {"api_key": APP_TOKEN}),
    "client_credentials": Job("bearer", _client_credentials, SERVICE, RENEWED),
    "jwt_bearer": Job("bearer", _jwt, {"client_id": "harbor-service", "private_key": private_key("rsa")}, RENEWED),
}


@pytest.mark.parametrize("kind", JOBS)
def test_a_connection_is_designed_tested_and_exported(author: Author, kind: str) -> None:
    job = JOBS[kind]
    author.choose(kind)
    job.fill(author)
    author.finish(job.path)
    author.give(job.settings)
    outcome = author.test()
    assert outcome.error is None, (outcome.error, text(author.window))
    statuses = [exchange.response.status for exchange in outcome.exchanges if exchange.response is not None]
    assert tuple(statuses) == job.statuses
    authorization = author.window.store.state.design.authorization
    assert authorization is not None
    assert authorization.kind == kind
    assert not [p for p in author.window.store.state.problems if p.severity == "error"]
    written = author.export()
    assert written == text(author.window).encode()
    for value in job.settings.values():
        assert value.encode() not in written, "a value for trying entered the file"


def test_two_ways_to_sign_in_are_designed_tested_and_exported(author: Author) -> None:
    author.choose("basic")
    author.hand.choose("authorization.kind", KINDS["multi"].title)
    author.hand.click("authorization.switch")
    settle(author.window, author.hand)
    author.hand.menu("authorization.add-option", "API key")
    settle(author.window, author.hand)
    _api_key(author)
    author.finish("v1")
    ways = {"basic": PERSON, "api_key": {"api_key": API_KEY}}
    for way, settings in ways.items():
        author.give({"auth_type": way, **settings})
        outcome = author.test()
        assert outcome.error is None, (way, outcome.error)
        sent = {name for name, _value in outcome.exchanges[-1].request.headers}
        assert ("X-Api-Key" in sent, "Authorization" in sent) == (way == "api_key", way == "basic")
    authorization = author.window.store.state.design.authorization
    assert authorization is not None
    assert list(authorization.options) == ["basic", "api_key"]
    written = author.export()
    assert written == text(author.window).encode()
