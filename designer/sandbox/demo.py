"""The demo registry: clients, users and keys that every sandbox has, all throw-away and shown on the home page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from designer.sandbox.models import JWT_BEARER, Client, User
from designer.sandbox.quirks import Quirks

CALLBACKS = (
    "https://www.workato.com/oauth/callback",
    "https://app.workato.com/oauth/callback",
    "https://app.eu.workato.com/oauth/callback",
    "https://app.jp.workato.com/oauth/callback",
    "https://app.sg.workato.com/oauth/callback",
    "https://app.au.workato.com/oauth/callback",
    "http://localhost:45555/oauth/callback",
    "https://localhost:45555/oauth/callback",
    # Any port, RFC 8252 §7.3
    "http://127.0.0.1/oauth/callback",
    "http://[::1]/oauth/callback",
    "http://localhost/oauth/callback",
)

HARBOR = "harbor-crm"
PUBLIC = "harbor-public"
SERVICE = "harbor-service"

API_KEY = "harbor-demo-api-key"
APP_ID = "harbor-demo-app"
APP_TOKEN = "harbor-demo-app-token"
ACCESS_KEY_ID = "AKIAHARBORDEMO000000"
SECRET_ACCESS_KEY = "harbor/demo+secret/access+key/0000000000"


def clients(quirks: Quirks) -> dict[str, Client]:
    """Registered clients by client_id."""
    everything = ("authorization_code", "refresh_token", "client_credentials", "password", JWT_BEARER)
    found = (
        Client(HARBOR, "harbor-demo-secret", "Harbor CRM connector", "confidential", everything, CALLBACKS, quirks),
        Client(
            PUBLIC,
            None,
            "Harbor CRM app",
            "public: PKCE instead of a secret",
            ("authorization_code", "refresh_token"),
            CALLBACKS,
            quirks,
        ),
        Client(
            SERVICE,
            "harbor-service-demo-secret-of-32-bytes",
            "Harbor service account",
            "no person",
            ("client_credentials", JWT_BEARER),
            (),
            quirks,
        ),
    )
    return {client.client_id: client for client in found}


def users() -> dict[str, User]:
    """People by user name."""
    found = (
        User("demo", "demo-password", "Dana Demo", "dana@harbor.example"),
        User("ada", "ada-password", "Ada Admin", "ada@harbor.example"),
    )
    return {user.username: user for user in found}


@cache
def private_key(kind: str) -> str:
    """PEM of the service account's private key, "rsa" (2048 bits) or "ec" (P-256), without the file's preface."""
    text = files(__package__).joinpath("keys", f"service-{kind}.pem").read_text(encoding="ascii")
    return text[text.index("-----BEGIN") :]
