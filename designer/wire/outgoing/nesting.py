"""Names in brackets back to the hash they were written from: ``user[tags][]=1`` as Rails' ``to_param`` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from designer.wire.fields import path_of

__all__ = ["nested", "put"]


def nested(text: str) -> dict[str, Any] | None:
    """The hash whose ``to_param`` is ``text`` but for the order of the names, which ``to_param`` sorts; None where
    there is none, such as for a bare name."""
    made: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        if not _put(made, path_of(name), value):
            return None
    return made if sorted(_written(made)) == sorted(text.split("&")) else None


def put(made: dict[str, Any], path: Sequence[str | int], value: str) -> None:
    """Put ``value`` at ``path``, where numbers count the items of lists that come in order."""
    holder: Any = made
    for key, after in zip(path, [*path[1:], None], strict=True):
        fresh: Any = value if after is None else [] if isinstance(after, int) else {}
        if isinstance(holder, list):
            if len(holder) <= int(key):
                holder.append(fresh)
            holder = holder[min(int(key), len(holder) - 1)]
        else:
            holder = holder.setdefault(str(key), fresh)


def _put(made: dict[str, Any], path: Sequence[str | int], value: str) -> bool:
    """Put ``value`` in its place; False where something else is there."""
    key, *rest = path
    if not rest:
        return made.setdefault(str(key), value) is value
    if rest == [""]:
        held = made.setdefault(str(key), [])
        if isinstance(held, list):
            held.append(value)
        return isinstance(held, list)
    inner = made.setdefault(str(key), {})
    return isinstance(inner, dict) and "" not in rest[:1] and _put(inner, rest, value)


def _written(value: Any, name: str = "") -> list[str]:
    """``to_param``'s pairs."""
    if isinstance(value, dict):
        return [pair for key, one in value.items() for pair in _written(one, f"{name}[{key}]" if name else key)]
    if isinstance(value, list):
        return [pair for one in value for pair in _written(one, f"{name}[]")]
    return [f"{quote_plus(name, safe='*-._')}={quote_plus(value, safe='*-._')}"]
