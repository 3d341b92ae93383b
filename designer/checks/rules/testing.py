"""The connector's ``test``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.ruby import Document, RubyCode

_DOC = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/test.html"
_OPEN = "{ title: 'A', connection: { authorization: { type: 'api_key', apply: lambda { |c| headers(k: c['api_key']) } } }"


@check(
    "test-missing",
    Severity.WARNING,
    "No test",
    "The platform cannot tell whether the credentials work: a wrong key shows as connected.",
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
    if slot is None or auth is None or auth.kind == "none":
        return
    sketch = context.sketch(slot.pointer, "test")
    if sketch is None or any(sketch.requests()) or any(sketch.calls("call", "get", "post", "put", "patch", "delete")):
        return
    if re.search(r"\b(?:get|post|put|patch|delete|call)\b", context.text(slot.pointer)):
        return
    what = "does nothing" if not sketch.statements else "sends no request"
    yield Finding(slot.pointer, f"The test {what}.")


@check(
    "test-rescues",
    Severity.WARNING,
    "The test hides its own failures",
    "An error that the test rescues counts as success: wrong credentials show as connected.",
    trips=(f"{_OPEN}, test: lambda do |_c|\n begin\n get('/me')\n rescue StandardError\n nil\n end\n end }}",),
    passes=(
        f"{_OPEN}, test: lambda do |_c|\n begin\n get('/me')\n rescue => e\n error(e.message)\n end\n end }}",
        f"{_OPEN}, test: lambda {{ |_c| get('/me') }} }}",
    ),
    doc_url=_DOC,
)
def test_rescues(context: Context) -> Iterator[Finding]:
    slot = context.design.test
    if slot is None:
        return
    text = re.sub(r"#[^\n{]*\n", "\n", context.text(slot.pointer))
    parts = re.split(r"\brescue\b", text)
    if len(parts) > 1 and any(not re.search(r"\b(?:error|raise)\b", part) for part in parts[1:]):
        yield Finding(slot.pointer, "The test rescues the errors it should report.")
