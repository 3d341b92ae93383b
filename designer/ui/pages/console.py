"""The console: one request as the connector's actions would make it, signed by ``apply``, each part explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from designer.errors import UserError
from designer.masking import DOTS, Masks
from designer.project.codec import PsychCodec
from designer.project.requests import read_part
from designer.ui.inspector import RubyPane
from designer.ui.jobs import Task
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.blanks import blank_notice, to_setting
from designer.ui.pages.explain import ExplainPanel
from designer.ui.pages.kept import Kept
from designer.ui.pages.taping import TestMaker
from designer.ui.pages.tokens import TokensPanel
from designer.ui.pages.way_out import tls_notice
from designer.ui.renewals import authorization_in_use
from designer.ui.runner import Run
from designer.ui.taborder import bring_into_sight, reading_order
from designer.ui.travels import Travel
from designer.ui.turns import Turns
from designer.ui.widgets.basics import ElidedLabel, KeyFilter, bound, button, clear_layout, column, label, row, show_if
from designer.ui.widgets.card import EmptyState, Notice
from designer.ui.widgets.composer import Composer
from designer.ui.widgets.flow import HeadLayout
from designer.ui.widgets.grid import MatrixGrid
from designer.ui.widgets.happened import Happened
from designer.ui.widgets.inputs import Choice, LineEdit
from designer.ui.widgets.reply import Reply
from designer.ui.widgets.send_line import SendLine
from designer.ui.widgets.signed_request import SignedRequest
from designer.ui.widgets.travel import TravelEdit
from designer.ui.widgets.veil import Veil
from designer.wire import Call, DryTransport, Exchange, Outcome, WireRequest
from designer.wire import run as run_call
from designer.wire.additions import is_signed
from designer.wire.blanks import blanks_of
from designer.wire.composing import VERBS, ComposeError, Composition
from designer.wire.declared import secret_settings_of
from designer.wire.failures import readable, way_out
from designer.wire.run_secrets import seen_of
from designer.wire.sighting import Sighting, sighting
from designer.wire.starting_points import StartingPoint, starting_points
from designer.wire.transport import Arrival
from designer.wire.urls import dropped_path

__all__ = ["ConsolePage"]


_RESOLVED = 240
"""Pixels that the resolved URL needs to stand beside the parts of the request; where there are fewer it has a line."""
_SHORT = 64 * 1024
"""Characters of a body that are read while it is typed."""
_SLASH_AT_START = "The path of the base URI is left behind: write this one without the slash at its start."
_NO_SLASH_AT_END = "The last part of the base URI's path is left behind: end the base URI with a slash to keep it."


class ConsolePage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Console", "One request as an action makes it: base URI, apply, refresh and retry.")
        self._runner = context.runner
        self._shown: Run | None = None
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
        self._resolved = ElidedLabel("", "secondary")
        self._resolved.setObjectName("consoleResolved")
        self._lost = label("", "warning", wrap=True, name="consolePathLost")
        self._lost.hide()
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
        self._where.addWidget(self._resolved)
        self._where.addWidget(self._composer.tabs)
        self.pin(
            row(self._verb, self._url, self._prepare, self._send),
            self._where,
            self._lost,
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
        self._notices, self._why, self._told = column(), column(), column()
        """Notices above the request, above what happened, and above the reply: whichever is scrolled to."""
        self._place = self._notices
        self._left: QWidget | None = None
        """What had the focus before a click beside the inputs took it."""
        self.body.addLayout(self._notices)
        self._turns = Turns(context.jobs, self)
        self.request_card = SignedRequest(context.jobs)
        self.happened = Happened(context.jobs)
        self.reply = Reply(context.messages, context.jobs)
        self._empty = EmptyState(
            "console",
            "Nothing sent yet",
            "Send shows the request as signed, byte for byte, what came back, and what the SDK made of it.",
        )
        self._taping = TestMaker(context)
        self._answer = QWidget()
        self._answer.setLayout(column(self._told, self.reply))
        self._ending = QWidget()
        self._ending.setLayout(column(self._why, self.happened))
        self._results = QWidget()
        self._results.setLayout(column(self.request_card, self._ending, self._taping, self._answer, None, spacing=16))
        self._results.hide()
        self._veil = Veil(self._results, "consoleVeil")
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

    def perform(self) -> None:
        """Run the connector's test, as the top bar's button asks."""
        self._run_test()

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
            self._runner.start("request", args, title=title, done=sent, cancelled=sent)

        self._compose(composition, go)

    @property
    def composition(self) -> Composition:
        """The request as it stands in the form."""
        return self._composer.composition(self._verb.value, self._url.text().strip())

    def show_composition(self, made: Composition) -> None:
        """Put a kept request into the form."""
        self._clear_notices()
        self._verb.show_value(made.verb)
        self._url.show_text(made.url)
        self._composer.show_composition(made)
        if made.incomplete:
            text = f"Where {DOTS} stands, a secret was not kept. Type it again, or name a setting: {{{{api_key}}}}."
            self._notice("note", "One value has to be given again.", text)
        self._url.setFocus()
        self._resolve_soon()

    def look_at(self, run: Run, exchange: int, part: str) -> None:
        """Show a run of the timeline as if it had been made here."""
        self.show_run(run, exchange, part)

    def show_run(self, run: Run, exchange: int | None = None, part: str = "") -> None:
        """Show what a run sent and got: a card a turn. ``exchange`` is the one to begin with, else the last; ``part``
        what of it is looked for, "request" or "reply"."""
        outcome = run.outcome
        first = self._shown is None
        self._shown = run
        self._empty.hide()
        if first:
            # The cards come into sight one by one: each is laid out for the first time then.
            for card in (self.happened, self.request_card, self.reply):
                card.hide()
        self._results.show()
        # The former one is not to be taken for this one while that is laid out.
        show_if(self._veil, not first)
        exchanges = outcome.exchanges
        steps: list[Callable[[], object]] = [bound(self._say, run), bound(self._show_happened, run)]
        if outcome.prepared is not None and not exchanges:
            self.reply.hide()
            steps += self._show_request(outcome.prepared, None, sent="")
        elif exchanges:
            steps += self._show_exchange(len(exchanges) - 1 if exchange is None else exchange)
        else:
            # What the last run sent is not what this one did.
            self.request_card.hide()
            self.reply.hide()
            self.explain.forget()
        if exchange is not None:
            steps.append(bound(self._say_kept, run))
        self._turns.start([*steps, bound(self._arrive, run, part)])

    # Inside

    def _say_kept(self, run: Run) -> None:
        at = f"{run.started.astimezone():%H:%M:%S}"
        said = "What you send next takes its place. Its steps are in the timeline."
        back = [("Back to the timeline", "consoleToTimeline", bound(self.context.shell.show_page, "timeline"))]
        self._notice("note", f"Run {run.number} of {at}: {run.title}.", said, back)

    def _arrive(self, run: Run, wanted: str) -> None:
        """Bring what is ``wanted`` into sight, or what one looks for first: the reply, or why there is none."""
        self._veil.hide()
        cards = {"request": self.request_card, "happened": self.happened, "reply": self.reply}
        there = [part for part, card in cards.items() if not card.isHidden()]
        self._line.show_run(run, there)
        if not there:
            self.area.to_top()
        else:
            first = there[-1] if run.outcome.exchanges else there[0]
            self._jump(wanted if wanted in there else first)

    def _jump(self, part: str) -> None:
        self.area.follow({"request": self.request_card, "happened": self._ending, "reply": self._answer}[part])

    def _go_to(self, part: str) -> None:
        """Whoever goes there by keys goes on by keys there."""
        self._jump(part)
        if self._line.isAncestorOf(self.window().focusWidget() or self):
            parts = {"request": self.request_card, "happened": self.happened, "reply": self.reply.face}
            stops = reading_order(parts[part]) or [parts[part]]
            stops[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

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
        self._line.jumped.connect(self._go_to)
        KeyFilter(self._url, Qt.Key.Key_PageDown, lambda: self.reply.turn(1))
        KeyFilter(self._url, Qt.Key.Key_PageUp, lambda: self.reply.turn(-1))
        self.area.viewport_resized.connect(self.reply.show_room)
        self._composer.tabs.changed.connect(lambda _part: self.area.to_top())
        whole = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._send.click, context=whole)
        self._runner.stopped.connect(self._stopped)
        self.happened.exchange_clicked.connect(self._choose_exchange)
        self.happened.step_clicked.connect(self._follow)
        self.happened.test_wanted.connect(self._make_test)
        self.request_card.origin_clicked.connect(self._follow)
        self.request_card.line_clicked.connect(self._explain_line)
        self.request_card.setting_clicked.connect(lambda name: to_setting(self.context, name))
        self.request_card.copied.connect(self.context.messages.done)
        self.store.document_changed.connect(lambda _span: self._follow_test())
        self.store.document_changed.connect(lambda _span: self._resolve_soon())
        self.store.credentials_changed.connect(self._resolve_soon)
        self.store.opened.connect(self._forget)
        self.store.opened.connect(self._suggest_url)
        self.store.opened.connect(self._find_starts)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._resolve)

    def _show_typed(self) -> None:
        """After a send one may type on where one was, which the reply has moved out of sight."""
        focus = self.window().focusWidget()
        if focus is not None and self._composer.isAncestorOf(focus):
            bring_into_sight(focus)

    def _suggest_url(self) -> None:
        """Begin with what the connector's test asks for."""
        self._suggested = self._tested_url
        self._url.show_text(self._suggested)
        self._resolved.setText("")
        self._lost.hide()

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
        self._clear_notices()
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
        self._set_aside()
        self._notice("error", error.message, error.hint)
        part = getattr(error, "part", "url")
        if part != "url":
            self._composer.tabs.select(part)

    def _prepare_only(self) -> None:
        def go(args: Mapping[str, Any]) -> None:
            self._runner.start("request", args, title="Prepare the request", dry_run=True, done=self.show_run)

        self._compose(self.composition, go)

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
            self._clear_notices()
            self._notice(
                "warning",
                "This connector has no test.",
                "Write one on the Test page: a request that any user may make.",
                [("Go to Test", "console.go-test", bound(self.context.shell.show_page, "test"))],
            )
            return
        self._runner.start("test", title="Test", done=self.show_run, cancelled=self.show_run)

    def _run_every(self) -> None:
        self._clear_notices()

        def ended(whole: bool) -> None:
            self._busy(False)
            self.matrix.end(whole)

        self._runner.cancel()  # its last word is not for the new grid
        self._clear_notices()
        self._empty.hide()
        self.matrix.begin()
        self._runner.every_option(each=self.matrix.add, ended=ended)

    def _forget(self) -> None:
        """Another connector is open: nothing that was composed for the last one, sent or received stays."""
        self._shown = None
        self._turns.start(())
        self._veil.hide()
        self._line.forget()
        self._clear_notices()
        self._verb.show_value("GET")
        self._composer.forget()
        for part in (self.request_card, self.happened, self.reply, self.explain):
            part.forget()
        self._results.hide()
        self.matrix.clear()
        self._empty.show()

    def _resolve_soon(self) -> None:
        unsent = self.composition.unsent
        self._unsent.setText(unsent)
        show_if(self._unsent, bool(unsent))
        if self.isVisible():
            self._timer.start()

    def _resolve(self) -> None:
        """Say which URL the request goes to, by preparing it without sending."""
        state = self.store.state
        asked = self.composition
        try:
            args = _asked(asked, dict(state.credentials))
        except ComposeError as error:
            self._resolved.setText(f"cannot be resolved: {error.message}")
            self._lost.hide()
            return
        call = Call(
            connector=state.document.source,
            operation="request",
            args=args,
            settings=dict(state.credentials),
            path=str(state.path or "connector.rb"),
            dry_run=True,
        )

        def work(_task: Task) -> tuple[Outcome, Masks, str]:
            outcome = run_call(call, DryTransport(), yaml=PsychCodec())
            masks = seen_of(call.settings, outcome, args).sent
            if outcome.prepared is None:
                return outcome, masks, ""
            base = run_call(replace(call, operation="base_uri", args={}), DryTransport(), yaml=PsychCodec()).result
            return outcome, masks, dropped_path(str(base or ""), str(args.get("url") or ""), outcome.prepared.url)

        def show(answer: tuple[Outcome, Masks, str]) -> None:
            outcome, masks, lost = answer
            show_if(self._lost, bool(lost))
            # The path may hold a secret: it is not named.
            self._lost.setText(_SLASH_AT_START if asked.url.startswith("/") else _NO_SLASH_AT_END)
            if outcome.prepared is not None:
                self._resolved.setText(f"resolves to {masks.url(outcome.prepared.url)}")
            elif outcome.error is not None:
                advice = way_out(outcome, args)
                said = masks.named_text(readable(str(outcome.error["message"])))
                self._resolved.setText(advice or f"cannot be resolved: {said}")

        self.context.jobs.start(
            "resolve",
            work,
            done=show,
            key="resolve",
            quiet=True,
        )

    def _begin(self, title: str) -> None:
        self._veil.cover()
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
            self._veil.hide()

    def _stopped(self, text: str) -> None:
        self._busy(False)
        self._set_aside()
        self._notice("note", text, "Nothing more is sent.")

    def _set_aside(self) -> None:
        """What the last run sent and got is not what is told of now; the timeline still has it."""
        self._turns.start(())
        self._clear_notices()
        self._veil.hide()
        self._line.forget()
        self._results.hide()
        self.area.to_top()
        self.explain.forget()

    def _say(self, run: Run) -> None:
        outcome = run.outcome
        self._clear_notices()
        if outcome.exchanges:
            self._place = self._why if outcome.exchanges[-1].response is None else self._told
        for warning in outcome.warnings:
            self._notice("warning", warning)
        error = outcome.error
        if (told := tls_notice(run, self.context.travels, self._show_travel)) is not None:
            self._notices.addWidget(told)
        if error is not None and error["class"] == "Designer::Cancelled":
            arrived = any(one.arrived for one in outcome.exchanges)
            self._notice(
                "note",
                "Cancelled. Nothing more is sent.",
                "What was sent may have reached the server all the same." if arrived else "",
            )
        elif error is not None and error["class"] == "Designer::CannotEvaluate":
            self._notice(
                "error",
                str(error["message"]),
                "Nothing was sent. The platform runs full Ruby; this preview runs most of it.",
            )
        elif error is not None and error["class"] == "Designer::SyntaxError":
            sent = "" if outcome.exchanges else "Nothing was sent. "
            self._notice(
                "error",
                f"{error['message']}",
                f"{sent}The platform refuses to save it, too.",
                [("Show the line", "consoleToLine", bound(self.context.shell.show_line, int(error.get("line") or 1)))],
            )
        elif error is not None and (advice := way_out(outcome, run.args)):
            self._notice("warning", run.seen.told.text(advice))
        elif error is None and outcome.prepared is None and not outcome.exchanges:
            gave = json.dumps(run.seen.result(outcome).value(outcome.result), ensure_ascii=False)
            self._notice(
                "done", f"{run.title} gave {gave}.", "It sent no request, so it says nothing about the credentials."
            )

    def _show_happened(self, run: Run) -> None:
        show_if(self.happened, bool(run.outcome.exchanges) or run.outcome.error is not None)
        self.happened.show_run(run)

    def _choose_exchange(self, index: int) -> None:
        self._veil.hide()
        self.area.leave()
        self._turns.start(self._show_exchange(index))

    def _show_exchange(self, index: int) -> list[Callable[[], object]]:
        """The turns in which one request and its reply are shown."""
        assert self._shown is not None
        exchange = self._shown.outcome.exchanges[index]
        version = "HTTP/1.1" if exchange.response is None else exchange.response.http_version
        sent = version if exchange.arrived else ""
        request, explained = self._show_request(exchange.request, index, sent=sent)
        look = partial(_look, self._shown, exchange)
        # Of a reply that was cut off, what came is what one looks at.
        shown = exchange if exchange.partial is None else replace(exchange, response=exchange.partial)
        # The reply last: what is prepared of it beside the window begins when the rest is in sight.
        reply = bound(self.reply.show_exchange, shown, self._shown.seen.reply(shown), look)
        return [request, explained, reply]

    def _show_request(self, request: WireRequest, index: int | None, *, sent: str) -> list[Callable[[], object]]:
        assert self._shown is not None
        run = self._shown

        def show() -> None:
            self.request_card.show()
            notices = [blank_notice(self.context, one) for one in blanks_of(run.outcome, index)]
            if run.operation == "request" and self._signs_elsewhere and not is_signed(request):
                notices.append(self._unsigned_notice())
            exchange = run.outcome.exchanges[index] if index is not None else None
            self.request_card.show_request(
                request, run, exchange=exchange, sent=sent, typed=self._typed(run), notices=notices
            )

        return [show, bound(self.explain.show_request, request, run)]

    @property
    def _signs_elsewhere(self) -> bool:
        """Whether the code signs each request where it makes it, so that there is nothing to apply."""
        used = authorization_in_use(self.store.state)
        return used is not None and used.kind == "aws_sigv4" and "apply" not in used.slots

    def _unsigned_notice(self) -> Notice:
        text = (
            "A signature covers the whole request, so aws.generate_signature makes one where the code makes it. "
            "What is sent from here goes out as it is; the test and the actions send theirs signed."
        )
        actions = [("Run test", "consoleRunSigned", self._run_test)]
        return Notice("note", "Nothing signs this request.", text, actions, name="consoleUnsigned")

    def _typed(self, run: Run) -> str:
        """The URL a run was asked for, where a person gave it."""
        return str(run.args.get("url", "")) if run.operation == "request" else ""

    def _make_test(self) -> None:
        if self._shown is not None:
            self._taping.ask(self._shown)

    def _explain_line(self, name: str) -> None:
        self.explain.choose(name)
        self.context.shell.show_inspector("explain")

    def _follow(self, pointer: str, line: int) -> None:
        self.store.focus(pointer)
        if line:
            self.context.shell.show_line(line)

    def _notice(
        self, tone: str, title: str, text: str = "", actions: Sequence[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        self._place.addWidget(Notice(tone, title, text, actions, name="consoleNotice"))

    def _clear_notices(self) -> None:
        self._place = self._notices
        for place in (self._notices, self._why, self._told):
            clear_layout(place)


def _asked(composition: Composition, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments to find out with where a request goes. Its files stay unread; its body counts only for a lambda
    that looks into it, so that one that is long or not finished yet is left out. Raises ``ComposeError``."""
    short = composition if len(composition.body) <= _SHORT else replace(composition, body="")
    try:
        return short.arguments(settings, lambda _name: b"")
    except ComposeError as error:
        if error.part != "body":
            raise
    return replace(composition, body="", parts=()).arguments(settings, lambda _name: b"")


def _look(run: Run, exchange: Exchange, masks: Masks) -> Sighting:
    """Hold the reply against the entries of the connector as it ran."""
    call = Call(connector=run.source, operation=run.operation, settings=dict(run.settings))
    return sighting(call, exchange, masks, PsychCodec())
