"""The official command line: where it is looked for, how its output is read, and what counts as a difference."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from designer.project.official import (
    Finished,
    LoggedRequest,
    Official,
    OfficialAnswer,
    OfficialFailed,
    OfficialMissing,
    find_official,
    logged_requests,
    ruby_text,
    run_program,
    uncaught,
)
from designer.project.verify import MISSING, Difference, compare

VERSION = Finished(0, "1.3.15\n", "")


class Script:
    """A runner that answers by the program's name and remembers what was run."""

    def __init__(self, **answers: Finished | Exception) -> None:
        self.answers = answers
        self.commands: list[tuple[str, ...]] = []

    def __call__(self, command: Sequence[str], *, cwd: Path, stdin: str, timeout: float) -> Finished:
        del cwd, stdin, timeout
        self.commands.append(tuple(command))
        answer = self.answers[command[0]]
        if isinstance(answer, Exception):
            raise answer
        return answer


class TestFinding:
    def test_the_gemfile_of_the_project_comes_first(self, tmp_path: Path) -> None:
        (tmp_path / "Gemfile").write_text("gem 'workato-connector-sdk', '~> 1.3'\n", encoding="utf-8")
        inner = tmp_path / "connectors" / "crm"
        inner.mkdir(parents=True)
        found = find_official(inner, Script(bundle=VERSION, workato=VERSION), _installed("bundle", "workato"))
        assert found.command == ("bundle", "exec", "workato")
        assert found.version == "1.3.15"

    def test_a_gemfile_for_something_else_does_not_count(self, tmp_path: Path) -> None:
        (tmp_path / "Gemfile").write_text("gem 'rails'\n", encoding="utf-8")
        found = find_official(tmp_path, Script(workato=VERSION), _installed("bundle", "workato"))
        assert found.command == ("workato",)

    def test_a_bundle_that_is_not_installed_gives_way(self, tmp_path: Path) -> None:
        (tmp_path / "Gemfile").write_text("gem 'workato-connector-sdk'\n", encoding="utf-8")
        broken = Finished(7, "", "Could not find workato-connector-sdk-1.3.15 in locally installed gems\n")
        found = find_official(tmp_path, Script(bundle=broken, workato=VERSION), _installed("bundle", "workato"))
        assert found.command == ("workato",)

    def test_none(self, tmp_path: Path) -> None:
        with pytest.raises(OfficialMissing) as caught:
            find_official(tmp_path, Script(), _installed())
        assert "gem install workato-connector-sdk" in caught.value.hint

    @pytest.mark.parametrize(
        "answer",
        [
            Finished(1, "", "cannot load such file -- thor (LoadError)\n"),
            Finished(0, "something else of that name", ""),
            PermissionError(13, "Permission denied"),
            TimeoutError("workato ran longer than 60 seconds"),
        ],
    )
    def test_one_that_does_not_start(self, tmp_path: Path, answer: Finished | Exception) -> None:
        with pytest.raises(OfficialMissing, match="does not start") as caught:
            find_official(tmp_path, Script(workato=answer), _installed("workato"))
        assert "gem install" in caught.value.hint


class TestRunning:
    def test_a_program_without_a_shell(self, tmp_path: Path) -> None:
        code = "import sys; print(sys.stdin.read(), sys.argv[1]); sys.exit(3)"
        done = run_program([sys.executable, "-c", code, "$HOME; echo é"], cwd=tmp_path, stdin="in", timeout=30)
        assert (done.status, done.out.split("\n")[0].rstrip(), done.err) == (3, "in $HOME; echo é", "")

    def test_a_program_that_does_not_end(self, tmp_path: Path) -> None:
        with pytest.raises(TimeoutError):
            run_program([sys.executable, "-c", "while True: pass"], cwd=tmp_path, stdin="", timeout=0.2)

    def test_time_over_is_said(self, tmp_path: Path) -> None:
        official = Official(("workato",), "1.3.15", Script(workato=TimeoutError()))
        with pytest.raises(OfficialFailed, match="did not finish within 5 seconds"):
            official.execute("test", [], cwd=tmp_path, timeout=5)


