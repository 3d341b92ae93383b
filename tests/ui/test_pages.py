"""Base URI, test, problems and changes: each page by clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolTip

from designer.ui.pilot import Pilot
from designer.ui.widgets.diff import DiffView
from designer.ui.window import MainWindow
from tests.ui.conftest import ACME, Open, settle, text

CTRL = Qt.KeyboardModifier.ControlModifier


def said(window: MainWindow) -> str:
    return "\n".join(one.text() for one in window.findChildren(QLabel) if one.isVisible())


def test_the_base_uri_shows_what_comes_out_of_it(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.base_uri")
    assert "https://api.acme.example/v2/contacts" in said(window)
    assert "https://api.acme.example/contacts" in said(window)
    hand.type_into("base_uri.url", "https://eu.acme.example/")
    assert "'https://eu.acme.example/'" in text(window)
    assert "https://eu.acme.example/contacts" in said(window)


def test_a_base_without_its_slash_gets_it_at_a_click(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.base_uri")
    hand.type_into("base_uri.url", "https://eu.acme.example/v3")
    settle(window, hand)
    assert "becomes /me" in hand.see("problem.base-path-lost").accessibleName()
    assert not hand.sees("base_uri.note"), "one mistake, one notice"
    hand.click("fix.base-path-lost")
    settle(window, hand)
    assert "'https://eu.acme.example/v3/'" in text(window)
    assert "https://eu.acme.example/v3/contacts" in said(window)
    assert "starts with a slash" in hand.see("base_uri.note").accessibleName()
    assert not hand.sees("problem.base-path-lost")


@pytest.mark.parametrize(
    ("base", "path", "said_there"),
    [
        ("https://eu.acme.example/v3/", "/me", "“/me” on line 38 replaces the path /v3/ of the base URI."),
        ("https://eu.acme.example/v3", "me", "Below /v3 the path “me” on line 38 becomes /me."),
    ],
)
def test_a_base_path_that_the_test_loses_is_told_on_its_page_too(
    window: MainWindow, open_project: Open, hand: Pilot, base: str, path: str, said_there: str
) -> None:
    source = ACME.replace("https://api.acme.example/v2/", base).replace("'me'", f"'{path}'")
    action = "\n  actions: {\n    list: {\n      execute: lambda { |_c, _i| get('/rows') }\n    }\n  },\n"
    open_project(source.replace("\n  test:", f"{action}\n  test:"))
    hand.click("rail.test")
    assert (
        said_there.replace("38", str(text(window)[: text(window).index("get('" + path)].count("\n") + 1))
        in hand.see("problem.base-path-lost").accessibleName()
    )
    hand.click("fix.base-path-lost")
    settle(window, hand)
    fixed = (path.lstrip("/"), "https://eu.acme.example/v3/")
    assert all(one in text(window) for one in (f"get('{fixed[0]}')", f"'{fixed[1]}'"))
    hand.click("rail.test")
    hand.type_into("test.url", "https://eu.acme.example/v3/me")
    settle(window, hand)
    assert not hand.sees("problem.base-path-lost"), "what an action loses is no matter of the test"
    hand.click("rail.base_uri")
    assert hand.sees("problem.base-path-lost")


def test_a_base_nothing_stands_on_yet_is_told_of_its_slash(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(ACME.replace("https://api.acme.example/v2/", "https://eu.acme.example/v3").replace("'me'", "'/v3/me'"))
    hand.click("rail.base_uri")
    settle(window, hand)
    assert "“v3” gets lost" in hand.see("base_uri.note").accessibleName()
    hand.click("base_uri.slash")
    settle(window, hand)
    assert "'https://eu.acme.example/v3/'" in text(window)


def test_one_url_becomes_one_for_each_environment(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.base_uri")
    hand.click("base_uri.mode.environment_switch")
    settle(window, hand)
    assert "case connection['environment']" in text(window)
    assert "when 'live' then 'https://api.acme.example/v2/'" in text(window)
    hand.click("base_uri.mode.url_template")
    settle(window, hand)
    assert "case connection" not in text(window)
    hand.click("base_uri.remove")
    settle(window, hand)
    assert "base_uri" not in text(window)
    hand.click("base_uri.add")
    settle(window, hand)
    assert window.store.state.design.base_uri is not None


def test_the_test_request_is_a_form(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.test")
    hand.type_into("test.url", "users/me")
    assert text(window) == ACME.replace("get('me')", "get('users/me')")
    hand.choose("test.verb", "POST")
    assert "post('users/me')" in text(window)
    hand.click("test.remove")
    settle(window, hand)
    assert window.store.state.design.test is None
    hand.click("test.add")
    settle(window, hand)
    assert "get('me')" in text(window)


def test_a_problem_leads_to_its_place_and_is_fixed_there(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.problems")
    hand.click("problem-line.secret-not-masked.place")
    assert window.current_page == "fields"
    assert window.store.state.focus.startswith("/connection/fields/2")
    hand.click("rail.problems")
    hand.click("problems.fix.secret-not-masked")
    settle(window, hand)
    assert "control_type: 'password'" in text(window)
    assert not hand.sees("problem-line.secret-not-masked")
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == ACME


def test_a_problem_is_silenced_by_a_comment_and_back(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.problems")
    hand.click("problems.silence.secret-not-masked")
    settle(window, hand)
    assert "# designer:disable secret-not-masked\n" in text(window)
    assert not hand.sees("problem-line.secret-not-masked")
    assert "secret-not-masked" not in {problem.code for problem in window.store.state.problems}
    hand.key(Qt.Key.Key_Z, CTRL)
    settle(window, hand)
    assert text(window) == ACME
    assert hand.sees("problem-line.secret-not-masked")


def test_a_problem_of_no_form_leads_to_its_line(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project(ACME.rstrip() + "\n) # one too many\n")
    hand.click("rail.problems")
    hand.click("problem-line.syntax-error")
    problem = next(each for each in window.store.state.problems if each.code == "syntax-error")
    editor = window.inspector.ruby
    assert editor is not None and editor.isVisible()
    assert editor.textCursor().blockNumber() + 1 == problem.line


def test_a_fix_shows_what_it_would_write(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("rail.problems")
    fix = hand.see("problems.fix.secret-not-masked")
    fix.setFocus(Qt.FocusReason.TabFocusReason)
    hand.wait(QToolTip.isVisible, "the preview")
    assert "control_type:&nbsp;'password'" in QToolTip.text().replace("&#x27;", "'")
    assert "Adds line" in fix.accessibleDescription()
    assert "control_type: 'password'" in fix.accessibleDescription()
    assert text(window) == ACME, "looking at a fix changed the text"
    QToolTip.hideText()


def test_the_rail_counts_notes_beside_what_is_serious(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    open_project()
    hand.click("fields.add")
    hand.type_into("field.name", "spare_token")
    settle(window, hand)
    severities = [problem.severity.value for problem in window.store.state.problems]
    assert (severities.count("warning"), severities.count("note")) == (2, 3)
    assert hand.see("rail.problems").accessibleName() == "Problems, 3 notes, 2 problems"
    assert hand.see("status.problems", QAbstractButton).text() == "2 warnings · 3 notes"
    assert "2 problems" in hand.see("rail.fields").accessibleName(), "notes are in no badge"
    hand.click("rail.problems")
    choices = [
        hand.see(f"problems.filter.{one}", QAbstractButton).text() for one in ("all", "error", "warning", "note")
    ]
    assert choices == ["All 5", "Errors", "Warnings 2", "Notes 3"]


def test_more_problems_than_are_listed_are_counted(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    fields = ", ".join(f"{{ name: 'spare_{number}' }}" for number in range(230))
    open_project(ACME.replace("fields: [", f"fields: [ {fields},", 1))
    notes = window.store.state.tally().notes
    assert notes > 200
    hand.click("rail.problems")
    hand.settle(300)
    assert hand.see("problems.filter.note", QAbstractButton).text() == f"Notes {notes}"
    assert hand.see("rail.problems").accessibleName().startswith(f"Problems, {notes} notes")
    assert hand.see("problems.more", QLabel).text().startswith(f"… {notes - 200} more")


def test_all_of_one_kind_are_fixed_in_one_step(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    both = "connection['client_secret'] + connection['api_key']"
    source = ACME.replace("name: 'client_id'", "name: 'api_key'").replace("connection['client_secret']", both)
    open_project(source)
    hand.click("rail.problems")
    hand.click("problems.fix-all.secret-not-masked")
    settle(window, hand)
    assert text(window).count("control_type: 'password'") == 2
    assert "secret-not-masked" not in {problem.code for problem in window.store.state.problems}
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == source


def test_exporting_shows_the_difference_first(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    hand.click_row("fields.list", "client_id")
    hand.type_into("field.label", "Key")
    settle(window, hand)
    assert path.read_text(encoding="utf-8") == ACME
    hand.click("export")
    shown = hand.see("changes.diff", DiffView).lines
    assert [(x.kind, x.text.strip()) for x in shown if x.kind in "+-"] == [
        ("-", "label: 'Client ID',"),
        ("+", "label: 'Key',"),
    ]
    assert path.read_text(encoding="utf-8") == ACME
    hand.click("changes.write")
    settle(window, hand)
    assert path.read_text(encoding="utf-8") == ACME.replace("'Client ID'", "'Key'")
    assert not window.store.state.edited
    assert hand.sees("changes.empty")
    focused = QApplication.focusWidget()
    assert focused is not None and focused.accessibleName() == "Changes", "the focus stays on the page"
    hand.key(Qt.Key.Key_Z, CTRL)
    assert window.store.state.edited


def test_discarding_goes_back_to_the_file_and_can_be_undone(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project()
    hand.click("fields.add")
    edited = text(window)
    hand.click("rail.changes")
    hand.click("changes.discard")
    assert text(window) == ACME
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == edited


def test_a_file_that_cannot_be_written_loses_nothing(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    hand.click("fields.add")
    edited = text(window)
    path.unlink()
    path.mkdir()
    hand.click("export")
    hand.click("changes.write")
    settle(window, hand)
    assert text(window) == edited
    assert window.store.state.edited
    assert hand.sees("banner") or hand.sees("toast.text")


def test_an_outside_change_is_taken_where_nothing_was_edited(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    path = open_project()
    other = ACME.replace("Acme CRM'", "Other CRM'")
    path.write_text(other, encoding="utf-8", newline="")
    hand.wait(lambda: text(window) == other, "the file to be read again")
    settle(window, hand)
    assert not window.store.state.edited


def test_an_outside_change_is_put_to_the_person_who_edited(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    hand.click("fields.add")
    mine = text(window)
    other = ACME.replace("Acme CRM'", "Other CRM'")
    path.write_text(other, encoding="utf-8", newline="")
    hand.see("banner")
    assert text(window) == mine
    hand.click("banner.take")
    settle(window, hand)
    assert text(window) == other
    assert not window.store.state.edited
    hand.key(Qt.Key.Key_Z, CTRL)
    assert text(window) == mine


def test_unexported_edits_are_offered_at_the_next_opening(window: MainWindow, open_project: Open, hand: Pilot) -> None:
    path = open_project()
    hand.click("fields.add")
    edited = text(window)
    window.saving.keep_draft()
    window.store.open_text(b"{}", path=Path("elsewhere.rb"))
    settle(window, hand)
    window.opener.open_path(path)
    hand.click("banner.restore")
    settle(window, hand)
    assert text(window) == edited


def test_a_file_that_breaks_off_says_where_and_lacks_nothing(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    open_project(ACME[: ACME.index("authorization: {") + 17])
    line = next(problem.line for problem in window.store.state.problems if problem.code == "syntax-error")
    for page in ("authorization", "base_uri", "test", "fields"):
        hand.click(f"rail.{page}")
        assert "never closed" in hand.see("broken").accessibleName(), page
    assert "unreadable" in hand.see("rail.base_uri").accessibleName()
    hand.click("broken.show")
    editor = window.inspector.ruby
    assert editor is not None and editor.textCursor().blockNumber() + 1 == line
    hand.click("rail.problems")
    assert not hand.sees("problem-line.test-missing")


CONSENT = ACME.replace(
    "type: 'api_key',",
    "type: 'oauth2',\n      authorization_url: lambda { 'https://acme.example/authorize' },"
    "\n      token_url: lambda { 'https://acme.example/token' },",
)


@pytest.mark.parametrize(
    ("source", "said_there"),
    [
        (ACME, "Sign-in, not needed"),
        (CONSENT, "Sign-in, not signed in"),
        (ACME.replace("\n    base_uri", "\n    {{{ base_uri"), "Sign-in, unreadable"),
    ],
    ids=["no consent", "consent", "broken off"],
)
def test_the_rail_says_whether_one_has_to_sign_in_before_that_page_was_opened(
    open_project: Open, hand: Pilot, source: str, said_there: str
) -> None:
    open_project(source)
    assert hand.see("rail.signin").accessibleName() == said_there


def test_the_rail_says_of_tokens_whether_they_hold_wherever_one_is(
    window: MainWindow, open_project: Open, hand: Pilot
) -> None:
    path = open_project(CONSENT)
    (path.parent / "settings.yaml").write_text("access_token: abc\nexpires_in: 3600\n")
    open_project(CONSENT)
    hand.wait(lambda: "access_token" in window.store.state.credentials, "the settings to be read")
    assert hand.see("rail.signin").accessibleName() in ("Sign-in, expires in 60 min", "Sign-in, expires in 59 min")
    hand.click("rail.signin")
    settle(window, hand)
    hand.click("rail.fields")
    assert "expires in" in hand.see("rail.signin").accessibleName()
    window.store.edit("No consent", lambda doc: doc.remove("/connection/authorization/authorization_url"))
    settle(window, hand)
    assert hand.see("rail.signin").accessibleName() == "Sign-in, not needed"
