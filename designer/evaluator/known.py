"""Names Ruby and ActiveSupport define that are not implemented here: they are refused, never "undefined"."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from designer import facts
from designer.evaluator.classes import EXCEPTION, RClass, Value
from designer.evaluator.values import HostObject

REFUSED = frozenset(
    {
        "send", "__send__", "public_send", "eval", "instance_eval", "class_eval", "module_eval", "instance_exec",
        "class_exec", "module_exec", "instance_variable_get", "instance_variable_set", "instance_variable_defined?",
        "remove_instance_variable", "class_variable_get", "class_variable_set", "const_get", "const_set",
        "const_missing", "const_defined?", "remove_const", "define_method", "define_singleton_method", "remove_method",
        "undef_method", "alias_method", "method_missing", "respond_to_missing?", "singleton_class",
        "singleton_methods", "singleton_method", "public_method", "methods", "public_methods", "private_methods",
        "instance_methods", "extend", "include", "prepend", "refine", "using", "binding", "system", "exec", "spawn",
        "fork", "exit", "exit!", "abort", "open", "popen", "syscall", "select_io", "trap", "load", "autoload", "gets",
        "readline", "readlines", "test", "`", "callcc", "set_trace_func", "trace_var", "local_variables",
        "global_variables", "caller_locations", "at_exit", "require_dependency",
        "require_relative", "__id__", "__dir__", "putc", "printf",
        "attr_accessor", "attr_reader", "attr_writer", "ObjectSpace",
    }
)  # fmt: skip
"""Refused whatever the receiver: reflection, and what reaches beyond the evaluation."""


PRIVATE = frozenset({"select", "open", "test", "trap", "srand", "autoload", "printf", "putc"})
"""Functions without a receiver that are not here: with one they are private methods, in Ruby's words."""

SDK_TABLES = frozenset(
    {
        "to_country_alpha2", "to_country_alpha3", "to_country_name", "to_country_number", "to_currency_code",
        "to_currency_name", "to_currency_symbol", "to_state_code", "to_state_name",
    }
)  # fmt: skip
"""What the SDK looks up for a String in its tables of countries and currencies, which are not here."""


@functools.cache
def _names(section: str) -> Mapping[str, frozenset[str]]:
    table = facts.table("ruby_names").get(section, {})
    return {name: frozenset(listed.split()) for name, listed in table.items()}


def is_refused(name: str) -> bool:
    return name in REFUSED or (name.startswith("__") and name.endswith("__"))


def is_known(receiver: Value, name: str) -> bool:
    """Whether Ruby or ActiveSupport answers ``name`` on that receiver."""
    from designer.evaluator.interpreter import class_of

    if isinstance(receiver, HostObject):
        return name in _names("methods").get("Object", frozenset())
    if isinstance(receiver, RClass):
        cls: RClass | None = receiver
        own = _names("singleton_methods")
        while cls is not None:
            if name in own.get(cls.name, ()):
                return True
            cls = cls.superclass
        receiver_class = class_of(receiver)
        if (
            receiver.name not in own
            and receiver.name not in _names("methods")
            and not receiver.descends_from(EXCEPTION)
        ):
            # A library that is here only for the names of its errors: what it can do is not known.
            return True
        return any(name in _names("methods").get(c.name, ()) for c in receiver_class.ancestors)
    return any(name in _names("methods").get(c.name, ()) for c in class_of(receiver).ancestors)


def is_function(name: str) -> bool:
    """Whether Ruby has a function of that name, which needs no receiver."""
    return name in _names("methods").get("Kernel", frozenset())


def known_constants(owner: str) -> frozenset[str]:
    """Names of the constants Ruby has inside a class or module."""
    return _names("constants").get(owner, frozenset())
