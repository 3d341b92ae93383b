"""One test for every option of a multi connection, each with its own credentials."""

from __future__ import annotations

from designer.wire import Call, Cancel, ScriptedTransport, WireRequest, WireResponse
from designer.wire.matrix import Cell, matrix

MULTI = b"""{
  connection: {
    authorization: {
      type: 'multi',
      selected: lambda { |connection| connection['way'] },
      options: {
        key: { type: 'custom_auth', apply: lambda { |c| headers('X-Key': c['key']) } },
        basic: { type: 'basic_auth', apply: lambda { |c| user(c['user']) } },
        oauth: { type: 'oauth2', apply: lambda { |_c, token| headers('X-Token': token) } }
      }
    },
    base_uri: lambda { |_c| 'https://api.example.com' }
  },
  test: lambda { |_c| get('/me') }
}
"""
SAVED = {
    "by key": {"way": "key", "key": "k-1"},
    "by key, wrong": {"way": "key", "key": "wrong"},
    "by user": {"way": "basic", "user": "ann"},
    "lost": {"way": "nothing"},
}
OPTIONS = ("key", "basic", "oauth")


def serve(request: WireRequest) -> WireResponse:
    refused = ("X-Key", "wrong") in request.headers
    return WireResponse(401 if refused else 200, "", (), b"{}")


def cells(cancel: Cancel | None = None, options: tuple[str, ...] = OPTIONS) -> list[Cell]:
    return list(matrix(Call(MULTI, "test"), options, SAVED, ScriptedTransport(serve), cancel=cancel))


def test_every_option_and_every_saved_connection_has_its_cell() -> None:
    assert [(one.option, one.connection, one.verdict, one.status) for one in cells()] == [
        ("key", "by key", "passed", 200),
        ("key", "by key, wrong", "RequestFailedError", 401),
        ("basic", "by user", "passed", 200),
        ("oauth", "", "not run", 0),
        ("", "lost", "not run", 0),
    ]


def test_what_did_not_run_says_why() -> None:
    *_, unserved, lost = cells()
    assert unserved.note == "No saved credentials select it."
    assert lost.note == "They select no option: Cannot find multi-auth definition for 'nothing'."


def test_each_runs_with_its_own_settings() -> None:
    first, _, third, *_ = cells()
    assert first.outcome is not None and third.outcome is not None
    assert ("X-Key", "k-1") in first.outcome.exchanges[0].request.headers
    assert any(name == "Authorization" for name, _ in third.outcome.exchanges[0].request.headers)


def test_a_connection_that_is_not_multi_runs_with_each_of_its_settings() -> None:
    plain = MULTI.replace(b"type: 'multi'", b"type: 'custom_auth'")
    found = list(matrix(Call(plain, "test"), (), {"a": {}, "b": {}}, ScriptedTransport(serve)))
    assert [(one.option, one.connection, one.passed) for one in found] == [("", "a", True), ("", "b", True)]


def test_cancelling_starts_nothing_more() -> None:
    cancel = Cancel()
    made = []
    for cell in matrix(Call(MULTI, "test"), OPTIONS, SAVED, ScriptedTransport(serve), cancel=cancel):
        made.append(cell)
        cancel.cancel()
    assert [one.connection for one in made if one.outcome is not None] == ["by key"]
