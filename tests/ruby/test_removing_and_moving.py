from __future__ import annotations

import pytest

from designer.ruby import EditError, compose
from tests.ruby.examples import edited, ruby

FIELDS = """
    {
      fields: [
        # what the provider calls the key
        # (made in its settings)
        { name: 'key' }, # secret

        # these are all optional

        {
          name: 'region' # EU or US
        },
        { name: 'plan' }
        # more to come
      ]
    }
"""


def test_a_member_goes_with_its_comma_and_the_comments_that_belong_to_it() -> None:
    edited(
        FIELDS,
        lambda document: document.remove("/fields/0"),
        """
        {
          fields: [
            # these are all optional

            {
              name: 'region' # EU or US
            },
            { name: 'plan' }
            # more to come
          ]
        }
        """,
    )


def test_a_comment_above_a_blank_line_belongs_to_the_container() -> None:
    edited(
        FIELDS,
        lambda document: document.remove("/fields/1"),
        """
        {
          fields: [
            # what the provider calls the key
            # (made in its settings)
            { name: 'key' }, # secret

            # these are all optional

            { name: 'plan' }
            # more to come
          ]
        }
        """,
    )


def test_the_last_member_leaves_no_comma_behind() -> None:
    edited(
        FIELDS,
        lambda document: document.remove("/fields/2"),
        """
        {
          fields: [
            # what the provider calls the key
            # (made in its settings)
            { name: 'key' }, # secret

            # these are all optional

            {
              name: 'region' # EU or US
            }
            # more to come
          ]
        }
        """,
    )


def test_the_only_member_leaves_an_empty_container() -> None:
    edited("{\n  a: {\n    b: 1\n  }\n}\n", lambda document: document.remove("/a/b"), "{\n  a: {}\n}\n")
    edited("{ a: [ 1 ] }", lambda document: document.remove("/a/0"), "{ a: [] }")
    edited("{ a: [1, ] }", lambda document: document.remove("/a/0"), "{ a: [] }")
    edited(FIELDS, lambda document: document.remove("/fields"), "{}\n")


def test_all_of_them_one_by_one() -> None:
    edited(
        FIELDS,
        lambda document: compose(document, *[lambda current: current.remove("/fields/0")] * 3),
        """
        {
          fields: [
            # these are all optional
            # more to come
          ]
        }
        """,
    )


@pytest.mark.parametrize(
    ("before", "pointer", "after"),
    [
        ("{ a: 1, b: 2, c: 3 }", "/a", "{ b: 2, c: 3 }"),
        ("{ a: 1, b: 2, c: 3 }", "/b", "{ a: 1, c: 3 }"),
        ("{ a: 1, b: 2, c: 3 }", "/c", "{ a: 1, b: 2 }"),
        ("{ a: 1, b: 2, }", "/b", "{ a: 1, }"),
        ("{ a: %w[x y z] }", "/a/0", "{ a: %w[y z] }"),
        ("{ a: %w[x y z] }", "/a/2", "{ a: %w[x y] }"),
        ("{ a: %w[x] }", "/a/0", "{ a: %w[] }"),
        ("{ a: 1,\n  b: 2,\n  c: 3 }", "/b", "{ a: 1,\n  c: 3 }"),
        ("{ a: 1,\n  b: 2,\n  c: 3 }", "/c", "{ a: 1,\n  b: 2 }"),
        ("{ a: 1,\n  b: 2,\n  c: 3 }", "/a", "{ b: 2,\n  c: 3 }"),
        ("{ a: 1, # one\n  b: 2 }", "/b", "{ a: 1 # one\n }"),
        ("{\n  a: 1, b: 2,\n  c: 3\n}", "/a", "{\n  b: 2,\n  c: 3\n}"),
        ("{\n  a: 1, b: 2,\n  c: 3\n}", "/b", "{\n  a: 1,\n  c: 3\n}"),
        ("{ a: <<~A, b: 2 }\n  x\nA\n", "/a", "{ b: 2 }\n"),
    ],
)
def test_where_lines_are_shared(before: str, pointer: str, after: str) -> None:
    edited(before, lambda document: document.remove(pointer), after)


def test_moving_takes_the_comments_along_and_keeps_the_comma_habit() -> None:
    edited(
        FIELDS,
        lambda document: document.move("/fields/0", 2),
        """
        {
          fields: [

            # these are all optional

            {
              name: 'region' # EU or US
            },
            { name: 'plan' },
            # what the provider calls the key
            # (made in its settings)
            { name: 'key' } # secret
            # more to come
          ]
        }
        """,
    )
    edited(
        FIELDS,
        lambda document: document.move("/fields/2", 0),
        """
        {
          fields: [
            { name: 'plan' },
            # what the provider calls the key
            # (made in its settings)
            { name: 'key' }, # secret

            # these are all optional

            {
              name: 'region' # EU or US
            }
            # more to come
          ]
        }
        """,
    )


def test_hash_entries_move_as_well() -> None:
    edited(
        "{\n  a: 1, # one\n  b: <<~B,\n    text\n  B\n  c: 3,\n}\n",
        lambda document: document.move("/b", 0),
        "{\n  b: <<~B,\n    text\n  B\n  a: 1, # one\n  c: 3,\n}\n",
    )
    edited("{ a: 1, b: [2], c: 3 }", lambda document: document.move("/a", 2), "{ b: [2], c: 3, a: 1 }")
    edited("{ a: %w[x y z] }", lambda document: document.move("/a/2", 0), "{ a: %w[z x y] }")


def test_moving_nowhere_changes_nothing() -> None:
    document = ruby(FIELDS)
    assert document.move("/fields/1", 1).document is document


def test_a_here_document_that_shares_its_line_stays() -> None:
    with pytest.raises(EditError):
        ruby("{ a: <<~A, b: 2 }\n  x\nA\n").move("/a", 1)
