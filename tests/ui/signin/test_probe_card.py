"""Probing the token endpoint from the Provider tab: on a click alone, each attempt in sight, the change offered."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from designer import connection
from designer.oauth.probe import GRANTS
from designer.ui.pages.probe_card import ProbeCard
from designer.ui.widgets.card import Notice
from designer.ui.widgets.inputs import Choice
from tests.ui.signin.conftest import Bench
from tests.ui.signin.test_provider_panel import oauth_connector

SERVICE = {"client_id": "harbor-service", "client_secret": "harbor-service-demo-secret-of-32-bytes"}


def probe(bench: Bench, **typed: str) -> str:
    """Type what is given, press Probe; the verdict's title."""
    bench.hand.click("inspector.provider")
    for name, text in typed.items():
        bench.hand.type_into(name, text)
    bench.hand.click("probeStart")
    bench.hand.wait(lambda: bench.hand.sees("probeVerdict") or bench.hand.sees("probeNotice"), "the probe to end")
    name = "probeVerdict" if bench.hand.sees("probeVerdict") else "probeNotice"
    return bench.hand.see(name, Notice).title.text()


def attempts(bench: Bench) -> list[str]:
    card = bench.hand.see("probeCard", ProbeCard)
    return [one.accessibleName() for one in card.findChildren(QWidget, "probeAttempt") if one.isVisible()]


@pytest.mark.parametrize(
    ("quirks", "title", "count"),
    [
        ({"token_auth": "basic"}, "Works: Basic header · form.", 2),
        ({"token_auth": "basic", "token_request": "json"}, "Works: Basic header · JSON.", 4),
        ({"token_auth": "post", "token_request": "json"}, "Works: client in the body · JSON.", 5),
    ],
)
def test_finds_how_the_provider_wants_to_be_asked(
    bench: Bench, quirks: dict[str, object], title: str, count: int
) -> None:
    bench.sandbox.quirks.set(**quirks)
    bench.window.store.open_text(oauth_connector())
    bench.use(client_id="harbor-crm", client_secret="harbor-demo-secret")
    assert probe(bench, probeUrl=f"{bench.sandbox.origin}/oauth/token") == title
    shown = attempts(bench)
    assert len(shown) == count and "wrong secret" in shown[-1]
    bench.hand.click("probeUse")
    found = bench.window.store.state.design.authorization
    assert found is not None and found.parameters is not None
    assert found.parameters["client_auth"] == ("basic" if quirks["token_auth"] == "basic" else "body")
    assert found.parameters["format"] == quirks.get("token_request", "form")
    assert found.parameters["exchange"] == "acquire"
    assert len(bench.window.store.state.undo) == 1


def test_a_connector_that_asks_so_already_is_told(bench: Bench) -> None:
    bench.sandbox.quirks.set(token_auth="post")
    bench.window.store.open_text(oauth_connector())
    bench.use(client_id="harbor-crm", client_secret="harbor-demo-secret")
    assert probe(bench, probeUrl=f"{bench.sandbox.origin}/oauth/token") == "Works: client in the body · form."
    assert len(attempts(bench)) == 3
    assert not bench.hand.sees("probeUse")


def test_asks_as_the_connector_in_sight_does(bench: Bench) -> None:
    bench.hand.click("inspector.provider")
    grant = bench.hand.see("probeGrant", Choice)
    assert grant.value == "authorization_code"
    bench.window.store.open_text(b"{ title: 'Other', connection: { authorization: { type: 'custom_auth' } } }")
    assert grant.value == "client_credentials"


def test_what_is_left_out_comes_from_the_connector(bench: Bench) -> None:
    bench.hand.click("inspector.provider")
    bench.hand.type_into("probeUrl", f"{bench.sandbox.origin}/oauth/token")
    bench.hand.choose("probeGrant", "Client credentials")
    bench.use(**SERVICE)
    assert probe(bench) == "Works: Basic header · form."
    assert attempts(bench) == ["Basic header · form: 200, an access token was given."]
    assert "access_token" not in bench.settings, "the token of a probe was kept"
    assert not bench.window.store.state.runs


