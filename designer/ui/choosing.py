"""The one door to the system's file dialogs. They open over the window and do not hold it up: what was chosen is told
once the person has, and nothing is told where the dialog is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

__all__ = ["choose_file", "choose_folder", "choose_new_file"]

Chosen = Callable[[Path], object]

_Accept = QFileDialog.AcceptMode
_Mode = QFileDialog.FileMode


def choose_file(parent: QWidget, name: str, title: str, chosen: Chosen, *, kinds: str = "") -> None:
    """Ask for a file that is there. ``kinds`` as Qt writes them: ``"Ruby files (*.rb);;All files (*)"``; ``name`` is
    the dialog's ``objectName``."""
    dialog = _dialog(parent, name, title, _Mode.ExistingFile, chosen)
    if kinds:
        dialog.setNameFilter(kinds)
    dialog.open()


def choose_folder(parent: QWidget, name: str, title: str, chosen: Chosen, *, start: str = "") -> None:
    """Ask for a folder, beginning in ``start``; a new one may be made on the way."""
    dialog = _dialog(parent, name, title, _Mode.Directory, chosen)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    if start:
        dialog.setDirectory(start)
    dialog.open()


def choose_new_file(parent: QWidget, name: str, title: str, chosen: Chosen, *, suggested: str) -> None:
    """Ask where to write; the person is asked again before a file that is there is replaced."""
    dialog = _dialog(parent, name, title, _Mode.AnyFile, chosen)
    dialog.setAcceptMode(_Accept.AcceptSave)
    dialog.selectFile(suggested)
    dialog.open()


def _dialog(parent: QWidget, name: str, title: str, mode: QFileDialog.FileMode, chosen: Chosen) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setObjectName(name)
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda file: chosen(Path(file)))
    return dialog
