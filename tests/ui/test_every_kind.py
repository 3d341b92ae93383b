"""Each kind is designed from a blank connector by clicks and keys alone; Ruby reads it, and it connects."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization as serial

from designer.connection import KINDS, read
from designer.ruby import Document
from designer.sandbox import Sandbox
from designer.sandbox.certificates import Certificates, issue
from designer.sandbox.demo import ACCESS_KEY_ID, API_KEY, APP_ID, APP_TOKEN, SECRET_ACCESS_KEY, private_key
from designer.ui.pilot import Pilot
from designer.ui.window import MainWindow
from designer.wire import Call, HttpTransport, Outcome, TransportOptions, run
from designer.wire.model import WireRequest, WireResponse
from designer.wire.transport import Cancel
from tests.sandbox.conversation import consent
from tests.ui.authoring import BLANK, CLIENT, PERSON, RENEWED, SERVICE, add_chips, add_row, cell, template
from tests.ui.conftest import Open, settle, text

PASSPHRASE = "a passphrase for the key"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=time.time) as running:
        yield running


def _api_key(hand: Pilot) -> None:
    hand.type_into("authorization.name", "X-App-Token")
    template(hand, "authorization.value", "#{api_key}")
    hand.click("authorization.apply.more")
    add_row(hand, "authorization.headers", "X-App-Id", APP_ID)


def _session(hand: Pilot) -> None:
    template(hand, "authorization.login_url", "#{host}/api/session/login")
    cell(hand, "authorization.headers", 0, 0, "X-Session-Token")
    cell(hand, "authorization.headers", 0, 1, "#{session_token}")


def _jwt(hand: Pilot, audience: str = "#{host}/oauth/token") -> None:
    cell(hand, "authorization.claims", 1, 1, audience)
    add_row(hand, "authorization.claims", "sub", "demo")
    hand.type_into("authorization.lifetime", "300")
    template(hand, "authorization.key_id", "1")


def _jwt_itself(hand: Pilot) -> None:
    hand.choose("authorization.use", "Sent with every request")
    _jwt(hand, "#{host}/api")


def _scopes(hand: Pilot) -> None:
    add_chips(hand, "authorization.scopes", "contacts.read offline_access")


def _own_exchange(hand: Pilot) -> None:
    _scopes(hand)
    hand.click("authorization.token_url.more")
    hand.choose("authorization.exchange", "By a request of your own")
    add_row(hand, "authorization.settings", "granted", "scope")
    hand.click("authorization.refresh.more")
    add_row(hand, "authorization.refresh_keep", "access_token", "access_token")
    add_row(hand, "authorization.refresh_keep", "refresh_token", "refresh_token")
    add_row(hand, "authorization.refresh_extras", "scope", "contacts.read offline_access")


def _own_renewal(hand: Pilot) -> None:
    _scopes(hand)
    hand.click("authorization.token_url.more")
    hand.choose("authorization.renewal", "By a request of your own")
    hand.click("authorization.refresh.more")
    hand.choose("authorization.client_auth", "Into a Basic header")
    add_row(hand, "authorization.refresh_keep", "access_token", "access_token")
    add_row(hand, "authorization.refresh_keep", "refresh_token", "refresh_token")


def _aws(hand: Pilot) -> None:
    hand.choose("authorization.how", "By a credentials block")
    template(hand, "authorization.region", "eu-central-1")
    template(hand, "authorization.session_token", "#{aws_session}")


def _mtls(hand: Pilot) -> None:
    template(hand, "authorization.passphrase", "#{passphrase}")
    hand.click("authorization.apply.more")
    add_row(hand, "authorization.intermediates", "#{issuer}")
    add_row(hand, "authorization.intermediates", "#{root}")


def _multi(hand: Pilot) -> None:
    hand.menu("authorization.add-option", "Basic")


def _certificate(held: Certificates) -> dict[str, Any]:
    """What the provider's one client shows in the handshake; its key is locked."""
    key = serial.load_pem_private_key(held.client_key.encode(), None, unsafe_skip_rsa_key_validation=True)
    locked = key.private_bytes(
        serial.Encoding.PEM, serial.PrivateFormat.PKCS8, serial.BestAvailableEncryption(PASSPHRASE.encode())
    )
    return {
        "client_certificate": held.client,
        "client_key": locked.decode("ascii"),
        "passphrase": PASSPHRASE,
        "issuer": held.authority,
        "root": held.authority,
    }


