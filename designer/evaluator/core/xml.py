"""``from_xml``: elements as hashes of arrays, attributes as ``@name``, text as ``content!``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from designer.evaluator.classes import Value
from designer.evaluator.errors import LimitExceeded, RubyError
from designer.evaluator.values import RArray, RHash, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_DEEPEST = 200


def parse_xml(vm: Interpreter, source: RString) -> Value:
    """The document as an indifferent hash. No entities from outside, no network.

    Raises Nokogiri::XML::SyntaxError for what is no XML.
    """
    data = source.to_bytes()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RubyError.of("Nokogiri::XML::SyntaxError", _message(error)) from None
    except ValueError as error:
        raise RubyError.of("Nokogiri::XML::SyntaxError", str(error)) from None
    made = RHash()
    made.set(_name(root), RArray([_element(vm, root, 0)]))
    return made


def _message(error: etree.XMLSyntaxError) -> str:
    line, column = error.position if error.position else (1, 1)
    return f"{line}:{column}: FATAL: {str(error.msg).partition(', line')[0]}"


def _name(element: Any) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else str(local)


def _element(vm: Interpreter, element: Any, depth: int) -> RHash:
    if depth > _DEEPEST:
        raise LimitExceeded("The XML is nested too deeply to be read here.")
    made = RHash(indifferent=True)
    for prefix, uri in _own_namespaces(element).items():
        made.set(f"@xmlns:{prefix}" if prefix else "@xmlns", RString(uri))
    for key, value in element.attrib.items():
        # Attributes lose their prefix, elements keep it: that is how Nokogiri's reader tells them.
        made.set("@" + str(etree.QName(key).localname), RString(value))
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
