"""The top bar: what is open, the way to everything else, the credentials in use, Export and Test connection."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from designer.ui.icons import draw_icon
from designer.ui.store import Store
from designer.ui.theme import Theme
from designer.ui.widgets.basics import allow, button, label, tool_button
from designer.ui.widgets.inputs import Choice

__all__ = ["TopBar"]


class _SearchButton(QAbstractButton):
    """Looks like the search box it opens."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setText("Search actions, fields, problems")
        self.setAccessibleName("Search actions, fields, problems")
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(380)
        self.setMinimumWidth(120)
        self.hint = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)

    def sizeHint(self) -> QSize:
        return QSize(330, Theme.current().size("control"))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(theme.colour("background"))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.size("focus_ring")))
            rect.adjust(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(theme.colour("dim" if self.underMouse() else "control_line"))
        painter.drawRoundedRect(rect, theme.size("radius"), theme.size("radius"))
        draw_icon(painter, QRect(10, (self.height() - 16) // 2, 16, 16), "search", "faint")
        painter.setPen(theme.colour("faint"))
        font = theme.font("secondary")
        painter.setFont(font)
        hint_width = QFontMetrics(font).horizontalAdvance(self.hint) + 12
        painter.drawText(
            self.rect().adjusted(0, 0, -10, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.hint
        )
        font = theme.font("body")
        painter.setFont(font)
        room = self.width() - 34 - hint_width
        text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(34, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)


class _EditedDot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Theme.current().colour("accent"))
        painter.drawEllipse(self.rect())


class TopBar(QFrame):
    search = Signal()
    export = Signal()
    test = Signal()
    settings_chosen = Signal(str)

    def __init__(self, store: Store, menu: QMenu | None) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setFixedHeight(52)
        self._store = store
        self.menu_button = tool_button("menu", "menu", "Menu")
        if menu is None:
            self.menu_button.hide()
        else:
            self.menu_button.setMenu(menu)
        self.project = label("", "strong", name="project")
        self.file = label("", "dim", name="file")
        self.dot = _EditedDot()
        self.edited = label("edited", "secondary", name="edited")
        left = QHBoxLayout()
        left.setSpacing(8)
        for widget in (self.menu_button, self.project, self.file, self.dot, self.edited):
            left.addWidget(widget)
        left.addStretch(1)
        self.search_box = _SearchButton()
        self.search_box.clicked.connect(lambda _checked=False: self.search.emit())
        self.credentials_label = label("Credentials", "dim")
        self.credentials = Choice("credentials")
        self.credentials.setAccessibleName("Credentials in use")
        self.credentials.setFixedWidth(168)
        self.credentials.edited.connect(self.settings_chosen)
        self.export_button = button("Export…", "export", self.export.emit)
        self.test_button = button(
            "Test connection", "test-connection", self.test.emit, variant="primary", icon_name="play"
        )
        right = QHBoxLayout()
        right.setSpacing(8)
        right.addStretch(1)
        for part in (self.credentials_label, self.credentials, self.export_button, self.test_button):
            right.addWidget(part)
        bar = QHBoxLayout(self)
        bar.setContentsMargins(12, 0, 14, 0)
        bar.setSpacing(16)
        bar.addLayout(left, 3)
        bar.addWidget(self.search_box, 4)
        bar.addLayout(right, 3)
        store.opened.connect(self._refresh)
        store.document_changed.connect(lambda _span: self._refresh())
        store.saved_changed.connect(self._refresh)
        store.credentials_changed.connect(self._refresh_credentials)
        self._refresh()
        self._refresh_credentials()

    def _refresh(self) -> None:
        state = self._store.state
        self.project.setText(state.title)
        self.file.setText(state.file_name)
        self.file.setToolTip("" if state.path is None else str(state.path))
        self.dot.setVisible(state.edited)
        self.edited.setVisible(state.edited)

    def _refresh_credentials(self) -> None:
        state = self._store.state
        names = state.settings_names or (("",) if state.settings_name is None else (state.settings_name,))
        self.credentials.set_choices([(name, name or state.settings_file or "Not saved") for name in names])
        self.credentials.show_value(state.settings_name or "")
        allow(self.credentials, "" if len(names) > 1 else "The settings file holds no other connection.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.credentials_label.setVisible(self.width() >= 1240)
        self.credentials.setFixedWidth(168 if self.width() >= 1100 else 128)
        self.file.setVisible(self.width() >= 1040)
