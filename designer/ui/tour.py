"""The main job, played through the window by mouse and keyboard: what a new author does in the first five minutes.

Nothing here calls a method of the window: the pilot clicks and types on visible widgets, and what is written down
afterwards (pictures, the exported connector, the requests) is only read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from designer.ui.pilot import NotThere, Pilot
from designer.ui.runner import Run
from designer.wire.report import outcome_json

if TYPE_CHECKING:
    from designer.ui.window import MainWindow

__all__ = ["Tour", "play"]

_log = logging.getLogger("designer.ui.tour")


class Tour:
    """Plays the steps in order; ``say`` hears a line about each."""

    def __init__(self, window: MainWindow, output: Path, say: Callable[[str], object]) -> None:
        self._window = window
        self._output = output
        self._say = say
        self._pilot = Pilot(window)
        self._count = 0
        self._runs: list[Run] = []
        window.context.runner.finished.connect(self._runs.append)

    def play(self) -> None:
        """Play it all. Raises ``NotThere`` where something a person needs is not on the screen."""
        self._open_the_sample()
        self._add_a_field()
        self._fix_a_problem()
        self._switch_to_pkce()
        self._sign_in()
        self._send_a_request()
        self._force_a_refresh()
        self._export()
        self._write_down()

    # The steps

    def _open_the_sample(self) -> None:
        pilot = self._pilot
        if pilot.sees("start.sample"):
            pilot.click("start.sample")
        pilot.wait(lambda: self._window.store.state.path is not None, "the sample project to open")
        pilot.click("rail.fields")
        pilot.see("fields.list")
        self._picture("the sample project")

    def _add_a_field(self) -> None:
        pilot = self._pilot
        pilot.click("fields.add")
        pilot.type_into("field.name", "webhook_secret")
        pilot.key(Qt.Key.Key_Tab)
        pilot.type_into("field.label", "Webhook signing secret")
        pilot.type_into("field.hint", "Settings > Webhooks > Signing secret")
        pilot.click("field.optional")
        self._wait_for_checks()
        self._picture("a field added and edited")

    def _fix_a_problem(self) -> None:
        pilot = self._pilot
        name = self._problem_of("webhook_secret")
        pilot.click_row("fields.list", "webhook_secret")
        pilot.see(f"problem.{name}")
        self._picture("live validation speaks up")
        pilot.click(f"fix.{name}")
        pilot.wait(lambda: not pilot.sees(f"fix.{name}"), "the problem to go away")
        self._wait_for_checks()
        self._picture("the problem fixed")

    def _switch_to_pkce(self) -> None:
        pilot = self._pilot
        pilot.click("rail.authorization")
        option = self._api_key_option()
        if option is not None:
            pilot.click(f"authorization.option.{option}")
        self._picture("authorized by API key")
        pilot.choose("authorization.kind", "PKCE")
        pilot.see("authorization.switch")
        self._picture("what a switch would do")
        pilot.click("authorization.switch")
        pilot.wait(lambda: not pilot.sees("authorization.switch"), "the switch to be made")
        self._wait_for_checks()
        self._picture("oauth 2 with pkce")

    def _sign_in(self) -> None:
        pilot = self._pilot
        self._fill_credentials()
        pilot.click("rail.signin")
        pilot.click("signInStart")
        self._click_in_page("#sign-in, button.primary", "the provider's login page")
        self._click_in_page("#allow", "the consent page", picture="consent in the embedded browser")
        pilot.wait(lambda: pilot.sees("signInStart"), "the sign-in to end")
        pilot.settle(400)
        self._picture("signed in")

    def _fill_credentials(self) -> None:
        """Client id and secret, typed where a person types them."""
        pilot = self._pilot
        pilot.click("rail.settings")
        pilot.type_into("setting.client_id", "harbor-crm")
        pilot.type_into("setting.client_secret", "harbor-demo-secret")
        self._picture("credentials for trying")

    def _send_a_request(self) -> None:
        pilot = self._pilot
        pilot.click("rail.console")
        pilot.type_into("consoleUrl", "contacts?limit=2")
        self._send("request")
        self._picture("the signed request explained")

    def _force_a_refresh(self) -> None:
        pilot = self._pilot
        if not pilot.sees("inspector.token"):
            pilot.click("status.inspector")  # folded away where the screen is narrow
        pilot.click("inspector.token")
        pilot.click("tokenCorrupt")
        self._send("happened")
        self._picture("a refused token is refreshed")
        pilot.click("rail.timeline")
        pilot.settle(200)
        self._picture("the timeline of it")

    def _export(self) -> None:
        pilot = self._pilot
        pilot.click("export")
        pilot.settle(400)
        self._picture("the difference before writing")
        pilot.click("changes.write")
        pilot.wait(lambda: not self._window.store.state.edited, "the connector to be written")
        pilot.settle(200)
        self._picture("exported")

    # What the steps are made of

    def _send(self, part: str) -> None:
        """Send what is composed, wait until all of it is told, and go to ``part``."""
        pilot, jobs = self._pilot, self._window.context.jobs
        before = len(self._runs)
        pilot.click("consoleSend")
        pilot.wait(lambda: len(self._runs) > before and pilot.sees("consoleSend") and jobs.idle, "the reply")
        pilot.settle(200)
        pilot.click(f"consoleTo.{part}")
        pilot.settle(200)

    def _wait_for_checks(self) -> None:
        state = self._window.store
        self._pilot.wait(lambda: state.state.checked is state.state.document, "live validation")
        self._pilot.settle(80)

    def _problem_of(self, field: str) -> str:
        """The code of the first fixable problem of the field ``field``."""
        state = self._window.store.state
        pointer = next(one.pointer for one in state.design.all_fields() if one.name == field)
        found = [problem.code for problem in state.problems_at(pointer) if problem.fixes]
        if not found:
            raise NotThere(f"live validation has nothing to fix about {field}")
        return found[0]

    def _api_key_option(self) -> str | None:
        authorization = self._window.store.state.design.authorization
        options = authorization.options.values() if authorization is not None else ()
        return next((one.pointer for one in options if one.kind == "api_key"), None)

    def _click_in_page(self, selector: str, what: str, picture: str = "") -> None:
        """Click the middle of what ``selector`` finds on the provider's page, once it is there."""
        from designer.ui.web.browser import ConsentBrowser

        pilot = self._pilot
        place: list[QPoint] = []

        def look() -> bool:
            browser = next((b for b in self._window.findChildren(ConsentBrowser) if b.isVisible()), None)
            if browser is not None and not place:
                browser.locate(selector, lambda found: place.append(found) if found is not None else None)
            return bool(place)

        pilot.wait(look, what)
        # The page may still be moving what it just drew.
        pilot.settle(300)
        if picture:
            self._picture(picture)
        place.clear()
        pilot.wait(look, what)
        browser = next(b for b in self._window.findChildren(ConsentBrowser) if b.isVisible())
        QTest.mouseClick(browser.surface, Qt.MouseButton.LeftButton, pos=place[0])
        pilot.settle(300)

    def _picture(self, title: str) -> None:
        self._count += 1
        path = self._output / f"{self._count:02d}-{title.replace(' ', '-')}.png"
        self._pilot.picture(path)
        self._say(f"{self._count:2d}  {title}")

    def _write_down(self) -> None:
        state = self._window.store.state
        (self._output / "connector.rb").write_bytes(state.document.source)
        requests: list[dict[str, Any]] = []
        for run in self._runs:
            told = outcome_json(run.outcome)
            requests.append({"operation": run.operation, "title": run.title, "requests": told["requests"]})
        text = json.dumps(requests, indent=2, ensure_ascii=False)
        (self._output / "requests.json").write_text(text + "\n", encoding="utf-8")


def play(window: MainWindow, output: Path, say: Callable[[str], object] = print) -> int:
    """Play the tour into ``output``; 0 where it came through, 1 where it did not, having said why."""
    output.mkdir(parents=True, exist_ok=True)
    tour = Tour(window, output, say)
    try:
        tour.play()
    except NotThere as error:
        tour._picture("where it stopped")
        say(f"The tour stopped: {error}.")
        _log.error("the tour stopped at a step: %s", type(error).__name__)
        return 1
    return 0
