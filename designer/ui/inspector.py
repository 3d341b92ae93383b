"""The right side: what belongs to the page in sight. Design pages share Ruby, end-user form and changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from designer.ui.page import Context, InspectorTab
from designer.ui.widgets.basics import button
from designer.ui.widgets.diff import DiffView
from designer.ui.widgets.flow import HeadLayout
from designer.ui.widgets.form_preview import FormPreview
from designer.ui.widgets.ruby_editor import RubyEditor
from designer.ui.widgets.segmented import Segmented

__all__ = ["Inspector", "RubyPane"]


class RubyPane(QWidget):
    """The connector's text; below it, where ``with_form``, the form its end user sees."""

    def __init__(self, context: Context, name: str, *, with_form: bool = False) -> None:
        super().__init__()
        self.editor = RubyEditor(name, context.store)
        self.editor.pointed.connect(context.shell.go_to)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        if not with_form:
            box.addWidget(self.editor)
            return
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("inspector.split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.editor)
        self.form = FormPreview(context, "preview-below", titled=True)
        split.addWidget(self.form)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([460, 320])
        box.addWidget(split)
        self.split = split


class ChangesPane(QWidget):
    """The differences to the file on disk, as they come about."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._view = DiffView("inspector.diff")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._view)
        store = context.store
        store.problems_changed.connect(self._refresh)
        store.saved_changed.connect(self._refresh)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._refresh()

    def _refresh(self) -> None:
        if self.isVisible():
            state = self._context.store.state
            self._view.show_difference(state.saved, state.document.source)


class Inspector(QFrame):
    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setMinimumWidth(280)
        self._context = context
        self._page = ""
        self._tabs: dict[str, Sequence[InspectorTab]] = {}
        self._made: dict[tuple[str, str], QWidget] = {}
        self.tabs = Segmented([("ruby", "Ruby")], name="inspector")
        self.tabs.changed.connect(self._show)
        self.copy = button("Copy", "inspector.copy", self._copy, variant="quiet", dense=True)
        header = QFrame()
        header.setObjectName("inspectorHeader")
        line = HeadLayout(header)
        line.setContentsMargins(12, 9, 12, 9)
        line.addWidget(self.tabs)
        line.addWidget(self.copy)
        header.setMinimumHeight(49)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(header)
        box.addWidget(self._stack, 1)

    @property
    def current(self) -> QWidget | None:
        return self._stack.currentWidget()

    @property
    def ruby(self) -> RubyEditor | None:
        """The Ruby in sight, if any is."""
        widget = self.current
        return widget.editor if isinstance(widget, RubyPane) else None

    def show_page(self, page: str, tabs: Sequence[InspectorTab]) -> None:
        """Show what belongs to ``page``; the tab chosen there last is remembered."""
        key = page if tabs else "design"
        self._page = key
        if key not in self._tabs:
            self._tabs[key] = tabs or self._design_tabs()
        wanted = str(_settings(self._context).value(f"inspector/{key}", "")) or self._tabs[key][0].id
        self.tabs.set_choices([(tab.id, tab.title) for tab in self._tabs[key]])
        self.tabs.select(wanted, quiet=True)
        self._show(self.tabs.current)

    def show_tab(self, tab: str) -> None:
        self.tabs.select(tab, quiet=True)
        self._show(self.tabs.current)

    def _design_tabs(self) -> list[InspectorTab]:
        context = self._context
        return [
            InspectorTab("ruby", "Ruby", lambda: RubyPane(context, "ruby", with_form=True)),
            InspectorTab("form", "End-user form", lambda: FormPreview(context, "preview")),
            InspectorTab("changes", "Changes", lambda: ChangesPane(context)),
        ]

    def _show(self, tab: str) -> None:
        key = (self._page, tab)
        if key not in self._made:
            factory: Callable[[], QWidget] = next(t.factory for t in self._tabs[self._page] if t.id == tab)
            self._made[key] = factory()
            self._stack.addWidget(self._made[key])
        self._stack.setCurrentWidget(self._made[key])
        self.copy.setVisible(isinstance(self._made[key], RubyPane))
        _settings(self._context).setValue(f"inspector/{self._page}", tab)

    def _copy(self) -> None:
        """Copy the element in sight, or the whole text where none is."""
        state = self._context.store.state
        element = state.document.find(state.focus) if state.focus else None
        source = state.document.source
        text = source if element is None else source[element.start : element.end]
        QApplication.clipboard().setText(text.decode("utf-8", "replace"))
        self._context.messages.done(
            "Copied the Ruby of this element." if element is not None else "Copied the whole connector."
        )


def _settings(context: Context) -> QSettings:
    return context.settings
