"""Hints: words run together, markup that does not close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from designer.checks.context import Context, Finding, set_fix
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_JOINT = re.compile(r"""(?P<last>[^\s\\'"])(?P<close>['"])(?P<gap>\s*\\\r?\n\s*)(?P<open>['"])(?P<first><?[^\s'"])""")
_WORD = re.compile(r"[A-Za-z0-9,.;:!?)]")
_OPEN_END = frozenset({"br", "hr", "img", "wbr", "input"})


@check(
    "hint-words-run-together",
    Severity.NOTE,
    "Two words run together",
    "The hint is written in pieces, and between two of them a space is missing.",
    trips=(
        "fields: [{ name: 'host', hint: 'Go to the settings' \\\n 'page of your account.' }]",
        "fields: [{ name: 'host', hint: 'Find it' \\\n '<a href=\"https://example.com\">here</a>.' }]",
    ),
    passes=(
        "fields: [{ name: 'host', hint: 'Go to the settings ' \\\n 'page.' }]",
        "fields: [{ name: 'host', hint: 'See <a href=\"https://example.com/' \\\n 'settings\">here</a>.' }]",
        "fields: [{ name: 'host', hint: 'As in https://example.com/' \\\n 'settings' }]",
    ),
)
def hint_words_run_together(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        pointer = child(field.pointer, "hint")
        element = context.element(pointer)
        if element is None or not isinstance(element.value, str):
            continue
        text = element.text
        for match in _JOINT.finditer(text):
            last, first = match["last"], match["first"]
            opens_tag = first[:1] == "<" and first[1:].isalpha()
            if not _WORD.match(last) or not (first.isalpha() or opens_tag):
                continue
            if _inside_markup_or_url(text[: match.end("last")]) or (opens_tag and not last.isalnum()):
                continue
            before = re.split(r"[\s'\"]+", text[: match.end("last")])[-1]
            after = re.split(r"[\s'\"]+", text[match.start("first") :])[0]
            fixed = text[: match.end("last")] + " " + text[match.start("close") :]
            start = element.start + len(text[: match.start("last")].encode())
            end = element.start + len(text[: match.end("first")].encode())
            yield Finding(
                pointer,
                f"“{before}” and “{after}” run together.",
                set_fix("Put a space between them", pointer, RubyCode(fixed)),
                start=start,
                end=end,
            )


def _inside_markup_or_url(before: str) -> bool:
    """Whether the text so far ends inside a tag or an address, where no space belongs."""
    plain = re.sub(r"""['"]\s*\\\r?\n\s*['"]""", "", before)
    if plain.rfind("<") > plain.rfind(">"):
        return True
    word = re.split(r"[\s'\"<>()]+", plain)[-1]
    return "://" in word or "/" in word or "www." in word or "@" in word or bool(re.search(r"\w\.\w", word))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.fault = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if any(name in (",", "'", '"') or "<" in (value or "") for name, value in attrs):
            self.fault = self.fault or f"the attributes of <{tag}> are broken"
        if tag == "a" and not any(name == "href" for name, _ in attrs):
            self.fault = self.fault or "a link has no href"
        if tag not in _OPEN_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open and self.open.pop() != tag:
                self.fault = self.fault or f"</{tag}> closes across another tag"
        elif tag not in _OPEN_END:
            self.fault = self.fault or f"</{tag}> was never opened"


@check(
    "hint-broken-html",
    Severity.NOTE,
    "Markup that does not work out",
    "The user sees stray marks, or half of the form turns bold or blue.",
    trips=(
        "fields: [{ name: 'host', hint: 'See <a href=\"https://example.com\">here.' }]",
        "fields: [{ name: 'host', hint: 'Use <b>this</i>.' }]",
        "fields: [{ name: 'host', hint: 'See <a href=\"https://example.com\", target=\"_blank\">here</a>.' }]",
    ),
    passes=(
        'fields: [{ name: \'host\', hint: \'See <a href="https://example.com" target="_blank">here</a>.<br>Or '
        "<b>not</b>' }]",
        "fields: [{ name: 'host', hint: 'Settings > API, if a < b' }]",
    ),
)
def hint_broken_html(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        hint = field.attributes.get("hint")
        if not isinstance(hint, str) or "<" not in hint:
            continue
        tags = _Tags()
        tags.feed(hint)
        tags.close()
        fault = tags.fault or (f"<{tags.open[-1]}> is never closed" if tags.open else "")
        if re.search(r"<(?:a|b|i|u|strong|em)\b[^>]*$", hint):
            fault = fault or "a tag is never finished"
        if fault:
            yield Finding(child(field.pointer, "hint"), f"The markup is broken: {fault}.")


@check(
    "hint-stray-quotes",
    Severity.NOTE,
    "Quotes that the user sees",
    "Pieces of the hint were meant to be joined, but the quotes between them are part of the text.",
    trips=("fields: [{ name: 'host', hint: \"Go to the page, ' \\\n 'then copy the key\" }]",),
    passes=("fields: [{ name: 'host', hint: \"Choose 'Admin API' or 'Other'\" }]",),
)
def hint_stray_quotes(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        hint = field.attributes.get("hint")
        if isinstance(hint, str) and re.search(r"""(['"])\s{2,}\1|(['"]) \\?\n""", hint):
            yield Finding(child(field.pointer, "hint"), "Quotes and blanks between two pieces are shown to the user.")
