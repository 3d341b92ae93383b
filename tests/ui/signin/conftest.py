"""One window for a whole module of sign-ins, a provider of its own, and a hand that clicks in the provider's pages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer import app as composition
from designer.oauth import Ending, Hop
from designer.sandbox import Sandbox
from designer.ui.messages import Message
from designer.ui.pages.signin import SignInPage
from designer.ui.pilot import Pilot
from designer.ui.theme import Mode, Theme
from designer.ui.web.browser import ConsentBrowser
from designer.ui.window import MainWindow
from tests.ui.signin.hostile import HostileSite

CONNECTOR = """\
{
  title: 'Harbor',

  connection: {
    fields: [
      { name: 'host' },
      { name: 'client_id' },
      { name: 'client_secret', control_type: 'password' }
    ],

    authorization: {
      type: 'oauth2',

      authorization_url: lambda do |connection|
        "#{connection['start']}/oauth/authorize?response_type=code&scope=contacts.read offline_access"
      end,

      acquire: lambda do |connection, auth_code, redirect_uri|
        response = post("#{connection['host']}/oauth/token").
                   payload(grant_type: 'authorization_code', code: auth_code, redirect_uri: redirect_uri,
                           client_id: connection['client_id'], client_secret: connection['client_secret']).
                   request_format_www_form_urlencoded
        [response, nil, { instance_url: "#{connection['host']}/api" }]
      end,

      refresh: lambda do |connection, refresh_token|
        post("#{connection['host']}/oauth/token").
          payload(grant_type: 'refresh_token', refresh_token: refresh_token,
                  client_id: connection['client_id'], client_secret: connection['client_secret']).
          request_format_www_form_urlencoded
      end,

      refresh_on: [401],

      client_id: lambda do |connection|
        connection['client_id']
      end,

      client_secret: lambda do |connection|
        connection['client_secret']
      end,

      apply: lambda do |_connection, access_token|
        headers(Authorization: "Bearer #{access_token}")
      end
    },

    base_uri: lambda do |connection|
      connection['host']
    end
  },

  test: lambda do |_connection|
    get('/api/bearer/me')
  end
}
"""


NO_GPU = ("QRhiGles2", "Failed to create RHI", "QVulkanInstance", "GBM is not supported", "GPUInfo not initialized")
"""What Chromium says of a machine without a graphics card."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ignored = pytest.mark.qt_log_ignore("This plugin does not support", *NO_GPU, extend=True)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(ignored, append=False)


@pytest.fixture(scope="session")
def provider() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(provider: Sandbox) -> Iterator[Sandbox]:
    yield provider
    provider.world.reset()


@pytest.fixture(scope="module")
def shared(
    qapp: QApplication, theme: Theme, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[MainWindow, Path]]:
    folder = tmp_path_factory.mktemp("sign-in")
    theme.set_mode(Mode.LIGHT)
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    made = composition.build(qapp, settings, theme=theme, state_folder=folder / "state")
    made.resize(1440, 900)
    made.show()
    yield made, folder
    made.close()
    made.deleteLater()
    qapp.processEvents()


