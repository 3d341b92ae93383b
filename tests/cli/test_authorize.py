"""``authorize``: consent in a browser outside, the reply at the loopback listener, tokens into the settings file."""

from __future__ import annotations

import threading
import urllib.parse
import urllib.request
import webbrowser
from pathlib import Path

import pytest

from tests.cli.conftest import Server, Shell

CONNECTOR = """\
{
  title: 'Signed in',
  connection: {
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { |connection| "#{connection['origin']}/authorize?response_type=code" },
      token_url: lambda { |connection| "#{connection['origin']}/token" },
      client_id: lambda { |_connection| 'id-1' },
      client_secret: lambda { |_connection| 'client-secret-1' },
      apply: lambda { |_connection, access_token| headers(Authorization: "Bearer #{access_token}") }
    },
    base_uri: lambda { |connection| connection['origin'] }
  },
  test: lambda { |_connection| get('/me') }
}
"""


class Browser:
    """Stands in for the person's browser: answers the provider's page at once by going where ``reply`` says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[str] = []
        self.reply = "code=c-1&state={state}"
        self._threads: list[threading.Thread] = []
        monkeypatch.setattr(webbrowser, "open", self.open)

    def open(self, url: str) -> bool:
        self.opened.append(url)
        sent = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        target = f"{sent['redirect_uri']}?{self.reply.format(state=sent['state'])}"
        thread = threading.Thread(target=self._visit, args=(target,))
        self._threads.append(thread)
        thread.start()
        return True

    def close(self) -> None:
        for thread in self._threads:
            thread.join()

    @staticmethod
    def _visit(url: str) -> None:
        try:
            with urllib.request.urlopen(url, timeout=20) as page:
                page.read()
        except OSError:
            pass  # the listener refuses what is no reply


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


@pytest.fixture
def words(project: Path, server: Server) -> list[object]:
    (project / "connector.rb").write_text(CONNECTOR, encoding="utf-8")
    (project / "settings.yaml").write_text(f"origin: {server.origin}\n", encoding="utf-8")
    server.script["/token"] = (200, {"access_token": "at-1", "refresh_token": "rt-1"})
    server.script["/me"] = (200, {"id": 1})
    return ["authorize", "-c", project, "--redirect-url", "http://127.0.0.1/oauth/callback", "--json"]


def test_signed_in(shell: Shell, words: list[object], browser: Browser, server: Server, project: Path) -> None:
    answer = shell(*words)
    browser.close()
    assert answer.status == 0, answer.err
    assert answer.json["error"] is None
    assert answer.json["settings_after"]["access_token"] == "at-1"
    assert [request["path"] for request in server.requests] == ["/token", "/me"]
    form = dict(urllib.parse.parse_qsl(server.requests[0]["body"].decode()))
    assert form["code"] == "c-1"
    assert (
        form["redirect_uri"]
        == dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.opened[0]).query))["redirect_uri"]
    )
    assert server.requests[1]["headers"]["authorization"] == "Bearer at-1"
    saved = (project / "settings.yaml").read_text(encoding="utf-8")
    assert "access_token: at-1" in saved and "refresh_token: rt-1" in saved and "origin: " in saved


def test_no_secret_is_shown_to_a_person(shell: Shell, words: list[object], browser: Browser) -> None:
    answer = shell(*words[:-1], "--verbose")
    browser.close()
    assert answer.status == 0
    assert "at-1" not in answer.out
    assert "client-secret-1" not in answer.out + answer.err


def test_the_person_says_no(shell: Shell, words: list[object], browser: Browser, server: Server, project: Path) -> None:
    browser.reply = "error=access_denied&state={state}"
    answer = shell(*words)
    browser.close()
    assert answer.status == 1
    assert "access_denied" in answer.json["error"]["message"]
    assert answer.json["requests"] == server.requests == []
    assert "access_token" not in (project / "settings.yaml").read_text(encoding="utf-8")


def test_a_forged_reply_is_passed_over(shell: Shell, words: list[object], browser: Browser, server: Server) -> None:
    browser.reply = "code=stolen&state=wrong"
    answer = shell(*words, "--timeout", "0.3")
    browser.close()
    assert answer.status == 1
    assert server.requests == []
    assert "did not answer within" in answer.json["error"]["message"]
    assert "--timeout SECONDS allows more time (0.3 were allowed)." in answer.err
    assert "on this page" not in answer.err, "there is no page in a terminal"


def test_the_provider_refuses_the_code(
    shell: Shell, words: list[object], browser: Browser, server: Server, project: Path
) -> None:
    server.script["/token"] = (400, {"error": "invalid_grant"})
    answer = shell(*words)
    browser.close()
    assert answer.status == 1
    assert answer.json["error"]["http_code"] == 400
    assert "access_token" not in (project / "settings.yaml").read_text(encoding="utf-8")


def test_no_settings_file_no_sign_in(shell: Shell, words: list[object], browser: Browser, project: Path) -> None:
    (project / "settings.yaml").unlink()
    answer = shell(*words)
    assert answer.status == 1
    assert "settings.yaml" in answer.err
    assert browser.opened == []
