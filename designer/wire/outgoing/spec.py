"""A tape as an RSpec file in the official generator's style: connector, settings, an example for each claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.wire.outgoing.literals import literal, quoted
from designer.wire.taping import Tape

__all__ = ["spec"]

_LONGEST = 6000
"""Characters of a result that are written out; of a longer one only its outline is checked."""
# What clients add, and what WebMock writes in its own way.
_UNCLAIMED = frozenset(
    {"host", "user-agent", "accept-encoding", "content-length", "content-type", "accept", "connection"}
)


def spec(tape: Tape, *, name: str, cassette: str, helper: str | None = None, connector: str = "connector.rb") -> str:
    """The text of the spec ``name`` ("connection/test"), which plays ``cassette`` (relative to the library's folder).

    ``helper`` is required first where the project's own ``spec_helper`` does not set VCR up.
    """
    lines = ["# frozen_string_literal: true", ""]
    if helper is not None:
        lines.append(f"require_relative {quoted(helper)}")
    if tape.frozen is not None:
        lines.append("require 'timecop'")
    if lines[-1]:
        lines.append("")
    lines += [
        "# Made from a run: the connector was run once more with its secrets replaced, against the recorded replies.",
        "# Neither this file nor its tape holds a secret.",
        f"RSpec.describe {quoted(name)} do",
        f"  subject(:output) {{ {_call(tape)} }}",
        "",
        *_connector(tape, connector),
        "  let(:settings) do",
        *_indented(_ruby(dict(tape.call.settings), 4), 4),
        "  end",
        "",
        *_around(tape, cassette),
        "",
        *_claims(tape),
        "end",
    ]
    return "\n".join(lines) + "\n"


def _call(tape: Tape) -> str:
    args = tape.call.args
    match tape.call.operation:
        case "test":
            return "connector.test(settings)"
        case "acquire":
            given = [_ruby(args.get(key)) for key in ("auth_code", "redirect_uri")]
            while given and given[-1] == "nil":
                given.pop()
            return f"connector.connection.authorization.acquire({', '.join(['settings', *given])})"
        case "refresh_raw":
            token = args.get("refresh_token")
            shown = "settings['refresh_token']" if token is None else _ruby(token)
            return f"connector.connection.authorization.refresh(settings, {shown})"
        case "refresh":
            return "connector.connection.authorization.refresh!(settings.with_indifferent_access)"
        case "method":
            named = [quoted(str(args.get("name"))), *(_ruby(value) for value in args.get("args") or ())]
            return f"connector.methods.public_send({', '.join(named)})"
        case "action":
            entered = _ruby(args.get("input") or {})
            return f"connector.actions.public_send({quoted(str(args.get('name')))}).execute(settings, {entered})"
    return "connector.actions.console.execute(settings, {})"


def _connector(tape: Tape, file: str) -> list[str]:
    made = f"Workato::Connector::Sdk::Connector.from_file({quoted(file)}, settings)"
    if tape.call.operation != "request":
        return [f"  let(:connector) {{ {made} }}"]
    return [
        "  let(:connector) do",
        f"    source = {made}.source",
        "    console = {",
        "      execute: lambda do |_connection, _input|",
        f"        {_request(tape.call.args)}",
        "      end",
        "    }",
        "    actions = (source[:actions] || {}).merge('console' => console)",
        "    Workato::Connector::Sdk::Connector.new(source.merge('actions' => actions), settings)",
        "  end",
    ]


def _request(args: Mapping[str, Any]) -> str:
    """The console's request as an action would write it."""
    text = f"{args.get('verb', 'get')}({quoted(str(args.get('url', '')))})"
    for method in ("params", "payload"):
        if args.get(method) is not None:
            text += f".{method}({_ruby(args[method])})"
    for link in args.get("chain") or ():
        method, *given = link
        text += f".{method}({', '.join(_ruby(value) for value in given)})" if given else f".{method}"
    return text


def _around(tape: Tape, cassette: str) -> list[str]:
    matched = [":method"]
    lines = ["  around do |example|"]
    if "uri" in tape.steady:
        lines += [
            "    same_uri = lambda do |*requests|",
            "      requests.map { |one| URI(one.uri) }",
            "              .map { |uri| [uri.host, uri.port, uri.path, URI.decode_www_form(uri.query.to_s).sort] }",
            "              .uniq.one?",
            "    end",
        ]
        matched.append("same_uri")
    else:
        matched += [":host", ":path"]
    if "body" in tape.steady:
        matched.append(":body")
    pad = "      " if tape.frozen is not None else "    "
    play = [
        f"{pad}VCR.use_cassette(",
        f"{pad}  {quoted(cassette)},",
        # Said here because a project's own default may be the encrypted one.
        f"{pad}  record: :none, serialize_with: :yaml, allow_unused_http_interactions: false,",
        f"{pad}  match_requests_on: [{', '.join(matched)}]",
        f"{pad}) {{ example.run }}",
    ]
    if tape.frozen is not None:
        play = [f"    Timecop.freeze(Time.iso8601({quoted(tape.frozen)})) do", *play, "    end"]
    lines += play
    return [*lines, "  end"]


def _claims(tape: Tape) -> list[str]:
    outcome = tape.outcome
    lines: list[str] = []
    attempt = "output"
    if outcome.error is not None:
        kind, message = str(outcome.error["class"]), str(outcome.error["message"])
        attempt = f"expect {{ output }}.to raise_error({kind})"
        lines += [
            "  it 'fails as recorded' do",
            f"    expect {{ output }}.to raise_error({kind}, a_string_including({quoted(message)}))",
            "  end",
        ]
    else:
        lines += ["  it 'gives what was recorded' do", *_result(outcome.result), "  end"]
    signed = _signed(tape)
    if signed:
        lines += ["", "  it 'signs its requests as recorded' do", f"    {attempt}", *signed, "  end"]
    changed = {
        key: value for key, value in (outcome.settings_after or {}).items() if tape.call.settings.get(key) != value
    }
    if changed and tape.call.operation in ("test", "action", "request") and outcome.error is None:
        lines += [
            "",
            "  it 'keeps what the refresh gave' do",
            "    output",
            f"    expect(connector.connection.settings).to include({_ruby(changed, 4)})",
            "  end",
        ]
    return lines


def _result(result: Any) -> list[str]:
    text = _ruby(result, 4)
    if not _plain(result):
        return ["    expect(output).not_to be_nil"]
    if len(text) <= _LONGEST:
        return [f"    expect(output).to eq({text})"]
    if isinstance(result, dict):
        return [f"    expect(output.keys).to match_array({_ruby(list(result))})"]
    return [f"    expect(output.size).to eq({len(result)})"]


def _plain(value: Any) -> bool:
    """Whether a literal can say it: an exported symbol, time or byte string is a hash like ``{"$symbol": …}``."""
    if isinstance(value, dict):
        return not any(str(key).startswith("$") for key in value) and all(_plain(item) for item in value.values())
    return all(_plain(item) for item in value) if isinstance(value, list | tuple) else True


def _signed(tape: Tape) -> list[str]:
    """Each request with the headers that the connector gave it, as far as they are the same in every run."""
    lines = []
    seen: set[tuple[str, str, str]] = set()
    for exchange in tape.exchanges:
        request = exchange.request
        claimed = {
            name: value
            for name, value in request.headers
            if name.lower() in tape.headers and name.lower() not in _UNCLAIMED
        }
        key = (request.method, request.url, repr(claimed))
        if not claimed or "uri" not in tape.steady or key in seen:
            continue
        seen.add(key)
        head = f"    expect(WebMock).to have_requested(:{request.method.lower()}, {quoted(request.url)})"
        lines += [head, f"      .with(headers: {_ruby(claimed, 6)}).at_least_once"]
    return lines


def _ruby(value: Any, indent: int = 0) -> str:
    """A literal; hashes and lists that are long get a line for each entry."""
    flat = _flat(value)
    if len(flat) + indent <= 100 or not isinstance(value, dict | list) or not value:
        return flat
    inner = indent + 2
    if isinstance(value, dict):
        entries = [f"{_flat(str(key))} => {_ruby(item, inner)}" for key, item in value.items()]
    else:
        entries = [_ruby(item, inner) for item in value]
    start, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    pad = " " * inner
    body = ",\n".join(f"{pad}{entry}" for entry in entries)
    return f"{start}\n{body}\n{' ' * indent}{end}"


def _flat(value: Any) -> str:
    return literal(value, key=lambda name: f"{quoted(name)} => ", text=lambda _name, text: quoted(text))


def _indented(text: str, indent: int) -> list[str]:
    """The first line indented; the others are by ``_ruby`` already."""
    first, *rest = text.split("\n")
    return [" " * indent + first, *rest]
