"""What a run sent and got, in the console: the request, what happened, the reply, with what is to be said of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from designer.masking import Masks
from designer.project.codec import PsychCodec
from designer.ui.page import Context
from designer.ui.pages.blanks import blank_notice, to_setting
from designer.ui.pages.explain import ExplainPanel
from designer.ui.pages.taping import TestMaker
from designer.ui.pages.way_out import tls_notice
from designer.ui.renewals import authorization_in_use
from designer.ui.runner import Run
from designer.ui.taborder import reading_order
from designer.ui.turns import Turns
from designer.ui.widgets.basics import bound, clear_layout, column, show_if
from designer.ui.widgets.card import Notice
from designer.ui.widgets.happened import Happened
from designer.ui.widgets.reply import Reply
from designer.ui.widgets.scroll import PageScroll
from designer.ui.widgets.send_line import SendLine
from designer.ui.widgets.signed_request import SignedRequest
from designer.ui.widgets.travel import TravelEdit
from designer.ui.widgets.veil import Veil
from designer.wire import Call, Exchange, WireRequest
from designer.wire.additions import is_signed
from designer.wire.blanks import blanks_of
from designer.wire.failures import way_out
from designer.wire.sighting import Sighting, sighting

__all__ = ["Results"]


class Results(QWidget):
    """The cards of one run, below each other in ``area``; ``notices`` stands wherever the page puts it, for what is to
    be said above them. ``line`` tells how the run ended and leads to them; ``show_travel`` brings the choices of how
    requests travel into sight."""

    test_wanted = Signal()
    """The connector's own test is to be run."""

    def __init__(
        self,
        context: Context,
        explain: ExplainPanel,
        line: SendLine,
        area: PageScroll,
        show_travel: Callable[[], TravelEdit],
    ) -> None:
        super().__init__()
        self._context = context
        self._store = context.store
        self._explain = explain
        self._line = line
        self._area = area
        self._show_travel = show_travel
        self._shown: Run | None = None
        self._warned = False
        """Whether the request in sight was said to be unlike what its signature was made for."""
        self.notices, self._why, self._told = column(), column(), column()
        """Notices above the request, above what happened, and above the reply: whichever is scrolled to."""
        self._place = self.notices
        self._turns = Turns(context.jobs, self)
        self.request_card = SignedRequest(context.jobs)
        self.happened = Happened(context.jobs)
        self.reply = Reply(context.messages, context.jobs)
        self._taping = TestMaker(context)
        self._answer = QWidget()
        self._answer.setLayout(column(self._told, self.reply))
        self._ending = QWidget()
        self._ending.setLayout(column(self._why, self.happened))
        self.setLayout(column(self.request_card, self._ending, self._taping, self._answer, None, spacing=16))
        self.hide()
        self._veil = Veil(self, "consoleVeil")
        explain.unlike.connect(self._say_unlike)
        line.jumped.connect(self._go_to)
        area.viewport_resized.connect(self.reply.show_room)
        self.happened.exchange_clicked.connect(self._choose_exchange)
        self.happened.step_clicked.connect(self._follow)
        self.happened.test_wanted.connect(self._make_test)
        self.request_card.origin_clicked.connect(self._follow)
        self.request_card.line_clicked.connect(self._explain_line)
        self.request_card.setting_clicked.connect(lambda name: to_setting(context, name))
        self.request_card.copied.connect(context.messages.done)

    def show_run(self, run: Run, exchange: int | None = None, part: str = "") -> None:
        """Show what a run sent and got: a card a turn. ``exchange`` is the one to begin with, else the last; ``part``
        what of it is looked for, "request" or "reply"."""
        outcome = run.outcome
        first = self._shown is None
        self._shown = run
        if first:
            # The cards come into sight one by one: each is laid out for the first time then.
            for card in (self.happened, self.request_card, self.reply):
                card.hide()
        self.show()
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
            self._explain.forget()
        if exchange is not None:
            steps.append(bound(self._say_kept, run))
        self._turns.start([*steps, bound(self._arrive, run, part)])

    def cover(self) -> None:
        """Another run is under way: what is shown is of the one before."""
        self._veil.cover()

    def uncover(self) -> None:
        """What is shown holds again."""
        self._veil.hide()

    def set_aside(self) -> None:
        """What the last run sent and got is not what is told of now; the timeline still has it."""
        self._turns.start(())
        self.clear_notices()
        self._veil.hide()
        self._line.forget()
        self.hide()
        self._area.to_top()
        self._explain.forget()

    def forget(self) -> None:
        """Another connector is open: nothing that was sent for the last one or received stays."""
        self.set_aside()
        self._shown = None
        for part in (self.request_card, self.happened, self.reply):
            part.forget()

    def notice(
        self, tone: str, title: str, text: str = "", actions: Sequence[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        """Say it above the request, or beside the part of the run that it is about."""
        self._place.addWidget(Notice(tone, title, text, actions, name="consoleNotice"))

    def clear_notices(self) -> None:
        self._place = self.notices
        for place in (self.notices, self._why, self._told):
            clear_layout(place)

    # Inside

    def _say_kept(self, run: Run) -> None:
        at = f"{run.started.astimezone():%H:%M:%S}"
        said = "What you send next takes its place. Its steps are in the timeline."
        back = [("Back to the timeline", "consoleToTimeline", bound(self._context.shell.show_page, "timeline"))]
        self.notice("note", f"Run {run.number} of {at}: {run.title}.", said, back)

    def _arrive(self, run: Run, wanted: str) -> None:
        """Bring what is ``wanted`` into sight, or what one looks for first: the reply, or why there is none."""
        self._veil.hide()
        cards = {"request": self.request_card, "happened": self.happened, "reply": self.reply}
        there = [part for part, card in cards.items() if not card.isHidden()]
        self._line.show_run(run, there)
        if not there:
            self._area.to_top()
        else:
            first = there[-1] if run.outcome.exchanges else there[0]
            self._jump(wanted if wanted in there else first)

    def _jump(self, part: str) -> None:
        self._area.follow({"request": self.request_card, "happened": self._ending, "reply": self._answer}[part])

    def _go_to(self, part: str) -> None:
        """Whoever goes there by keys goes on by keys there."""
        self._jump(part)
        if self._line.isAncestorOf(self.window().focusWidget() or self):
            parts = {"request": self.request_card, "happened": self.happened, "reply": self.reply.face}
            stops = reading_order(parts[part]) or [parts[part]]
            stops[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _say(self, run: Run) -> None:
        outcome = run.outcome
        self.clear_notices()
        if outcome.exchanges:
            self._place = self._why if outcome.exchanges[-1].response is None else self._told
        for warning in outcome.warnings:
            self.notice("warning", warning)
        error = outcome.error
        if (told := tls_notice(run, self._context.travels, self._show_travel)) is not None:
            self.notices.addWidget(told)
        if error is not None and error["class"] == "Designer::Cancelled":
            arrived = any(one.arrived for one in outcome.exchanges)
            self.notice(
                "note",
                "Cancelled. Nothing more is sent.",
                "What was sent may have reached the server all the same." if arrived else "",
            )
        elif error is not None and error["class"] == "Designer::CannotEvaluate":
            self.notice(
                "error",
                str(error["message"]),
                "Nothing was sent. The platform runs full Ruby; this preview runs most of it.",
            )
        elif error is not None and error["class"] == "Designer::SyntaxError":
            sent = "" if outcome.exchanges else "Nothing was sent. "
            self.notice(
                "error",
                f"{error['message']}",
                f"{sent}The platform refuses to save it, too.",
                [("Show the line", "consoleToLine", bound(self._context.shell.show_line, int(error.get("line") or 1)))],
            )
        elif error is not None and (advice := way_out(outcome, run.args)):
            self.notice("warning", run.seen.told.text(advice))
        elif error is None and outcome.prepared is None and not outcome.exchanges:
            gave = json.dumps(run.seen.result(outcome).value(outcome.result), ensure_ascii=False)
            self.notice(
                "done", f"{run.title} gave {gave}.", "It sent no request, so it says nothing about the credentials."
            )

    def _show_happened(self, run: Run) -> None:
        show_if(self.happened, bool(run.outcome.exchanges) or run.outcome.error is not None)
        self.happened.show_run(run)

    def _choose_exchange(self, index: int) -> None:
        self._veil.hide()
        self._area.leave()
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
            self._warned = False
            self.request_card.show()
            notices = [blank_notice(self._context, one) for one in blanks_of(run.outcome, index)]
            if run.operation == "request" and self._signs_elsewhere and not is_signed(request):
                notices.append(self._unsigned_notice())
            exchange = run.outcome.exchanges[index] if index is not None else None
            self.request_card.show_request(
                request, run, exchange=exchange, sent=sent, typed=self._typed(run), notices=notices
            )

        return [show, bound(self._explain.show_request, request, run)]

    def _say_unlike(self, request: WireRequest, text: str) -> None:
        if request is self.request_card.request and not self._warned:
            self._warned = True
            ways = [("Show where they part", "consoleUnlikeShow", bound(self._explain_line, "Authorization"))]
            title = "What goes out is not what was signed."
            self.request_card.add_notice(Notice("warning", title, text, ways, name="consoleUnlike"))

    @property
    def _signs_elsewhere(self) -> bool:
        """Whether the code signs each request where it makes it, so that there is nothing to apply."""
        used = authorization_in_use(self._store.state)
        return used is not None and used.kind == "aws_sigv4" and "apply" not in used.slots

    def _unsigned_notice(self) -> Notice:
        text = (
            "A signature covers the whole request, so aws.generate_signature makes one where the code makes it. "
            "What is sent from here goes out as it is; the test and the actions send theirs signed."
        )
        actions = [("Run test", "consoleRunSigned", self.test_wanted.emit)]
        return Notice("note", "Nothing signs this request.", text, actions, name="consoleUnsigned")

    def _typed(self, run: Run) -> str:
        """The URL a run was asked for, where a person gave it."""
        return str(run.args.get("url", "")) if run.operation == "request" else ""

    def _make_test(self) -> None:
        if self._shown is not None:
            self._taping.ask(self._shown)

    def _explain_line(self, name: str) -> None:
        self._explain.choose(name)
        self._context.shell.show_inspector("explain")

    def _follow(self, pointer: str, line: int) -> None:
        self._store.focus(pointer)
        if line:
            self._context.shell.show_line(line)


def _look(run: Run, exchange: Exchange, masks: Masks) -> Sighting:
    """Hold the reply against the entries of the connector as it ran."""
    call = Call(connector=run.source, operation=run.operation, settings=dict(run.settings))
    return sighting(call, exchange, masks, PsychCodec())
