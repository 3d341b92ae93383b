"""Tokens to palette, style sheet, fonts and icons. The only module that turns a token into a colour.

``resources/tokens.toml`` holds every colour and size, ``resources/style.qss`` says where they go. Widgets that paint
themselves ask :class:`Theme` for a role, never for a value, and repaint on ``changed``.
"""

from __future__ import annotations

import enum
import functools
import string
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from designer.facts import resource

__all__ = ["TEXT_SCALES", "Mode", "Theme", "Tokens", "load_tokens", "text_scale"]

TEXT_SCALES = (1.0, 1.25, 1.5)


class Mode(enum.StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """``light`` and ``dark`` map colour roles to ``#RRGGBB``; ``pairings`` maps a text role to the grounds it is set
    on, ``graphics`` what is drawn in a role and no text; ``size`` is in logical pixels; ``type`` holds the two families
    and the text sizes in logical pixels."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    pairings: Mapping[str, tuple[str, ...]]
    graphics: Mapping[str, tuple[str, ...]]
    size: Mapping[str, int]
    type: Mapping[str, str | int]

    def scaled(self, text: float) -> Tokens:
        """With texts ``text`` times as large, and what holds one line of them."""
        grown = ("badge", "row")
        return replace(
            self,
            size={name: round(px * text) if name in grown else px for name, px in self.size.items()},
            type={name: round(px * text) if isinstance(px, int) else px for name, px in self.type.items()},
        )

    def colours(self, dark: bool) -> Mapping[str, str]:
        return self.dark if dark else self.light


@functools.cache
def load_tokens() -> Tokens:
    with resource("tokens.toml").open("rb") as file:
        data = tomllib.load(file)
    return Tokens(
        light=data["light"],
        dark=data["dark"],
        pairings={role: tuple(grounds) for role, grounds in data["pairings"].items()},
        graphics={role: tuple(grounds) for role, grounds in data["graphics"].items()},
        size=data["size"],
        type=data["type"],
    )


_PALETTE: Mapping[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "background",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "hover",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "panel",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "on_accent",
    QPalette.ColorRole.Highlight: "accent_ground",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "faint",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "line_faint",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "line_strong",
    QPalette.ColorRole.Shadow: "shadow",
}

# Pictures the style sheet needs as files: (icon, colour role).
_PICTURES = (
    ("check", "on_accent"),
    ("minus", "on_accent"),
    ("chevron-down", "dim"),
    ("chevron-up", "dim"),
    ("chevron-right", "dim"),
    ("check", "accent"),
    ("close", "dim"),
)


class Theme(QObject):
    """The look in force. ``changed`` fires after palette and style sheet were replaced."""

    changed = Signal()
    _current: Theme | None = None

    def __init__(self, app: QApplication, mode: Mode = Mode.SYSTEM, text: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._mode = mode
        self._dark = False
        self._pictures = tempfile.TemporaryDirectory(prefix="connection-designer-", ignore_cleanup_errors=True)
        self.text_scale = text
        self.tokens = load_tokens().scaled(text)
        self._style = string.Template(resource("style.qss").read_text(encoding="utf-8"))
        Theme._current = self
        load_fonts()
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @classmethod
    def current(cls) -> Theme:
        """The theme of this process; painting code may not run before one exists."""
        if cls._current is None:
            raise RuntimeError("no Theme was made yet")
        return cls._current

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        return self._dark

    def set_mode(self, mode: Mode) -> None:
        if mode is not self._mode:
            self._mode = mode
            self._apply()

    def set_text_scale(self, scale: float) -> None:
        """Make texts ``scale`` times as large. For widgets that are made from here on: lay-outs are measured once."""
        self.text_scale = scale
        self.tokens = load_tokens().scaled(scale)
        self._apply()

    def value(self, role: str) -> str:
        """``#RRGGBB`` of a role, for rich text and generated pictures."""
        return self.tokens.colours(self._dark)[role]

    def colour(self, role: str) -> QColor:
        return QColor(self.value(role))

    def size(self, name: str) -> int:
        return self.tokens.size[name]

    def grown(self, pixels: int) -> int:
        """A measure taken for texts of their usual size, as it is for those of the size in force."""
        return round(pixels * self.text_scale)

    def font(self, kind: str = "body", weight: int = 400) -> QFont:
        font = QFont(str(self.tokens.type["text_family"]))
        font.setPixelSize(int(self.tokens.type[kind]))
        font.setWeight(QFont.Weight(weight))
        return font

    def code_font(self, kind: str = "code") -> QFont:
        """The code face without ligatures: a request or a URL is shown character for character."""
        font = QFont(str(self.tokens.type["code_family"]))
        font.setPixelSize(int(self.tokens.type[kind]))
        font.setStyleHint(QFont.StyleHint.Monospace)
        for feature in ("calt", "liga"):
            font.setFeature(QFont.Tag(feature), 0)
        return font

    def style_sheet(self) -> str:
        colours = self.tokens.colours(self._dark)
        return self._style.substitute({**self.tokens.size, **self.tokens.type, **colours, **self._draw_pictures()})

    def _follow_system(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            self._dark = self._mode is Mode.DARK
        palette = QPalette()
        for role, name in _PALETTE.items():
            palette.setColor(role, self.colour(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("faint"))
        self._app.setPalette(palette)
        self._app.setFont(self.font())
        self._app.setStyleSheet(self.style_sheet())
        self.changed.emit()

    def _draw_pictures(self) -> dict[str, str]:
        """Write the style sheet's pictures in this scheme's colours; names for ``$picture_…`` placeholders."""
        names: dict[str, str] = {}
        scheme = "dark" if self._dark else "light"
        for icon, role in _PICTURES:
            path = Path(self._pictures.name, f"{icon}-{role}-{scheme}.svg")
            if not path.exists():
                path.write_text(coloured_svg(icon, self.value(role)), encoding="utf-8")
            names[f"picture_{icon}_{role}".replace("-", "_")] = path.as_posix()
        return names


def text_scale(settings: QSettings) -> float:
    """The size of text a person chose; 1.0 where none was, or what is kept is none of ``TEXT_SCALES``."""
    kept = str(settings.value("window/text", "100"))
    return next((scale for scale in TEXT_SCALES if f"{scale:.0%}" == f"{kept}%"), 1.0)


@functools.cache
def _svg(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def coloured_svg(name: str, colour: str) -> str:
    return _svg(name).replace("currentColor", colour)


@functools.cache
def load_fonts() -> None:
    """Register the bundled faces with Qt, once a process."""
    for path in sorted(resource("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))
