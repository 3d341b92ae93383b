"""The page a person sees in the system browser after the reply was received."""

from __future__ import annotations

from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f6f7f9; color: #1c2430;
  font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 32rem; margin: 1.5rem; padding: 2rem; background: #fff; border: 1px solid #d9dee5;
  border-radius: 8px; }}
h1 {{ margin: 0 0 .5rem; font-size: 1.25rem; }}
p {{ margin: 0; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #14181f; color: #e6eaf0; }} main {{ background: #1c222b; border-color: #343c48; }}
}}
</style></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>
"""


def page(title: str, text: str) -> str:
    """HTML with a heading and one paragraph, both given as plain text."""
    return _PAGE.format(title=escape(title), text=escape(text))
