"""Names in words, as the platform shows a field without a label."""

from __future__ import annotations

import re

__all__ = ["label_for", "looks_secret", "suggested_label"]

_ACRONYMS = {
    "api": "API",
    "arn": "ARN",
    "aws": "AWS",
    "crm": "CRM",
    "http": "HTTP",
    "iam": "IAM",
    "id": "ID",
    "ip": "IP",
    "jwt": "JWT",
    "oauth": "OAuth",
    "sso": "SSO",
    "tls": "TLS",
    "uri": "URI",
    "url": "URL",
    "uuid": "UUID",
}

_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|pass|passphrase|secret|private_key|api_?key|apikey|auth_?token|access_?token|"
    r"api_?token|refresh_?token|bearer_?token|security_?token|token|secret_?key|client_?secret|signing_?key|"
    r"encryption_?key|shared_?key|app_?secret|consumer_?secret|credentials?)$"
)
_NOT_SECRET = re.compile(r"(?:^|_)(?:url|uri|id|name|type|path|endpoint|expires(?:_in|_at)?|hint|label)$")


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[\s_\-]+", spaced) if word]


def label_for(name: str) -> str:
    """What the platform shows for a field without a label: ``client_id`` → ``Client ID``."""
    words = ["ID" if word.lower() == "id" else word.lower() for word in _words(name)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def suggested_label(name: str) -> str:
    """A label worth writing: as ``label_for``, with the usual abbreviations in capitals (``api_key`` → ``API key``)."""
    words = [_ACRONYMS.get(word.lower(), word.lower()) for word in _words(name)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def looks_secret(name: str) -> bool:
    """Whether a field of this name holds something that must not be shown."""
    plain = "_".join(word.lower() for word in _words(name))
    return bool(_SECRET.search(plain)) and not _NOT_SECRET.search(plain)
