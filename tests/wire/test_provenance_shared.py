"""What is changed in place under another name, or by a method, is not taken for what stood in the code."""

from __future__ import annotations

import pytest

from tests.wire.test_provenance import prepared, source

SECRET = "connection['secret'].reverse"
CHANGED = {
    "a part under another name": ("h = { 'a' => { 'b' => 'lit' } }; g = h['a']; g['b'] = %s", "a/b"),
    "under a name of a name": ("h = { 'a' => 'lit' }; f = h; g = f; g['a'] = %s", "a"),
    "in a list": ("h = { 'a' => 'lit' }; [h].each { |x| x['a'] = %s }", "a"),
    "in another hash": ("h = { 'a' => 'lit' }; box = { 'h' => h }; box['h']['a'] = %s", "a"),
    "chosen": ("h = { 'a' => 'lit' }; g = h || {}; g['a'] = %s", "a"),
    "each value": ("h = { 'a' => { 'b' => 'lit' } }; h.each { |_k, v| v['b'] = %s }", "a/b"),
    "by a method": ("h = { 'a' => 'lit' }; call(:fill, h, %s)", "a"),
    "in a method": ("h = call(:filled, { 'a' => 'lit' }, %s)", "a"),
    "a value under another name": ("v = ['lit']; w = v; w << %s; h = { 'a' => v }", "a"),
    "a value itself": ("v = 'lit'.dup; v.replace(%s); h = { 'a' => v }", "a"),
    "at once": ("h = g = { 'a' => 'lit' }; g['a'] = %s", "a"),
    "several at once": ("h = { 'a' => 'lit' }; g, _x = h, 1; g['a'] = %s", "a"),
}
METHODS = "fill: lambda { |t, v| t['a'] = v }, filled: lambda { |t, v| t['a'] = v; t }"


@pytest.mark.parametrize(("code", "name"), CHANGED.values(), ids=CHANGED.keys())
def test_it_is_put_down_to_what_was_read(code: str, name: str) -> None:
    text = source("lambda { |_c| }", f"{code % SECRET}\n    post('x').payload(h)", METHODS)
    assert prepared(text).origins[f"payload:{name}"].settings == ("secret",)


def test_what_only_reads_leaves_it_certain() -> None:
    code = "h = { 'a' => connection['key'].reverse, 'b' => 'lit' }; s = h.map { |k, v| \"#{k}#{v}\" }.join; s << 'x'"
    request = prepared(source("lambda { |_c| }", f"connection['secret']\n    {code}\n    post('x').payload(h)"))
    assert request.origins["payload:a"].settings == ("key",)
    assert request.origins["payload:b"].settings == ()
