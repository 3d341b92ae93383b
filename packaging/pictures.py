"""Take the reference's pictures of each kind's page: ``python packaging/pictures.py [KIND…]``.

The real window, driven by clicks, drawn offscreen in the light theme; every kind is started from a blank connector.
``--dark FOLDER`` leaves the same pages in the dark theme there, to look at.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
PICTURES = PROJECT / "resources" / "pictures" / "kinds"
WIDTH, HEIGHT = 1100, 820
BLANK = """{
  title: 'Acme CRM',

  connection: {
    base_uri: lambda do |_connection|
      'https://api.acme.example/v2/'
    end
  },

  test: lambda do |_connection|
    get('me')
  end
}
"""

if TYPE_CHECKING:
    from designer.ui.pilot import Pilot
    from designer.ui.window import MainWindow


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Take the pictures of each kind's page.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="names of kinds; all of them where none is given")
    parser.add_argument("--dark", type=Path, metavar="FOLDER", help="leave the pages in the dark theme there too")
    options = parser.parse_args(arguments)
    # Set before Qt looks: the pictures are the same on a machine with a screen.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = "1"

    from designer.connection import KINDS

    unknown = sorted(set(options.kinds) - set(KINDS))
    if unknown:
        parser.error(f"there is no kind {', '.join(unknown)}; there are {', '.join(KINDS)}")
    kinds = [name for name in KINDS if name != "custom" and (not options.kinds or name in options.kinds)]
    with tempfile.TemporaryDirectory() as folder:
        _take(kinds, Path(folder), options.dark)
    return 0


def _take(kinds: list[str], folder: Path, dark: Path | None) -> None:
    from PySide6.QtCore import QSettings, Qt

    from designer import app as composition
    from designer.ui.pilot import Pilot
    from designer.ui.theme import Mode, Theme

    application = composition.make_application(["pictures"])
    theme = Theme(application, Mode.LIGHT)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = composition.build(application, settings, theme=theme, state_folder=folder / "state")
    window.resize(WIDTH, HEIGHT)
    window.show()
    pilot = Pilot(window)
    connector = folder / "acme-crm" / "connector.rb"
    connector.parent.mkdir()
    connector.write_text(BLANK, encoding="utf-8", newline="\n")
    window.opener.open_path(connector.parent)
    _quiet(pilot, window)
    for name in kinds:
        pilot.click("rail.authorization")
        pilot.click(f"authorization.choose.{name}")
        if name == "multi":
            pilot.menu("authorization.add-option", "API key")
        _quiet(pilot, window)
        print(f"wrote: {_picture(pilot, PICTURES / f'{name}.png').relative_to(PROJECT)}")
        if dark is not None:
            theme.set_mode(Mode.DARK)
            print(f"wrote: {_picture(pilot, dark / f'{name}.png')}")
            theme.set_mode(Mode.LIGHT)
        for _ in range(1 + (name == "multi")):
            pilot.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        _quiet(pilot, window)
    window.close()


def _quiet(pilot: Pilot, window: MainWindow) -> None:
    """Wait until checks have caught up and nothing runs."""
    store = window.store
    pilot.wait(lambda: store.state.path is not None, "the connector to open")
    pilot.wait(
        lambda: store.state.checked is store.state.document and window.context.jobs.idle, "checks and jobs to end"
    )
    pilot.settle(150)


def _picture(pilot: Pilot, path: Path) -> Path:
    """A PNG of the window in its 256 commonest colours: a third of the size, and no eye tells the difference."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    pilot.picture(path)
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    common = [colour for colour, _ in Counter(memoryview(image.constBits()).cast("I")).most_common(256)]
    small = image.convertToFormat(QImage.Format.Format_Indexed8, common, Qt.ImageConversionFlag.ThresholdDither)
    if not small.save(str(path)):
        raise OSError(f"cannot write {path}")
    return path


if __name__ == "__main__":
    sys.exit(main())
