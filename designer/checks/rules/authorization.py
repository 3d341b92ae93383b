"""The authorization hash, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, Finding, is_oauth2, nearest, remove_fix, set_fix, table
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.connection import KINDS
from designer.connection.sketch import Call, Instant, Jwt, Pairs, Scalar
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_DOC = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/connection/authorization.html"


@check(
    "authorization-missing",
    Severity.NOTE,
    "The connection has no authorization",
    "Requests go out as they are. Where that is meant, type: 'none' says so.",
    absence=True,
    trips=("fields: [{ name: 'host' }]",),
    passes=("authorization: { type: 'none' }",),
    doc_url=_DOC,
)
def authorization_missing(context: Context) -> Iterator[Finding]:
    connection = context.element("/connection")
    if connection is None or connection.kind != "hash" or context.element("/connection/authorization") is not None:
        return
    none = RubyCode("{ type: 'none' }")
    fixes = (Fix("Say that there is none", (FixEdit("/connection/authorization", none),)),)
    yield Finding("/connection", "This connection has no authorization.", fixes, key=True)


@check(
    "type-missing",
    Severity.WARNING,
    "The authorization has no type",
    "Without a type the platform does not know which form and which flow to offer.",
    absence=True,
    trips=("authorization: { apply: lambda { |c| headers('X-Key' => c['api_key']) } }",),
    passes=("authorization: { type: 'api_key', apply: lambda { |c| headers('X-Key' => c['api_key']) } }",),
    doc_url=_DOC,
)
def type_missing(context: Context) -> Iterator[Finding]:
    for auth in context.design.authorizations():
        if "type" in auth.slots:
            continue
        meant = KINDS[auth.kind].type
        first = next(iter(auth.slots), None)
        fixes = set_fix(f"Add type: '{meant}'", child(auth.pointer, "type"), meant, before=first)
        yield Finding(auth.pointer, "This authorization has no type.", fixes, key=True)


@check(
    "type-unknown",
    Severity.WARNING,
    "A type the documentation does not know",
    "The platform treats it as something else: without its own sign-in, without renewing tokens.",
    trips=("authorization: { type: 'basic' }", "authorization: { type: 'custom' }", "authorization: { type: 'oath2' }"),
    passes=(
        "authorization: { type: 'custom_auth' }",
        "authorization: { type: :oauth2 }",
        "authorization: { type: 'aws_auth' }",
    ),
    doc_url=_DOC,
)
def type_unknown(context: Context) -> Iterator[Finding]:
    known, aliases = table("authorization", "types"), table("authorization", "aliases")
    for auth in context.design.authorizations():
        written = auth.type
        if written is None or written in known or written == "aws_auth":
            continue
        pointer = child(auth.pointer, "type")
        if is_oauth2(auth):
            meant = "custom_auth" if auth.kind == "client_credentials" else "oauth2"
            yield Finding(pointer, f"{written} is treated as oauth2, but documented is only {meant} for this.")
            continue
        meant = str(aliases.get(written) or nearest(written, known) or "")
        fixes = set_fix(f"Use {meant}", pointer, meant) if meant else ()
        hint = f" Did you mean {meant}?" if meant else ""
        yield Finding(pointer, f"There is no type {written}.{hint}", fixes)


@check(
    "key-unknown",
    Severity.WARNING,
    "Probably a misspelt key",
    "The platform ignores keys it does not know.",
    trips=(
        "authorization: { type: 'oauth2', authorisation_url: lambda { 'https://x.example/a?response_type=code' } }",
    ),
    passes=(
        "authorization: { type: 'oauth2', my_notes: 'keep', token_url: lambda { 'https://x.example/t' } }",
        "authorization: { type: 'custom_auth', refresh_token: lambda { 'x' } }",
    ),
    doc_url=_DOC,
)
def key_unknown(context: Context) -> Iterator[Finding]:
    known, tokens = table("authorization", "keys"), table("authorization", "tokens")
    for auth in context.design.authorizations():
        for key in auth.slots:
            meant = nearest(key, known, 0.85) if key not in known and key not in tokens else None
            if meant is not None and meant not in auth.slots:
                pointer = child(auth.pointer, key)
                element = context.element(pointer)
                edits = (
                    FixEdit(child(auth.pointer, meant), RubyCode(element.text if element else "nil"), before=key),
                    FixEdit(pointer, remove=True),
                )
                fix = (Fix(f"Call it {meant}", edits),)
                yield Finding(pointer, f"There is no key {key}. Did you mean {meant}?", fix, key=True)


@check(
    "apply-missing",
    Severity.ERROR,
    "Credentials are never put on a request",
    "The user fills in credentials, and every request goes out without them.",
    absence=True,
    trips=("fields: [{ name: 'k' }], authorization: { type: 'api_key' }",),
    passes=(
        "authorization: { type: 'api_key', credentials: lambda { |c| headers(k: c['k']) } }",
        "authorization: { type: 'custom_auth' }",
        "authorization: { type: 'none' }",
    ),
    doc_url=_DOC,
)
def apply_missing(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        needs = is_oauth2(auth) or auth.type in ("basic_auth", "api_key")
        if needs and not {"apply", "credentials"} & set(auth.slots):
            yield Finding(auth.pointer, f"This {auth.type} authorization has no apply.", key=True)


@check(
    "lambda-empty",
    Severity.WARNING,
    "A lambda that does nothing",
    "An empty apply puts no credentials on a request; an empty acquire fetches none.",
    trips=(
        "authorization: { type: 'api_key', apply: lambda { |_c| } }",
        "authorization: { type: 'custom_auth', acquire: lambda do |_c|\n # later\nend, apply: lambda { |c| "
        "headers(k: c['k']) } }",
    ),
    passes=(
        "authorization: { type: 'api_key', apply: lambda { |c| headers(k: c['k']) } }",
        "{ title: 'A', connection: { authorization: { type: 'custom_auth', apply: lambda { |_c| } } }, test: "
        "lambda { |c| get(aws.generate_signature(connection: c, service: 's3', region: 'eu-west-1')[:url]) } }",
    ),
)
def lambda_empty(context: Context) -> Iterator[Finding]:
    # Where every request is signed for itself, there is nothing left to apply.
    signed = b"aws.generate_signature" in context.doc.source
    for auth in context.authorizations:
        for key in ("acquire", "refresh") if signed else ("apply", "credentials", "acquire", "refresh"):
            sketch = context.slot_sketch(auth, key)
            if sketch is not None and all(statement == Scalar(None) for statement in sketch.statements):
                yield Finding(child(auth.pointer, key), f"{key} does nothing.")


@check(
    "credentials-ignored",
    Severity.WARNING,
    "credentials never runs",
    "Where apply and credentials both stand, only apply is used.",
    trips=(
        "authorization: { type: 'api_key', apply: lambda { |c| headers(a: c['k']) }, "
        "credentials: lambda { |c| headers(b: c['k']) } }",
    ),
    passes=("authorization: { type: 'api_key', credentials: lambda { |c| headers(b: c['k']) } }",),
)
def credentials_ignored(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        if {"apply", "credentials"} <= set(auth.slots):
            pointer = child(auth.pointer, "credentials")
            yield Finding(
                pointer, "apply stands beside it and wins.", remove_fix("Remove credentials", pointer), key=True
            )


@check(
    "text-instead-of-lambda",
    Severity.ERROR,
    "A text where a lambda belongs",
    "The SDK calls this value and fails on a plain text.",
    trips=(
        "base_uri: 'https://api.example.com'",
        "authorization: { type: 'oauth2', token_url: 'https://x.example/t' }",
    ),
    passes=(
        "base_uri: lambda { |_c| 'https://api.example.com' }",
        "authorization: { type: 'oauth2', client_id: 'abc' }",
    ),
)
def text_instead_of_lambda(context: Context) -> Iterator[Finding]:
    pointers = ["/connection/base_uri"]
    keys = (
        "authorization_url",
        "token_url",
        "apply",
        "credentials",
        "acquire",
        "refresh",
        "selected",
        "pkce",
        "identity",
    )
    pointers += [child(auth.pointer, key) for auth in context.design.authorizations() for key in keys]
    for pointer in pointers:
        element = context.element(pointer)
        if element is not None and element.kind == "string":
            wrapped = context.writer.proc(("connection",), [element.text])
            yield Finding(
                pointer, "This must be a lambda that gives the text.", set_fix("Make it a lambda", pointer, wrapped)
            )


@check(
    "header-twice",
    Severity.WARNING,
    "The same header is set twice",
    "Only the last one is sent.",
    trips=(
        "authorization: { type: 'api_key', apply: lambda { |c| headers('Authorization' => c['a'], authorization: "
        "c['b']) } }",
        "authorization: { type: 'api_key', apply: lambda { |c| headers('X-Key' => c['a']) \n headers('X-Key' => "
        "c['b']) } }",
    ),
    passes=("authorization: { type: 'api_key', apply: lambda { |c| headers('X-Key' => c['a'], 'X-Id' => c['b']) } }",),
)
def header_twice(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        for key in ("apply", "credentials"):
            sketch = context.slot_sketch(auth, key)
            seen: set[str] = set()
            for statement in sketch.statements if sketch else ():
                for name in _header_names(statement):
                    if name in seen:
                        yield Finding(child(auth.pointer, key), f"The header {name} is set twice.", key=True)
                    seen.add(name)


def _header_names(statement: object) -> Iterator[str]:
    if not isinstance(statement, Call) or statement.name != "headers":
        return
    given = [statement.keywords, *statement.arguments]
    for pairs in given:
        for pair in pairs.items if isinstance(pairs, Pairs) else ():
            yield (pair.key.replace("_", "-") if pair.symbol else pair.key).lower()


@check(
    "jwt-lifetime",
    Severity.WARNING,
    "A signed statement that lives too long",
    "Most providers refuse assertions that are valid for more than an hour.",
    trips=(
        "authorization: { type: 'custom_auth', acquire: lambda { |c| { t: "
        "post('https://x.example/t').payload(assertion: "
        "workato.jwt_encode({ iss: c['i'], exp: now.to_i + 86400 }, c['private_key'], 'RS256'))['t'] } } }",
    ),
    passes=(
        "authorization: { type: 'custom_auth', acquire: lambda { |c| { t: "
        "post('https://x.example/t').payload(assertion: "
        "workato.jwt_encode({ iss: c['i'], exp: 1.hour.from_now.to_i }, c['private_key'], 'RS256'))['t'] } } }",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/jwt.html",
)
def jwt_lifetime(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        for key in ("acquire", "apply", "credentials"):
            sketch = context.slot_sketch(auth, key)
            lifetimes = {seconds for value in (sketch.everything() if sketch else ()) for seconds in _lifetime(value)}
            for seconds in sorted(lifetimes):
                yield Finding(child(auth.pointer, key), f"The token is valid for {_in_words(seconds)}.", key=True)


def _in_words(seconds: int) -> str:
    for unit, name in ((3600, "hours"), (60, "minutes")):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} seconds"


def _lifetime(value: object) -> Iterator[int]:
    if isinstance(value, Jwt) and isinstance(value.claims, Pairs):
        expires, issued = value.claims.get("exp"), value.claims.get("iat")
        start = issued.offset if isinstance(issued, Instant) else 0
        if isinstance(expires, Instant) and expires.offset - start > 3600:
            yield expires.offset - start


@check(
    "aws-block",
    Severity.NOTE,
    "The official command line does not know this form",
    "The credentials block of AWS stands in guides; the official command line rejects it. "
    "Sign each request with aws.generate_signature to be understood everywhere.",
    trips=("authorization: { type: 'aws_auth', credentials: lambda { |c| access_key_id(c['k']) } }",),
    passes=("authorization: { type: 'custom_auth' }",),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/aws_auth.html",
)
def aws_block(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        if auth.type == "aws_auth":
            yield Finding(child(auth.pointer, "type"), "aws_auth is run here, but not by the official command line.")


@check(
    "certificate-behind-agent",
    Severity.WARNING,
    "A certificate where the agent ends TLS",
    "With secure_tunnel the on-prem agent talks to the server: a certificate in apply makes every connection fail. "
    "Put it into the agent's connection profile.",
    trips=(
        "{ title: 'A', secure_tunnel: true, connection: { authorization: { type: 'custom_auth', apply: lambda { |c| "
        "tls_client_cert(certificate: c['c'], key: c['k']) } } } }",
    ),
    passes=(
        "{ title: 'A', connection: { authorization: { type: 'custom_auth', apply: lambda { |c| "
        "tls_client_cert(certificate: c['c'], key: c['k']) } } } }",
        "{ title: 'A', secure_tunnel: true, connection: { authorization: { type: 'none' } } }",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/on-prem.html",
)
def certificate_behind_agent(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations if context.design.secure_tunnel else ():
        for key in ("apply", "credentials"):
            sketch = context.slot_sketch(auth, key)
            if sketch is not None and any(sketch.calls("tls_client_cert")):
                yield Finding(child(auth.pointer, key), "The on-prem agent ends TLS, not this connector.", key=True)
