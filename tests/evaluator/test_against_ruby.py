"""The recordings that need only core Ruby, asked again of the Ruby on this machine, where there is one of 3.1."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.evaluator.test_recorded import rows

_ASK = """
%w[json set time date uri cgi base64 digest openssl securerandom].each { |library| require library }
%w[bigdecimal bigdecimal/util erb csv].each { |library| require library }
class Time; class << self; def now(**k) = k[:in] ? Time.at(1767323045).getlocal(k[:in]) : Time.at(1767323045); end; end
class Date; class << self; def today = Date.new(2026, 1, 2); end; end
$real = $stdout.dup
$stdout.reopen(IO::NULL)
answers = JSON.parse($stdin.read).map do |snippet|
  ['gives', Object.new.instance_eval { eval("lambda { #{snippet}\\n }.call", binding) }.inspect]
rescue Exception => e
  ['raises', e.class.name, e.message]
end
$real.write(JSON.generate(answers.map { |a| a.map { |t| t.dup.force_encoding('UTF-8').scrub('?') } }))
"""


def _version(ruby: str) -> str:
    found = subprocess.run([ruby, "-e", "print RUBY_VERSION"], capture_output=True, text=True, check=True, timeout=30)
    return found.stdout


def test_recordings_are_what_ruby_says() -> None:
    ruby = shutil.which("ruby")
    if ruby is None or not _version(ruby).startswith("3.1."):
        pytest.skip("no Ruby 3.1 here")
    core = [row for _, row in rows() if row.get("core")]
    asked = subprocess.run(
        [ruby, "--disable=did_you_mean,error_highlight", "-W0", "-e", _ASK],
        input=json.dumps([row["ruby"] for row in core]),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
        env={**os.environ, "TZ": "UTC"},
    )
    wrong = []
    for row, answer in zip(core, json.loads(asked.stdout), strict=True):
        wanted = ["gives", row["gives"]] if "gives" in row else ["raises", row["raises"], row["message"]]
        if answer != wanted:
            wrong.append(f"{row['ruby']}\n    gives {answer}\n    not   {wanted}")
    assert not wrong, "\n".join(wrong)
    assert len(core) > 700
