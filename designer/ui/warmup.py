"""What the first request needs is imported while the person looks around: a second of modules and tables."""

from __future__ import annotations

import gc

from designer.ui.jobs import Jobs, Task

__all__ = ["warm_up"]

_CONNECTOR = b"""{
  connection: { authorization: { type: 'custom_auth', apply: lambda { |c| headers('X-Key': c['key']) } } }
}"""


def warm_up(jobs: Jobs) -> None:
    """Begin, in a job of its own."""
    jobs.start("Warming up", _imported, done=lambda _none: _settle(), quiet=True)


def _imported(_task: Task) -> None:
    """Prepare a request, of which nothing leaves, and import what shows one."""
    import encodings.idna  # noqa: F401 - of host names, by the HTTP client's first connection

    import designer.ui.pages.timeline
    import designer.ui.widgets.comparison
    import designer.wire.compare  # noqa: F401
    from designer.project.codec import PsychCodec
    from designer.ui.runner import http_transport
    from designer.wire import Call, DryTransport, run
    from designer.wire.run_secrets import seen_of

    settings = {"key": "warm"}
    call = Call(_CONNECTOR, "request", args={"url": "https://localhost/"}, settings=settings, dry_run=True)
    seen_of(settings, run(call, DryTransport(), yaml=PsychCodec()))
    transport = http_transport()
    close = getattr(transport, "close", None)
    if close is not None:
        close()


def _settle() -> None:
    """Take what is there by now, modules for the most part, out of the garbage collector's sight: a look at all of it
    would hold the window up for a tenth of a second, again and again."""
    gc.freeze()
