"""One place for colours, and enough contrast wherever text meets a ground."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QSpinBox, QVBoxLayout, QWidget

import designer.ui
from designer.facts import resource
from designer.ui.icons import icon
from designer.ui.jobs import Jobs
from designer.ui.messages import Messages
from designer.ui.store import Store
from designer.ui.theme import Mode, Theme, load_tokens
from designer.ui.topbar import _SearchButton
from designer.ui.widgets.basics import button
from designer.ui.widgets.inputs import ChipsEdit, Choice, LineEdit, SecretEdit, TextArea
from designer.ui.widgets.ruby_input import RubyInput
from designer.ui.widgets.template import TemplateEdit

COLOUR = re.compile(
    r"#[0-9A-Fa-f]{3,8}\b|rgba?\(|hsl\(|Qt\.(?:red|green|blue|white|black|gray)\b|GlobalColor\.(?!transparent)"
)
SCHEMES = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ink", load_tokens().pairings)
def test_text_can_be_read_on_every_ground_it_is_set_on(scheme: str, ink: str) -> None:
    tokens = load_tokens()
    colours = tokens.colours(scheme == "dark")
    for ground in tokens.pairings[ink]:
        assert contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground} in {scheme}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ink", load_tokens().graphics)
def test_what_is_drawn_can_be_told_from_its_ground(scheme: str, ink: str) -> None:
    """WCAG 2.1, 1.4.11."""
    tokens = load_tokens()
    colours = tokens.colours(scheme == "dark")
    for ground in tokens.graphics[ink]:
        assert contrast(colours[ink], colours[ground]) >= 3, f"{ink} on {ground} in {scheme}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["primary", "", "danger", "quiet"])
def test_the_text_of_a_disabled_button_can_be_read(theme: Theme, scheme: str, name: str) -> None:
    """Measured on the button as it is drawn: the letter furthest from the ground."""
    theme.set_mode(Mode(scheme))
    made = button("Save to settings file", "disabled", variant=name)
    made.setEnabled(False)
    image = made.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(8, image.width() - 8) for y in range(6, image.height() - 6)}
    ground = image.pixelColor(8, 6).name()
    assert max(contrast(one, ground) for one in colours) >= 4.5
    theme.set_mode(Mode.LIGHT)


INPUTS: dict[str, Callable[[], QWidget]] = {
    "line": lambda: LineEdit("line"),
    "secret": lambda: SecretEdit("secret"),
    "area": lambda: TextArea("area"),
    "choice": lambda: Choice("choice", [("a", "A")]),
    "editable choice": lambda: Choice("editable", [("a", "A")], editable=True),
    "chips": lambda: ChipsEdit("chips"),
    "number": QSpinBox,
    "template": lambda: TemplateEdit("template"),
    "ruby": lambda: RubyInput("ruby", Store(Jobs(), Messages()), framed=True),
    "search": _SearchButton,
}
"""One of each kind that is typed into."""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
@pytest.mark.parametrize("kind", INPUTS)
def test_the_outline_of_what_is_typed_into_can_be_told_from_its_ground(
    theme: Theme, scheme: str, ground: str, kind: str
) -> None:
    """WCAG 2.1, 1.4.11; measured at the left edge of the widget as it is drawn."""
    theme.set_mode(Mode(scheme))
    widget = INPUTS[kind]()
    sheet = QWidget()
    sheet.setObjectName("sheet")
    sheet.setAutoFillBackground(True)
    palette = sheet.palette()
    palette.setColor(QPalette.ColorRole.Window, theme.colour(ground))
    sheet.setPalette(palette)
    box = QVBoxLayout(sheet)
    box.addWidget(widget)
    sheet.resize(300, 140)
    image = sheet.grab().toImage()
    middle = widget.geometry().center().y()
    edge = [image.pixelColor(widget.x() + x, middle).name() for x in range(2)]
    outside = image.pixelColor(widget.x() - 3, middle).name()
    theme.set_mode(Mode.LIGHT)
    assert outside.upper() == load_tokens().colours(scheme == "dark")[ground].upper()
    assert max(contrast(one, outside) for one in edge) >= 3


def test_both_schemes_name_the_same_roles() -> None:
    tokens = load_tokens()
    assert set(tokens.light) == set(tokens.dark)


def test_every_pairing_of_the_style_sheet_is_declared() -> None:
    """A rule that sets text and ground sets a pairing that the contrast test knows."""
    tokens = load_tokens()
    style = re.sub(r"/\*.*?\*/", "", resource("style.qss").read_text(encoding="utf-8"), flags=re.S)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style.replace("${", "$").replace("}px", "px")):
        ink = re.search(r"(?<![-\w])color:\s*\$(\w+)", body)
        ground = re.search(r"background(?:-color)?:\s*\$(\w+)", body)
        if ink and ground:
            assert ground[1] in tokens.pairings.get(ink[1], ()), f"{ink[1]} on {ground[1]} in {selector.strip()}"


def test_no_colour_is_written_down_elsewhere() -> None:
    found = []
    for path in [*Path(designer.ui.__file__).parent.rglob("*.py"), resource("style.qss")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if COLOUR.search(line) and "``#RRGGBB``" not in line:
                found.append(f"{path.name}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


def test_switching_the_theme_replaces_palette_and_style(qapp: QApplication, theme: Theme) -> None:
    theme.set_mode(Mode.DARK)
    dark = qapp.palette().color(QPalette.ColorRole.Window).name(), qapp.styleSheet()
    theme.set_mode(Mode.LIGHT)
    light = qapp.palette().color(QPalette.ColorRole.Window).name(), qapp.styleSheet()
    assert dark[0].upper() == load_tokens().dark["background"]
    assert light[0].upper() == load_tokens().light["background"]
    assert dark[1] != light[1]


def test_every_token_of_the_style_sheet_exists(theme: Theme) -> None:
    assert "$" not in theme.style_sheet()


def test_the_bundled_faces_are_used(theme: Theme) -> None:
    for weight in (400, 500, 600, 700):
        info = QFontInfo(theme.font("body", weight))
        assert (info.family(), info.weight()) == ("Inter", weight)
    assert QFontInfo(theme.code_font()).family() == "JetBrains Mono"
    assert resource("fonts", "Inter-OFL.txt").is_file()


def test_every_icon_draws_in_the_colour_of_the_theme(theme: Theme) -> None:
    for path in resource("icons").glob("*.svg"):
        image = icon(path.stem, "error").pixmap(32, 32).toImage()
        drawn = {
            image.pixelColor(x, y).name().upper()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert drawn & {theme.value("error")}, path.stem
