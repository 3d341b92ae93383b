"""Form values of every kind, drawn by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from designer.connection import KINDS
from designer.connection.form import row
from designer.connection.kinds.code_exchange import exchange_defaults
from designer.connection.kinds.jwt_bearer import ALGORITHMS
from designer.connection.template import Chip, chips, from_parts

RESERVED = {
    "access_token",
    "session_token",
    "auth_code",
    "redirect_uri",
    "verifier",
    "refresh_token",
    "assertion",
    "connection",
}
CLIENT = {"client_id", "client_secret", "grant_type", "scope", "code", "code_verifier", "username", "password"}

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
field_names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in RESERVED)
plain_names = st.one_of(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,10}", fullmatch=True), texts.filter(bool))


def _template(pieces: list[str | Chip]) -> str | None:
    return from_parts(pieces)


templates = (
    st.lists(st.one_of(texts, field_names.map(Chip)), min_size=0, max_size=4)
    .map(_template)
    .filter(lambda text: text is not None)
    .map(str)
)
urls = st.builds(
    lambda host, path: f"https://{host}/{path}",
    st.one_of(st.just("auth.example.com"), field_names.map(lambda name: f"#{{{name}}}.example.com")),
    st.from_regex(r"[a-z0-9/_.-]{0,12}", fullmatch=True),
)


def tables(
    *, but: frozenset[str] | set[str] = frozenset(), values: st.SearchStrategy[str] = templates
) -> st.SearchStrategy[Any]:
    names = plain_names.filter(lambda name: name not in but)
    return st.lists(st.builds(row, names, values), max_size=3, unique_by=lambda item: item["name"])


# Of a header's spelling only dashes and letters are the SDK's to keep.
header_names = st.from_regex(r"[A-Z][a-z0-9]{0,5}(-[A-Z][a-z0-9]{0,5}){0,2}", fullmatch=True)
headers = st.lists(st.builds(row, header_names, templates), max_size=3, unique_by=lambda item: item["name"])
steps = st.one_of(st.from_regex(r"[A-Za-z_][A-Za-z0-9_ -]{0,8}", fullmatch=True), st.integers(0, 9).map(str))
paths = st.builds(
    lambda first, rest: ".".join([first, *rest]),
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_ -]{0,8}", fullmatch=True),
    st.lists(steps, max_size=2),
)
keeps = st.lists(st.builds(row, field_names, paths), max_size=3, unique_by=lambda item: item["name"])
regex_texts = st.from_regex(r"/[a-z ]{1,8}/i?", fullmatch=True)
signal_lists = st.lists(st.one_of(st.integers(100, 599).map(str), regex_texts), max_size=3)
scopes = st.lists(st.from_regex(r"[A-Za-z0-9_.:/-]{1,10}", fullmatch=True), max_size=3)

applied = {"headers": headers, "params": tables(), "payload": tables()}
signals = {"refresh_on": signal_lists, "detect_on": signal_lists}
nonempty = templates.filter(bool)


def _client(drawn: dict[str, Any]) -> dict[str, Any]:
    """Credentials that go nowhere are not written and so not read."""
    if drawn["client_auth"] == "none":
        return drawn | {"client_id": "", "client_secret": ""}
    return drawn


def _grant(**own: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "token_url": urls,
            "client_auth": st.sampled_from(["body", "basic", "none"]),
            "client_id": nonempty,
            "client_secret": nonempty,
            "scopes": scopes,
            "extras": tables(but=CLIENT),
            "format": st.sampled_from(["form", "json", "query"]),
            "request_headers": headers,
            "keep": keeps,
            **own,
            **applied,
            **signals,
        }
    ).map(_client)


def _code(**own: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    pass_through = st.fixed_dictionaries(
        {
            "authorize_url": urls,
            "scopes": scopes,
            "authorize_params": tables(but={"response_type", "scope"}),
            "client_id": nonempty,
            "client_secret": st.one_of(st.just(""), field_names.map(lambda name: f"#{{{name}}}")),
            "exchange": st.just("token_url"),
            "token_url": urls,
            "client_auth": st.just("body"),
            "format": st.just("form"),
            "extras": st.just([]),
            "request_headers": st.just([]),
            **{name: st.just(value) for name, value in exchange_defaults().items()},
            **own,
            **applied,
            **signals,
        }
    )
    requested = st.fixed_dictionaries(
        {
            "exchange": st.just("acquire"),
            "client_auth": st.sampled_from(["body", "basic"]),
            "client_secret": field_names.map(lambda name: f"#{{{name}}}"),
            "format": st.sampled_from(["form", "json", "query"]),
            "extras": st.one_of(
                tables(but=CLIENT | {"redirect_uri"}), st.just([row("redirect_uri", "https://x.example")])
            ),
            "request_headers": headers,
            "keep": keeps,
            "send_redirect": st.booleans(),
            "settings": keeps,
            "owner": st.one_of(st.just(""), paths),
            "renewal": st.sampled_from(["own", "none"]),
            "refresh_url": st.one_of(st.just(""), urls),
            "refresh_extras": tables(but=CLIENT | {"refresh_token"}),
            "refresh_keep": keeps,
            "refresh_settings": keeps,
        }
    )
    renewed = st.fixed_dictionaries(
        {
            "renewal": st.just("own"),
            "client_auth": st.sampled_from(["body", "basic", "none"]),
            "format": st.sampled_from(["form", "json", "query"]),
            "request_headers": headers,
            "refresh_url": st.one_of(st.just(""), urls),
            "refresh_extras": tables(but=CLIENT | {"refresh_token"}),
            "refresh_keep": keeps,
            "refresh_settings": keeps,
        }
    )
    return st.one_of(
        pass_through,
        st.builds(lambda a, b: _exchanged(a | b), pass_through, requested),
        st.builds(lambda a, b: _exchanged(a | b), pass_through, renewed),
    )


def _exchanged(drawn: dict[str, Any]) -> dict[str, Any]:
    """What has no meaning beside other values is not written and so not read."""
    if any(item["name"] == "redirect_uri" for item in drawn["extras"]):
        drawn["send_redirect"] = True
    if drawn["refresh_url"] == drawn["token_url"]:
        drawn["refresh_url"] = ""
    if drawn["renewal"] != "own":
        unused = {name: value for name, value in exchange_defaults().items() if name.startswith("refresh_")}
        drawn |= unused
    return drawn


def _api_key(place: str, name: str, header: str, value: str, further: dict[str, Any]) -> dict[str, Any]:
    """A key that goes along twice under one name is no key of its own."""
    own = header if place == "header" else name
    table = {"header": "headers", "query": "params", "body": "payload"}.get(place)
    rest = {key: [item for item in rows if key != table or item["name"] != own] for key, rows in further.items()}
    return {"place": place, "name": own, "value": value, **rest}


def _jwt(drawn: dict[str, Any], use: str, prefix: str) -> dict[str, Any]:
    """A statement that is sent itself stands in a header, and there is nothing to renew or to ask for."""
    taken = {"iat"} if drawn["issued_at"] else set()
    times = [item for item in drawn["times"] if item["name"] not in taken and item != row("iat", "0")]
    claims = [item for item in drawn["claims"] if item["name"] not in {each["name"] for each in times}]
    drawn = drawn | {"times": times, "claims": claims}
    if use == "exchange":
        return drawn | {"use": use}
    kind = KINDS["jwt_bearer"].defaults()
    own = {name: kind[name] for name in ("token_url", "extras", "request_headers", "keep")}
    sent = [item for item in drawn["headers"] if item["name"] != "X-Token"]
    token = [row("X-Token", f"{prefix}#{{access_token}}")]
    return drawn | own | {"use": use, "refresh_on": [], "headers": [*sent, *token]}


def _basic(drawn: dict[str, Any]) -> dict[str, Any]:
    """A header that holds the user cannot hold something else."""
    return drawn | {"headers": [item for item in drawn["headers"] if item["name"] != drawn["header"]]}


verbs = st.sampled_from(["", "GET", "POST", "PUT", "PATCH", "DELETE"])
conditional = st.lists(
    st.builds(
        lambda item, verb, url, setting: item | {"verb": verb, "url": url, "setting": setting},
        st.builds(row, header_names, templates),
        verbs,
        st.from_regex(r"(/[a-z0-9]{1,6}){0,2}", fullmatch=True),
        st.one_of(st.just(""), field_names),
    ),
    max_size=3,
).map(lambda rows: [item for item in rows if item["verb"] or item["url"] or item["setting"]])
exact_names = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,8}", fullmatch=True)
exact_headers = st.lists(st.builds(row, exact_names, templates), max_size=2, unique_by=lambda item: item["name"])


PARAMS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "basic": st.fixed_dictionaries(
        {
            "user": templates.filter(lambda text: ":" not in text),
            "password": templates,
            "header": st.sampled_from(["Authorization", "X-Authorization", "Proxy-Authorization"]),
            "headers": headers,
            "conditional": conditional,
        }
    ).map(_basic),
    "digest": st.fixed_dictionaries({"user": templates, "password": templates}),
    "api_key": st.builds(
        _api_key,
        st.sampled_from(["header", "exact", "query", "body"]),
        plain_names,
        header_names,
        templates,
        st.fixed_dictionaries(applied),
    ),
    "custom_headers": st.fixed_dictionaries(
        {**applied, "exact_headers": exact_headers, "conditional": conditional}
    ).filter(lambda drawn: any(drawn.values())),
    "session": st.fixed_dictionaries(
        {
            "login_url": urls,
            "verb": st.sampled_from(["post", "get", "put"]),
            "login": tables(but={"grant_type"}).filter(bool),
            "format": st.sampled_from(["form", "json", "query"]),
            "request_headers": headers,
            "keep": keeps,
            **applied,
            **signals,
        }
    ),
    "client_credentials": _grant(),
    "password_grant": _grant(username=templates, password=templates),
    "jwt_bearer": st.builds(
        _jwt,
        st.fixed_dictionaries(
            {
                "token_url": urls,
                "claims": tables(but={"iat", "exp"}),
                "lifetime": st.integers(1, 100_000),
                "issued_at": st.booleans(),
                "times": st.lists(
                    st.builds(row, st.sampled_from(["nbf", "iat", "auth time"]), st.integers(-999, 999).map(str)),
                    max_size=2,
                    unique_by=lambda item: item["name"],
                ),
                "key": nonempty,
                "repair": st.booleans(),
                "algorithm": st.sampled_from(ALGORITHMS),
                "key_id": templates,
                "extras": tables(but={"grant_type", "assertion"}),
                "request_headers": headers,
                "keep": keeps,
                **applied,
                **signals,
            }
        ),
        st.sampled_from(["exchange", "self"]),
        st.sampled_from(["", "Bearer ", "JWT "]),
    ),
    "oauth2_code": _code(),
    "oauth2_pkce": _code(
        challenge_method=st.sampled_from(["S256", "plain"]), verifier_length=st.one_of(st.just(""), st.integers(1, 200))
    ),
    "aws_sigv4": st.fixed_dictionaries(
        {
            "how": st.just("block"),
            "access_key_id": nonempty,
            "secret_access_key": nonempty,
            "session_token": templates,
            "region": nonempty,
            "service": nonempty,
        }
    ),
    "mtls": st.fixed_dictionaries(
        {
            "certificate": nonempty,
            "key": nonempty,
            "passphrase": templates,
            "intermediates": st.lists(nonempty.map(lambda text: {"value": text}), max_size=3),
            "headers": headers,
        }
    ),
    "none": st.just({}),
    "multi": st.fixed_dictionaries({"field": field_names, "fallback": texts.filter(lambda text: not chips(text))}),
}
"""A strategy for the form values of each kind that has a form."""
