"""Everything the palette leads to: actions, pages, fields and problems."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence

from designer.ui.commands import Command, Commands
from designer.ui.palette import Found
from designer.ui.state import State
from designer.ui.widgets.basics import bound

__all__ = ["everything"]


def everything(commands: Commands, state: State, go_to: Callable[[str], object]) -> list[Found]:
    """What can be done or gone to now; ``go_to`` shows the element at a pointer."""
    actions = [c for c in commands.all() if c.group != "Go" and c.enabled() and c.id != "view.palette"]
    return [
        *(_command(commands, one, "command", "Actions") for one in actions),
        *(_command(commands, one, "page", "Pages") for one in commands.of("Go")),
        *(
            Found(
                f"field:{one.pointer}",
                one.name or "(no name)",
                "Fields",
                "fields",
                bound(go_to, one.pointer),
                str(one.attributes.get("label") or ""),
            )
            for one in state.design.all_fields()
        ),
        *(
            Found(
                f"problem:{index}",
                problem.message,
                "Problems",
                "warning",
                bound(go_to, problem.pointer),
                hint=f"line {problem.line}",
            )
            for index, problem in enumerate(state.problems)
        ),
    ]


def _command(commands: Commands, one: Command, what: str, group: str) -> Found:
    keys = commands.action(one.id).shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Found(f"{what}:{one.id}", one.title, group, one.icon or "chevron-right", one.run, hint=keys)
