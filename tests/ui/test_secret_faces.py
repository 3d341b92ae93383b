"""No secret stands in any face of a run: each place of one, times each way it is shown; the title in the window too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from designer.masking import Masks
from designer.ui.pilot import Pilot
from designer.ui.replyparts import HEX_PART, TEXT_PART, hex_part, raw_part
from designer.ui.replytext import body_face, cookies, tree_value
from designer.ui.requestrows import BodyRow, Row, SideRow, request_rows
from designer.ui.window import MainWindow
from designer.ui.wiretext import exchange_title
from designer.wire import Exchange, WireResponse
from designer.wire.jsontext import JsonText, Node
from designer.wire.run_secrets import seen_of
from tests.ui.conftest import Open, settle
from tests.ui.test_console_reply import received
from tests.wire.servers import always, serving
from tests.wire.test_secrets import JSON, LONG, PLACES, Place, leaks, sent

SOURCE = """\
{
  title: 'T',
  connection: {
    fields: [{ name: 'api_key', control_type: 'password' }],
    authorization: { type: 'none' },
    base_uri: lambda { |_connection| '%s/' }
  }
}
"""


def table(exchange: Exchange, masks: Masks) -> str:
    lines: list[str] = []
    for face in ("table", "added", "raw"):
        made = request_rows(exchange.request, masks, face)
        lines.append(made.raw)
        for row in made.rows:
            match row:
                case Row():
                    lines.append(f"{row.name}: {row.value}")
                case BodyRow():
                    lines.append(row.text)
                case SideRow():
                    lines.append(f"{row.before} | {row.after}")
    return "\n".join(lines)


def tree(exchange: Exchange, masks: Masks) -> str:
    assert exchange.response is not None
    text = JsonText(exchange.response.body)

    def walk(node: Node, name: str) -> Iterator[str]:
        under = node.name if isinstance(node.name, str) else name
        yield f"{node.name}: {tree_value(node.value, under, masks) if node.kind == 'value' else node.kind}"
        for child in text.children(node)[0]:
            yield from walk(child, under)

    top = text.root()
    return "\n".join(walk(top, "")) if top is not None else "no tree"


def reply(form: Callable[[WireResponse, Masks], str]) -> Callable[[Exchange, Masks], str]:
    def make(exchange: Exchange, masks: Masks) -> str:
        assert exchange.response is not None
        return form(exchange.response, masks)

    return make


def shown_bytes(text: str) -> str:
    """What the lines of a hex view spell."""
    return "".join(line[-16:].strip() if len(line) > 60 else line for line in text.split("\n"))


FACES: dict[str, Callable[[Exchange, Masks], str]] = {
    "title": exchange_title,
    "request": table,
    "tree": tree,
    "body": reply(lambda response, masks: body_face(response, masks).text),
    "cookies": reply(lambda response, masks: "\n".join(cookies(response, masks)) or "none"),
    "raw": reply(lambda response, masks: raw_part(response, masks, 0).text),
    "hex": reply(lambda response, masks: shown_bytes(hex_part(response, masks, 0).text)),
    "headers": reply(lambda response, masks: "\n".join(masks.header(*one) for one in response.headers)),
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name.replace(" ", "-"))
def test_no_face_shows_a_secret(place: Place, face: str) -> None:
    call, outcome = sent(place)
    seen = seen_of(call.settings, outcome, call.args)
    of_request = face in ("title", "request")
    for exchange in outcome.exchanges:
        for masks in (seen.strict, seen.request(exchange) if of_request else seen.reply(exchange)):
            text = FACES[face](exchange, masks)
            assert text
            assert leaks(text, place.secret) == []


@pytest.mark.parametrize("size", [16 * 1024, 64_000, 400_000])
def test_a_secret_at_the_place_of_a_cut_is_not_shown_by_half(size: int) -> None:
    name = '{"client_secret": "'
    for before in range(size - 60, size, 7):
        padding = '"' + "x" * (before - len(name) - 8) + '", '
        body = f'[{padding}{name}{LONG}"}}, {"1, " * 200_000}2]'.encode()
        response = WireResponse(200, "OK", (JSON,), body)
        shown = [body_face(response, Masks()).text]
        shown += [shown_bytes(hex_part(response, Masks(), at).text) for at in (size // HEX_PART - 1, size // HEX_PART)]
        shown += [raw_part(response, Masks(), at).text for at in (max(0, size // TEXT_PART - 1), size // TEXT_PART)]
        for text in shown:
            plain = text.replace("\n", "")
            assert LONG[:8] not in plain and LONG[-8:] not in plain


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def values(item: QTreeWidgetItem) -> Iterator[str]:
    yield f"{item.text(0)} {item.text(1)} {item.toolTip(1)}"
    for at in range(item.childCount()):
        child = item.child(at)
        if child is not None:
            yield from values(child)


def test_the_tree_hides_items_of_a_secret_list_and_long_tokens(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    jwt = "eyJ" + "A1b2" * 200
    window_text = json.dumps({"api_keys": ["LIVEKEY-123456", ["LIVEKEY-234567"]], "seen": f"x{jwt}", "jwt": jwt})
    received(window, open_project, hand, window_text.encode(), "application/json")
    hand.click("replyFace.tree")
    settle(window, hand)
    tree = hand.see("replyTree.view", QTreeWidget)
    tree.expandAll()
    settle(window, hand)
    tree.expandAll()
    settle(window, hand)
    top = tree.topLevelItem(0)
    assert top is not None
    shown = "\n".join(values(top))
    assert shown.count("•••") >= 3
    assert "LIVEKEY" not in shown and jwt[:20] not in shown


def test_xml_beside_attributes_is_hidden_by_the_name_of_its_element(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    received(window, open_project, hand, b"<r><password type='plain'>LIVE-1234</password></r>", "application/xml")
    hand.click("replyFace.tree")
    settle(window, hand)
    tree = hand.see("replyTree.view", QTreeWidget)
    tree.expandAll()
    settle(window, hand)
    top = tree.topLevelItem(0)
    assert top is not None
    shown = "\n".join(values(top))
    assert "plain" in shown and "LIVE" not in shown


def test_a_run_is_called_what_was_typed_and_not_what_a_variable_stands_for(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    with serving(always) as server:
        open_project(SOURCE % server.origin)
        window.store.set_credential("api_key", "KEY-SECRET-1")
        hand.click("rail.console")
        hand.type_into("consoleUrl", "v1?api_key={{api_key}}&token=LIVE-TOKEN-2")
        hand.wait(lambda: "resolves to" in texts(window), "the URL to be resolved")
        assert "KEY-SECRET-1" not in texts(window) and "LIVE-TOKEN-2" not in texts(window)
        titles: list[str] = []
        window.context.runner.started.connect(titles.append)
        hand.click("consoleSend")
        hand.wait(lambda: bool(window.store.state.runs), "the run to end")
        settle(window, hand)
    (request,) = server.received
    assert request.startswith(b"GET /v1?api_key=KEY-SECRET-1&token=LIVE-TOKEN-2 HTTP/1.1\r\n")
    run = window.store.state.runs[-1]
    assert titles == [run.title] == ["GET v1?api_key={{api_key}}&token=•••"]
    hand.click("rail.timeline")
    settle(window, hand)
    assert "KEY-SECRET-1" not in texts(window) and "LIVE-TOKEN-2" not in texts(window)
