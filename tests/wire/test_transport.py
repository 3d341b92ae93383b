from __future__ import annotations

import threading
from functools import partial

import pytest

from designer.wire.model import WireRequest, WireResponse
from designer.wire.transport import KINDS, Cancel, DryTransport, Prepared, ScriptedTransport, TransportError

WIRE = WireRequest("GET", "http://h/", "/", (("Host", "h"),), b"")


def test_a_dry_run_hands_the_request_over_instead_of_sending_it() -> None:
    with pytest.raises(Prepared) as caught:
        DryTransport().send(WIRE, timeout=1, cancel=Cancel())
    assert caught.value.request is WIRE


def test_a_function_is_a_server() -> None:
    transport = ScriptedTransport(lambda request: WireResponse(200, "OK", (), request.target.encode()))
    assert transport.send(WIRE, timeout=1, cancel=Cancel()).body == b"/"
    assert transport.requests == [WIRE]


@pytest.mark.parametrize("transport", [DryTransport(), ScriptedTransport(lambda _: WireResponse(200, "OK", (), b""))])
def test_a_cancelled_token_stops_every_transport(transport: DryTransport | ScriptedTransport) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(TransportError) as caught:
        transport.send(WIRE, timeout=1, cancel=cancel)
    assert caught.value.kind in KINDS
    assert caught.value.kind == "cancelled"


def test_interrupts_run_only_while_they_are_registered() -> None:
    cancel, called = Cancel(), []
    early, one, two = (partial(called.append, name) for name in ("early", "one", "two"))
    cancel.add(early)
    cancel.remove(early)
    cancel.add(one)
    cancel.add(two)
    cancel.cancel()
    cancel.cancel()
    assert called == ["one", "two"]
    with pytest.raises(TransportError):
        cancel.add(early)
    cancel.remove(one)
    cancel.remove(two)
    assert called == ["one", "two"]


def test_waiting_ends_with_the_cancel() -> None:
    cancel = Cancel()
    assert cancel.wait(0) is False
    threading.Thread(target=cancel.cancel).start()
    assert cancel.wait(10) is True
    assert cancel.cancelled
