"""The connector SDK in Ruby code's eyes: requests, helpers and what ``self`` is in each lambda.

Nothing here sends anything: a ``Request`` collects what lambdas say and asks the ``Runtime`` it was given.
"""

from designer.evaluator.sdk.contexts import (
    ActionContext,
    ApplyContext,
    AwsBlockContext,
    BareContext,
    GlobalContext,
    OperationContext,
)
from designer.evaluator.sdk.request import Request, resolve
from designer.evaluator.sdk.runtime import ConnectionView, Runtime

__all__ = [
    "ActionContext",
    "ApplyContext",
    "AwsBlockContext",
    "BareContext",
    "ConnectionView",
    "GlobalContext",
    "OperationContext",
    "Request",
    "Runtime",
    "resolve",
]
