"""The pages of the window, in the order of the rail. A page is imported when it is shown first."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from designer.checks.model import counted
from designer.connection.kinds import KINDS
from designer.ui.page import Context, Page, PageSpec
from designer.ui.state import PageState, State

__all__ = ["PAGES", "kind_words", "page_for"]


def _page(module: str, name: str) -> Callable[[Context], Page]:
    def make(context: Context) -> Page:
        made = getattr(import_module(f"designer.ui.pages.{module}"), name)(context)
        assert isinstance(made, Page)
        return made

    return make


def _badge(state: State, *pointers: str) -> tuple[str, str]:
    """How much would go wrong there, and how badly: what the page's entry in the rail wears."""
    tally = state.tally(*pointers)
    return (str(tally.serious or ""), tally.worst.value)


def _absent(state: State, words: str) -> str:
    """Of a part that is not found: in a file that breaks off it may well be there."""
    return words if state.document.broken_off is None else "unreadable"


def _fields(state: State) -> PageState:
    return PageState(str(len(state.design.fields) or ""), *_badge(state, "/connection/fields"))


# What fits beside "Authorization" in the rail, where a kind's title does not. Where even that is cut, what follows the
# dot is what tells one from another.
SHORT_TITLES = {
    "oauth2_code": "OAuth 2.0 · code",
    "oauth2_pkce": "OAuth 2.0 · PKCE",
    "aws_sigv4": "AWS SigV4",
    "custom_headers": "headers",
    "client_credentials": "OAuth 2.0 · client",
    "password_grant": "OAuth 2.0 · password",
    "session": "session",
    "mtls": "mTLS",
    "custom": "Ruby",
}


def kind_words(kind: str) -> str:
    """A kind in two or three words."""
    return SHORT_TITLES.get(kind) or KINDS[kind].title


def _authorization(state: State) -> PageState:
    authorization = state.design.authorization
    if authorization is None:
        words = _absent(state, "missing")
    elif authorization.options:
        count = len(authorization.options)
        words = f"{count} way{'' if count == 1 else 's'}"
    else:
        words = kind_words(authorization.kind)
    return PageState(words, *_badge(state, "/connection/authorization"))


def _base_uri(state: State) -> PageState:
    words = "" if state.design.base_uri is not None else _absent(state, "none")
    return PageState(words, *_badge(state, "/connection/base_uri"))


def _test(state: State) -> PageState:
    words = "" if state.design.test is not None else _absent(state, "missing")
    return PageState(words, *_badge(state, "/test", "/connection/test"))


def _signin(state: State) -> PageState:
    if not any("authorization_url" in one.slots for one in state.design.authorizations()):
        return PageState(_absent(state, "not needed"))
    from designer.ui.pages.expiry import expiry_words

    return PageState(expiry_words(state.credentials))


def _changes(state: State) -> PageState:
    added, removed = state.difference
    return PageState(f"+{added} \u2212{removed}" if added or removed else "")


def _problems(state: State) -> PageState:
    tally = state.tally()
    words = counted(tally.notes, "note") if tally.notes else "" if tally.serious else "none"
    return PageState(words, *_badge(state))


PAGES: tuple[PageSpec, ...] = (
    PageSpec(
        "fields",
        "Fields",
        "Design",
        "fields",
        _page("fields", "FieldsPage"),
        _fields,
        ("/connection/fields",),
        "Ctrl+1",
    ),
    PageSpec(
        "authorization",
        "Authorization",
        "Design",
        "key",
        _page("authorization", "AuthorizationPage"),
        _authorization,
        ("/connection/authorization",),
        "Ctrl+2",
    ),
    PageSpec(
        "base_uri",
        "Base URI",
        "Design",
        "link",
        _page("base_uri", "BaseUriPage"),
        _base_uri,
        ("/connection/base_uri",),
        "Ctrl+3",
    ),
    PageSpec(
        "test", "Test", "Design", "test", _page("test", "TestPage"), _test, ("/test", "/connection/test"), "Ctrl+4"
    ),
    PageSpec("signin", "Sign-in", "Run", "sign-in", _page("signin", "SignInPage"), _signin, shortcut="Ctrl+5"),
    PageSpec("console", "Console", "Run", "console", _page("console", "ConsolePage"), shortcut="Ctrl+6"),
    PageSpec("timeline", "Timeline", "Run", "timeline", _page("timeline", "TimelinePage"), shortcut="Ctrl+7"),
    PageSpec("settings", "Settings", "Project", "settings", _page("settings", "SettingsPage"), shortcut="Ctrl+8"),
    PageSpec("changes", "Changes", "Project", "changes", _page("changes", "ChangesPage"), _changes, shortcut="Ctrl+9"),
    PageSpec(
        "problems", "Problems", "", "warning", _page("problems", "ProblemsPage"), _problems, shortcut="Ctrl+Shift+M"
    ),
)


def page_for(pointer: str) -> str:
    """The page that edits the element at ``pointer``; the authorization page for the fields of an option."""
    for spec in PAGES:
        if any(pointer == own or pointer.startswith(own + "/") for own in spec.owns):
            return spec.id
    return ""
