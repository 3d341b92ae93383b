"""The one door to tree-sitter."""

from __future__ import annotations

import functools

import tree_sitter_ruby
from tree_sitter import Language, Node, Parser, Tree

__all__ = ["Node", "Tree", "parse", "ruby_language"]


@functools.cache
def ruby_language() -> Language:
    return Language(tree_sitter_ruby.language())


def parse(source: bytes, old_tree: Tree | None = None) -> Tree:
    """Parse UTF-8 ``source``; with ``old_tree`` (already told of the edit by ``Tree.edit``) incrementally.

    Never fails: what is not Ruby becomes ERROR and MISSING nodes.
    """
    parser = Parser(ruby_language())
    return parser.parse(source) if old_tree is None else parser.parse(source, old_tree)
