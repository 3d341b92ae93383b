"""``refresh_on`` and ``detect_on``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from designer.checks.context import Context, Finding, is_oauth2, set_fix
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.connection.sketch import Scalar
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_LOGIN = (
    "acquire: lambda { |c| { t: post('https://x.example/login', k: c['k'])['t'] } }, "
    "apply: lambda { |c| headers(t: c['t']) }"
)


@check(
    "signal-not-a-list",
    Severity.WARNING,
    "refresh_on is no list",
    "The documentation asks for a list. A single value happens to work today; nothing promises that it will.",
    trips=(f"authorization: {{ type: 'custom_auth', refresh_on: 401, {_LOGIN} }}",),
    passes=(f"authorization: {{ type: 'custom_auth', refresh_on: [401], {_LOGIN} }}",),
)
def signal_not_a_list(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        for key in ("refresh_on", "detect_on"):
            pointer = child(auth.pointer, key)
            element = context.element(pointer)
            if element is not None and element.kind in ("integer", "string", "regex"):
                fixes = set_fix("Make it a list", pointer, RubyCode(f"[{element.text}]"))
                yield Finding(pointer, f"{key} is a single value, not a list.", fixes)


@check(
    "signal-never-matches",
    Severity.WARNING,
    "A status written as text never matches",
    "A text must equal the whole message or body; '401' is neither. The token is never renewed.",
    trips=(f"authorization: {{ type: 'custom_auth', refresh_on: ['401'], {_LOGIN} }}",),
    passes=(f"authorization: {{ type: 'custom_auth', refresh_on: [401, '401 Unauthorized', /expired/], {_LOGIN} }}",),
)
def signal_never_matches(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        element = context.element(child(auth.pointer, "refresh_on"))
        for item in element.items if element is not None else ():
            if isinstance(item.value, str) and item.value.strip().isdigit():
                number = int(item.value)
                yield Finding(
                    item.pointer, f"'{item.value}' never matches.", set_fix(f"Write {number}", item.pointer, number)
                )


@check(
    "acquire-after-any-failure",
    Severity.NOTE,
    "Every failure triggers a login",
    "Without refresh_on a 404 or a 500 makes the connector log in again and repeat the request.",
    trips=(f"authorization: {{ type: 'custom_auth', {_LOGIN} }}",),
    passes=(
        f"authorization: {{ type: 'custom_auth', refresh_on: [401], {_LOGIN} }}",
        "authorization: { type: 'custom_auth', acquire: lambda { |_c| {} }, apply: lambda { |c| headers(a: c['a']) } }",
    ),
)
def acquire_after_any_failure(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "acquire")
        if is_oauth2(auth) or sketch is None or {"refresh_on", "detect_on"} & set(auth.slots):
            continue
        works = any(statement != Scalar(None) for statement in sketch.statements) and any(sketch.everything())
        if works and (any(sketch.requests()) or any(sketch.calls("call"))):
            pointer = child(auth.pointer, "acquire")
            fixes = set_fix("Renew after 401", child(auth.pointer, "refresh_on"), [401], before=_next_key(auth.slots))
            yield Finding(pointer, "There is an acquire, but no refresh_on says when to use it.", fixes, key=True)


def _next_key(slots: Iterable[str]) -> str | None:
    keys = list(slots)
    place = keys.index("acquire") + 1
    return keys[place] if place < len(keys) else None
