"""A stranger's connector is opened and run: nothing in it reaches files, environment, processes or this program."""

from __future__ import annotations

import builtins
import os
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from designer.wire import Call, Outcome, ScriptedTransport, WireResponse, run


def attempt(code: str) -> tuple[Outcome, ScriptedTransport]:
    """Run ``code`` in a test, in front of a request that must not be sent."""
    source = (
        f"{{ title: 'A', test: lambda {{ |connection|\n  x = ({code})\n  get('https://a.example/').response!\n}} }}"
    )
    transport = ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b"{}"))
    return run(Call(source.encode(), "test", settings={"user": "ada"}), transport), transport


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A way out that is found after all ends the test, whatever the run makes of it."""
    reached: list[str] = []

    def guard(name: str) -> Any:
        def called(*_arguments: object, **_keywords: object) -> None:
            reached.append(name)
            raise AssertionError(f"{name} was reached")

        return called

    attempt("1")  # What is imported on first use is imported now, before files are out of reach.
    attempt("Hash.from_xml('<a/>'); workato.parse_yaml('a: 1'); `x`")
    for owner, name in ((builtins, "eval"), (builtins, "exec"), (os, "system"), (os, "fork"), (subprocess, "Popen")):
        if hasattr(owner, name):
            monkeypatch.setattr(owner, name, guard(name))
    yield
    assert reached == []


REFUSED = """\
File.read('/etc/hosts')
File.open('/etc/hosts') { |file| file.read }
::File.read('/etc/hosts')
Object::File.read('/etc/hosts')
Dir.glob('/*')
IO.read('/etc/hosts')
IO.popen('id')
open('/etc/hosts')
Kernel.open('|id')
FileUtils.rm_rf('/nowhere')
Pathname.new('/').children
Tempfile.new('x')
ENV['HOME']
ENV.to_h
ARGV
STDIN.read
STDOUT.puts('x')
$stdin.read
$stdout.write('x')
$LOAD_PATH
`id`
%x(id)
system('id')
Kernel.system('id')
exec('id')
Kernel.exec('id')
spawn('id')
fork { 1 }
exit
exit!
abort('x')
at_exit { 1 }
trap('INT') { 1 }
Signal.trap('INT') { 1 }
Process.pid
Process.kill(9, 1)
PTY.spawn('id')
Open3.capture2('id')
Etc.getlogin
syscall(39)
gets
readlines
test(?e, '/etc/hosts')
eval('1')
Kernel.eval('1')
instance_eval { 1 }
"".instance_eval('1')
instance_exec(1) { |one| one }
String.class_eval { 1 }
Object.class_eval('1')
binding
binding.local_variables
lambda { 1 }.binding
TOPLEVEL_BINDING
RubyVM::InstructionSequence.compile('1').eval
TracePoint.new(:call) { 1 }
set_trace_func(nil)
callcc { |here| here }
send(:system, 'id')
self.send(:system, 'id')
"".send(:eval, '1')
__send__(:system, 'id')
1.__send__(:system, 'id')
public_send(:system, 'id')
"".public_send(:instance_variable_get, :@a)
[[:system, 'id']].each { |name, word| send(name, word) }
method(:system).call('id')
method(:eval).to_proc.call('1')
[1].map(&method(:system))
["id"].each(&:system)
:system.to_proc.call(self, 'id')
[self, 'id'].inject(:system)
[Kernel, 'id'].inject(:system)
Kernel.instance_method(:system).bind(self).call('id')
require 'socket'
require_relative 'other'
load '/nowhere.rb'
autoload :X, '/nowhere'
instance_variable_get(:@a)
"".instance_variable_set(:@a, 1)
ObjectSpace.each_object
GC.start
Object.const_get(:File)
Object.const_get('File').read('/etc/hosts')
self.class.const_get(:ENV)
"File".constantize
"ENV".constantize
"Kernel".constantize.system('id')
Class.new { def x; 1; end }.new.x
Struct.new(:a).new(1)
Object.send(:define_method, :x) { 1 }
String.define_method(:x) { 1 }
String.send(:remove_method, :to_s)
"".singleton_class
"".extend(Kernel)
"".methods
Marshal.load('x')
YAML.load('--- 1')
YAML.unsafe_load('--- 1')
Thread.new { 1 }
Fiber.new { 1 }
Ractor.new { 1 }
Mutex.new
Socket.tcp('localhost', 80)
TCPSocket.new('localhost', 80)
Fiddle.dlopen(nil)
Gem.path
"".__class__
"".__globals__
"".__dict__
"".__init__
"".__subclasses__
"".__reduce__
nil.__class__
connection.__class__
self.__class__
lambda { 1 }.__code__
lambda { 1 }.__globals__
[1].map(&:__class__)
1.then(&:__send__)
""".splitlines()


@pytest.mark.parametrize("code", REFUSED)
def test_refused_by_name_before_anything_is_sent(code: str) -> None:
    outcome, transport = attempt(code)
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::CannotEvaluate"
    assert outcome.error["message"].startswith("cannot evaluate ")
    assert outcome.error["line"] == 2
    assert transport.requests == []


# Names of this program's own parts, and ways in that Ruby has not either: plain Ruby errors.
UNDEFINED = """\
"".text
"".cls
lambda { 1 }.body
lambda { 1 }.native
connection.vm
connection.ports
self.runtime
self.vm
aws.runtime
workato.runtime
workato.call_method
workato.__dict__
Kernel::File
call('__class__')
call(:__init__)
call(:system, 'id')
"%{__class__}" % { a: 1 }
"%<__class__>s" % { a: 1 }
format("%{a.__class__}", a: 1)
headers.__class__
""".splitlines()


@pytest.mark.parametrize("code", UNDEFINED)
def test_undefined_as_in_ruby(code: str) -> None:
    outcome, transport = attempt(code)
    assert outcome.error is not None
    assert not outcome.error["class"].startswith("Python")
    assert transport.requests == []


# What Ruby allows and gives nothing away.
HARMLESS = {
    '"".class.class': "Class",
    '"".class.superclass.superclass.to_s': "BasicObject",
    "connection.instance_variables": [],
    '"{0.__class__}" % []': "{0.__class__}",
    "try(:system, 'id')": None,
    "self.try(:eval, '1')": None,
    "account_property('__class__')": None,
    "def method_missing(*names); 1; end; 2": 2,
}


@pytest.mark.parametrize("code", HARMLESS)
def test_harmless(code: str) -> None:
    source = f"{{ title: 'A', test: lambda {{ |connection| {code} }} }}"
    outcome = run(Call(source.encode(), "test"), ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b"")))
    assert outcome.error is None
    result = outcome.result
    assert (result if not isinstance(result, dict) else result.get("to_s", result.get("name"))) in (
        HARMLESS[code],
        None if result is None else HARMLESS[code],
    )


def test_an_entity_of_xml_reads_no_file() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><a>&x;</a>'
    outcome, _ = attempt(f"error(Hash.from_xml('{bomb}').to_s)")
    assert "localhost" not in str(outcome.error)
    assert outcome.error is not None


@pytest.mark.parametrize("text", ["--- !ruby/object:File {}", "--- !ruby/object:Gem::Installer\\ni: x"])
def test_yaml_makes_no_objects(text: str) -> None:
    outcome, transport = attempt(f'workato.parse_yaml("{text}")')
    assert outcome.error is not None
    assert transport.requests == []


def test_json_makes_no_objects() -> None:
    outcome, _ = attempt("""error(JSON.load('{"json_class":"File"}').class.to_s)""")
    assert outcome.error is not None
    assert outcome.error["message"] == "Hash"


def test_the_file_itself_does_nothing_but_define() -> None:
    source = b"require 'socket'\nsystem('id')\n{ title: 'A', test: lambda { 1 } }"
    outcome = run(Call(source, "test"), ScriptedTransport(lambda _request: WireResponse(200, "OK", (), b"")))
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::CannotEvaluate"
    assert outcome.error["line"] == 2
