"""Sketches of calls: requests and what is chained onto them, readings of settings and replies, signing, time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from designer.connection.sketch import (
    ESCAPED,
    LINE_BREAK,
    SIGNATURE,
    BasicHeader,
    Call,
    Instant,
    Items,
    Jwt,
    Pairs,
    Pick,
    Repaired,
    Request,
    Scalar,
    Text,
    Value,
)
from designer.connection.template import Part, from_parts, parts
from designer.ruby import syntax as s

if TYPE_CHECKING:
    from designer.connection.reader import Reader

BODILESS = frozenset({"get", "head", "options", "delete"})
VERBS = BODILESS | {"post", "put", "patch", "copy", "move"}
FORMATS = {
    "request_format_www_form_urlencoded": "form",
    "request_format_json": "json",
    "request_format_xml": "xml",
    "format_xml": "xml",
    "request_format_multipart_form": "multipart",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_AS_IS = frozenset({"to_i", "freeze", "utc", "itself", "to_f", "floor"})


def call(reader: Reader, node: s.Call) -> Value | None:
    """The sketch of a call, None where it has none."""
    if node.block is not None or node.block_pass is not None:
        return _with_block(reader, node)
    if any(isinstance(argument, s.Splat) for argument in node.arguments):
        return None
    if node.receiver is None:
        return _bare(reader, node)
    if (setting := _setting(reader, node)) is not None:
        return setting
    if _is_name(node.receiver, "workato") or _is_name(node.receiver, "aws"):
        return _jwt(reader, node) or _of_the_sdk(reader, node)
    if node.name == "now" and isinstance(node.receiver, s.Const) and node.receiver.name == "Time":
        return Instant()
    if node.name == "strict_encode64" and isinstance(node.receiver, s.Const) and len(node.arguments) == 1:
        given = reader.value(node.arguments[0])
        return Call("encode_base64", (given,)) if isinstance(given, Text) else None
    receiver = reader.value(node.receiver)
    if isinstance(receiver, Text) and _repairs(reader, node):
        return Repaired(receiver)
    if isinstance(receiver, Request):
        return _chained(reader, receiver, node)
    if isinstance(receiver, Pick):
        return _picked(reader, receiver, receiver.path, node)
    if isinstance(receiver, Call) and receiver.name == SIGNATURE:
        return _picked(reader, receiver, (), node)
    return _encoded(reader, receiver, node) or _on_value(reader, receiver, node)


def _repairs(reader: Reader, node: s.Call) -> bool:
    """Whether this is ``gsub('\\n', "\\n")`` or ``gsub(/\\\\n/, "\\n")``."""
    if node.name != "gsub" or len(node.arguments) != 2 or node.keywords is not None:
        return False
    sought, put = node.arguments
    if isinstance(sought, s.Regex):
        escaped = not sought.flags and [part.value for part in sought.parts if isinstance(part, s.Str)] == [r"\\n"]
        return escaped and len(sought.parts) == 1 and reader.value(put) == Text(LINE_BREAK)
    return reader.value(sought) == Text(ESCAPED) and reader.value(put) == Text(LINE_BREAK)


def _is_name(node: s.Node | None, name: str) -> bool:
    return isinstance(node, s.Call) and node.receiver is None and node.name == name and not node.arguments


def _setting(reader: Reader, node: s.Call) -> Text | None:
    """``connection['name']``, ``connection[:name]``, ``connection.dig('name')``."""
    if node.name not in ("[]", "dig") or len(node.arguments) != 1 or not reader.is_connection(node.receiver):
        return None
    key = node.arguments[0]
    name = key.value if isinstance(key, s.Str) else key.name if isinstance(key, s.Sym) else ""
    text = f"#{{{name}}}"
    return Text(text) if name and from_parts([text]) is None else None


def _bare(reader: Reader, node: s.Call) -> Value | None:
    """A call without a receiver: a verb, the clock, or one of the SDK's."""
    if node.name in VERBS and node.arguments:
        return _request(reader, node)
    if node.name in ("now", "today") and not node.arguments and node.keywords is None:
        return Instant() if node.name == "now" else None
    keywords = reader.pairs(node.keywords)
    if keywords is None or node.safe:
        return None
    return Call(node.name, tuple(reader.value(argument) for argument in node.arguments), keywords, node.line)


def _request(reader: Reader, node: s.Call) -> Request | None:
    keywords = reader.pairs(node.keywords)
    given = [reader.value(argument) for argument in node.arguments]
    if keywords is None or len(given) + bool(keywords.items) > 2:
        return None
    sent = keywords if keywords.items else given[1] if len(given) > 1 else None
    request = Request(node.name, given[0], line=node.line)
    if sent is None:
        return request
    return replace(request, params=sent) if node.name in BODILESS else replace(request, payload=sent)


def _with_block(reader: Reader, node: s.Call) -> Value | None:
    """A request stays one when a block hangs on it; what the block does is beyond the forms."""
    receiver = reader.value(node.receiver) if node.receiver is not None else None
    if isinstance(receiver, Request):
        return replace(receiver, extras=(*receiver.extras, node.name))
    if isinstance(receiver, Pick) and isinstance(receiver.source, Request):
        return Pick(replace(receiver.source, extras=(*receiver.source.extras, node.name)), receiver.path)
    return None


