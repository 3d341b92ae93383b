"""A request as a person composes it: plain data that can be kept in a file, and what it comes to for the engine.

``{{name}}`` in any text stands for the setting of that name, so that a request which is kept holds no secret.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from designer.errors import UserError
from designer.masking import DOTS
from designer.wire.keeping import VARIABLE, Cleaner

__all__ = ["FORMATS", "OFF", "REPLIES", "VERBS", "ComposeError", "Composition", "Part", "from_json"]

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REPLIES = ("json", "xml", "raw")
FORMATS = ("json", "form", "xml", "multipart", "raw")
OFF = "# "
"""Before the name of a line that is switched off, as what is commented out."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Pairs = tuple[tuple[str, str], ...]
ReadFile = Callable[[str], bytes]


class ComposeError(UserError):
    """The request cannot be made as it is written. ``part`` is where: "url", "query", "headers" or "body"."""

    def __init__(self, part: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.part = part


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body: a text, or the content of ``file`` with the type it is sent as."""

    name: str
    value: str = ""
    file: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """What the console's form says. ``body`` is text: JSON for json, form (which also takes ``name=value`` pairs) and
    xml (which also takes XML as it is), anything for raw; multipart has ``parts`` instead. ``reply`` is the format the
    reply is expected in. A line of ``query`` or ``headers`` whose name begins with ``OFF`` is kept and not sent."""

    verb: str = "GET"
    url: str = ""
    query: Pairs = ()
    headers: Pairs = ()
    format: str = "json"
    body: str = ""
    parts: tuple[Part, ...] = field(default=())
    reply: str = "json"

    @property
    def title(self) -> str:
        return f"{self.verb} {self.url}".strip()

    @property
    def with_body(self) -> bool:
        return self._says_body and self.verb in _WITH_BODY

    @property
    def unsent(self) -> str:
        """What of the request does not go out with its verb, in words; "" where all of it does."""
        left = self._says_body and self.verb not in _WITH_BODY
        return f"{self.verb} sends no body; what is written there stays here." if left else ""

    @property
    def _says_body(self) -> bool:
        return bool(self.parts) if self.format == "multipart" else bool(self.body.strip())

    def arguments(self, settings: Mapping[str, Any], read_file: ReadFile) -> dict[str, Any]:
        """The arguments of the operation ``request``; ``variables`` among them are the settings filled in.
        ``read_file`` gives a part's file and may raise ``UserError``.

        Raises ``ComposeError``.
        """

        def filled(text: str, part: str) -> str:
            return VARIABLE.sub(lambda match: _text(setting(match[1], part)), text)

        def setting(name: str, part: str) -> Any:
            value = _setting(name, settings, part)
            used[name] = None
            return value

        used: dict[str, None] = {}

        args: dict[str, Any] = {"verb": self.verb.lower(), "url": filled(self.url.strip(), "url")}
        chain: list[Any] = []
        for method, pairs, part in (("params", self.query, "query"), ("headers", self.headers, "headers")):
            sent = tuple(pair for pair in pairs if not pair[0].startswith(OFF))
            if sent:
                chain.append([method, _named(sent, part, partial(filled, part=part))])
        if self.with_body:
            chain += self._body(args, setting, filled, read_file)
        if self.reply != "json":
            chain.append([f"response_format_{self.reply}"])
        if chain:
            args["chain"] = chain
        if used:
            args["variables"] = list(used)
        return args

    def without_secrets(self, settings: Mapping[str, Any], declared: Collection[str] = ()) -> Composition:
        """The same with secrets of ``settings`` as variables, and with dots for what else is a secret by its name.
        ``declared`` are the settings that the connector says are secret, whatever they are called."""
        clean = Cleaner(settings, declared)
        return replace(
            self,
            url=clean.url(self.url),
            query=tuple((clean.name(name), clean.value(value, _bare(name))) for name, value in self.query),
            headers=tuple((clean.name(name), clean.header(_bare(name), value)) for name, value in self.headers),
            body=clean.body(self.body, raw=self.format == "raw"),
            parts=tuple(
                replace(part, name=clean.name(part.name), value=clean.value(part.value, part.name))
                for part in self.parts
            ),
        )

    @property
    def incomplete(self) -> bool:
        """Whether a secret was taken out that has to be given again."""
        pairs = (*self.query, *self.headers, *((part.name, part.value) for part in self.parts))
        return any(DOTS in text for text in (self.url, self.body, *(text for pair in pairs for text in pair)))

    def as_json(self) -> dict[str, Any]:
        """Plain data fit for a file under version control: bodies line by line, nothing that is empty."""
        made: dict[str, Any] = {"verb": self.verb, "url": self.url}
        if self.query:
            made["query"] = [list(pair) for pair in self.query]
        if self.headers:
            made["headers"] = [list(pair) for pair in self.headers]
        if self.reply != Composition().reply:
            made["reply"] = self.reply
        if self.body or self.parts or self.format != Composition().format:
            made["format"] = self.format
        if self.body:
            made["body"] = self.body.split("\n")
        if self.parts:
            made["parts"] = [
                {key: value for key, value in _part_items(part) if value or key == "name"} for part in self.parts
            ]
        return made

    def _body(
        self,
        args: dict[str, Any],
        setting: Callable[[str, str], Any],
        filled: Callable[[str, str], str],
        read_file: ReadFile,
    ) -> list[Any]:
        """The calls that set the body; a payload goes into ``args``."""
        if self.format == "raw":
            return [["request_body", filled(self.body, "body")]]
        if self.format == "multipart":
            args["payload"] = self._multipart(filled, read_file)
            return [["request_format_multipart_form"]]
        if self.format == "xml" and self.body.lstrip().startswith("<"):
            chain: list[Any] = [["request_body", filled(self.body, "body")]]
            if not any(name.lower() == "content-type" for name, _ in self.headers):
                chain.insert(0, ["headers", {"Content-Type": "application/xml"}])
            return chain
        payload = _filled_value(self._payload(), setting)
        root = "root"
        if self.format == "xml" and isinstance(payload, dict) and len(payload) == 1:
            (name, inner), *_ = payload.items()
            if isinstance(inner, dict):
                root, payload = name, inner
        args["payload"] = payload
        return [{"json": ["request_format_json"], "form": ["request_format_www_form_urlencoded"]}.get(
            self.format, ["format_xml", root]
        )]  # fmt: skip

    def _payload(self) -> Any:
        """What a body that is not sent as it is written says: JSON, or for a form its fields."""
        if self.format == "form" and not self.body.lstrip().startswith(("{", "[")):
            return _fields(self.body)
        try:
            return json.loads(self.body)
        except json.JSONDecodeError as error:
            said = f"{error.msg}, line {error.lineno}, column {error.colno}."
        except (ValueError, RecursionError) as error:
            said = f"{error}."
        raise ComposeError("body", "The body is not JSON.", f"{said} {_WAYS[self.format]}")

    def _multipart(self, filled: Callable[[str, str], str], read_file: ReadFile) -> dict[str, Any]:
        payload: dict[str, Any] = {}
        for part in self.parts:
            if part.name in payload:
                raise ComposeError(
                    "body", f"Two parts are called {part.name!r}.", "The SDK keeps one part of a name: rename one."
                )
            if part.file:
                kind = part.content_type or "application/octet-stream"
                payload[part.name] = [read_file(part.file), kind, re.split(r"[/\\]", part.file)[-1]]
            elif part.content_type:
                payload[part.name] = [filled(part.value, "body"), part.content_type]
            else:
                payload[part.name] = filled(part.value, "body")
        return payload


_WAYS = {
    "json": "Choose Raw text to send it as it is.",
    "form": "A form's fields may also be written name=value&name=value.",
    "xml": "Begin it with < to send it as it is, or write the elements as JSON.",
}  # fmt: skip


def _fields(text: str) -> dict[str, Any]:
    """The fields of a form as documentation and curl write them: ``name=value`` with ``&`` or a line break between,
    percent-encoded where it has to be. A list is ``name[]`` again and again, as the SDK sends one.

    Raises ``ComposeError``.
    """
    made: dict[str, Any] = {}
    for pair in filter(None, (part.strip("\r") for part in re.split(r"[&\n]", text.strip()))):
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            at = f"{name!r} has no value" if name.strip() else "A value has no name"
            raise ComposeError("body", f"{at}.", 'A form is written name=value&name=value, or {"name": "value"}.')
        name, value = unquote_plus(name.strip()), unquote_plus(value)
        if name.endswith("[]"):
            made.setdefault(name[:-2], []).append(value)
        elif name in made:
            hint = f"The SDK sends one field of a name: {name}[] makes a list, Raw text sends what is written."
            raise ComposeError("body", f"The field {name} is given twice.", hint)
        else:
            made[name] = value
    return made


def from_json(data: Any) -> Composition:
    """What ``as_json`` wrote. Raises ``ComposeError`` that names what is wrong with it."""
    if not isinstance(data, dict):
        raise ComposeError("url", "A request is a JSON object.", 'It has "verb" and "url".')
    verb, url = str(data.get("verb", "GET")).upper(), data.get("url", "")
    if verb not in VERBS:
        raise ComposeError("url", f"There is no verb {verb!r}.", f"Known are {', '.join(VERBS)}.")
    kind = data.get("format", "json")
    if kind not in FORMATS:
        raise ComposeError("body", f"There is no format {kind!r}.", f"Known are {', '.join(FORMATS)}.")
    if not isinstance(url, str):
        raise ComposeError("url", '"url" is a text.')
    reply = data.get("reply", "json")
    if reply not in REPLIES:
        raise ComposeError("headers", f"There is no reply format {reply!r}.", f"Known are {', '.join(REPLIES)}.")
    lines = data.get("body", [])
    body = lines if isinstance(lines, str) else "\n".join(_texts(lines, "body"))
    parts = data.get("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, dict) and part.get("name") for part in parts):
        raise ComposeError("body", '"parts" is a list of objects with a name.')
    return Composition(
        verb,
        url,
        _pairs(data.get("query", []), "query"),
        _pairs(data.get("headers", []), "headers"),
        kind,
        body,
        tuple(
            Part(str(p["name"]), str(p.get("value", "")), str(p.get("file", "")), str(p.get("content_type", "")))
            for p in parts
        ),
        reply,
    )


def _pairs(data: Any, part: str) -> Pairs:
    if not isinstance(data, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in data):
        raise ComposeError(part, f'"{part}" is a list of pairs: [["name", "value"]].')
    return tuple((str(name), str(value)) for name, value in data)


def _texts(data: Any, part: str) -> list[str]:
    if not isinstance(data, list) or not all(isinstance(line, str) for line in data):
        raise ComposeError(part, f'"{part}" is a text or a list of lines.')
    return data


def _part_items(part: Part) -> tuple[tuple[str, str], ...]:
    return (("name", part.name), ("value", part.value), ("file", part.file), ("content_type", part.content_type))


def _bare(name: str) -> str:
    return name.removeprefix(OFF)


def _named(pairs: Pairs, part: str, filled: Callable[[str], str]) -> dict[str, Any]:
    """Pairs as the hash the SDK takes; in a query a repeated name becomes a list (``name[]=``, as in Rails)."""
    made: dict[str, Any] = {}
    repeated = Counter(name for name, _ in pairs)
    for name, value in pairs:
        text = filled(value)
        if part == "query" and name.endswith("[]") and repeated[name] > 1:
            name = name[:-2]  # the list says so itself
        if name not in made:
            made[name] = text
        elif part == "headers":
            raise ComposeError(part, f"The header {name} is given twice.", "The SDK sends one header of a name.")
        else:
            before = made[name]
            made[name] = [*before, text] if isinstance(before, list) else [before, text]
    return made


def _filled_value(value: Any, setting: Callable[[str, str], Any]) -> Any:
    """JSON with variables filled in; one that is a whole text keeps the setting's own type."""
    if isinstance(value, dict):
        return {key: _filled_value(inner, setting) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled_value(inner, setting) for inner in value]
    if not isinstance(value, str):
        return value
    whole = VARIABLE.fullmatch(value)
    if whole:
        return setting(whole[1], "body")
    return VARIABLE.sub(lambda match: _text(setting(match[1], "body")), value)


def _setting(name: str, settings: Mapping[str, Any], part: str) -> Any:
    value: Any = settings
    for key in name.split(".") if name not in settings else [name]:
        if not isinstance(value, Mapping) or key not in value:
            known = ", ".join(sorted(settings)[:12]) or "none yet"
            hint = f"Write a value in its place, or one of the settings: {known}."
            raise ComposeError(part, f"There is no setting {name!r} for {{{{{name}}}}}.", hint)
        value = value[key]
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
