"""No secret leaves with anything: each place where one may stand, times each way out of the program."""

from __future__ import annotations

import base64
import datetime
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import pytest

from designer.cli import story
from designer.wire import Call, Outcome, WireRequest, WireResponse, run
from designer.wire.compare import Side, compare
from designer.wire.composing import Composition, Part
from designer.wire.matrix import Cell
from designer.wire.outgoing import Hide, Masked, Variables, curl, har, raw, ruby, ticket
from designer.wire.outgoing.cassette import cassette
from designer.wire.outgoing.spec import spec
from designer.wire.run_secrets import masks_of, seen_of
from designer.wire.taping import tape

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
LIVE = 'Zt9&+/q"Live=77'
"""Every spelling of it differs: in a URL, in a form, in JSON, in XML, in Base64."""
LONG = "ya29.A0ARrdaM-this-is-a-long-access-token-0123456789-abcdefghijklmnopqrstuvwxyz"
NUMBER = 98765401
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
XML = ("Content-Type", "application/xml")
CONNECTOR = b"""{
  title: 'Acme',
  connection: {
    fields: [{ name: 'api_key' }, { name: 'pat', control_type: 'password' }],
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |connection| { access_token: 'another' } },
      refresh_on: [/never/], detect_on: [/never/],
      apply: lambda { |connection| headers('X-Client': 'designer') }
    },
    base_uri: lambda { |_connection| 'https://api.acme.example' }
  },
  test: lambda { |_connection| get('/me') }
}
"""
APPLYING = CONNECTOR.replace(b"headers('X-Client': 'designer')", b"%s")


@dataclass(frozen=True)
class Place:
    """A request, its reply and the settings, one of which holds ``secret``."""

    name: str
    secret: str = LIVE
    request: Composition = field(default_factory=lambda: Composition("GET", "/me"))
    headers: tuple[tuple[str, str], ...] = (JSON,)
    body: str = "{}"
    status: int = 200
    settings: dict[str, Any] = field(default_factory=dict)
    apply: str = "headers('X-Client': 'designer')"


def lower(secret: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), quote(secret, safe=""))


def basic(secret: str) -> str:
    return base64.b64encode(f"grace:{secret}".encode()).decode()


def get(url: str = "/me", *headers: tuple[str, str], query: tuple[tuple[str, str], ...] = ()) -> Composition:
    return Composition("GET", url, query, headers)


def post(kind: str, body: str, *headers: tuple[str, str]) -> Composition:
    return Composition("POST", "/me", (), headers, kind, body)


