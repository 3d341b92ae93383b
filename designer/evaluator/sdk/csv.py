"""``workato.csv``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from designer.evaluator.classes import Value, define
from designer.evaluator.csv_reader import MalformedError, rows
from designer.evaluator.errors import RubyError, missing_keywords, unknown_keywords, wrong_arguments
from designer.evaluator.limits import check_string
from designer.evaluator.sdk.host import Said, SdkObject
from designer.evaluator.values import (
    UNKNOWN,
    RArray,
    RHash,
    RProc,
    RString,
    Symbol,
    sym,
    truthy,
)

if TYPE_CHECKING:
    from designer.evaluator.sdk.runtime import Runtime

define("Workato::Connector::Sdk::Dsl::CsvPackage")
define("Workato::Connector::Sdk::CsvError", "Workato::Connector::Sdk::Error")
for _name in ("CsvFormatError", "CsvFileTooBigError", "CsvFileTooManyLinesError"):
    define(f"Workato::Connector::Sdk::{_name}", "Workato::Connector::Sdk::CsvError")

MAX_BYTES = 30 * 1024 * 1024
MAX_LINES = 65_000
_PARSE = ("headers", "col_sep", "row_sep", "quote_char", "skip_blanks", "skip_first_line")
_GENERATE = ("headers", "col_sep", "row_sep", "quote_char", "force_quotes")


class CsvPackage(SdkObject):
    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Dsl::CsvPackage"

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    def respond_to(self, name: str) -> bool:
        return name in ("parse", "generate")

    def answer(self, said: Said) -> Value:
        name, args, kwargs, block = said.name, said.args, said.kwargs, said.block
        options = {k.name: v for k, v in kwargs.items() if isinstance(k, Symbol)} if kwargs is not None else {}
        if name == "parse":
            return self._parse(args, options)
        if name == "generate":
            return self._generate(args, options, block)
        if name in ("class", "is_a?", "nil?", "respond_to?", "inspect", "to_s", "=="):
            return UNKNOWN
        raise RubyError.of(
            "Workato::Connector::Sdk::UndefinedStdLibMethodError",
            f"Undefined method '{name}' for \"workato.csv\" namespace",
        )

    def _parse(self, args: list[Value], options: dict[str, Value]) -> Value:
        if len(args) != 1:
            raise wrong_arguments(len(args), 1, 1)
        _known(options, _PARSE)
        if "headers" not in options:
            raise missing_keywords(["headers"])
        headers = options["headers"]
        if headers is False:
            raise RubyError.of(
                "Workato::Connector::Sdk::ArgumentError",
                "Headers are required. Pass headers: true to implicitly use the first line or array/string for "
                "explicit headers",
            )
        if not isinstance(args[0], RString):
            raise RubyError.of("TypeError", "Parameter 'str': Expected type String")
        if len(args[0].to_bytes()) > MAX_BYTES:
            raise RubyError.of("Workato::Connector::Sdk::CsvFileTooBigError", "CSV file is too big. Max allowed: 30 MB")
        records = self._rows(args[0].text, options)
        if isinstance(headers, RArray):
            names: list[Value] = list(headers)
        elif isinstance(headers, RString):
            names = next(self._rows(headers.text, options), [])
        else:
            names = next(records, [])
        out = RArray()
        for index, row in enumerate(records):
            if index == 0 and truthy(options.get("skip_first_line")):
                continue
            if len(out) == MAX_LINES:
                raise RubyError.of(
                    "Workato::Connector::Sdk::CsvFileTooManyLinesError",
                    f"CSV file has too many lines. Max allowed: {MAX_LINES}",
                )
            record = RHash()
            for column in range(max(len(names), len(row))):
                key = names[column] if column < len(names) else None
                if not record.has(key):
                    record.set(key, row[column] if column < len(row) else None)
            out.append(record)
        return out

    def _rows(self, text: str, options: dict[str, Value]) -> Iterator[list[Value]]:
        found = rows(text, *_layout(options))
        try:
            for row in found:
                if row or not truthy(options.get("skip_blanks")):
                    yield [None if cell is None else RString(cell) for cell in row]
        except MalformedError as error:
            raise RubyError.of("Workato::Connector::Sdk::CsvFormatError", str(error)) from error

    def _generate(self, args: list[Value], options: dict[str, Value], block: RProc | None) -> Value:
        if len(args) > 1:
            raise wrong_arguments(len(args), 0, 1)
        _known(options, _GENERATE)
        out = CsvWriter(args[0].text if args and isinstance(args[0], RString) else "", options, self.runtime)
        if isinstance(options.get("headers"), RArray):
            out.write(options["headers"])
        if block is not None:
            self.runtime.vm.call_proc(block, [out])
        return RString(out.text)


class CsvWriter(SdkObject):
    """What the block of ``generate`` gets."""

    ruby_class_name: ClassVar[str] = "CSV"

    def __init__(self, text: str, options: dict[str, Value], runtime: Runtime) -> None:
        super().__init__()
        self._parts = [text]
        self._length = len(text)
        kept = ("col_sep", "row_sep", "quote_char", "force_quotes")
        self._options = RHash((sym(name), options[name]) for name in kept if options.get(name) is not None)
        self._options.set(sym("multi_line"), False)
        self._runtime = runtime

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def write(self, row: Value) -> None:
        cells = RArray(row.values()) if isinstance(row, RHash) else row
        line = self._runtime.vm.send(cells, "to_csv", kwargs=self._options).text
        self._length += len(line)
        check_string(self._length, self._runtime.vm.limits)
        self._parts.append(line)

    def answer(self, said: Said) -> Value:
        name, args = said.name, said.args
        if name in ("<<", "add_row", "puts") and len(args) == 1 and isinstance(args[0], RArray | RHash):
            self.write(args[0])
            return self
        return UNKNOWN


def _known(options: dict[str, Value], names: tuple[str, ...]) -> None:
    if unknown := [f":{k}" for k in options if k not in names]:
        raise unknown_keywords(unknown)


def _layout(options: dict[str, Value]) -> tuple[str, str, str | None]:
    """Column separator, quote character and row separator (None: as in the text)."""
    column, quote, row = (options.get(name) for name in ("col_sep", "quote_char", "row_sep"))
    if isinstance(quote, RString) and len(quote.text) != 1:
        raise RubyError.of(
            "Workato::Connector::Sdk::ArgumentError", ":quote_char has to be nil or a single character String"
        )
    return (
        column.text if isinstance(column, RString) and column.text else ",",
        quote.text if isinstance(quote, RString) else '"',
        row.text if isinstance(row, RString) and row.text else None,
    )
