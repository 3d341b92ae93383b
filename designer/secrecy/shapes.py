"""Secrets that their own form gives away, whatever they are called: the providers' prefixes, JWTs, keys of a length."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["hide_by_shape", "secrets_by_shape"]

_MARKS = (
    "eyJ", "xox", "xapp-", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "k_live_", "k_test_",
    "whsec_", "_secret_", "ya29.", "AIza", "GOCSPX-", "1//", "SG.", "shpat_", "shpca_", "shppa_", "shpss_", "pat-",
    "00D", "sl.", "hooks.slack.com/", ":AA", "==",
)  # fmt: skip
"""One of them stands in every text that has such a secret."""
_SHAPES = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:
    eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*(?:\.[\w-]+\.[\w-]+)?         # JWS and JWE, compact (RFC 7515, 7516)
    |xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-[\w-]{10,}          # Slack
    |gh[opsur]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}       # GitHub, GitLab
    |[rs]k_(?:live|test)_\w{16,}|whsec_[\w+/]{16,}={0,2}         # Stripe
    |(?:pi|seti|cs)_\w{8,}_secret_\w{8,}
    |ya29\.[\w-]{20,}|AIza[\w-]{35}|GOCSPX-[\w-]{20,}|1//[\w-]{30,}   # Google
    |SG\.[\w-]{16,}\.[\w-]{16,}                                  # SendGrid
    |shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}                          # Shopify
    |pat-[a-z]{2}\d-[0-9a-f-]{36}                                # HubSpot
    |00D\w{12,15}![\w.]{20,}                                     # Salesforce
    |sl\.[\w-]{50,}                                              # Dropbox
    |\d{8,10}:AA[\w-]{30,36}                                        # Telegram
    |[A-Za-z0-9+/]{86}==                                         # Azure: 64 bytes
    )|(?<=hooks\.slack\.com/services/)[\w/]{20,}
    |(?<=bot)\d{8,10}:AA[\w-]{30,36}""",
    re.VERBOSE | re.ASCII,
)


def secrets_by_shape(text: str) -> Iterator[str]:
    """Each of them in ``text``."""
    if any(mark in text for mark in _MARKS):
        for match in _SHAPES.finditer(text):
            yield match[0]


def hide_by_shape(text: str, instead: str) -> str:
    """``text`` with ``instead`` for each."""
    return _SHAPES.sub(instead, text) if any(mark in text for mark in _MARKS) else text
