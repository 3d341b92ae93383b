"""Constants and global variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value, lookup
from designer.evaluator.errors import NAME_ERROR, CannotEvaluate, RubyError, type_error
from designer.evaluator.values import Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_REFUSED = frozenset(
    {
        "ENV", "ARGV", "ARGF", "STDIN", "STDOUT", "STDERR", "DATA", "File", "Dir", "IO", "FileUtils", "FileTest",
        "Tempfile", "Pathname", "Process", "ObjectSpace", "GC", "Thread", "Fiber", "Ractor", "Mutex", "Monitor",
        "Queue", "ConditionVariable", "TracePoint", "RubyVM", "Binding", "Signal", "Open3", "PTY", "Socket",
        "TCPSocket", "TCPServer", "UDPSocket", "UNIXSocket", "Etc", "Fiddle", "DRb", "Marshal", "Struct", "OpenStruct",
        "Resolv", "StringIO", "Tmpdir", "Logger", "Timeout", "WeakRef", "Delegate", "SimpleDelegator", "Singleton",
        "Forwardable", "Observer", "Complex", "Random", "Benchmark", "YAML", "Psych", "Nokogiri", "Gyoku", "REXML",
        "JWT", "Gem", "Bundler", "Kconv", "NKF", "StringScanner", "Shellwords", "RestClient", "Rack", "Loofah",
        "Rails", "I18n", "TZInfo", "Zlib", "Zip", "PP", "Ripper", "UnboundMethod", "Refinement", "Warning", "Data",
        "Matrix", "Prime", "Ox", "Builder", "Mail", "Money", "Phonelib", "IPAddr", "Abbrev", "Find", "Readline",
        "TSort", "UnicodeNormalize", "WIN32OLE", "Concurrent", "Sorbet", "T", "Aws", "CharlockHolmes", "RUBY_VERSION",
        "RUBY_PLATFORM", "RUBY_ENGINE", "HTTP", "MIME", "SortedSet", "TOPLEVEL_BINDING", "RUBY_PATCHLEVEL",
    }
)  # fmt: skip
"""Constants Ruby, its libraries or the SDK's gems have and this evaluator does not: refused, never undefined."""

_PARTLY_HERE = frozenset(
    {"ActiveSupport", "Aws", "I18n", "JWT", "Net", "Nokogiri", "OpenSSL", "Psych", "RestClient", "TZInfo"}
)
"""Libraries of which only a part is here: what else they hold is not known, so never called undefined."""

_CONNECTOR_SCOPES = ("Workato::Connector::Sdk", "Workato::Connector", "Workato")
_SDK_ONLY = frozenset(
    {
        "Action", "Trigger", "Operation", "Schema", "Stream", "Streams", "Settings", "Summarize", "ObjectDefinitions",
        "LookupTables", "WorkatoSchemas", "AccountProperties", "Dsl", "SorbetTypes", "CLI", "Extension", "Testing",
        "Web", "Utilities", "ProhibitedStreams", "BlockInvocationRefinements", "MethodsProxy", "ActionsProxy",
    }
)  # fmt: skip


def find(vm: Interpreter, name: str) -> Value:
    """A bare constant: the file's own, then inside ``Workato::Connector::Sdk`` and outwards."""
    if name in vm.user_constants:
        return vm.user_constants[name]
    for scope in _CONNECTOR_SCOPES:
        module = lookup(scope)
        if module is not None and name in module.constants:
            return module.constants[name]
    if name in _SDK_ONLY:
        raise CannotEvaluate(name, vm.line or None, vm.pointer)
    return find_top(vm, name, "Workato::Connector::Sdk::Connector::")


def find_top(vm: Interpreter, name: str, scope: str = "") -> Value:
    """A constant of Ruby itself; where there is none, Ruby names it by the ``scope`` in which the file stands."""
    if name in classes.OBJECT.constants:
        return classes.OBJECT.constants[name]
    if name in _REFUSED:
        raise CannotEvaluate(name, vm.line or None, vm.pointer)
    raise undefined(f"uninitialized constant {scope}{name}", name)


def undefined(message: str, name: str) -> RubyError:
    error = RubyError.of(NAME_ERROR, message)
    error.exception.attributes["name"] = Symbol(name)
    return error


def find_in(vm: Interpreter, owner: Value, name: str) -> Value:
    from designer.evaluator.known import known_constants

    if not isinstance(owner, RClass):
        raise type_error(f"{vm.inspect(owner)} is not a class/module")
    cls: RClass | None = owner
    while cls is not None and cls is not classes.OBJECT:
        if name in cls.constants:
            return cls.constants[name]
        cls = cls.superclass
    full = f"{owner.name}::{name}"
    if name in known_constants(owner.name) or name in _SDK_ONLY:
        raise CannotEvaluate(full, vm.line or None, vm.pointer)
    if owner is classes.OBJECT:
        return find_top(vm, name)
    if owner.name == "Digest":
        raise RubyError.of("LoadError", f"library not found for class Digest::{name} -- digest/{name.lower()}")
    if owner.name.partition("::")[0] in _PARTLY_HERE and not known_constants(owner.name):
        raise CannotEvaluate(full, vm.line or None, vm.pointer)
    raise undefined(f"uninitialized constant {full}", name)


def method_label(receiver: Value, name: str) -> str:
    """How a refused method is named: ``String#unpack``, ``Time.gm``, or the bare name of a function."""
    from designer.evaluator.interpreter import Main, class_of

    if isinstance(receiver, RClass):
        return f"{receiver.name}.{name}"
    if isinstance(receiver, Main):
        return name
    return f"{class_of(receiver).name}#{name}"


def global_variable(vm: Interpreter, name: str, line: int) -> Value:
    match = vm.match
    if name == "$~":
        return match
    if name[1:].isdigit() and name != "$0":
        number = int(name[1:])
        return None if match is None else match.group(number)
    if name in ("$&", "$`", "$'", "$+"):
        if match is None:
            return None
        return {"$&": lambda: match.group(0), "$`": match.before, "$'": match.after, "$+": match.last_group}[name]()
    if name == "$!":
        return vm.current_exception
    if name in ("$,", "$;", "$/", "$_"):
        if name == "$/":
            from designer.evaluator.values import RString

            return RString("\n", frozen=True)
        return None
    if name in vm.globals:
        return vm.globals[name]
    if name in _OWN_GLOBALS or not name[1:].isidentifier():
        raise CannotEvaluate(name, line, vm.pointer)
    return None


_OWN_GLOBALS = frozenset(
    {
        "$stdout",
        "$stderr",
        "$stdin",
        "$PROGRAM_NAME",
        "$LOAD_PATH",
        "$LOADED_FEATURES",
        "$DEBUG",
        "$VERBOSE",
        "$FILENAME",
    }
)


def set_global(vm: Interpreter, name: str, value: Value, line: int) -> None:
    if name in _OWN_GLOBALS or not name[1:].isidentifier():
        raise CannotEvaluate(f"assignment to {name}", line, vm.pointer)
    vm.globals[name] = value
