"""Requests to begin with, read out of a connector."""

from __future__ import annotations

from designer.ruby import Document
from designer.wire.starting_points import StartingPoint, starting_points

CONNECTOR = b"""\
{
  test: lambda do |_connection|
    get('me')
  end,
  actions: {
    find: {
      title: "get('not this')",
      execute: lambda do |connection, input|
        # get('nor this')
        get("contacts").params(q: input['q'])
        get("contacts/#{input['id']}")
        post(
          '/contacts', input
        )
        get('contacts')
        response.get('own')
        widget_get('none')
      end
    }
  },
  methods: { pull: lambda do |_| delete('all') end }
}
"""


def test_requests_with_a_literal_url_are_found_where_they_stand() -> None:
    assert starting_points(Document.parse(CONNECTOR)) == (
        StartingPoint("test", "GET", "me", 3),
        StartingPoint("find", "GET", "contacts", 10),
        StartingPoint("find", "POST", "/contacts", 12),
        StartingPoint("pull", "DELETE", "all", 21),
    )


def test_what_is_no_connector_offers_nothing() -> None:
    assert starting_points(Document.parse(b"puts 1")) == ()
    assert starting_points(Document.parse(b"{ actions: 1, test: nil }")) == ()
