"""Hints as the platform shows them: a little HTML, and nothing that could run or load."""

from __future__ import annotations

import html
from html.parser import HTMLParser

__all__ = ["left_out", "sanitised"]

_KEPT = {"b", "strong", "i", "em", "u", "code", "br", "p", "ul", "ol", "li", "a", "span", "div"}
_PLAIN = {"span", "div", "p"}
_SILENT = {"script", "style", "head", "title", "iframe", "object"}


class _Cleaner(HTMLParser):
    def __init__(self, link_colour: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.refused: list[str] = []
        self._open: list[str] = []
        self._silent = 0
        self._colour = link_colour

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KEPT or tag in _SILENT:
            self.refused.append(tag)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.parts.append("<br>")
        elif tag == "a":
            target = next((value or "" for name, value in attrs if name == "href"), "")
            if target.startswith(("https://", "http://", "mailto:")):
                self.parts.append(f'<a href="{html.escape(target)}" style="color:{self._colour}">')
                self._open.append("a")
            else:
                self.refused.append("a")
        elif tag in _PLAIN:
            if tag != "span" and self.parts and self.parts[-1] != "<br>":
                self.parts.append("<br>")
        elif tag in _KEPT:
            self.parts.append(f"<{tag}>")
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open:
            while self._open:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(html.escape(data))

    def close(self) -> None:
        super().close()
        while self._open:
            self.parts.append(f"</{self._open.pop()}>")


def sanitised(hint: str, link_colour: str) -> str:
    """``hint`` with links to the web, emphasis, lists and line breaks; everything else of it as text or not at all."""
    cleaner = _Cleaner(link_colour)
    cleaner.feed(hint)
    cleaner.close()
    return "".join(cleaner.parts)


def left_out(hint: str) -> tuple[str, ...]:
    """Tags of ``hint`` that ``sanitised`` takes out, each once: what could run or load, what a form does not show, and
    links that lead nowhere on the web."""
    cleaner = _Cleaner("")
    cleaner.feed(hint)
    cleaner.close()
    return tuple(dict.fromkeys(cleaner.refused))
