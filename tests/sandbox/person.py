"""A person at a browser without scripts, good enough to click through the provider's pages with httpx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

Decide = Callable[[str, str, str], bool]
"""Asked (method, URL, urlencoded form body) before each request; False means that it is not sent."""


@dataclass
class Form:
    """A form of a page: where it goes and what is in it."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.refresh: str | None = None
        self.links: dict[str, str] = {}
        self.script = ""
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_script = tag == "script"
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms and given.get("name"):
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))
        elif tag == "meta" and given.get("http-equiv") == "refresh":
            self.refresh = given["content"].partition("url=")[2]
        elif tag == "a" and "id" in given:
            self.links[given["id"]] = given["href"]

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.script += data


def read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


class Person:
    """Logs in as demo and answers the consent page; ``decide`` sees every navigation first, as a web view's hook does.

    ``stopped_at`` is the URL (and ``stopped_body`` the form) of the navigation that was not allowed.
    """

    def __init__(self, client: httpx.Client, decide: Decide, *, answer: str = "allow") -> None:
        self._client = client
        self._decide = decide
        self._answer = answer
        self.stopped_at = ""
        self.stopped_body = ""
        self.last: httpx.Response | None = None

    def open(self, url: str) -> None:
        """Go there and on, until a navigation is refused or a page asks for nothing."""
        method, body = "GET", ""
        for _ in range(20):
            if not self._decide(method, url, body):
                self.stopped_at, self.stopped_body = url, body
                return
            request = self._client.build_request(
                method,
                url,
                content=body.encode() if method == "POST" else None,
                headers={"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {},
            )
            self.last = self._client.send(request)
            following = self._next(self.last, method, body)
            if following is None:
                return
            method, target, body = following
            url = urljoin(url, target)
        raise AssertionError("the provider sends the browser round in circles")

    def _next(self, reply: httpx.Response, method: str, body: str) -> tuple[str, str, str] | None:
        if reply.is_redirect:
            kept = reply.status_code in {307, 308}
            return (method if kept else "GET", reply.headers["Location"], body if kept else "")
        page = read(reply.text)
        if page.refresh:
            return "GET", page.refresh, ""
        if "location.assign" in page.script or (page.links.get("continue") and not page.forms):
            return "GET", page.links["continue"], ""
        if reply.status_code != 200 or not page.forms or urlsplit(str(reply.url)).path == "/":
            return None
        form = page.forms[0]
        fields = dict(form.fields)
        for name, value in form.buttons:
            if value == self._answer:
                fields[name] = value
        return form.method.upper(), form.action or str(reply.url), urlencode(fields)


def reply_of(url: str) -> dict[str, str]:
    """Query parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
