"""How the requests of a command travel: proxy, TLS, HTTP version, time-out and redirects."""

from __future__ import annotations

import argparse
import getpass
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from designer.cli.arguments import demand_file, read_text
from designer.cli.console import UsageError

if TYPE_CHECKING:
    from designer.wire.options import TransportOptions

_LONGEST = 3600.0


def transport_options(options: argparse.Namespace) -> TransportOptions:
    """The transport's options as they were given. Raises ``UsageError`` for what cannot be meant."""
    from designer.wire.options import TransportOptions

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
        client_key=_key(options.client_key, options.client_certificate),
        client_passphrase=_passphrase(options.client_passphrase, options.client_certificate),
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


def _passphrase(source: str | None, certificate: Path | None) -> str | None:
    """The passphrase from where it is kept. It is never an argument itself: every process may read those."""
    if source is None:
        return None
    if certificate is None:
        raise UsageError("--client-passphrase opens the key of --client-certificate, which is not given.")
    kind, _, name = source.partition(":")
    if kind == "env" and name:
        if name not in os.environ:
            raise UsageError(f"--client-passphrase: the environment has no variable {name}.", "Export it first.")
        return os.environ[name]
    if kind == "file" and name:
        return read_text(Path(name), "--client-passphrase").rstrip("\r\n")
    if source == "ask":
        return _asked(certificate)
    hint = "Give env:NAME, file:PATH or ask; the passphrase itself would stand in the list of processes."
    raise UsageError("--client-passphrase says where the passphrase is.", hint)


def _key(path: Path | None, certificate: Path | None) -> str | None:
    if path is not None and certificate is None:
        raise UsageError("--client-key belongs to --client-certificate, which is not given.")
    return _file(path, "--client-key")


def _asked(certificate: Path) -> str:
    if not sys.stdin.isatty():
        raise UsageError("--client-passphrase ask needs a terminal to ask at.", "Give env:NAME or file:PATH instead.")
    try:
        return getpass.getpass(f"Passphrase of the key in {certificate.name}: ")
    except EOFError:
        raise UsageError("No passphrase was given.") from None


def _file(path: Path | None, name: str) -> str | None:
    if path is not None:
        demand_file(path, name)
    return None if path is None else str(path)
