"""Requests to begin with, read out of a connector."""

from __future__ import annotations

from json import loads

import pytest

from designer.wire import Call, DryTransport, run
from designer.wire.composing import Composition, Part
from designer.wire.starting_points import StartingPoint, starting_points

FORM = "request_format_www_form_urlencoded"
CONNECTOR = b"""\
{
  test: lambda do |c|
    get("https://#{c['host']}/me")
  end,
  actions: {
    find: {
      title: "get('not this')",
      execute: lambda do |connection, input|
        # get('nor this')
        get("contacts").params(q: input['q'], limit: 2, tags: ['a', 'b'], own: { id: 1 })
        get("contacts/#{input['id']}")
        post(
          '/contacts', input
        )
        get('contacts')
        response.get('own')
        widget_get('none')
        url = "#{connection['host']}/late"
        get(url)
        get(input['url'])
      end
    },
    write: {
      execute: lambda do |_c, input|
        put('j', name: input['first name'], deep: { list: [1, nil, true] }).
          headers('X-Tenant' => connection['tenant']).
          after_error_response(/.*/) { |_code, body| error(body) }
        post('f').payload(a: 'b').request_format_www_form_urlencoded
        post('m', part: ['text', 'text/plain'], plain: 1).request_format_multipart_form
        post('x', a: { b: 'c' }).format_xml('order')
        patch('r').request_body("raw #{input}").response_format_raw
      end
    }
  },
  triggers: {
    told: {
      webhook_unsubscribe: lambda { |hook| delete("hooks/#{hook['id']}") },
      poll: lambda { |c, input| get("of/#{c['tenant']}/#{input['since']}") }
    }
  },
  methods: { pull: lambda do |_| delete('all') end },
  pick_lists: { lists: lambda { |connection| get('lists', of: connection['tenant']) } }
}
"""


def found(where: str) -> list[tuple[int, Composition]]:
    return [(one.line, one.composition) for one in starting_points(CONNECTOR) if one.where == where]


def test_requests_are_found_where_they_stand_with_variables_for_what_a_run_puts_in() -> None:
    assert found("test") == [(3, Composition("GET", "https://{{host}}/me"))]
    query = (("q", "{{input.q}}"), ("limit", "2"), ("tags", "a"), ("tags", "b"), ("own[id]", "1"))
    assert found("find") == [
        (10, Composition("GET", "contacts", query=query)),
        (11, Composition("GET", "contacts/{{input.id}}")),
        (12, Composition("POST", "/contacts")),
        (15, Composition("GET", "contacts")),
        (19, Composition("GET", "{{host}}/late")),
    ]
    assert found("told") == [
        (37, Composition("DELETE", "hooks/{{hook.id}}")),
        (38, Composition("GET", "of/{{tenant}}/{{input.since}}")),
    ]
    assert found("pull") == [(41, Composition("DELETE", "all"))]
    assert found("lists") == [(42, Composition("GET", "lists", query=(("of", "{{tenant}}"),)))]


def test_headers_body_and_formats_come_along() -> None:
    json, form, multipart, xml, raw = (composition for _, composition in found("write"))
    assert json.headers == (("X-Tenant", "{{tenant}}"),)
    assert loads(json.body) == {"name": "{{input.first_name}}", "deep": {"list": [1, None, True]}}
    assert json.body.startswith('{\n  "name"')
    assert (form.format, form.body) == ("form", "a=b")
    assert multipart.format == "multipart"
    assert multipart.parts == (Part("part", "text", content_type="text/plain"), Part("plain", "1"))
    assert (xml.format, xml.reply) == ("xml", "xml")
    assert xml.body == '{\n  "order": {\n    "a": {\n      "b": "c"\n    }\n  }\n}'
    assert (raw.format, raw.body, raw.reply) == ("raw", "raw {{input}}", "raw")


def test_a_title_says_where_it_is() -> None:
    point = StartingPoint("find", 1, Composition("GET", "contacts"))
    assert point.title == "find · GET contacts"


def test_what_is_no_connector_offers_nothing() -> None:
    assert starting_points(b"puts 1") == ()
    assert starting_points(b"{ actions: 1, test: nil }") == ()
    assert starting_points(b"{ actions: { a: { execute: lambda do |c| get('x'") == ()


@pytest.mark.parametrize(
    ("payload", "body"),
    [
        ("a: 'b c', d: { e: 1, f: nil }, g: [1, 'x&y']", "a=b c\nd[e]=1\nd[f]=\ng[]=1\ng[]=x%26y"),
        ("a: [{ b: 1 }]", '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}'),
        ("a: {}", '{\n  "a": {}\n}'),
    ],
)
def test_the_form_of_a_start_sends_what_the_code_sends(payload: str, body: str) -> None:
    source = f"{{ connection: {{}}, test: lambda {{ |_c| post('https://h/f').payload({payload}).{FORM} }} }}".encode()
    (start,) = starting_points(source)
    assert start.composition.body == body
    args = start.composition.arguments({}, lambda _name: b"")
    sent = [
        run(Call(source, operation, given), DryTransport()).prepared
        for operation, given in (("test", {}), ("request", args))
    ]
    assert sent[0] is not None and sent[1] is not None and sent[0].body == sent[1].body
