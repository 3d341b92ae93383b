"""What an authorization kind asks of its author, as data: the window renders these items without knowing the kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Choice", "Column", "Control", "FormItem", "Rows", "row", "shown"]

Control = Literal["text", "template", "choice", "chips", "table", "switch", "field-ref", "number"]
"""``text``: one line. ``template``: a line with setting chips, see ``template``. ``choice``: one of ``choices``.
``chips``: a list of short texts. ``table``: rows ``{"name", "value"}``, values are templates. ``switch``: true or
false. ``field-ref``: the name of a connection field. ``number``: a whole number."""

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``key`` in the row, heading, and whether cells are plain texts or templates."""

    key: str
    label: str
    control: Literal["text", "template"] = "template"
    placeholder: str = ""


NAME_AND_VALUE = (Column("name", "Name", "text"), Column("value", "Value"))


@dataclass(frozen=True, slots=True)
class FormItem:
    """One input of a kind's form. ``key`` is the key of the parameters it edits; ``when`` maps keys of other items to
    the values with which this one is shown (of several such maps one must hold); ``suggestions`` are offered, not
    demanded; ``extra_chips`` are names a template may use besides the connection's fields (tokens that ``acquire``
    brings); ``slot`` is the key of the hash it writes: where that key holds code the form cannot say
    (``Authorization.opaque``) the item is not offered."""

    key: str
    label: str
    control: Control
    help: str = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    optional: bool = False
    placeholder: str = ""
    advanced: bool = False
    when: Mapping[str, tuple[Any, ...]] | tuple[Mapping[str, tuple[Any, ...]], ...] | None = None
    suggestions: tuple[str, ...] = ()
    extra_chips: tuple[str, ...] = ()
    slot: str = ""

    @property
    def ways(self) -> tuple[Mapping[str, tuple[Any, ...]], ...]:
        """The maps of ``when``, of which one must hold."""
        return self.when if isinstance(self.when, tuple) else (self.when or {},)


def shown(item: FormItem, params: Mapping[str, Any]) -> bool:
    """Whether ``item`` has a meaning with these parameters."""
    return any(all(params.get(key) in values for key, values in way.items()) for way in item.ways)


def row(name: str, value: str) -> dict[str, str]:
    """One line of a table item."""
    return {"name": name, "value": value}
