"""``workato.parse_yaml`` and ``workato.render_yaml`` for the engine, whose own room has no YAML library."""

from __future__ import annotations

from typing import Any

from designer.project.errors import SettingsError
from designer.project.psych import load
from designer.project.psych_dump import dump


class PsychCodec:
    """Reads and writes YAML as Ruby's Psych does; hand it to ``designer.wire.run``."""

    def parse(self, text: str) -> Any:
        """Safe-loaded plain values. Raises ``ValueError`` with Psych's words."""
        try:
            return load(text)
        except SettingsError as error:
            raise ValueError(error.ruby_message) from error

    def render(self, value: Any) -> str:
        return dump(value)
