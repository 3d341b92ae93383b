"""A credential that goes out empty, said where the request is shown, with the way to what fills it."""

from __future__ import annotations

from collections.abc import Callable

from designer.connection import chosen_option
from designer.ui.page import Context
from designer.ui.widgets.basics import bound
from designer.ui.widgets.card import Notice
from designer.wire.blanks import Blank, blank_words

__all__ = ["blank_notice", "to_setting"]

_SIGNED_IN = ("oauth2_code", "oauth2_pkce")


def blank_notice(context: Context, blank: Blank) -> Notice:
    """Names the settings without a value and leads to them; what a sign-in or ``acquire`` brings is said to come."""
    state = context.store.state
    design = state.design
    known = {one.name for one in design.all_fields()} | set(state.credentials)
    own = [name for name in blank.settings if name in known]
    title = blank_words(blank)
    if own:
        return _notice("warning", title, "", [(f"Fill in {own[0]}", bound(to_setting, context, own[0]))])
    authorization = design.authorization
    option = chosen_option(design, state.credentials)
    if authorization is not None and option is not None:
        authorization = authorization.options[option]
    handed = bool(blank.settings) or (blank.source == "apply" and not state.credentials.get("access_token"))
    if handed and authorization is not None and authorization.kind in _SIGNED_IN:
        text = "The token comes with the sign-in."
        return _notice("warning", title, text, [("Go to Sign-in", bound(context.shell.show_page, "signin"))])
    if handed and authorization is not None and "acquire" in authorization.slots:
        text = "acquire fetches it once the server refuses with what refresh_on or detect_on names: send the request."
        return _notice("note", title, text, [])
    if blank.settings:
        to_settings = ("Go to Settings", bound(context.shell.show_page, "settings"))
        return _notice("warning", title, "No field of the connection asks for it.", [to_settings])
    return _notice("warning", title, "The code puts nothing there.", [])


def _notice(tone: str, title: str, text: str, actions: list[tuple[str, Callable[[], object]]]) -> Notice:
    named = [(words, "request.blank.fill", act) for words, act in actions]
    return Notice(tone, title, text, named, name="request.blank")


def to_setting(context: Context, name: str) -> None:
    """Show where the setting ``name`` is typed, with the cursor in it."""
    context.shell.show_page("settings").reveal(name)
