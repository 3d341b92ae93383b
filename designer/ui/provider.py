"""The built-in provider beside the window: started when the sample is opened, never before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from designer.sandbox import Sandbox

__all__ = ["Provider"]

PORT = 8765
"""Where the sample's settings look for the provider."""


class Provider(QObject):
    """``changed`` carries its origin, "" when it stopped. Its methods may be called from any thread."""

    changed = Signal(str)

    def __init__(self, port: int = PORT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None

    def start(self) -> str:
        """Its origin; starts it where it is not running, on another port where the usual one is taken.

        Raises ``SandboxError`` where no port is to be had.
        """
        from designer.sandbox import Sandbox, SandboxError

        with self._lock:
            if self._sandbox is None:
                try:
                    self._sandbox = Sandbox(self._port).start()
                except SandboxError:
                    self._sandbox = Sandbox().start()
                self.changed.emit(self._sandbox.origin)
            return self._sandbox.origin

    def stop(self) -> None:
        with self._lock:
            sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.stop()
            self.changed.emit("")
