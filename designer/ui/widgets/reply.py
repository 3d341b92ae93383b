"""A reply: status, size, body set out for reading, headers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from designer.masking import DOTS, Masks
from designer.ui.messages import Messages
from designer.ui.replytext import cookies, hex_lines, json_path
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, tool_button
from designer.ui.widgets.card import Card
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.segmented import Segmented
from designer.ui.wiretext import SHOWN_BYTES, body_text, header_value, pretty, reply_tone, size
from designer.wire import Exchange, WireResponse

__all__ = ["Reply"]

_FACES = (("body", "Body"), ("headers", "Headers"), ("cookies", "Cookies"), ("hex", "Hex"))
_HEX_BYTES = 16 * 1024


class Reply(Card):
    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__("Reply", name="reply", padding=0)
        self._outer.setContentsMargins(0, 12, 0, 0)
        self.header.setContentsMargins(16, 0, 12, 0)
        self._messages = messages
        self._response: WireResponse | None = None
        self._json = False
        self._masks = Masks()
        self._badge = Badge()
        self._about = ElidedLabel("", "secondary")
        self._about.setObjectName("reply.about")
        self._faces = Segmented(_FACES, name="replyFace", small=True)
        self.keep_title_whole()
        self.header.addWidget(self._badge)
        self.header.addWidget(self._about, 1)
        self.header.addWidget(self._faces)
        where = "Copy the path to the value under the cursor: ['contacts'][0]['id']"
        self._path = tool_button("copy", "replyPath", where, self._copy_path)
        self.header.addWidget(self._path)
        self.header.addWidget(tool_button("export", "replySave", "Save the body to a file…", self._save))
        self._view = CodeView("replyBody")
        self.body.addWidget(self._view)
        self._faces.changed.connect(lambda _face: self._show())

    def show_exchange(self, exchange: Exchange, masks: Masks) -> None:
        self._response, self._masks = exchange.response, masks
        response = exchange.response
        self.setVisible(response is not None)
        if response is None:
            return
        self._badge.show_text(f"{response.status} {response.reason}".strip(), reply_tone(response))
        kind = header_value(response.headers, "content-type").partition(";")[0] or "no content type"
        parts = [kind, size(len(response.body))]
        if "total" in response.timings:
            parts.append(f"{response.timings['total'] * 1000:.0f} ms")
        self._about.setText(" · ".join(parts))
        self._show()

    def _show(self) -> None:
        response = self._response
        if response is None:
            return
        self._json = False
        if self._faces.current == "hex":
            # Bytes cannot be masked one by one: what is text is masked first, and shown as its bytes.
            self._view.show_plain(self._hex(response))
        elif self._faces.current == "cookies":
            self._view.show_plain("\n\n".join(cookies(response, self._masks)) or "(no cookies were set)")
        elif self._faces.current == "headers":
            lines = [f"{name}: {self._masks.header(name, value)}" for name, value in response.headers]
            self._view.show_plain("\n".join(lines))
        else:
            content_type = header_value(response.headers, "content-type")
            text, kind = pretty(body_text(response.body, content_type, self._masks), content_type)
            if len(response.body) > SHOWN_BYTES:
                text += f"\n… the first {size(SHOWN_BYTES)} of {size(len(response.body))}; Save… keeps all of it"
            if kind == "json":
                self._json = len(response.body) <= SHOWN_BYTES
                self._view.show_json(text)
            else:
                self._view.show_plain(text or "(empty)")
        self._path.setEnabled(self._json)
        self._view.setFixedHeight(max(90, min(420, 18 * (self._view.blockCount() + 1) + 16)))

    def _hex(self, response: WireResponse) -> str:
        shown = response.body[:_HEX_BYTES]
        try:
            text = shown.decode("utf-8", "strict" if len(response.body) <= _HEX_BYTES else "ignore")
        except UnicodeDecodeError:
            return hex_lines(shown)
        # Text is masked before its bytes are shown, or the view would tell what the others hide.
        hidden = self._masks.body(text, header_value(response.headers, "content-type"))
        if DOTS in hidden or "…" in hidden:
            return f"Secrets in the body are masked.\n\n{hex_lines(hidden.encode())}"
        rest = len(response.body) - _HEX_BYTES
        return hex_lines(shown) + (f"\n… {size(rest)} more" if rest > 0 else "")

    def _copy_path(self) -> None:
        path = json_path(self._view.toPlainText(), self._view.textCursor().blockNumber())
        QGuiApplication.clipboard().setText(path)
        self._messages.done("Path copied.", path or "The whole reply.")

    def _save(self) -> None:
        if self._response is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the reply", "reply")
        if not chosen:
            return
        try:
            Path(chosen).write_bytes(self._response.body)
        except OSError as error:
            self._messages.warn(f"The reply could not be saved: {error.strerror}.", chosen)
        else:
            self._messages.done(f"Saved {size(len(self._response.body))}.", chosen)
