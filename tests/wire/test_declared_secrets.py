"""What a field declares secret (``control_type: 'password'``) leaves by no way, whatever it is called and however deep
it is kept: not in the words of a step, nor where a server says it back."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest

from designer.cli import story
from designer.wire import Call, Outcome, ScriptedTransport, Step, WireResponse, run
from designer.wire.compare import Side, compare
from designer.wire.engine import Evaluation
from designer.wire.outgoing import Masked, har, ticket
from designer.wire.outgoing.cassette import cassette
from designer.wire.outgoing.spec import spec
from designer.wire.run_secrets import masks_of, seen_of
from designer.wire.taping import tape

NOW = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
SETTINGS = {"pat": "Vx7qLm2pQr", "num": 73519264, "cvv": "123", "adv": {"deep": "D33pS3cretX"}}
SECRETS = ("Vx7qLm2pQr", "73519264", "D33pS3cretX")
SOURCE = b"""{
  title: 'T',
  connection: {
    fields: [
      { name: 'pat', control_type: 'password' },
      { name: 'num', control_type: 'password', type: 'integer' },
      { name: 'cvv', control_type: 'password' },
      { name: 'adv', type: 'object', properties: [{ name: 'deep', control_type: 'password' }] }
    ],
    authorization: {
      type: 'custom_auth',
      acquire: lambda { |connection| post('https://idp.example/token').payload(p: connection['pat']) },
      refresh_on: [401],
      apply: lambda { |connection|
        puts "#{connection['pat']} and #{connection['num']} and #{connection['adv']['deep']} and #{connection['cvv']}"
        headers('X-Client': 'designer')
      }
    },
    base_uri: lambda { |connection| "https://api.acme.example/bot#{connection['pat']}/n#{connection['num']}/" }
  },
  test: lambda { |connection|
    get('me').after_error_response(/.*/) { |_code, body, _headers, _message|
      error("it said #{body} for #{connection['pat']} #{connection['num']}")
    }
  }
}
"""
ECHO = json.dumps(SETTINGS)
JSON = (("Content-Type", "application/json; of=Vx7qLm2pQr"),)


def ran(call: Call) -> tuple[Outcome, list[Step]]:
    replies = [
        WireResponse(302, "Found", (("Location", "/r/Vx7qLm2pQr/73519264"),), b""),
        WireResponse(401, "No D33pS3cretX", JSON, ECHO.encode()),
        WireResponse(200, "OK", JSON, b'{"pat": "Vx7qLm2pQr"}'),
        WireResponse(500, "Bad Vx7qLm2pQr", JSON, ECHO.encode()),
    ]
    told: list[Step] = []
    outcome = run(call, ScriptedTransport(lambda _request: replies.pop(0)), on_step=told.append)
    assert not replies and outcome.error is not None
    return outcome, told


def steps(steps: list[Step] | tuple[Step, ...]) -> str:
    return "\n".join(f"{step.kind} {step.title} {step.detail}" for step in steps)


def timeline(call: Call) -> str:
    outcome, _ = ran(call)
    seen = seen_of(call.settings, outcome)
    lines = [f"{seen.told.text(step.title)} {seen.told.text(step.detail)}" for step in outcome.steps]
    values = [step.data.values() for step in outcome.steps if isinstance(step.data, Evaluation)]
    reads = [seen.setting(name, value) for one in values for name, value in one["reads"].items()]
    return "\n".join([*lines, json.dumps(reads), json.dumps([seen.told.value(one.get("gives")) for one in values])])


def reported(call: Call) -> str:
    outcome, _ = ran(call)
    masks = masks_of(call.settings, outcome)
    return ticket(outcome, masks, title="Test", started=NOW, source=b"", version="0")


def archived(call: Call) -> str:
    outcome, _ = ran(call)
    hide = Masked(masks_of(call.settings, outcome))
    return har(outcome.exchanges, lambda _request: hide, started=NOW, version="0")


class Console:
    """Hears what the command line tells."""

    reveal, json = False, False

    def __init__(self, verbose: bool) -> None:
        self.verbose = verbose
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    note = say


def printed(verbose: bool) -> Callable[[Call], str]:
    def tell(call: Call) -> str:
        console = Console(verbose)
        story.tell(ran(call)[0], call.settings, console)  # type: ignore[arg-type]
        return "\n".join(console.lines)

    return tell


def compared(call: Call) -> str:
    empty = ScriptedTransport(lambda _request: WireResponse(200, "", (), b""))
    other = Side("other", {}, run(Call(SOURCE, "acquire"), empty))
    lines = compare(Side("one", call.settings, ran(call)[0]), other).lines
    assert next(line.left for line in lines if line.name == "cvv") == "•••"
    return "\n".join(f"{line.name} {line.left} {line.right}" for line in lines)


def taped(call: Call) -> str:
    made = tape(call, ran(call)[0], at=NOW)
    return cassette(made) + spec(made, name="connection/test", cassette="connection/test")


WAYS: dict[str, Callable[[Call], str]] = {
    "steps as they happen": lambda call: steps(ran(call)[1]),
    "steps kept": lambda call: steps(ran(call)[0].steps),
    "warnings": lambda call: "\n".join([*ran(call)[0].warnings, "none"]),
    "timeline": timeline,
    "ticket": reported,
    "HAR": archived,
    "command line": printed(verbose=False),
    "command line, verbose": printed(verbose=True),
    "comparison": compared,
    "tape and spec": taped,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_declared_secret_leaves(way: str) -> None:
    text = WAYS[way](Call(SOURCE, "test", settings=SETTINGS))
    assert text.strip()
    assert [secret for secret in SECRETS if secret in text] == [], text


def test_a_short_one_is_hidden_where_it_is_told_as_a_setting() -> None:
    call = Call(SOURCE, "test", settings=SETTINGS)
    seen = seen_of(call.settings, ran(call)[0])
    assert seen.setting("cvv", "123") == "•••"
    assert seen.setting("adv", {"deep": "12", "other": "12"}) == {"deep": "•••", "other": "12"}
    assert seen.setting("cvv", "") == ""
    shown = seen_of(call.settings, ran(call)[0], reveal=True)
    assert shown.setting("adv", {"deep": "12"}) == {"deep": "12"}
