"""What is hidden by its name: from everyone to whom it is handed on, or only from someone looking over a shoulder.

Names such as ``code``, ``key`` and ``state`` are secrets in one API and plain words in most. What leaves the program
hides them all (``LEAVES``). The author who reads the server's reply has to see what it says: there (``SENT`` for a
request, ``TOLD`` for a reply) such a name hides what can be nothing else than a secret: a random text, not a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from designer.secrecy import is_secret, is_secret_header, starts_with_scheme

__all__ = ["LEAVES", "SENT", "TOLD", "Sight", "is_ambiguous"]

_AMBIGUOUS = frozenset(
    {
        "authorization",
        "code",
        "key",
        "nonce",
        "relaystate",
        "request",
        "session",
        "session_id",
        "session_key",
        "session_state",
        "sessionid",
        "sessionkey",
        "sid",
        "sig",
        "signature",
        "state",
        "ticket",
    }
)
_PAGING = re.compile(
    r"after|before|change|continuation|continue|cursor|delta|list|next|page|pagination|paging|prev"
    r"|previous|resume|scroll|skip|start|sync"
)
_OF_A_PERSON = re.compile(r"access|api|auth|bearer|client|id|refresh|secret|security|session")
_RULES = re.compile(r"age|enabled|expired|format|policy|required|requirements|rule|rules|status|strategy|strength")
"""Last words of names such as ``password_policy``."""
_VERDICTS = re.compile(
    r"active|deprecated|disabled|enabled|expired|inactive|incorrect|invalid|mandatory|missing|none|null"
    r"|optional|required|revoked|unknown|valid|wrong"
)
_SAYING = re.compile(
    r"\b(is|are|be|was|were|not|no|has|have|must|should|too|at least|invalid|expired|required|incorrect|wrong|missing|"
    r"cannot|can't|doesn't|don't)\b",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[(\"'“‘]*(?:[^\W\d_]+(?:['’-][^\W\d_]+)*|\d{1,3})[.,;:!?)\"'”’]*")
_OPEN_HEADER = re.compile(
    r"idempotency-key|surrogate-key|(.*-)?cache-key|sec-websocket-.*|(.*-)?(next|page|continuation|sync)-token",
    re.IGNORECASE,
)
_RANDOM = re.compile(r"[\w.~+/=%:!-]{16,}")
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_WORDS = 3
"""Letters that the words of a code such as ``ERR_HTTP2_PROTOCOL`` have in the middle; those of a random text have
fewer between digits and changes of case."""
_KEYS = re.compile(r"(encryption|host|master|primary|secondary|signing)[\W_]?key", re.IGNORECASE)
_PUBLIC = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
"""A SID of Twilio: it names a thing and opens none."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Three questions: is a value of a body hidden under its name, one of a URL or a form, a header under its name?"""

    data: Callable[[str, Any], bool]
    parameter: Callable[[str, Any], bool]
    header: Callable[[str], bool]


def is_ambiguous(name: str) -> bool:
    """Whether a name that is a secret's in one API is a plain word in most: ``code``, ``next_page_token``."""
    inner = _innermost(name)
    if _may_be_random(inner):
        return True
    words = re.split(r"[\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", inner).lower())
    if words[-1] == "token":
        before = words[:-1]
        return any(map(_PAGING.fullmatch, before)) and not any(map(_OF_A_PERSON.fullmatch, before))
    return len(words) > 1 and _RULES.fullmatch(words[-1]) is not None


def _may_be_random(name: str) -> bool:
    """Whether a value of this name is a secret where it is random, and a word or a place where it is not."""
    return name.lower() in _AMBIGUOUS or _KEYS.fullmatch(name) is not None


def _innermost(name: str) -> str:
    """``password`` of ``user[password]``."""
    return name[:-1].rpartition("[")[2] or name.partition("[")[0] if name.endswith("]") else name


def _is_told(value: Any) -> bool:
    """Whether a value under a secret's name says something about it: "is too short", "expired"."""
    if not isinstance(value, str):
        return False
    if _VERDICTS.fullmatch(value.strip().lower()):
        return True
    words = value.split()
    if len(words) < 2 or starts_with_scheme(value) or _SAYING.search(value) is None:
        return False
    return all(_PLAIN_WORD.fullmatch(word) for word in words)


def _is_random(value: Any) -> bool:
    text = value if isinstance(value, str) else ""
    if _RANDOM.fullmatch(text) is None or not re.search(r"\d", text):
        return False
    runs = _RUN.findall(text)
    return 0 < sum(map(len, runs)) < _WORDS * len(runs)


def _is_credentials(name: str, value: Any) -> bool:
    """``Bearer abc`` under ``authorization``, not ``basic`` alone."""
    return _innermost(name).lower() == "authorization" and isinstance(value, str) and starts_with_scheme(value)


def _told(name: str, value: Any) -> bool:
    if not is_secret(name, value) or _is_told(value):
        return False
    if not is_ambiguous(name) or _is_credentials(name, value):
        return True
    return _may_be_random(_innermost(name)) and _is_random(value) and _PUBLIC.fullmatch(value) is None


def _sent(name: str, value: Any) -> bool:
    """In a request a plain word stays one, and what looks like a key or a code is taken for one."""
    return _told(name, value) or (is_secret(name, value) and is_ambiguous(name) and _is_random(value))


def _header(name: str) -> bool:
    return is_secret_header(name) and _OPEN_HEADER.fullmatch(name) is None


LEAVES = Sight(is_secret, is_secret, is_secret_header)
SENT = Sight(_sent, _sent, is_secret_header)
TOLD = Sight(_told, _sent, _header)
