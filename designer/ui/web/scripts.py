"""What the embedded browser runs in pages of strangers, and nothing more."""

from __future__ import annotations

__all__ = ["FORM_POST_SCRIPT", "LOCATE_SCRIPT"]

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