@dataclass(frozen=True)
class Case:
    """``path`` below ``/api/`` of the provider; ``says`` is what the finished authorization must contain in Ruby;
    ``refused`` are settings with which the provider must not let the same connector in. With ``secured`` it is asked
    over https, where a client shows its certificate."""

    kind: str
    path: str
    fill: Callable[[Pilot], None] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    statuses: tuple[int, ...] = (200,)
    says: tuple[str, ...] = ()
    name: str = ""
    refused: dict[str, Any] = field(default_factory=dict)
    secured: bool = False


KEY = {"client_id": "harbor-service", "private_key": private_key("rsa")}
AWS = {"aws_api_key": ACCESS_KEY_ID, "aws_secret_key": SECRET_ACCESS_KEY, "aws_session": "a-session-token"}
WRONG = {"password": "wrong"}
CASES = (
    Case("basic", "basic", None, PERSON, refused=WRONG),
    Case("digest", "digest", None, PERSON, RENEWED[:2], refused=WRONG),
    Case("api_key", "headers", _api_key, {"api_key": APP_TOKEN}, says=("'X-App-Id' =>",), refused={"api_key": "x"}),
    Case("custom_headers", "key", None, {"api_key": API_KEY}, refused={"api_key": "x"}),
    Case("session", "session", _session, PERSON, RENEWED, refused=WRONG),
    Case(
        "client_credentials",
        "bearer",
        _scopes,
        SERVICE,
        RENEWED,
        says=("scope: 'contacts.read offline_access'",),
        refused={"client_secret": "wrong"},
    ),
    Case("password_grant", "bearer", None, {**PERSON, **CLIENT}, RENEWED, refused=WRONG),
    Case("jwt_bearer", "bearer", _jwt, KEY, RENEWED, says=("kid: '1'", "issued_at + 300"), refused={"client_id": "x"}),
    Case("jwt_bearer", "jwt", _jwt_itself, KEY, says=("kid: '1'",), name="jwt_itself", refused={"client_id": "x"}),
    Case("oauth2_code", "bearer", _scopes, CLIENT, says=("scope=contacts.read%20offline_access",)),
    Case("oauth2_pkce", "bearer", _scopes, CLIENT, says=("challenge_method: 'S256'",)),
    Case(
        "oauth2_pkce",
        "bearer",
        _own_exchange,
        CLIENT,
        says=("{ granted: response['scope'] }", "scope: 'contacts.read offline_access'"),
        name="own_exchange",
    ),
    Case(
        "oauth2_code",
        "bearer",
        _own_renewal,
        CLIENT,
        says=("token_url: lambda", ".user(connection['client_id'])", "grant_type: 'refresh_token'"),
        name="own_renewal",
    ),
    Case(
        "aws_sigv4",
        "sigv4",
        _aws,
        AWS,
        says=("session_token(connection['aws_session'])", "region('eu-central-1')"),
        name="aws_block",
        refused={"aws_secret_key": "another"},
    ),
    Case(
        "mtls",
        "mtls",
        _mtls,
        says=("passphrase: connection['passphrase']", "intermediates: [connection['issuer'], connection['root']]"),
        refused={"passphrase": "another"},
        secured=True,
    ),
    Case("multi", "basic", _multi, {"auth_type": "basic", **PERSON}, refused=WRONG),
    Case("none", "open"),
)


def test_no_kind_is_left_out() -> None:
    assert {case.kind for case in CASES} == set(KINDS) - {"custom"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name or case.kind)
