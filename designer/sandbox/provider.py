"""One running provider."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable

from designer.sandbox.app import create
from designer.sandbox.certificates import issue, server_context
from designer.sandbox.errors import SandboxError
from designer.sandbox.httpd import Server
from designer.sandbox.quirks import Quirks
from designer.sandbox.world import World


class Sandbox:
    """A provider on loopback, in threads of its own.

        with Sandbox() as sandbox:
            httpx.get(f"{sandbox.origin}/.well-known/oauth-authorization-server")

    ``port`` 0 takes a free one. ``clock`` gives seconds since the epoch; tests hand in their own to let tokens age.
    """

    def __init__(self, port: int = 0, *, clock: Callable[[], float] = time.time) -> None:
        self.world = World(clock=clock)
        self._wanted = port
        self._server: Server | None = None
        self._secured: Server | None = None
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """The port it listens on; the wanted one before it is started."""
        return self._server.server_port if self._server else self._wanted

    @property
    def origin(self) -> str:
        """``http://127.0.0.1:PORT``, also the provider's issuer."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def secured_origin(self) -> str:
        """``https://127.0.0.1:PORT``, the same provider over TLS by a certificate of ``world.certificates``."""
        return f"https://127.0.0.1:{self.world.secured_port}"

    @property
    def quirks(self) -> Quirks:
        """The switches."""
        return self.world.quirks

    @property
    def running(self) -> bool:
        return self._server is not None

    def start(self) -> Sandbox:
        """Listen. Raises :class:`SandboxError` where the port is in use or may not be had."""
        if self._server is not None:
            return self
        app = create(self.world)
        self.world.certificates = issue()
        try:
            self._server = Server(self._wanted, app)
        except OverflowError as error:
            raise SandboxError(f"There is no port {self._wanted}.", "Ports go from 1 to 65535.") from error
        except OSError as error:
            raise _explained(self._wanted, error) from error
        self._secured = Server(0, app, server_context(self.world.certificates))
        self.world.secured_port = self._secured.server_port
        self.world.stopping.clear()
        self._threads = [
            threading.Thread(target=server.serve_forever, name="sandbox-provider", daemon=True)
            for server in (self._server, self._secured)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; returns when that is done. May be called twice."""
        self.world.stopping.set()
        for server in (self._server, self._secured):
            if server is not None:
                server.stop()
        for thread in self._threads:
            thread.join()
        self._server = self._secured = None
        self._threads = []

    def wait(self) -> None:
        """Block until another thread stops it."""
        # Windows delivers Ctrl-C only between waits.
        while not self.world.stopping.wait(0.5):
            pass

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(port: int = 0, *, on_ready: Callable[[str], None] | None = None) -> None:
    """Run a provider until Ctrl-C. ``on_ready`` is told its origin once it listens. Raises :class:`SandboxError`."""
    with Sandbox(port) as sandbox:
        if on_ready is not None:
            on_ready(sandbox.origin)
        with contextlib.suppress(KeyboardInterrupt):
            sandbox.wait()


def _explained(port: int, error: OSError) -> SandboxError:
    if error.errno == errno.EADDRINUSE:
        return SandboxError(f"Port {port} is in use.", "Choose another with --port, or leave it out for a free one.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return SandboxError(f"Port {port} may not be used by you.", "Choose one above 1023.")
    return SandboxError(f"The provider cannot listen on port {port}: {error.strerror or error}.")
