"""A running provider, its clock, and a program that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from designer.sandbox import Sandbox


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_767_323_045.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _running() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_running: Sandbox, clock: Clock) -> Iterator[Sandbox]:
    """The provider as new: starting one for each test would take longer than the tests."""
    _running.world.clock = clock
    yield _running
    _running.world.reset()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.origin, timeout=20) as client:
        yield client
