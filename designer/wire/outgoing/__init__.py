"""Requests and replies on their way out of the program: to a shell, a browser's tools, a connector, a ticket."""

from designer.wire.outgoing.curl import curl, curl_with_notes
from designer.wire.outgoing.curl_way import Way, way_of
from designer.wire.outgoing.har import har
from designer.wire.outgoing.raw import raw
from designer.wire.outgoing.ruby import ruby
from designer.wire.outgoing.secrecy import AS_SENT, Hide, Masked, Pieces, Variable, Variables
from designer.wire.outgoing.ticket import ticket

__all__ = [
    "AS_SENT",
    "Hide",
    "Masked",
    "Pieces",
    "Variable",
    "Variables",
    "Way",
    "curl",
    "curl_with_notes",
    "har",
    "raw",
    "ruby",
    "ticket",
    "way_of",
]
