"""OAuth 2.0 with an authorization code: the page where the user consents, and who asks (RFC 6749 §4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding, set_fix, table
from designer.checks.model import Fix, Severity
from designer.checks.registry import check
from designer.checks.rules.oauth import CODE, DOC, REST, URL, authorization_url_of, code_flows
from designer.connection import Authorization
from designer.connection.kinds import authorize_url
from designer.ruby import RubyCode
from designer.ruby.pointer import child


@check(
    "authorization-url-missing",
    Severity.ERROR,
    "Nowhere to sign in",
    "The Connect button has no page to open.",
    absence=True,
    trips=(f"authorization: {{ type: 'oauth2', token_url: lambda {{ 'https://x.example/t' }}, {REST} }}",),
    passes=(
        f"{CODE}, {REST} }}",
        "authorization: { type: 'oauth2', acquire: lambda { |c| post('https://x.example/t').payload(grant_type: "
        "'client_credentials', client_id: c['id']) }, client_id: 'a', apply: lambda { |_c, t| headers(a: t) } }",
    ),
    doc_url=DOC,
)
def authorization_url_missing(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        if "authorization_url" not in auth.slots:
            yield Finding(auth.pointer, "This OAuth authorization has no authorization_url.", key=True)


@check(
    "response-type-missing",
    Severity.WARNING,
    "The authorization URL does not ask for a code",
    "The platform does not add response_type; most providers refuse a request without it.",
    absence=True,
    trips=(
        f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ 'https://x.example/authorize' }}, {REST} }}",
    ),
    passes=(
        f"{CODE}, {REST} }}",
        "authorization: { type: 'oauth2', authorization_url: lambda { 'https://x.example/a?' + "
        f"{{ response_type: 'code', scope: call('s') }}.to_param }}, {REST} }}",
    ),
    doc_url=DOC,
)
def response_type_missing(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        pointer = child(auth.pointer, "authorization_url")
        if "authorization_url" not in auth.slots or "response_type" in context.text(pointer):
            continue
        url = authorization_url_of(context, auth)
        parameters = authorize_url.split(url) if url else None
        if url is None and "call" in context.text(pointer):
            continue
        fixes: tuple[Fix, ...] = ()
        if parameters is not None:
            written = authorize_url.write(parameters, context.writer)
            fixes = set_fix("Add response_type=code", pointer, written)
        yield Finding(pointer, "The authorization URL has no response_type=code.", fixes)


@check(
    "redirect-uri-fixed",
    Severity.WARNING,
    "A redirect URL is written into the connector",
    "The platform adds the redirect URL of its own data centre; a fixed one sends users of every other data centre, "
    "and of test tools, to the wrong place.",
    trips=(
        f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ '{URL}&redirect_uri="
        f"https%3A%2F%2Fwww.workato.com%2Foauth%2Fcallback' }}, {REST} }}",
        f"{CODE}, acquire: lambda {{ |c, code| "
        "[post('https://x.example/t').payload(code: code, redirect_uri: "
        "'https://www.workato.com/oauth/callback'), nil, nil] }"
        f", refresh: lambda {{ |c, r| post('https://x.example/t').payload(refresh_token: r) }}, {REST} }}",
    ),
    passes=(
        f"{CODE}, acquire: lambda {{ |c, code, uri| "
        "[post('https://x.example/t').payload(code: code, redirect_uri: uri), nil, nil] }, "
        f"refresh: lambda {{ |c, r| post('https://x.example/t').payload(refresh_token: r) }}, {REST} }}",
    ),
    doc_url="https://docs.workato.com/developing-connectors/registering-new-client.html",
)
def redirect_uri_fixed(context: Context) -> Iterator[Finding]:
    hosts = "|".join(re.escape(centre["host"]) for centre in table("datacentres")["datacentres"])
    fixed = re.compile(
        rf"redirect_uri(?:=|\W{{1,8}})\s*['\"]?https?(?::|%3a)|(?:{hosts})(?:/|%2f)oauth(?:/|%2f)callback", re.I
    )
    for auth in context.authorizations:
        for key in ("authorization_url", "acquire"):
            pointer = child(auth.pointer, key)
            code = _without_comments(context.text(pointer))
            if key not in auth.slots or not fixed.search(code):
                continue
            fixes: tuple[Fix, ...] = ()
            url = authorization_url_of(context, auth) if key == "authorization_url" else None
            parameters = authorize_url.split(url) if url else None
            if parameters is not None:
                rows = [row for row in parameters["authorize_params"] if row["name"] != "redirect_uri"]
                written = authorize_url.write(parameters | {"authorize_params": rows}, context.writer)
                fixes = set_fix("Leave it to the platform", pointer, written)
            elif key == "acquire" and (repaired := _with_parameter(context, auth)):
                fixes = set_fix("Use the redirect_uri parameter", pointer, RubyCode(repaired))
            yield Finding(pointer, f"{key} contains a fixed redirect URL.", fixes, key=True)


def _without_comments(code: str) -> str:
    return re.sub(r"^\s*#[^\n]*$", "", code, flags=re.MULTILINE)


def _with_parameter(context: Context, auth: Authorization) -> str | None:
    """``acquire`` with its third parameter in place of the fixed text, where it has one."""
    sketch = context.slot_sketch(auth, "acquire")
    if sketch is None or len(sketch.parameters) < 3 or sketch.parameters[2].startswith("_"):
        return None
    pattern = re.compile(r"""(redirect_uri(?::|['"]?\s*=>)\s*)(['"])https?://[^'"#]*\2""")
    code, count = pattern.subn(rf"\g<1>{sketch.parameters[2]}", context.text(child(auth.pointer, "acquire")))
    return code if count == 1 else None


@check(
    "client-id-twice",
    Severity.NOTE,
    "client_id stands twice",
    "The platform adds client_id to the authorization URL; one in the URL as well is sent twice.",
    trips=(
        "authorization: { type: 'oauth2', client_id: lambda { |c| c['id'] }, authorization_url: lambda { |connection| "
        f"\"{URL}&client_id=#{{connection['id']}}\" }}, apply: lambda {{ |_c, t| headers(a: t) }} }}",
    ),
    passes=(f"{CODE}, {REST} }}",),
)
def client_id_twice(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        url = authorization_url_of(context, auth)
        parameters = authorize_url.split(url) if url else None
        if parameters is None or "client_id" not in auth.slots:
            continue
        rows = [row for row in parameters["authorize_params"] if row["name"] != "client_id"]
        if len(rows) < len(parameters["authorize_params"]):
            pointer = child(auth.pointer, "authorization_url")
            written = authorize_url.write(parameters | {"authorize_params": rows}, context.writer)
            fixes = set_fix("Leave it to the platform", pointer, written)
            yield Finding(pointer, "client_id is a key of its own and stands in the URL too.", fixes, key=True)


@check(
    "client-id-missing",
    Severity.ERROR,
    "Nobody says who the client is",
    "The provider cannot tell which application asks, and refuses the sign-in.",
    absence=True,
    trips=(
        f"{CODE}, token_url: lambda {{ 'https://x.example/t' }}, apply: lambda {{ |_c, t| headers(a: t) }} }}",
        f"fields: [{{ name: 'client_id' }}], {CODE}, token_url: lambda {{ 'https://x.example/t' }}, "
        "apply: lambda { |_c, t| headers(a: t) } }",
    ),
    passes=(
        "authorization: { type: 'oauth2', authorization_url: lambda { |c| \"https://x.example/a?response_type=code&"
        "client_id=#{c['id']}\" }, acquire: lambda { |c, code| [post('https://x.example/t').payload(code: code), "
        "nil, nil] },"
        " refresh: lambda { |c, r| post('https://x.example/t').payload(r: r) }, apply: lambda { |_c, t| "
        "headers(a: t) } }",
    ),
    doc_url=DOC,
)
def client_id_missing(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        if "client_id" in auth.slots:
            continue
        own = child(auth.pointer, "authorization_url")
        fixes: tuple[Fix, ...] = ()
        if any(field.name == "client_id" for field in (*context.design.fields, *auth.fields)):
            written = context.writer.proc(("connection",), [context.writer.setting("client_id")])
            following = next((key for key in auth.slots if key not in ("type", "fields")), None)
            fixes = set_fix("Take it from the field", child(auth.pointer, "client_id"), written, before=following)
        if "token_url" in auth.slots and "acquire" not in auth.slots:
            yield Finding(child(auth.pointer, "token_url"), "token_url needs a client_id beside it.", fixes, key=True)
        elif "authorization_url" in auth.slots and "client_id" not in context.text(own):
            yield Finding(own, "There is no client_id, neither as a key nor in the URL.", fixes, key=True)
