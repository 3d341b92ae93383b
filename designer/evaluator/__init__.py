"""Runs connector lambdas as Ruby 3.1 with ActiveSupport 6.1 would, without Ruby, files, clock or network.

Running one::

    program = Program(source)                                   # bytes; lowered lazily
    vm = Interpreter(program, Ports(clock=..., random=..., trace=...), Limits())
    apply = vm.connector.dig("connection", "authorization", "apply")    # Value; RProc for a lambda, None if absent
    vm.call_proc(apply, [connection], self_obj=request)         # instance_exec; request is a HostObject

``vm.connector`` reads only the parts that are asked for: ``dig(*keys)`` (a slot's value, evaluated once),
``keys(*path)`` (names of the entries of a hash), ``pointer(*path)``, ``line(*path)``, ``value`` (the whole hash,
evaluated in full). An ``RProc`` that came through ``dig`` knows its ``pointer``; while it runs ``vm.pointer`` is that
and ``vm.line`` the line being run (1-based). ``vm.call_proc(proc, args, kwargs, block, self_obj)`` is strict about a
lambda's arity as Ruby is; ``accepted(proc, args)`` cuts the arguments to what it declares, as the SDK's own calls do.

Host objects: subclass ``HostObject``; see ``HostObject.call_method``. ``vm.send(receiver, name, args)`` calls any
Ruby method; ``vm.inspect(value)``, ``vm.to_s(value)`` (both ``str``) and ``equal(a, b)`` are Ruby's.
``vm.paused(work, *args)`` stops the time limit while a request is on its way.

Errors are all ``EvaluationError``: ``RubyError`` (``.exception`` is an ``RException``), ``CannotEvaluate``,
``LimitExceeded``, ``SyntaxFault``, ``Cancelled``; each has ``ruby_class_name``, ``message``, ``line`` and ``pointer``.

``from_python`` / ``to_python`` convert JSON values (``indifferent=True`` for settings and inputs); ``export`` gives
the JSON of a result with ``$symbol``, ``$base64`` and ``$ruby`` marks.
"""

from designer.evaluator.classes import RClass, Value, define, define_module, lookup
from designer.evaluator.convert import accepted, export, from_python, to_python
from designer.evaluator.errors import (
    Cancelled,
    CannotEvaluate,
    EvaluationError,
    LimitExceeded,
    RubyError,
    SyntaxFault,
    error_json,
)
from designer.evaluator.interpreter import Connector, Interpreter, Program
from designer.evaluator.limits import Limits
from designer.evaluator.ports import Ports, frozen_clock
from designer.evaluator.values import (
    UNKNOWN,
    CallSite,
    HostObject,
    RArray,
    RException,
    RHash,
    RObject,
    RProc,
    RRange,
    RString,
    Symbol,
    fold_keywords,
    sym,
    truthy,
)

__all__ = [
    "UNKNOWN",
    "CallSite",
    "Cancelled",
    "CannotEvaluate",
    "Connector",
    "EvaluationError",
    "HostObject",
    "Interpreter",
    "LimitExceeded",
    "Limits",
    "Ports",
    "Program",
    "RArray",
    "RClass",
    "RException",
    "RHash",
    "RObject",
    "RProc",
    "RRange",
    "RString",
    "RubyError",
    "Symbol",
    "SyntaxFault",
    "Value",
    "accepted",
    "define",
    "define_module",
    "error_json",
    "export",
    "fold_keywords",
    "from_python",
    "frozen_clock",
    "lookup",
    "sym",
    "to_python",
    "truthy",
]
