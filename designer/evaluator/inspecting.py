"""``inspect`` and ``to_s`` of core values."""

from __future__ import annotations

from designer.evaluator.classes import Value


def plain_to_s(value: Value) -> str:
    """``to_s`` of a number, nil or boolean."""
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)