def _chained(reader: Reader, request: Request, node: s.Call) -> Value | None:
    """``request.name(arguments)``."""
    if node.name in ("[]", "dig"):
        return _picked(reader, request, (), node)
    given = _only_argument(reader, node)
    if node.name == "headers" and isinstance(given, Pick) and isinstance(given.source, Call):
        signed = given.path == ("headers",) and request.headers is None and request.signature is None
        return replace(request, extras=(*request.extras, "signature"), signature=given.source if signed else None)
    if node.name in ("params", "payload", "headers"):
        if given is None:
            return replace(request, extras=(*request.extras, node.name))
        return _merged(request, node.name, given)
    if node.name in ("user", "password") and given is not None and getattr(request, node.name) is None:
        return replace(request, user=given) if node.name == "user" else replace(request, password=given)
    if node.name in FORMATS and (format_ := FORMATS[node.name]):
        plain = given is None and not node.arguments and node.keywords is None
        if plain:
            return replace(request, format=format_)
        return _sent_as(request, format_, given)
    if node.name == "response_format_json" and not node.arguments:
        return request
    return replace(request, extras=(*request.extras, node.name))


def _sent_as(request: Request, format_: str, given: Value | None) -> Request:
    """``request_format_…(payload)``."""
    if given is None or request.payload is not None or format_ == "xml":
        return replace(request, format=format_, extras=(*request.extras, "payload"))
    return replace(request, format=format_, payload=given)


def _only_argument(reader: Reader, node: s.Call) -> Value | None:
    keywords = reader.pairs(node.keywords)
    if node.keywords is not None:
        return keywords if keywords is not None and not node.arguments else None
    return reader.value(node.arguments[0]) if len(node.arguments) == 1 else None


def _merged(request: Request, name: str, given: Value) -> Request:
    """Hashes given twice are merged, as the SDK does; a Basic header counts as user and password."""
    if name == "headers" and isinstance(given, Pairs):
        header = next((pair for pair in given.items if isinstance(pair.value, BasicHeader)), None)
        if header is not None and header.key.lower() == "authorization" and isinstance(header.value, BasicHeader):
            basic = header.value
            request = replace(request, user=Text(basic.user), password=Text(basic.password))
            given = Pairs(tuple(pair for pair in given.items if pair is not header))
    before = getattr(request, name)
    if before is None:
        value: Value = given
    elif isinstance(before, Pairs) and isinstance(given, Pairs):
        value = Pairs((*before.items, *given.items))
    else:
        return replace(request, extras=(*request.extras, name))
    if name == "headers":
        if not isinstance(value, Pairs):
            return replace(request, extras=(*request.extras, name))
        return replace(request, headers=value)
    return replace(request, params=value) if name == "params" else replace(request, payload=value)


def _picked(reader: Reader, source: Request | Pick | Call, path: tuple[str | int, ...], node: s.Call) -> Pick | None:
    """``reply['a']``, ``reply.dig('a', 0)``, ``reply['a']['b']``."""
    if node.name not in ("[]", "dig") or node.keywords is not None or not node.arguments:
        return None
    if node.name == "[]" and len(node.arguments) > 1:
        return None
    steps: list[str | int] = []
    for argument in node.arguments:
        value = Text(argument.name) if isinstance(argument, s.Sym) else reader.value(argument)
        if isinstance(value, Text) and "#{" not in value.template:
            steps.append(value.template)
        elif isinstance(value, Scalar) and type(value.value) is int:
            steps.append(value.value)
        else:
            return None
    return Pick(source.source if isinstance(source, Pick) else source, (*path, *steps))


def _of_the_sdk(reader: Reader, node: s.Call) -> Call | None:
    """``aws.generate_signature(…)`` and the like, under their full names."""
    keywords = reader.pairs(node.keywords)
    if keywords is None or not isinstance(node.receiver, s.Call):
        return None
    given = tuple(reader.value(argument) for argument in node.arguments)
    return Call(f"{node.receiver.name}.{node.name}", given, keywords, node.line)


def _jwt(reader: Reader, node: s.Call) -> Jwt | None:
    if node.name not in ("jwt_encode", "jwt_encode_rs256"):
        return None
    fixed = "RS256" if node.name.endswith("rs256") else None
    given = [reader.value(argument) for argument in node.arguments]
    headers = reader.pairs(node.keywords)
    if headers is None or len(given) < (2 if fixed else 3):
        return None
    algorithm = Text(fixed) if fixed else given.pop(2)
    rest = given[2:]
    if rest and not headers.items and len(rest) == 1 and isinstance(rest[0], Pairs):
        headers, rest = rest[0], []
    if rest or not isinstance(algorithm, Text) or "#{" in algorithm.template:
        return None
    return Jwt(given[0], given[1], algorithm.template, headers)


