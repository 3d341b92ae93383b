"""Discovery: the provider's metadata, read from its own server, becomes one edit of the connector."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from designer import connection
from designer.ruby import Document
from designer.ui.travels import Travel
from designer.ui.widgets.inputs import CheckBox
from tests.ui.signin.conftest import Bench
from tests.ui.signin.hostile import HostileSite
from tests.wire.servers import Connection, serving


def discover(bench: Bench, host: str) -> None:
    bench.hand.click("inspector.provider")
    bench.hand.type_into("providerHost", host)
    bench.hand.click("providerDiscover")


def oauth_connector() -> bytes:
    """A connector as the kind writes it, with the URLs of another provider."""
    doc = Document.parse(b"# mine\n{\n  title: 'Harbor',\n\n  connection: {\n    fields: []\n  }\n}\n")
    return connection.switch_kind(doc, "/connection/authorization", "oauth2_code").document.source


def test_fills_in_what_was_found_as_one_step(bench: Bench) -> None:
    store = bench.window.store
    store.open_text(oauth_connector())
    before = store.state.document.source
    discover(bench, bench.sandbox.origin)
    bench.hand.see("providerFill")
    assert bench.hand.see("provider.authorize_url", CheckBox).isChecked()
    bench.hand.click("providerScope.contacts.read")
    bench.hand.click("providerFill")
    found = store.state.design.authorization
    assert found is not None and found.kind == "oauth2_pkce" and found.parameters is not None
    assert found.parameters["authorize_url"] == f"{bench.sandbox.origin}/oauth/authorize"
    assert found.parameters["token_url"] == f"{bench.sandbox.origin}/oauth/token"
    assert list(found.parameters["scopes"]) == ["contacts.read"]
    assert store.state.document.source.startswith(b"# mine\n")
    assert len(store.state.undo) == 1
    store.undo()
    assert store.state.document.source == before


def test_fills_in_only_what_is_ticked(bench: Bench) -> None:
    store = bench.window.store
    store.open_text(oauth_connector())
    discover(bench, bench.sandbox.origin)
    bench.hand.click("provider.pkce")
    bench.hand.click("provider.authorize_url")
    bench.hand.click("providerFill")
    found = store.state.design.authorization
    assert found is not None and found.kind == "oauth2_code" and found.parameters is not None
    assert found.parameters["token_url"] == f"{bench.sandbox.origin}/oauth/token"
    assert found.parameters["authorize_url"] != f"{bench.sandbox.origin}/oauth/authorize"


def test_what_cannot_be_found_says_what_was_tried(bench: Bench) -> None:
    site = HostileSite(lambda _s, _state: "")
    try:
        discover(bench, site.origin)
        notice = bench.hand.see("providerNotice")
    finally:
        site.stop()
    told = " ".join(one.text() for one in notice.findChildren(QLabel))
    assert "No metadata was found" in told and f"{site.origin}/.well-known/openid-configuration" in told


def test_a_host_that_does_not_answer_is_explained(bench: Bench) -> None:
    discover(bench, "http://127.0.0.1:9")
    assert "cannot be asked" in bench.hand.see("providerNotice").accessibleName()


def test_what_is_no_host_is_explained(bench: Bench) -> None:
    discover(bench, "not a host")
    assert "not a host name" in bench.hand.see("providerNotice").accessibleName()


def test_an_issuer_that_is_another_is_not_used(bench: Bench) -> None:
    # The document names the host it was asked by; localhost and 127.0.0.1 are two issuers.
    discover(bench, f"{bench.sandbox.origin}/.well-known/openid-configuration?of=another")
    assert "was fetched from" in bench.hand.see("providerNotice").accessibleName()
    assert bench.page.sign_in.metadata is None
    assert not bench.hand.sees("providerFill")


def test_a_connector_in_ruby_is_told_what_to_do(bench: Bench) -> None:
    discover(bench, bench.sandbox.origin)
    bench.hand.wait(lambda: bench.page.sign_in.metadata is not None, "the metadata")
    bench.begin()
    bench.consent()
    assert bench.ending().signed_in, "the issuer of the reply is the one discovered"
    code = bench.page.sign_in.flow.step("code")  # type: ignore[union-attr]
    assert "issuer verified" in code.detail


def test_discovery_and_probe_take_the_way_the_person_chose(bench: Bench) -> None:
    def play(connection: Connection) -> None:
        while connection.request():
            connection.reply(b"", "502 Bad Gateway")

    runner = bench.window.context.runner
    before = runner.travel
    with serving(play) as proxy:
        runner.travel = Travel(proxy=proxy.origin)
        try:
            discover(bench, "auth.example.test")
            bench.hand.see("providerNotice")
            bench.hand.type_into("probeUrl", "http://auth.example.test/token")
            bench.hand.click("probeStart")
            bench.hand.see("probeVerdict")
        finally:
            runner.travel = before
            bench.hand.type_into("probeUrl", "")
    asked = [request.split(b" HTTP/")[0] for request in proxy.received]
    assert asked[0] == b"CONNECT auth.example.test:443"
    assert asked[-1] == b"POST http://auth.example.test/token"
