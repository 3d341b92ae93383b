"""A proposal becomes an edit of the document."""

from __future__ import annotations

from designer.connection.kinds import KINDS
from designer.connection.switch import carry_for, switch_kind
from designer.importing.model import Proposal
from designer.ruby import Change, Document, compose
from designer.ruby.values import RubyCode

__all__ = ["apply_proposal"]


def apply_proposal(doc: Document, proposal: Proposal, pointer: str = "/connection/authorization") -> Change:
    """The document with the proposal's authorization at ``pointer``, and its base URI where there is none yet.

    Raises ``EditError`` where ``pointer`` is no place for an authorization.
    """
    kind = KINDS[proposal.kind]
    params = {**kind.defaults(carry_for(doc, pointer)), **proposal.parameters}
    steps = [lambda now: switch_kind(now, pointer, proposal.kind, params)]
    if proposal.base_uri and doc.find("/connection/base_uri") is None:
        code = RubyCode(f"lambda do |_connection|\n  {_literal(proposal.base_uri)}\nend")
        steps.append(lambda now: now.insert("/connection/base_uri", code))
    return compose(doc, *steps)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