def _on_value(reader: Reader, receiver: Value, node: s.Call) -> Value | None:
    """Plain Ruby on a known value: concatenation, joins, durations."""
    given = [reader.value(argument) for argument in node.arguments]
    if node.keywords is not None:
        return None
    if node.name in _AS_IS and not given and isinstance(receiver, Instant | Scalar):
        return receiver
    if node.name == "freeze" and not given:
        return receiver
    if isinstance(receiver, Text):
        return _on_text(reader, receiver, node.name, given)
    if isinstance(receiver, Pairs) and node.name == "to_param" and not given:
        return _query(receiver)
    if isinstance(receiver, Items) and node.name in ("join", "smart_join") and len(given) == 1:
        # smart_join leaves out what is blank: of settings nobody knows.
        plain = all(isinstance(item, Text) and _solid(item.template) for item in receiver.items)
        return _joined(reader, receiver, given[0]) if plain or node.name == "join" else None
    if isinstance(receiver, Instant) and node.name in ("+", "-") and len(given) == 1:
        seconds = _integer(given[0])
        return None if seconds is None else Instant(receiver.offset + (seconds if node.name == "+" else -seconds))
    if isinstance(receiver, Scalar) and (number := _integer(receiver)) is not None:
        return _on_number(number, node.name, given)
    return None


def _solid(template: str) -> bool:
    """Whether a text is one whatever the settings: not blank, and without spaces around it."""
    return "#{" not in template and bool(template) and template == template.strip()


_ENCODERS = frozenset({"encode_sha256", "encode_urlsafe_base64"})


def _encoded(reader: Reader, receiver: Value, node: s.Call) -> Call | None:
    """The beginning of a text, and what is encoded out of it, as calls with the text as their argument: ``first``,
    ``encode_sha256``, ``encode_urlsafe_base64``, ``unpadded``."""
    if node.keywords is not None or not isinstance(receiver, Text | Call):
        return None
    if isinstance(receiver, Text) and (length := _length_of_beginning(reader, node)) is not None:
        return Call("first", (receiver, Scalar(length)))
    if isinstance(receiver, Call) and receiver.name not in ("first", *_ENCODERS):
        return None
    if node.name in _ENCODERS and not node.arguments:
        return Call(node.name, (receiver,))
    given = [reader.value(argument) for argument in node.arguments]
    if isinstance(receiver, Call) and receiver.name in _ENCODERS:
        removed = given == [Text("=")] if node.name == "delete" else given == [Text("="), Text("")]
        return Call("unpadded", (receiver,)) if removed and node.name in ("delete", "gsub", "tr") else None
    return None


def _length_of_beginning(reader: Reader, node: s.Call) -> int | None:
    """Characters that ``text[0, n]``, ``text[0...n]``, ``text[0..m]`` or ``text.first(n)`` take."""
    if node.name == "first" and len(node.arguments) == 1:
        return _integer(reader.value(node.arguments[0]))
    if node.name not in ("[]", "slice") or not node.arguments:
        return None
    start, *rest = node.arguments
    if isinstance(start, s.Range) and not rest:
        first, last = reader.value(start.first), reader.value(start.last)
        end = _integer(last)
        return None if first != Scalar(0) or end is None or end < 0 else end + (0 if start.exclusive else 1)
    return _integer(reader.value(rest[0])) if len(rest) == 1 and reader.value(start) == Scalar(0) else None


def _on_text(reader: Reader, receiver: Text, name: str, given: list[Value]) -> Value | None:
    if name == "+" and len(given) == 1:
        return reader.concatenated([receiver, given[0]])
    if name == "encode_base64" and not given:
        return Call("encode_base64", (receiver,))
    if name == "to_s" and not given and "#{" not in receiver.template:
        return receiver
    return None


def _on_number(number: int, name: str, given: list[Value]) -> Value | None:
    unit = _SECONDS.get(name.removesuffix("s"))
    if unit is not None and not given:
        return Scalar(number * unit)
    if name == "from_now" and not given:
        return Instant(number)
    other = _integer(given[0]) if len(given) == 1 else None
    if other is None:
        return None
    return {"*": Scalar(number * other), "+": Scalar(number + other), "-": Scalar(number - other)}.get(name)


def _integer(value: Value) -> int | None:
    return value.value if isinstance(value, Scalar) and type(value.value) is int else None


def _joined(reader: Reader, items: Items, separator: Value) -> Value | None:
    values: list[Value] = []
    for index, item in enumerate(items.items):
        values += [separator, item] if index else [item]
    return reader.concatenated(values) if values else Text("")


def _query(pairs: Pairs) -> Text | None:
    """``{ … }.to_param`` with texts for values, as the query it makes."""
    pieces: list[str] = []
    for pair in sorted(pairs.items, key=lambda each: each.key):
        if not isinstance(pair.value, Text):
            return None
        encoded: list[Part] = [
            quote_plus(part, safe="") if isinstance(part, str) else part for part in parts(pair.value.template)
        ]
        text = from_parts(encoded)
        if text is None:
            return None
        pieces.append(f"{quote_plus(pair.key, safe='')}={text}")
    return Text("&".join(pieces))
