"""A curl command that sends the same request."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Callable
from itertools import groupby

from designer.secrecy import is_token_like
from designer.wire.model import WireRequest
from designer.wire.outgoing.curl_way import Way, travelled
from designer.wire.outgoing.secrecy import AS_SENT, Hide, Pieces, Variable, Variables, basic_pair, content_type
from designer.wire.prepare import host_header

__all__ = ["curl"]

_CURLS_OWN = frozenset({"content-length", "connection"})
_CODED = re.compile(r"\b(?:gzip|deflate|br|zstd)\b", re.I)
_DIGEST_USER = re.compile(r'\busername="([^"\\]*)"')
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 +Credential=[^/,]+/\d{8}/([^/]+)/([^/]+)/aws4_request", re.IGNORECASE)


_AFRESH = {
    "--aws-sigv4": "A signature holds for one moment: curl makes its own, with the keys (curl 7.75 or newer)",
    "--digest": "An answer to a challenge holds once: curl asks for its own, and answers with the password",
}
_PASSING = {
    "jwt": "a token signed for this request and kept in no setting: “as sent” has it",
    "value": "made or fetched on the way and kept in no setting: “as sent” has it",
}
"""What is said of variables that nobody can look up."""


def curl(request: WireRequest, hide: Hide = AS_SENT, *, windows: bool = False, way: Way | None = None) -> str:
    """The command, one option a line, for a POSIX shell, or with ``windows`` for a prompt of cmd.exe, which has no
    variables that would hold any text: give it no ``Variables``.

    It goes the ``way`` of the run, the usual one where that is None. Certificates and keys out of settings have no file
    curl could read: as sent, the command writes them into a folder that is gone with it; else a comment names them.

    With ``Variables``, secrets are shell variables named in a comment above it; a Basic pair becomes ``-u``, an answer
    to a Digest challenge ``--digest`` and an AWS signature ``--aws-sigv4``, so that curl encodes, answers and signs
    afresh. The length is curl's own to set, and so is the host where it is that of the URL.
    """
    notes, command = curl_with_notes(request, hide, windows=windows, way=way)
    return "\n".join([*(f"{'REM' if windows else '#'} {note}" for note in notes), command])


def curl_with_notes(
    request: WireRequest, hide: Hide = AS_SENT, *, windows: bool = False, way: Way | None = None
) -> tuple[list[str], str]:
    """What to know before it is run, a sentence each, and the command of ``curl``."""
    variables: dict[str, Variable] = {}
    quote, joint, name_of = (_cmd_quoted, " ^\n  ", "curl.exe") if windows else (shlex.quote, " \\\n  ", "curl")

    def word(pieces: Pieces) -> str:
        variables.update((piece.name, piece) for piece in pieces if isinstance(piece, Variable))
        runs = [(kind, list(run)) for kind, run in groupby(pieces, lambda piece: isinstance(piece, str))]
        texts = (run if not plain else [quote("".join(map(str, run)))] for plain, run in runs)
        return "".join(one if isinstance(one, str) else f'"${one.name}"' for run in texts for one in run)

    way = way or Way()
    words = [" ".join(filter(None, (name_of, _verb(request, way, quote), word(hide.url(request.url)))))]
    words += _url_options(request)
    how = travelled(request, way, hide, windows=windows)
    words += how.words
    words += [f"{option} {word(pieces)}" for option, pieces in how.options]
    headers = list(request.headers)
    if isinstance(hide, Variables):
        options, headers = _own_signing(headers, hide)
        words += [f"{option} {word(pieces)}" for option, pieces in options]
    names = {name.lower() for name, _ in headers}
    for name, value in headers:
        if name.lower() in _CURLS_OWN or (name.lower() == "host" and value == host_header(request.url)):
            continue
        if name.lower() == "accept-encoding" and _CODED.search(value):
            words.append("--compressed")  # decodes the reply; what is asked for stands in the header
        # "Name:" would take the header away; "Name;" sends it empty.
        words.append(f"-H {word((f'{name}: ', *hide.header(name, value))) if value else quote(f'{name};')}")
    words += [f"-H {name}:" for name in _unwanted(request, names)]
    before, body = _body(request, hide, windows)
    if body is not None:
        option, pieces = body
        words.append(f"{option} {word(pieces)}")
    command = before + (joint.replace("\n", "\n  ") if how.files else joint).join(words)
    if how.files:
        command = _with_files(how.files, command)
    notes = [f"Set before running: {', '.join(sorted(variables))}"] if variables else []
    encoded = sorted(one.name for one in variables.values() if one.encoded)
    if encoded:
        notes.append(f"As it stands in the request, percent-encoded or escaped: {', '.join(encoded)}")
    notes += [note for option, note in _AFRESH.items() if any(word.startswith(f"{option} ") for word in words)]
    for kind, said in _PASSING.items():
        passing = sorted(one.name for one in variables.values() if one.passing == kind)
        if passing:
            notes.append(f"{', '.join(passing)}: {said}")
    return [*notes, *how.notes], command


def _verb(request: WireRequest, way: Way, quote: Callable[[str], str]) -> str:
    if request.method == "HEAD":
        return "--head"
    if request.method == "POST" and request.body and way.follows and not way.repeats:
        return ""  # that of a body, which a redirect may turn into GET; -X would repeat it
    return f"-X {quote(request.method)}"


def _with_files(files: list[tuple[str, str]], command: str) -> str:
    """``command`` in a shell of its own, with files that nobody else may read and that are gone after it."""
    lines = ["(", "  umask 077", """  d=$(mktemp -d) || exit; trap 'rm -r "$d"' EXIT"""]
    lines += [f'  printf %s {shlex.quote(text)} > "$d/{name}"' for name, text in files]
    return "\n".join([*lines, f"  {command}", ")"])


def _url_options(request: WireRequest) -> list[str]:
    url = request.url
    path = url.partition("?")[0]
    options = ["--globoff"] if re.search(r"[\[\]{}]", url) else []
    if "/./" in path or "/../" in path:
        options.append("--path-as-is")
    return options


def _cmd_quoted(text: str) -> str:
    """One argument for cmd.exe and for what takes the line apart in the program (``CommandLineToArgvW``).

    The quotes are escaped for cmd, so that it never sees a quoted part, and neither ``%`` nor a line break means more
    there than anywhere else.
    """
    if re.fullmatch(r"[\w./:@=-]+", text, re.ASCII):
        return text
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    escaped = re.sub(r"(\\*)\Z", r"\1\1", escaped)
    escaped = re.sub(r'[()%!^"<>&|]', r"^\g<0>", escaped)
    return '^"' + escaped.replace("\r\n", "\n").replace("\n", "^\n\n") + '^"'


def _own_signing(
    headers: list[tuple[str, str]], hide: Variables
) -> tuple[list[tuple[str, Pieces]], list[tuple[str, str]]]:
    """Options that sign in place of the headers that carry the signature, and the headers that are left."""
    value = next((value for name, value in headers if name.lower() == "authorization"), "")
    scope = _SCOPE.match(value)
    if scope is not None:
        left = [(n, v) for n, v in headers if n.lower() not in {"authorization", "x-amz-date"}]
        pair: Pieces = (Variable("AWS_ACCESS_KEY_ID"), ":", Variable("AWS_SECRET_ACCESS_KEY"))
        return [("--aws-sigv4", (f"aws:amz:{scope[1]}:{scope[2]}",)), ("-u", pair)], left
    if value.lower().startswith("digest ") and (named := _DIGEST_USER.search(value)):
        name = next((one for one in hide.kept if "PASS" in one.name), None) or Variable("PASSWORD")
        left = [(n, v) for n, v in headers if n.lower() != "authorization"]
        return [("--digest -u", (named[1], ":", name))], left
    basic = basic_pair(value)
    if basic is not None and ":" not in basic[0]:
        user, password = basic
        name = hide.variable(password) or Variable("PASSWORD")
        shown: str | Variable = hide.variable(user) or (Variable("USER_NAME") if is_token_like(user) else user)
        pieces: Pieces = (shown, ":", name) if password else (shown, ":")
        return [("-u", pieces)], [(n, v) for n, v in headers if n.lower() != "authorization"]
    return [], headers


def _unwanted(request: WireRequest, names: set[str]) -> list[str]:
    """Headers curl would add of its own accord."""
    own = ["Accept", "User-Agent", *(["Content-Type"] if request.body or "content-length" in names else [])]
    return [name for name in own if name.lower() not in names]


def _body(request: WireRequest, hide: Hide, windows: bool) -> tuple[str, tuple[str, Pieces] | None]:
    """What stands before the command, and the option that carries the body."""
    if not request.body:
        counted = any(name.lower() == "content-length" for name, _ in request.headers)
        return "", ("--data-raw", ("",)) if counted else None
    try:
        text = request.body.decode("utf-8")
        if "\0" not in text:
            return "", ("--data-raw", hide.body(text, content_type(request)))
    except UnicodeDecodeError:
        pass
    if hide is AS_SENT and not windows:
        encoded = base64.b64encode(request.body).decode("ascii")
        return f"printf %s '{encoded}' | base64 -d | ", ("--data-binary", ("@-",))
    note = f"{'REM' if windows else '#'} body.bin: the {len(request.body)} bytes of the body, which are not text\n"
    return note, ("--data-binary", ("@body.bin",))
