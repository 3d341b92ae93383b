"""What the code imports is what pyproject asks for, and the heaviest thing is behind one door."""

from __future__ import annotations

import ast
import functools
import graphlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = {
    "jwt": "pyjwt",
    "ruamel": "ruamel-yaml",
    "PySide6": "pyside6",
    "shiboken6": "pyside6",
    "tree_sitter": "tree-sitter",
    "tree_sitter_ruby": "tree-sitter-ruby",
}


@functools.cache
def imports(file: Path) -> frozenset[str]:
    """Every module a file imports, anywhere in it, by its whole dotted name."""
    return frozenset(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def code() -> list[Path]:
    return sorted((PROJECT / "designer").rglob("*.py"))


def test_every_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    foreign = {
        name.partition(".")[0] for file in code() for name in imports(file) if not name.startswith("designer")
    } - set(sys.stdlib_module_names)
    assert foreign
    assert {DISTRIBUTIONS.get(name, name) for name in foreign} <= declared


def test_one_room_alone_imports_the_web_engine() -> None:
    found = {
        file.relative_to(PROJECT).parent.as_posix()
        for file in code()
        if any("QtWebEngine" in name for name in imports(file))
    }
    assert found == {"designer/ui/web"}


def test_modules_are_loaded_in_no_circle() -> None:
    """What one module needs of another while it is loaded; types alone, and what a function imports, do not count."""
    files = {
        ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): file for file in code()
    }

    def needed(body: list[ast.stmt]) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    part = f"{node.module}.{alias.name}"
                    yield part if part in files else node.module
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
                yield from needed([*node.body, *node.orelse])
            elif isinstance(node, ast.Try | ast.ClassDef | ast.With):
                yield from needed(node.body)

    graph = {
        name: {one for one in needed(ast.parse(file.read_text(encoding="utf-8")).body) if one in files}
        for name, file in files.items()
    }
    assert graph["designer.ui.window"] > {"designer.ui.store"}
    graphlib.TopologicalSorter(graph).prepare()


def test_the_set_up_needs_nothing_but_python() -> None:
    files = [PROJECT / "packaging" / f"{name}.py" for name in ("run", "test", "environment", "system")]
    own = {file.stem for file in files}
    for file in files:
        assert {name.partition(".")[0] for name in imports(file)} <= set(sys.stdlib_module_names) | own


def test_no_layout_is_asked_for_its_items() -> None:
    """PySide keeps the Python object of a layout's item after Qt deleted the item, and takes what is made next at that
    address for it: a crash, later and elsewhere. ``indexOf`` tells where a widget stands."""
    files = [*(PROJECT / "designer" / "ui").rglob("*.py"), *(PROJECT / "tests" / "ui").rglob("*.py")]
    asking = {
        file.relative_to(PROJECT).as_posix()
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("itemAt", "itemAtPosition")
    }
    assert asking == {"designer/ui/widgets/rows.py"}, "there it is the item of a list, at a point"
