"""The connection form as the connector's end user sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer import facts
from designer.connection.labels import label_for
from designer.connection.model import Design, Field
from designer.connection.ngif import visible

__all__ = [
    "PreviewField",
    "SettingGroup",
    "choices",
    "chosen_option",
    "computed_fields",
    "form_preview",
    "setting_groups",
]


@dataclass(frozen=True, slots=True)
class PreviewField:
    """One input. ``preview`` names the widget as ``controls.toml`` does; ``choices`` are (label, value) pairs,
    ``hint`` may hold HTML, ``suffix`` is what stands behind a subdomain, ``value`` what is in it now."""

    pointer: str
    name: str
    label: str
    control_type: str
    preview: str
    required: bool
    visible: bool
    hint: str
    choices: tuple[tuple[str, str], ...]
    value: Any
    suffix: str
    group: str
    multiline: bool
    help_title: str
    help_text: str
    option: str | None


EXTENDED = "/connection/extended_fields"


def computed_fields(result: Any) -> tuple[Field, ...] | None:
    """The fields that ``extended_fields`` returned, out of the JSON a run gives (``{"$symbol": …}`` for a symbol). None
    where it is neither nil nor a list of hashes with names."""
    if result is None:
        return ()
    listed = _unwrapped(result)
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) and each.get("name") for each in listed):
        return None
    return tuple(Field(EXTENDED, each) for each in listed)


def _unwrapped(value: Any) -> Any:
    if isinstance(value, Mapping):
        if "$symbol" in value:
            return str(value["$symbol"])
        return {key: _unwrapped(inner) for key, inner in value.items()}
    return [_unwrapped(inner) for inner in value] if isinstance(value, list | tuple) else value


def form_preview(
    design: Design, values: Mapping[str, Any] | None = None, extended: Sequence[Field] = ()
) -> tuple[PreviewField, ...]:
    """The inputs of the connection form while it holds ``values``: the shared fields, those ``extended_fields`` gave
    (see ``computed_fields``), then those of the chosen option of a multi authorization. Hidden ones are in it too, with
    ``visible`` false."""
    given = dict(values or {})
    shared = (*design.fields, *extended)
    for field in shared:
        if given.get(field.name) in (None, "") and "default" in field.attributes:
            given[field.name] = field.attributes["default"]
    shown = [_preview(field, given, None) for field in shared]
    chosen = chosen_option(design, given)
    if chosen is not None and design.authorization is not None:
        fields = design.authorization.options[chosen].fields
        for field in fields:
            if given.get(field.name) in (None, "") and "default" in field.attributes:
                given[field.name] = field.attributes["default"]
        shown += [_preview(field, given, chosen) for field in fields]
    return tuple(shown)


def chosen_option(design: Design, values: Mapping[str, Any]) -> str | None:
    """The key of the option that the form's values choose, as far as the form of ``selected`` can tell."""
    auth = design.authorization
    if auth is None or auth.kind != "multi" or auth.parameters is None:
        return None
    chosen = values.get(auth.parameters["field"])
    if chosen in (None, ""):
        default = next((f.attributes.get("default") for f in design.fields if f.name == auth.parameters["field"]), None)
        chosen = default or auth.parameters["fallback"]
    return str(chosen) if str(chosen) in auth.options else None


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Fields that are asked for together: the shared ones (``option`` is ""), or those of one option. ``asked`` says
    whether the form shows them while it holds the values in hand."""

    option: str
    fields: tuple[Field, ...]
    asked: bool


def setting_groups(design: Design, values: Mapping[str, Any]) -> tuple[SettingGroup, ...]:
    """All named fields, each name once: shared ones, those of the chosen option, then those of the others. Where only
    Ruby knows which option is chosen, all of them are asked for."""
    options = design.authorization.options if design.authorization is not None else {}
    chosen = chosen_option(design, values)
    found = [("", design.fields, True)]
    found += [(key, one.fields, chosen in (None, key)) for key, one in options.items()]
    found.sort(key=lambda group: not group[2])
    groups: list[SettingGroup] = []
    seen: set[str] = set()
    for key, fields, asked in found:
        new = tuple(one for one in fields if one.name and one.name not in seen)
        seen.update(one.name for one in new)
        groups.append(SettingGroup(key, new, asked))
    return tuple(group for group in groups if group.fields)


def _preview(field: Field, values: Mapping[str, Any], option: str | None) -> PreviewField:
    attributes = field.attributes
    control = _word(attributes.get("control_type")) or "text"
    controls = facts.table("controls")["controls"]
    box = attributes.get("help")
    condition = attributes.get("ngIf")
    return PreviewField(
        pointer=field.pointer,
        name=field.name,
        label=_word(attributes.get("label")) or label_for(field.name),
        control_type=control,
        preview=str(controls[control]["preview"]) if control in controls else "line",
        required=attributes.get("optional") is not True,
        visible=visible(condition if isinstance(condition, str) else None, values),
        hint=_word(attributes.get("hint")),
        choices=choices(field),
        value=values.get(field.name),
        suffix=_word(attributes.get("url")),
        group=_word(attributes.get("group")),
        multiline=attributes.get("multiline") is True,
        help_title=_word(box.get("title")) if isinstance(box, Mapping) else "",
        help_text=_word(box.get("text")) if isinstance(box, Mapping) else "",
        option=option,
    )


def choices(field: Field) -> tuple[tuple[str, str], ...]:
    """Label and value pairs of a select, as far as they are literal."""
    listed = field.attributes.get("options", field.attributes.get("pick_list"))
    found: list[tuple[str, str]] = []
    for pair in listed if isinstance(listed, list | tuple) else ():
        if isinstance(pair, list | tuple) and len(pair) >= 2:
            found.append((_word(pair[0]), _word(pair[1])))
        elif isinstance(pair, str):
            found.append((pair, pair))
    return tuple(found)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return str(getattr(value, "name", "")) if value is not None else ""
