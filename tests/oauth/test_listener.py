"""The loopback listener: one path, one reply, whatever else comes to its port."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from designer.oauth import (
    Ending,
    ExchangeCode,
    Finish,
    Flow,
    FormPosted,
    Listener,
    Navigated,
    PortBusy,
    RedirectError,
    Refuse,
    Started,
    landing,
)
from designer.wire.throwaway import throwaway_context
from tests.oauth.conversation import CODE, CONFIG, STATE, VERIFIER

Open = Callable[[str], Listener]


class SignIn:
    """A flow behind a listener, as the command line puts them together."""

    def __init__(self) -> None:
        self.flow: Flow | None = None
        self.asked: list[Navigated | FormPosted] = []
        self.exchange: ExchangeCode | None = None

    def begin(self, listener: Listener) -> None:
        self.flow = Flow(replace(CONFIG, redirect_uri=listener.redirect_uri))
        self.flow.handle(Started())

    def ask(self, event: Navigated | FormPosted) -> Ending | str | None:
        assert self.flow is not None
        self.asked.append(event)
        answer, *more = self.flow.handle(event)
        for command in more:
            if isinstance(command, ExchangeCode):
                self.exchange = command
            if isinstance(command, Finish):
                return command.ending
        assert isinstance(answer, Refuse)
        return None if answer.caught else answer.why


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


@pytest.fixture
def listen(sign_in: SignIn) -> Iterator[Open]:
    with contextlib.ExitStack() as stack:

        def start(redirect_uri: str) -> Listener:
            listener = stack.enter_context(Listener(redirect_uri, sign_in.ask))
            sign_in.begin(listener)
            return listener

        yield start


def test_the_reply_is_received_and_the_person_is_told(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    reply = httpx.get(f"{listener.redirect_uri}?code={CODE}&state={STATE}")
    assert reply.status_code == 200
    assert "Consent received" in reply.text
    assert sign_in.exchange == ExchangeCode(CODE, listener.redirect_uri, VERIFIER)
    for header, value in (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")):
        assert reply.headers[header] == value
    assert CODE not in reply.text


def test_the_reply_in_a_form(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    reply = httpx.post(listener.redirect_uri, data={"code": CODE, "state": STATE})
    assert reply.status_code == 200
    assert sign_in.exchange is not None
    assert sign_in.exchange.code == CODE


def test_localhost_answers_on_both_families(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://localhost/oauth/callback")
    port = urlsplit(listener.redirect_uri).port
    hosts = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.create_connection(("::1", port), timeout=5):
        hosts.append("[::1]")
    for host in hosts:
        reply = httpx.get(f"http://{host}:{port}/elsewhere", headers={"Host": f"localhost:{port}"})
        assert reply.status_code == 404
    reply = httpx.get(
        f"http://{hosts[-1]}:{port}/oauth/callback?code={CODE}&state={STATE}", headers={"Host": f"localhost:{port}"}
    )
    assert reply.status_code == 200
    assert sign_in.exchange is not None


def test_spare_connections_icons_and_strangers_do_not_disturb(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    origin = listener.redirect_uri.removesuffix("/oauth/callback")
    port = urlsplit(origin).port
    with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)) as rude:
        rude.sendall(b"\x16\x03\x01\x00nonsense\r\n\r\n")
        assert httpx.get(f"{origin}/favicon.ico").status_code == 404
        assert httpx.get(f"{origin}/oauth/callback/x?code={CODE}&state={STATE}").status_code == 404
        assert httpx.get(f"{origin}/oauth/callback?code={CODE}&state=forged").status_code == 400
        assert httpx.get(f"{origin}/oauth/callback?code={CODE}").status_code == 400
        assert httpx.post(f"{origin}/oauth/callback", json={"code": CODE}).status_code == 400
        assert httpx.head(f"{origin}/oauth/callback?code={CODE}&state={STATE}").status_code == 501
        assert sign_in.exchange is None
        assert httpx.get(f"{origin}/oauth/callback?code={CODE}&state={STATE}").status_code == 200
    assert sign_in.exchange is not None


def test_another_name_of_this_machine_is_not_the_redirect_url(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    url = f"{listener.redirect_uri}?code={CODE}&state={STATE}"
    reply = httpx.get(url, headers={"Host": "rebound.example"})
    assert reply.status_code == 400
    assert "the host is rebound.example" in reply.text
    assert sign_in.exchange is None


def test_only_one_reply_is_taken(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    url = f"{listener.redirect_uri}?code={CODE}&state={STATE}"
    assert httpx.get(url).status_code == 200
    again = httpx.get(url)
    assert again.status_code == 410
    assert "over" in again.text
    assert len(sign_in.asked) == 1


def test_a_refusal_is_told_with_its_markup_harmless(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    query = {"error": "access_denied", "error_description": "<script>no</script>", "state": STATE}
    reply = httpx.get(listener.redirect_uri, params=query)
    assert "did not succeed" in reply.text
    assert "&lt;script&gt;" in reply.text
    assert "<script>" not in reply.text
    assert sign_in.flow is not None
    assert sign_in.flow.ending is not None


def test_a_fixed_port_that_is_busy(sign_in: SignIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortBusy, match=str(port)) as raised:
            Listener(f"http://127.0.0.1:{port}/oauth/callback", sign_in.ask)
        assert raised.value.port == port
        assert raised.value.hint


def test_a_port_that_is_busy_on_the_other_family_is_busy(sign_in: SignIn) -> None:
    # A browser that tries ::1 first would hand the code to whoever sits there.
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with other:
        with pytest.raises(PortBusy):
            Listener(f"http://localhost:{other.getsockname()[1]}/oauth/callback", sign_in.ask)
        with Listener("http://localhost/oauth/callback", sign_in.ask) as listener:
            assert urlsplit(listener.redirect_uri).port != other.getsockname()[1]


def test_a_fixed_port_is_free_again_after_closing(sign_in: SignIn) -> None:
    listener = Listener("http://127.0.0.1/oauth/callback", sign_in.ask)
    listener.close()
    with Listener(listener.redirect_uri, sign_in.ask) as again:
        assert again.redirect_uri == listener.redirect_uri


def test_closing_ends_open_connections(sign_in: SignIn) -> None:
    listener = Listener("http://127.0.0.1/oauth/callback", sign_in.ask)
    port = urlsplit(listener.redirect_uri).port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as spare:
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 404
        listener.close()
        listener.close()
        assert spare.recv(1) == b""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=10).close()


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://www.workato.com/oauth/callback",
        "https://example.com:45555/oauth/callback",
        "http://example.com/oauth/callback",
        "http://0.0.0.0:45555/oauth/callback",
        "not a url",
    ],
)
def test_only_loopback_urls_can_be_listened_on(redirect_uri: str, sign_in: SignIn) -> None:
    with pytest.raises(RedirectError):
        Listener(redirect_uri, sign_in.ask)


def test_an_oversized_form_is_refused(listen: Open, sign_in: SignIn) -> None:
    listener = listen("http://127.0.0.1/oauth/callback")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "10000000"}
    parts = urlsplit(listener.redirect_uri)
    with socket.create_connection(("127.0.0.1", parts.port), timeout=10) as client:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        client.sendall(f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{lines}\r\n".encode())
        assert b" 400 " in client.recv(100)
    assert sign_in.asked == []


def test_closing_at_the_reply_lets_the_page_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    closing: list[threading.Thread] = []
    page = landing.page

    def slow_page(title: str, text: str) -> str:
        # Time enough for a close that does not wait to cut the connection.
        closing[0].join(timeout=0.3)
        return page(title, text)

    monkeypatch.setattr(landing, "page", slow_page)

    def ask(_event: Navigated | FormPosted) -> Ending:
        closing.append(threading.Thread(target=listener.close))
        closing[0].start()
        return Ending("refused", "The person said no.")

    listener = Listener("http://127.0.0.1/oauth/callback", ask)
    shown = httpx.get(f"{listener.redirect_uri}?error=access_denied")
    closing[0].join()
    assert "The person said no." in shown.text


def test_https_is_not_listened_on_without_a_certificate(sign_in: SignIn) -> None:
    with pytest.raises(RedirectError, match="https"):
        Listener("https://localhost/oauth/callback", sign_in.ask)


@pytest.fixture
def secured(sign_in: SignIn) -> Iterator[Listener]:
    with Listener("https://localhost/oauth/callback", sign_in.ask, secure=throwaway_context) as listener:
        sign_in.begin(listener)
        yield listener


def test_https_with_a_throw_away_certificate(secured: Listener, sign_in: SignIn) -> None:
    assert secured.redirect_uri.startswith("https://localhost:")
    answer = httpx.get(f"{secured.redirect_uri}?code={CODE}&state={STATE}", verify=False)
    assert answer.status_code == 200 and "Consent received" in answer.text
    assert sign_in.exchange is not None and sign_in.exchange.code == CODE


def test_the_certificate_is_for_this_machine_and_trusted_by_nobody(secured: Listener) -> None:
    port = httpx.URL(secured.redirect_uri).port
    assert port is not None
    pem = ssl.get_server_certificate(("127.0.0.1", port))
    trusting = ssl.create_default_context(cadata=pem)
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for host in ("localhost", "127.0.0.1"):
        assert httpx.get(f"https://{host}:{port}/favicon.ico", verify=trusting).status_code == 404
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(secured.redirect_uri)


def test_plain_http_at_the_secured_port_disturbs_nobody(secured: Listener, sign_in: SignIn) -> None:
    port = httpx.URL(secured.redirect_uri).port
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://localhost:{port}/oauth/callback?code={CODE}&state={STATE}")
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        answer = httpx.get(f"{secured.redirect_uri}?code={CODE}&state={STATE}", verify=False)
        assert answer.status_code == 200
        secured.close()
    assert len(sign_in.asked) == 1
