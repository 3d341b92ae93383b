"""What the Gemfile of a connector project says."""

from __future__ import annotations

from pathlib import Path

GEM = "workato-connector-sdk"
"""The official SDK."""


def names_the_gem(folder: Path) -> bool:
    """Whether the Gemfile that Bundler would take in ``folder`` names the official SDK. One that cannot be read does
    not."""
    for place in (folder.absolute(), *folder.absolute().parents):
        gemfile = place / "Gemfile"
        try:
            if gemfile.is_file():
                return GEM in gemfile.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
    return False
