"""What is verified about a sign-in's request and reply before a code is used."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from designer.oauth.protocol import Ending
from designer.oauth.reply import Reply


def objection(answer: Reply, *, state: str, issuer: str | None = None, issuer_announced: bool = False) -> Ending | None:
    """Why a reply at the redirect URL is not to be believed, or None: repeated parameters (RFC 6749 §3.1), ``state``
    missing or another (§10.12), ``iss`` another or promised and missing (RFC 9207 §2.4).

    An error without ``state`` passes: it takes nothing from the reply, and hiding it would leave the person waiting.
    """
    if answer.repeated:
        return Ending(
            "rejected",
            f"The reply gives {answer.repeated[0]} more than once, so it is not believed (RFC 6749 §3.1).",
            "Sign in again; if it stays, the provider or something in between is broken.",
        )
    given = answer.get("state")
    if given is None and not answer.get("error"):
        return Ending(
            "rejected",
            "The reply has no state, so it may belong to somebody else's sign-in. Nothing in it was used.",
            "A provider has to return state unchanged (RFC 6749 §4.1.2). Sign in again from this page.",
        )
    if given is not None and not hmac.compare_digest(given.encode(), state.encode()):
        return Ending(
            "rejected",
            "The reply has another state than this sign-in sent: it is old or forged. Nothing in it was used.",
            "Sign in again from this page, and finish in the window that opens.",
        )
    return _wrong_issuer(answer, issuer, announced=issuer_announced)


def _wrong_issuer(answer: Reply, expected: str | None, *, announced: bool) -> Ending | None:
    # Compared as plain strings (RFC 9207 §2.4); a promised iss that is missing is as bad as a wrong one.
    given = answer.get("iss")
    if expected is None or given == expected or (given is None and not announced):
        return None
    said = f"comes from {given}" if given else "does not name its issuer, though the provider promises to"
    return Ending(
        "rejected",
        f"The reply {said}; expected {expected} (RFC 9207). Nothing in it was used.",
        "Another provider may be answering in this one's place. Check the issuer and the authorization URL.",
    )


def without_code(answer: Reply) -> Ending:
    """Ending for a believable reply that has no code."""
    if answer.get("access_token") or answer.get("id_token"):
        return Ending(
            "failed",
            "The provider answered with a token instead of a code (implicit grant), which the platform cannot use.",
            "Write response_type=code into authorization_url.",
        )
    return Ending(
        "failed",
        "The provider sent the browser back with neither a code nor an error.",
        "Check response_type in authorization_url; the trace shows the URL that came back.",
    )


def notes_on(
    sent: Mapping[str, str], *, redirect_uri: str, state: str, client_id: str | None, challenge: str | None
) -> tuple[str, ...]:
    """What the author should know about the parameters ``sent``, where those written into ``authorization_url`` won
    over ours (as they do with the official CLI)."""
    notes = []
    if sent.get("redirect_uri") != redirect_uri:
        notes.append(
            f"authorization_url has its own redirect_uri, {sent.get('redirect_uri')}: the provider is given that one, "
            f"not {redirect_uri}."
        )
    if sent.get("state") != state:
        notes.append("authorization_url has its own state, the same each time: it does not protect the sign-in.")
    if client_id and sent.get("client_id") != client_id:
        notes.append("authorization_url has its own client_id, which wins over the one of the authorization.")
    if not sent.get("client_id"):
        notes.append("client_id is empty: the provider cannot know who asks.")
    if challenge is not None and sent.get("code_challenge") != challenge:
        notes.append("authorization_url has its own code_challenge: the verifier will not fit it.")
    if "response_type" not in sent:
        notes.append("authorization_url has no response_type; most providers insist on response_type=code.")
    elif sent["response_type"] != "code":
        notes.append(f"response_type is {sent['response_type']}: the platform works with a code only.")
    return tuple(notes)
