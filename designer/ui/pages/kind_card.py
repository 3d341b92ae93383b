"""Which kind of authorization it is, and what another one would change before it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from designer import connection
from designer.connection import KINDS, Authorization, SwitchPlan
from designer.errors import UserError
from designer.ui.page import Context
from designer.ui.widgets.badge import Chip
from designer.ui.widgets.basics import bound, button, clear_layout, column, label, row, rule
from designer.ui.widgets.card import Card
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import CheckBox, Choice

__all__ = ["KindCard", "KindGallery"]


class KindCard(Card):
    """The kind of the authorization in sight. ``left``: a switch that was weighed is off the table, made or not."""

    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(padding=16, name="authorization.kind-card")
        self._store = context.store
        self._messages = context.messages
        self._authorization: Authorization | None = None
        self._plan: tuple[str, SwitchPlan] | None = None
        self._tidy: CheckBox | None = None
        self._kind = Choice("authorization.kind", [(kind.name, kind.title) for kind in KINDS.values()])
        self._kind.setAccessibleName("Kind of authorization")
        self._kind.edited.connect(self._chosen)
        reference = button("Reference", "authorization.reference", self._open_reference, variant="link")
        self._summary = label("", "dim", wrap=True, name="authorization.summary")
        self._tunnel = CheckBox("authorization.secure_tunnel", "Reached through an on-prem agent")
        self._tunnel.setToolTip("secure_tunnel: true. Requests go through an agent inside the user's network.")
        self._tunnel.edited.connect(self._set_tunnel)
        self._sheet = QVBoxLayout()
        self.body.setSpacing(8)
        self.body.addWidget(FormRow("Kind", self._kind, action=reference))
        self.body.addWidget(self._summary)
        self.body.addWidget(self._tunnel)
        self.body.addLayout(self._sheet)

    def show_kind(self, authorization: Authorization, *, tunnel: bool | None) -> None:
        """``tunnel``: whether it is reached through an agent; None for an option, where that is not asked."""
        before, self._authorization = self._authorization, authorization
        if before is not None and before.pointer != authorization.pointer:
            self._drop()  # it was weighed for the option that was in sight
        self._tunnel.setVisible(tunnel is not None)
        self._tunnel.show_state(bool(tunnel))
        if self._plan is None:
            self._show_own()

    def _show_own(self) -> None:
        if self._authorization is not None:
            self._kind.show_value(self._authorization.kind)
            self._summary.setText(KINDS[self._authorization.kind].summary)

    def _chosen(self, name: str) -> None:
        authorization = self._authorization
        if authorization is None or name == authorization.kind:
            self._drop()
            return
        try:
            plan = connection.switch_preview(self._store.state.document, authorization.pointer, name)
        except UserError as error:
            self._drop()
            self._messages.fail(error)
            return
        self._plan = (name, plan)
        self._summary.setText(KINDS[name].summary)
        clear_layout(self._sheet)
        self._tidy = _tidying(plan.unused_fields)
        self._sheet.addWidget(_plan_sheet(name, plan, self._tidy, self._switch, self._cancel))

    def _switch(self) -> None:
        if self._plan is None or self._authorization is None:
            return
        name, plan = self._plan
        pointer = self._authorization.pointer
        params = None if name == "multi" else plan.params
        drop = plan.unused_fields if self._tidy is not None and self._tidy.isChecked() else ()
        self._drop()
        self._store.edit(
            f"Switch to {KINDS[name].title}", lambda doc: connection.switch_kind(doc, pointer, name, params, drop=drop)
        )
        self.left.emit()

    def _cancel(self) -> None:
        self._drop()
        self.left.emit()

    def _drop(self) -> None:
        self._plan = self._tidy = None
        clear_layout(self._sheet)
        self._show_own()

    def _set_tunnel(self, on: bool) -> None:
        if on:
            self._store.edit("Reach it through an agent", lambda doc: doc.set("/secure_tunnel", True))
        else:
            self._store.remove("/secure_tunnel", "Reach it directly")

    def _open_reference(self) -> None:
        if self._authorization is not None and (url := KINDS[self._authorization.kind].doc_url):
            QDesktopServices.openUrl(QUrl(url))


class KindGallery(QWidget):
    """Every kind with what it is for, where there is none yet. ``chosen`` carries its name."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        kinds = [kind for kind in KINDS.values() if kind.name != "custom"]
        for index, kind in enumerate(kinds):
            card = Card(padding=14)
            card.body.setSpacing(8)
            # Whole on two lines rather than cut: several kinds begin alike.
            card.body.addWidget(label(kind.title, "heading", wrap=True))
            words = label(kind.summary, "secondary", wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.body.addWidget(words, 1)
            choose = button(
                "Choose", f"authorization.choose.{kind.name}", bound(self.chosen.emit, kind.name), dense=True
            )
            choose.setAccessibleName(f"Choose {kind.title}")
            card.body.addLayout(row(None, choose))
            grid.addWidget(card, index // 2, index % 2)


def _tidying(fields: Sequence[str]) -> CheckBox | None:
    """The offer to take out what nothing would read: end users would still have to fill it in."""
    if not fields:
        return None
    words = "Remove this field too" if len(fields) == 1 else f"Remove these {len(fields)} fields too"
    made = CheckBox("authorization.drop-unread", f"{words}: nothing would read what users fill in")
    made.show_state(True)
    return made


def _plan_sheet(
    name: str,
    plan: SwitchPlan,
    tidy: QWidget | None,
    switch: Callable[[], object],
    cancel: Callable[[], object],
) -> QWidget:
    """What the switch would do, before it does it."""
    sheet = QWidget()
    lines = column(rule(faint=True), spacing=8)
    lines.addWidget(label(f"Switch to {KINDS[name].title}?", "strong", wrap=True))
    for title, words, tone in (
        ("Drops", plan.drops, "error"),
        ("Adds", plan.adds, "done"),
        ("Rewrites", plan.rewrites, "accent"),
        ("Keeps", plan.keeps, "neutral"),
        ("No longer read", plan.unused_fields, "warning"),
    ):
        if words:
            lines.addLayout(_listed(title, words, tone))
    if tidy is not None:
        lines.addWidget(tidy)
    for note in plan.notes:
        lines.addWidget(label(note, "secondary", wrap=True))
    lines.addWidget(label("Undo brings everything back.", "secondary"))
    make = button("Switch", "authorization.switch", switch, variant="primary")
    lines.addLayout(row(make, button("Cancel", "authorization.switch-cancel", cancel), None))
    sheet.setLayout(lines)
    return sheet


def _listed(title: str, words: Sequence[str], tone: str) -> QLayout:
    """``title`` and the words as chips beside it."""
    flow = FlowLayout(spacing=6)
    for word in words:
        chip = Chip(word, tone=tone, code=True)
        chip.setFocusPolicy(chip.focusPolicy().NoFocus)
        flow.addWidget(chip)
    holder = QWidget()
    holder.setLayout(flow)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    heading = label(title, "secondary")
    heading.setFixedSize(96, 24)
    return row(heading, holder)
