"""Which class a value is of."""

from __future__ import annotations

from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value
from designer.evaluator.values import RArray, Symbol

FIXED: dict[type, RClass] = {
    type(None): classes.NIL,
    int: classes.INTEGER,
    float: classes.FLOAT,
    Symbol: classes.SYMBOL,
    RArray: classes.ARRAY,
}


def class_of(value: Value) -> RClass:
    """Ruby's ``value.class``."""
    cls = FIXED.get(type(value))
    if cls is not None:
        return cls
    if value is True:
        return classes.TRUE
    if value is False:
        return classes.FALSE
    if isinstance(value, RClass):
        return classes.MODULE if value.is_module else classes.CLASS
    found: RClass = value.cls
    return found


def describe_class(value: Value) -> str:
    """How "no implicit conversion of X" names a value."""
    if value is None:
        return "nil"
    if value is True:
        return "true"
    if value is False:
        return "false"
    return class_of(value).name
