"""The base URI and what becomes of paths below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.checks.rules.oauth import insecure
from designer.connection.kinds.common import template_of
from designer.connection.sketch import Scalar, Text
from designer.connection.template import Chip, parts
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_POINTER = "/connection/base_uri"
_DOC = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/connection.html#base-uri"
_REQUEST = re.compile(rb"""(?<![\w.:@$])(?:get|post|put|patch|delete)\s*\(?\s*(['"])(?P<path>[^'"\s]*)""")


def _base(context: Context) -> str | None:
    sketch = context.sketch(_POINTER, "base_uri")
    return template_of(sketch.single) if sketch else None


@check(
    "base-uri-empty",
    Severity.WARNING,
    "The base URI is empty",
    "Relative paths have nothing to stand on. Leave base_uri out where every request names a whole URL.",
    trips=("base_uri: lambda { |_c| '' }", "base_uri: lambda { |_c| nil }", "base_uri: lambda do |_c|\nend"),
    passes=("base_uri: lambda { |_c| 'https://api.example.com' }", "base_uri: lambda { |c| c['host'] }"),
    doc_url=_DOC,
)
def base_uri_empty(context: Context) -> Iterator[Finding]:
    sketch = context.sketch(_POINTER, "base_uri")
    if sketch is None:
        return
    result = sketch.result
    if result is None or (isinstance(result, Scalar) and result.value is None) or result == Text(""):
        yield Finding(_POINTER, "base_uri gives nothing.")


@check(
    "base-uri-insecure",
    Severity.WARNING,
    "Credentials go over the wire in clear",
    "An http: base URI sends every credential unencrypted.",
    trips=(
        "base_uri: lambda { |_c| 'http://api.example.com' }",
        "base_uri: lambda { |c| \"http://#{c['host']}/\" }",
    ),
    passes=(
        "base_uri: lambda { |_c| 'http://localhost:8080' }",
        "base_uri: lambda { |_c| 'https://api.example.com' }",
        "{ title: 'A', secure_tunnel: true, connection: { authorization: { type: 'none' }, "
        "base_uri: lambda { |c| \"http://#{c['host']}\" } } }",
    ),
    doc_url=_DOC,
)
def base_uri_insecure(context: Context) -> Iterator[Finding]:
    if insecure(_base(context)) and not context.design.secure_tunnel:
        yield Finding(_POINTER, "The base URI uses http: instead of https:.")


@check(
    "base-path-lost",
    Severity.WARNING,
    "Part of the base URI is lost",
    "URLs are merged as in RFC 3986: a path with a leading slash replaces the whole path of the base, and a base "
    "without a slash at its end loses its last part. Requests then go to the wrong address.",
    trips=(
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| "
        "'https://x.example/v2/' } }, "
        "test: lambda { |_c| get('/me') } }",
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| "
        "'https://x.example/v2' } }, "
        "test: lambda { |_c| get('me') } }",
    ),
    passes=(
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| "
        "'https://x.example/v2/' } }, "
        "test: lambda { |_c| get('me') } }",
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| "
        "'https://x.example/v2' } }, "
        "test: lambda { |_c| get('/v2/me') } }",
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |_c| 'https://x.example' } }, "
        "test: lambda { |_c| get('/me') } }",
    ),
    doc_url=_DOC,
)
def base_path_lost(context: Context) -> Iterator[Finding]:
    path = _path(_base(context) or "")
    if not path.strip("/"):
        return
    directory = path[: path.rfind("/") + 1]
    test = context.design.test
    element = context.element(test.pointer) if test is not None else None
    tests = range(element.start, element.end) if element is not None else range(0)
    # That of the test first: it is run before any other.
    for at, requested in sorted(_requests(context), key=lambda one: one[0] not in tests):
        line, also = context.doc.position(at).line, test.pointer if test is not None and at in tests else ""
        if requested.startswith("/") and not requested.startswith("//"):
            if not requested.startswith(path.rstrip("/")):
                lost = f"“{requested}” on line {line} replaces the path {path} of the base URI."
                fixes = _bare_fix(context, also, requested) if also else ()
                yield Finding(_POINTER, f"{lost} Write it without the leading slash.", fixes, also=also)
                return
        elif not path.endswith("/") and requested and not requested.startswith(("?", path.rsplit("/", 1)[1])):
            lost = f"Below {path} the path “{requested}” on line {line} becomes {directory}{requested}."
            yield Finding(_POINTER, f"{lost} End the base URI with a slash.", _slash_fix(context, path), also=also)
            return


def _bare_fix(context: Context, pointer: str, path: str) -> tuple[Fix, ...]:
    """The path without its slash where the test asks for it; none where it stands there more than once."""
    bare = path.lstrip("/")
    repaired, count = re.subn(rf"(['\"]){re.escape(path)}", lambda found: found[1] + bare, context.text(pointer))
    if count != 1 or not bare:
        return ()
    return (Fix("Write it without the slash", (FixEdit(pointer, RubyCode(repaired)),)),)


def _slash_fix(context: Context, path: str) -> tuple[Fix, ...]:
    """A slash at the end of the literal that ends the base URI; none where it is put together some other way."""
    text = context.text(_POINTER)
    end = re.escape(path.rsplit("/", 1)[1])
    repaired, count = re.subn(rf"({end})(['\"])", r"\1/\2", text)
    if count != 1:
        return ()
    return (Fix("End it with a slash", (FixEdit(_POINTER, RubyCode(repaired)),)),)


