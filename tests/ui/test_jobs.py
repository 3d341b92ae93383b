"""Long work: answers come to the UI thread, stale ones are dropped, and nothing holds up the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.errors import UserError
from designer.ui.jobs import Jobs, Task
from designer.ui.messages import Message, Messages


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:  # noqa: ARG001 - signals need one
    made = Jobs()
    yield made
    made.close()


def test_the_answer_arrives_in_the_thread_that_asked(jobs: Jobs, qtbot: QtBot) -> None:
    seen: list[tuple[int, bool]] = []
    main = threading.get_ident()
    work_thread: list[int] = []

    def work(_task: Task) -> int:
        work_thread.append(threading.get_ident())
        return 42

    jobs.start("count", work, done=lambda answer: seen.append((answer, threading.get_ident() == main)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(42, True)]
    assert work_thread[0] != main
    assert jobs.idle


def test_of_two_jobs_with_one_key_only_the_newest_answers(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Event()
    seen: list[str] = []

    def slow(task: Task) -> str:
        gate.wait(10)
        return "stale, told to stop" if task.cancelled else "stale"

    jobs.start("first", slow, done=seen.append, key="check")
    jobs.start("second", lambda _task: "fresh", done=seen.append, key="check")
    qtbot.waitUntil(lambda: seen == ["fresh"])
    gate.set()
    qtbot.waitUntil(lambda: jobs.idle)
    assert seen == ["fresh"]


def test_cancelling_interrupts_what_blocks(jobs: Jobs, qtbot: QtBot) -> None:
    blocked = threading.Event()
    failures: list[object] = []
    jobs.failure.connect(failures.append)

    def work(task: Task) -> None:
        task.on_cancel(blocked.set)
        blocked.wait(10)
        raise UserError("The request was cancelled.")

    job = jobs.start("wait", work)
    assert [one.title for one in jobs.running] == ["wait"]
    job.cancel()
    qtbot.waitUntil(lambda: jobs.idle)
    assert failures == []


def test_an_interrupt_that_comes_too_late_is_called_at_once() -> None:
    task = Task(lambda _text, _share: None)
    task.cancel()
    called: list[bool] = []
    task.on_cancel(lambda: called.append(True))
    assert called == [True]
    assert task.cancelled


def test_progress_is_told(jobs: Jobs, qtbot: QtBot) -> None:
    gate = threading.Event()

    def work(task: Task) -> None:
        gate.wait(10)
        task.progress("half", 0.5)

    job = jobs.start("walk", work)
    with qtbot.waitSignal(job.progressed) as told:
        gate.set()
    assert told.args == ["half", 0.5]
    qtbot.waitUntil(lambda: jobs.idle)


def test_a_failure_nobody_takes_is_told(jobs: Jobs, qtbot: QtBot) -> None:
    def work(_task: Task) -> None:
        raise UserError("No.", "Yes.")

    with qtbot.waitSignal(jobs.failure) as told:
        jobs.start("fail", work)
    assert str(told.args[0]) == "No. Yes."


def test_closing_does_not_wait_for_what_never_ends(qtbot: QtBot) -> None:
    jobs = Jobs()
    gate = threading.Event()
    seen: list[object] = []
    jobs.start("forever", lambda _task: gate.wait(30), done=seen.append)
    jobs.close(seconds=0.05)
    gate.set()
    qtbot.wait(20)
    assert seen == []


@pytest.mark.log_errors
@pytest.mark.usefixtures("qapp")
def test_a_surprise_names_no_value_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    messages = Messages()
    secret = "hunter2"
    try:
        raise ValueError(f"Invalid header value {secret}")
    except ValueError as error:
        messages.fail(error)
    assert messages.last is not None
    assert messages.last.tone == "error"
    assert secret not in caplog.text + messages.last.text + messages.last.detail
    assert "ValueError at test_jobs.py" in caplog.text


@pytest.mark.usefixtures("qapp")
def test_our_own_failures_speak_for_themselves() -> None:
    messages = Messages()
    messages.fail(UserError("The port is taken.", "Choose another."))
    assert messages.last is not None
    assert (messages.last.text, messages.last.detail) == ("The port is taken.", "Choose another.")


@pytest.mark.log_errors
def test_what_nobody_caught_becomes_a_message_from_any_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    messages = Messages()
    messages.take_over()
    posted: list[Message] = []
    messages.posted.connect(posted.append)
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(posted))
    assert posted[0].tone == "error"
    assert "ZeroDivisionError" in posted[0].detail
    assert "Traceback" not in posted[0].text + posted[0].detail
    try:
        raise UserError("Plain words.", "A way out.")
    except UserError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert (posted[-1].text, posted[-1].detail) == ("Plain words.", "A way out.")
