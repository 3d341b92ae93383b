"""Write what derives from declarations: ``python packaging/reference.py`` (``--check`` only says what is out of date).

``resources/facts/methods.toml`` lists what the evaluator runs, for rooms below it; ``resources/reference/`` holds pages
for people: commands, methods, checks (a page each), kinds of authorization.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from designer import connection, facts  # noqa: E402
from designer.checks import CHECKS, Check, Fix, Problem, Severity, apply_fix, run  # noqa: E402
from designer.cli import arguments  # noqa: E402
from designer.connection.kinds.base import Kind  # noqa: E402
from designer.evaluator import catalogue  # noqa: E402
from designer.ruby import Document  # noqa: E402

_NOTICE = "Written by packaging/reference.py; do not edit."
_ELSEWHERE = {
    "everywhere": "Every lambda but `selected`",
    "operations": "`acquire`, `refresh`, `test`, actions and `methods`",
    "request": "A request, and bare names in `apply`",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write what derives from declarations.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something is out of date")
    options = parser.parse_args(arguments)
    wanted = outputs()
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{'out of date' if options.check else 'wrote'}: {path.relative_to(PROJECT)}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
    gone = [path for path in (PROJECT / "resources" / "reference" / "checks").glob("*.md") if path not in wanted]
    for path in gone:
        print(f"{'of no check' if options.check else 'removed'}: {path.relative_to(PROJECT)}")
        if not options.check:
            path.unlink()
    return 1 if (stale or gone) and options.check else 0


def outputs() -> dict[Path, str]:
    """Every derived file and what must stand in it."""
    pages = PROJECT / "resources" / "reference"
    return {
        PROJECT / "resources" / "facts" / "methods.toml": methods_table(),
        pages / "commands.md": commands_page(),
        pages / "methods.md": methods_page(),
        pages / "checks.md": checks_page(),
        pages / "authorization.md": authorization_page(),
        **{pages / "checks" / f"{check.code}.md": check_page(check) for check in CHECKS.values()},
    }


# --- facts ------------------------------------------------------------------------------------------------------------


def methods_table() -> str:
    """What runs and what is refused, as TOML."""
    sections = {
        "methods": catalogue.methods(),
        "class_methods": catalogue.class_methods(),
        "constants": catalogue.known_constants(),
        "ancestors": catalogue.ancestors(),
        "sdk": catalogue.sdk(),
        "refused": catalogue.refused(),
    }
    lines = [
        "# Names of what the evaluator runs, by class, and of what it refuses though Ruby or the SDK has it.",
        f"# {_NOTICE}",
    ]
    for title, table in sections.items():
        lines += ["", f"[{title}]"]
        for owner in sorted(table):
            names = table[owner] if title == "ancestors" else sorted(table[owner])
            written = " ".join(names).replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{owner}" = "{written}"')
    return "\n".join(lines) + "\n"


# --- pages ------------------------------------------------------------------------------------------------------------


def commands_page() -> str:
    """What ``--help`` says, command by command, without argparse's own layout: that changes with Python."""
    about = "What each command takes. `connection-designer COMMAND --help` says the same where you are."
    lines = [*_head("The command line", about), "## Exit status", "", "| status | means |", "|---|---|"]
    lines += [f"| {status} | {_cell(words)} |" for status, words in arguments.EXIT_STATUS.items()]
    lines += ["", "With `--json` a document is printed on exit 0 and 1; on 2 stdout stays empty."]
    for name, command in arguments.commands().items():
        command.format_help()  # makes what is costly to know
        options = [one for one in command._actions if not isinstance(one, argparse._HelpAction)]
        places = [_place(one) for one in options if not one.option_strings]
        lines += ["", f"## `{' '.join([name, *places])}`", "", command.description or ""]
        named = [one for one in options if one.option_strings or one.help]
        if named:
            lines += ["", "| option | does |", "|---|---|"]
            lines += [f"| {_spelled(one)} | {_cell(one.help or '')} |" for one in named]
        if command.epilog:
            lines += ["", "```text", command.epilog, "```"]
    return "\n".join(lines) + "\n"


def _place(action: argparse.Action) -> str:
    return f"{action.metavar or action.dest}{'…' if action.nargs == '+' else ''}"


def _spelled(action: argparse.Action) -> str:
    if not action.option_strings:
        return _code(_place(action))
    takes = "" if action.nargs == 0 else f" {action.metavar or '|'.join(map(str, action.choices or ()))}"
    return _code(f"{', '.join(action.option_strings)}{takes}").replace("|", "\\|")


def methods_page() -> str:
    lines = _head(
        "Methods that run here",
        "What lambdas may call in the console and in `exec`. Anything else that Ruby, ActiveSupport or the SDK has is "
        "refused before anything is sent: `cannot evaluate NAME, line N`. The platform runs full Ruby.",
    )
    lines += ["## The SDK", ""]
    lines += _names(catalogue.sdk(), lambda owner: _ELSEWHERE.get(owner, f"`{owner}`"))
    lines += ["", "## Instances", ""]
    lines += _names(catalogue.methods(), _code)
    lines += ["", "## Classes and modules", ""]
    lines += _names(catalogue.class_methods(), _code)
    lines += ["", "## Refused", ""]
    titles = {
        "methods": "Methods of any receiver",
        "constants": "Constants",
        "functions": "Functions of the SDK",
        "workato": "`workato`",
    }
    lines += _names(catalogue.refused(), lambda owner: titles[owner])
    return "\n".join(lines) + "\n"


