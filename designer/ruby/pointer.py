"""JSON pointers (RFC 6901) into a connector: ``/connection/fields/0/label``."""

from __future__ import annotations

import re

from designer.errors import UserError

_INDEX = re.compile(r"0|[1-9][0-9]*")


class PointerError(UserError):
    """A text that is not a JSON pointer."""


def split(pointer: str) -> tuple[str, ...]:
    """The unescaped tokens of ``pointer``; ``""`` is the root and has none.

    Raises ``PointerError`` where the text does not start with ``/`` or holds a ``~`` that is not ``~0`` or ``~1``.
    """
    if pointer == "":
        return ()
    if not pointer.startswith("/"):
        raise PointerError(f"“{pointer}” is not a pointer.", "A pointer starts with “/”, as in /connection/fields/0.")
    if re.search(r"~(?![01])", pointer):
        raise PointerError(f"“{pointer}” is not a pointer.", "Write “~” in a key as ~0 and “/” as ~1.")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def escape(token: str) -> str:
    """One token as it stands in a pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def join(*tokens: str | int) -> str:
    """The pointer of ``tokens`` (unescaped keys and array indexes)."""
    return "".join(f"/{escape(str(token))}" for token in tokens)


def child(pointer: str, token: str | int) -> str:
    """The pointer of the member ``token`` of the container at ``pointer``."""
    return f"{pointer}/{escape(str(token))}"


def parent(pointer: str) -> tuple[str, str]:
    """The container's pointer and the last token, unescaped. Raises ``PointerError`` for the root."""
    tokens = split(pointer)
    if not tokens:
        raise PointerError(
            "The connector itself has no place to be put in.", "Name one of its keys, as in /connection."
        )
    return join(*tokens[:-1]), tokens[-1]


def index(token: str) -> int | None:
    """The array index ``token`` spells, or None (``"-"``, a key, a number with leading zeros)."""
    return int(token) if _INDEX.fullmatch(token) else None
