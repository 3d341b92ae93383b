"""From a run to a test: asks for a name, then writes spec and cassette into the project, beside the UI thread."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from designer.errors import UserError
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.runner import Run
from designer.ui.widgets.basics import button, column, label, row, show_if
from designer.ui.widgets.inputs import CheckBox, LineEdit

__all__ = ["TestMaker"]


class TestMaker(QWidget):
    """A line that is shown by ``ask`` and hides when the test is written."""

    __test__ = False  # for pytest, which collects by name

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("testMaker")
        self._context = context
        self._run: Run | None = None
        self._back: QWidget | None = None
        """Where the focus was when it was asked for."""
        self._name = LineEdit("testName", "Name, such as test_ok", code=True)
        self._name.setAccessibleName("Name of the test")
        self._name.returnPressed.connect(self._write)
        self._again = CheckBox("testReplace", "Replace")
        said = label("Goes into spec/connection/ and tape_library/; secrets are replaced.", "secondary", wrap=True)
        make = button("Write test", "testWrite", self._write, variant="primary")
        leave = button("Not now", "testNot", self._leave)
        self._refused = label("", "error", wrap=True, name="testRefused")
        self._refused.hide()
        self._name.edited.connect(lambda _text: self._refused.hide())
        self.setLayout(column(row(self._name, self._again, make, leave), self._refused, said))
        self.hide()
        context.store.opened.connect(self._forget)

    def _forget(self) -> None:
        self._run = None
        self._name.show_text("")
        self.hide()

    def ask(self, run: Run) -> None:
        """Ask how the test of ``run`` is called."""
        self._run = run
        outcome = run.outcome
        ending = "failing" if outcome.error is not None else "ok"
        name = str(run.args.get("name") or run.args.get("verb") or "")
        words = re.sub(r"[^a-z0-9]+", "_", f"{run.operation} {name} {ending}".lower()).strip("_")
        self._name.show_text(words)
        self._again.show_state(False)
        self._refused.hide()
        back = self.window().focusWidget()
        if back is not None and not self.isAncestorOf(back):
            self._back = back
        show_if(self, True)
        self._name.setFocus()

    def _leave(self) -> None:
        inside = self.window().focusWidget()
        if inside is not None and self.isAncestorOf(inside) and self._back is not None and isValid(self._back):
            self._back.setFocus()
        self.hide()

    def _write(self) -> None:
        run = self._run
        if run is None:
            return
        # A test belongs to the connector that ran; only where that had no file yet, to the one it was saved as.
        path = run.path or self._context.store.state.path
        if path is None:
            self._context.messages.warn("The connector has no folder yet.", "Save it, then make tests beside it.")
            return
        name, again = self._name.text().strip(), self._again.isChecked()

        def done(answer: tuple[str, str]) -> None:
            self._leave()
            self._context.messages.done(f"Wrote {answer[0]}.", answer[1] or str(path.parent))

        self._context.jobs.start(
            "Writing the test",
            lambda _task: _made(_task, run, path, name, again),
            done=done,
            failed=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        """What is wrong with the name is said beside it, until it is another one."""
        if not isinstance(error, UserError) or self.isHidden():
            self._context.messages.fail(error)
            return
        self._refused.setText(f"{error.message} {error.hint}".strip())
        self._refused.show()


def _made(_task: Task, run: Run, path: Path, name: str, again: bool) -> tuple[str, str]:
    from designer.project import account_properties
    from designer.project.codec import PsychCodec
    from designer.project.spec_files import spec_files, write_spec
    from designer.wire import Call
    from designer.wire.taping import tape

    call = Call(
        run.source,
        run.operation,
        run.args,
        run.settings,
        path=str(path),
        cwd=str(path.parent),
        account_properties=account_properties(path.parent, key=None),
    )
    made = tape(call, run.outcome, at=run.started, yaml=PsychCodec())
    files = spec_files(path.parent, made, name, connector=path.name)
    said = write_spec(path.parent, files, overwrite=again)
    if not path.is_file() or path.read_bytes() != run.source:
        said = f"{path.name} on disk is not what ran: export it before you run the test. {said}".strip()
    return files.spec, said
