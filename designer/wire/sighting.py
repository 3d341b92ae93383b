"""What ``detect_on`` and ``refresh_on`` see of a reply, entry by entry, asked again after the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.evaluator import EvaluationError, RArray, RHash, RubyError, Value, export, from_python, lookup
from designer.masking import Masks
from designer.wire.authorization import Authorization
from designer.wire.engine import Engine, YamlCodec
from designer.wire.model import Call, Exchange
from designer.wire.recorder import Recorder
from designer.wire.replies import BEGINNING, beginning, body_text
from designer.wire.signals import Candidate, Verdict, verdicts
from designer.wire.statuses import Reply, status_error
from designer.wire.transport import DryTransport

__all__ = ["Sighting", "sighting"]

_SHOWN = 64_000
"""Characters of a candidate that are told."""
_PARSED = 2_000_000
"""Bytes of a reply that is asked about whole: to parse more takes longer than anybody waits for an answer."""
_ASKED = ("request", "retry", "redirect", "digest")
_NEVER = {
    "acquire": "acquire made this request itself: its reply is acquire's own business.",
    "refresh": "refresh made this request itself: its reply is refresh's own business.",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """``key`` is "detect_on" or "refresh_on", "" where neither is asked; ``summary`` says what comes of it;
    ``candidates`` are what the entries are held against: a name, and the text as Ruby spells it, secrets hidden."""

    key: str
    summary: str
    verdicts: tuple[Verdict, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()


def sighting(call: Call, exchange: Exchange, masks: Masks, yaml: YamlCodec | None = None) -> Sighting:
    """Hold the reply of ``exchange`` against the entries of ``call``'s connector. Sends nothing."""
    response = exchange.response
    if response is None or exchange.purpose not in _ASKED:
        return Sighting("", _NEVER.get(exchange.purpose, "No reply came, so no entry is asked."))
    if 300 <= response.status < 400:
        return Sighting("", f"{response.status} is a redirect: entries are held against the reply at its end.")
    engine = Engine(call, Recorder(DryTransport()), yaml)
    try:
        reply = Reply(response.status, response.headers, response.body, exchange.request.url)
        made: Sighting = engine.vm.running(_sighting, engine, exchange, reply, masks)
        return made
    except EvaluationError as error:
        return Sighting("", f"The entries cannot be asked: {masks.text(error.message)}")
    finally:
        engine.close()


def _sighting(engine: Engine, exchange: Exchange, reply: Reply, masks: Masks) -> Sighting:
    connection = engine.connection
    success = 200 <= reply.code <= 207
    key = "detect_on" if success else "refresh_on"
    candidates = _success(engine, exchange, reply) if success else _failure(reply)
    patterns: Sequence[Value] = ()
    authorization = connection.authorization if connection.has_authorization else None
    if authorization is not None and authorization.reauthorizable:
        patterns = authorization.detect_on if success else authorization.refresh_on
    judged = verdicts(engine.vm, patterns, candidates, forgiving=success)
    found = next((one for one in judged if one.recognised), None)
    if authorization is None or not authorization.reauthorizable:
        why = "the connector has neither acquire nor OAuth 2.0 to refresh with, so no entry is asked"
    elif found is not None:
        why = f"{key}[{found.place}] recognises {found.recognised[0]}" + ("" if success else " and starts a refresh")
    elif patterns:
        why = f"no entry of {key} recognises it"
    else:
        why = f"there is no {key}" + ("" if success else ", and so any failure starts a refresh")
    verdict = "counts as a success" if success and found is None else "is a refusal" if success else "is a failure"
    told = tuple((name, _told(engine, name, value, reply, masks)) for name, value in candidates)
    about = f" Only its first {BEGINNING:,} characters were asked about." if len(reply.body) > _PARSED else ""
    return Sighting(key, f"The reply {verdict}: {why}.{about}", judged, told)


def _success(engine: Engine, exchange: Exchange, reply: Reply) -> list[Candidate]:
    """The body as text, then what the format that the request asked for makes of it."""
    if len(reply.body) > _PARSED:
        return [("the beginning of the body", beginning(reply))]
    body = body_text(reply)
    seen: list[Candidate] = [("the body as text", body)]
    # The format asked for is what the SDK put into Accept.
    accept = next((value for name, value in exchange.request.headers if name.lower() == "accept"), "")
    try:
        if "json" in accept:
            parsed = engine.vm.send(lookup("JSON"), "parse", [body]) if body.s.strip() else RHash()
        elif "xml" in accept:
            parsed = engine.vm.send(body, "from_xml")
        else:
            return seen
    except RubyError:
        return seen  # the run ended in the SDK's format error, and nothing more was asked
    return [*seen, ("the parsed body", parsed)]


def _failure(reply: Reply) -> list[Candidate]:
    body = beginning(reply) if len(reply.body) > _PARSED else body_text(reply)
    return Authorization.refresh_candidates(reply.code, body, status_error(reply).message)


def _told(engine: Engine, name: str, value: Value, reply: Reply, masks: Masks) -> str:
    if name in ("the body", "the body as text", "the beginning of the body"):
        kind = next((given for header, given in reply.headers if header.lower() == "content-type"), "")
        whole = len(reply.body) <= _SHOWN
        # Looked through beyond what is told: a part of a secret would not be known for one.
        text = masks.body(reply.body[: _SHOWN + 8192].decode("utf-8", "replace"), kind)
        return text if whole else f"{text[:_SHOWN]}\n… {len(reply.body) - _SHOWN:,} bytes more"
    if isinstance(value, RHash | RArray) and len(reply.body) > _SHOWN:
        return f"{'a Hash' if isinstance(value, RHash) else 'an Array'} of {len(value):,} entries"
    return engine.vm.inspect(from_python(masks.value(export(value))))
