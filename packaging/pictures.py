"""Take the documentation's pictures of each kind of authorization anew: ``python packaging/pictures.py``.

Each is the real page, reached by clicks from a blank connector in an offscreen window. Needs a complete environment.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PICTURES = PROJECT / "resources" / "pictures" / "kinds"
BLANK = "{\n  title: 'Acme CRM',\n\n  connection: {\n    fields: [\n    ]\n  }\n}\n"
SIZE = (1180, 760)

sys.path.insert(0, str(PROJECT))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Take the pictures of the kinds of authorization.")
    parser.add_argument("--output", type=Path, default=PICTURES, help="folder for the pictures")
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSettings

    from designer import app
    from designer.connection import KINDS
    from designer.ui.pilot import Pilot
    from designer.ui.theme import Mode, Theme

    application = app.make_application(["pictures"])
    theme = Theme(application, Mode(options.theme))
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for kind in KINDS.values():
            if kind.name == "custom":
                continue
            project = folder / kind.name
            project.mkdir()
            (project / "connector.rb").write_text(BLANK, encoding="utf-8")
            settings = QSettings(str(folder / f"{kind.name}.ini"), QSettings.Format.IniFormat)
            window = app.build(application, settings, theme=theme, state_folder=folder / f"{kind.name}-state")
            window.resize(*SIZE)
            window.show()
            window.opener.open_path(project)
            hand = Pilot(window)
            hand.wait(lambda w=window: w.store.state.path is not None, "the project to open")  # type: ignore[misc]
            hand.click("rail.authorization")
            hand.click(f"authorization.choose.{kind.name}")
            hand.settle(600)
            shot = window.grab()
            if not shot.save(str(options.output / f"{kind.name}.png"), "PNG"):
                return 1
            print(f"{kind.name}.png")
            window.close()
            window.deleteLater()
            application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
