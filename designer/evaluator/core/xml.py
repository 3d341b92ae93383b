"""``from_xml``: elements as hashes of arrays, attributes as ``@name``, text as ``content!``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import Value
from designer.evaluator.core.libxml import etree
from designer.evaluator.errors import LimitExceeded, RubyError
from designer.evaluator.values import RArray, RHash, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_DEEPEST = 200
_SHORTEST = 4
"""libxml2's reader looks at four bytes before it takes anything for a document."""
_TOO_SHORT = "Extra content at the end of the document"


def parse_xml(vm: Interpreter, source: RString) -> Value:
    """The document as an indifferent hash. No entities from outside, no network.

    Raises Nokogiri::XML::SyntaxError for what is no XML.
    """
    data = source.to_bytes()
    root = _read(data)
    made = RHash()
    made.set(_name(root), RArray([_element(vm, root, 0)]))
    return made


def _read(data: bytes, *, recover: bool = False) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False, recover=recover
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        # A prefix nobody declared is no fault to Nokogiri's reader.
        complaints = list(parser.error_log)
        if not recover and complaints and all(entry.domain_name == "NAMESPACE" for entry in complaints):
            return _read(data, recover=True)
        raise RubyError.of("Nokogiri::XML::SyntaxError", _message(data, error, parser.error_log)) from None
    except ValueError as error:
        raise RubyError.of("Nokogiri::XML::SyntaxError", str(error)) from None


def _message(data: bytes, error: etree.XMLSyntaxError, log: Any) -> str:
    """The reader's words for it: it tells the last of libxml2's complaints, and an end too early in its own way."""
    entries = list(log)
    line, column = (entries[-1].line, entries[-1].column) if entries else error.position or (1, 1)
    text = (entries[-1].message if entries else str(error.msg)).partition(", line")[0]
    if len(data) < _SHORTEST:
        line, column, text = 1, 1, _TOO_SHORT
    elif text.startswith("Start tag expected") and column == 1:
        text = "Document is empty"
    elif text.startswith(("Premature end", "CData section not finished", "Start tag expected")):
        text = _TOO_SHORT
    return f"{line}:{column}: FATAL: {re.sub(' line [0-9]+$', '', text)}"


def _name(element: Any) -> str:
    tag = str(element.tag)
    local = tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix and ":" not in local else local


def _element(vm: Interpreter, element: Any, depth: int) -> RHash:
    if depth > _DEEPEST:
        raise LimitExceeded("The XML is nested too deeply to be read here.")
    made = RHash(indifferent=True)
    for prefix, uri in _own_namespaces(element).items():
        made.set(f"@xmlns:{prefix}" if prefix else "@xmlns", RString(uri))
    for key, value in element.attrib.items():
        # Attributes lose their prefix, elements keep it: that is how Nokogiri's reader tells them.
        made.set("@" + str(key).rpartition("}")[2], RString(value))
    _add_text(made, element.text)
    for child in element:
        if isinstance(child.tag, str):
            name = _name(child)
            if not made.has(name):
                made.set(name, RArray())
            made.get(name).append(_element(vm, child, depth + 1))
            vm.charge(1)
        _add_text(made, child.tail)
    return made


def _add_text(made: RHash, text: str | None) -> None:
    """Text between elements counts unless it is blank; it stands where the first of it was met."""
    if text and text.strip():
        before = made.get("content!")
        made.set("content!", RString(text if before is None else before.s + text))


def _own_namespaces(element: Any) -> dict[str | None, str]:
    parent = element.getparent()
    above = parent.nsmap if parent is not None else {}
    return {p: u for p, u in element.nsmap.items() if above.get(p) != u}
