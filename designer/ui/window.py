"""The main window: bars, rail, page, inspector, and the commands that hold for all of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QProcess, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QFocusEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from designer.project import state_folder as default_state_folder
from designer.ui.announcing import Announcer
from designer.ui.banner import Banner
from designer.ui.choosing import choose_folder
from designer.ui.commands import Command, Commands
from designer.ui.credentials import CredentialsLoader
from designer.ui.finding import everything
from designer.ui.inspector import Inspector, RubyPane
from designer.ui.jobs import Jobs
from designer.ui.menus import Menus
from designer.ui.messages import Messages, log_file
from designer.ui.opening import Opener
from designer.ui.page import Context, Page, PageSpec
from designer.ui.pages import PAGES, kind_words, page_for
from designer.ui.palette import Found, Palette
from designer.ui.provider import Provider
from designer.ui.rail import Rail, RailItem
from designer.ui.runner import Runner
from designer.ui.saving import Saving
from designer.ui.startpage import StartPage
from designer.ui.state import PageState
from designer.ui.statusline import StatusLine
from designer.ui.store import Store
from designer.ui.taborder import bring_into_sight, next_stop
from designer.ui.theme import TEXT_SCALES, Mode, Theme, text_scale
from designer.ui.toast import Toasts
from designer.ui.topbar import TopBar
from designer.ui.travels import Travel, Travels
from designer.ui.widgets.basics import bound

__all__ = ["MainWindow"]

FOLD_BELOW = 1200
_CLOCK_MS = 5000


class _Sheets(QStackedWidget):
    """Takes the focus from an input when one clicks beside it. It looks the same with it and without: left to itself
    Qt would draw all of the window anew each time."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def focusInEvent(self, event: QFocusEvent) -> None:
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        event.accept()


