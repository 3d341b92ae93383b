"""``sandbox``: the built-in provider, on its own."""

from __future__ import annotations

import argparse
from contextlib import suppress

from designer.cli.console import Console


def run(options: argparse.Namespace, console: Console) -> int:
    """``sandbox``: serve the built-in provider until Ctrl-C."""
    from designer.sandbox import serve

    def ready(origin: str) -> None:
        if console.json:
            console.document({"origin": origin})
        else:
            console.say(f"The sandbox provider is at {origin}")
            console.say("Its home page lists clients, users and keys. Ctrl-C stops it.")
        console.out.flush()

    # Ctrl-C is how it ends, whether it comes while serving or just before.
    with suppress(KeyboardInterrupt):
        serve(options.port, on_ready=ready)
    return 0
