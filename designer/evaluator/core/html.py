"""The text of an HTML fragment, as Rails' full sanitizer leaves it."""

from __future__ import annotations

import re

from designer.evaluator.core.libxml import etree, html

_BLANK = re.compile(r"\A\s*\Z")


def text_content(text: str) -> str:
    """``strip_tags``: no elements, no comments; ``&``, ``<`` and ``>`` stay escaped; scripts lose only their tags."""
    if not text or _BLANK.match(text):
        return text
    try:
        fragments = html.fragments_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return _escaped(text)
    out: list[str] = []
    for fragment in fragments:
        if isinstance(fragment, str):
            out.append(fragment)
        else:
            out.append(_inner(fragment))
            out.append(fragment.tail or "")
    return _escaped("".join(out))


def _inner(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    out = [element.text or ""]
    for child in element:
        out += [_inner(child), child.tail or ""]
    return "".join(out)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
