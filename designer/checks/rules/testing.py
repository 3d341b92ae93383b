"""The connector's ``test``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding, set_fix
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.connection.kinds.aws_request import WHO_AM_I, write
from designer.connection.reader import lower_lambda
from designer.ruby import Document, RubyCode
from designer.ruby import syntax as s

_DOC = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/test.html"
_AWS = (
    "{ title: 'A', connection: { fields: [{ name: 'aws_api_key' }, { name: 'aws_secret_key' }], "
    "authorization: { type: 'custom_auth' } }"
)
_OPEN = (
    "{ title: 'A', connection: { authorization: { type: 'api_key', apply: lambda { |c| headers(k: c['api_key']) } } }"
)


@check(
    "test-missing",
    Severity.WARNING,
    "No test",
    "The platform cannot tell whether the credentials work: a wrong key shows as connected.",
    absence=True,
    trips=("{ title: 'A', connection: { authorization: { type: 'basic_auth' } } }",),
    passes=(
        f"{_OPEN}, test: lambda {{ |_c| get('/me') }} }}",
        "{ title: 'A', connection: { authorization: { type: 'none' } } }",
    ),
    doc_url=_DOC,
)
def test_missing(context: Context) -> Iterator[Finding]:
    auth = context.design.authorization
    if context.design.test is None and auth is not None and auth.kind != "none":
        yield Finding("/test", "This connector has no test.")


@check(
    "test-inside-connection",
    Severity.ERROR,
    "The test is in the wrong place",
    "test belongs beside connection. Inside it never runs, and every connection shows as connected.",
    trips=("test: lambda { |_c| get('/me') }",),
    passes=(f"{_OPEN}, test: lambda {{ |_c| get('/me') }} }}",),
    doc_url=_DOC,
)
def test_inside_connection(context: Context) -> Iterator[Finding]:
    element = context.element("/connection/test")
    if element is None:
        return
    fixes: tuple[Fix, ...] = ()
    if context.element("/test") is None:
        moved = FixEdit("/test", RubyCode(element.text), before=_after_connection(context.doc))
        fixes = (Fix("Move it out", (FixEdit("/connection/test", remove=True), moved)),)
    yield Finding("/connection/test", "test stands inside connection, where it never runs.", fixes, key=True)


def _after_connection(doc: Document) -> str | None:
    keys = [entry.key for entry in doc.root.entries] if doc.root is not None else []
    place = keys.index("connection") + 1
    return keys[place] if place < len(keys) else None


@check(
    "test-without-request",
    Severity.WARNING,
    "The test asks nobody",
    "A test that sends no request succeeds with any credentials.",
    trips=(
        f"{_OPEN}, test: lambda {{ |_c| true }} }}",
        f"{_OPEN}, test: lambda do |connection|\n end }}",
    ),
    passes=(
        f"{_OPEN}, test: lambda {{ |c| call('ping', c) }}, methods: {{ ping: lambda {{ |c| get('/me') }} }} }}",
        f"{_OPEN}, test: lambda {{ |c| x = get('/me')['name'] \n x.present? }} }}",
        "{ title: 'A', connection: { authorization: { type: 'none' } }, test: lambda { true } }",
    ),
    doc_url=_DOC,
)
def test_without_request(context: Context) -> Iterator[Finding]:
    slot, auth = context.design.test, context.design.authorization
    if slot is None or auth is None or (auth.kind == "none" and not context.design.fields):
        return
    sketch = context.sketch(slot.pointer, "test")
    if sketch is None or any(sketch.requests()) or any(sketch.calls("call", "get", "post", "put", "patch", "delete")):
        return
    if re.search(r"\b(?:get|post|put|patch|delete|call)\b", context.text(slot.pointer)):
        return
    what = "does nothing" if not sketch.statements else "sends no request"
    yield Finding(slot.pointer, f"The test {what}.")


@check(
    "test-unsigned",
    Severity.WARNING,
    "The test goes out unsigned",
    "AWS signatures are made where a request is made; a plain one carries none and is refused.",
    trips=(f"{_AWS}, test: lambda {{ |_c| get('/') }} }}",),
    passes=(
        f"{_AWS}, test: lambda do |c|\n s = aws.generate_signature(connection: c, service: 'sts', region: 'a')\n"
        " get(s[:url]).headers(s[:headers])\n end }",
        f"{_AWS}, test: lambda {{ |c| call('who', c) }} }}",
        f"{_OPEN}, test: lambda {{ |_c| get('/me') }} }}",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/aws_auth.html",
)
def test_unsigned(context: Context) -> Iterator[Finding]:
    slot, auth = context.design.test, context.design.authorization
    if slot is None or auth is None or auth.kind != "aws_sigv4" or {"apply", "credentials"} & set(auth.slots):
        return
    text = context.text(slot.pointer)
    if re.search(r"\b(?:get|post|put|patch|delete)\b", text) and not re.search(r"generate_signature|\bcall\b", text):
        fixes = set_fix("Sign it: ask AWS who the key is", slot.pointer, write(WHO_AM_I, context.writer))
        yield Finding(slot.pointer, "The test sends its request without a signature.", fixes)


@check(
    "test-rescues",
    Severity.WARNING,
    "The test hides its own failures",
    "An error that the test rescues counts as success: wrong credentials show as connected.",
    trips=(f"{_OPEN}, test: lambda do |_c|\n begin\n get('/me')\n rescue StandardError\n nil\n end\n end }}",),
    passes=(
        f"{_OPEN}, test: lambda do |_c|\n begin\n get('/me')\n rescue => e\n error(e.message)\n end\n end }}",
        f"{_OPEN}, test: lambda do |_c|\n get('/me')\n begin\n get('/more')\n rescue\n nil\n end\n end }}",
        f"{_OPEN}, test: lambda {{ |_c| get('/me') }} }}",
    ),
    doc_url=_DOC,
)
def test_rescues(context: Context) -> Iterator[Finding]:
    slot = context.design.test
    if slot is None:
        return
    element = context.element(slot.pointer)
    code = lower_lambda(element) if element is not None else None
    requests = list(_requests(code.body, hidden=False)) if code is not None else []
    if requests and all(requests):
        yield Finding(slot.pointer, "The test rescues the errors it should report.")


def _requests(node: object, *, hidden: bool) -> Iterator[bool]:
    """For every request below ``node`` whether a failure of it is swallowed."""
    if isinstance(node, s.Begin):
        swallows = hidden or any(not any(_raises(part) for part in _below(rescue.body)) for rescue in node.rescues)
        yield from _requests(node.body, hidden=swallows)
        return
    if isinstance(node, s.Call) and node.receiver is None and node.name in _SENDING:
        yield hidden
    for part in _parts(node):
        yield from _requests(part, hidden=hidden)


def _raises(node: object) -> bool:
    return isinstance(node, s.Call) and node.receiver is None and node.name in ("error", "raise")


def _below(node: object) -> Iterator[object]:
    yield node
    for part in _parts(node):
        yield from _below(part)


def _parts(node: object) -> Iterator[object]:
    if isinstance(node, list | tuple):
        yield from node
    elif isinstance(node, s.Node):
        yield from (getattr(node, field.name) for field in dataclasses.fields(node) if field.name != "scope")


_SENDING = frozenset({"get", "post", "put", "patch", "delete", "call"})
