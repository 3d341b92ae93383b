"""What can keep the provider from starting."""

from __future__ import annotations

from designer.errors import UserError


class SandboxError(UserError):
    """The provider cannot start, for a reason outside of it: a port in use or forbidden."""
