"""Each quirk does what its switch says, and the page and the API set the same switches."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from designer.sandbox import Sandbox
from designer.sandbox.quirks import QUIRKS, QuirkError, Quirks
from tests.sandbox.conversation import (
    CALLBACK,
    HARBOR,
    SERVICE,
    authorization,
    consent,
    exchange,
    me,
    refresh,
    token,
    tokens,
)
from tests.sandbox.person import Person, read, reply_of

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def sign_in(client: httpx.Client, **changes: str) -> tuple[Person, list[str]]:
    """A person who signs in until the browser is at the redirect URL, and every URL on the way."""
    passed: list[str] = []

    def decide(_: str, url: str, __: str) -> bool:
        passed.append(url)
        return not (url.startswith(CALLBACK) and not url.startswith(f"{CALLBACK}-"))

    person = Person(client, decide)
    person.open(str(client.build_request("GET", "/oauth/authorize", params=authorization(**changes)).url))
    return person, passed


def test_consent_refused_or_skipped(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(consent="refuse")
    assert consent(client)["error"] == "access_denied"
    sandbox.quirks.set(consent="skip")
    assert consent(client, answer="nothing")["code"]


@pytest.mark.parametrize("how", ["quirk", "asked"])
@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_response_modes(client: httpx.Client, sandbox: Sandbox, mode: str, how: str) -> None:
    if how == "quirk":
        sandbox.quirks.set(response_mode=mode)
        person, _ = sign_in(client)
    else:
        person, _ = sign_in(client, response_mode=mode)
    parts = urlsplit(person.stopped_at)
    places = {"query": parts.query, "fragment": parts.fragment, "form_post": person.stopped_body}
    for place, text in places.items():
        assert ("code" in dict(parse_qsl(text))) == (place == mode)
    assert dict(parse_qsl(places[mode]))["state"] == "xyz"


@pytest.mark.parametrize("by", ["302", "303", "307", "script", "meta", "link"])
def test_what_sends_the_browser_back(client: httpx.Client, sandbox: Sandbox, by: str) -> None:
    sandbox.quirks.set(redirect_by=by)
    person, _ = sign_in(client)
    assert reply_of(person.stopped_at)["code"]
    assert person.last is not None
    assert person.last.status_code == (int(by) if by.isdecimal() else 200)


def test_issuer_in_the_reply(client: httpx.Client, sandbox: Sandbox) -> None:
    expected = {"right": sandbox.origin, "wrong": "https://issuer.evil.example", "missing": None, "off": None}
    for choice, iss in expected.items():
        sandbox.quirks.set(iss=choice)
        assert consent(client).get("iss") == iss


def test_state_in_the_reply(client: httpx.Client, sandbox: Sandbox) -> None:
    for choice, state in {"wrong": "not-the-state-you-sent", "missing": None, "right": "xyz"}.items():
        sandbox.quirks.set(state=choice)
        assert consent(client).get("state") == state


def test_an_intermediate_redirect_has_a_code_of_its_own(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(intermediate_code=True)
    person, passed = sign_in(client)
    (step,) = [url for url in passed if "/login/verified" in url]
    assert reply_of(step)["code"] == "intermediate-login-code"
    assert exchange(client, "intermediate-login-code").json()["error"] == "invalid_grant"
    assert exchange(client, reply_of(person.stopped_at)["code"]).status_code == 200


def test_look_alikes_come_before_the_callback(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(lookalikes=True)
    here = f"{sandbox.origin}/oauth/callback"
    passed: list[str] = []
    person = Person(client, lambda _, url, __: passed.append(url) or url.split("?")[0] != here)
    person.open(str(client.build_request("GET", "/oauth/authorize", params=authorization(redirect_uri=here)).url))
    paths = [urlsplit(url).path for url in passed]
    assert paths[-3:] == ["/oauth/callback-login", "/oauth/callback/continue", "/oauth/callback"]
    assert reply_of(passed[-3])["code"] == "decoy-code"
    assert exchange(client, reply_of(passed[-1])["code"], redirect_uri=here).status_code == 200
    assert client.get("/sandbox/callback-hits").json() == {"hits": []}


def test_a_reply_that_leaves_the_browser_is_seen(client: httpx.Client, sandbox: Sandbox) -> None:
    here = f"{sandbox.origin}/oauth/callback"
    person = Person(client, lambda *_: True)
    person.open(str(client.build_request("GET", "/oauth/authorize", params=authorization(redirect_uri=here)).url))
    hits = client.get("/sandbox/callback-hits").json()["hits"]
    assert hits == [{"method": "GET", "parameters": ["code", "iss", "state"]}]


def test_embedded_browsers_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(refuse_embedded=True)
    agent = {"User-Agent": "Mozilla/5.0 QtWebEngine/6.11.3 Chrome/140"}
    answer = client.get("/oauth/authorize", params=authorization(), headers=agent)
    assert answer.status_code == 403
    assert "disallowed_useragent" in answer.text
    assert client.get("/oauth/authorize", params=authorization()).status_code == 302


def test_any_redirect_url(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(redirect_uris="any")
    assert consent(client, redirect_uri="https://else.example/cb")["code"]


def test_unexpected_scope(client: httpx.Client, sandbox: Sandbox) -> None:
    assert tokens(client, scope="contacts.read everything")["scope"] == "contacts.read"
    sandbox.quirks.set(unexpected_scope="error")
    assert consent(client, scope="contacts.read everything")["error"] == "invalid_scope"
    answer = token(client, grant_type="client_credentials", scope="everything", **SERVICE)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    sandbox.quirks.set(unexpected_scope="400")
    page = client.get("/oauth/authorize", params=authorization(scope="everything"))
    assert page.status_code == 400
    assert "invalid_scope" in page.text


def test_pkce_required_and_plain_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(pkce="required", pkce_plain=False)
    for changes in ({}, {"code_challenge": CHALLENGE}, {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}):
        reply = consent(client, **changes)
        assert reply["error"] == "invalid_request"
        assert "code_challenge" in reply["error_description"]
    assert consent(client, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]


def test_omitted_expiry_and_refresh_token(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(omit_expires_in=True, omit_refresh_token=True)
    assert tokens(client).keys() == {"access_token", "token_type", "scope"}


def test_client_authentication(client: httpx.Client, sandbox: Sandbox) -> None:
    data = {"grant_type": "client_credentials"}
    basic = (SERVICE["client_id"], SERVICE["client_secret"])
    for choice, by_header, by_body in (("any", 200, 200), ("basic", 200, 401), ("post", 401, 200)):
        sandbox.quirks.set(token_auth=choice)
        assert client.post("/oauth/token", data=data, auth=basic).status_code == by_header
        assert token(client, **data, **SERVICE).status_code == by_body


def test_a_token_endpoint_that_reads_json_only(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(token_request="json")
    body = {"grant_type": "client_credentials", **SERVICE}
    assert client.post("/oauth/token", data=body).json()["error"] == "invalid_request"
    assert client.post("/oauth/token", content=b"[]", headers={"Content-Type": "application/json"}).status_code == 400
    assert client.post("/oauth/token", json=body).json()["access_token"]


def test_form_encoded_token_reply(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(token_reply="form")
    answer = token(client, grant_type="client_credentials", **SERVICE)
    assert answer.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert me(client, dict(parse_qsl(answer.text))["access_token"]).status_code == 200


def test_200_with_an_error_body(client: httpx.Client, sandbox: Sandbox) -> None:
    given = tokens(client)
    sandbox.quirks.set(token_errors="200", rejects_with="200")
    answer = refresh(client, "unknown")
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_grant")
    client.post("/sandbox/expire-tokens")
    answer = me(client, given["access_token"])
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_token")


@pytest.mark.parametrize("status", [403, 400])
def test_another_status_for_a_rejected_token(client: httpx.Client, sandbox: Sandbox, status: int) -> None:
    sandbox.quirks.set(rejects_with=str(status))
    assert me(client, "unknown").status_code == status


def test_a_dropped_connection(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(drop="token")
    with pytest.raises(httpx.RemoteProtocolError):
        token(client, grant_type="client_credentials", **SERVICE)
    assert me(client, "unknown").status_code == 401
    sandbox.quirks.set(drop="api")
    with pytest.raises(httpx.RemoteProtocolError):
        me(client, "unknown")
    assert token(client, grant_type="client_credentials", **SERVICE).status_code == 200


def test_a_slow_answer_comes_late_but_whole(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.quirks.set(delay=60_000)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/api/key/me", timeout=0.05)
    assert client.get("/sandbox/quirks").json()["delay"] == 60_000
    sandbox.quirks.set(delay=1)
    assert client.get("/api/key/me").status_code == 401


# The switches themselves


def test_every_quirk_can_be_set_and_read_by_program(client: httpx.Client) -> None:
    for quirk in QUIRKS:
        for value in quirk.choices or ((True, False) if isinstance(quirk.default, bool) else (quirk.least, quirk.most)):
            answer = client.post("/sandbox/quirks", json={quirk.name: value})
            assert answer.status_code == 200
            assert answer.json()[quirk.name] == value
    client.post("/sandbox/reset")
    assert client.get("/sandbox/quirks").json() == {quirk.name: quirk.default for quirk in QUIRKS}


@pytest.mark.parametrize(
    "given",
    [
        {"nothing": True},
        {"consent": "maybe"},
        {"pkce_plain": "perhaps"},
        {"delay": -1},
        {"delay": "x"},
        {"delay": True},
        [1],
    ],
)
def test_a_wrong_switch_changes_nothing(client: httpx.Client, given: object) -> None:
    before = client.get("/sandbox/quirks").json()
    both = {"iss": "wrong"} | given if isinstance(given, dict) else given
    answer = client.post("/sandbox/quirks", json=both)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_quirk")
    assert client.get("/sandbox/quirks").json() == before


def test_the_home_page_lists_everything_and_switches(client: httpx.Client, sandbox: Sandbox) -> None:
    page = client.get("/")
    for text in (HARBOR["client_secret"], "harbor-public", "demo-password", sandbox.origin, "/api/sigv4/"):
        assert text in page.text
    form = next(form for form in read(page.text).forms if form.action == "/sandbox/quirks")
    assert form.fields["expires_in"] == "3600"
    headers = {"Referer": f"{sandbox.origin}/", "Origin": sandbox.origin, "Accept": "text/html"}
    content = "pkce_plain=false&expires_in=30&intermediate_code=false&intermediate_code=true"
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    saved = client.post("/sandbox/quirks", content=content, headers=headers | form_type)
    assert saved.status_code == 303
    values = client.get("/sandbox/quirks").json()
    assert (values["pkce_plain"], values["expires_in"], values["intermediate_code"]) == (False, 30, True)
    assert "changed" in client.get("/").text


def test_a_page_of_another_site_cannot_switch(client: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example"}
    assert client.post("/sandbox/quirks", json={"consent": "skip"}, headers=headers).status_code == 403
    assert client.post("/sandbox/reset", headers=headers).status_code == 403
    assert client.get("/sandbox/quirks").json()["consent"] == "ask"


def test_switches_in_code() -> None:
    quirks = Quirks()
    quirks.set(consent="skip", delay="5", pkce_plain="off")
    assert (quirks.choice("consent"), quirks.number("delay"), quirks.flag("pkce_plain")) == ("skip", 5, False)
    with pytest.raises(QuirkError, match="consent is one of ask, refuse, skip"):
        quirks.set(consent="no")
