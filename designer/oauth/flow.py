"""The authorization code flow (RFC 6749 §4.1) as a state machine: events in, commands out, no I/O.

    flow = Flow(FlowConfig(...))
    for command in flow.handle(Started()): ...

``state`` and ``iss`` are verified before a code is used, a code is used once, and nothing is taken for the callback
but the redirect URL itself. ``steps`` and ``trace`` say at every moment what happened so far.
"""

from __future__ import annotations

from dataclasses import replace

from designer.masking import mask_url
from designer.oauth import redirect, reply
from designer.oauth.errors import OAuthError
from designer.oauth.explain import explain
from designer.oauth.progress import STEPS, FlowConfig, Hop, StepState
from designer.oauth.protocol import (
    Allow,
    Command,
    Ending,
    Event,
    ExchangeCode,
    Exchanged,
    ExchangeFailed,
    Finish,
    FormPosted,
    Loaded,
    Navigated,
    OpenBrowser,
    Refuse,
    RunTest,
    Started,
    Store,
    TestFailed,
    TestPassed,
    TimedOut,
    WindowClosed,
)
from designer.oauth.reply import Reply
from designer.oauth.request import browser_url, parameters_of
from designer.oauth.verify import notes_on, objection, without_code

_PAGES = frozenset({"http", "https", "about", "blob", "data"})