class Bench:
    """The Sign-in page with a person before it. ``said`` are the messages that appeared at the window's edge."""

    def __init__(self, window: MainWindow, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        self.window = window
        self.sandbox = sandbox
        self.hand = Pilot(window)
        self.caplog = caplog
        self.said: list[Message] = []
        self.endings: list[Ending] = []
        window.context.messages.posted.connect(self.said.append)
        page = window.show_page("signin")
        assert isinstance(page, SignInPage)
        self.page = page
        page.sign_in.ended.connect(self.endings.append)

    def close(self) -> None:
        self.page.sign_in.stop()
        self.page.sign_in.ended.disconnect(self.endings.append)
        self.window.context.messages.posted.disconnect(self.said.append)

    @property
    def here(self) -> str:
        """A redirect URL on the provider's own host, the worst place to tell pages apart."""
        return f"{self.sandbox.origin}/oauth/callback"

    @property
    def settings(self) -> dict[str, object]:
        return dict(self.window.store.state.credentials)

    @property
    def operations(self) -> list[str]:
        """What the timeline has, oldest first."""
        return [run.operation for run in self.window.store.state.runs]

    @property
    def trace(self) -> tuple[Hop, ...]:
        flow = self.page.sign_in.flow
        return flow.trace if flow is not None else ()

    @property
    def browser(self) -> ConsentBrowser:
        found = next((one for one in self.page.findChildren(ConsentBrowser) if one.isVisible()), None)
        assert found is not None, "no browser is in sight"
        return found

    def browser_path(self) -> str:
        """Path of the page in sight, "" while there is none."""
        found = next((one for one in self.page.findChildren(ConsentBrowser) if one.isVisible()), None)
        return found.page.url().path() if found is not None else ""

    def browser_popups(self) -> list[object]:
        return [popup for one in self.page.findChildren(ConsentBrowser) for popup in one.popups.open]

    def use(self, **settings: object) -> None:
        """Credentials for trying, as if read from the settings file."""
        self.window.store.show_credentials("test", self.settings | settings)

    def begin(self, redirect_url: str | None = None) -> None:
        """Choose the redirect URL and press Sign in."""
        self.endings.clear()
        self.hand.type_into("redirectUrl", redirect_url or self.here)
        self.hand.click("signInStart")

    def click(self, selector: str) -> None:
        """Click what the CSS ``selector`` finds in the provider's page, once it is there and stands still."""
        found: list[QPoint] = []
        waiting: list[bool] = []

        def told(place: QPoint | None) -> None:
            waiting.clear()
            if place is not None:
                found.append(place)

        def still() -> bool:
            browser = next((one for one in self.page.findChildren(ConsentBrowser) if one.isVisible()), None)
            if browser is None or (len(found) >= 2 and found[-1] == found[-2]):
                return browser is not None
            if not waiting:
                waiting.append(True)
                browser.locate(selector, told)
            return False

        self.hand.wait(still, f"{selector} on the page")
        QTest.mouseClick(self.browser.surface, Qt.MouseButton.LeftButton, pos=found[-1])

    def consent(self, answer: str = "#allow") -> None:
        self.click("#sign-in")
        self.click(answer)

    def ending(self) -> Ending:
        self.hand.wait(lambda: bool(self.endings), "the sign-in to end")
        return self.endings[-1]

    def wait_for_hop(self, part: str) -> Hop:
        self.hand.wait(lambda: any(part in hop.url for hop in self.trace), f"{part} in the trace")
        return next(hop for hop in self.trace if part in hop.url)

    def sign_in(self) -> None:
        """All of it, as far as a test needs it done."""
        self.begin()
        self.consent()
        assert self.ending().signed_in, self.ending()
        # The next sign-in must not be answered on the page of this one.
        view = self.page.findChildren(ConsentBrowser)[-1].view
        self.hand.wait(lambda: view.url().scheme() == "about", "the provider's page to go")

    def nothing_left(self) -> bool:
        """Whether nothing reached the callback host."""
        return not self.sandbox.world.callback_hits


@pytest.fixture
def bench(shared: tuple[MainWindow, Path], sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> Iterator[Bench]:
    caplog.set_level(logging.DEBUG)
    window, folder = shared
    window.store.open_text(CONNECTOR.encode(), path=folder / "connector.rb")
    made = Bench(window, sandbox, caplog)
    made.window.store.show_credentials(
        "test",
        {
            "host": sandbox.origin,
            "start": sandbox.origin,
            "client_id": "harbor-crm",
            "client_secret": "harbor-demo-secret",
        },
    )
    yield made
    made.close()
    made.hand.wait(lambda: window.context.jobs.idle, "jobs to end")


@pytest.fixture
def hostile(bench: Bench) -> Iterator[Callable[..., HostileSite]]:
    """A provider that lies: answers of the test's own at the authorization URL."""
    sites: list[HostileSite] = []

    def made(page: Callable[[HostileSite, str], str]) -> HostileSite:
        site = HostileSite(page)
        sites.append(site)
        bench.use(start=site.origin)
        return site

    yield made
    bench.close()
    for site in sites:
        site.stop()
    bench.page.sign_in.ended.connect(bench.endings.append)
    bench.window.context.messages.posted.connect(bench.said.append)