@check(
    "url-without-base",
    Severity.WARNING,
    "A relative URL and no base URI",
    "Without base_uri a relative URL has no host to go to: the request fails before it is sent.",
    absence=True,
    trips=("{ title: 'A', connection: { authorization: { type: 'none' } }, test: lambda { |_c| get('/me') } }",),
    passes=(
        "{ title: 'A', connection: { authorization: { type: 'none' } }, "
        "test: lambda { |_c| get('https://x.example/me') } }",
        "{ title: 'A', connection: { authorization: { type: 'none' }, base_uri: lambda { |c| c['host'] } }, "
        "test: lambda { |_c| get('/me') } }",
        "{ title: 'A', connection: { authorization: { type: 'none' } }, "
        "test: lambda { |c| get(\"#{c['host']}/me\") } }",
    ),
    doc_url=_DOC,
)
def url_without_base(context: Context) -> Iterator[Finding]:
    test = context.design.test
    if test is None or context.element(_POINTER) is not None:
        return
    sketch = context.sketch(test.pointer, "test")
    for request in sketch.requests() if sketch else ():
        url = template_of(request.url)
        if url is not None and "://" not in url and not url.startswith("#{"):
            yield Finding(test.pointer, f"“{url}” is relative, and there is no base_uri.")
            return


_PLACEHOLDER = re.compile(r"https?://(?:[\w-]+\.)*example\.(?:com|org|net)(?=[:/?#]|$)")


@check(
    "address-placeholder",
    Severity.NOTE,
    "An address that stands for another",
    "Hosts below example.com, example.org and example.net belong to nobody (RFC 2606): put the provider's own there.",
    trips=(
        "base_uri: lambda { |_c| 'https://api.example.com' }",
        "authorization: { type: 'oauth2', client_id: 'a', token_url: lambda { 'https://x.test/t' }, "
        "authorization_url: lambda { 'https://example.com/authorize' }, apply: lambda { |_c, t| headers(a: t) } }",
    ),
    passes=(
        "base_uri: lambda { |_c| 'https://example.company.io' }",
        "base_uri: lambda { |c| \"https://#{c['subdomain']}.acme.io/?from=https://example.com\" }",
    ),
)
def address_placeholder(context: Context) -> Iterator[Finding]:
    for pointer, key in _addresses(context):
        sketch = context.sketch(pointer, key)
        for url in [template_of(sketch.single), *(template_of(one.url) for one in sketch.requests())] if sketch else ():
            if url is not None and (found := _PLACEHOLDER.match(url)):
                yield Finding(pointer, f"{found[0]} is a placeholder.")
                break


def _addresses(context: Context) -> Iterator[tuple[str, str]]:
    """Pointer and key of each lambda of the connection that may hold an address."""
    yield _POINTER, "base_uri"
    for auth in context.authorizations:
        for key in ("authorization_url", "token_url", "acquire", "refresh"):
            yield child(auth.pointer, key), key
    if context.design.test is not None:
        yield context.design.test.pointer, "test"


def _path(template: str) -> str:
    """The path of a base URI, ``""`` where it cannot be told from the host."""
    _, separator, rest = template.partition("://")
    if not separator:
        pieces = parts(template)
        rest = template if pieces and isinstance(pieces[0], Chip) else ""
    host, slash, path = rest.partition("/")
    path = path.split("?")[0].split("#{")[0] if "#{" in path else path.split("?")[0]
    return f"{slash}{path}" if host else ""


def _requests(context: Context) -> Iterator[tuple[int, str]]:
    """Byte offset and URL of every request in the connector's code whose URL begins as a literal."""
    root = context.doc.tree.root_node
    for match in _REQUEST.finditer(context.doc.source):
        at = match.start("path")
        url = match["path"].decode(errors="replace")
        if not url or "://" in url or url.startswith("#{"):
            continue
        node = root.descendant_for_byte_range(at, at + 1)
        word = root.descendant_for_byte_range(match.start(), match.start() + 3)
        if node is not None and word is not None and node.type == "string_content" and word.type == "identifier":
            yield at, url


@check(
    "url-malformed",
    Severity.ERROR,
    "An address that is none",
    "A blank, a missing slash or a missing host makes the URL invalid: every request to it fails.",
    trips=(
        "base_uri: lambda { |_c| 'https: //api.example.com' }",
        "base_uri: lambda { |_c| 'https:/api.example.com' }",
        "base_uri: lambda { |_c| 'https://' }",
        "authorization: { type: 'oauth2', client_id: 'a', token_url: lambda { 'https://x.example/to ken' }, "
        "authorization_url: lambda { 'https://x.example/a?response_type=code' }, apply: lambda { |_c, t| "
        "headers(a: t) } }",
    ),
    passes=(
        "base_uri: lambda { |c| \"https://#{c['host']}/v1\" }",
        "authorization: { type: 'oauth2', client_id: 'a', token_url: lambda { 'https://x.example/t' }, "
        "authorization_url: lambda { 'https://x.example/a?response_type=code&scope=a b' }, "
        "apply: lambda { |_c, t| headers(a: t) } }",
    ),
)
def url_malformed(context: Context) -> Iterator[Finding]:
    places = [(_POINTER, "base_uri")]
    places += [
        (child(auth.pointer, key), key) for auth in context.authorizations for key in ("authorization_url", "token_url")
    ]
    for pointer, key in places:
        sketch = context.sketch(pointer, key)
        url = template_of(sketch.single) if sketch else None
        address = url.split("?")[0].strip() if url else ""
        if address.startswith("http") and re.search(r"\s", address):
            yield Finding(pointer, f"{key} is not a valid URL: there is a blank in it.")
        elif scheme := re.match(r"https?:(?!//[^/])", address):
            what = "no host follows" if address.startswith(f"{scheme[0]}//") else "two slashes must follow"
            yield Finding(pointer, f"{key} is not a valid URL: {what} “{scheme[0]}”.")
