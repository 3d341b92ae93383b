"""Headers for some requests only: by HTTP method, or by a part of the URL."""

from __future__ import annotations

from collections.abc import Iterable

from designer.connection.code import Writer
from designer.connection.form import Column, FormItem
from designer.connection.sketch import Call, Pairs, Text, Value, When

__all__ = ["CONDITIONAL", "read", "write"]

CONDITIONAL = FormItem(
    "conditional",
    "Headers on some requests",
    "table",
    "Sent where the request has this method (GET, POST and so on), its URL contains this text and this setting is "
    "filled in; a cell left empty asks for nothing.",
    columns=(
        Column("name", "Name", "text"),
        Column("value", "Value"),
        Column("verb", "Method", "text", "POST"),
        Column("url", "URL contains", "text", "/admin/"),
        Column("setting", "Setting", "text", "api_version"),
    ),
    optional=True,
    advanced=True,
    slot="apply",
)


def write(rows: Iterable[dict[str, str]], writer: Writer) -> list[str]:
    """A line ``headers(…) if …`` for each row; one without name or condition somebody is still typing."""
    lines: list[str] = []
    for row in rows:
        if not row.get("name") or not any(row.get(key) for key in ("verb", "url", "setting")):
            continue
        asked = []
        if row.get("verb"):
            asked.append(f"current_verb == {writer.string(row['verb'].upper())}")
        if row.get("url"):
            asked.append(f"current_url.include?({writer.string(row['url'])})")
        if row.get("setting"):
            asked.append(f"{writer.setting(row['setting'])}.present?")
        call = f"headers({writer.pair(row['name'], writer.text(row.get('value', '')), strings=True)})"
        lines.append(f"{call} if {' && '.join(asked)}")
    return lines


def read(when: When) -> list[dict[str, str]] | None:
    """The rows of one condition, None where its body does more than set headers to texts."""
    rows: list[dict[str, str]] = []
    for statement in when.body:
        if not isinstance(statement, Call) or statement.name != "headers":
            return None
        given: Value | None = statement.keywords if statement.keywords.items else None
        if len(statement.arguments) == 1 and given is None:
            given = statement.arguments[0]
        elif statement.arguments:
            return None
        if not isinstance(given, Pairs):
            return None
        for pair in given.items:
            if not isinstance(pair.value, Text) or not pair.key:
                return None
            name = pair.key
            if pair.symbol and "_" in name:
                name = "-".join(part.capitalize() for part in name.split("_"))
            rows.append(
                {
                    "name": name,
                    "value": pair.value.template,
                    "verb": when.verb,
                    "url": when.url,
                    "setting": when.setting,
                }
            )
    return rows or None
