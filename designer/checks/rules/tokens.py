"""OAuth 2.0: getting and renewing tokens (RFC 6749 §4.1.3, §6)."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, Finding, is_oauth2
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.checks.rules.oauth import CODE, DOC, REST, WITH_TOKEN_URL, code_flows, insecure
from designer.connection.kinds.common import template_of
from designer.connection.sketch import Items, Pairs, Pick, Request, Text
from designer.ruby.pointer import child


@check(
    "acquire-not-a-list",
    Severity.WARNING,
    "acquire does not end in a list",
    "For OAuth the platform expects [tokens, owner id, further settings] and fails to store anything else.",
    trips=(
        f"{CODE}, acquire: lambda {{ |c, code| "
        f"post('https://x.example/t').payload(code: code) }}, refresh: lambda {{ |c, r| {{ access_token: r }} }}, "
        f"{REST} }}",
    ),
    passes=(
        f"{CODE}, acquire: lambda {{ |c, code| "
        f"[post('https://x.example/t').payload(code: code), nil, nil] }}, refresh: lambda {{ |c, r| {{ "
        f"access_token: r }} }}, "
        f"{REST} }}",
    ),
    doc_url=DOC,
)
def acquire_not_a_list(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
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
        f"{CODE}, acquire: lambda {{ |c, code| "
        f"[post('https://x.example/t').payload(code: code), nil, nil] }}, {REST} }}",
    ),
    passes=(
        f"{CODE}, acquire: lambda {{ |c, code| "
        "[post('https://x.example/t').payload(code: code), nil, nil] }, token_url: lambda { 'https://x.example/t' }, "
        f"{REST} }}",
    ),
    doc_url=DOC,
)
def acquire_without_refresh(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        if "acquire" in auth.slots and not {"refresh", "token_url"} & set(auth.slots):
            yield Finding(child(auth.pointer, "acquire"), "There is an acquire but no refresh.", key=True)


@check(
    "token-url-missing",
    Severity.ERROR,
    "Nowhere to get tokens",
    "The user consents, and the code that comes back cannot be traded for a token.",
    absence=True,
    trips=(f"{CODE}, {REST} }}",),
    passes=(f"{CODE}, token_url: lambda {{ 'https://x.example/t' }}, {REST} }}",),
    doc_url=DOC,
)
def token_url_missing(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
        if "authorization_url" in auth.slots and not {"acquire", "token_url"} & set(auth.slots):
            yield Finding(auth.pointer, "There is neither a token_url nor an acquire.", key=True)


@check(
    "refresh-relative-url",
    Severity.WARNING,
    "A relative URL where there is no base URI",
    "base_uri is not at work inside refresh: the request has no host and fails.",
    trips=(f"{WITH_TOKEN_URL}, refresh: lambda {{ |c, r| post('/token').payload(refresh_token: r) }}, {REST} }}",),
    passes=(
        f"{WITH_TOKEN_URL}"
        f", refresh: lambda {{ |c, r| post('https://x.example/token').payload(refresh_token: r) }}, {REST} }}",
    ),
)
def refresh_relative_url(context: Context) -> Iterator[Finding]:
    for auth in code_flows(context):
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
    trips=(f"{CODE}, token_url: lambda {{ 'http://x.example/t' }}, {REST} }}",),
    passes=(
        f"{CODE}, token_url: lambda {{ 'http://127.0.0.1:9000/t' }}, {REST} }}",
        f"{CODE}, token_url: lambda {{ |c| \"#{{c['host']}}/t\" }}, {REST} }}",
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
