"""Writes what the person says of the field in sight."""

from __future__ import annotations

from designer.connection.model import Field
from designer.ruby.pointer import child
from designer.ruby.values import RubyValue
from designer.ui.store import Store

__all__ = ["FieldWriter"]


class FieldWriter:
    """``field`` is the field in sight, as it was read last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.field = Field("", {})

    def place(self, attribute: str) -> str:
        """The pointer of an attribute."""
        return child(self.field.pointer, attribute)

    def set(self, attribute: str, value: RubyValue) -> None:
        """Write an attribute; None and "" take it out."""
        if value is None or value == "":
            if attribute in self.field.attributes:
                self._store.remove(self.place(attribute), f"Clear {attribute}")
            return
        self._store.set_value(self.place(attribute), value, f"Edit {attribute} of {self.field.name}")

    def set_text(self, attribute: str, text: str) -> None:
        """While one types an attribute keeps its place in the hash, even when nothing is left of its text."""
        if text or attribute in self.field.attributes:
            self._store.set_value(self.place(attribute), text, f"Edit {attribute} of {self.field.name}")

    def tidy(self, attribute: str) -> None:
        """Take out an attribute that was left empty."""
        if self.field.attributes.get(attribute) == "":
            pointer = self.place(attribute)
            self._store.edit(f"Clear {attribute}", lambda doc: doc.remove(pointer), merge=f"set {pointer}")
