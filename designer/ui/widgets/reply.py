"""A reply: status, size, body set out for reading, headers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from designer.masking import Masks
from designer.ui.messages import Messages
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import button, label
from designer.ui.widgets.card import Card
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.segmented import Segmented
from designer.ui.wiretext import SHOWN_BYTES, body_text, header_value, pretty, reply_tone, size
from designer.wire import Exchange, WireResponse

__all__ = ["Reply"]


class Reply(Card):
    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__("Reply", name="reply", padding=0)
        self._outer.setContentsMargins(0, 12, 0, 0)
        self.header.setContentsMargins(16, 0, 12, 0)
        self._messages = messages
        self._response: WireResponse | None = None
        self._masks = Masks()
        self._badge = Badge()
        self._about = label("", "secondary", name="reply.about")
        self._faces = Segmented((("body", "Body"), ("headers", "Headers")), name="replyFace", small=True)
        self.keep_title_whole()
        self.header.addWidget(self._badge)
        self.header.addWidget(self._about)
        self.header.addStretch(1)
        self.header.addWidget(self._faces)
        self.header.addWidget(button("Save…", "replySave", self._save, variant="quiet", dense=True))
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
        if self._faces.current == "headers":
            lines = [f"{name}: {self._masks.header(name, value)}" for name, value in response.headers]
            self._view.show_plain("\n".join(lines))
        else:
            content_type = header_value(response.headers, "content-type")
            text, kind = pretty(body_text(response.body, content_type, self._masks), content_type)
            if len(response.body) > SHOWN_BYTES:
                text += f"\n… the first {size(SHOWN_BYTES)} of {size(len(response.body))}; Save… keeps all of it"
            if kind == "json":
                self._view.show_json(text)
            else:
                self._view.show_plain(text or "(empty)")
        self._view.setFixedHeight(max(90, min(420, 18 * (self._view.blockCount() + 1) + 16)))

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
