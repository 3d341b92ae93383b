"""``authorize``: sign in with OAuth 2.0 through the system browser, the tokens go into the settings file."""

from __future__ import annotations

import argparse
import queue
import secrets
import threading
import webbrowser
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from designer.cli import files, runs, story
from designer.cli.console import Console
from designer.errors import UserError

if TYPE_CHECKING:
    from designer.oauth import Command, Ending, Flow, FormPosted, Navigated, Preparation
    from designer.wire.model import Call, Outcome
    from designer.wire.transport import Transport


def run(options: argparse.Namespace, console: Console) -> int:
    """``authorize``. Exit status 0 where tokens were obtained and the test is green; tokens of a red test are kept as
    well."""
    from designer.wire.http import HttpTransport
    from designer.wire.options import TransportOptions

    at = runs.moment(options.at)
    file, source = files.read(options.connector)
    store, settings = runs.open_settings(options, file.parent, console)
    if store is None:
        raise UserError(
            f"There is no settings.yaml in {file.parent} to keep the tokens in.",
            "Make one, or name one with --settings.",
        )
    call = runs.call_for(options, file, source, settings, at)
    redirect = options.redirect_url or f"http://localhost:{options.port}/oauth/callback"
    with closing(HttpTransport(TransportOptions())) as transport:
        sign_in = SignIn(call, transport, console, browser=not options.no_browser, seconds=options.timeout)
        outcome, ending = sign_in.perform(redirect)
    if sign_in.changed:
        store.update(options.connection, sign_in.settings)
    if console.json:
        document = outcome.as_json() if outcome else dict(options.failed)
        if not ending.signed_in and document.get("error") is None:
            document["error"] = {"class": "Designer::SignIn", "message": ending.message}
        console.document(document)
    elif outcome is not None:
        story.tell(outcome, settings, console)
    if ending.kind == "signed_in":
        console.note(f"{ending.message} The tokens are in the settings file.")
        return 0
    more = f"\n--timeout SECONDS allows more time ({options.timeout:g} were allowed)." * (ending.kind == "timed_out")
    console.fail(UserError(ending.message, ending.hint + more))
    return 1


class SignIn:
    """Carries out what the flow asks for. The listener's thread puts replies into a queue; everything else happens
    where ``perform`` was called."""

    def __init__(self, call: Call, transport: Transport, console: Console, *, browser: bool, seconds: float) -> None:
        self.settings: dict[str, Any] = dict(call.settings)
        self.changed = False
        self._call, self._transport, self._console = call, transport, console
        self._browser, self._seconds = browser, seconds
        self._commands: queue.SimpleQueue[tuple[Command, ...]] = queue.SimpleQueue()
        self._outcome: Outcome | None = None
        self._turn = threading.Lock()
        self._flow: Flow

    def perform(self, redirect_uri: str) -> tuple[Outcome | None, Ending]:
        """The token exchange, or None where it did not come to that, and how the sign-in ended.

        Raises ``UserError`` where the connector cannot say where to sign in, or the port is taken.
        """
        from designer.oauth import Flow, Listener, Started, TimedOut
        from designer.wire.throwaway import throwaway_context

        with Listener(redirect_uri, self._asked, secure=throwaway_context) as listener:
            config = self._prepared(listener.redirect_uri).config(listener.redirect_uri, secrets.token_hex(8))
            self._flow = Flow(config)
            waiting = [*self._flow.handle(Started())]
            while self._flow.ending is None or waiting:
                if not waiting:
                    try:
                        waiting = [*self._commands.get(timeout=self._seconds)]
                    except queue.Empty:
                        with self._turn:
                            waiting = [*self._flow.handle(TimedOut(self._seconds))]
                if waiting:
                    waiting = [*waiting[1:], *self._carry_out(waiting[0])]
        return self._outcome, self._flow.ending

    def _prepared(self, redirect_uri: str) -> Preparation:
        """What the connector says of its sign-in. Raises ``UserError``."""
        from designer.oauth import pkce, prepare
        from designer.project.codec import PsychCodec

        own = pkce.pair(secrets.token_bytes(pkce.PLATFORM_BYTES))
        call = replace(self._call, args={"redirect_uri": redirect_uri})
        prepared = prepare(call, self._transport, own, yaml=PsychCodec())
        if prepared.failure is not None:
            raise prepared.failure
        return prepared

    def _asked(self, event: Navigated | FormPosted) -> Ending | str | None:
        with self._turn:
            answer, commands = self._flow.handle_reply(event)
            self._commands.put(commands)
            return answer

    def _carry_out(self, command: Command) -> tuple[Command, ...]:
        from designer.oauth import ExchangeCode, OpenBrowser, RunTest, Store, outcomes

        match command:
            case OpenBrowser(url):
                self._open(url)
            case ExchangeCode(code, redirect_uri, verifier):
                args = {"auth_code": code, "redirect_uri": redirect_uri}
                outcome = self._run("token_exchange", args if verifier is None else {**args, "verifier": verifier})
                self._outcome = outcome
                return self._flow.handle(outcomes.exchanged(outcome, self.settings))
            case Store(tokens, extra):
                self.settings.update({**extra, **tokens})
                self.changed = True
            case RunTest():
                return self._flow.handle(outcomes.tested(self._run("test", {})))
        return ()

    def _open(self, url: str) -> None:
        if self._browser and webbrowser.open(url):
            self._console.note("The provider's page is open in your browser. If it is not, open this address yourself:")
        else:
            self._console.note("Open this address in a browser on this machine:")
        self._console.note(f"\n    {url}\n\nWaiting for the reply; Ctrl-C gives up.")

    def _run(self, operation: str, args: Mapping[str, Any]) -> Outcome:
        from designer.project.codec import PsychCodec
        from designer.wire.operations import run as run_call

        call = replace(self._call, operation=operation, args=args, settings=self.settings)
        return run_call(call, self._transport, yaml=PsychCodec())
