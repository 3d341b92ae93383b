"""An authorization subject by subject: what stands together, what can be added, and which edits a form may write."""

from __future__ import annotations

import pytest

from designer import connection
from designer.connection import Authorization, Shape
from designer.connection.complete import form_change, shape_change
from designer.connection.subjects import LISTS, SUBJECTS, add_key, addable_keys, subjects, successor
from designer.ruby import Document

AUTH = "/connection/authorization"


def started(kind: str) -> tuple[Document, Authorization]:
    document = connection.switch_kind(Document.parse(b"{ connection: { fields: [] } }"), AUTH, kind).document
    found = connection.authorization_at(document, AUTH)
    assert found is not None and found.kind == kind
    return document, found


@pytest.mark.parametrize("kind", [name for name in connection.KINDS if name not in ("custom", "multi")])
def test_every_question_and_every_key_of_a_kind_has_one_place(kind: str) -> None:
    _document, authorization = started(kind)
    found = subjects(authorization)
    names = [one.name for one in found]
    assert len(set(names)) == len(names)
    assert names == [name for name in SUBJECTS if name in names], "out of order"
    asked = [item.key for one in found for item in one.items]
    assert len(set(asked)) == len(asked)
    assert sorted(key for one in found for key in one.keys) == sorted(
        key for key in authorization.slots if key not in ("type", "fields", "options")
    )
    assert all(one.title == SUBJECTS[one.name] for one in found)


def test_what_belongs_together_stands_together() -> None:
    _document, authorization = started("oauth2_code")
    by_name = {one.name: one for one in subjects(authorization)}
    assert set(by_name["client_id"].keys) == {"client_id", "client_secret"}
    assert "client_secret" not in by_name
    assert not by_name["client_id"].removable and not by_name["apply"].removable
    assert successor("token_url") == successor("acquire") == "acquire"


def test_a_key_nobody_knows_comes_last_under_its_own_name() -> None:
    source = b"{ connection: { authorization: { zeal: 1, type: 'custom_auth', apply: lambda { headers(a: 'b') } } } }"
    authorization = connection.read(Document.parse(source)).authorization
    assert authorization is not None
    last = subjects(authorization)[-1]
    assert (last.name, last.title, last.keys) == ("zeal", "zeal", ("zeal",))


def test_only_keys_that_fit_and_are_not_there_can_be_added() -> None:
    _document, authorization = started("oauth2_code")
    offered = addable_keys(authorization)
    assert "pkce" in offered and "refresh" in offered
    assert not set(offered) & set(authorization.slots)
    assert not {"type", "fields", "options", "credentials"} & set(offered)
    _document, basic = started("basic")
    assert "pkce" not in addable_keys(basic) and "detect_on" in addable_keys(basic)


@pytest.mark.parametrize("key", addable_keys(started("oauth2_code")[1]))
def test_a_key_that_is_added_reads_back(key: str) -> None:
    document, authorization = started("oauth2_code")
    after = connection.authorization_at(add_key(document, authorization, key).document, AUTH)
    assert after is not None and key in after.slots
    assert after.slots[key].is_lambda or (key in LISTS and getattr(after, key) == (401,))


def test_a_form_writes_what_reads_back_and_nothing_else() -> None:
    document, authorization = started("api_key")
    assert authorization.parameters is not None
    named = form_change(document, authorization, {**authorization.parameters, "name": "X-Key"}, "name")
    assert named is not None and b"X-Key" in named.document.source
    assert form_change(document, authorization, {**authorization.parameters, "name": ""}, "name") is None


def test_a_shape_that_would_not_read_back_is_not_written() -> None:
    document = Document.parse(b"{ connection: { base_uri: lambda { 'https://a.example/' } } }")
    pointer = "/connection/base_uri"
    change = shape_change(document, pointer, Shape("url_template", {"url": "https://{host}/v2/"}))
    assert change is not None
    assert shape_change(document, pointer, Shape("environment_switch", {})) is None
