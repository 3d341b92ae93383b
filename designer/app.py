"""The composition root of the window: puts the rooms together and runs the application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import __version__
from designer.ui.jobs import Jobs
from designer.ui.messages import Messages, start_log
from designer.ui.store import Store
from designer.ui.theme import Mode, Theme
from designer.ui.window import MainWindow

__all__ = ["build", "make_application", "run"]

NAME = "Connection Designer"


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one application object of this process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # The embedded browser is created on first need; Chromium demands that contexts may be shared before that.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(arguments or [NAME])
    app.setApplicationName(NAME)
    app.setApplicationVersion(__version__)
    app.setOrganizationName("connection-designer")
    return app


def build(
    app: QApplication,
    settings: QSettings | None = None,
    *,
    sandbox: Any = None,
    theme: Theme | None = None,
    state_folder: Path | None = None,
) -> MainWindow:
    """A window with everything behind it, empty. ``settings`` remembers sizes and choices between starts;
    ``state_folder`` is where copies of unexported work and of the sample go."""
    kept = settings if settings is not None else QSettings()
    if theme is None:
        try:
            mode = Mode(str(kept.value("window/theme", Mode.SYSTEM.value)))
        except ValueError:
            mode = Mode.SYSTEM
        theme = Theme(app, mode)
    jobs = Jobs(app)
    messages = Messages(app)
    store = Store(jobs, messages, parent=app)
    window = MainWindow(store, jobs, messages, theme, kept, sandbox=sandbox, state_folder=state_folder)
    window.status.show_sandbox(sandbox_words(sandbox))
    return window


def sandbox_words(sandbox: Any) -> str:
    return "" if sandbox is None else "Sandbox provider running"


def run(path: Path | None, *, sandbox: bool = True, tour_output: Path | None = None) -> int:
    """Open the window on ``path``, or on the sample project, and run until it is closed.

    With ``tour_output`` the tour is played through the window and its pictures are written there; the result says
    whether it came through (0) or not (1).
    """
    app = make_application()
    start_log()
    provider = start_sandbox() if sandbox else None
    try:
        window = build(app, sandbox=provider)
        window.context.messages.take_over()
        window.show()
        if path is None:
            window.opener.open_sample()
        else:
            window.opener.open_path(path)
        if tour_output is not None:
            return _play_tour(app, window, tour_output)
        return app.exec()
    finally:
        if provider is not None:
            provider.stop()


def start_sandbox() -> Any:
    """The built-in provider on a free loopback port."""
    from designer.sandbox import Sandbox

    provider = Sandbox()
    provider.start()
    return provider


def _play_tour(app: QApplication, window: MainWindow, output: Path) -> int:
    from designer.ui.tour import play

    answer: list[int] = []

    def begin() -> None:
        try:
            answer.append(play(window, output))
        finally:
            window.close()
            app.quit()

    QTimer.singleShot(0, begin)
    app.exec()
    return answer[0] if answer else 1
