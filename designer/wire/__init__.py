"""Requests as data, signing, transports and the life of a token. ``run`` performs one operation of a connector."""

import sys
from typing import TYPE_CHECKING, Any

from designer.wire.model import Call, Exchange, Origin, Outcome, Step, TlsOptions, WireRequest, WireResponse
from designer.wire.operations import OPERATIONS, UnknownOperation, run
from designer.wire.options import TransportOptions
from designer.wire.sdk_error import SdkError
from designer.wire.transport import Cancel, DryTransport, Prepared, ScriptedTransport, Transport, TransportError

if TYPE_CHECKING:
    from designer.wire.http import HttpTransport

__all__ = [
    "OPERATIONS",
    "Call",
    "Cancel",
    "DryTransport",
    "Exchange",
    "HttpTransport",
    "Origin",
    "Outcome",
    "Prepared",
    "ScriptedTransport",
    "SdkError",
    "Step",
    "TlsOptions",
    "Transport",
    "TransportError",
    "TransportOptions",
    "UnknownOperation",
    "WireRequest",
    "WireResponse",
    "run",
]


# httpx would bring its own command line along, and with it rich and pygments where they are installed: a fifth of a
# short command. Where that import fails it does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    # httpx is needed only by those who really send.
    if name == "HttpTransport":
        from designer.wire.http import HttpTransport

        return HttpTransport
    raise AttributeError(name)
