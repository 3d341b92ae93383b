"""What a page is to the shell, and what the shell is to a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings, Qt, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.ui.commands import Commands
from designer.ui.jobs import Jobs
from designer.ui.messages import Messages
from designer.ui.provider import Provider
from designer.ui.runner import Run, Runner
from designer.ui.state import PageState, State
from designer.ui.store import Store
from designer.ui.theme import Theme
from designer.ui.travels import Travels
from designer.ui.widgets.basics import column, label, rule, show_if
from designer.ui.widgets.flow import HeadLayout
from designer.ui.widgets.scroll import PageScroll

__all__ = ["Context", "InspectorTab", "Page", "PageSpec", "Shell"]


class Shell(Protocol):
    """What pages may ask of the window around them."""

    def show_page(self, page: str) -> Page:
        """Bring a page to the front, making it on first need."""
        ...

    def go_to(self, pointer: str) -> None:
        """Show the page that edits the element at ``pointer``, with that element in sight."""
        ...

    def show_inspector(self, tab: str) -> None:
        """Bring one tab of the current page's inspector to the front, unfolding the inspector."""
        ...

    def show_line(self, line: int) -> None:
        """Show a line of the connector (from 1) in the inspector's Ruby tab."""
        ...

    def open_path(self, path: Path) -> None:
        """Open a connector project folder or a connector file."""
        ...

    @property
    def state_folder(self) -> Path:
        """Where the program keeps what belongs to the person and not to the project."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a page works with. ``runner`` runs the connector, ``travels`` says how its requests travel,
    ``provider`` is the built-in one."""

    store: Store
    jobs: Jobs
    messages: Messages
    theme: Theme
    commands: Commands
    settings: QSettings
    shell: Shell
    runner: Runner
    travels: Travels
    provider: Provider


@dataclass(frozen=True, slots=True)
class InspectorTab:
    """One tab of the inspector; ``factory`` makes its content on first need."""

    id: str
    title: str
    factory: Callable[[], QWidget]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page of the rail. ``says`` derives what its entry says from the state; what a page sets itself through
    ``Store.set_page_state`` wins. ``owns`` are the pointers it edits."""

    id: str
    title: str
    group: str
    icon: str
    factory: Callable[[Context], Page]
    says: Callable[[State], PageState] = lambda _state: PageState()
    owns: tuple[str, ...] = ()
    shortcut: str = ""


class Page(QWidget):
    """Base of all pages: a title line, then ``body``. A page listens to the store and emits intents.

    ``header`` takes buttons at the right end of the title line.
    """

    def __init__(self, context: Context, title: str, subtitle: str = "", *, scroll: bool = True) -> None:
        super().__init__()
        self.context = context
        self.store = context.store
        self._stale = True
        self.setObjectName("page")
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        margin = context.theme.size("page_margin")
        self.title = label(title, "title", name="page.title")
        self.subtitle = label(subtitle, "dim", wrap=True, name="page.subtitle")
        show_if(self.subtitle, bool(subtitle))
        self.header = HeadLayout(spacing=8)
        # As high as a button, so that titles stand at the same height on every page.
        self.title.setMinimumHeight(context.theme.size("control"))
        self.header.addWidget(self.title)
        top = QVBoxLayout()
        top.setContentsMargins(margin, 16, margin, 12)
        top.setSpacing(2)
        top.addLayout(self.header)
        top.addWidget(self.subtitle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(top)
        self._outer = outer
        content = QWidget()
        content.setObjectName("pageBody")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(margin, 2, margin, margin)
        self.body.setSpacing(16)
        if scroll:
            self.body.setContentsMargins(margin, 2, margin - context.theme.size("scroll_bar"), margin)
            self.area = PageScroll(content)
            edge = rule()
            kept = edge.sizePolicy()
            kept.setRetainSizeWhenHidden(True)
            edge.setSizePolicy(kept)
            edge.hide()
            self.area.verticalScrollBar().valueChanged.connect(lambda at: edge.setVisible(at > 0))
            outer.addWidget(edge)
            outer.addWidget(self.area, 1)
        else:
            content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            outer.addWidget(content, 1)

    def pin(self, *parts: QWidget | QLayout) -> None:
        """Keep ``parts`` in sight, below the title and above what scrolls."""
        margin = self.context.theme.size("page_margin")
        self._outer.insertLayout(1, column(*parts, spacing=12, margins=(margin, 2, margin, 12)))

    def refresh(self) -> None:
        """Show what the store says now. Called where the page is in sight, and before it comes into sight."""

    def refresh_on(self, *signals: SignalInstance) -> None:
        """Refresh when one of these fires; a page out of sight catches up when it is shown."""
        for signal in signals:
            signal.connect(self._news)

    def _news(self, *_about: object) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def say_subtitle(self, text: str) -> None:
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))

    def entered(self) -> None:
        """The page came to the front."""

    def reveal(self, pointer: str) -> None:
        """Bring the element at ``pointer`` into sight on this page."""

    def look_at(self, run: Run, exchange: int, part: str) -> None:
        """Show one exchange of ``run``, made here or elsewhere, with its "request" or "reply" in sight; the console
        does."""

    def perform(self, what: str = "") -> None:
        """Do at once what one is sent here for: Sign-in signs in, the console tests the connection, or does ``what`` a
        command names."""

    def closing(self) -> None:
        """The window closes: let go of what would outlive it."""

    def inspector_tabs(self) -> list[InspectorTab]:
        """The tabs of this page's inspector; empty for the design pages' own."""
        return []