class MainWindow(QMainWindow):
    """One connector's window. ``settings`` remembers sizes and choices, never secrets."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        messages: Messages,
        theme: Theme,
        settings: QSettings,
        *,
        provider: Provider | None = None,
        state_folder: Path | None = None,
        specs: Sequence[PageSpec] = PAGES,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setMinimumSize(1000, 640)
        self._specs = {spec.id: spec for spec in specs}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._folded_by_width: bool | None = None
        self.commands = Commands(self)
        self.runner = Runner(store, jobs, messages, parent=self)
        self.travels = Travels(settings, store, parent=self)
        self.travels.changed.connect(self._travel)  # holds for what is sent before the console was opened, too
        self._travel(self.travels.now)
        self.context = Context(
            store,
            jobs,
            messages,
            theme,
            self.commands,
            settings,
            self,
            self.runner,
            self.travels,
            provider or Provider(parent=self),
        )
        self.store = store
        self._state_folder = state_folder or default_state_folder()
        self.banner = Banner()
        self.saving = Saving(self.context, self.banner, self._state_folder / "recovery", self)
        self.opener = Opener(self.context, self.banner, self.saving, self._state_folder, self)
        self.credentials = CredentialsLoader(self.context)
        self.announcer = Announcer(self, store, self.runner, messages)
        self._build(specs)
        self._add_commands()
        self._listen()
        self._restore()

    # Building

    def _build(self, specs: Sequence[PageSpec]) -> None:
        store, jobs = self.store, self.context.jobs
        self._menus = Menus(self, self.commands)
        self.top = TopBar(store, self._menus.behind_button)
        self.rail = Rail([RailItem(spec.id, spec.title, spec.group, spec.icon) for spec in specs])
        self.stack = QStackedWidget()
        self.stack.setMinimumWidth(self.context.theme.grown(420))
        self.inspector = Inspector(self.context)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("split")
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        for index, part in enumerate((self.rail, self.stack, self.inspector)):
            self.split.addWidget(part)
            self.split.setStretchFactor(index, 1 if index == 1 else 0)
        self.split.setSizes([232, 740, 468])
        self.status = StatusLine(store, jobs)
        self.status.show_travel(self.travels.now)
        self.travels.changed.connect(self.status.show_travel)
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banner)
        column.addWidget(self.split, 1)
        column.addWidget(self.status)
        self.start = StartPage(self.context, self.opener)
        self.sheets = _Sheets()
        self.sheets.addWidget(self.start)
        self.sheets.addWidget(work)
        self.setCentralWidget(self.sheets)
        self.toasts = Toasts(self.sheets, self.context.messages)
        self.store.opened.connect(self.toasts.forget)
        self.palette_box = Palette(self.sheets, self._found)

    def _listen(self) -> None:
        self.top.search.connect(self.palette_box.open)
        self.top.export.connect(lambda: self.commands.run("file.export"))
        self.top.test.connect(lambda: self.commands.run("run.test"))
        self.top.settings_chosen.connect(self.credentials.load)
        self.opener.start_wanted.connect(self.show_start)
        self.opener.work_wanted.connect(self.show_work)
        self.opener.page_wanted.connect(self.show_page)
        self.opener.new_wanted.connect(self._begin_new)
        self.opener.new_refused.connect(self.start.refuse_new)
        self.rail.chosen.connect(self.show_page)
        self.rail.part_chosen.connect(self.go_to)
        self.status.problems.connect(lambda: self.show_page("problems"))
        self.status.toggle_inspector.connect(self.toggle_inspector)
        self.status.provider.connect(self._show_provider)
        self.store.opened.connect(self._opened)
        self.store.document_changed.connect(lambda _span: self._refresh_rail())
        self.store.problems_changed.connect(self._refresh_rail)
        self.store.saved_changed.connect(self._refresh_rail)
        self.store.pages_changed.connect(self._refresh_rail)
        self.store.credentials_changed.connect(self._refresh_rail)
        clock = QTimer(self)  # tokens come closer to their end by themselves
        clock.setInterval(_CLOCK_MS)
        clock.timeout.connect(self._refresh_rail)
        clock.start()
        self.store.focus_changed.connect(lambda _pointer: self._show_place_in_rail())
        self.store.refused.connect(self.context.messages.warn)
        self.context.jobs.failure.connect(self.context.messages.fail)
        self.context.theme.changed.connect(self.update)

    def _add_commands(self) -> None:
        store, add = self.store, self.commands.add
        keys = QKeySequence.StandardKey
        add(Command("file.new", "New connector…", "File", self.opener.ask_new, keys.New, "plus"))
        add(Command("file.open", "Open folder…", "File", self.opener.ask, keys.Open, "folder"))
        add(Command("file.open_file", "Open connector file…", "File", self.opener.ask_file, "Ctrl+Shift+O", "file"))
        add(Command("file.sample", "Open the sample project", "File", self.opener.open_sample, "", "book"))
        add(Command("file.export", "Export…", "File", self._export, keys.Save, "export", self._working, separated=True))
        add(
            Command(
                "file.write",
                "Write to the connector's file",
                "File",
                self.saving.save,
                "Ctrl+Shift+S",
                "export",
                lambda: self._working() and store.state.edited,
            )
        )
        add(Command("file.save_as", "Save a copy as…", "File", self.opener.ask_save_as, "", "", self._working))
        add(
            Command(
                "file.fresh",
                "Start the sample afresh",
                "File",
                lambda: self.opener.open_sample(afresh=True),
                icon="refresh",
            )
        )
        add(Command("file.close", "Close window", "File", self.close, keys.Close, separated=True))
        undoable = lambda: bool(store.state.undo)  # noqa: E731
        redoable = lambda: bool(store.state.redo)  # noqa: E731
        add(Command("edit.undo", "Undo", "Edit", store.undo, keys.Undo, "undo", undoable))
        add(Command("edit.redo", "Redo", "Edit", store.redo, keys.Redo, "redo", redoable))
        add(
            Command(
                "view.palette", "Search everything", "View", self.palette_box.open, "Ctrl+K", "search", self._working
            )
        )
        add(
            Command(
                "view.inspector",
                "Show inspector",
                "View",
                self.toggle_inspector,
                "Ctrl+I",
                "panel",
                self._working,
                lambda: not self.inspector.isHidden(),
            )
        )
        for mode, title in (
            (Mode.SYSTEM, "Theme: follow the system"),
            (Mode.LIGHT, "Theme: light"),
            (Mode.DARK, "Theme: dark"),
        ):
            add(
                Command(
                    f"view.theme.{mode}",
                    title,
                    "View",
                    bound(self.set_theme, mode),
                    icon="theme",
                    checked=self._is_mode(mode),
                    separated=mode is Mode.SYSTEM,
                )
            )
        for scale in TEXT_SCALES:
            add(
                Command(
                    f"view.text.{scale:.0%}",
                    f"Text size: {scale:.0%}",
                    "View",
                    bound(self.set_text_size, scale),
                    checked=self._is_text_size(scale),
                    separated=scale == TEXT_SCALES[0],
                )
            )
        for spec in self._specs.values():
            add(
                Command(
                    f"go.{spec.id}",
                    spec.title,
                    "Go",
                    bound(self.show_page, spec.id),
                    spec.shortcut,
                    spec.icon,
                    self._working,
                )
            )
        add(Command("run.test", "Test connection", "Run", self._test_connection, "Ctrl+T", "play", self._working))
        for what, title, enabled in (
            ("send", "Send the console's request", self._working),
            ("prepare", "Prepare the console's request", self._working),
            ("option", "Run the test for every option", self._has_options),
        ):
            add(Command(f"run.{what}", title, "Run", bound(self._in_console, what), "", "console", enabled))
        add(
            Command(
                "run.provider", "Start the sandbox provider and show its page", "Run", self._show_provider, icon="globe"
            )
        )
        add(
            Command(
                "help.sdk", "Connector SDK reference", "Help", lambda: _browse(SDK_REFERENCE), keys.HelpContents, "book"
            )
        )
        add(Command("help.tour", "Play the tour…", "Help", self._play_tour, icon="play"))
        add(Command("help.log", "Show the log file", "Help", lambda: _browse(log_file().parent), icon="file"))
        self._menus.follow()

    # Shell

    def show_page(self, page: str) -> Page:
        made = self._pages.get(page)
        new = made is None
        if made is None:
            made = self._specs[page].factory(self.context)
            self._pages[page] = made
            self.stack.addWidget(made)
        self._current = page
        self.stack.setCurrentWidget(made)
        focused = QApplication.focusWidget()
        if focused is not None and (focused.isAncestorOf(made) or (new and made.isAncestorOf(focused))):
            # Qt gives the focus to any control of a new page, or to none; from the page itself Tab leads to the first.
            made.setFocus()
        self._show_place_in_rail()
        self.inspector.show_page(page, made.inspector_tabs())
        self._follow_cursor()
        made.entered()
        self.context.settings.setValue("window/page", page)
        return made

    @property
    def current_page(self) -> str:
        return self._current

    def go_to(self, pointer: str) -> None:
        page = page_for(pointer)
        if page and page != self._current:
            self.show_page(page)
        self.store.focus(pointer)
        if page:
            self._pages[page].reveal(pointer)

    def show_inspector(self, tab: str) -> None:
        self.inspector.show()
        self.inspector.show_tab(tab)

    def show_line(self, line: int) -> None:
        self.show_inspector("ruby")
        if (editor := self.inspector.ruby) is not None:
            editor.go_to_line(line)

    def open_path(self, path: Path) -> None:
        self.opener.open_path(path)

    @property
    def state_folder(self) -> Path:
        return self._state_folder

    def toggle_inspector(self) -> None:
        self.inspector.setVisible(self.inspector.isHidden())
        self.commands.refresh()

    def _show_provider(self) -> None:
        """The built-in provider, which starts by itself for the sample alone, for a connector of one's own."""

        def show(origin: str) -> None:
            self.context.messages.done(f"The sandbox provider is at {origin}.", "It runs until the window closes.")
            _browse(origin)

        provider = self.context.provider
        failed = self.context.messages.fail
        self.context.jobs.start("Sandbox provider", lambda _task: provider.start(), done=show, failed=failed)

    def _is_mode(self, mode: Mode) -> Callable[[], bool]:
        return lambda: self.context.theme.mode is mode

    def set_theme(self, mode: Mode) -> None:
        self.context.settings.setValue("window/theme", mode.value)
        self.context.theme.set_mode(mode)

    def _is_text_size(self, scale: float) -> Callable[[], bool]:
        return lambda: text_scale(self.context.settings) == scale

    def set_text_size(self, scale: float) -> None:
        """Kept for the next start: what is in sight was measured for the size there is."""
        self.context.settings.setValue("window/text", f"{scale * 100:.0f}")
        self.context.messages.note(f"Text is shown at {scale:.0%} from the next start on.")

    def show_start(self) -> None:
        self.start.refresh()
        self.sheets.setCurrentWidget(self.start)

    def _begin_new(self, folder: Path | None) -> None:
        self.show_start()
        self.start.begin_new(folder)

    def show_work(self) -> None:
        self.sheets.setCurrentIndex(1)

    # Inside

    def _working(self) -> bool:
        return self.sheets.currentIndex() == 1

    def _opened(self) -> None:
        state = self.store.state
        self.setWindowTitle(f"{state.title} — Connection Designer")
        self.sheets.setCurrentIndex(1)
        # Nothing has the focus yet, least of all the menu: Tab starts at the top.
        self.sheets.setFocus()
        wanted = self._current or str(self.context.settings.value("window/page", "fields"))
        self.show_page(wanted if wanted in self._specs else "fields")
        self._refresh_rail()
        self.credentials.load(state.settings_name or "")
        self.saving.watch()

    def _export(self) -> None:
        page = self.show_page("changes")
        page.entered()

    def _has_options(self) -> bool:
        authorization = self.store.state.design.authorization
        return self._working() and authorization is not None and bool(authorization.options)

    def _test_connection(self) -> None:
        self._in_console("")

    def _in_console(self, what: str) -> None:
        self.show_page("console").perform(what)

    def _play_tour(self) -> None:
        """Play the main job in a window of its own, so that nothing here is touched."""
        choose_folder(self, "tourFolder", "Where should the tour's pictures go?", self._play_tour_into)

    def _play_tour_into(self, folder: Path) -> None:
        started, _pid = QProcess.startDetached(sys.executable, ["-m", "designer", "tour", "--output", str(folder)])
        if started:
            self.context.messages.note("The tour plays in a window of its own.", f"Its pictures go to {folder}.")
        else:
            self.context.messages.warn("The tour could not be started.", "connection-designer tour --output DIR does.")

    def _refresh_rail(self) -> None:
        state = self.store.state
        for spec in self._specs.values():
            self.rail.say(spec.id, state.page_states.get(spec.id) or spec.says(state))
        authorization = state.design.authorization
        parts: list[tuple[str, str, PageState]] = []
        if authorization is not None:
            for name, option in authorization.options.items():
                parts.append((option.pointer, name, PageState(kind_words(option.kind))))
        self.rail.show_parts("authorization", parts)
        self._show_place_in_rail()
        self.commands.refresh()

    def _show_place_in_rail(self) -> None:
        # A part below a page is in sight only while that page is.
        self.rail.show_current(self._current, self.store.state.focus if self._current == "authorization" else "")

    def _travel(self, travel: Travel) -> None:
        self.runner.travel = travel

    def _follow_cursor(self) -> None:
        widget = self.inspector.current
        if isinstance(widget, RubyPane):
            widget.editor.cursor_moved.connect(self.status.show_place, Qt.ConnectionType.UniqueConnection)

    def _found(self) -> list[Found]:
        return everything(self.commands, self.store.state, self.go_to)

    def _restore(self) -> None:
        settings = self.context.settings
        self.resize(1440, 900)
        geometry = settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        split = settings.value("window/split")
        if isinstance(split, QByteArray):
            self.split.restoreState(split)

    def focusNextPrevChild(self, forward: bool) -> bool:
        regions = (self.start, self.top, self.banner, self.rail, self.stack, self.inspector, self.status)
        target = next_stop(self, regions, QApplication.focusWidget(), forward)
        if target is None:
            return super().focusNextPrevChild(forward)
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        bring_into_sight(target)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.context.theme.grown(FOLD_BELOW)
        if narrow != self._folded_by_width:
            self._folded_by_width = narrow
            self.inspector.setVisible(not narrow)
            self.commands.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        settings = self.context.settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/split", self.split.saveState())
        self.saving.keep_draft()
        for page in self._pages.values():
            page.closing()
        self.context.jobs.close()
        super().closeEvent(event)


SDK_REFERENCE = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/connection.html"


def _browse(target: str | Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)) if isinstance(target, Path) else QUrl(target))
