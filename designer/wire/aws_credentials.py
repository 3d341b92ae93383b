"""The AWS credentials a connection signs with: its own keys, or those of a role assumed through STS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit
from xml.etree import ElementTree

from designer.errors import UserError
from designer.wire.aws import FORM_CONTENT_TYPE, generate_signature
from designer.wire.model import WireRequest, WireResponse
from designer.wire.sdk_error import SdkError

if TYPE_CHECKING:
    from designer.wire.sigv4 import AwsCredentials

REFRESH_MARGIN = timedelta(seconds=60)
DUMMY_EXTERNAL_ID = "dummy-aws-iam-external-id"
DUMMY_ACCOUNT_ID = "dummy-aws-workato-account-id"
_STS_HOST = "sts.amazonaws.com"
_ROLE_HINT = (
    "On the platform the role is assumed by the platform's own AWS account. Here, give the keys of an account that may "
    "assume it as access_key_id and secret_access_key in the settings."
)
_SECRET_WARNING = (
    "The official gem looks for the secret key under access_key_id where aws_secret_key is missing; "
    "here secret_access_key is used, as on the platform."
)

Send = Callable[[WireRequest], WireResponse]


@dataclass(frozen=True, slots=True)
class Resolved:
    """``credentials`` is None where a key or its secret is missing. ``temp_credentials`` are to be merged into the
    settings under that name when they were fetched anew, else None. ``warnings``: where the gem would differ."""

    credentials: AwsCredentials | None
    temp_credentials: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()


def resolve(
    connection: Mapping[str, Any],
    settings: Mapping[str, Any],
    *,
    env: Mapping[str, str],
    at: datetime,
    send: Send,
) -> Resolved:
    """Credentials for the hash given as ``connection:`` on a connection with ``settings`` (both with string keys).

    With ``aws_assume_role`` the temporary credentials of the settings, fetched from STS through ``send`` when they
    expire within a minute; otherwise ``aws_api_key`` and ``aws_secret_key``. ``send`` gets a request without client
    headers. Raises ``SdkError``, and whatever ``send`` raises.
    """
    if connection.get("aws_assume_role"):
        return _role(connection, settings, env, at, send)
    return _static(connection.get("aws_api_key"), connection.get("aws_secret_key"), None, settings, env)


def iam_external_id(settings: Mapping[str, Any]) -> Any:
    """``aws.iam_external_id``."""
    value = settings.get("aws_external_id")
    return DUMMY_EXTERNAL_ID if value is None else value


def workato_account_id(settings: Mapping[str, Any], env: Mapping[str, str]) -> Any:
    """``aws.workato_account_id``."""
    value = settings.get("aws_workato_account_id")
    return env.get("AMAZON_ROLE_CLIENT_ID", DUMMY_ACCOUNT_ID) if value is None else value


def _static(key: Any, secret: Any, token: Any, settings: Mapping[str, Any], env: Mapping[str, str]) -> Resolved:
    from designer.wire.sigv4 import AwsCredentials

    warnings: tuple[str, ...] = ()
    if secret is None and settings.get("access_key_id") is not None:
        warnings = (_SECRET_WARNING,)
    key = _first(key, settings.get("access_key_id"), env.get("AMAZON_ROLE_CLIENT_KEY"))
    secret = _first(secret, settings.get("secret_access_key"), env.get("AMAZON_ROLE_CLIENT_SECRET"))
    if key is None or secret is None:
        return Resolved(None, warnings=warnings)
    return Resolved(AwsCredentials(str(key), str(secret), None if token is None else str(token)), warnings=warnings)


def _role(
    connection: Mapping[str, Any], settings: Mapping[str, Any], env: Mapping[str, str], at: datetime, send: Send
) -> Resolved:
    kept = connection.get("temp_credentials") or settings.get("temp_credentials") or {}
    fetched: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    if not _still_valid(kept, at):
        fetched, warnings = _assume(connection, settings, env, at, send)
        kept = fetched
    resolved = _static(kept.get("api_key"), kept.get("secret_key"), kept.get("session_token"), settings, env)
    return Resolved(resolved.credentials, fetched, (*warnings, *resolved.warnings))


def _still_valid(credentials: Mapping[str, Any], at: datetime) -> bool:
    expiration = credentials.get("expiration")
    if not expiration:
        return False
    try:
        moment = datetime.fromisoformat(str(expiration))
    except ValueError as error:
        raise SdkError("ArgumentError", "invalid date", "temp_credentials has no readable expiration.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=at.tzinfo)
    return moment > at + REFRESH_MARGIN


def _assume(
    connection: Mapping[str, Any], settings: Mapping[str, Any], env: Mapping[str, str], at: datetime, send: Send
) -> tuple[dict[str, Any], tuple[str, ...]]:
    resolved = _static(connection.get("access_key_id"), connection.get("secret_access_key"), None, settings, env)
    if resolved.credentials is None:
        raise SdkError("ArgumentError", "expected both :access_key_id and :secret_access_key options", _ROLE_HINT)
    external_id = _first(connection.get("aws_external_id"), iam_external_id(settings))
    try:
        return _ask_sts(connection["aws_assume_role"], external_id, resolved.credentials, at, send), resolved.warnings
    except UserError as error:
        # The SDK asks again without the external id, for roles that do not demand one.
        if not external_id or getattr(error, "kind", None) == "cancelled":
            raise
    return _ask_sts(connection["aws_assume_role"], None, resolved.credentials, at, send), resolved.warnings


def _ask_sts(role: Any, external_id: Any, credentials: AwsCredentials, at: datetime, send: Send) -> dict[str, Any]:
    params = {
        "Action": "AssumeRole",
        "ExternalId": external_id,
        "RoleArn": role,
        "RoleSessionName": "workato",
        "Version": "2011-06-15",
    }
    signed = generate_signature(
        credentials,
        service="sts",
        region="us-east-1",
        host=_STS_HOST,
        query="&".join(f"{name}={quote_plus(str(value))}" for name, value in params.items() if value),
        headers={"Accept": "application/xml", "Content-Type": FORM_CONTENT_TYPE},
        at=at,
    )
    parts = urlsplit(signed.url)
    reply = send(WireRequest("GET", signed.url, f"{parts.path}?{parts.query}", tuple(signed.headers.items()), b""))
    if not 200 <= reply.status <= 207:
        message = f"{reply.status} {reply.reason}".strip()
        raise SdkError("RestClient::Exception", message, f"STS refused to assume the role. {_sts_message(reply.body)}")
    return _temp_credentials(reply.body)


def _temp_credentials(body: bytes) -> dict[str, Any]:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise SdkError("NoMethodError", "undefined method `dig' for nil:NilClass", "STS did not answer XML.") from error
    found = {element.tag.rpartition("}")[2]: element.text for element in root.iter()}
    if "AccessKeyId" not in found:
        raise SdkError("NoMethodError", "undefined method `dig' for nil:NilClass", "STS sent no credentials.")
    return {
        "session_token": found.get("SessionToken"),
        "api_key": found.get("AccessKeyId"),
        "secret_key": found.get("SecretAccessKey"),
        "expiration": found.get("Expiration"),
    }


def _sts_message(body: bytes) -> str:
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return ""
    return next((element.text or "" for element in root.iter() if element.tag.endswith("Message")), "")


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None and value is not False), None)
