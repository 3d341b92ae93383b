"""How Windows makes arguments of a line: first cmd.exe, then ``CommandLineToArgvW``, as they are documented."""

from __future__ import annotations

import re


def arguments(line: str, environment: dict[str, str] | None = None) -> list[str]:
    """The arguments a program gets of a command typed at a prompt."""
    return _argv(_cmd(_expanded(line, environment or {})))


def _expanded(line: str, environment: dict[str, str]) -> str:
    """``%NAME%`` with its value; at a prompt a name without one stays as it is typed."""
    return re.sub(r"%([^%\n]+)%", lambda match: environment.get(match[1].upper(), match[0]), line)


def _cmd(line: str) -> str:
    """Carets taken away, outside of quotes; a caret before a line break joins the next line, whose first character
    is then a plain one."""
    out: list[str] = []
    quoted, at = False, 0
    while at < len(line):
        letter = line[at]
        if letter == '"':
            quoted = not quoted
        elif letter == "^" and not quoted:
            at += 1
            if line[at : at + 1] == "\n":
                at += 1
            out.append(line[at : at + 1])
            at += 1
            continue
        elif letter == "\n" or (not quoted and letter in "&|<>"):
            break  # another command, or a redirection
        out.append(letter)
        at += 1
    return "".join(out)


def _argv(line: str) -> list[str]:
    found: list[str] = []
    word: str | None = None
    quoted, at = False, 0
    while at < len(line):
        slashes = len(line) - at - len(line[at:].lstrip("\\"))
        at += slashes
        letter = line[at : at + 1]
        if letter == '"':
            word = (word or "") + "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            at += 1
            continue
        if slashes:
            word = (word or "") + "\\" * slashes
            continue
        if letter in " \t" and not quoted:
            if word is not None:
                found.append(word)
            word = None
        else:
            word = (word or "") + letter
        at += 1
    return found if word is None else [*found, word]