def checks_page() -> str:
    """All checks in tables, each with a page of its own."""
    lines = _head("Checks", f"{len(CHECKS)} checks. {_SILENCING}")
    for severity in Severity:
        lines += [f"## {severity.value.capitalize()}s", "", "| check | what it finds | fix |", "| --- | --- | --- |"]
        for check in CHECKS.values():
            if check.severity is severity:
                titles = {
                    fix.title for example in check.trips for problem in _found(check, example) for fix in problem.fixes
                }
                fixes = "; ".join(sorted(titles))
                lines.append(f"| [{check.code}](checks/{check.code}.md) | {_cell(check.title)} | {_cell(fixes)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_SILENCING = (
    "A comment `# designer:disable CODE`, on a line or alone on the line above it, silences a check on that line and "
    "in every element that begins there: above `fields:` for all fields, above the first `{` for the whole file. "
    "Several codes are separated by commas; a reason may follow."
)


def check_page(check: Check) -> str:
    """One check: why, what is reported with its fix, and what comes near and is not."""
    lines = _head(check.code, f"{check.title}. {check.why}")
    lines += [f"Severity: {check.severity.value}.", "", "## Reported", ""]
    for example in check.trips:
        lines += _ruby(example)
        for problem in _found(check, example):
            lines += [f"Line {problem.line}: {problem.message}", ""]
            for fix in problem.fixes:
                lines += [f"Fix “{fix.title}”:", "", "```diff", *_difference(example, fix), "```", ""]
    lines += ["## Not reported", ""]
    for example in check.passes:
        lines += _ruby(example)
    lines += ["## Silence it", "", "```ruby", f"# designer:disable {check.code}", "```", ""]
    if check.doc_url:
        lines += [f"See <{check.doc_url}>.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _found(check: Check, example: str) -> tuple[Problem, ...]:
    return run(_connector(example), codes=[check.code], official=True)


def _ruby(example: str) -> list[str]:
    shown = example if len(example) <= 2000 else f"{example[:200]}…"
    return ["```ruby", shown, "```", ""] if example.strip() else ["An empty file.", ""]


def _difference(example: str, fix: Fix) -> list[str]:
    """The lines a fix changes; applying it is also the proof that it can be."""
    change = apply_fix(_connector(example), fix)
    before, after = (text.decode().splitlines() for text in (change.before.source, change.document.source))
    return [
        line
        for line in difflib.unified_diff(before, after, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]


def _connector(example: str) -> Document:
    """An example, with a connector around one that is only the inside of a connection."""
    if example.startswith(("fields:", "authorization:", "base_uri:", "test:", "extended_fields:")):
        test = "" if example.startswith("test:") else ", test: lambda { |_connection| get('me') }"
        example = f"{{ title: 'Example', connection: {{ {example} }}{test} }}\n"
    return Document.parse(example.encode())


def authorization_page() -> str:
    table = facts.table("authorization")
    lines = _head("Authorization", "Kinds the designer knows, and the keys of the `authorization` hash.")
    lines += ["## Kinds", "", "| name | type | what it is |", "| --- | --- | --- |"]
    kinds: Mapping[str, Kind] = connection.KINDS
    for kind in kinds.values():
        lines.append(f"| [{kind.name}]({kind.doc_url}) {kind.title} | `{kind.type}` | {_cell(kind.summary)} |")
    lines += [
        "",
        "## Pages",
        "",
        "Each kind as it looks when it has just been chosen for a connector without a connection.",
        "",
    ]
    for kind in kinds.values():
        if (PROJECT / "resources" / "pictures" / "kinds" / f"{kind.name}.png").is_file():
            lines += [
                f"### {kind.title}",
                "",
                kind.summary,
                "",
                f"![{kind.title}](../pictures/kinds/{kind.name}.png)",
                "",
            ]
    lines += ["## Keys", "", "| key | value | types | what it does |", "| --- | --- | --- | --- |"]
    for name, key in table["keys"].items():
        types = ", ".join("all" if each == "*" else f"`{each}`" for each in key.get("types", ["*"]))
        parameters = ", ".join(key.get("parameters", []))
        value = key["value"].replace("_", " ") + (f" ({parameters})" if parameters else "")
        lines.append(f"| `{name}` | {value} | {types} | {_cell(key.get('help', ''))} |")
    return "\n".join(lines) + "\n"


def _head(title: str, text: str) -> list[str]:
    return [f"<!-- {_NOTICE} -->", f"# {title}", "", text, ""]


def _names(table: catalogue.Names, label: object) -> list[str]:
    assert callable(label)
    return [f"- {label(owner)}: {' '.join(_code(name) for name in sorted(table[owner]))}" for owner in sorted(table)]


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
