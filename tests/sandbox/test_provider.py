"""The provider as a server: it starts, answers loopback only, keeps quiet, and is gone when stopped."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from designer.errors import UserError
from designer.sandbox import Sandbox, SandboxError, serve
from tests.sandbox.conversation import HARBOR, tokens


def test_a_port_in_use_is_said_plainly(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError) as raised:
        Sandbox(sandbox.port).start()
    assert isinstance(raised.value, UserError)
    assert raised.value.message == f"Port {sandbox.port} is in use."
    assert "--port" in raised.value.hint


def test_a_port_that_does_not_exist() -> None:
    with pytest.raises(SandboxError, match="no port 70000"):
        Sandbox(70000).start()


def test_stop_start_and_the_same_port_again() -> None:
    sandbox = Sandbox()
    sandbox.stop()
    sandbox.start()
    port = sandbox.port
    assert sandbox.start() is sandbox
    assert httpx.get(sandbox.origin).status_code == 200
    sandbox.stop()
    sandbox.stop()
    assert not sandbox.running
    with Sandbox(port) as again:
        assert again.port == port
        assert httpx.get(again.origin).status_code == 200


def test_stopping_ends_open_connections_and_slow_answers() -> None:
    before = threading.active_count()
    sandbox = Sandbox().start()
    sandbox.quirks.set(delay=60_000)
    with (
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as waiting,
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as idle,
    ):
        waiting.sendall(f"GET /api/key/me HTTP/1.1\r\nHost: 127.0.0.1:{sandbox.port}\r\n\r\n".encode())
        # Connections are accepted in order: once this one is answered, the other is being served.
        idle.sendall(f"GET /jwks HTTP/1.1\r\nHost: 127.0.0.1:{sandbox.port}\r\n\r\n".encode())
        assert b"keys" in idle.recv(65536)
        sandbox.stop()
        assert idle.recv(1) == b""
    assert threading.active_count() == before


def test_connections_are_kept_open(client: httpx.Client) -> None:
    ports = set()
    for _ in range(3):
        with client.stream("GET", "/sandbox/quirks") as answer:
            answer.read()
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_loopback_names_are_answered(client: httpx.Client, sandbox: Sandbox, host: str) -> None:
    answer = client.get("/.well-known/openid-configuration", headers={"Host": f"{host}:{sandbox.port}"})
    assert answer.json()["issuer"] == f"http://{host}:{sandbox.port}"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", ""])
def test_other_names_are_not(sandbox: Sandbox, host: str) -> None:
    answer = httpx.get(f"{sandbox.origin}/", headers={"Host": host})
    assert answer.status_code >= 400
    assert "demo-password" not in answer.text


def raw(sandbox: Sandbox, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=20) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_chunked_request(sandbox: Sandbox) -> None:
    body = b"grant_type=password&username=demo&password=demo-password&client_id=harbor-crm&client_secret=" + b"x"
    chunks = b"".join(b"%x;ext\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:])) + b"0\r\n\r\n"
    head = (
        b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:1\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    assert b"invalid_client" in raw(sandbox, head + chunks)


@pytest.mark.parametrize(
    "text",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET http://[/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
    ],
)
def test_noise_is_survived_in_silence(sandbox: Sandbox, text: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    raw(sandbox, text)
    assert httpx.get(f"{sandbox.origin}/sandbox/quirks").status_code == 200
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""


def test_no_secret_is_logged(
    client: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
    given = tokens(client)
    captured = capfd.readouterr()
    logged = caplog.text + captured.out + captured.err
    for secret in (given["access_token"], given["refresh_token"], HARBOR["client_secret"], "demo-password"):
        assert secret not in logged


def test_serve_says_where_and_stops_with_ctrl_c() -> None:
    # In a process of its own: Ctrl-C goes to the main thread.
    program = (
        "import _thread, threading\n"
        "from designer.sandbox import serve\n"
        "def ready(origin):\n"
        "    import httpx\n"
        "    print(httpx.get(origin + '/sandbox/quirks').status_code)\n"
        "    threading.Timer(0.05, _thread.interrupt_main).start()\n"
        "serve(on_ready=ready)\n"
        "print('stopped')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["200", "stopped"], "")


def test_serve_on_a_busy_port(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError):
        serve(sandbox.port)


def test_importing_the_package_does_not_import_flask() -> None:
    program = "import sys, designer.sandbox; print('flask' in sys.modules or 'authlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
