"""JSON that is read a whole container at a time, and hashes that nobody has looked into."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest

from designer.evaluator import EvaluationError, Interpreter, LimitExceeded, Limits, RArray, RHash, RString, Value
from designer.evaluator.convert import export, to_python
from designer.evaluator.core import json_parse
from designer.evaluator.core.json import to_json_text
from designer.evaluator.values import Reading, indifferent, indifferent_result
from tests.evaluator.machine import PATIENT, shown

_SCALARS = [
    "1", "-0", "12345678901234567890123", "1.5", "-0.0", "1E+5", "1e400", "true", "false", "null", '""', '"a b"',
    '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\\\ud83d\\ude00"', '"\\n\\"\\/"', '"é😀"', '"\\q"',
    "NaN", "Infinity", "01", "1.", "tru", '"a\tb"', "1e", "/*c*/1", "2//x\n", '"\\ud83d\\u0041x"', '"\udcff"',
]  # fmt: skip


def texts(seed: int, count: int) -> Iterator[str]:
    """JSON, and what is nearly JSON."""
    dice = random.Random(seed)

    def value(depth: int) -> str:
        if depth > 3 or dice.random() < 0.4:
            return dice.choice(_SCALARS[:14] if dice.random() < 0.9 else _SCALARS)
        space = dice.choice(["", " ", "\n"])
        inner = [value(depth + 1) for _ in range(dice.randrange(4))]
        if dice.random() < 0.5:
            return f"[{space}{f',{space}'.join(inner)}{space}]"
        pairs = [f'"{dice.choice("abc")}"{space}:{space}{one}' for one in inner]
        return f"{{{space}{f',{space}'.join(pairs)}{space}}}"

    for _ in range(count):
        text = value(0)
        if dice.random() < 0.3:
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(["", text[at + 1 :], dice.choice('[]{},:"\\/ u0e') + text[at:]])
        yield text


def read(text: str) -> tuple[str, object]:
    vm = Interpreter(limits=PATIENT)
    try:
        value = json_parse.parsed(vm, RString(text))
    except EvaluationError as error:
        return "raises", (type(error).__name__, error.message)
    return "gives", (export(value), vm.inspect(value), export(value))


def test_what_is_read_whole_is_what_is_read_by_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values, errors, and what is exported of hashes before and after they were looked into."""
    given = list(texts(5, 3000))
    whole = [read(text) for text in given]
    assert all(found[1][0] == found[1][2] for found in whole if found[0] == "gives")  # type: ignore[index]
    monkeypatch.setattr(json_parse.Parser, "whole", lambda _parser: json_parse.MISSING)
    assert [read(text) for text in given] == whole
    assert {kind for kind, _ in whole} == {"gives", "raises"}


def parsed(text: str, limits: Limits = PATIENT) -> Value:
    return json_parse.parsed(Interpreter(limits=limits), RString(text))


def test_a_hash_is_made_when_it_is_looked_into() -> None:
    value = parsed('{"a": {"b": [{"c": "d"}]}}')
    assert isinstance(value, RHash) and value.reading is not None
    inner = value.get("a")
    assert value.reading is None and inner.reading is not None
    inner.set("new", 1)
    assert export(value) == {"a": {"b": [{"c": "d"}], "new": 1}}


def test_what_was_not_looked_into_is_no_less_separate() -> None:
    value = parsed('{"a": {"b": "c"}, "d": [{"e": 1}]}')
    assert isinstance(value, RHash)
    copied = to_python(value)
    copied["a"]["b"] = copied["d"][0]["e"] = "changed"
    assert export(value) == {"a": {"b": "c"}, "d": [{"e": 1}]}
    other = indifferent_result(value)
    other.get("a").set("b", "changed")
    assert export(value) == {"a": {"b": "c"}, "d": [{"e": 1}]}
    assert other.indifferent and other.get("a").indifferent and other.get("d")[0].indifferent


@pytest.mark.parametrize(
    "text", ['{"a": {"b": [1, {"c": "<é>"}]}, "f": 1e400}', '{"a": "\udcff"}', "[]", '[{"x": 1.0}]']
)
def test_both_ways_to_indifference_and_export_agree(text: str) -> None:
    looked_into = parsed(text)
    Interpreter(limits=PATIENT).inspect(looked_into)
    strict = indifferent(parsed(text)) if text[0] == "{" else indifferent_result(looked_into)
    assert export(indifferent_result(parsed(text))) == export(strict) == export(looked_into) == export(parsed(text))


def test_to_json_of_both_agrees() -> None:
    text = '{"a": [1e20, 1.0, "<&>\\u2028é\\u0001", {"b": null, "c": true}], "d": 12345678901234567890}'
    vm = Interpreter(limits=PATIENT)
    looked_into = parsed(text)
    vm.inspect(looked_into)
    assert to_json_text(vm, parsed(text)) == to_json_text(vm, looked_into)


def test_keys_can_be_symbols_at_every_depth() -> None:
    assert shown("""JSON.parse('{"a": [{"b": {"c": 1}}]}', symbolize_names: true)""") == "{:a=>[{:b=>{:c=>1}}]}"


def test_elements_count_whole_containers_too() -> None:
    with pytest.raises(LimitExceeded, match="elements in all"):
        parsed(json.dumps([[0] * 100] * 10), Limits(total=3_500))
    parsed(json.dumps([[0] * 100] * 10), Limits(total=5_000))


def test_a_fault_at_the_end_of_a_long_text_is_told_as_in_a_short_one() -> None:
    item = '{"id": 1, "name": "Zoë", "tags": ["a", {"b": null}]}'
    cut = f'{{"items": [{",".join([item] * 20_000)}, {{"id": 2, "x": [1, 2'
    kind, told = read(cut)
    assert (kind, told) == ("raises", ("RubyError", "unexpected token at ''"))


def test_a_reading_makes_arrays_at_once() -> None:
    made = Reading(clean=True, symbols=False).value([{"a": 1}, ["b"]])
    assert type(made) is RArray and type(made[0]) is RHash and made[0].reading is not None
    assert made[1][0].s == "b"


def test_what_is_put_in_place_of_a_hash_not_looked_into_is_exported() -> None:
    value = parsed('{"a": {"b": 1}}')
    assert isinstance(value, RHash)
    inner = value.get("a")
    inner.fill({})
    assert export(value) == {"a": {}} and inner.reading is None


def test_a_symbol_and_a_text_of_one_spelling_are_one_key_of_json() -> None:
    assert shown("{ a: 1, 'b' => 2, 'a' => 3 }.to_json") == '"{\\"a\\":3,\\"b\\":2}"'
