"""Why no TLS connection came about, with the buttons that lead out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from designer.ui.runner import Run
from designer.ui.travels import Travels
from designer.ui.widgets.card import Notice
from designer.ui.widgets.travel import TravelEdit
from designer.wire import Exchange
from designer.wire.failures import hint_of

__all__ = ["tls_notice"]

_UNTRUSTED = ("self_signed", "unknown_authority")
_REFUSED = (*_UNTRUSTED, "expired", "not_yet_valid", "wrong_host")


def tls_notice(run: Run, travels: Travels, show: Callable[[], TravelEdit]) -> Notice | None:
    """What to say of a run whose last request got no further than TLS; None for every other. ``show`` brings the
    choices of how requests travel into sight."""
    exchanges = run.outcome.exchanges
    if not exchanges or not exchanges[-1].reason or exchanges[-1].failure is None:
        return None
    last = exchanges[-1]
    hint = hint_of(run.outcome, len(exchanges) - 1)
    return Notice("error", last.failure or "", hint, _ways(last, travels, show), name="consoleTls")


def _ways(
    last: Exchange, travels: Travels, show: Callable[[], TravelEdit]
) -> list[tuple[str, str, Callable[[], object]]]:
    ways: list[tuple[str, str, Callable[[], object]]] = []
    if last.reason in _UNTRUSTED:
        ways.append(("Trust a file…", "consoleTrust", lambda: show().choose_authority()))
    if last.reason in _REFUSED and travels.now.verify:
        ways.append(("Do not verify", "consoleUnverify", lambda: travels.choose(replace(travels.now, verify=False))))
    if last.reason == "client_certificate":
        ways.append(("Client certificate…", "consoleIdentity", lambda: show().choose_client_certificate()))
    if last.reason == "passphrase":
        ways.append(("Type the passphrase", "consolePassphrase", lambda: show().ask_passphrase()))
    return ways
