"""The console: one request as the connector's actions would make it, signed by ``apply``, each part explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from designer.errors import UserError
from designer.masking import DOTS
from designer.project.requests import read_part
from designer.ui.inspector import RubyPane
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.console_results import Results
from designer.ui.pages.console_target import Target
from designer.ui.pages.explain import ExplainPanel
from designer.ui.pages.kept import Kept
from designer.ui.pages.tokens import TokensPanel
from designer.ui.runner import Run
from designer.ui.taborder import bring_into_sight
from designer.ui.travels import Travel
from designer.ui.widgets.basics import ElidedLabel, KeyFilter, bound, button, row, show_if
from designer.ui.widgets.card import EmptyState, Notice
from designer.ui.widgets.composer import Composer
from designer.ui.widgets.flow import HeadLayout
from designer.ui.widgets.grid import MatrixGrid
from designer.ui.widgets.inputs import Choice, LineEdit
from designer.ui.widgets.send_line import SendLine
from designer.ui.widgets.travel import TravelEdit
from designer.wire.composing import VERBS, ComposeError, Composition
from designer.wire.declared import secret_settings_of
from designer.wire.starting_points import StartingPoint, starting_points
from designer.wire.transport import Arrival

__all__ = ["ConsolePage"]


_RESOLVED = 240
"""Pixels that the resolved URL needs to stand beside the parts of the request; where there are fewer it has a line."""


class ConsolePage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Console", "One request as an action makes it: base URI, apply, refresh and retry.")
        self._runner = context.runner
        self.explain = ExplainPanel(context)
        self._verb = Choice("consoleVerb", [(verb, verb) for verb in VERBS])
        self._verb.show_value("GET")
        self._verb.setFixedWidth(104)
        self._verb.setAccessibleName("HTTP method")
        self._url = LineEdit("consoleUrl", "users/me, relative to the base URI, or a whole URL", code=True)
        self._url.setAccessibleName("URL")
        self._prepare = button("Prepare", "consolePrepare", self._prepare_only, tip="Sign and show, send nothing")
        self._send = button("Send", "consoleSend", self.send, variant="primary")
        self._send.setToolTip("Send it (Return in the URL, Ctrl+Return anywhere)")
        self._line = SendLine(self._runner.cancel)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._runner.cancel)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.setEnabled(False)
        self._test = button("Run test", "consoleTest", self._run_test, tip="Run the connector's test lambda")
        self._starts: tuple[StartingPoint, ...] = ()
        self._start = Choice("consoleStart")
        self._start.setPlaceholderText("From code…")
        self._start.setMinimumWidth(92)
        self._start.setMaximumWidth(172)
        self._start.setAccessibleName("Start from a request found in the code")
        self.kept = Kept(context, self)
        tip = "Run the test for every option, each with its own saved credentials"
        self._every = button("Every option", "consoleMatrix", self._run_every, tip=tip)
        for widget in (self._start, self.kept.saved, self.kept.history, self._every, self._test):
            self.header.addWidget(widget)
        self._target = Target(context, lambda: self.composition, self)
        self._unverified = Notice(
            "warning",
            "The server's certificate is not verified.",
            "Whoever answers gets the credentials, and can change what comes back. It ends with this window, or when "
            "another project is opened.",
            [("Verify again", "consoleVerify", self._verify_again)],
            name="consoleUnverified",
        )
        self._unverified.hide()
        self.body.addWidget(self._unverified)
        self._travel = TravelEdit(context.travels)
        self._composer = Composer(self._travel)
        self._where = HeadLayout(spacing=12, least=_RESOLVED)
        self._where.addWidget(self._target.resolved)
        self._where.addWidget(self._composer.tabs)
        self.pin(
            row(self._verb, self._url, self._prepare, self._send),
            self._where,
            self._target.lost,
            self.kept.naming,
            self._line,
        )
        self._travelling = ElidedLabel("", "secondary")
        self._travelling.setObjectName("consoleTravel")
        self.body.addWidget(self._travelling)
        self._unsent = ElidedLabel("", "secondary")
        self._unsent.setObjectName("consoleUnsent")
        self._unsent.hide()
        self.body.addWidget(self._unsent)
        self.body.addWidget(self._composer)
        self._left: QWidget | None = None
        """What had the focus before a click beside the inputs took it."""
        self._results = Results(context, self.explain, self._line, self.area, self._show_travel)
        self._results.test_wanted.connect(self._run_test)
        self.body.addLayout(self._results.notices)
        self._empty = EmptyState(
            "console",
            "Nothing sent yet",
            "Send shows the request as signed, byte for byte, what came back, and what the SDK made of it.",
        )
        self.matrix = MatrixGrid(context.messages, context.jobs)
        self.matrix.hide()
        self.matrix.keep_wanted.connect(self._runner.keep_settings)
        self.matrix.opened.connect(lambda cell: self.show_run(self._runner.run_of(cell)))
        self.body.addWidget(self.matrix)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._results)
        self.body.addStretch(1)
        self._connect()
        self._say_travel(context.travels.now)
        self._suggested = ""
        self._suggest_url()
        self._find_starts()
        self.kept.read()

    def inspector_tabs(self) -> list[InspectorTab]:
        return [
            InspectorTab("explain", "Explain", lambda: self.explain),
            InspectorTab("token", "Token", lambda: TokensPanel(self.context)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "consoleRuby")),
        ]

    def perform(self, what: str = "") -> None:
        """Run the connector's test, as the top bar's button asks; "send" or "prepare" the request as it stands, or run
        every "option"."""
        {"": self._run_test, "send": self.send, "prepare": self._prepare_only, "option": self._run_every}[what]()

    def entered(self) -> None:
        self._url.setFocus()
        self._find_starts()
        self._resolve_soon()

    def send(self) -> None:
        """Send the request as it stands."""
        composition = self.composition

        def sent(run: Run) -> None:
            exchanges = run.outcome.exchanges
            reply = exchanges[-1].response if exchanges else None
            if exchanges:
                self.kept.note(composition, 0 if reply is None else reply.status, run)
            self.show_run(run)

        # As it was composed: what the variables stand for is for the request alone.
        state = self.store.state
        title = composition.without_secrets(state.credentials, secret_settings_of(state.document)).title

        def go(args: Mapping[str, Any]) -> None:
            self._run("request", args, title=title, done=sent, cancelled=sent)

        self._compose(composition, go)

    @property
    def composition(self) -> Composition:
        """The request as it stands in the form."""
        return self._composer.composition(self._verb.value, self._url.text().strip())

    def show_composition(self, made: Composition) -> None:
        """Put a kept request into the form."""
        self._results.clear_notices()
        self._verb.show_value(made.verb)
        self._url.show_text(made.url)
        self._composer.show_composition(made)
        if made.incomplete:
            text = f"Where {DOTS} stands, a secret was not kept. Type it again, or name a setting: {{{{api_key}}}}."
            self._results.notice("note", "One value has to be given again.", text)
        self._url.setFocus()
        self._resolve_soon()

    def look_at(self, run: Run, exchange: int, part: str) -> None:
        """Show a run of the timeline as if it had been made here."""
        self.show_run(run, exchange, part)

    def show_run(self, run: Run, exchange: int | None = None, part: str = "") -> None:
        """Show what a run sent and got; see ``Results``."""
        self._empty.hide()
        self._results.show_run(run, exchange, part)

    def _connect(self) -> None:
        self._start.edited.connect(self._start_from)
        self._url.returnPressed.connect(self.send)
        self._url.edited.connect(lambda _text: self._resolve_soon())
        self._verb.edited.connect(lambda _verb: self._resolve_soon())
        self._composer.edited.connect(self._resolve_soon)
        self._composer.edited.connect(self._show_typed)
        self.context.travels.changed.connect(self._say_travel)
        self.kept.wanted.connect(lambda: self.kept.ask_name(self.composition))
        self.kept.chosen.connect(self.show_composition)
        self._runner.started.connect(self._begin)
        self._runner.finished.connect(lambda _run: self._busy(False))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)
        KeyFilter(self._url, Qt.Key.Key_PageDown, lambda: self._results.reply.turn(1))
        KeyFilter(self._url, Qt.Key.Key_PageUp, lambda: self._results.reply.turn(-1))
        self._composer.tabs.changed.connect(lambda _part: self.area.to_top())
        whole = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._send.click, context=whole)
        self._runner.stopped.connect(self._stopped)
        self.store.document_changed.connect(lambda _span: self._follow_test())
        self.store.document_changed.connect(lambda _span: self._resolve_soon())
        self.store.credentials_changed.connect(self._resolve_soon)
        self.store.opened.connect(self._forget)
        self.store.opened.connect(self._suggest_url)
        self.store.opened.connect(self._find_starts)

    def _show_typed(self) -> None:
        """After a send one may type on where one was, which the reply has moved out of sight."""
        focus = self.window().focusWidget()
        if focus is not None and self._composer.isAncestorOf(focus):
            bring_into_sight(focus)

    def _suggest_url(self) -> None:
        """Begin with what the connector's test asks for."""
        self._suggested = self._tested_url
        self._url.show_text(self._suggested)
        self._target.forget()

    def _follow_test(self) -> None:
        """Another path of the test is the one to begin with, as long as nobody has typed one."""
        tested = self._tested_url
        if tested and tested != self._suggested and self._url.text() == self._suggested:
            self._url.show_text(tested)
            self._suggested = tested

    @property
    def _tested_url(self) -> str:
        test = self.store.state.design.test
        shape = test.shape.parameters if test is not None and test.shape is not None else {}
        path = shape.get("path") or shape.get("url")
        return path if isinstance(path, str) else ""

    def _find_starts(self) -> None:
        """Offer the requests that stand in the code as it is now."""
        source = self.store.state.document.source
        self.context.jobs.start(
            "Requests in the code",
            lambda _task: starting_points(source),
            done=self._offer_starts,
            key="starting-points",
            quiet=True,
        )
        authorization = self.store.state.design.authorization
        show_if(self._every, authorization is not None and bool(authorization.options))

    def _offer_starts(self, starts: tuple[StartingPoint, ...]) -> None:
        self._starts = starts
        self._start.set_choices([(str(index), start.title) for index, start in enumerate(starts)])
        self._start.setCurrentIndex(-1)
        show_if(self._start, bool(starts))

    def _start_from(self, index: str) -> None:
        self.show_composition(self._starts[int(index)].composition)
        self._start.setCurrentIndex(-1)

    def _compose(self, composition: Composition, go: Callable[[Mapping[str, Any]], object]) -> None:
        """Hand the operation's arguments to ``go``; where they cannot be made, say so in place."""
        self._results.clear_notices()
        state = self.store.state
        root = state.path.parent if state.path else None
        read = partial(read_part, root, chosen=self._composer.chosen_files)
        work = partial(composition.arguments, dict(state.credentials), read)
        if any(part.file for part in composition.parts):
            # Files are read beside the UI thread.
            self.context.jobs.start(
                "Reading files", lambda _task: work(), done=go, failed=self._compose_failed, key="compose"
            )
            return
        try:
            args = work()
        except ComposeError as error:
            self._compose_failed(error)
        else:
            go(args)

    def _compose_failed(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self.context.messages.fail(error)
            return
        self._results.set_aside()
        self._results.notice("error", error.message, error.hint)
        part = getattr(error, "part", "url")
        if part != "url":
            self._composer.tabs.select(part)

    def _prepare_only(self) -> None:
        def go(args: Mapping[str, Any]) -> None:
            self._run("request", args, title="Prepare the request", dry_run=True, done=self.show_run)

        self._compose(self.composition, go)

    def _run(self, operation: str, args: Mapping[str, Any] | None = None, **how: Any) -> None:
        """See ``Runner.start``. A grid of every option is not what is looked at now; its runs are in the timeline."""
        self.matrix.hide()
        self._runner.start(operation, args, **how)

    def _say_travel(self, travel: Travel) -> None:
        show_if(self._unverified, not travel.verify)
        self._travelling.setText(f"Connection: {travel.words}" if travel.words else "")
        show_if(self._travelling, bool(travel.words))

    def _show_travel(self) -> TravelEdit:
        self._composer.tabs.select("travel")
        return self._travel

    def _verify_again(self) -> None:
        travels = self.context.travels
        travels.choose(replace(travels.now, verify=True))

    def _run_test(self) -> None:
        if self.store.state.design.test is None:
            self._results.clear_notices()
            self._results.notice(
                "warning",
                "This connector has no test.",
                "Write one on the Test page: a request that any user may make.",
                [("Go to Test", "console.go-test", bound(self.context.shell.show_page, "test"))],
            )
            return
        self._run("test", title="Test", done=self.show_run, cancelled=self.show_run)

    def _run_every(self) -> None:
        self._results.clear_notices()

        def ended(whole: bool) -> None:
            self._busy(False)
            self.matrix.end(whole)

        self._runner.cancel()  # its last word is not for the new grid
        self._results.clear_notices()
        self._empty.hide()
        self.matrix.begin()
        self.area.follow(self.matrix)
        self._runner.every_option(each=self.matrix.add, ended=ended)

    def _forget(self) -> None:
        """Another connector is open: nothing that was composed for the last one, sent or received stays."""
        self._results.forget()
        self._verb.show_value("GET")
        self._composer.forget()
        self.matrix.clear()
        self._empty.show()

    def _resolve_soon(self) -> None:
        unsent = self.composition.unsent
        self._unsent.setText(unsent)
        show_if(self._unsent, bool(unsent))
        if self.isVisible():
            self._target.resolve_soon()

    def _begin(self, title: str) -> None:
        self._results.cover()
        self._line.begin(title, self._runner.arrival or Arrival())
        self._busy(True)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and new is not None and self.isAncestorOf(old) and new.isAncestorOf(self):
            self._left = old

    def _busy(self, busy: bool) -> None:
        self._escape.setEnabled(busy)
        focus, cancel = self.window().focusWidget(), self._line.cancel
        buttons = (self._send, self._prepare, self._test, self._every)
        if busy:
            self._asked = next((one for one in buttons if one is focus), self._send)
            if focus in buttons:
                cancel.setFocus()
            elif focus is not None and focus.isAncestorOf(self):
                # A click on a button has given the focus to what is around the page: back to where one was.
                left = self._left
                (left if left is not None and isValid(left) and left.isVisible() else cancel).setFocus()
        for one in buttons:
            one.setEnabled(not busy)
        if not busy:
            if focus is cancel:
                self._asked.setFocus()
            self._line.end()
            self._results.uncover()

    def _stopped(self, text: str) -> None:
        self._busy(False)
        self._results.set_aside()
        self._results.notice("note", text, "Nothing more is sent.")