class Flow:
    """See the module. Not thread-safe: the caller hands in events one after another."""

    def __init__(self, config: FlowConfig) -> None:
        self.config = config
        self.steps: tuple[StepState, ...] = tuple(StepState(key, title) for key, title in STEPS.items())
        self.trace: tuple[Hop, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.ending: Ending | None = None
        self.redirect_uri = config.redirect_uri
        """The redirect URL the provider is really given: the author's, where one is written into the URL."""
        self.opened = ""
        """Where the browser was sent, with the state in it: not to be shown as it is. "" before."""
        self._state = config.state
        self._awaits_reply = False
        self._code_used = False

    def handle(self, event: Event) -> tuple[Command, ...]:
        """What to do about ``event``. After the end navigations are refused and everything else is passed over."""
        match event:
            case Navigated() | FormPosted():
                return self._navigated(event)
            case Loaded():
                return self._loaded(event)
            case _ if self.ending is not None:
                return ()
            case Started():
                return self._started()
            case WindowClosed(stopped):
                return self._closed(stopped)
            case TimedOut(seconds):
                return self._timed_out(seconds)
            case Exchanged():
                return self._exchanged(event)
            case ExchangeFailed():
                return self._exchange_failed(event)
            case TestPassed(detail):
                self._mark("test", "done", detail or "The test ran through.")
                return self._finish(Ending("signed_in", "Signed in, and the test is green."))
            case TestFailed(message, line):
                where = f" (line {line})" if line else ""
                self._mark("test", "failed", message + where)
                return self._finish(
                    Ending(
                        "test_failed",
                        f"Signed in, but the test failed: {message}{where}",
                        "The tokens are stored. The console shows the request that failed.",
                    )
                )

    def handle_reply(self, event: Navigated | FormPosted) -> tuple[Ending | str | None, tuple[Command, ...]]:
        """What reached the loopback listener: what it is to answer (see ``listener.Ask``), and what to do then."""
        first, *rest = self.handle(event)
        why = first.why if isinstance(first, Refuse) else ""
        return (self.ending if isinstance(first, Refuse) and first.caught else why), tuple(rest)

    def step(self, key: str) -> StepState:
        """The step of that key."""
        return next(step for step in self.steps if step.key == key)

    # Authorize

    def _started(self) -> tuple[Command, ...]:
        config = self.config
        if self._awaits_reply:
            return ()
        try:
            redirect.check(config.redirect_uri)
            url = browser_url(
                config.authorization_url,
                client_id=config.client_id,
                redirect_uri=config.redirect_uri,
                state=config.state,
                pkce=config.pkce,
            )
            sent = parameters_of(url)
            self.redirect_uri = redirect.check(sent.get("redirect_uri", ""))
        except OAuthError as error:
            self._mark("authorize", "failed", error.message)
            return self._finish(Ending("failed", error.message, error.hint))
        self._state = sent.get("state", "")
        self.notes = notes_on(
            sent,
            redirect_uri=config.redirect_uri,
            state=config.state,
            client_id=config.client_id,
            challenge=config.pkce.challenge if config.pkce else None,
        )
        if not self._state:
            self._mark("authorize", "failed", "The authorization URL has an empty state.")
            return self._finish(
                Ending(
                    "failed",
                    "The authorization URL sets an empty state, so no reply could be told from a forged one.",
                    "Remove state from authorization_url: the platform adds its own.",
                )
            )
        self.opened = url
        self._awaits_reply = True
        self._mark("authorize", "done", mask_url(url))
        self._mark("consent", "now", "Waiting for the provider's page.")
        return (OpenBrowser(url),)

    # Consent

    def _navigated(self, event: Navigated | FormPosted) -> tuple[Command, ...]:
        verdict = redirect.match(self.redirect_uri, event.url)
        method = "POST" if isinstance(event, FormPosted) else event.method
        frame = "listener" if event.from_listener else "page" if event.is_main_frame else "frame"
        hop = Hop(mask_url(event.url), method, frame, verdict, allowed=False)
        if not verdict.matches:
            return self._elsewhere(hop, event.url)
        answer = _read_reply(event)
        hop = replace(hop, carried=_carried(answer))
        if self.ending is not None or not self._awaits_reply:
            why = "this sign-in is over: a code is used once" if self._code_used else "no sign-in is waiting for it"
            return self._refuse(hop, f"A reply at the redirect URL, but {why}.")
        if not event.is_main_frame:
            return self._refuse(hop, "A frame inside the page went to the redirect URL; only the page itself may.")
        if isinstance(event, Navigated) and method == "POST" and not answer.where:
            # The body follows as FormPosted; the request must not leave meanwhile.
            return self._refuse(hop, "The reply comes in a form body.", caught=True)
        return self._replied(hop, answer, passed_over=event.from_listener)

    def _elsewhere(self, hop: Hop, url: str) -> tuple[Command, ...]:
        scheme = url.partition(":")[0].lower()
        if hop.frame == "listener":
            return self._refuse(hop, f"Not the redirect URL: {hop.verdict.reason}.")
        if scheme not in _PAGES:
            if scheme == "javascript":
                return self._refuse(hop, "A javascript: address is never opened.")
            return self._refuse(hop, f"Addresses of the kind {scheme}: are not opened while signing in.")
        if scheme == "data" and hop.frame == "page":
            return self._refuse(hop, "A data: address as the page itself has no origin to trust.")
        if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]:
            return self._refuse(hop, f"An address with a user name before the host: {hop.verdict.reason}.")
        if self.ending is not None:
            return self._refuse(hop, "This sign-in is over; nothing more is opened.")
        self._add(
            replace(hop, allowed=True, carried=_carried(_read_reply(Navigated(url))) if hop.verdict.resembles else "")
        )
        return (Allow(),)

    def _loaded(self, event: Loaded) -> tuple[Command, ...]:
        shown = mask_url(event.url)
        for index in range(len(self.trace) - 1, -1, -1):
            hop = self.trace[index]
            if hop.url == shown and hop.allowed:
                changed = replace(hop, status=event.status, failure=event.failure, cookies=event.cookies)
                self.trace = (*self.trace[:index], changed, *self.trace[index + 1 :])
                break
        if self.step("consent").status == "now":
            detail = f"The page did not load: {event.failure}" if event.failure else "The provider's page is open."
            self._mark("consent", "now", detail)
        return ()

    def _closed(self, stopped: bool) -> tuple[Command, ...]:
        if self._code_used:
            return ()
        what = "The sign-in was stopped" if stopped else "The window was closed"
        last = next((hop for hop in reversed(self.trace) if hop.allowed and hop.frame == "page"), None)
        if last is not None and last.failure:
            self._mark("consent", "failed", f"{what}. The page did not load: {last.failure}")
            hint = "Check the authorization URL, then sign in again."
            return self._finish(Ending("cancelled", f"{what}: the provider's page did not load.", hint))
        self._mark("consent", "failed", f"{what}.")
        return self._finish(Ending("cancelled", f"{what} before the provider answered.", "Sign in again."))

    def _timed_out(self, seconds: float) -> tuple[Command, ...]:
        if self._code_used:
            return ()
        self._mark("consent", "failed", f"No reply within {seconds:g} s.")
        return self._finish(
            Ending(
                "timed_out",
                f"The provider did not answer within {seconds:g} seconds.",
                f"If its page says the redirect URL is wrong, register {self.redirect_uri} there. "
                "Allow more time where the consent takes longer.",
            )
        )

    # Code

    def _replied(self, hop: Hop, answer: Reply, *, passed_over: bool) -> tuple[Command, ...]:
        config = self.config
        problem = objection(answer, state=self._state, issuer=config.issuer, issuer_announced=config.issuer_announced)
        if problem is not None and passed_over:
            # Any page in any browser can call the listener: what is not ours must not be able to end the sign-in.
            return self._refuse(hop, problem.message)
        if problem is not None:
            self._mark("consent", "failed", problem.message)
            return self._reject(hop, problem)
        if answer.get("error"):
            return self._provider_said_no(hop, answer)
        code = answer.get("code")
        if code is None:
            self._mark("consent", "done", "The provider sent the browser back.")
            self._mark("code", "failed", "There is no code in the reply.")
            return self._reject(hop, without_code(answer))
        self._code_used = True
        self._awaits_reply = False
        self._mark("consent", "done", "The provider sent the browser back.")
        self._mark("code", "done", f"Code received in the {answer.where}; state verified{self._iss_detail(answer)}.")
        self._mark("tokens", "now", "Exchanging the code.")
        self._add(hop)
        verifier = self.config.pkce.verifier if self.config.pkce else None
        caught = Refuse(hop.url, "This is the redirect URL: the reply was read and nothing was sent to it.", True)
        return (caught, ExchangeCode(code, self.redirect_uri, verifier))

    def _iss_detail(self, answer: Reply) -> str:
        given = answer.get("iss")
        if given is None:
            return ""
        return ", issuer verified" if self.config.issuer else f", issuer {given} not verified (not known beforehand)"

    def _provider_said_no(self, hop: Hop, answer: Reply) -> tuple[Command, ...]:
        error, description = answer.get("error") or "", answer.get("error_description") or ""
        told = explain(error, description, at="authorize")
        shown = f"{error}: {description}" if description else error
        self._mark("consent", "failed", shown)
        if answer.get("state") is None:
            self._note("The error came without state; it is shown all the same, since nothing is taken from it.")
        self._awaits_reply = False
        self._add(hop)
        kind = "refused" if told.refusal else "failed"
        ending = Ending(
            kind, f"The provider answered {shown}. {told.meaning}", told.advice, error, answer.get("error_uri")
        )
        caught = Refuse(hop.url, "This is the redirect URL: the error was read and nothing was sent to it.", True)
        return (caught, *self._finish(ending))

    # Tokens and test

    def _exchanged(self, event: Exchanged) -> tuple[Command, ...]:
        if self.step("tokens").status != "now":
            return ()
        tokens = event.tokens
        if "error" in tokens and not tokens.get("access_token"):
            description = str(tokens.get("error_description") or "")
            return self._tokens_failed(str(tokens["error"]), description, "The provider answered 200 with an error. ")
        if not tokens.get("access_token"):
            self._note("The reply has no access_token: apply will be given nil.")
            detail = "A reply without access_token."
        else:
            kept = "with" if tokens.get("refresh_token") else "without"
            detail = f"Access token received, {kept} a refresh token."
        self._mark("tokens", "done", detail)
        store = Store(tokens, event.extra)
        if not self.config.run_test:
            return (store, *self._finish(Ending("signed_in", "Signed in.")))
        self._mark("test", "now", "Running the connector's test.")
        return (store, RunTest())

    def _exchange_failed(self, event: ExchangeFailed) -> tuple[Command, ...]:
        if self.step("tokens").status != "now":
            return ()
        error, description = reply.error_in(event.body)
        if error:
            return self._tokens_failed(error, description, f"The token request failed ({event.message}). ")
        where = f" (line {event.line})" if event.line else ""
        self._mark("tokens", "failed", event.message + where)
        return self._finish(
            Ending(
                "failed",
                f"The code could not be exchanged: {event.message}{where}",
                "The timeline shows the token request as it was sent, and the reply.",
            )
        )

    def _tokens_failed(self, error: str, description: str, opening: str) -> tuple[Command, ...]:
        told = explain(error, description, at="token")
        shown = f"{error}: {description}" if description else error
        self._mark("tokens", "failed", shown)
        return self._finish(Ending("failed", f"{opening}{shown}. {told.meaning}", told.advice, error))

    # What every answer is made of

    def _refuse(self, hop: Hop, why: str, *, caught: bool = False) -> tuple[Command, ...]:
        self._add(hop if caught else replace(hop, failure=why))
        return (Refuse(hop.url, why, caught),)

    def _reject(self, hop: Hop, ending: Ending) -> tuple[Command, ...]:
        self._awaits_reply = False
        return (*self._refuse(hop, ending.message), *self._finish(ending))

    def _finish(self, ending: Ending) -> tuple[Command, ...]:
        self.ending = ending
        self._awaits_reply = False
        return (Finish(ending),)

    def _mark(self, key: str, status: str, detail: str) -> None:
        self.steps = tuple(
            replace(step, status=status, detail=detail) if step.key == key else step for step in self.steps
        )

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes = (*self.notes, text)

    def _add(self, hop: Hop) -> None:
        self.trace = (*self.trace, hop)


def _read_reply(event: Navigated | FormPosted) -> Reply:
    if isinstance(event, FormPosted) and (posted := reply.from_form(event.body)).where:
        return posted
    # A 307 after the consent form repeats that form's body and has the reply in the URL.
    try:
        return reply.from_url(event.url)
    except ValueError:
        return Reply("")


def _carried(answer: Reply) -> str:
    names = [name for name in ("code", "error", "access_token", "id_token", "state", "iss") if answer.get(name)]
    return f"{', '.join(names)} in the {answer.where}" if names and answer.where else ""
