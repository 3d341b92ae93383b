"""The code of the lambdas that the console runs: what it cannot run is said before a run comes to it."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from designer import facts
from designer.checks.context import Context, Finding
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.connection.reader import lower_lambda
from designer.ruby import Document, Element
from designer.ruby import syntax as s

_BASE = "base_uri: lambda { |_c| "
_RUN = "{ title: 'A', test: lambda { |_c| "
_IN_METHOD = "{ title: 'A', test: lambda { |c| call('m', c) }, methods: { m: lambda { |c| "
_CONSTANT_SET = rb"\b%s\s*(?:\|\|)?=(?![=~>])|\b(?:class|module)\s+%s\b"


@check(
    "cannot-preview",
    Severity.NOTE,
    "The console cannot run this",
    "It runs on the platform. Here the console stops at this line and says so; nothing that follows is sent.",
    trips=(
        _RUN + "File.read('/etc/hostname') } }",
        _RUN + "`hostname` } }",
        _RUN + "system('hostname') } }",
        _RUN + "get('https://a.example/me').instance_variable_get(:@response) } }",
        _RUN + "Process.clock_gettime(0) } }",
        _RUN + "lookup('table', id: 1) } }",
        _RUN + "workato.net.lookup('example.com', 'A') } }",
        _RUN + "get('https://a.example/me')['items'].each { |i| i.__send__(:delete, 'a') } } }",
        _RUN + "%w[a b].map(&:singleton_class) } }",
        _IN_METHOD + "ObjectSpace.each_object(String) { |x| x } } } }",
        _BASE + "class << self; end }",
    ),
    passes=(
        _RUN + "get('https://a.example/me').after_response { |code, body, headers| headers['a'] } } }",
        _RUN + "Time.now.utc.strftime('%F') + Base64.strict_encode64('a') } }",
        _RUN + "workato.jwt_encode({ iat: now.to_i }, 'key', 'HS256') } }",
        _RUN + "open = get('/open') \n open['test'] } }",
        _RUN + "get('https://a.example/me')['a'].no_such_method_anywhere } }",
        "{ title: 'A', test: lambda { |_c| get('https://a.example/me') }, methods: { m: lambda { File.read('a') } } }",
        "Marshal = 1\n" + _RUN + "Marshal + 1 } }",
        _BASE + "x = [1].map { |n| n + 1 }\n case x when [2] then 'https://a.example' end }",
    ),
)
def cannot_preview(context: Context) -> Iterator[Finding]:
    for lambda_ in _reached(context.doc):
        told: set[tuple[str, int]] = set()
        for name, line in _refusals(lambda_.code, _names(), context.doc):
            if (name, line) not in told:
                told.add((name, line))
                start, end = _place(context.doc, name, line, lambda_.element)
                yield Finding(lambda_.pointer, f"Cannot evaluate {name}, line {line}.", start=start, end=end)


# --- which lambdas ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lambda:
    pointer: str
    element: Element
    code: s.Code


def _reached(doc: Document) -> Iterator[_Lambda]:
    """The lambdas of ``connection`` and ``test``, and the ``methods`` they call by name."""
    todo = [found for top in ("/connection", "/test") for found in _lambdas(doc.find(top))]
    above = doc.find("/methods")
    # A connector may have thousands of methods: one pass over them, not one for each call.
    methods = {entry.key: entry.element for entry in above.entries} if above is not None else {}
    while todo:
        lambda_ = todo.pop(0)
        yield lambda_
        for node in _below(lambda_.code):
            name = _called_method(node)
            if name is not None:
                todo += _lambdas(methods.pop(name, None))


def _lambdas(element: Element | None) -> Iterator[_Lambda]:
    if element is None:
        return
    if element.kind == "lambda":
        code = lower_lambda(element)
        if code is not None:
            yield _Lambda(element.pointer, element, code)
    elif element.kind == "hash":
        for entry in element.entries:
            yield from _lambdas(entry.element)
    elif element.kind == "array":
        for item in element.items:
            yield from _lambdas(item)


def _called_method(node: object) -> str | None:
    """The name in ``call('name', …)``."""
    if not isinstance(node, s.Call) or node.receiver is not None or node.name != "call" or not node.arguments:
        return None
    first = _plain(node.arguments[0])
    return first.name if isinstance(first, s.Sym) else first.value if isinstance(first, s.Str) else None


# --- what is refused --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """``supported`` by some class or by the SDK; ``unsupported`` are names that Ruby has and no class here;
    ``functions`` cannot be called without a receiver; ``libraries`` are here only for the names of their errors; the
    rest by owner."""

    supported: frozenset[str]
    unsupported: frozenset[str]
    functions: frozenset[str]
    of_workato: frozenset[str]
    constants: frozenset[str]
    class_methods: Mapping[str, frozenset[str]]
    known_class_methods: Mapping[str, frozenset[str]]
    every_class: frozenset[str]
    libraries: frozenset[str]
    ancestors: Mapping[str, tuple[str, ...]]


@functools.cache
def _names() -> _Names:
    runs, ruby = facts.table("methods"), facts.table("ruby_names")
    methods, refused = _sets(runs["methods"]), _sets(runs["refused"])
    known = _sets(ruby["methods"])
    sdk: frozenset[str] = frozenset().union(*_sets(runs["sdk"]).values())
    supported = sdk.union(*methods.values())
    here = methods["Kernel"] | methods["Object"] | sdk
    of_objects = known["Kernel"] | known["Object"] | known["BasicObject"]
    return _Names(
        supported=supported,
        unsupported=(frozenset().union(*known.values()) | refused["methods"]) - supported,
        functions=(refused["functions"] | refused["methods"] | of_objects) - here,
        of_workato=refused["workato"],
        constants=refused["constants"],
        class_methods=_sets(runs["class_methods"]),
        known_class_methods=_sets(ruby["singleton_methods"]),
        every_class=methods["Class"] | methods["Module"] | methods["Kernel"] | methods["Object"],
        libraries=frozenset(runs["constants"]) - set(ruby["singleton_methods"]) - set(known) - set(runs["ancestors"]),
        ancestors={name: tuple(text.split()) for name, text in runs["ancestors"].items()},
    )


def _sets(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {owner: frozenset(text.split()) for owner, text in table.items()}


def _refusals(code: s.Code, names: _Names, doc: Document) -> Iterator[tuple[str, int]]:
    """``(name, line)`` of what is refused wherever it is come to."""
    nodes = list(_below(code))
    defined = {node.name for node in nodes if isinstance(node, s.Def)}
    for node in nodes:
        match node:
            case s.Unsupported(name=name) if name != "syntax error":
                yield name, node.line
            case s.Const(name=name, scope=None) if name in names.constants and not _is_set(name, doc):
                yield name, node.line
            case s.Call(name=name) if name not in defined:
                if (refused := _refused_call(node, names)) is not None:
                    yield refused, node.line
        passed = _plain(node.block_pass) if isinstance(node, s.Call) else None
        if isinstance(passed, s.Sym) and _refused_method(passed.name, names):
            yield passed.name, node.line


def _refused_call(node: s.Call, names: _Names) -> str | None:
    receiver = _plain(node.receiver)
    if receiver is None:
        return node.name if node.name in names.functions or _reserved(node.name) else None
    if isinstance(receiver, s.Call) and receiver.receiver is None and receiver.name == "workato":
        return f"workato.{node.name}" if node.name in names.of_workato else None
    if isinstance(receiver, s.Const):
        return _refused_of_class(receiver, node.name, names)
    return node.name if _refused_method(node.name, names) else None


def _refused_of_class(receiver: s.Const, name: str, names: _Names) -> str | None:
    """A method of a class itself that Ruby has there and the evaluator has not."""
    owner = _path(receiver)
    if owner is None or owner.partition("::")[0] in names.constants:
        return None
    line = (owner, *names.ancestors.get(owner, ()))
    if name in names.every_class or any(name in names.class_methods.get(each, ()) for each in line):
        return None
    known = owner in names.libraries or any(name in names.known_class_methods.get(each, ()) for each in line)
    return f"{owner}.{name}" if known or _reserved(name) else None


def _refused_method(name: str, names: _Names) -> bool:
    return name in names.unsupported or (_reserved(name) and name not in names.supported)


def _reserved(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _path(node: s.Node | None) -> str | None:
    node = _plain(node)
    if not isinstance(node, s.Const):
        return None
    if node.scope is None:
        return node.name
    above = _path(node.scope)
    return None if above is None else f"{above}::{node.name}"


def _is_set(name: str, doc: Document) -> bool:
    """Whether the file gives a constant of that name a value of its own."""
    return re.search(_CONSTANT_SET.replace(b"%s", re.escape(name).encode()), doc.source) is not None


# --- walking ----------------------------------------------------------------------------------------------------------


def _below(node: object) -> Iterator[s.Node]:
    """Every node of a tree, in the order of the text; the tree may be deep."""
    todo: list[object] = [node]
    while todo:
        each = todo.pop()
        if isinstance(each, s.Later):
            each = each.get()
        if isinstance(each, s.Node):
            yield each
        if isinstance(each, list | tuple):
            todo += reversed(each)
        elif dataclasses.is_dataclass(each) and not isinstance(each, s.Scope):
            todo += [getattr(each, field.name) for field in reversed(dataclasses.fields(each))]


def _plain(node: s.Node | None) -> s.Node | None:
    while isinstance(node, s.Deferred):
        node = node.later.get()
    return node


def _place(doc: Document, name: str, line: int, element: Element) -> tuple[int, int]:
    """Bytes of the name on its line; of the whole line where it is spelled otherwise there."""
    lines = doc.source.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1]))
    text = lines[line - 1].rstrip() if line <= len(lines) else b""
    low = max(start, element.start)
    found = re.search(rb"(?<!\w)" + re.escape(name.encode()) + rb"(?!\w)", doc.source[low : start + len(text)])
    if found:
        return low + found.start(), low + found.end()
    indent = len(text) - len(text.lstrip())
    begin = max(start + indent, element.start)
    return begin, max(min(start + len(text), element.end), begin + 1)
