"""What a kind writes it reads back, in every manner of writing Ruby."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from designer.connection import KINDS, read, shown
from designer.connection.code import LambdaStyle, Writer
from designer.connection.reading import kind_at
from designer.ruby import Document, Lambda, RubyValue
from designer.ruby.render import render
from tests.connection.drawing import PARAMS, texts

POINTER = "/connection/authorization"
LAMBDAS: tuple[LambdaStyle, ...] = ("do", "brace", "arrow")
writers = st.builds(Writer, st.sampled_from(LAMBDAS), st.sampled_from(["'", '"']))


def document(rendered: dict[str, RubyValue]) -> Document:
    auth = dict(rendered)
    if auth.get("type") == "multi":
        auth["options"] = {"only": {"type": "none"}}
    source = render({"title": "Drawn", "connection": {"fields": [], "authorization": auth}})
    return Document.parse(source.encode())


def test_every_kind_that_has_a_form_is_drawn() -> None:
    assert set(PARAMS) == set(KINDS) - {"custom"}


@pytest.mark.parametrize("name", PARAMS)
@settings(max_examples=30)
@given(data=st.data())
def test_rendering_then_recognising_gives_the_form_values_back(name: str, data: st.DataObject) -> None:
    params, writer = data.draw(PARAMS[name]), data.draw(writers)
    kind = KINDS[name]
    doc = document(kind.render(params, writer))
    assert doc.issues == ()
    found = kind_at(doc, POINTER)
    assert found is not None
    recognition = kind.recognise(found[1])
    assert recognition is not None
    assert recognition.opaque == frozenset()
    assert sort_of(recognition.params) == sort_of(params)


def sort_of(params: dict[str, Any]) -> Any:
    """Form values for comparing: rows keep their order but not their identity."""
    return json.loads(json.dumps(params, sort_keys=True))


@pytest.mark.parametrize("name", [name for name in KINDS if name != "custom"])
@pytest.mark.parametrize("lambdas", LAMBDAS)
def test_the_defaults_of_a_kind_are_of_that_kind(name: str, lambdas: LambdaStyle) -> None:
    kind = KINDS[name]
    params = kind.defaults()
    source = {"connection": {"fields": list(kind.field_specs(params))}}
    source["connection"]["authorization"] = kind.render(params, Writer(lambdas))  # type: ignore[assignment]
    if name == "multi":
        source["connection"]["authorization"]["options"] = {}  # type: ignore[call-overload]
    doc = Document.parse(render(source).encode())  # type: ignore[arg-type]
    design = read(doc)
    assert design.authorization is not None
    assert design.authorization.kind == name
    assert design.authorization.parameters == params


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_explains_itself(kind: Any) -> None:
    assert kind.title and kind.summary.endswith(".") and len(kind.summary) < 320
    assert kind.doc_url.startswith("https://docs.workato.com/")
    keys = [item.key for item in kind.form]
    assert len(keys) == len(set(keys))
    defaults = kind.defaults()
    assert set(keys) == set(defaults)
    for item in kind.form:
        assert item.label
        assert (item.control == "choice") == bool(item.choices)
        assert (item.control == "table") == bool(item.columns)
        if item.control == "choice":
            assert defaults[item.key] in {choice.value for choice in item.choices}
        assert all(key in keys for way in item.ways for key in way)
        assert isinstance(shown(item, defaults), bool)


@given(texts, writers)
@example("\x000", Writer())  # "\\00" would be one octal escape
@example("\\", Writer())
@example('it\'s "both" #{x} #@y', Writer(quote='"'))
def test_a_text_is_written_as_what_it_is(text: str, writer: Writer) -> None:
    doc = Document.parse(f"{{ it: {writer.string(text)} }}".encode())
    element = doc.find("/it")
    assert element is not None
    assert element.value == text


@pytest.mark.skipif(shutil.which("ruby") is None, reason="Ruby is not installed")
def test_ruby_takes_every_default_in_every_manner() -> None:
    """One process for all of them: each source is parsed as a lambda's body would be."""
    sources = [
        render({"connection": {"authorization": kind.render(kind.defaults(), Writer(lambdas, quote))}})
        for kind in KINDS.values()
        for lambdas in LAMBDAS
        for quote in "'\""
    ]
    script = "require 'json'; JSON.parse($stdin.read).each { |s| RubyVM::InstructionSequence.compile(s) }; print 'fine'"
    done = subprocess.run(
        ["ruby", "-W0", "-e", script], input=json.dumps(sources), capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout == "fine", done.stderr


@pytest.mark.parametrize("name", ["oauth2_code", "oauth2_pkce"])
def test_lambdas_take_what_the_sdk_hands_them(name: str) -> None:
    kind = KINDS[name]
    doc = document(kind.render(kind.defaults() | {"exchange": "acquire"}))
    names = {
        key: slot.value.parameters
        for key, slot in (read(doc).authorization or pytest.fail("no authorization")).slots.items()
        if isinstance(slot.value, Lambda)
    }
    verifier = ("verifier",) if name == "oauth2_pkce" else ()
    assert names["acquire"] == ("connection", "auth_code", "redirect_uri", *verifier)
    assert names["refresh"] == ("connection", "refresh_token")
    assert names["apply"] == ("_connection", "access_token")
    assert names.get("pkce") == (("verifier", "challenge") if name == "oauth2_pkce" else None)
