"""Other tools' descriptions of an API become an edit of the document."""

from designer.importing.apply import apply_proposal
from designer.importing.model import ImportFailed, Proposal
from designer.importing.read import read_source

__all__ = ["ImportFailed", "Proposal", "apply_proposal", "read_source"]
