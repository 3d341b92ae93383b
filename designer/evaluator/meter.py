"""How much a run may do, and how long: steps, characters and elements made, the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designer.evaluator.errors import Cancelled, LimitExceeded
from designer.evaluator.limits import Limits
from designer.evaluator.ports import Ports

FUEL = 2_000
WORK = 400_000
"""Elements and characters that methods may go through between two looks at the clock."""
_PAUSED = 10
"""Times the limit of the code that what is done for it may take."""


class Meter:
    """Counts what one run uses. ``line`` is the line being run, which whoever is stopped is told."""

    def __init__(self, ports: Ports, limits: Limits) -> None:
        self.ports = ports
        self.limits = limits
        self.line = 0
        self.fuel = FUEL
        self.work = 0
        self._steps = 0
        self._spent = 0
        self.running_depth = 0
        """How many runs are within each other; 0 while nothing runs."""
        self._deadline = 0.0

    def _start(self) -> None:
        self._deadline = self.ports.elapsed() + self.limits.seconds
        self._steps = 0
        self._spent = 0
        self.fuel = FUEL

    def refuel(self) -> None:
        """Called every so many steps: has it run too long, has the person cancelled?"""
        self._steps += FUEL
        self.fuel = FUEL
        if self._steps > self.limits.steps:
            raise LimitExceeded(f"The code takes more than {self.limits.steps} steps.", line=self.line)
        self.check_time()

    def check_time(self) -> None:
        self.work = 0
        if self.running_depth and self.ports.elapsed() > self._deadline:
            raise LimitExceeded(f"The code runs longer than {self.limits.seconds:g} seconds.", line=self.line)
        if self.ports.cancelled():
            raise Cancelled("The run was cancelled.", line=self.line)

    def spend(self, amount: int) -> None:
        """Note work on so many elements; looks at the clock now and then."""
        self.work += amount
        if self.work > WORK:
            self.check_time()

    def seconds_left(self) -> float:
        return max(0.01, self._deadline - self.ports.elapsed()) if self.running_depth else self.limits.seconds

    def charge(self, amount: int) -> int:
        """Note that so many characters or elements are about to be made; raise where that is too much."""
        self._spent += amount
        if amount > self.limits.string or self._spent > self.limits.total:
            raise LimitExceeded(
                f"The code makes {amount} characters or elements at once; at most {self.limits.string} are run here."
                if amount > self.limits.string
                else f"The code makes more than {self.limits.total} characters and elements in all.",
                line=self.line,
            )
        return amount

    def charge_elements(self, amount: int) -> int:
        if amount > self.limits.collection:
            raise LimitExceeded(
                f"The code makes a collection of {amount} elements; at most {self.limits.collection} are run here.",
                line=self.line,
            )
        return self.charge(amount)

    def paused(self, work: Callable[..., Any], *args: Any) -> Any:
        """``work(*args)``, whose time is not the code's. What looks at the clock in it has a limit of its own."""
        began, deadline = self.ports.elapsed(), self._deadline
        self._deadline = began + _PAUSED * self.limits.seconds
        try:
            return work(*args)
        finally:
            self._deadline = deadline + self.ports.elapsed() - began
