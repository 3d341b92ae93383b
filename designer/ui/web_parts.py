"""What the embedded browser is told and tells, and the scripts it runs. Needs no browser itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from designer.oauth.redirect import is_loopback

__all__ = [
    "AGENTS",
    "FORM_POST_SCRIPT",
    "LOCATE_SCRIPT",
    "ZOOMS",
    "CertificateChoice",
    "CertificateQuestion",
    "Decide",
    "LoginQuestion",
    "Navigation",
    "agent_name",
    "for_tests",
]

AGENTS = {
    "embedded": "As it is",
    "chrome": "Chrome, without the embedded browser's name",
    "firefox": "Firefox on a desktop",
}
"""How the browser may call itself: some providers refuse what says that it is embedded."""

ZOOMS = (0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)

LOCATE_SCRIPT = """
(() => {
  const found = document.querySelector(SELECTOR);
  // Chromium takes no click before the page is painted for the first time.
  if (!found || !performance.getEntriesByType('paint').length) return null;
  found.scrollIntoView({block: 'nearest'});
  const box = found.getBoundingClientRect();
  return box.width && box.height ? `${box.left + box.width / 2} ${box.top + box.height / 2}` : null;
})();
"""


@dataclass(frozen=True, slots=True)
class Navigation:
    """A page wants to go to ``url``. ``form_body`` is the urlencoded body where a form would have posted it to the
    callback; ``form``: a form was sent, by GET or POST."""

    url: str
    main_frame: bool
    form_body: str | None = None
    form: bool = False


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """A certificate that is not trusted, of a host where the person may go on all the same, this once.

    ``answer(True)`` goes on to the page that waits; ``answer(False)`` leaves it.
    """

    url: str
    host: str
    why: str
    answer: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class LoginQuestion:
    """A page, or a proxy on the way, wants user name and password (RFC 9110 §11). ``again``: those given before were
    not taken. ``answer`` loads what asked once more with them; without an answer its refusal stays in sight."""

    place: str
    realm: str
    proxy: bool
    again: bool
    answer: Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class CertificateChoice:
    """``host`` asks who is there by certificate. ``names`` are those at hand; ``answer`` takes the place of one in
    ``names``, or None to go on without."""

    host: str
    names: tuple[str, ...]
    answer: Callable[[int | None], None]


Decide = Callable[[Navigation], bool]
"""Answers whether a navigation may go on; called before any request leaves."""

FORM_POST_SCRIPT = """
(() => {
  const target = %(target)s, marker = %(marker)s;
  const ours = (form) => {
    try {
      const action = new URL(form.action, document.baseURI);
      action.hash = '';
      return (form.method || '').toLowerCase() === 'post' && action.href === new URL(target).href ? action.href : null;
    } catch (error) { return null; }
  };
  const take = (form, submitter) => {
    const url = ours(form);
    if (!url) return false;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, submitter || undefined)) {
      if (typeof value === 'string') body.append(name, value);
    }
    window.location.assign(url + '#' + marker + encodeURIComponent(body.toString()));
    return true;
  };
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () { if (!take(this)) submit.call(this); };
  document.addEventListener('submit', (event) => {
    if (!event.defaultPrevented && take(event.target, event.submitter)) event.preventDefault();
  });
})();
"""


def for_tests(url: str) -> bool:
    """This machine, or a name that never leads anywhere else (RFC 6761)."""
    host = urlsplit(url).hostname or ""
    return is_loopback(url) or host.endswith((".test", ".localhost"))


def agent_name(own: str, choice: str) -> str:
    if choice == "chrome":
        return re.sub(r"QtWebEngine/\S+ ", "", own)
    if choice == "firefox":
        system = re.search(r"\(([^)]*)\)", own)
        return f"Mozilla/5.0 ({system[1] if system else 'X11'}; rv:140.0) Gecko/20100101 Firefox/140.0"
    return own
