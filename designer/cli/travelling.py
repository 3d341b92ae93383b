"""How the requests of a command travel: proxy, TLS, HTTP version, time-out and redirects."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.arguments import demand_file
from designer.cli.console import UsageError

if TYPE_CHECKING:
    from designer.wire.http import TransportOptions

_LONGEST = 3600.0


def transport_options(options: argparse.Namespace) -> TransportOptions:
    """The transport's options as they were given. Raises ``UsageError`` for what cannot be meant."""
    from designer.wire.http import TransportOptions

    timeout = options.timeout
    if timeout is not None and not (math.isfinite(timeout) and 0 < timeout <= _LONGEST):
        raise UsageError(f"--timeout {timeout:g} is no time to wait.", f"Give seconds, up to {_LONGEST:g}.")
    return TransportOptions(
        verify=not options.no_verify,
        ca_file=_file(options.ca_file, "--ca-file"),
        proxy=_proxy(options.proxy),
        trust_env=options.system_proxy,
        http2=options.http2,
        timeout=timeout,
        client_certificate=_file(options.client_certificate, "--client-certificate"),
    )


def redirects_of(options: argparse.Namespace) -> bool | None:
    """Whether redirects are followed where the code does not say; None for the SDK's own rule."""
    return {"follow": True, "stop": False}.get(options.redirects)


def _proxy(given: str | None) -> str | None:
    from designer.wire.proxy import ProxyError, read_proxy

    if given is None:
        return None
    try:
        read_proxy(given)
    except ProxyError as error:
        raise UsageError(str(error), "--proxy is http://[user:password@]host:port.") from None
    return given


def _file(path: Path | None, name: str) -> str | None:
    if path is not None:
        demand_file(path, name)
    return None if path is None else str(path)