def test_the_scope_is_left_out_where_it_is_refused(bench: Bench) -> None:
    bench.sandbox.quirks.set(unexpected_scope="error")
    bench.hand.click("inspector.provider")
    bench.hand.choose("probeGrant", "Client credentials")
    title = probe(
        bench,
        probeUrl=f"{bench.sandbox.origin}/oauth/token",
        probeClientId=SERVICE["client_id"],
        probeClientSecret=SERVICE["client_secret"],
        probeScope="no.such.scope",
    )
    assert title == "Works: Basic header · form."
    assert "invalid_scope" in attempts(bench)[0]


def test_a_wrong_secret_is_told_as_one_and_shown_nowhere(bench: Bench) -> None:
    title = probe(bench, probeUrl=f"{bench.sandbox.origin}/oauth/token", probeClientSecret="tide-and-weather")
    assert title == "No combination works."
    card = bench.hand.see("probeCard", ProbeCard)
    said = " ".join(one.text() for one in card.findChildren(QLabel)) + bench.caplog.text
    assert "tide-and-weather" not in said
    assert not bench.hand.sees("probeUse")


def test_nothing_is_sent_before_the_click(bench: Bench) -> None:
    bench.sandbox.quirks.set(drop="token")
    bench.hand.click("inspector.provider")
    bench.hand.type_into("probeUrl", f"{bench.sandbox.origin}/oauth/token")
    bench.hand.settle(100)
    assert bench.window.context.jobs.idle
    assert probe(bench) == "The probe stopped."


def test_an_address_that_is_none(bench: Bench) -> None:
    assert probe(bench, probeUrl="auth.example.com") == "The token URL is no whole URL."


def test_a_silent_provider_can_be_stopped(bench: Bench) -> None:
    bench.sandbox.quirks.set(delay=60_000)
    bench.hand.click("inspector.provider")
    bench.hand.type_into("probeUrl", f"{bench.sandbox.origin}/oauth/token")
    bench.hand.click("probeStart")
    trying = bench.hand.see("probeTrying", QLabel)
    bench.hand.wait(lambda: "Basic header" in trying.text(), "the attempt under way")
    bench.hand.click("probeStop")
    bench.hand.see("probeStart")
    bench.hand.wait(lambda: bench.window.context.jobs.idle, "the probe to end")
    assert not bench.hand.sees("probeVerdict")


def _form(bench: Bench) -> dict[str, Any]:
    found = bench.window.store.state.design.authorization
    assert found is not None and found.parameters is not None
    return dict(found.parameters)


def _edit(bench: Bench, **changed: str) -> None:
    params = {**_form(bench), **changed}
    bench.window.store.edit("typed", lambda doc: connection.update_form(doc, "/connection/authorization", params))
    bench.hand.settle(60)


def _offered(bench: Bench) -> None:
    bench.sandbox.quirks.set(token_auth="basic")
    bench.window.store.open_text(oauth_connector())
    bench.use(client_id="harbor-crm", client_secret="harbor-demo-secret")
    assert probe(bench, probeUrl=f"{bench.sandbox.origin}/oauth/token") == "Works: Basic header · form."
    assert bench.hand.sees("probeUse")


def test_using_what_was_found_keeps_what_was_written_since(bench: Bench) -> None:
    _offered(bench)
    _edit(bench, client_id="another-client")
    bench.hand.click("probeUse")
    assert (_form(bench)["client_id"], _form(bench)["client_auth"]) == ("another-client", "basic")


def test_an_offer_for_another_endpoint_is_withdrawn(bench: Bench) -> None:
    _offered(bench)
    _edit(bench, token_url="https://new.example/token")
    assert not bench.hand.sees("probeUse") and bench.hand.sees("probeWithdrawn")
    assert _form(bench)["token_url"] == "https://new.example/token"


def test_the_way_of_asking_that_was_chosen_stays_while_the_connector_is_edited(bench: Bench) -> None:
    bench.window.store.open_text(oauth_connector())
    bench.hand.click("inspector.provider")
    bench.hand.choose("probeGrant", GRANTS["client_credentials"])
    _edit(bench, client_id="another-client")
    assert bench.hand.see("probeGrant", Choice).value == "client_credentials"


@pytest.mark.parametrize("url", ["http://[", "https://h:abc/token", "https:///token"])
def test_half_an_address_is_told_as_none(bench: Bench, url: str) -> None:
    assert probe(bench, probeUrl=url) == "The token URL is no whole URL."
