"""Connectors to read: those of the recorded conformance cases, and a few more written for these tests."""

from __future__ import annotations

from pathlib import Path

RECORDED = sorted((Path(__file__).parent.parent / "vectors" / "recordings").rglob("*.rb"))


def connector(inside: str, test: str = "get('me')") -> str:
    """A whole connector around the inside of a connection."""
    head = f"{{\n  title: 'Example',\n\n  connection: {{\n{inside}\n  }},\n\n"
    return f"{head}  test: lambda do |_connection|\n    {test}\n  end\n}}\n"
