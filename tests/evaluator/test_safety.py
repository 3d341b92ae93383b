"""No way from a connector's code to Python, files, the environment, processes or the network."""

from __future__ import annotations

import pytest

from designer.evaluator import CannotEvaluate, EvaluationError, RubyError
from designer.evaluator.classes import Builtin, all_classes
from tests.evaluator.machine import failure, shown

REFUSED = {
    "`ls`": "backticks",
    "%x(ls)": "backticks",
    "system('ls')": "system",
    "Kernel.system('ls')": "Kernel.system",
    "exec 'ls'": "exec",
    "fork": "fork",
    "exit": "exit",
    "Kernel.exit": "Kernel.exit",
    "abort": "abort",
    "open('|ls')": "open",
    "URI.open('http://x')": "URI.open",
    "eval('1')": "eval",
    "binding": "binding",
    "instance_eval { 1 }": "instance_eval",
    "'x'.instance_exec { 1 }": "String#instance_exec",
    "String.class_eval { }": "String.class_eval",
    "send(:puts)": "send",
    "1.__send__(:+, 2)": "Integer#__send__",
    "''.public_send(:upcase)": "String#public_send",
    "[1].map(&:eval)": "Integer#eval",
    "Object.const_get(:File)": "Object.const_get",
    "instance_variable_get(:@a)": "instance_variable_get",
    "define_method(:x) { }": "define_method",
    "File.read('/etc/passwd')": "File",
    "IO.popen('ls')": "IO",
    "Dir.pwd": "Dir",
    "ENV['HOME']": "ENV",
    "ARGV": "ARGV",
    "Process.pid": "Process",
    "ObjectSpace": "ObjectSpace",
    "Thread.new { }": "Thread",
    "Marshal.load('')": "Marshal",
    "YAML.load('a')": "YAML",
    "Psych.load('a')": "Psych.load",
    "Net::HTTP.get(1)": "Net::HTTP.get",
    "RestClient.get('http://x')": "RestClient.get",
    "Class.new": "Class.new",
    "Struct.new(:a)": "Struct",
    "class X; end": "class",
    "module X; end": "module",
    "alias a b": "alias",
    "$stdout.puts 1": "$stdout",
    "$LOAD_PATH << 'x'": "$LOAD_PATH",
    "require 'socket'": "require",
    "load 'x.rb'": "load",
    "__FILE__": "__FILE__",
    "__dir__": "__dir__",
    "''.__class__": "String#__class__",
    "[].__init__": "Array#__init__",
    "__import__('os')": "__import__",
    "OpenSSL::PKey::RSA.new(2048)": "OpenSSL::PKey::RSA.new with a size",
    "case [1]\nin [a] then a\nend": "case/in",
}


@pytest.mark.parametrize("body", REFUSED)
def test_it_is_refused_by_name(body: str) -> None:
    error = failure(body)
    assert isinstance(error, CannotEvaluate), error
    assert error.name == REFUSED[body]
    assert error.message == f"cannot evaluate {error.name}, line {error.line}"


@pytest.mark.parametrize("body", ["File.read('x')", "`ls`", "eval('1')"])
def test_a_refusal_cannot_be_rescued(body: str) -> None:
    assert isinstance(failure(f"begin; {body}; rescue Exception; 1; end"), CannotEvaluate)


PYTHON_NAMES = (
    "mro", "gi_frame", "f_globals", "func_globals", "co_code", "items", "pairs", "hash_key", "cls", "vm", "ports",
    "plain_text", "copy_value", "call_method", "self_obj", "native", "body", "frame", "text", "to_bytes", "binary",
    "enc", "found", "handle", "zone_name", "at_ns",
)  # fmt: skip


@pytest.mark.parametrize(
    "receiver", ["1", "'a'", ":a", "[1]", "{ a: 1 }", "(1..2)", "/a/", "Time.now", "-> { }", "nil"]
)
def test_python_attributes_are_not_methods(receiver: str) -> None:
    for name in PYTHON_NAMES:
        error = failure(f"{receiver}.{name}")
        assert isinstance(error, RubyError | CannotEvaluate), (name, error)
        if isinstance(error, RubyError):
            assert error.ruby_class_name in ("NoMethodError", "ArgumentError"), (name, error)


def test_format_reaches_no_attributes() -> None:
    assert shown("'%{a.__class__}' % { 'a.__class__': 1 }") == '"1"'
    assert shown("'{0.__class__}' % []") == '"{0.__class__}"'


def test_only_registered_functions_can_be_called() -> None:
    for cls in all_classes():
        for table in (cls.methods, cls.singleton):
            assert all(isinstance(found, Builtin) for found in table.values()), cls


@pytest.mark.parametrize("name", ["rot13", "hex", "zlib_codec", "idna", "unicode_escape", "undefined", "base64"])
def test_python_codecs_are_no_encodings(name: str) -> None:
    for body in (f"'a'.encode('{name}')", f"'a'.dup.force_encoding('{name}')"):
        assert isinstance(failure(body), EvaluationError)
