"""A web site whose authorization page is whatever a test makes it, and which remembers every path it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Loopback

Page = Callable[["HostileSite", str], str]
"""HTML of the authorization page; the second argument is the ``state`` it was asked with. ``>URL`` redirects there,
``!401`` asks for user name and password, ``!403`` asks and takes none."""


class HostileSite(Loopback):
    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.logins: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                site.asked.append(parts.path)
                site.agents.append(self.headers.get("User-Agent", ""))
                given = self.headers.get("Authorization", "")
                if given:
                    site.logins.append(given)
                state = parse_qs(parts.query).get("state", [""])[0]
                body = page(site, state) if parts.path == "/oauth/authorize" else "<h1>elsewhere</h1>"
                if body.startswith(">"):
                    self.send_response(302)
                    self.send_header("Location", body[1:])
                    body = ""
                elif body == "!403" or (body == "!401" and not given):
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="The harbour office"')
                else:
                    self.send_response(200)
                content = body.encode()
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        super().__init__(Handler)
