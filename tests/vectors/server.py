"""A server on loopback that answers from a script and remembers, byte for byte, what it was asked."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# Not part of the recordings: they name the machine or the client.
UNRECORDED = frozenset({"host", "user-agent", "accept-encoding", "connection", "content-length"})
_BODILESS = (204, 304)


@dataclass
class ScriptedServer:
    """``script`` are the replies in order, the last one repeating; ``requests`` what arrived."""

    script: Sequence[Mapping[str, Any]] = ()
    requests: list[dict[str, Any]] = field(default_factory=list)
    host: str = ""

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def begin(self, script: Sequence[Mapping[str, Any]]) -> None:
        self.script, self.requests = script, []

    def __enter__(self) -> ScriptedServer:
        owner = self

        class Handler(_Handler):
            server_state = owner

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(socketserver.StreamRequestHandler):
    server_state: ScriptedServer
    disable_nagle_algorithm = True
    timeout = 20

    def handle(self) -> None:
        line = self.rfile.readline().decode("latin-1")
        if not line.strip():
            return
        method, target, _ = line.split(" ", 2)
        headers = list(self._headers())
        length = next((value for name, value in headers if name.lower() == "content-length"), "0")
        body = self.rfile.read(int(length))
        state = self.server_state
        state.requests.append(recorded(method, target, headers, body))
        reply = state.script[min(len(state.requests), len(state.script)) - 1] if state.script else {}
        if not reply.get("close"):
            self.wfile.write(_reply(reply, bodiless=method == "HEAD"))

    def _headers(self) -> list[tuple[str, str]]:
        found = []
        while (line := self.rfile.readline().rstrip(b"\r\n")) != b"":
            name, _, value = line.partition(b":")
            found.append((_text(name), _text(value).strip()))
        return found


def recorded(method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """A request as the recordings write it."""
    kept = [(name, value) for name, value in headers if name.lower() not in UNRECORDED]
    joined: dict[str, str] = {}
    for name, value in kept:
        lower = name.lower()
        joined[lower] = f"{joined[lower]}, {value}" if lower in joined else value
    return {
        "method": method,
        "path": target,
        "headers": joined,
        "header_names": sorted(name for name, _ in kept),
        "body": _body(body),
    }


def _reply(reply: Mapping[str, Any], *, bodiless: bool) -> bytes:
    status = int(reply.get("status", 200))
    body = str(reply.get("body", "")).encode()
    given = {"Content-Type": "application/json"}
    for name, value in (reply.get("headers") or {}).items():
        given = {n: v for n, v in given.items() if n.lower() != name.lower()} | {name: value}
    lines = [f"HTTP/1.1 {status} Scripted"]
    for name, value in given.items():
        lines += [f"{name}: {one}" for one in (value if isinstance(value, list) else [value]) if one is not None]
    if bodiless or status in _BODILESS:
        body = b""
    else:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _body(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"$base64": base64.b64encode(data).decode()}
