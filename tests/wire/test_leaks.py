"""A thousand sends in a row, each with a transport of its own as in the window: threads, files and memory level off."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from contextlib import closing
from pathlib import Path

from designer.wire import Call, HttpTransport, run
from tests.benchmarks.serving import serving

CONNECTOR = """{
  connection: {
    authorization: {
      type: 'custom_auth', apply: lambda { |c| headers('X-Key': 'a'.hmac_sha256(c['key']).encode_hex) }
    },
    base_uri: lambda { |_connection| '%s' }
  },
  test: lambda { |_connection| get('/me') }
}
"""
_OPEN = Path("/proc/self/fd")


def open_files() -> int:
    """0 where the system does not tell."""
    return sum(1 for _ in _OPEN.iterdir()) if _OPEN.exists() else 0


def settle(threads: int) -> None:
    """Wait for the server's threads of connections that have just ended: each holds a buffer of 64 KiB."""
    ended = threading.Event()
    for _ in range(100):
        if threading.active_count() <= threads:
            break
        ended.wait(0.02)
    gc.collect()


def test_a_thousand_sends_leak_nothing() -> None:
    with serving() as origin:
        call = Call((CONNECTOR % origin).encode(), "test", settings={"key": "k-0123456789"})

        def send(count: int) -> None:
            for _ in range(count):
                with closing(HttpTransport()) as transport:
                    outcome = run(call, transport)
                assert outcome.error is None, outcome.error

        send(100)  # what is made once and kept is made now
        gc.collect()
        threads, files = threading.active_count(), open_files()
        tracemalloc.start()
        try:
            send(450)
            settle(threads)
            half, _ = tracemalloc.get_traced_memory()
            send(450)
            settle(threads)
            whole, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert threading.active_count() <= threads + 2
        if files:
            assert open_files() <= files + 4
    assert whole - half < 450 * 100, f"{(whole - half) / 450:.0f} bytes stay of each send"
