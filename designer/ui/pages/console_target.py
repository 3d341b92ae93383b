"""Where the request of the console goes: its URL as the connector makes it, found out by preparing it unsent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from designer.masking import Masks
from designer.project.codec import PsychCodec
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.widgets.basics import ElidedLabel, label, show_if
from designer.wire import Call, DryTransport, Outcome
from designer.wire import run as run_call
from designer.wire.composing import ComposeError, Composition
from designer.wire.failures import readable, way_out
from designer.wire.run_secrets import seen_of
from designer.wire.urls import dropped_path

__all__ = ["Target"]

_SHORT = 64 * 1024
"""Characters of a body that are read while it is typed."""
_SLASH_AT_START = "The path of the base URI is left behind: write this one without the slash at its start."
_NO_SLASH_AT_END = "The last part of the base URI's path is left behind: end the base URI with a slash to keep it."
_PAUSE_MS = 250


class Target(QObject):
    """Two labels, which the page puts where it has room: ``resolved`` says the URL, ``lost`` that a part of the base
    URI's path is left behind. ``composition`` gives the request as it stands in the form."""

    def __init__(self, context: Context, composition: Callable[[], Composition], parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._composition = composition
        self.resolved = ElidedLabel("", "secondary")
        self.resolved.setObjectName("consoleResolved")
        self.lost = label("", "warning", wrap=True, name="consolePathLost")
        self.lost.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._resolve)

    def resolve_soon(self) -> None:
        """Once nobody has typed for a moment."""
        self._timer.start()

    def forget(self) -> None:
        self.resolved.setText("")
        self.lost.hide()

    def _resolve(self) -> None:
        """Say which URL the request goes to, by preparing it without sending."""
        state = self._context.store.state
        asked = self._composition()
        try:
            args = _asked(asked, dict(state.credentials))
        except ComposeError as error:
            self.resolved.setText(f"cannot be resolved: {error.message}")
            self.lost.hide()
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
            show_if(self.lost, bool(lost))
            # The path may hold a secret: it is not named.
            self.lost.setText(_SLASH_AT_START if asked.url.startswith("/") else _NO_SLASH_AT_END)
            if outcome.prepared is not None:
                self.resolved.setText(f"resolves to {masks.url(outcome.prepared.url)}")
            elif outcome.error is not None:
                advice = way_out(outcome, args)
                said = masks.named_text(readable(str(outcome.error["message"])))
                self.resolved.setText(advice or f"cannot be resolved: {said}")

        self._context.jobs.start(
            "resolve",
            work,
            done=show,
            key="resolve",
            quiet=True,
        )


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
