"""The file as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, Finding, nearest
from designer.checks.model import Severity
from designer.checks.registry import CHECKS, check
from designer.checks.silence import silences
from designer.ruby.modern import modern_syntax

_LIMIT = 10 * 1024 * 1024


@check(
    "syntax-error",
    Severity.ERROR,
    "The file is not valid Ruby",
    "The platform refuses to save a connector with a syntax error.",
    trips=(
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda do |c| 'x' } }",
        "{ title: 'A', methods: { read: lambda { |url, most = 10 * 1024| get(url) } } }",
    ),
    passes=("{ title: 'A' }", "{ title: 'A', methods: { read: lambda { |url, most = 10_240| get(url) } } }"),
)
def syntax_error(context: Context) -> Iterator[Finding]:
    size = len(context.doc.source)
    for issue in context.doc.issues or context.doc.refused:
        # What is missing at the very end has no character of its own to be marked.
        yield Finding("", issue.message, start=issue.start, end=min(max(issue.end, issue.start + 1), size))


@check(
    "not-a-connector",
    Severity.ERROR,
    "No connector in this file",
    "A connector is a Ruby file whose last expression is one hash.",
    absence=True,
    trips=("puts 'hello'", ""),
    passes=("# A connector\n{ title: 'A' }",),
)
def not_a_connector(context: Context) -> Iterator[Finding]:
    if context.doc.root is None:
        yield Finding("", "There is no hash at the end of this file: it is not a connector.")


@check(
    "syntax-too-new",
    Severity.WARNING,
    "The platform's Ruby is older",
    "Workato runs Ruby 2.7: the connector works with the official command line and fails to save on the platform.",
    trips=(
        "{ title: 'A', methods: { m: lambda { |x| y = 1\n { x:, y: } } } }",
        "{ title: 'A', methods: { m: lambda { |x| x => { a: } \n a } } }",
    ),
    passes=("{ title: 'A', methods: { m: lambda { |x| { x: x, 'y' => [*x], **x } } } }",),
)
def syntax_too_new(context: Context) -> Iterator[Finding]:
    for each in modern_syntax(context.doc):
        yield Finding("", f"{each.name} needs Ruby {each.since}.", start=each.start, end=each.end)


@check(
    "connection-missing",
    Severity.NOTE,
    "No connection",
    "Without a connection the connector has no credentials and no base URI; every request must name a whole URL.",
    absence=True,
    trips=("{ title: 'A', actions: {} }",),
    passes=("{ title: 'A', connection: { authorization: { type: 'none' } } }",),
)
def connection_missing(context: Context) -> Iterator[Finding]:
    if context.doc.root is not None and context.doc.find("/connection") is None:
        yield Finding("/connection", "This connector has no connection.")


@check(
    "file-too-large",
    Severity.ERROR,
    "The file is too large",
    "The platform takes connectors of up to 10 MB.",
    trips=(f"{{ title: 'A' }}\n#{'x' * _LIMIT}",),
    passes=("{ title: 'A' }",),
)
def file_too_large(context: Context) -> Iterator[Finding]:
    size = len(context.doc.source)
    if size > _LIMIT:
        yield Finding("", f"The file has {size / 1024 / 1024:.1f} MB; the platform takes 10.")


@check(
    "silence-unknown",
    Severity.WARNING,
    "A comment silences a check there is not",
    "What was meant to be silent is still reported, and whoever reads the comment believes it is not.",
    trips=("{ title: 'A' } # designer:disable secret-not-maskd", "# designer:disable no-such-check\n{ title: 'A' }"),
    passes=(
        "# designer:disable connection-missing -- this one has no sign-in\n{ title: 'A' }",
        "{ title: '# designer:disable no-such-check' }",
    ),
)
def silence_unknown(context: Context) -> Iterator[Finding]:
    for each in silences(context.doc):
        if each.code not in CHECKS:
            meant = nearest(each.code.replace("-", "_"), [code.replace("-", "_") for code in CHECKS])
            hint = f" Did you mean {meant.replace('_', '-')}?" if meant else ""
            yield Finding("", f"There is no check {each.code}.{hint}", start=each.start, end=each.end)
