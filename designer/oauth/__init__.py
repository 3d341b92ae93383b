"""Signing in with OAuth 2.0: the flow as a state machine, redirect URLs, PKCE, discovery, tokens, the listener."""

from designer.masking import mask, mask_url
from designer.oauth import discovery, pkce, record, redirect, tokens
from designer.oauth.discovery import Metadata
from designer.oauth.errors import DiscoveryError, OAuthError, PkceError, PortBusy, RedirectError
from designer.oauth.explain import Explanation, explain
from designer.oauth.flow import Flow
from designer.oauth.listener import Listener
from designer.oauth.pkce import Pkce
from designer.oauth.preparation import Preparation, prepare
from designer.oauth.progress import STEPS, FlowConfig, Hop, StepState
from designer.oauth.protocol import (
    Allow,
    Command,
    Ending,
    Event,
    ExchangeCode,
    Exchanged,
    ExchangeFailed,
    Finish,
    FormPosted,
    Loaded,
    Navigated,
    OpenBrowser,
    Refuse,
    RunTest,
    Started,
    Store,
    TestFailed,
    TestPassed,
    TimedOut,
    WindowClosed,
)
from designer.oauth.redirect import RedirectChoice, Verdict
from designer.oauth.request import browser_url
from designer.oauth.tokens import Expiry, Jwt, TokenSet

__all__ = [
    "STEPS",
    "Allow",
    "Command",
    "DiscoveryError",
    "Ending",
    "Event",
    "ExchangeCode",
    "ExchangeFailed",
    "Exchanged",
    "Expiry",
    "Explanation",
    "Finish",
    "Flow",
    "FlowConfig",
    "FormPosted",
    "Hop",
    "Jwt",
    "Listener",
    "Loaded",
    "Metadata",
    "Navigated",
    "OAuthError",
    "OpenBrowser",
    "Pkce",
    "PkceError",
    "PortBusy",
    "Preparation",
    "RedirectChoice",
    "RedirectError",
    "Refuse",
    "RunTest",
    "Started",
    "StepState",
    "Store",
    "TestFailed",
    "TestPassed",
    "TimedOut",
    "TokenSet",
    "Verdict",
    "WindowClosed",
    "browser_url",
    "discovery",
    "explain",
    "mask",
    "mask_url",
    "pkce",
    "prepare",
    "record",
    "redirect",
    "tokens",
]
