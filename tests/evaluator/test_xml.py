"""``from_xml``: what Nokogiri's reader and the SDK make of documents (recorded with Nokogiri 1.13.10)."""

from __future__ import annotations

import ctypes.util
import subprocess
import sys
import textwrap

import pytest

from designer.evaluator import RString, RubyError
from tests.evaluator.machine import machine

READ = {
    '<a x="1"><b>t</b></a>': '{"a"=>[{"@x"=>"1", "b"=>[{"content!"=>"t"}]}]}',
    "<a/>": '{"a"=>[{}]}',
    "<a> </a>": '{"a"=>[{}]}',
    "<a>\n <b>1</b>\n <b>2</b>\n</a>": '{"a"=>[{"b"=>[{"content!"=>"1"}, {"content!"=>"2"}]}]}',
    "<a>x<b/>y</a>": '{"a"=>[{"content!"=>"xy", "b"=>[{}]}]}',
    "<a>x &amp; y &lt;</a>": '{"a"=>[{"content!"=>"x & y <"}]}',
    "<a>p<![CDATA[<q>]]>r</a>": '{"a"=>[{"content!"=>"p<q>r"}]}',
    '<?xml version="1.0" encoding="UTF-8"?><a>é</a>': '{"a"=>[{"content!"=>"é"}]}',
    '<n:a xmlns:n="u"><n:b n:c="1"/></n:a>': '{"n:a"=>[{"@xmlns:n"=>"u", "n:b"=>[{"@c"=>"1"}]}]}',
    '<a xmlns="u" xmlns:p="v"><p:b/></a>': '{"a"=>[{"@xmlns"=>"u", "@xmlns:p"=>"v", "p:b"=>[{}]}]}',
    "<a><!-- c -->t</a>": '{"a"=>[{"content!"=>"t"}]}',
    "<a>&#65;&#xe9;</a>": '{"a"=>[{"content!"=>"Aé"}]}',
    '<!DOCTYPE a [<!ENTITY e "v">]><a>&e;</a>': '{"a"=>[{}]}',
    "<a> lead <b/> tail </a>": '{"a"=>[{"content!"=>" lead  tail ", "b"=>[{}]}]}',
}


@pytest.mark.parametrize("text", READ)
def test_documents(text: str) -> None:
    vm = machine("{}")
    assert vm.inspect(vm.send(RString(text), "from_xml")) == READ[text]


@pytest.mark.parametrize("text", ["", "junk", "<a>", "<a/><b/>", "<a b='1' b='2'/>", "  <?xml version='1.0'?><a/>"])
def test_what_is_no_xml(text: str) -> None:
    vm = machine("{}")
    with pytest.raises(RubyError) as caught:
        vm.send(RString(text), "from_xml")
    assert caught.value.ruby_class_name == "Nokogiri::XML::SyntaxError"


def test_entities_from_outside_are_not_read() -> None:
    text = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'
    vm = machine("{}")
    assert vm.inspect(vm.send(RString(text), "from_xml")) == '{"a"=>[{}]}'


def test_entities_that_grow_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    vm = machine("{}")
    text = f'<!DOCTYPE a [<!ENTITY x0 "lol">{levels}]><a>&x9;</a>'
    with pytest.raises(RubyError) as caught:
        vm.send(RString(text), "from_xml")
    assert caught.value.ruby_class_name == "Nokogiri::XML::SyntaxError"


_SYSTEM = ctypes.util.find_library("xml2") if sys.platform == "linux" else None


@pytest.mark.skipif(_SYSTEM is None, reason="this system has no libxml2 of its own")
def test_the_systems_libxml2_does_not_come_between() -> None:
    """As where the embedded browser brought it in before the first XML is read."""
    told = run_python(
        f"""
        import ctypes
        ctypes.CDLL({_SYSTEM!r}, mode=ctypes.RTLD_GLOBAL)
        from tests.evaluator.machine import raised
        print(raised("'<a b=1/>'.from_xml")[1])
        """
    )
    assert told == "1:6: FATAL: Couldn't find end of Start Tag a\n"


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    return done.stdout
