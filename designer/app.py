"""The composition root of the window: puts the rooms together and runs the application."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLoggingCategory, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from designer import __version__
from designer.ui.jobs import Jobs
from designer.ui.messages import Messages, start_log
from designer.ui.provider import Provider
from designer.ui.store import Store
from designer.ui.theme import Mode, Theme, text_scale
from designer.ui.warmup import warm_up
from designer.ui.window import MainWindow

__all__ = ["build", "make_application", "run", "run_tour"]

NAME = "Connection Designer"
WARM_UP_MS = 1500


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
    provider: Provider | None = None,
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
        theme = Theme(app, mode, text_scale(kept))
    jobs = Jobs(app)
    messages = Messages(app)
    store = Store(jobs, messages, parent=app)
    window = MainWindow(store, jobs, messages, theme, kept, provider=provider, state_folder=state_folder)
    window.context.provider.changed.connect(window.status.show_provider)
    return window


def run(path: Path | None) -> int:
    """Open the window on ``path``, or on what was open last, at first the sample, and run until it is closed."""
    # Checks are Python too: with the usual 5 ms each they would make the window wait for its turn again and again.
    sys.setswitchinterval(0.0005)
    app = make_application()
    start_log()
    provider = Provider(parent=app)
    try:
        window = build(app, provider=provider)
        window.context.messages.take_over()
        window.show()
        # What the first request needs is imported while the person looks around.
        QTimer.singleShot(WARM_UP_MS, window, lambda: warm_up(window.context.jobs))
        if path is None:
            window.opener.open_last()
        else:
            window.opener.open_path(path)
        return app.exec()
    finally:
        provider.stop()


def _hush() -> None:
    """Without a screen Qt and Chromium complain of what a screen would have: no graphics card, no window manager, no
    message bus. None of it concerns the person; the variables of both still bring it back."""
    QLoggingCategory.setFilterRules("default.warning=false\ndefault.info=false")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")


def run_tour(output: Path) -> int:
    """Play the tour through a window of its own and write what it shows into ``output``.

    Nothing of the person's is read or kept: settings, sample and provider are made for the tour alone. 0 where it came
    through, 1 where it did not.
    """
    from designer.ui.tour import play

    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        _hush()
    app = make_application()
    provider = Provider(port=0, parent=app)
    answer: list[int] = []
    with tempfile.TemporaryDirectory(prefix="connection-designer-tour-", ignore_cleanup_errors=True) as folder:
        settings = QSettings(str(Path(folder, "window.ini")), QSettings.Format.IniFormat)
        theme = Theme(app, Mode.LIGHT)
        window = build(app, settings, provider=provider, theme=theme, state_folder=Path(folder, "state"))
        window.context.messages.take_over()
        window.show()
        window.show_start()

        def begin() -> None:
            try:
                answer.append(play(window, output))
            finally:
                window.close()
                app.quit()

        try:
            QTimer.singleShot(0, begin)
            app.exec()
        finally:
            provider.stop()
    return answer[0] if answer else 1
