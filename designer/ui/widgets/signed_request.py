"""The request as it goes on the wire, line by line, each line with where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.masking import Masks
from designer.ui.jobs import Jobs
from designer.ui.requestrows import BodyRow, RequestRows, Row, SideRow, request_rows, wire_length
from designer.ui.runner import Run, redirects_of, transport_options
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge, Chip
from designer.ui.widgets.basics import ElidedLabel, bound, button, clear_layout, label, row, rule, show_if, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.copy_as import CopyAs
from designer.ui.widgets.lead_row import LeadRow
from designer.ui.widgets.line_stack import LineStack
from designer.ui.widgets.segmented import Segmented
from designer.ui.wiretext import size
from designer.wire import Exchange, Origin, WireRequest
from designer.wire.additions import Element, is_signed
from designer.wire.route import planned, went

__all__ = ["SignedRequest", "origin_words"]

_PLACES = {
    "you": "you",
    "code": "code",
    "apply": "apply",
    "acquire": "acquire",
    "refresh": "refresh",
    "base_uri": "base_uri",
    "format": "format default",
    "client": "HTTP client",
    "redirect": "redirect by the server",
}
_AT_ONCE = 4 * 1024
"""Bytes of a body that are set out in the UI thread; longer ones are prepared beside it."""
_VALUE_LEAST = 120
"""Pixels for a value before settings are named beside it."""
_LONG_NAME = 18
"""Characters of a setting's name that a line has room for."""
_NAMED = 1
"""Settings that a line names itself: of most there is no more than one."""
_KEY_WIDTH, _KEY_LEAST = 150, 96
"""Pixels for the names of headers, where there is room and where there is none."""


def _slot(origin: Origin | None) -> str:
    """The slot that authorizes a request: ``credentials`` is run where there is no ``apply``."""
    ran = "" if origin is None else origin.slot or origin.pointer or ""
    return "credentials" if ran.endswith("/credentials") else "apply"


def origin_words(origin: Origin) -> str:
    """What the chip of an origin says: "apply · line 33", "apply · sign_it · line 80" in a method, "format default"."""
    place = _slot(origin) if origin.source == "apply" else _PLACES.get(origin.source, origin.source)
    if origin.slot and origin.pointer:
        place = f"{place} · {origin.pointer.rpartition('/')[2]}"
    return f"{place} · line {origin.line}" if origin.line else place