def test_from_blank_to_connected(
    window: MainWindow, open_project: Open, hand: Pilot, sandbox: Sandbox, case: Case, tmp_path: Path
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
    _connects(source, sandbox, case, tmp_path)


class Rerouted:
    """Name resolution of the tests: every address is the provider's, requests go out as they are."""

    def __init__(self, transport: HttpTransport, origin: str) -> None:
        self._transport = transport
        self._origin = origin

    def send(self, request: WireRequest, *, timeout: float, cancel: Cancel) -> WireResponse:
        there = replace(request, url=f"{self._origin}{request.target}")
        return self._transport.send(there, timeout=timeout, cancel=cancel)


def test_a_request_is_signed_where_it_is_made(
    window: MainWindow, open_project: Open, hand: Pilot, sandbox: Sandbox, tmp_path: Path
) -> None:
    def sign(hand: Pilot) -> None:
        hand.click("rail.test")
        hand.click("test.sign")
        assert not hand.sees("test.unsigned")
        template(hand, "test.service", "execute-api")
        template(hand, "test.host", "localhost")
        template(hand, "test.path", "/api/sigv4/contacts")
        cell(hand, "test.params", 0, 0, "q")
        cell(hand, "test.params", 0, 1, "ingrid solberg")
        cell(hand, "test.params", 1, 0, "limit")
        cell(hand, "test.params", 1, 1, "2")

    source = _designed(window, open_project, hand, Case("aws_sigv4", "sigv4", sign)).read_bytes()
    design = read(Document.parse(source))
    assert design.test is not None and design.test.shape is not None
    assert design.test.shape.name == "signed_request"
    assert {"aws_auth_type", "aws_api_key", "aws_secret_key", "aws_region"} <= {one.name for one in design.fields}
    settings = {"aws_auth_type": "aws_key_secret", "aws_region": "eu-central-1", **AWS}
    with HttpTransport(TransportOptions(ca_file=str(_authority(sandbox, tmp_path)))) as transport:
        rerouted = Rerouted(transport, sandbox.secured_origin)
        outcome = run(Call(source, "test", settings=settings), rerouted)
        assert outcome.error is None, outcome.error
        assert outcome.result["total"] == 1
        sent = dict(outcome.exchanges[0].request.headers)
        assert "/eu-central-1/execute-api/aws4_request" in sent["Authorization"]
        refused = run(Call(source, "test", settings={**settings, "aws_secret_key": "another"}), rerouted)
        assert (statuses(refused), refused.error is None) == ((403,), False)


def _designed(window: MainWindow, open_project: Open, hand: Pilot, case: Case) -> Path:
    """Fields, base URI, test and authorization by hand, then written to disk."""
    path = open_project(BLANK)
    hand.click("rail.fields")
    hand.menu("fields.presets", "Host of the API")
    hand.click("rail.base_uri")
    hand.click("base_uri.add")
    template(hand, "base_uri.url", f"#{{host}}/api/{case.path}/")
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


def _connects(source: bytes, sandbox: Sandbox, case: Case, folder: Path) -> None:
    """The exported file against the provider over real HTTP: it is let in, and with a wrong credential it is not."""
    authority = _authority(sandbox, folder)
    settings = {"host": sandbox.secured_origin if case.secured else sandbox.origin, **case.settings}
    if case.kind == "mtls":
        assert sandbox.world.certificates is not None
        settings |= _certificate(sandbox.world.certificates)
    with HttpTransport(TransportOptions(ca_file=str(authority) if case.secured else None)) as transport:
        if case.kind.startswith("oauth2"):
            settings |= _signed_in(source, sandbox, transport, settings, case.kind == "oauth2_pkce")
        if case.name == "own_exchange":
            assert settings["granted"] == "contacts.read offline_access"
        if case.name in ("own_exchange", "own_renewal"):
            renewed = run(Call(source, "refresh", settings=settings), transport)
            assert renewed.error is None, renewed.error
            settings |= dict(renewed.settings_after or {})
        outcome = run(Call(source, "test", settings=settings), transport)
        assert outcome.error is None, outcome.error
        assert statuses(outcome) == case.statuses
        assert outcome.result["name"]
        if case.kind == "aws_sigv4":
            assert (outcome.result["region"], outcome.result["service"]) == ("eu-central-1", "execute-api")
        for wrong in (case.refused, _foreign() if case.kind == "mtls" else {}):
            if wrong:
                assert run(Call(source, "test", settings=settings | wrong), transport).error is not None, wrong


def _authority(sandbox: Sandbox, folder: Path) -> Path:
    """A file with the authority that vouches for the provider."""
    assert sandbox.world.certificates is not None
    file = folder / "authority.pem"
    file.write_text(sandbox.world.certificates.authority, encoding="ascii")
    return file


def _foreign() -> dict[str, Any]:
    """Certificate of an authority the provider does not know."""
    return _certificate(issue())


def statuses(outcome: Outcome) -> tuple[int, ...]:
    return tuple(each.response.status for each in outcome.exchanges if each.response is not None)


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
