"""A ``curl`` command line, as API documentation and browsers' developer tools give it."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from designer.importing.model import ImportFailed, Proposal, header_key, query_key

_WITH_VALUE = {
    "-X": "verb", "--request": "verb", "-H": "header", "--header": "header", "-u": "user", "--user": "user",
    "--url": "url", "-d": "data", "--data": "data", "--data-raw": "data", "--data-binary": "data",
    "--data-urlencode": "data", "--json": "data", "-F": "data", "--form": "data", "-b": "other", "--cookie": "other",
    "-A": "other", "--user-agent": "other", "-o": "other", "--output": "other", "-E": "certificate",
    "--cert": "certificate", "--key": "certificate", "--oauth2-bearer": "bearer", "--aws-sigv4": "sigv4",
    "-e": "other", "--referer": "other", "--connect-timeout": "other", "-m": "other", "--max-time": "other",
    "-x": "other", "--proxy": "other",
}  # fmt: skip
_KEY_PARAMETER = re.compile(r"(?i)^(api[-_]?key|apikey|key|token|access[-_]?token|auth|appid|app[-_]?id)$")
_ORDINARY = {
    "accept",
    "content-type",
    "user-agent",
    "accept-language",
    "accept-encoding",
    "cookie",
    "referer",
    "origin",
}


def from_curl(command: str) -> Proposal:
    """The authorization a curl command uses. No secret of the command enters the proposal.

    Raises ``ImportFailed`` where the text is no curl command or names no URL.
    """
    found: dict[str, list[str]] = {}
    for name, value in _options(command):
        found.setdefault(name, []).append(value)
    if "url" not in found:
        raise ImportFailed("The curl command names no URL.", "Copy the whole command, including the address.")
    url = urlsplit(found["url"][0] if "://" in found["url"][0] else f"https://{found['url'][0]}")
    verb = found.get("verb", ["POST" if "data" in found else "GET"])[0].upper()
    place = {
        "base_uri": f"{url.scheme}://{url.netloc.rpartition('@')[2]}",
        "test_path": (url.path or "/") if verb == "GET" else None,
    }
    headers = [(name.strip(), value.strip()) for name, _, value in (h.partition(":") for h in found.get("header", []))]
    authorization = next((value for name, value in headers if name.lower() == "authorization"), "")
    scheme, _, credentials = authorization.partition(" ")

    def proposal(kind: str, *notes: str, **parameters: object) -> Proposal:
        return Proposal("curl", kind, parameters, place["base_uri"], place["test_path"], tuple(notes))

    if "sigv4" in found:
        provider, _, rest = found["sigv4"][0].partition(":")
        parts = [part for part in rest.split(":") if part]
        note = "" if provider == "aws" else f"The signing provider {provider} is signed as AWS."
        return proposal("aws_sigv4", *filter(None, [note]), **({"service": parts[-1]} if parts else {}))
    if "certificate" in found:
        return proposal("mtls", "The certificate and key become fields that the end user fills in.")
    if "digest" in found:
        return proposal("digest")
    if "user" in found or "@" in url.netloc:
        return proposal("basic")
    if scheme.lower() == "basic":
        return proposal("basic", *_basic_notes(credentials))
    if "bearer" in found or scheme.lower() == "bearer":
        note = "A bearer token may come from OAuth 2.0: switch the kind if users sign in."
        return proposal("api_key", note, **header_key("Authorization", "Bearer "))
    if authorization:
        return proposal("api_key", **header_key("Authorization", f"{scheme} " if credentials else ""))
    special = [name for name, _ in headers if name.lower() not in _ORDINARY]
    if special:
        left_out = [f"The header {name} was left out." for name in special[1:]]
        return proposal("api_key", *left_out, **header_key(special[0]))
    keys = [name for name, _ in parse_qsl(url.query, keep_blank_values=True) if _KEY_PARAMETER.match(name)]
    if keys:
        return proposal("api_key", **query_key(keys[0]))
    return proposal("none")


def _options(command: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(command.replace("\\\r\n", " ").replace("\\\n", " ").replace("^\n", " "))
    except ValueError as error:
        raise ImportFailed(
            "The curl command has an unclosed quote.", "Copy the whole command, to its last quote."
        ) from error
    if not words or words[0].rpartition("/")[2] not in ("curl", "curl.exe"):
        raise ImportFailed("This is not a curl command.", "It should begin with the word curl.")
    rest = iter(words[1:])
    for word in rest:
        name, equals, attached = word.partition("=")
        if word.startswith("--") and equals and name in _WITH_VALUE:
            yield _WITH_VALUE[name], attached
        elif word in _WITH_VALUE:
            yield _WITH_VALUE[word], next(rest, "")
        elif re.match(r"-[A-Za-z].", word) and word[:2] in _WITH_VALUE:
            yield _WITH_VALUE[word[:2]], word[2:]
        elif word == "--digest":
            yield "digest", ""
        elif not word.startswith("-"):
            yield "url", word


def _basic_notes(credentials: str) -> list[str]:
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return []
    if colon and user and not password:
        return ["The password of the example is empty: the user name is probably an API key."]
    return []
