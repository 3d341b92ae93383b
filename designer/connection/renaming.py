"""What renaming a field would write, told before it is written."""

from __future__ import annotations

from dataclasses import dataclass

from designer.connection.field_edits import field_uses, rename_field
from designer.ruby import Document
from designer.ruby.pointer import child

__all__ = ["RenamedLine", "renamed_lines"]


@dataclass(frozen=True, slots=True)
class RenamedLine:
    """A line that renaming a field writes anew: ``line`` counts from 1, ``places`` says who reads the field there (and
    "its name" for the declaration), ``before`` and ``after`` are the whole line."""

    line: int
    places: tuple[str, ...]
    before: str
    after: str


def renamed_lines(doc: Document, pointer: str, new_name: str) -> tuple[RenamedLine, ...]:
    """Every line that ``rename_field`` would change, and nothing else; raises what it raises."""
    change = rename_field(doc, pointer, new_name)
    named = doc.find(child(pointer, "name"))
    places: dict[int, list[str]] = {}
    if named is not None:
        places[named.line] = ["its name"]
        for use in field_uses(doc).get(str(named.value), ()):
            places.setdefault(use.line, []).append(use.place)
    # A name stands in one line, so lines neither come nor go.
    before, after = doc.source.split(b"\n"), change.document.source.split(b"\n")
    return tuple(
        RenamedLine(number, tuple(dict.fromkeys(places.get(number, ()))), old.decode(), new.decode())
        for number, (old, new) in enumerate(zip(before, after, strict=True), 1)
        if old != new
    )
