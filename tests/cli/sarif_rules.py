"""The rules of SARIF 2.1.0 (OASIS standard) for the objects that the command line writes.

Written from the standard's text, section by section, and as strict as its schema: an object has no property that is
not named here. The schema itself is published under terms that do not allow to put it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})+", re.ASCII)
VERSION = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
LEVELS = ("none", "note", "warning", "error")


@dataclass(frozen=True)
class Text:
    """A text that is not empty unless ``empty``, one of ``among`` where that is given, of this ``form``."""

    among: tuple[str, ...] = ()
    form: re.Pattern[str] | None = None
    empty: bool = False


@dataclass(frozen=True)
class Number:
    least: int


@dataclass(frozen=True)
class Many:
    """An array of what ``of`` names; at least ``least``, and no two alike where ``unique``."""

    of: Any
    least: int = 0
    unique: bool = False


@dataclass(frozen=True)
class Is:
    """An object of the table."""

    name: str


TEXT, POSITIVE = Text(), Number(1)

OBJECTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    # 3.13
    "log": (
        {"$schema": Text(form=URI), "version": Text(among=("2.1.0",)), "runs": Many(Is("run"))},
        ("version", "runs"),
    ),
    # 3.14
    "run": (
        {
            "tool": Is("tool"),
            "columnKind": Text(among=("utf16CodeUnits", "unicodeCodePoints")),
            "results": Many(Is("result")),
        },
        ("tool",),
    ),
    # 3.18, 3.19
    "tool": ({"driver": Is("component")}, ("driver",)),
    "component": (
        {"name": TEXT, "semanticVersion": Text(form=VERSION), "rules": Many(Is("rule"), unique=True)},
        ("name",),
    ),
    # 3.49, 3.50, 3.12
    "rule": (
        {
            "id": TEXT,
            "shortDescription": Is("description"),
            "fullDescription": Is("description"),
            "help": Is("description"),
            "helpUri": Text(form=URI),
            "defaultConfiguration": Is("configuration"),
        },
        ("id",),
    ),
    "configuration": ({"level": Text(among=LEVELS)}, ()),
    "description": ({"text": TEXT, "markdown": Text(empty=True)}, ("text",)),
    # 3.27, 3.11: without a text a message has an id
    "result": (
        {
            "ruleId": TEXT,
            "ruleIndex": Number(0),
            "level": Text(among=LEVELS),
            "message": Is("message"),
            "locations": Many(Is("location")),
            "fixes": Many(Is("fix"), unique=True),
        },
        ("message",),
    ),
    "message": ({"text": TEXT}, ("text",)),
    # 3.28, 3.29, 3.33, 3.4, 3.30
    "location": (
        {"physicalLocation": Is("physical"), "logicalLocations": Many(Is("logical"), unique=True)},
        (),
    ),
    "physical": ({"artifactLocation": Is("artifact"), "region": Is("region")}, ("artifactLocation",)),
    "logical": ({"fullyQualifiedName": TEXT}, ()),
    "artifact": ({"uri": Text(form=URI)}, ()),
    "region": (
        {"startLine": POSITIVE, "startColumn": POSITIVE, "endLine": POSITIVE, "endColumn": POSITIVE},
        ("startLine",),
    ),
    # 3.55, 3.56, 3.57
    "fix": ({"description": Is("message"), "artifactChanges": Many(Is("change"), 1, True)}, ("artifactChanges",)),
    "change": (
        {"artifactLocation": Is("artifact"), "replacements": Many(Is("replacement"), 1)},
        ("artifactLocation", "replacements"),
    ),
    "replacement": ({"deletedRegion": Is("region"), "insertedContent": Is("content")}, ("deletedRegion",)),
    "content": ({"text": Text(empty=True)}, ()),
}


def broken_rules(document: Any) -> list[str]:
    """What in a SARIF document is against the standard, each with its place."""
    found = list(_broken(document, Is("log"), ""))
    return found or [line for run in document["runs"] for line in _loose_ends(run)]


def _broken(value: Any, rule: Any, at: str) -> list[str]:
    match rule:
        case Text():
            right = isinstance(value, str) and (rule.empty or value != "")
            right = right and (not rule.among or value in rule.among)
            right = right and (rule.form is None or rule.form.fullmatch(value) is not None)
            return [] if right else [f"{at}: {value!r} is not {rule}"]
        case Number():
            return [] if type(value) is int and value >= rule.least else [f"{at}: {value!r} is not {rule}"]
        case Many():
            if not isinstance(value, list) or len(value) < rule.least:
                return [f"{at}: no array of at least {rule.least}"]
            twice = rule.unique and any(one in value[:index] for index, one in enumerate(value))
            inside = [line for index, one in enumerate(value) for line in _broken(one, rule.of, f"{at}/{index}")]
            return [*inside, *([f"{at}: two are alike"] if twice else [])]
    known, required = OBJECTS[rule.name]
    if not isinstance(value, dict):
        return [f"{at}: no {rule.name}"]
    lines = [f"{at}: {name} is missing" for name in required if name not in value]
    lines += [f"{at}: a {rule.name} has no {name}" for name in value if name not in known]
    if rule.name == "region":
        start = value.get("startLine", 0), value.get("startColumn", 1)
        end = value.get("endLine", start[0]), value.get("endColumn", start[1])
        lines += [f"{at}: ends before it starts"] if end < start else []  # 3.30.7
    return [
        *lines,
        *(line for name in value if name in known for line in _broken(value[name], known[name], f"{at}/{name}")),
    ]


def _loose_ends(run: dict[str, Any]) -> list[str]:
    """References that lead nowhere or elsewhere (3.19.23, 3.27.6, 3.52.5)."""
    rules = [rule["id"] for rule in run["tool"]["driver"].get("rules", [])]
    lines = [f"two rules are called {name}" for name in {name for name in rules if rules.count(name) > 1}]
    for index, result in enumerate(run.get("results", [])):
        number = result.get("ruleIndex", -1)
        if number >= len(rules) or (number >= 0 and rules[number] != result.get("ruleId")):
            lines.append(f"result {index}: rule {number} is not {result.get('ruleId')}")
    return lines
