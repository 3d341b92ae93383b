"""A request that was to carry credentials and carries none is told by name, before a server refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from designer.masking import DOTS, Masks
from designer.project.codec import PsychCodec
from designer.secrecy import is_hollow
from designer.wire import Call, DryTransport, run
from designer.wire.blanks import blank_words, blanks_of
from designer.wire.outgoing.secrecy import Masked, joined

BEARER = "headers('Authorization' => \"Bearer #{c['token']}\")"
BASIC = "headers('Authorization' => \"Basic #{\"#{c['user']}:#{c['password']}\".encode_base64}\")"


def told(apply: str, **settings: Any) -> list[str]:
    source = f"""{{
      connection: {{
        authorization: {{
          type: 'custom_auth',
          apply: lambda do |c|
            {apply}
          end
        }},
        base_uri: lambda {{ |_c| 'https://api.acme.example/' }}
      }}
    }}"""
    args: Mapping[str, Any] = {"verb": "get", "url": "me"}
    call = Call(source.encode(), "request", args=args, settings=settings, dry_run=True)
    return [blank_words(one) for one in blanks_of(run(call, DryTransport(), yaml=PsychCodec()))]


@pytest.mark.parametrize(
    ("apply", "settings", "words"),
    [
        (
            BEARER,
            {},
            "Authorization goes out empty: token has no value.",
        ),
        (
            BEARER,
            {"token": ""},
            "Authorization goes out empty: token has no value.",
        ),
        (
            "headers('Accept' => 'application/json', 'Authorization' => \"Token token=#{c['token']}\")",
            {},
            "Authorization goes out empty: token has no value.",
        ),
        (BASIC, {}, "Authorization goes out empty: user and password have no value."),
        ("params(api_key: c['key_of_acme'])", {"key_of_acme": ""}, "api_key goes out empty: key_of_acme has no value."),
        ("headers('X-Api-Key' => c['api_key'])", {"api_key": ""}, "X-Api-Key goes out empty: api_key has no value."),
        # A header that is nil is not sent, and user without a name sets none.
        ("headers('X-Api-Key' => c['api_key'])", {}, "No credentials go out: api_key has no value."),
        ("user(c['user']); password(c['password'])", {}, "No credentials go out: password has no value."),
        ("headers('Authorization' => 'Bearer ')", {}, "Authorization goes out empty."),
    ],
)
def test_what_goes_out_empty_is_told_with_the_setting_that_is(
    apply: str, settings: Mapping[str, Any], words: str
) -> None:
    assert told(apply, **settings) == [words]


@pytest.mark.parametrize(
    ("apply", "settings"),
    [
        (BEARER, {"token": "t-0123456789"}),
        (BASIC, {"user": "key-0123456789"}),
        ("headers('Accept' => 'application/json')", {}),
        # The empty one is not the one that is used.
        ("headers('Authorization' => \"Bearer #{c['token'].presence || c['api_key']}\")", {"api_key": "k-0123456789"}),
        ("params(page_token: '')", {}),
    ],
)
def test_what_carries_credentials_or_needs_none_is_left_alone(apply: str, settings: Mapping[str, Any]) -> None:
    assert told(apply, **settings) == []


@pytest.mark.parametrize(
    "shown", ["", " ", "Bearer", "bearer ", "Basic Og==", "Token token=", 'Token token=""', "key="]
)
def test_a_shell_holds_no_secret_and_is_shown_as_one_without(shown: str) -> None:
    assert is_hollow(shown)
    masked = Masks().header("Authorization", shown)
    assert masked.endswith("(empty)") and DOTS not in masked
    assert joined(Masked(Masks()).header("Authorization", shown)) == shown, "what leaves the program is as it was sent"


@pytest.mark.parametrize("value", ["Bearer x", "Basic dTo=", "Basic OnA=", "abcDEF012345=", "Token token=x", "c2Vj="])
def test_a_secret_is_no_shell(value: str) -> None:
    assert not is_hollow(value)
    assert DOTS in Masks().header("Authorization", value)


def test_a_scheme_alone_is_no_secret_to_look_for_elsewhere() -> None:
    from designer.secrecy import secrets_in_header

    assert list(secrets_in_header("Authorization", "Bearer")) == []
