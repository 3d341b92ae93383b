"""What this evaluator can run and what it refuses, as names: the source of ``resources/facts/methods.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import designer.evaluator.core  # noqa: F401  (fills the method tables)
from designer.evaluator import classes, constants, known
from designer.evaluator.classes import RClass, all_classes
from designer.evaluator.sdk import contexts, package, request

Names = Mapping[str, frozenset[str]]


def methods() -> Names:
    """Instance methods that run, by class or module."""
    return {cls.name: frozenset(cls.methods) for cls in all_classes() if cls.methods}


def class_methods() -> Names:
    """Methods of classes and modules themselves, such as ``Time.now``."""
    return {cls.name: frozenset(cls.singleton) for cls in all_classes() if cls.singleton}


def known_constants() -> Names:
    """Constants inside classes and modules that code can name; those at the top under ``Object``."""
    named = {cls.name: frozenset(name for name in cls.constants if name.isidentifier()) for cls in all_classes()}
    return {owner: names for owner, names in named.items() if names}


def ancestors() -> Mapping[str, tuple[str, ...]]:
    """Where methods of a class come from besides itself: superclasses and modules, nearest first."""
    return {cls.name: tuple(each.name for each in _above(cls)) for cls in all_classes() if cls.superclass is not None}


def _above(cls: RClass) -> Iterable[RClass]:
    return (each for each in cls.ancestors if each is not cls)


def sdk() -> Names:
    """The SDK's own methods by where they stand: ``request``, ``workato``, ``workato.csv``, ``aws``, the functions
    every lambda sees (``everywhere``) and those of acquire, refresh, actions, test and methods (``operations``)."""
    return {
        "request": frozenset(request.METHODS),
        "workato": frozenset(package._METHODS) | {"csv"},
        "workato.csv": frozenset({"generate", "parse"}),
        "aws": frozenset({"generate_signature", "iam_external_id", "workato_account_id"}),
        "everywhere": frozenset(contexts._GLOBAL),
        "operations": frozenset(contexts._OPERATION),
    }


def refused() -> Names:
    """What is refused although Ruby or the SDK has it: ``methods`` whatever the receiver, ``constants`` at the top,
    the SDK's ``functions`` and methods of ``workato``."""
    return {
        "methods": known.REFUSED,
        "constants": (constants._REFUSED - set(classes.OBJECT.constants)) | constants._SDK_ONLY,
        "functions": contexts.NOT_RUN,
        "workato": package.PACKAGE_NOT_RUN,
    }