SENT = [
    Place("query", request=get(f"/me?access_token={quote(LIVE, safe='')}")),
    Place("query of a form", request=get("/me", query=(("api_key", LIVE),))),
    Place("nested query", request=get("/me", query=(("user[password]", LIVE),))),
    Place("URL in a query", request=get(f"/me?next={quote(f'https://b.example/?token={quote(LIVE)}', safe='')}")),
    Place("userinfo", request=get(f"https://grace:{quote(LIVE, safe='')}@api.acme.example/me")),
    Place("fragment", request=get(f"/me?a=1#access_token={quote(LIVE, safe='')}")),
    Place("fragment alone", request=get(f"/me#access_token={quote(LIVE, safe='')}")),
    Place("bearer", request=get("/me", ("Authorization", f"Bearer {LIVE}"))),
    Place("basic", request=get("/me", ("Authorization", f"Basic {basic(LIVE)}"))),
    Place("header of one's own", request=get("/me", ("X-Auth", LIVE))),
    Place("header of a session", request=get("/me", ("X-Session-Id", LIVE))),
    Place("cookie", request=get("/me", ("Cookie", f"lang=en; sid={LIVE}"))),
    Place(
        "cookie beside a variable",
        request=get("/me", ("Cookie", f"a={{{{lang}}}}; sid={LIVE}")),
        settings={"lang": "en"},
    ),
    Place("URL in a header", request=get("/me", ("Referer", f"https://b.example/?token={quote(LIVE, safe='')}"))),
    Place("JSON", request=post("json", json.dumps({"user": {"password": LIVE}}))),
    Place("list in JSON", request=post("json", json.dumps({"api_keys": ["a", LIVE]}))),
    Place("JSON in JSON", request=post("json", json.dumps({"data": json.dumps({"client_secret": LIVE})}))),
    Place("number", secret=str(NUMBER), request=post("json", json.dumps({"password": NUMBER}))),
    Place("form", request=post("form", json.dumps({"grant_type": "password", "password": LIVE}))),
    Place("raw form", request=post("raw", f"grant_type=password&password={quote_plus(LIVE)}&a=b", FORM)),
    Place("raw JSON", request=post("raw", json.dumps({"password": LIVE}), JSON)),
    Place("template", request=post("raw", f'{{"password": {json.dumps(LIVE)}, "n": {{{{n}}}} }}'), settings={"n": 3}),
    Place("XML", request=post("xml", f"<login><pw:password xmlns:pw='p'>{html.escape(LIVE)}</pw:password></login>")),
    Place("GraphQL", request=post("json", json.dumps({"query": f"{{ login(password: {json.dumps(LIVE)}) }}"}))),
    Place("token for a user", secret=LONG, request=get(f"https://{LONG}@api.acme.example/me")),
    Place("key for a user", secret=LONG, request=get(f"https://{LONG}:@api.acme.example/me")),
    Place(
        "multipart",
        request=Composition("POST", "/me", (), (), "multipart", "", (Part("lang", "en"), Part("password", LIVE))),
    ),
    Place("attribute", request=post("xml", f'<login user="grace" password="{html.escape(LIVE)}"/>')),
]
CAME = [
    Place("reply JSON", body=json.dumps({"access_token": LIVE})),
    Place("reply list", body=json.dumps({"api_keys": [LIVE]})),
    Place("reply JSON in JSON", body=json.dumps({"body": json.dumps({"refresh_token": LIVE})})),
    Place("reply number", secret=str(NUMBER), body=json.dumps({"client_secret": NUMBER})),
    Place("reply form", headers=(FORM,), body=f"access_token={quote_plus(LIVE)}&scope=repo"),
    Place("reply XML", headers=(XML,), body=f"<r><access_token>{html.escape(LIVE)}</access_token></r>"),
    Place("reply text", headers=(("Content-Type", "text/plain"),), body=f"access_token={quote_plus(LIVE)}"),
    Place("reply header", headers=(JSON, ("X-Auth-Token", LIVE))),
    Place("reply authorization", headers=(JSON, ("Authorization", f"Bearer {LIVE}"))),
    Place("set-cookie", headers=(JSON, ("Set-Cookie", f"sid={LONG}; Path=/")), secret=LONG),
    Place("link", headers=(JSON, ("Link", f"<https://a.example/?api_key={quote(LIVE, safe='')}>; rel=next"))),
    Place("echo of headers", body=json.dumps({"headers": {"Authorization": f"Basic {basic(LIVE)}"}})),
    Place("echo of a pair", settings={"password": LIVE}, body=json.dumps({"seen": f"Basic {basic(LIVE)}"})),
    Place("echo in a URL", settings={"api_key": LIVE}, body=json.dumps({"next": f"/me?k={quote(LIVE, safe='')}"})),
    Place("echo in lower case", settings={"api_key": LIVE}, body=json.dumps({"x": lower(LIVE)})),
    Place("refusal", status=401, body=json.dumps({"token": LONG, "error": "no"}), secret=LONG),
    Place("refusal of a known one", status=401, settings={"access_token": LONG}, body=f"no: {LONG}", secret=LONG),
    Place("undetected", settings={"access_token": LONG}, body=json.dumps({"seen": LONG}), secret=LONG),
]
APPLIED = [
    Place("header by apply", settings={"api_key": LIVE}, apply="headers('X-Api-Key': connection['api_key'])"),
    Place("parameter by apply", settings={"api_key": LIVE}, apply="params(k: connection['api_key'])"),
    Place("declared, by apply", settings={"pat": LIVE}, apply="params(k: connection['pat'])"),
    Place("declared, echoed", settings={"pat": LIVE}, body=json.dumps({"seen": LIVE})),
    Place("basic by apply", settings={"password": LIVE}, apply="user('grace'); password(connection['password'])"),
    Place(
        "number by apply",
        secret=str(NUMBER),
        settings={"password": NUMBER},
        apply="headers('X-N': connection['password'].to_s)",
    ),
    Place("unnamed header", settings={"api_key": LIVE}, apply="headers('X-N': \"v1:#{connection['api_key']}\")"),
    Place("Base64 by apply", settings={"api_key": LIVE}, apply="headers('X-N': connection['api_key'].encode_base64)"),
]
PLACES = [*SENT, *CAME, *APPLIED]