class TestReading:
    def test_requests_of_the_log(self) -> None:
        log = (
            'Progress: |\nRestClient.post "http://a.example/t?a=b", "note=%C3%A9&user=k1", "Accept"=>"*/*", '
            '"Content-Type"=>"application/x-www-form-urlencoded", "X-Many"=>"a, \\"b\\" => c"\nProgress: |\n'
            'RestClient.get "http://a.example/", "Accept"=>"*/*"\n'
            'RestClient.put "http://a.example/", 812 byte(s) length, "Accept"=>"*/*"\n'
            'RestClient.delete "http://a.example/", "", "X-Number"=>12\n'
        )
        assert logged_requests(log) == (
            LoggedRequest(
                "POST",
                "http://a.example/t?a=b",
                (
                    ("Accept", "*/*"),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                    ("X-Many", 'a, "b" => c'),
                ),
                "note=%C3%A9&user=k1",
            ),
            LoggedRequest("GET", "http://a.example/", (("Accept", "*/*"),)),
            LoggedRequest("PUT", "http://a.example/", (("Accept", "*/*"),), body_length=812),
            LoggedRequest("DELETE", "http://a.example/", (("X-Number", "12"),), ""),
        )

    @pytest.mark.parametrize(
        ("written", "text"),
        [
            (r'"a\nb\t\"c\" \#{d} \\ \e"', 'a\nb\t"c" #{d} \\ \x1b'),
            (r'"\u00E9 \u{1F600 41}"', "é 😀A"),
            (r'"\xC3\xA9 \xFF"', "é \ufffd"),
            ("nil", "nil"),
        ],
    )
    def test_texts(self, written: str, text: str) -> None:
        assert ruby_text(written) == text

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (
                "a.rb:5:in `block': undefined method `x' for nil:NilClass (NoMethodError)\n\n    nil.x\n\tfrom b.rb\n",
                {"class": "NoMethodError", "message": "undefined method `x' for nil:NilClass"},
            ),
            ("C:/a.rb:5:in 'Integer#fdiv': no (really) (A::B)\n", {"class": "A::B", "message": "no (really)"}),
            ("Killed\n", None),
        ],
    )
    def test_the_error_that_ended_it(self, text: str, error: dict[str, str] | None) -> None:
        assert uncaught(text) == error


class TestComparing:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (1, 1),
            ({"$symbol": "a"}, "a"),
            ([{"a": {"$base64": "AA=="}}], [{"a": "?"}]),
            ({"$ruby": "Time", "iso8601": "2026-01-02T03:04:05+00:00", "to_s": ""}, "2026-01-02T03:04:05.000Z"),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ],
    )
    def test_results_that_are_the_same(self, ours: Any, theirs: Any) -> None:
        assert not list(compare(_run(result=ours), OfficialAnswer(theirs, None, ())))

    @pytest.mark.parametrize(
        ("ours", "theirs", "difference"),
        [
            (1, True, Difference("/result", 1, True)),
            ([1, {"a/b": None}], [1, {"a/b": 0}], Difference("/result/1/a~1b", None, 0)),
            ([1, 2], [1], Difference("/result/1", 2, MISSING)),
            ({"a": 1}, {"a": 1, "b": None}, Difference("/result/b", MISSING, None)),
            ({"$symbol": "a"}, "b", Difference("/result", {"$symbol": "a"}, "b")),
            ("1", 1, Difference("/result", "1", 1)),
        ],
    )
    def test_results_that_differ(self, ours: Any, theirs: Any, difference: Difference) -> None:
        assert list(compare(_run(result=ours), OfficialAnswer(theirs, None, ()))) == [difference]

    def test_requests_differ_by_what_the_connector_decides(self) -> None:
        ours = _request(headers={"user-agent": "us", "x-a": "1", "authorization": "Bearer"})
        theirs = LoggedRequest(
            "GET", "http://a.example", (("User-Agent", "them"), ("X-A", "2"), ("Authorization", "Bearer "))
        )
        assert list(compare(_run(ours), OfficialAnswer(None, None, (theirs,)))) == [
            Difference("/requests/0/headers/x-a", "1", "2")
        ]

    def test_bodies(self) -> None:
        ours = _request(method="POST", body="a" * 600)
        long = LoggedRequest("POST", "http://a.example/", (), body_length=600)
        assert not list(compare(_run(ours), OfficialAnswer(None, None, (long,))))
        longer = LoggedRequest("POST", "http://a.example/", (), body_length=601)
        (found,) = compare(_run(ours), OfficialAnswer(None, None, (longer,)))
        assert found == Difference("/requests/0/body", "600 bytes", "601 bytes")

    def test_a_boundary_is_each_clients_own(self) -> None:
        ours = _request(body="--x1\r\n--x1--", headers={"content-type": "multipart/form-data; boundary=x1"})
        theirs = LoggedRequest(
            "GET", "http://a.example/", (("Content-Type", 'multipart/form-data; boundary="zz"'),), "--zz\r\n--zz--"
        )
        found = [each.place for each in compare(_run(ours), OfficialAnswer(None, None, (theirs,)))]
        assert found == []

    def test_only_one_failed(self) -> None:
        error = {"class": "RuntimeError", "message": "no\nmore"}
        (found,) = compare(_run(error=error), OfficialAnswer(1, None, ()))
        assert found == Difference("/error", "RuntimeError: no", MISSING)

    def test_both_failed_otherwise(self) -> None:
        error = {"class": "RuntimeError", "message": "no"}
        (found,) = compare(_run(error=error), OfficialAnswer(1, {"class": "RuntimeError", "message": "yes"}, ()))
        assert found == Difference("/error/message", "no", "yes")


def _run(*requests: dict[str, Any], result: Any = None, error: dict[str, str] | None = None) -> dict[str, Any]:
    return {"requests": list(requests), "result": result, "error": error}


def _request(method: str = "GET", headers: dict[str, str] | None = None, body: str = "") -> dict[str, Any]:
    return {"method": method, "url": "http://a.example/", "headers": headers or {}, "body": body}


def _installed(*names: str) -> Any:
    return lambda name: name if name in names else None
