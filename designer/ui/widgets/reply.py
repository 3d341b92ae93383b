"""A reply: status, size, body set out for reading, headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QGuiApplication, QImage, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from designer.masking import Masks
from designer.ui.choosing import choose_new_file
from designer.ui.jobs import Jobs, Task
from designer.ui.messages import Messages
from designer.ui.replyparts import HEX_PART, TEXT_PART, hex_part, parts_of, raw_part
from designer.ui.replytext import BodyFace, body_face, cookies, is_xml, json_path, sighting_text
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, allow, show_if, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.parts import Parts
from designer.ui.widgets.preview import Preview, picture
from designer.ui.widgets.reply_tree import ReplyTree
from designer.ui.widgets.segmented import Segmented
from designer.ui.wiretext import SHOWN_BYTES, cut, header_value, reply_tone, size
from designer.wire import Exchange, WireResponse
from designer.wire.paging import GUESSED, as_utf8, charset_of
from designer.wire.pieces import Piece
from designer.wire.route import route
from designer.wire.sighting import Sighting

__all__ = ["Reply"]

T = TypeVar("T")

_FACES = (
    ("body", "Body"),
    ("raw", "Raw"),
    ("tree", "Tree"),
    ("preview", "Preview"),
    ("headers", "Headers"),
    ("cookies", "Cookies"),
    ("hex", "Hex"),
    ("route", "Connection"),
    ("detect", "detect_on"),
)
_BY_PARTS = {"raw": (raw_part, TEXT_PART), "hex": (hex_part, HEX_PART)}
"""Faces that show a long body a part at a time: how one is made, and how many bytes it has."""
_TOLD = 200
"""Characters of a path that are told: one of 100,000 levels is longer than anybody reads."""
_CALM, _MOMENT = 4, 0.01
"""How often, and for how many seconds, work beside the window holds back before it begins."""
_NO_PATHS = "Only values of JSON and XML have a path."
_HIGHEST, _LOWEST = 420, 200
"""Pixels of a long reply, where nothing is known of the room there is, and where there is too little of it."""
_BELOW = 24
"""Pixels that stay free below it."""
_AT_ONCE = 16 * 1024
"""Bytes of a body that are set out in the UI thread; longer ones are prepared beside it."""


class Reply(Card):
    def __init__(self, messages: Messages, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__("Reply", name="reply", padding=0)
        self._outer.setContentsMargins(0, 12, 0, 0)
        self.header.setContentsMargins(16, 0, 12, 0)
        self._messages = messages
        self._jobs = jobs
        self._kind = ""
        self._room = self._highest = _HIGHEST
        self._grown: WireResponse | None = None
        """The reply that the tree shows."""
        self._response: WireResponse | None = None
        self._json = self._xml = False
        self._look: Callable[[Masks], Sighting] = lambda _masks: Sighting("", "")
        self._masks = self._hidden = Masks()
        self._badge = Badge()
        self._about = ElidedLabel("", "secondary")
        self._about.setObjectName("reply.about")
        self._faces = Segmented(_FACES, name="replyFace", small=True, about="How the reply is shown")
        self.header.addWidget(self._badge)
        self.header.addWidget(self._about)
        self.header.addStretch()
        self.header.addWidget(self._faces)
        self._eye = tool_button("eye", "replyReveal", "Show secrets while held")
        self._eye.pressed.connect(lambda: self._reveal(Masks(reveal=True)))
        self._eye.released.connect(lambda: self._reveal(self._hidden))
        self.header.addWidget(self._eye)
        where = "Copy the path to the value under the cursor: ['contacts'][0]['id']"
        self._path = tool_button("copy", "replyPath", where, self._copy_path)
        self.header.addWidget(self._path)
        self.header.addWidget(tool_button("export", "replySave", "Save the body to a file…", self._save))
        self._view = CodeView("replyBody")
        self._view.setAccessibleName("Reply")
        self._tree = ReplyTree(jobs)
        self._preview = Preview()
        self._parts = Parts()
        self._parts.moved.connect(self._show_part)
        self._parts.hide()
        self.body.addWidget(self._parts)
        self._shown: QWidget = self._view
        for face in (self._view, self._tree, self._preview):
            self.body.addWidget(face)
            show_if(face, face is self._view)
        self._faces.changed.connect(lambda _face: self._show())

    def show_exchange(self, exchange: Exchange, masks: Masks, look: Callable[[Masks], Sighting]) -> None:
        """``look`` holds the reply against the connector's entries and masks what they see; it is called beside the UI
        thread, if at all."""
        self._look = look
        self._response, self._masks, self._hidden = exchange.response, masks, masks
        response = exchange.response
        if self._grown is not None and self._grown is not response:
            self._grown = None
            self._tree.clear()
        self.setVisible(response is not None)
        if response is None:
            return
        self._badge.show_text(masks.text(f"{response.status} {response.reason}".strip()), reply_tone(response))
        kind = header_value(response.headers, "content-type").partition(";")[0] or "no content type"
        whole = exchange.partial is None
        parts = [*([] if whole else ["cut off"]), kind, size(len(response.body))]
        detect = "What detect_on, and refresh_on where it failed, see of the reply"
        self._faces.enable("detect", whole, detect if whole else "Nothing is held against a reply that was cut off")
        if "total" in response.timings:
            parts.append(f"{response.timings['total'] * 1000:.0f} ms")
        if charset_of(header_value(response.headers, "content-type"), response.body) == GUESSED:
            parts.append(f"no charset named and not UTF-8, read as {GUESSED}")
        self._about.setText(" · ".join(parts))
        self._kind = kind.strip().lower()
        looks_json = "json" in self._kind or response.body[:1] in (b"{", b"[")
        self._xml = not looks_json and is_xml(self._kind, response.body)
        folds = looks_json or self._xml
        self._faces.enable("tree", folds, "" if folds else "Only JSON and XML fold")
        drawn = self._kind.startswith("image/") or "html" in self._kind
        self._faces.enable("preview", drawn, "" if drawn else "Only pictures and pages have one")
        if (self._faces.current, folds) == ("tree", False) or (self._faces.current, drawn) == ("preview", False):
            self._faces.select("body", quiet=True)
        if (self._faces.current, whole) == ("detect", False):
            self._faces.select("body", quiet=True)
        self._show()

    @property
    def face(self) -> QWidget:
        """What shows the reply now."""
        return self._shown

    def turn(self, pages: int) -> None:
        """Scroll the reply as the keys for a page up and down do, wherever the focus is."""
        if isinstance(self._shown, QAbstractScrollArea):
            bar = self._shown.verticalScrollBar()
            bar.setValue(bar.value() + pages * bar.pageStep())

    def show_room(self, pixels: int) -> None:
        """Let a long reply be as high as what can be seen at once, heading and all."""
        self._room = pixels
        self._fit_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_room()

    def _fit_room(self) -> None:
        head = self.header.heightForWidth(self.width()) + 2 * self._outer.spacing() + _BELOW
        highest = max(_LOWEST, self._room - head)
        if highest != self._highest:
            self._highest = highest
            self._view.fit(highest)

    def forget(self) -> None:
        """No reply is shown, and none can be saved."""
        self._response, self._masks, self._hidden = None, Masks(), Masks()
        self._look = lambda _masks: Sighting("", "")
        self._badge.show_text("")
        self._about.setText("")
        self._view.show_plain("")
        self._grown = None
        self._tree.forget()
        self._preview.show_page("")

    def _reveal(self, masks: Masks) -> None:
        self._masks = masks
        if self._faces.current == "tree":
            self._tree.show_with(masks)
        elif self._faces.current in _BY_PARTS:
            self._show_part(self._parts.at)
        else:
            self._show()

    def _show(self) -> None:
        response = self._response
        if response is None:
            return
        self._json = False
        face = self._faces.current
        self._bring({"tree": self._tree, "preview": self._preview}.get(face, self._view))
        show_if(self._parts, face in _BY_PARTS and self._count(response, face) > 1)
        if face == "tree":
            self._show_tree(response)
        elif face == "preview":
            self._show_preview(response)
        elif face in _BY_PARTS:
            self._show_part(0)
        elif face == "cookies":
            self._show_text("\n\n".join(cookies(response, self._masks)) or "(no cookies were set)")
        elif face == "headers":
            lines = [f"{name}: {self._masks.header(name, value)}" for name, value in response.headers]
            self._show_text("\n".join(lines))
        elif face == "detect":
            look, masks = self._look, self._masks
            self._prepare(lambda: sighting_text(look(masks)), partial(self._show_face, response, face))
        elif face == "route":
            self._show_text("\n".join(route(response)))
        elif len(response.body) <= _AT_ONCE:
            self._show_body(response, body_face(response, self._masks))
        else:
            self._show_text("Setting out the reply…")
            masks = self._masks
            self._prepare(lambda: body_face(response, masks), lambda made: self._show_body(response, made))
        allow(self._path, "" if self._json or face == "tree" else _NO_PATHS)

    def _bring(self, face: QWidget) -> None:
        if face is not self._shown:
            self._shown.hide()
            face.show()
            self._shown = face

    def _show_text(self, text: str) -> None:
        self._view.show_plain(text)
        self._view.fit(self._highest)

    def _count(self, response: WireResponse, face: str) -> int:
        return parts_of(len(response.body), _BY_PARTS[face][1])

    def _show_part(self, at: int) -> None:
        """Show a part of the body as it came, as text or as bytes."""
        response, masks, face = self._response, self._masks, self._faces.current
        if response is None:
            return
        make, length = _BY_PARTS[face]
        first, last = at * length, min((at + 1) * length, len(response.body))

        def done(part: Piece) -> None:
            if response is self._response and face == self._faces.current:
                masked = "; secrets are masked" if part.masked else ""
                self._parts.show_part(at, self._count(response, face), f"bytes {first:,} to {last - 1:,}{masked}")
                self._show_text(part.text)

        if len(response.body) <= _AT_ONCE:
            done(make(response, masks, at))
        else:
            self._prepare(lambda: make(response, masks, at), done)

    def _show_face(self, response: WireResponse, face: str, text: str) -> None:
        if response is self._response and face == self._faces.current:
            self._show_text(text)

    def _show_body(self, response: WireResponse, made: BodyFace) -> None:
        if response is not self._response or self._faces.current != "body":
            return
        self._json = made.kind == "json"
        if made.kind == "json":
            self._view.show_json(made.text)
        else:
            self._view.show_plain(made.text)
        allow(self._path, "" if self._json else _NO_PATHS)
        self._view.fit(self._highest)

    def _show_tree(self, response: WireResponse) -> None:
        masks, xml = self._masks, self._xml

        if self._grown is response:
            self._tree.show_with(masks)  # as it was left, with what was opened
            return

        def done(text: bytes) -> None:
            if response is self._response:
                self._grown = response
                self._tree.show_text(text, masks, xml=xml)

        charset = charset_of(header_value(response.headers, "content-type"), response.body)
        if len(response.body) <= _AT_ONCE:
            done(as_utf8(response.body, charset))
        else:
            self._prepare(lambda: as_utf8(response.body, charset), done)

    def _show_preview(self, response: WireResponse) -> None:
        if self._kind.startswith("image/"):
            self._prepare(lambda: picture(response.body), partial(self._show_picture, response))
        else:
            self._preview.show_page(self._masks.text(response.body[:SHOWN_BYTES].decode("utf-8", "replace")))

    def _show_picture(self, response: WireResponse, image: QImage | None) -> None:
        if response is self._response:
            self._preview.show_picture(image)

    def _prepare(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        def calmly(task: Task) -> T:
            # The click is answered first. The window waits for each call in a thread that looks through a long text.
            for _ in range(_CALM):
                if not task.cancelled:
                    time.sleep(_MOMENT)
            return work()

        self._jobs.start(
            "Setting out the reply",
            calmly,
            done=done,
            failed=self._messages.fail,
            key="reply",
            quiet=True,
        )

    def _copy_path(self) -> None:
        if self._faces.current == "tree":
            path = self._tree.path
        else:
            path = json_path(self._view.toPlainText(), self._view.textCursor().blockNumber())
        QGuiApplication.clipboard().setText(path)
        self._messages.done("Path copied.", cut(path, _TOLD) or "The whole reply.")

    def _save(self) -> None:
        if self._response is None:
            return
        body = self._response.body
        choose_new_file(self, "replyFile", "Save the reply", lambda file: self._write(file, body), suggested="reply")

    def _write(self, file: Path, body: bytes) -> None:
        def failed(error: Exception) -> None:
            if isinstance(error, OSError):
                self._messages.warn(f"The reply could not be saved: {error.strerror}.", str(file))
            else:
                self._messages.fail(error)

        self._jobs.start(
            "Saving the reply",
            lambda _task: file.write_bytes(body),
            done=lambda count: self._messages.done(f"Saved {size(count)}.", str(file)),
            failed=failed,
        )
