"""How the authorization reply travels back to the client, with the quirks real providers have."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, redirect, render_template, request

from designer.sandbox.authorization import issuer
from designer.sandbox.quirks import Quirks

_OURS = {"code", "state", "error", "error_description", "error_uri"}
_MODES = {"query", "fragment", "form_post"}


def deliver(location: str, quirks: Quirks, asked: str | None = None) -> Response:
    """Reply whose parameters authlib put into ``location``'s query, sent the way the quirks want it, or as the request
    ``asked`` for (its ``response_mode``, read from the present request by default)."""
    parts = urlsplit(location)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name not in _OURS]
    reply = _with_quirks({name: value for name, value in pairs if name in _OURS}, quirks)
    mode = quirks.choice("response_mode")
    if mode == "as asked":
        mode = request.values.get("response_mode", "query") if asked is None else asked
    if mode not in _MODES:
        mode = "query"
    if mode == "form_post":
        target = urlunsplit(parts._replace(query=urlencode(kept)))
        page = render_template("form_post.html", target=target, fields=reply)
        return _fresh(Response(page))
    if mode == "fragment":
        url = urlunsplit(parts._replace(query=urlencode(kept), fragment=urlencode(reply)))
    else:
        url = urlunsplit(parts._replace(query=urlencode(kept + list(reply.items()))))
    return send_to(url, quirks.choice("redirect_by"))


def send_to(url: str, by: str) -> Response:
    """A reply that takes the browser to ``url``: by a status ("302", "303", "307"), "script", "meta" or "link"."""
    if by.isdecimal():
        return _fresh(_plain(redirect(url, int(by))))
    return _fresh(Response(render_template("onward.html", url=url, by=by)))


def _with_quirks(reply: dict[str, str], quirks: Quirks) -> dict[str, str]:
    state, iss = quirks.choice("state"), quirks.choice("iss")
    if state == "missing":
        reply.pop("state", None)
    elif state == "wrong":
        reply["state"] = "not-the-state-you-sent"
    if iss == "right":
        reply["iss"] = issuer()
    elif iss == "wrong":
        reply["iss"] = "https://issuer.evil.example"
    return reply


def _plain(reply: object) -> Response:
    assert isinstance(reply, Response)
    return reply


def _fresh(reply: Response) -> Response:
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Referrer-Policy"] = "no-referrer"
    return reply