class Server:
    def __init__(self, *replies: WireResponse) -> None:
        self.replies = list(replies)

    def send(self, _request: WireRequest, **_given: Any) -> WireResponse:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def sent(place: Place) -> tuple[Call, Outcome]:
    source = APPLYING.replace(b"%s", place.apply.encode())
    args = place.request.arguments(place.settings, lambda _name: b"")
    call = Call(source, "request", args, settings=place.settings, path="connector.rb")
    reply = WireResponse(place.status, "", place.headers, place.body.encode())
    return call, run(call, Server(reply))


def spelled(secret: str) -> Iterator[str]:
    once = json.dumps(secret)[1:-1]
    yield from (secret, once, json.dumps(once)[1:-1], quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (html.escape(secret), html.escape(secret, quote=False), base64.b64encode(secret.encode()).decode())
    yield lower(secret)


def leaks(text: str, secret: str) -> list[str]:
    """Each spelling of ``secret``, or half of it, that ``text`` has; also in Base64."""
    text = f"{text}\n{unquote(text)}"
    found = [one for one in spelled(secret) if one in text]
    found += [half for half in (secret[: len(secret) // 2 + 2],) if half in text]
    for run_of_letters in re.findall(r"[A-Za-z0-9+/_-]{8,}", text):
        plain = run_of_letters.replace("-", "+").replace("_", "/")
        bytes_of = base64.b64decode(plain + "=" * (-len(plain) % 4)) if len(plain) % 4 != 1 else b""
        if secret.encode() in bytes_of:
            found.append(run_of_letters)
    return found


def exported(form: Callable[[WireRequest, Hide], str]) -> Callable[[Place], str]:
    def make(place: Place) -> str:
        call, outcome = sent(place)
        masks = masks_of(call.settings, outcome, call.args)
        requests = [one.request for one in outcome.exchanges]
        ways: list[Callable[[WireRequest], Hide]] = [
            lambda _one: Masked(masks),
            lambda one: Variables(one, call.settings, call.connector),
        ]
        return "\n".join(form(request, way(request)) for request in requests for way in ways)

    return make


def kept(place: Place) -> str:
    return json.dumps(place.request.without_secrets(place.settings).as_json(), ensure_ascii=False)


def title(place: Place) -> str:
    call, outcome = sent(place)
    return masks_of(call.settings, outcome, call.args).url(place.request.title)


def taped(place: Place) -> str:
    call, outcome = sent(place)
    made = tape(call, outcome, at=NOW)
    return cassette(made) + spec(made, name="connection/test", cassette="connection/test")


def archived(place: Place) -> str:
    call, outcome = sent(place)
    hide = Masked(masks_of(call.settings, outcome, call.args))
    return har(outcome.exchanges, lambda _request: hide, started=NOW, version="0")


def reported(place: Place) -> str:
    call, outcome = sent(place)
    title = f"GET {call.args['url']}"
    masks = masks_of(call.settings, outcome, call.args)
    return ticket(outcome, masks, title=title, started=NOW, source=b"", version="0")


def timeline(place: Place) -> str:
    call, outcome = sent(place)
    masks = masks_of(call.settings, outcome, call.args)
    return "\n".join(f"{masks.text(step.title)}\n{masks.text(step.detail)}" for step in outcome.steps)


def printed(place: Place) -> str:
    call, outcome = sent(place)
    seen = seen_of(call.settings, outcome, call.args)
    return "\n".join(
        story._exchange_text(exchange, seen) + story._one_line(exchange, seen) for exchange in outcome.exchanges
    )


def compared(place: Place) -> str:
    call, outcome = sent(place)
    other = Side("other", {}, run(Call(CONNECTOR, "test"), Server(WireResponse(200, "", (JSON,), b"[1]"))))
    lines = compare(Side("one", call.settings, outcome), other).lines
    return "\n".join(f"{line.name} {line.left} {line.right}" for line in lines)


def result(place: Place) -> str:
    call, outcome = sent(place)
    masks = masks_of(call.settings, outcome, call.args)
    return json.dumps(masks.value({"result": outcome.result, "error": outcome.error}), ensure_ascii=False)


def looked_at(place: Place) -> str:
    """What the window and the terminal show of it."""
    call, outcome = sent(place)
    seen = seen_of(call.settings, outcome, call.args)
    steps = [f"{seen.told.text(step.title)}\n{seen.told.text(step.detail)}" for step in outcome.steps]
    gave = seen.result(outcome).value({"result": outcome.result, "error": outcome.error})
    return "\n".join([*steps, json.dumps(gave, ensure_ascii=False)])


def told_of_an_option(place: Place) -> str:
    call, outcome = sent(place)
    masks = Cell("", "", outcome, call.settings).seen().told
    return "ran" if outcome.error is None else masks.text(str(outcome.error["message"]))


WAYS: dict[str, Callable[[Place], str]] = {
    "kept": kept,
    "title": title,
    "tape and spec": taped,
    "HAR": archived,
    "ticket": reported,
    "cURL": exported(curl),
    "cURL for Windows": exported(
        lambda request, hide: curl(request, hide, windows=True) if isinstance(hide, Masked) else ""
    ),
    "raw": exported(raw),
    "Ruby": exported(lambda request, hide: ruby(request, hide) if isinstance(hide, Variables) else ""),
    "timeline": timeline,
    "command line": printed,
    "comparison": compared,
    "result": result,
    "looked at": looked_at,
    "matrix": told_of_an_option,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name.replace(" ", "-"))
def test_no_secret_leaves(place: Place, way: str) -> None:
    text = WAYS[way](place)
    assert text or way == "Ruby"
    assert leaks(text, place.secret) == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name.replace(" ", "-"))
def test_each_place_is_one_where_the_secret_is(place: Place) -> None:
    call, outcome = sent(place)
    whole = [json.dumps([call.args, call.settings], ensure_ascii=False)]
    whole += [
        f"{one.request.url} {one.request.headers} {one.response.headers if one.response else ''} "
        f"{one.request.body.decode()} {one.response.body.decode() if one.response else ''}"
        for one in outcome.exchanges
    ]
    assert leaks("\n".join(whole), place.secret)


def test_no_cookie_is_taped_however_short() -> None:
    headers = (JSON, ("Set-Cookie", "sid=abc; Path=/; HttpOnly"), ("Set-Cookie", "gone=; Max-Age=0"))
    call = Call(CONNECTOR, "test", settings={"api_key": "k"})
    outcome = run(call, Server(WireResponse(200, "OK", headers, b"{}")))
    written = cassette(tape(call, outcome, at=NOW))
    assert "sid=COOKIE; Path=/; HttpOnly" in written and "abc" not in written
    assert "gone=; Max-Age=0" in written
