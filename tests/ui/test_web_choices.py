"""How large the embedded browser shows a page, how it calls itself, and which hosts may have their own certificate."""

from __future__ import annotations

import pytest

from designer.ui.web.choices import AGENTS, ZOOMS, agent_name, zoom_after
from designer.ui.web.model import for_tests

OWN = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) QtWebEngine/6.11.3 Chrome/140.0"


@pytest.mark.parametrize(
    ("zoom", "steps", "after"),
    [(1.0, 1, 1.1), (1.0, -1, 0.9), (1.75, 0, 1.0), (2.0, 1, 2.0), (0.5, -3, 0.5), (1.07, 1, 1.25)],
)
def test_zooming_goes_from_step_to_step_and_stops_at_the_ends(zoom: float, steps: int, after: float) -> None:
    assert zoom_after(zoom, steps) == after
    assert after in ZOOMS


def test_the_browser_calls_itself_what_was_chosen() -> None:
    said = {choice: agent_name(OWN, choice) for choice in AGENTS}
    assert said["embedded"] == OWN
    assert said["chrome"] == OWN.replace("QtWebEngine/6.11.3 ", "")
    assert said["firefox"] == "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("url", "excepted"),
    [
        ("https://127.0.0.1:8443/login", True),
        ("https://localhost/", True),
        ("https://crm.test/", True),
        ("https://a.localhost/", True),
        ("https://crm.test.example.com/", False),
        ("https://mytest/", False),
        ("https://accounts.example.com/", False),
    ],
)
def test_only_this_machine_and_test_names_may_be_excepted(url: str, excepted: bool) -> None:
    assert for_tests(url) is excepted
