"""OAuth 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding, is_oauth2, set_fix, table
from designer.checks.model import Fix, Severity
from designer.checks.registry import check
from designer.connection import Authorization
from designer.connection.kinds import authorize_url
from designer.connection.kinds.common import template_of
from designer.connection.sketch import Items, Pairs, Pick, Request, Text
from designer.connection.template import chips
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_DOC = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code.html"
_URL = "https://x.example/authorize?response_type=code"
_CODE = f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ '{_URL}' }}"
_WITH_TOKEN_URL = f"{_CODE}, token_url: lambda {{ 'https://x.example' }}"
_REST = "client_id: 'a', apply: lambda { |_c, t| headers('Authorization' => t) }"
_LOOPBACK = ("localhost", "127.", "::1", "[::1]")


def _code_flows(context: Context) -> Iterator[Authorization]:
    """OAuth authorizations in which a user signs in."""
    for auth in context.authorizations:
        machine = (
            context.grant(auth.pointer) in ("client_credentials", "password") and "authorization_url" not in auth.slots
        )
        if is_oauth2(auth) and not machine and auth.kind != "client_credentials":
            yield auth


def _authorization_url(context: Context, auth: Authorization) -> str | None:
    sketch = context.slot_sketch(auth, "authorization_url")
    return template_of(sketch.single) if sketch else None


@check(
    "authorization-url-missing",
    Severity.ERROR,
    "Nowhere to sign in",
    "The Connect button has no page to open.",
    absence=True,
    trips=(f"authorization: {{ type: 'oauth2', token_url: lambda {{ 'https://x.example/t' }}, {_REST} }}",),
    passes=(
        f"{_CODE}, {_REST} }}",
        "authorization: { type: 'oauth2', acquire: lambda { |c| post('https://x.example/t').payload(grant_type: "
        "'client_credentials', client_id: c['id']) }, client_id: 'a', apply: lambda { |_c, t| headers(a: t) } }",
    ),
    doc_url=_DOC,
)
def authorization_url_missing(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        if "authorization_url" not in auth.slots:
            yield Finding(auth.pointer, "This OAuth authorization has no authorization_url.", key=True)


@check(
    "response-type-missing",
    Severity.WARNING,
    "The authorization URL does not ask for a code",
    "The platform does not add response_type; most providers refuse a request without it.",
    absence=True,
    trips=(
        f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ 'https://x.example/authorize' }}, {_REST} }}",
    ),
    passes=(
        f"{_CODE}, {_REST} }}",
        "authorization: { type: 'oauth2', authorization_url: lambda { 'https://x.example/a?' + "
        f"{{ response_type: 'code', scope: call('s') }}.to_param }}, {_REST} }}",
    ),
    doc_url=_DOC,
)
def response_type_missing(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        pointer = child(auth.pointer, "authorization_url")
        if "authorization_url" not in auth.slots or "response_type" in context.text(pointer):
            continue
        url = _authorization_url(context, auth)
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
        f"authorization: {{ type: 'oauth2', authorization_url: lambda {{ '{_URL}&redirect_uri="
        f"https%3A%2F%2Fwww.workato.com%2Foauth%2Fcallback' }}, {_REST} }}",
        f"{_CODE}, acquire: lambda {{ |c, code| "
        "[post('https://x.example/t').payload(code: code, redirect_uri: "
        "'https://www.workato.com/oauth/callback'), nil, nil] }"
        f", refresh: lambda {{ |c, r| post('https://x.example/t').payload(refresh_token: r) }}, {_REST} }}",
    ),
    passes=(
        f"{_CODE}, acquire: lambda {{ |c, code, uri| "
        "[post('https://x.example/t').payload(code: code, redirect_uri: uri), nil, nil] }, "
        f"refresh: lambda {{ |c, r| post('https://x.example/t').payload(refresh_token: r) }}, {_REST} }}",
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
            url = _authorization_url(context, auth) if key == "authorization_url" else None
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
        f"\"{_URL}&client_id=#{{connection['id']}}\" }}, apply: lambda {{ |_c, t| headers(a: t) }} }}",
    ),
    passes=(f"{_CODE}, {_REST} }}",),
)
def client_id_twice(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        url = _authorization_url(context, auth)
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
        f"{_CODE}, token_url: lambda {{ 'https://x.example/t' }}, apply: lambda {{ |_c, t| headers(a: t) }} }}",
        f"fields: [{{ name: 'client_id' }}], {_CODE}, token_url: lambda {{ 'https://x.example/t' }}, "
        "apply: lambda { |_c, t| headers(a: t) } }",
    ),
    passes=(
        "authorization: { type: 'oauth2', authorization_url: lambda { |c| \"https://x.example/a?response_type=code&"
        "client_id=#{c['id']}\" }, acquire: lambda { |c, code| [post('https://x.example/t').payload(code: code), "
        "nil, nil] },"
        " refresh: lambda { |c, r| post('https://x.example/t').payload(r: r) }, apply: lambda { |_c, t| "
        "headers(a: t) } }",
    ),
    doc_url=_DOC,
)
def client_id_missing(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
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


@check(
    "acquire-not-a-list",
    Severity.WARNING,
    "acquire does not end in a list",
    "For OAuth the platform expects [tokens, owner id, further settings] and fails to store anything else.",
    trips=(
        f"{_CODE}, acquire: lambda {{ |c, code| "
        f"post('https://x.example/t').payload(code: code) }}, refresh: lambda {{ |c, r| {{ access_token: r }} }}, "
        f"{_REST} }}",
    ),
    passes=(
        f"{_CODE}, acquire: lambda {{ |c, code| "
        f"[post('https://x.example/t').payload(code: code), nil, nil] }}, refresh: lambda {{ |c, r| {{ "
        f"access_token: r }} }}, "
        f"{_REST} }}",
    ),
    doc_url=_DOC,
)
def acquire_not_a_list(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        sketch = context.slot_sketch(auth, "acquire")
        if sketch is not None and isinstance(sketch.result, Pairs | Request | Pick | Text):
            what = {Pairs: "a hash", Request: "a reply", Pick: "a part of a reply", Text: "a text"}[type(sketch.result)]
            yield Finding(child(auth.pointer, "acquire"), f"acquire gives {what} instead of a list.", key=True)


@check(
    "acquire-without-refresh",
    Severity.WARNING,
    "Tokens that cannot be renewed",
    "When the access token expires every recipe stops until someone signs in again.",
    absence=True,
    trips=(
        f"{_CODE}, acquire: lambda {{ |c, code| "
        f"[post('https://x.example/t').payload(code: code), nil, nil] }}, {_REST} }}",
    ),
    passes=(
        f"{_CODE}, acquire: lambda {{ |c, code| "
        "[post('https://x.example/t').payload(code: code), nil, nil] }, token_url: lambda { 'https://x.example/t' }, "
        f"{_REST} }}",
    ),
    doc_url=_DOC,
)
def acquire_without_refresh(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        if "acquire" in auth.slots and not {"refresh", "token_url"} & set(auth.slots):
            yield Finding(child(auth.pointer, "acquire"), "There is an acquire but no refresh.", key=True)


@check(
    "token-url-missing",
    Severity.ERROR,
    "Nowhere to get tokens",
    "The user consents, and the code that comes back cannot be traded for a token.",
    absence=True,
    trips=(f"{_CODE}, {_REST} }}",),
    passes=(f"{_CODE}, token_url: lambda {{ 'https://x.example/t' }}, {_REST} }}",),
    doc_url=_DOC,
)
def token_url_missing(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        if "authorization_url" in auth.slots and not {"acquire", "token_url"} & set(auth.slots):
            yield Finding(auth.pointer, "There is neither a token_url nor an acquire.", key=True)


@check(
    "refresh-relative-url",
    Severity.WARNING,
    "A relative URL where there is no base URI",
    "base_uri is not at work inside refresh: the request has no host and fails.",
    trips=(f"{_WITH_TOKEN_URL}, refresh: lambda {{ |c, r| post('/token').payload(refresh_token: r) }}, {_REST} }}",),
    passes=(
        f"{_WITH_TOKEN_URL}"
        f", refresh: lambda {{ |c, r| post('https://x.example/token').payload(refresh_token: r) }}, {_REST} }}",
    ),
)
def refresh_relative_url(context: Context) -> Iterator[Finding]:
    for auth in _code_flows(context):
        sketch = context.slot_sketch(auth, "refresh")
        for request in sketch.requests() if sketch else ():
            url = template_of(request.url)
            if url is not None and url.startswith("/") and not url.startswith("//"):
                yield Finding(
                    child(auth.pointer, "refresh"), f"{url} is relative; refresh needs a whole URL.", key=True
                )
                break


@check(
    "token-url-insecure",
    Severity.WARNING,
    "Secrets go over the wire in clear",
    "An http: address sends the client secret and the tokens unencrypted.",
    trips=(f"{_CODE}, token_url: lambda {{ 'http://x.example/t' }}, {_REST} }}",),
    passes=(
        f"{_CODE}, token_url: lambda {{ 'http://127.0.0.1:9000/t' }}, {_REST} }}",
        f"{_CODE}, token_url: lambda {{ |c| \"#{{c['host']}}/t\" }}, {_REST} }}",
    ),
)
def token_url_insecure(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        for key in ("authorization_url", "token_url", "acquire", "refresh"):
            sketch = context.slot_sketch(auth, key)
            if sketch is None:
                continue
            urls = [template_of(request.url) for request in sketch.requests()] + [template_of(sketch.single)]
            if any(insecure(url) for url in urls):
                yield Finding(child(auth.pointer, key), f"{key} uses http: instead of https:.", key=True)


def insecure(url: str | None) -> bool:
    """Whether a URL is plain HTTP to anything but this machine."""
    return url is not None and url.startswith("http://") and not url.removeprefix("http://").startswith(_LOOPBACK)


@check(
    "pkce-plain",
    Severity.WARNING,
    "The challenge gives the verifier away",
    "With the method plain the challenge is the verifier itself: whoever sees the authorization URL can use the code.",
    trips=(
        f"{_WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: v, challenge_method: 'plain' }} }}, {_REST} }}",
    ),
    passes=(
        f"{_WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {_REST} }}",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code-pkce.html",
)
def pkce_plain(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "pkce")
        result = sketch.single if sketch else None
        if isinstance(result, Pairs) and result.get("challenge_method") == Text("plain"):
            body = ["{ verifier: verifier, challenge: challenge, challenge_method: 'S256' }"]
            fixed = context.writer.proc(("verifier", "challenge"), body)
            pointer = child(auth.pointer, "pkce")
            yield Finding(pointer, "The challenge method is plain.", set_fix("Use S256", pointer, fixed), key=True)


@check(
    "pkce-verifier",
    Severity.ERROR,
    "A verifier that breaks the rules",
    "RFC 7636 wants 43 to 128 characters, made anew for each sign-in; a fixed verifier protects nothing.",
    trips=(
        f"{_WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: 'abc', challenge: 'abc', challenge_method: 'S256' }} }}, {_REST} }}",
        f"{_WITH_TOKEN_URL}, pkce: lambda {{ |v, c| {{ verifier: SecureRandom.hex(16), challenge: c }} }}, {_REST} }}",
    ),
    passes=(
        f"{_WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {_REST} }}",
    ),
)
def pkce_verifier(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "pkce")
        result = sketch.single if sketch else None
        pointer = child(auth.pointer, "pkce")
        verifier = result.get("verifier") if isinstance(result, Pairs) else None
        if isinstance(verifier, Text) and not chips(verifier.template):
            yield Finding(pointer, "The verifier is always the same text.", key=True)
        made = re.search(r"SecureRandom\.(hex|urlsafe_base64|alphanumeric)\((\d+)\)", context.text(pointer))
        if made is not None:
            length = {"hex": 2.0, "urlsafe_base64": 4 / 3, "alphanumeric": 1.0}[made[1]] * int(made[2])
            if not 43 <= length <= 128:
                yield Finding(
                    pointer, f"The verifier has about {int(length)} characters; 43 to 128 are allowed.", key=True
                )


@check(
    "pkce-official-cli",
    Severity.NOTE,
    "The official command line leaves PKCE out",
    "The Gemfile of this project names the official SDK, whose sign-in sends no challenge: a provider that insists on "
    "PKCE refuses it there. The platform and the sign-in of this tool send it.",
    trips=(
        f"{_WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {_REST} }}",
    ),
    passes=(f"{_WITH_TOKEN_URL}, {_REST} }}",),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code-pkce.html",
)
def pkce_official_cli(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations if context.official else ():
        if "pkce" in auth.slots:
            yield Finding(child(auth.pointer, "pkce"), "The official command line signs in without pkce.", key=True)


@check(
    "acquire-result-wrong-shape",
    Severity.ERROR,
    "acquire gives a list where a hash belongs",
    "Outside OAuth the result of acquire is merged into the connection; a list cannot be merged and stops the login.",
    trips=(
        "authorization: { type: 'custom_auth', acquire: lambda { |c| [post('https://x.example/t', k: c['k']), nil] }, "
        "refresh_on: [401], apply: lambda { |c| headers(a: c['a']) } }",
    ),
    passes=(
        "authorization: { type: 'custom_auth', acquire: lambda { |c| { a: post('https://x.example/t', k: "
        "c['k'])['a'] } }, "
        "refresh_on: [401], apply: lambda { |c| headers(a: c['a']) } }",
    ),
)
def acquire_result_wrong_shape(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "acquire")
        if not is_oauth2(auth) and sketch is not None and isinstance(sketch.result, Items):
            yield Finding(child(auth.pointer, "acquire"), "acquire gives a list; here it must give a hash.", key=True)