class _Line(LeadRow):
    """One element of the request. Clicking it asks for its explanation."""

    setting_clicked = Signal(str)

    def __init__(self, name: str, value: str, origin: Origin | None, follow: Signal | None) -> None:
        super().__init__(f"{name}: {value}", "explain it")
        theme = Theme.current()
        self.setObjectName(f"wireLine.{name}")
        key = ElidedLabel(name, "code")
        key.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        key.setFont(theme.code_font("secondary"))
        self._key = key
        self._settings: list[QWidget] = []
        """What names settings; hidden where there is no room for it."""
        key.setFixedWidth(theme.grown(_KEY_LEAST))
        # A secret that is shortened already is cut at its end, not in the middle once more.
        cut = Qt.TextElideMode.ElideRight if "…" in value else Qt.TextElideMode.ElideMiddle
        shown = ElidedLabel(value, "code", cut)
        shown.setFont(theme.code_font("secondary"))
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 6, 12, 6)
        box.setSpacing(8)
        box.addWidget(key)
        box.addWidget(shown, 1)
        self.setMinimumHeight(36)
        if origin is None:
            return
        self._settings += [self._setting(name, setting) for setting in origin.settings[:_NAMED]]
        if more := origin.settings[_NAMED:]:
            left = label(f"+{len(more)}", "secondary")
            left.setToolTip(f"Made of {', '.join(more)} as well: a click on the line leads to them")
            self._settings.append(left)
        for one in self._settings:
            box.addWidget(one)
            one.hide()
        if origin.source == "apply":
            box.addWidget(Badge(f"added by {_slot(origin)}", "done"))
        chip = _origin(name, origin, follow)
        chip.setObjectName(f"origin.{name}")
        box.addWidget(chip)

    def _setting(self, name: str, setting: str) -> Chip:
        chip = Chip(setting if len(setting) <= _LONG_NAME else f"{setting[:_LONG_NAME]}…", tone="neutral", code=True)
        chip.setObjectName(f"reads.{name}.{setting}")
        chip.setAccessibleName(f"{name} is made of the setting {setting}: show it")
        chip.setToolTip(f"Made of the setting {setting}: go to its value")
        chip.clicked.connect(bound(self.setting_clicked.emit, setting))
        return chip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        grown = Theme.current().grown
        self._key.setFixedWidth(max(grown(_KEY_LEAST), min(grown(_KEY_WIDTH), self.width() // 4)))
        rest = [one for one in self.findChildren(QWidget) if isinstance(one, Badge | Chip) or one in self._settings]
        needed = self._key.width() + sum(one.sizeHint().width() + 8 for one in rest) + grown(_VALUE_LEAST)
        for one in self._settings:
            show_if(one, needed <= self.width())


def _origin(name: str, origin: Origin, follow: Signal | None) -> Chip | Badge:
    """Where ``name`` came from: a chip that leads to the code, or words alone where no code made it."""
    words = origin_words(origin)
    if not origin.pointer or follow is None:
        told = Badge(words)
        told.setAccessibleName(f"{name} comes from: {words}")
        return told
    chip = Chip(words)
    chip.setAccessibleName(f"{name} comes from {words}: show it")
    if origin.settings:
        chip.setToolTip("Reads " + ", ".join(origin.settings))
    chip.clicked.connect(lambda: follow.emit(origin.pointer, origin.line or 0))  # type: ignore[attr-defined]
    return chip


class _Sides(QWidget):
    """One element before and after; what was added has the ground of an addition."""

    def __init__(
        self, name: str, before: str, after: str, one: Element | None, follow: Signal | None, role: str = "code"
    ) -> None:
        super().__init__()
        theme = Theme.current()
        added = one is not None and one.added
        self.setObjectName(f"sides.{name}")
        self.setAccessibleName(f"{name}: {f'added by {_slot(one.origin)}' if one and added else 'as before'}, {after}")
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 6, 12, 6)
        box.setSpacing(8)
        key = label(name, "code")
        key.setFont(theme.code_font("secondary"))
        key.setFixedWidth(120)
        box.addWidget(key)
        for text in (before, after):
            shown = ElidedLabel(text, role, Qt.TextElideMode.ElideMiddle)
            if role == "code":
                shown.setFont(theme.code_font("secondary"))
            box.addWidget(shown, 1)
        self.setMinimumHeight(34)
        # The same room on every line, so that both columns stay columns.
        marks = QWidget()
        marks.setFixedWidth(166)
        outer, box = box, QHBoxLayout(marks)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addStretch(1)
        outer.addWidget(marks)
        if one is None or not (added or one.changed):
            return
        box.addWidget(Badge("added" if added else "changed", "done"))
        if one.origin is not None and added:
            box.addWidget(_origin(name, one.origin, follow))


class SignedRequest(Card):
    """Shows one ``WireRequest``: as a table, as raw text, as what ``apply`` added to it."""

    origin_clicked = Signal(str, int)
    """Pointer of the lambda and the line."""
    line_clicked = Signal(str)
    """Name of a header, or "" for the request line."""
    setting_clicked = Signal(str)
    """Name of a setting that an element is made of."""
    copied = Signal(str, str)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__("Signed request", name="signedRequest", padding=0)
        self._outer.setContentsMargins(0, 10, 0, 4)
        self._outer.setSpacing(6)
        self.header.setContentsMargins(16, 0, 12, 0)
        self._jobs = jobs
        self._request: WireRequest | None = None
        self._masks = Masks()
        self._http2 = False
        self._about = label("", "secondary")
        self._about.setObjectName("signedRequest.about")
        self._faces = Segmented(
            (("table", "Explained"), ("added", "Before | after"), ("raw", "Raw")),
            name="requestFace",
            small=True,
            about="How the request is shown",
        )
        self._eye = tool_button("eye", "requestReveal", "Show secrets while held")
        self._eye.pressed.connect(lambda: self._show(reveal=True))
        self._eye.released.connect(lambda: self._show())
        self._copy_as = CopyAs(self)
        self._copy_as.copied.connect(self.copied)
        curl = tool_button(
            "copy", "copyCurl", "Copy as cURL, $VARIABLES for secrets; with Shift held, as sent", self._copy_curl
        )
        more = button("Copy as…", "copyAs", variant="quiet", dense=True, menu=self._copy_as.menu)
        self.header.addWidget(self._about)
        self.header.addStretch()
        for widget in (self._faces, self._eye, curl, more):
            self.header.addWidget(widget)
        self._way = label("", "secondary", wrap=True, selectable=True, name="signedRequest.way")
        self.body.addLayout(row(self._way, margins=(16, 0, 12, 0)))
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(12, 0, 12, 0)
        self._notices.setSpacing(6)
        self.body.addLayout(self._notices)
        self._lines = LineStack(jobs)
        self._raw = CodeView("requestRaw", numbered=False)
        self._raw.setAccessibleName("Request as raw text")
        self._raw.hide()
        self.body.addWidget(self._lines)
        self.body.addWidget(self._raw)
        self._faces.changed.connect(lambda _face: self._show())

    def show_request(
        self,
        request: WireRequest,
        run: Run,
        *,
        sent: str,
        exchange: Exchange | None = None,
        typed: str = "",
        notices: Iterable[QWidget] = (),
    ) -> None:
        """``sent`` is what HTTP it went out as, "" where it did not; ``exchange`` the one that sent it, None where none
        did; ``typed`` the URL as the person gave it, "" where code made the request; ``notices`` are told above it."""
        clear_layout(self._notices)
        for notice in notices:
            self._notices.addWidget(notice)
        if request is not self._request:
            self._lines.clear()  # those of a long one come from a job
        self._request, self._masks = request, run.seen.request(exchange)
        self._copy_as.show_request(request, run, typed)
        self.title.setText("Signed request" if is_signed(request) else "Request, not signed")
        self._http2 = sent.startswith("HTTP/2")
        said = "as sent" if sent.startswith("HTTP/1") else "not sent"
        if self._http2:
            # Names have no spelling there, the request line and Host are pseudo-headers (RFC 9113 §8.3).
            said = "as sent, in frames of HTTP/2"
        self._about.setText(f"{said} · {size(len(request.body) if self._http2 else wire_length(request))}")
        response = exchange.response if exchange is not None else None
        if response is not None:
            way = ("Went by", *went(response))
        else:
            purpose = exchange.purpose if exchange is not None else "request"
            way = ("Goes by", *planned(request, transport_options(run.travel), redirects_of(run.travel), purpose))
        self._way.setText(f"{way[0]} {' · '.join(way[1:])}")
        self._show()

    def add_notice(self, notice: QWidget) -> None:
        """Tell something more above the request shown."""
        self._notices.addWidget(notice)

    def forget(self) -> None:
        """No request is shown, and none can be copied."""
        self._request, self._masks = None, Masks()
        self._copy_as.forget()
        self._about.setText("")
        self._way.setText("")
        clear_layout(self._notices)
        self._lines.clear()
        self._raw.show_plain("")

    @property
    def request(self) -> WireRequest | None:
        return self._request

    def _show(self, reveal: bool = False) -> None:
        request = self._request
        if request is None:
            return
        masks, http2 = None if reveal else self._masks, self._http2
        face = self._faces.current
        if len(request.body) <= _AT_ONCE:
            self._lay_out(request_rows(request, masks, face, http2=http2), face)
            return

        def done(rows: RequestRows) -> None:
            if request is self._request and face == self._faces.current:
                self._lay_out(rows, face)

        self._jobs.start(
            "Setting out the request",
            lambda _task: request_rows(request, masks, face, http2=http2),
            done=done,
            key="signed-request",
            quiet=True,
        )

    def _lay_out(self, made: RequestRows, face: str) -> None:
        if face == "raw":
            self._raw.show_plain(made.raw)
            self._raw.fit(420)
            self._lines.hide()
            self._lines.clear()
            self._raw.show()
            return
        self._raw.hide()
        self._lines.show()
        steps: list[Callable[[], object]] = []
        if face == "added":
            # Two columns: the request without what apply adds, and as it went out.
            added = [row.element for row in made.rows if isinstance(row, SideRow) and row.element.added]
            slot = _slot(added[0].origin if added else None)
            heads = (f"BEFORE {slot.upper()}", f"AFTER {slot.upper()}")
            steps.append(lambda: self._lines.add(_Sides("", *heads, None, None, "group")))
        steps += [bound(self._add, row) for row in made.rows]
        if face == "added" and not any(isinstance(row, SideRow) and row.element.added for row in made.rows):
            steps.append(bound(self._note, "apply adds nothing to this request."))
        if made.left:
            steps.append(bound(self._note, f"… {made.left} more; Raw shows them."))
        self._lines.start(steps)

    def _add(self, row: Row | BodyRow | SideRow) -> None:
        if isinstance(row, BodyRow):
            view = CodeView("requestBody", numbered=False)
            view.setAccessibleName("Body of the request")
            if row.kind == "json":
                view.show_json(row.text)
            else:
                view.show_plain(row.text)
            view.fit(220)
            self._lines.add(view)
            return
        if self._lines.count:
            self._lines.add(rule(faint=True))
        if isinstance(row, SideRow):
            one = row.element
            sides = _Sides(one.name, row.before, row.after, one, self.origin_clicked)  # type: ignore[arg-type]
            self._lines.add(sides)
            return
        line = _Line(row.name, row.value, row.origin, self.origin_clicked)  # type: ignore[arg-type]
        line.clicked.connect(bound(self.line_clicked.emit, row.explained))
        line.setting_clicked.connect(self.setting_clicked)
        self._lines.add(line)

    def _note(self, text: str) -> None:
        note = label(text, "dim")
        note.setContentsMargins(16, 4, 16, 10)
        self._lines.add(note)

    def _copy_curl(self) -> None:
        whole = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._copy_as.copy_curl(whole=whole)
