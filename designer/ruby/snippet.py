"""A piece of Ruby given from outside: is it one expression, and how does it look at another place?"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from designer.ruby.errors import EditError
from designer.ruby.issues import syntax_issues
from designer.ruby.parser import Node, parse, spanning
from designer.ruby.refused import refusals

_CLOSERS = ("end", "}", ")", "]")
_VERBATIM = ("string_content", "heredoc_body", "escape_sequence", "comment", "uninterpreted")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One Ruby expression. ``tail`` is what follows it in its own text: here-document lines or a comment.

    ``fixed`` are the rows of ``text + tail`` (from 0) that start inside a string or here-document: moving them
    would alter what they say.
    """

    text: str
    tail: str
    fixed: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> Snippet:
        """Raises ``EditError``, naming the place, where ``text`` is not exactly one expression."""
        text = text.replace("\r\n", "\n").strip("\n").strip()
        try:
            source = text.encode()
        except UnicodeEncodeError as error:
            raise EditError("The new code holds half of a surrogate pair, which UTF-8 cannot write.") from error
        if b"\0" in source:
            raise EditError("The new code holds a NUL character.", "Write it as \\0 in a string.")
        root = parse(source).root_node
        if root.has_error:
            issue = next(iter(syntax_issues(source, root)), None)
            where = f"Line {issue.line} of the new code: {issue.message}" if issue else ""
            raise EditError("The new code is not valid Ruby.", where)
        for refusal in refusals(source, root):
            line = source.count(b"\n", 0, refusal.start) + 1
            raise EditError("The new code is not valid Ruby.", f"Line {line} of the new code: {refusal.message}")
        parts = [node for node in root.named_children if node.type not in ("comment", "heredoc_body")]
        if len(parts) != 1:
            raise EditError("The new code has to be one expression.", "Several statements belong into a lambda.")
        end = parts[0].end_byte
        return cls(source[:end].decode(), source[end:].decode(), frozenset(_fixed_rows(root)))

    def placed(self, indent: str, unit: str) -> tuple[str, str]:
        """Text and tail with every free line moved so that the expression stands on a line indented by ``indent``."""
        head_lines = self.text.split("\n")
        if len(head_lines) == 1:
            return self.text, self.tail
        free = {row: line for row, line in enumerate(head_lines) if row > 0 and row not in self.fixed}
        written = {row: _space(line) for row, line in free.items() if line.strip()}
        if not written:
            return self.text, self.tail
        last = max(free)
        hanging = ""
        if last in written and free[last].strip().startswith(_CLOSERS):
            base = written[last]
        else:
            base = min(written.values(), key=len)
            hanging = unit
        convert = _unit_converter([space[len(base) :] for space in written.values() if space.startswith(base)], unit)
        for row, line in free.items():
            if row not in written:
                head_lines[row] = ""
            elif line.startswith(base):
                rest = written[row][len(base) :]
                head_lines[row] = indent + hanging + convert(rest) + line.lstrip(" \t")
            else:
                head_lines[row] = indent + line.lstrip(" \t")
        return "\n".join(head_lines), self.tail


def _space(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit_converter(relative: list[str], unit: str) -> functools.partial[str]:
    """Turns indentation by two spaces, or by tabs, into levels of the file's own ``unit``."""
    if unit != "  " and any(relative) and all(set(space) <= {" "} and len(space) % 2 == 0 for space in relative):
        odd_levels = any(len(space) % 4 for space in relative)
        if odd_levels or "\t" in unit:
            return functools.partial(_levels, old="  ", new=unit)
    if "\t" not in unit and any("\t" in space for space in relative) and all(set(s) <= {"\t"} for s in relative):
        return functools.partial(_levels, old="\t", new=unit)
    return functools.partial(_levels, old="", new="")


def _levels(space: str, *, old: str, new: str) -> str:
    return space.replace(old, new) if old else space


def _fixed_rows(root: Node) -> Iterator[int]:
    for node in spanning(root):
        if node.type in _VERBATIM:
            yield from range(node.start_point.row + 1, node.end_point.row + 1)
