"""Everything one running provider remembers: in memory, gone when it stops."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from designer.sandbox import demo
from designer.sandbox.certificates import Certificates
from designer.sandbox.crm import Crm
from designer.sandbox.models import Client, Code, Token, User
from designer.sandbox.quirks import Quirks


@dataclass(slots=True)
class Session:
    """A session of the login API; ``over`` at ``expires_at``."""

    username: str
    expires_at: float


@dataclass(slots=True)
class World:
    """State of one provider. ``lock`` guards every change that spans more than one of its maps."""

    clock: Callable[[], float] = time.time
    quirks: Quirks = field(default_factory=Quirks)
    crm: Crm = field(default_factory=Crm)
    users: dict[str, User] = field(default_factory=demo.users)
    clients: dict[str, Client] = field(init=False)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    sessions: dict[str, Session] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)
    pending: dict[str, Any] = field(default_factory=dict)
    callback_hits: list[dict[str, Any]] = field(default_factory=list)
    certificates: Certificates | None = None
    secured_port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.clients = demo.clients(self.quirks)

    def user_with(self, username: object, password: object) -> User | None:
        """The user whose name and password these are."""
        user = self.users.get(username) if isinstance(username, str) else None
        given = password if isinstance(password, str) else ""
        right = secrets.compare_digest(_digest(user.password if user else ""), _digest(given))
        return user if user is not None and right else None

    def by_access_token(self, text: str) -> Token | None:
        with self.lock:
            return next((token for token in self.tokens if token.access_token == text), None)

    def by_refresh_token(self, text: str) -> Token | None:
        with self.lock:
            return next((token for token in self.tokens if token.refresh_token == text), None)

    def revoke_family(self, family: str) -> None:
        """Revoke every token of one sign-in."""
        with self.lock:
            for token in self.tokens:
                if token.family == family:
                    token.revoked = token.refresh_revoked = True

    def expire_access_tokens(self) -> int:
        """End every access token and API session now, so that the next request is answered with 401; how many."""
        with self.lock:
            now = self.clock()
            live = [token for token in self.tokens if token.expires_at > now and not token.revoked]
            for token in live:
                token.expires_at = now
            running = [session for session in self.sessions.values() if session.expires_at > now]
            for session in running:
                session.expires_at = now
            return len(live) + len(running)

    def revoke_refresh_tokens(self) -> int:
        """Make every refresh token useless; how many were good."""
        with self.lock:
            good = [token for token in self.tokens if token.refresh_token and token.refresh_is_good()]
            for token in good:
                token.refresh_revoked = True
            return len(good)

    def reset(self) -> None:
        """As new: no codes, tokens or sessions, every quirk at its default, the first data."""
        with self.lock:
            self.quirks.reset()
            self.crm = Crm()
            self.codes.clear()
            self.tokens.clear()
            self.sessions.clear()
            self.nonces.clear()
            self.pending.clear()
            self.callback_hits.clear()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
