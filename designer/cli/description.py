"""The design as data and in words: what ``show`` gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from designer.ruby.values import Lambda

if TYPE_CHECKING:
    from designer.connection.model import Authorization, Field, Slot
    from designer.ruby import Document


def describe(document: Document) -> dict[str, Any]:
    """The object of ``show --json``."""
    from designer import connection

    design = connection.read(document)
    return {
        "title": design.title,
        "secure_tunnel": design.secure_tunnel,
        "connection": {
            "fields": [_field(field) for field in design.fields],
            "authorization": _authorization(design.authorization) if design.authorization else None,
            "base_uri": _slot(design.base_uri),
            "test": _slot(design.test),
        },
        "newline": document.newline,
        "encoding": document.encoding,
    }


def _field(field: Field) -> dict[str, Any]:
    from designer.ruby import to_json

    return {name: to_json(value) for name, value in field.attributes.items()}


def _slot(slot: Slot | None) -> Any:
    from designer.ruby import to_json

    if slot is None:
        return None
    value = to_json(slot.value)
    if isinstance(slot.value, Lambda):
        value["lambda"]["shape"] = slot.shape.name if slot.shape else None
    return value


def _authorization(authorization: Authorization) -> dict[str, Any]:
    from designer.ruby import to_json

    described: dict[str, Any] = {
        "type": authorization.type,
        "kind": authorization.kind,
        "keys": list(authorization.slots),
        "options": {name: _option(option) for name, option in authorization.options.items()},
    }
    for name in ("refresh_on", "detect_on"):
        described[name] = [to_json(signal) for signal in getattr(authorization, name) or ()]
    return described


def _option(option: Authorization) -> dict[str, Any]:
    return {**_authorization(option), "fields": [_field(field) for field in option.fields]}


def in_words(description: Mapping[str, Any], file: str) -> str:
    """The description for a person."""
    connection = description["connection"]
    lines = [str(description["title"] or "(no title)"), file]
    if description["secure_tunnel"]:
        lines.append("reaches its application through the on-prem agent")
    lines += ["", "Fields"]
    lines += _table([_field_row(field) for field in connection["fields"]]) or ["  none"]
    lines += ["", "Authorization"]
    authorization = connection["authorization"]
    lines += _authorization_lines(authorization, "  ") if authorization else ["  none"]
    lines += ["", *_table([["Base URI", _where(connection["base_uri"])], ["Test", _where(connection["test"])]], "")]
    return "\n".join(lines)


def _field_row(field: Mapping[str, Any]) -> list[str]:
    control = field.get("control_type") or field.get("type") or "text"
    need = "optional" if field.get("optional") is True else "required"
    return [_text(field.get("name")), _text(control), need, _text(field.get("label"))]


def _authorization_lines(authorization: Mapping[str, Any], indent: str) -> list[str]:
    rows = [["type", _text(authorization["type"])], ["kind", authorization["kind"]]]
    rows.append(["keys", ", ".join(authorization["keys"])])
    for name in ("refresh_on", "detect_on"):
        if name in authorization["keys"]:
            rows.append([name, ", ".join(_text(signal) for signal in authorization[name]) or "(any error)"])
    lines = _table(rows, indent)
    for name, option in authorization["options"].items():
        lines.append(f"{indent}option {name}")
        lines += _authorization_lines(option, indent + "    ")
        lines += _table([_field_row(field) for field in option["fields"]], indent + "    ")
    return lines


def _where(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping) and "lambda" in value:
        inner = value["lambda"]
        lines = (
            f"line {inner['line']}"
            if inner["line"] == inner["end_line"]
            else f"lines {inner['line']}–{inner['end_line']}"
        )
        return f"lambda, {lines}" + (f" ({inner['shape'].replace('_', ' ')})" if inner["shape"] else "")
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        if "symbol" in value:
            return f":{value['symbol']}"
        if "regex" in value:
            return f"/{value['regex']}/{value.get('flags', '')}"
        if "ruby" in value:
            return str(value["ruby"])
    return "" if value is None else str(value)


def _table(rows: list[list[str]], indent: str = "  ") -> list[str]:
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(max(map(len, rows), default=0))]
    return [
        indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
