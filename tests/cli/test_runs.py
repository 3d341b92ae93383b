"""``exec`` and ``request``: what goes over the wire, what comes back, and what a person gets to see of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Server, Shell

SECRET = "s3cret-key-value"
OAUTH = """\
{
  title: 'Tokens',
  connection: {
    authorization: {
      type: 'oauth2',
      authorization_url: lambda { |connection| "#{connection['origin']}/authorize?response_type=code" },
      token_url: lambda { |connection| "#{connection['origin']}/token" },
      client_id: lambda { |_connection| 'id-1' },
      client_secret: lambda { |_connection| 'client-secret-1' },
      refresh_on: [401],
      refresh: lambda do |_connection, refresh_token|
        post('ORIGIN/token', refresh_token: refresh_token).request_format_www_form_urlencoded
      end,
      apply: lambda { |_connection, access_token| headers(Authorization: "Bearer #{access_token}") }
    },
    base_uri: lambda { |connection| connection['origin'] }
  },
  test: lambda { |_connection| get('/me') }
}
"""


@pytest.mark.usefixtures("settings")
class TestExec:
    def test_a_lambda_without_requests(self, shell: Shell, project: Path, server: Server) -> None:
        answer = shell("exec", "connection.base_uri", "-c", project, "--json")
        assert answer.status == 0
        assert answer.json == {
            "result": server.origin,
            "error": None,
            "requests": [],
            "settings_after": answer.json["settings_after"],
            "warnings": [],
        }

    def test_the_test_sends_what_apply_sets(self, shell: Shell, project: Path, server: Server) -> None:
        server.script["/me"] = (200, {"name": "Ada"})
        answer = shell("exec", "test", "-c", project / "connector.rb", "--json")
        assert answer.status == 0
        assert answer.json["result"] == {"name": "Ada"}
        (told,) = answer.json["requests"]
        (received,) = server.requests
        assert (told["method"], told["path"], told["url"]) == ("GET", "/me", f"{server.origin}/me")
        assert told["headers"]["x-api-key"] == received["headers"]["x-api-key"] == SECRET
        assert "X-Api-Key" in told["header_names"]
        assert told["response"]["status"] == 200
        assert json.loads(told["response"]["body"]) == {"name": "Ada"}

    def test_a_failed_request_is_the_result_of_the_run(self, shell: Shell, project: Path) -> None:
        answer = shell("exec", "test", "-c", project, "--json")
        assert answer.status == 1
        error = answer.json["error"]
        assert error["message"] == "404 Not Found"
        assert error["http_code"] == 404
        assert "no such thing" in error["http_body"]

    def test_an_action_takes_its_input(self, shell: Shell, project: Path, server: Server, tmp_path: Path) -> None:
        server.script["/contacts"] = (200, [])
        given = tmp_path / "input.json"
        given.write_text('{"q": "a b"}', encoding="utf-8")
        assert shell("exec", "actions.find.execute", "-c", project, "-i", given).status == 0
        assert server.requests[0]["path"] == "/contacts?q=a+b"

    def test_a_method_takes_its_arguments(self, shell: Shell, project: Path, tmp_path: Path) -> None:
        given = tmp_path / "args.json"
        given.write_text('["hey"]', encoding="utf-8")
        answer = shell("exec", "methods.shout", "-c", project, "-a", given, "--json")
        assert (answer.status, answer.json["result"]) == (0, "HEY!")

    def test_nothing_secret_is_shown_to_a_person(self, shell: Shell, project: Path, server: Server) -> None:
        server.script["/me"] = (200, {"echo": f"key {SECRET}!", "access_token": "tok-0123456789-0123456789"})
        for words in (["--verbose"], []):
            answer = shell("exec", "test", "-c", project, *words)
            assert answer.status == 0
            assert SECRET not in answer.out + answer.err
            assert "tok-0123456789-0123456789" not in answer.out + answer.err
        revealed = shell("exec", "test", "-c", project, "--reveal", "--verbose")
        assert SECRET in revealed.out
        assert f"X-Api-Key: {SECRET}" in revealed.err

    def test_what_is_not_there_is_named(self, shell: Shell, project: Path) -> None:
        answer = shell("exec", "methods.whisper", "-c", project)
        assert answer.status == 1
        assert "whisper" in answer.err


class TestRequest:
    def test_parameters_and_payload(
        self, shell: Shell, project: Path, settings: Path, server: Server, tmp_path: Path
    ) -> None:
        server.script["/things"] = (200, {"ok": True})
        body = tmp_path / "body.json"
        body.write_text('{"a": 1}', encoding="utf-8")
        answer = shell(
            *("request", "POST", "/things", "-c", project, "-s", settings, "--json"),
            *("--params", '{"page": 2}', "--payload", f"@{body}", "--headers", '{"X-Trace": "t"}', "--format", "form"),
        )
        assert (answer.status, answer.json["result"]) == (0, {"ok": True})
        (received,) = server.requests
        assert (received["path"], received["body"]) == ("/things?page=2", b"a=1")
        assert received["headers"]["content-type"] == "application/x-www-form-urlencoded"
        assert received["headers"]["x-trace"] == "t"
        assert received["headers"]["x-api-key"] == SECRET

    @pytest.mark.parametrize(
        ("format_", "body", "content_type"),
        [
            ("json", b'{"a":"1"}', "application/json"),
            ("xml", b"<a>1</a>", None),
            ("raw", b'{"a": "1"}', None),
        ],
    )
    def test_formats(
        self,
        shell: Shell,
        project: Path,
        settings: Path,
        server: Server,
        format_: str,
        body: bytes,
        content_type: str | None,
    ) -> None:
        server.script["/things"] = (200, "<ok/>" if format_ == "xml" else "{}")
        words = ("request", "put", "/things", "-c", project, "-s", settings, "--payload", '{"a": "1"}')
        assert shell(*words, "--format", format_).status == 0
        assert body in server.requests[0]["body"]
        if content_type:
            assert server.requests[0]["headers"]["content-type"] == content_type

    def test_dry_run_signs_and_sends_nothing(self, shell: Shell, project: Path, settings: Path, server: Server) -> None:
        words = ("request", "get", "/things", "-c", project, "-s", settings, "--dry-run")
        told = shell(*words, "--json").json["requests"]
        assert [(request["path"], request["headers"]["x-api-key"]) for request in told] == [("/things", SECRET)]
        shown = shell(*words)
        assert shown.status == 0
        assert f"GET {server.origin}/things" in shown.out
        assert SECRET not in shown.out
        assert server.requests == []

    def test_an_empty_token_is_told_and_not_dotted(self, shell: Shell, tmp_path: Path) -> None:
        path = tmp_path / "connector.rb"
        apply = "lambda { |c| headers('Authorization' => \"Bearer #{c['token']}\") }"
        path.write_text(f"{{ connection: {{ authorization: {{ type: 'custom_auth', apply: {apply} }} }} }}", "utf-8")
        words = ("request", "get", "https://api.acme.example/me", "-c", path, "--dry-run")
        shown = shell(*words)
        assert "Authorization: Bearer (empty)" in shown.out
        assert "note: Authorization goes out empty: token has no value." in shown.err
        assert shell(*words, "--json").json["requests"][0]["headers"]["authorization"] == "Bearer"

    def test_a_server_that_is_not_there(self, shell: Shell, project: Path, settings: Path, server: Server) -> None:
        server.stop()
        answer = shell("request", "get", "/things", "-c", project, "-s", settings, "--json")
        assert answer.status == 1
        assert answer.json["error"]["class"] == "Errno::ECONNREFUSED"
        assert answer.json["requests"] == []


class TestSettings:
    @pytest.fixture
    def tokens(self, project: Path, server: Server) -> Path:
        """An oauth2 connector whose access token is refused once, and its settings with a comment."""
        (project / "connector.rb").write_text(OAUTH.replace("ORIGIN", server.origin), encoding="utf-8")
        path = project / "settings.yaml"
        path.write_text(
            f"one:\n  # of the first\n  origin: {server.origin}\n"
            "  access_token: old-token\n  refresh_token: refresh-1\n"
            "two:\n  origin: http://127.0.0.1:1\n",
            encoding="utf-8",
        )
        server.script["/me"] = (401, {"error": "expired"})
        server.script["/token"] = (200, {"access_token": "new-token"})
        return path

    def test_a_refresh_is_saved_only_when_asked_for(
        self, shell: Shell, project: Path, tokens: Path, server: Server
    ) -> None:
        before = tokens.read_text(encoding="utf-8")
        words = ("exec", "test", "-c", project, "-n", "one", "--json")
        answer = shell(*words)
        assert answer.status == 1
        assert [request["path"] for request in server.requests] == ["/me", "/token", "/me"]
        assert tokens.read_text(encoding="utf-8") == before
        shell(*words, "--save")
        after = tokens.read_text(encoding="utf-8")
        assert "access_token: new-token" in after
        assert "two:" in after and "old-token" not in after

    def test_an_unknown_connection(self, shell: Shell, project: Path, tokens: Path) -> None:
        answer = shell("exec", "test", "-c", project, "-s", tokens, "-n", "three", "--json")
        assert answer.status == 1
        assert "three" in answer.json["error"]["message"]
        assert answer.json["requests"] == []

    def test_authorization_url_is_the_same_for_the_same_seed(
        self, shell: Shell, project: Path, tokens: Path, server: Server
    ) -> None:
        words = (
            "exec",
            "connection.authorization.authorization_url",
            "-c",
            project,
            "-s",
            tokens,
            "-n",
            "one",
            "--json",
        )
        first, same, other = (shell(*words, "--seed", seed).json["result"]["browser_url"] for seed in (1, 1, 2))
        assert first == same != other
        assert first.startswith(f"{server.origin}/authorize?")
        assert "client_id=id-1" in first

    def test_the_only_connection_is_taken_and_said(
        self, shell: Shell, project: Path, tokens: Path, server: Server
    ) -> None:
        tokens.write_text(f"mine:\n  origin: {server.origin}\n  access_token: old-token\n", encoding="utf-8")
        answer = shell("exec", "connection.base_uri", "-c", project)
        assert (answer.status, answer.out.strip().strip('"')) == (0, server.origin)
        assert "Using the connection 'mine', the only one in settings.yaml." in answer.err

    def test_of_several_connections_none_is_guessed(self, shell: Shell, project: Path, tokens: Path) -> None:
        before = tokens.read_bytes()
        for words in (("exec", "test"), ("request", "GET", "me"), ("authorize",), ("record", "test", "--name", "x")):
            answer = shell(*words, "-c", project)
            assert (answer.status, answer.out) == (2, "")
            assert "--connection: one, two" in answer.err
        assert tokens.read_bytes() == before

    def test_settings_yet_to_be_filled_in_are_no_connections(self, shell: Shell, project: Path, tokens: Path) -> None:
        tokens.write_text("origin:\naccess_token:\n", encoding="utf-8")
        answer = shell("exec", "connection.authorization.client_id", "-c", project)
        assert (answer.status, "connection" in answer.err) == (0, False)

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"\xff\xfe\x81", "is not UTF-8 text."), (b"", "holds no settings: it is empty.")],
        ids=["binary", "empty"],
    )
    def test_a_settings_file_is_named_once(
        self, shell: Shell, project: Path, tokens: Path, content: bytes, words: str
    ) -> None:
        tokens.write_bytes(content)
        answer = shell("exec", "test", "-c", project, "-s", tokens)
        assert answer.status == 1
        assert answer.err.startswith(f"error: {tokens} {words}\n")

    def test_broken_yaml(self, shell: Shell, project: Path, tokens: Path) -> None:
        tokens.write_text("one: [unclosed\n  access_token: hunter2-hunter2\n", encoding="utf-8")
        answer = shell("exec", "test", "-c", project, "--json")
        assert answer.status == 1
        assert "settings.yaml" in answer.err
        assert "hunter2" not in answer.out + answer.err

    def test_no_settings_file_at_all(self, shell: Shell, project: Path, tokens: Path) -> None:
        tokens.unlink()
        assert shell("exec", "connection.authorization.client_id", "-c", project, "--json").json["result"] == "id-1"
        answer = shell("exec", "test", "-c", project, "-s", tokens, "--json")
        assert (answer.status, answer.out) == (2, ""), "as every option that names a file which is not there"
        assert "settings.yaml: no such file" in answer.err

    def test_settings_are_not_offered_as_connections(self, shell: Shell, project: Path, tokens: Path) -> None:
        tokens.write_text("api_token: hunter2-hunter2\n", encoding="utf-8")
        answer = shell("exec", "test", "-c", project, "-n", "zzz")
        assert answer.status == 1
        assert 'There is no connection "zzz": the file holds one connection\'s settings' in answer.err
        assert "api_token" not in answer.err and "Name no connection" in answer.err


def test_the_clock_can_be_frozen(shell: Shell, project: Path) -> None:
    source = (project / "connector.rb").read_text(encoding="utf-8")
    (project / "connector.rb").write_text(source.replace('"#{word.upcase}!"', "Time.now.to_i"), encoding="utf-8")
    args = project / "args.json"
    args.write_text('["x"]', encoding="utf-8")
    words = ("exec", "methods.shout", "-c", project, "-a", args, "--json", "--at")
    assert shell(*words, "2026-01-02T03:04:05Z").json["result"] == 1767323045


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a connector"),
        (b"puts 'hello'\n", "is not a connector"),
        (b"hello\n", "is not a connector"),
        (b"\x00\x01\x02 binary", "This file is not text"),
    ],
    ids=["empty", "a program", "a word", "binary"],
)
def test_a_file_that_is_no_connector_is_said_to_be_none(
    shell: Shell, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "odd.rb"
    file.write_bytes(content)
    answer = shell("exec", "test", "-c", file)
    assert (answer.status, answer.out) == (1, "")
    assert words in answer.err
    assert "execute" not in answer.err
    assert shell("exec", "test", "-c", file, "--json").json["error"]["class"], "programs get Ruby's own words"


def test_a_connector_put_together_by_code_still_runs(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "made.rb"
    file.write_text("made = { title: 'x', test: lambda { |_c| 1 } }\nmade\n", encoding="utf-8")
    assert shell("exec", "test", "-c", file).status == 0


def test_keys_that_are_no_texts_are_handed_on_and_kept(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "connector.rb").write_text("""{
  connection: { authorization: {
    type: 'custom_auth', acquire: lambda { |c| { 'token' => [c[true], c[1], c['1']].join('-') } }
  }, base_uri: lambda { |c| "https://#{c[true]}.example" } }
}
""")
    settings = tmp_path / "settings.yaml"
    settings.write_text("1: a\ntrue: b\n'1': c\n")
    words = ("-c", tmp_path / "connector.rb", "-s", settings)
    answer = shell("exec", "connection.base_uri", *words)
    assert answer.out == "https://b.example\n" and "settings changed" not in answer.err
    answer = shell("exec", "reauthorize", "--save", *words)
    assert answer.status == 0 and "Settings saved." in answer.err
    assert settings.read_text() == "---\n1: a\ntrue: b\n'1': c\ntoken: b-a-c\n"
