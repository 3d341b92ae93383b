"""What providers answer when they give tokens and keys: on screen, in the terminal, in an archive, a report and on tape
nothing of it lets anybody in, and the rest is told as it came."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

import pytest

from designer.cli import story
from designer.ui.replyparts import hex_part
from designer.ui.replytext import body_face
from designer.wire import Call, Outcome, ScriptedTransport, WireResponse, run
from designer.wire.outgoing import Masked, har, ticket
from designer.wire.outgoing.cassette import cassette
from designer.wire.outgoing.spec import spec
from designer.wire.run_secrets import masks_of, seen_of
from designer.wire.taping import tape

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2FjY291bnRzIn0.c2lnbmF0dXJlLW9mLXRlc3Q"
AZURE = "q8Jb" * 21 + "Aw=="
CONNECTOR = b"""{
  title: 'T',
  connection: { authorization: { type: 'none' }, base_uri: lambda { |_connection| 'https://api.acme.example' } },
  test: lambda { |_connection| get('/me')%s }
}
"""


@dataclass(frozen=True)
class Given:
    body: str
    secrets: tuple[str, ...]
    told: tuple[str, ...] = ()
    kind: str = "application/json"


def _json(secrets: list[str], told: list[str], **body: object) -> Given:
    return Given(json.dumps(body), tuple(secrets), tuple(told))


GIVEN = {
    "Slack": _json(
        [
            "xoxb-17653672481-19874698323-pdFZKV",
            "xoxp-1234567890-abcdef123456",
            "XXXXXXXXXXXXXXXXXXXXXXXX",
            "xoxe-1-My0x",
        ],
        ["U0KRQLJ9H", "chat:write"],
        ok=True,
        access_token="xoxb-17653672481-19874698323-pdFZKV",
        scope="chat:write",
        refresh_token="xoxe-1-My0xLTE2OTgtMTIzNDU2Nzg5MA",
        authed_user={"id": "U0KRQLJ9H", "access_token": "xoxp-1234567890-abcdef123456"},
        incoming_webhook={"url": "https://hooks.slack.com/services/TXXXXX/BXXXXX/XXXXXXXXXXXXXXXXXXXXXXXX"},
    ),
    "Slack, listed": _json(
        ["xoxp-1234567890-abcdef123456"],
        ["grace"],
        members=[{"name": "grace", "legacy": "xoxp-1234567890-abcdef123456"}],
    ),
    "Google": _json(
        ["ya29.a0AfH6SMBx-1234567890_abcdefghij", "1//0gLy1234567890abcdefghijklmnop-qrst", JWT],
        ["Bearer", "3599"],
        access_token="ya29.a0AfH6SMBx-1234567890_abcdefghij",
        refresh_token="1//0gLy1234567890abcdefghijklmnop-qrst",
        id_token=JWT,
        expires_in=3599,
        token_type="Bearer",
    ),
    "Google, service account": _json(
        ["kZq7Lm2pRt8Vb5Nc1", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"],
        ["service_account", "ci@p.iam.gserviceaccount.com"],
        type="service_account",
        private_key_id="key-1",
        private_key="-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkZq7Lm2pRt8Vb5Nc1\n-----END PRIVATE KEY-----\n",
        client_email="ci@p.iam.gserviceaccount.com",
        apiKey="0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    ),
    "AWS STS": Given(
        """<AssumeRoleResponse><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
        <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>
        <SessionToken>AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW</SessionToken>
        <Expiration>2026-01-02T04:04:05Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""",
        ("wJalrXUtnFEMI/K7MDENG", "AQoDYXdzEPT"),
        ("2026-01-02T04:04:05Z",),
        "text/xml",
    ),
    "AWS, instance": _json(
        ["wJalrXUtnFEMI/K7MDENG", "IQoJb3JpZ2luX2VjEExample"],
        ["AWS-HMAC"],
        Type="AWS-HMAC",
        SecretAccessKey="wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
        Token="IQoJb3JpZ2luX2VjEExampleToken0123456789",
    ),
    "Cognito": _json(
        [JWT, "AYABeExampleSession0123456789abcdefghijklmnopqrstuvwxyz"],
        ["SMS_MFA"],
        ChallengeName="SMS_MFA",
        Session="AYABeExampleSession0123456789abcdefghijklmnopqrstuvwxyz",
        AuthenticationResult={"IdToken": JWT, "AccessToken": JWT},
    ),
    "HubSpot": _json(
        [
            "CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4",
            "pat-na1-11112222-3333-4444-5555-666677778888",
        ],
        ["1800"],
        access_token="CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4",
        note="pat-na1-11112222-3333-4444-5555-666677778888",
        expires_in=1800,
    ),
    "Salesforce": _json(
        [
            "00Dx0000000BV7z!AR8AQAxo9UfVkh8AlV0Gomt9Czx9LjHnSSpwBMmbRcgKFmxOtvxjTrKW19",
            "CMJ4l+CCaPQiKjoOEwEig9H4wqhpuLSk4J2urAe+fVg=",
        ],
        ["https://na1.salesforce.com"],
        access_token="00Dx0000000BV7z!AR8AQAxo9UfVkh8AlV0Gomt9Czx9LjHnSSpwBMmbRcgKFmxOtvxjTrKW19",
        signature="CMJ4l+CCaPQiKjoOEwEig9H4wqhpuLSk4J2urAe+fVg=",
        instance_url="https://na1.salesforce.com",
        issued_at="1278448101416",
    ),
    "Salesforce, identity alone": _json(
        ["CMJ4l+CCaPQiKjoOEwEig9H4wqhpuLSk4J2urAe+fVg="],
        ["1278448101416"],
        signature="CMJ4l+CCaPQiKjoOEwEig9H4wqhpuLSk4J2urAe+fVg=",
        issued_at="1278448101416",
    ),
    "Salesforce, SOAP login": Given(
        "<r><serverUrl>https://na1.salesforce.com/s</serverUrl>"
        "<sessionId>00Dx0000000BV7z!AR8AQAxo9UfVkh8AlV0Gomt9Czx9LjHnSSpwBMmb</sessionId></r>",
        ("AR8AQAxo9UfVkh8",),
        ("https://na1.salesforce.com/s",),
        "text/xml",
    ),
    "GitHub, device": _json(
        ["3584d83530557fdd1f46af8289938c8ef79f9dc5"],
        ["WDJB-MJHT", "https://github.com/login/device"],
        device_code="3584d83530557fdd1f46af8289938c8ef79f9dc5",
        user_code="WDJB-MJHT",
        verification_uri="https://github.com/login/device",
    ),
    "GitHub, form": Given(
        "access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer",
        ("gho_16C7e42F292c6912E7710c838347Ae178B4a",),
        ("repo%2Cgist", "bearer"),
        "application/x-www-form-urlencoded",
    ),
    "GitHub, installation": _json(
        ["ghs_16C7e42F292c6912E7710c838347Ae178B4a"],
        ["contents"],
        token="ghs_16C7e42F292c6912E7710c838347Ae178B4a",
        permissions={"contents": "read"},
    ),
    "Stripe": _json(
        ["pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH", "whsec_wRNftLajMZNeslQOP6vEPm4iVx5NlZ6z"],
        ["payment_intent", "2000"],
        object="payment_intent",
        amount=2000,
        client_secret="pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH",
        secret="whsec_wRNftLajMZNeslQOP6vEPm4iVx5NlZ6z",
    ),
    "Azure, keys": _json(
        [AZURE],
        ["key1", "FULL"],
        keys=[{"keyName": "key1", "value": AZURE, "permissions": "FULL"}],
        primaryConnectionString=f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={AZURE};EndpointSuffix=x",
    ),
    "Azure, Cosmos": _json(
        ["mA8Yz0123456789abcdefQ2rStU4vW6xY8z", "Kp3Lm0123456789abcdefQ2rStU4vW6xY8z"],
        [],
        primaryMasterKey="mA8Yz0123456789abcdefQ2rStU4vW6xY8z",
        secondaryMasterKey="Kp3Lm0123456789abcdefQ2rStU4vW6xY8z",
    ),
    "Azure, SAS": _json(
        ["cU7xQ2r9ZpL0vB4nM8kT1sW6yE3aH5jD"],
        ["2026-01-03"],
        url="https://a.blob.core.windows.net/c/b?se=2026-01-03&sig=cU7xQ2r9ZpL0vB4nM8kT1sW6yE3aH5jD%3D",
    ),
    "Entra": _json(
        [JWT, "0.AXEAx0123456789abcdefghijklm-AgABAAEAAAD"],
        ["User.Read"],
        access_token=JWT,
        refresh_token="0.AXEAx0123456789abcdefghijklm-AgABAAEAAAD",
        scope="User.Read",
    ),
    "Okta": _json(
        [
            "00Fpzf4en68pCXTsMjcX8JPMctzN2Wiw4LDOBL_9pe",
            "007ucIX7PATyn94hsHfOLVaXAmOBkKHWnOOLG43bsb",
            "KBMTM32UJZSXQ2DW",
        ],
        ["MFA_ENROLL"],
        status="MFA_ENROLL",
        sessionToken="00Fpzf4en68pCXTsMjcX8JPMctzN2Wiw4LDOBL_9pe",
        stateToken="007ucIX7PATyn94hsHfOLVaXAmOBkKHWnOOLG43bsb",
        _embedded={"activation": {"sharedSecret": "KBMTM32UJZSXQ2DW"}},
    ),
    "Firebase": _json(
        [JWT, "AGEhc0C1234567890abcdefghij"],
        ["ZY1rJK0eYLg"],
        idToken=JWT,
        refreshToken="AGEhc0C1234567890abcdefghij",
        localId="ZY1rJK0eYLg",
    ),
    "authorization code": _json(
        ["4/0AX4XfWhK9x3Zq7Lm2p_Rt8Vb5Nc1"], ["ok"], code="4/0AX4XfWhK9x3Zq7Lm2p_Rt8Vb5Nc1", status="ok"
    ),
    "digest": _json(
        ["dcd98b7102dd2f0e8b11d0f600bfb0c093"], ["auth"], nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth"
    ),
    "API keys": _json(
        ["550e8400-e29b-41d4-a716-446655440000", "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72"],
        ["Production"],
        name="Production",
        key="550e8400-e29b-41d4-a716-446655440000",
        access_key="K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72",
    ),
    "recovery": _json(["9f4a-22b1", "77c0-81de"], ["on"], mfa="on", recovery_codes=["9f4a-22b1", "77c0-81de"]),
    "Telegram": _json(
        ["110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"],
        ["ok"],
        ok="ok",
        webhook="https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x",
    ),
}


def ran(given: Given) -> tuple[Call, Outcome]:
    ways = {"text/xml": ".response_format_xml", "application/x-www-form-urlencoded": ".response_format_raw"}
    call = Call(CONNECTOR.replace(b"%s", ways.get(given.kind, "").encode()), "test", path="connector.rb")
    reply = WireResponse(200, "OK", (("Content-Type", given.kind),), given.body.encode())
    outcome = run(call, ScriptedTransport(lambda _request: reply))
    assert outcome.error is None, outcome.error
    return call, outcome


@pytest.mark.parametrize("name", GIVEN)
def test_on_screen(name: str) -> None:
    given = GIVEN[name]
    call, outcome = ran(given)
    seen = seen_of(call.settings, outcome)
    (exchange,) = outcome.exchanges
    assert exchange.response is not None
    shown = body_face(exchange.response, seen.reply(exchange)).text
    for text in (
        shown,
        "".join(hex_part(exchange.response, seen.reply(exchange), 0).text.split()),
        story._exchange_text(exchange, seen),
        json.dumps(seen.result(outcome).value(outcome.result), ensure_ascii=False),
    ):
        assert not [secret for secret in given.secrets if secret in text], text
    assert not [word for word in given.told if word not in shown], shown


@pytest.mark.parametrize("name", GIVEN)
def test_what_leaves(name: str) -> None:
    given = GIVEN[name]
    call, outcome = ran(given)
    masks = masks_of(call.settings, outcome)
    made = tape(call, outcome, at=NOW)
    for text in (
        har(outcome.exchanges, lambda _request: Masked(masks), started=NOW, version="0"),
        ticket(outcome, masks, title="Test", started=NOW, source=b"", version="0"),
        cassette(made) + spec(made, name="connection/test", cassette="connection/test"),
    ):
        assert not [secret for secret in given.secrets if secret in text], text
