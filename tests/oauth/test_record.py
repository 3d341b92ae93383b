"""A sign-in in the timeline: the lambdas behind the request, who set each parameter, every hop, and no secret."""

from __future__ import annotations

import pytest

from designer.oauth import Flow, FlowConfig, Loaded, Pkce, Preparation, Started, WindowClosed, prepare, record
from designer.wire import Call, Outcome, ScriptedTransport
from tests.oauth.conversation import CODE, CONFIG, PKCE, REDIRECT, STATE, callback, go, waiting

CONNECTOR = """{
  connection: {
    authorization: {
      type: 'oauth2',
      authorization_url: lambda do |connection|
        "https://login.example.com/authorize?response_type=code&scope=read&hint=#{connection['hint']}"
      end,
      client_id: lambda do |connection|
        connection['client_id']
      end,
      pkce: lambda do |verifier, challenge|
        { verifier: verifier, challenge: challenge, challenge_method: 'S256' }
      end
    }
  }
}
"""


def prepared(source: str = CONNECTOR, **settings: str) -> Preparation:
    call = Call(source.encode(), "authorization_url", settings={"client_id": "harbor", "hint": "crm"} | settings)
    return prepare(call, ScriptedTransport([]), PKCE)


def begun(made: Preparation) -> Flow:
    config = FlowConfig(made.authorization_url, made.client_id, REDIRECT, STATE, made.pkce)
    flow = Flow(config)
    flow.handle(Started())
    return flow


def told(outcome: Outcome) -> str:
    return "\n".join(f"{step.kind}: {step.title}\n{step.detail}" for step in outcome.steps)


def test_the_request_has_the_ruby_behind_it() -> None:
    made = prepared()
    assert (made.client_id, made.failure) == ("harbor", None)
    assert made.pkce == Pkce(PKCE.verifier, PKCE.challenge, "S256")
    outcome = record.authorization(made, begun(made))
    ran = [((step.pointer or "").rpartition("/")[2], step.line) for step in outcome.steps if step.kind == "lambda"]
    assert ran == [("authorization_url", 5), ("client_id", 8), ("pkce", 11)]
    last = outcome.steps[-1]
    assert (last.kind, last.title, last.line) == ("browser", "GET https://login.example.com/authorize", 5)


SEVERAL = """{
  connection: {
    authorization: {
      type: 'multi',
      selected: lambda do |connection|
        connection['way']
      end,
      options: {
        first: {
          type: 'oauth2',
          authorization_url: lambda do |_connection|
            'https://first.example.com/authorize'
          end
        },
        second: {
          type: 'oauth2',
          authorization_url: lambda do |_connection|
            'https://second.example.com/authorize'
          end
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize(("way", "line"), [("first", 11), ("second", 17)])
def test_the_address_is_traced_to_the_option_that_was_chosen(way: str, line: int) -> None:
    made = prepared(SEVERAL, way=way)
    assert made.authorization_url == f"https://{way}.example.com/authorize"
    assert made.url_made_at == (f"/connection/authorization/options/{way}/authorization_url", line)


def test_an_address_that_could_not_be_made_has_its_lambda_all_the_same() -> None:
    assert prepared("{ connection: { authorization: { type: 'api_key' } } }").url_made_at == (None, None)


def test_the_request_says_who_set_each_parameter() -> None:
    made = prepared()
    said = told(record.authorization(made, begun(made)))
    assert "scope = read\n    from authorization_url: what is asked for" in said
    assert "hint = crm\n    from authorization_url\n" in said
    assert f"redirect_uri = {REDIRECT}\n    added as the platform does" in said
    assert "code_challenge_method = S256\n    added as the platform does" in said


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("connection['hint']", "nobody", 6, "authorization URL could not be made"),
        ("connection['client_id']", "nobody", 9, "client id could not be made"),
        ("{ verifier: verifier,", "{ verifier: nobody,", 12, "pkce lambda failed"),
    ],
)
def test_a_lambda_that_fails_leaves_what_was_done_until_then(old: str, new: str, line: int, said: str) -> None:
    made = prepared(CONNECTOR.replace(old, new))
    assert made.failure is not None and said in made.failure.message
    outcome = record.authorization(made)
    assert outcome.error is not None and "nobody" in str(outcome.error["message"])
    assert made.failure.hint == f"See line {line} of the connector."
    assert outcome.steps


def test_a_connection_without_an_authorization_url_says_so() -> None:
    made = prepared("{ connection: { authorization: { type: 'basic_auth' } } }")
    assert made.failure is not None and "no authorization URL" in made.failure.message
    error = record.authorization(made).error
    assert error is not None and "no authorization URL" in str(error["message"])


def test_a_url_that_no_browser_could_open_is_told() -> None:
    made = prepared(CONNECTOR.replace("login.example.com", "login.example.com:99999"))
    assert made.failure is not None and "no URL a browser could open" in made.failure.message
    assert record.authorization(made).error is not None


def test_a_url_that_cannot_be_opened_fails_the_request() -> None:
    made = prepared(CONNECTOR.replace("https://login.example.com", "login"))
    outcome = record.authorization(made, begun(made))
    assert outcome.error is not None and "absolute" in str(outcome.error["message"])


def test_the_consent_has_every_hop_and_its_reply() -> None:
    flow = waiting()
    go(flow, "https://login.example.com/login?code=decoy")
    flow.handle(Loaded("https://login.example.com/login?code=decoy", status=200, cookies=("sid",)))
    go(flow, callback(code=CODE, state=STATE))
    outcome = record.consent(flow)
    hop, reply, *_ = outcome.steps
    assert (hop.kind, hop.title) == ("browser", "GET https://login.example.com/login")
    assert "Not the redirect URL" in hop.detail and "Answered 200. Cookies set: sid." in hop.detail
    assert (reply.kind, reply.title) == ("reply", f"GET {REDIRECT}")
    assert "It carries code, state in the query. Read here, not sent." in reply.detail
    assert "state verified" in outcome.steps[-1].detail
    assert outcome.error is None


def test_what_was_refused_is_told_with_its_reason() -> None:
    flow = waiting()
    go(flow, "javascript:alert(1)")
    flow.handle(WindowClosed())
    outcome = record.consent(flow)
    assert (outcome.steps[0].kind, outcome.steps[0].detail) == ("refused", "A javascript: address is never opened.")
    assert outcome.error == {
        "class": "Designer::SignIn",
        "message": "The window was closed before the provider answered.",
    }


def test_an_error_of_the_providers_is_the_runs() -> None:
    flow = waiting()
    go(flow, callback(error="access_denied", state=STATE))
    error = record.consent(flow).error
    assert error is not None and error["class"] == "OAuth access_denied"


def test_no_secret_is_told() -> None:
    made = prepared(hint="x")
    flow = begun(made)
    go(flow, callback(code=CODE, state=STATE, session_state="top-secret"))
    said = told(record.authorization(made, flow)) + told(record.consent(flow))
    for secret in (CODE, STATE, PKCE.verifier, "top-secret"):
        assert secret not in said
    assert CONFIG.state == STATE
