"""How much one evaluation may do before it is stopped."""

from __future__ import annotations

from dataclasses import dataclass

from designer.evaluator.errors import LimitExceeded


@dataclass(frozen=True, slots=True)
class Limits:
    """``steps`` counts calls and loop turns, ``depth`` nested calls, ``string`` characters of one string,
    ``collection`` elements of one array or hash, ``integer_bits`` the size of one integer, ``total`` characters and
    elements made in all; ``seconds`` is wall time of one run, ``regex_seconds`` of one match.
    ``sleep`` is the longest time one call may wait, in seconds."""

    steps: int = 3_000_000
    depth: int = 1_000
    string: int = 16_000_000
    collection: int = 1_000_000
    integer_bits: int = 400_000
    total: int = 100_000_000
    seconds: float = 1.5
    regex_seconds: float = 0.8
    sleep: float = 120.0


DEFAULT = Limits()


def check_string(length: int, limits: Limits = DEFAULT) -> None:
    """Raise ``LimitExceeded`` where a string of ``length`` characters must not be made."""
    if length > limits.string:
        raise LimitExceeded(f"The code makes a string of {length} characters; at most {limits.string} are run here.")


def check_bits(bits: int, limits: Limits = DEFAULT) -> None:
    if bits > limits.integer_bits:
        raise LimitExceeded(f"The code makes a number of {bits} bits; at most {limits.integer_bits} are run here.")
