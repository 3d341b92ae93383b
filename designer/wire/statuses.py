"""Failures of the SDK's HTTP client (rest-client 2.1) and their words, which are its own and not the server's."""

from __future__ import annotations

from dataclasses import dataclass

REASONS = {
    100: "Continue", 101: "Switching Protocols", 102: "Processing",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
    205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
    300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    305: "Use Proxy", 306: "Switch Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Payload Too Large",
    414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
    418: "I'm A Teapot", 421: "Too Many Connections From This IP", 422: "Unprocessable Entity", 423: "Locked",
    424: "Failed Dependency", 425: "Unordered Collection", 426: "Upgrade Required", 428: "Precondition Required",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 449: "Retry With",
    450: "Blocked By Windows Parental Controls",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 505: "HTTP Version Not Supported", 506: "Variant Also Negotiates",
    507: "Insufficient Storage", 508: "Loop Detected", 509: "Bandwidth Limit Exceeded", 510: "Not Extended",
    511: "Network Authentication Required",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the SDK sees it. ``headers`` keep order; of repeated ones all values stand here."""

    code: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    url: str

    def header(self, name: str) -> str | None:
        """The values of ``name`` joined with ``", "``, or None."""
        values = [v for n, v in self.headers if n.lower() == name]
        return ", ".join(values) if values else None


class RestError(Exception):
    """An exception of rest-client on its way through the SDK, which shows most of them as ``RequestFailedError``.

    ``ruby_class`` is the class a lambda-free path (a token request) raises; ``timeout`` marks those that become
    ``RequestTimeoutError``.
    """

    def __init__(self, ruby_class: str, message: str, reply: Reply | None = None, *, timeout: bool = False) -> None:
        super().__init__(message)
        self.ruby_class = ruby_class
        self.message = message
        self.reply = reply
        self.timeout = timeout

    @property
    def code(self) -> int | None:
        return None if self.reply is None else self.reply.code


def status_error(reply: Reply) -> RestError:
    """What rest-client raises for a status that is no success."""
    reason = REASONS.get(reply.code)
    if reason is None:
        return RestError("RestClient::RequestFailed", f"HTTP status code {reply.code}", reply)
    name = "".join(c for c in reason if c not in " -'")
    return RestError(f"RestClient::{name}", f"{reply.code} {reason}", reply)
