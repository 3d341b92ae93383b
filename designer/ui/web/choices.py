"""What the person may choose of the embedded browser: how it calls itself, and how large it shows pages."""

from __future__ import annotations

import re

__all__ = ["AGENTS", "ZOOMS", "agent_name", "zoom_after"]

AGENTS = {
    "embedded": "Call itself an embedded browser",
    "chrome": "Call itself Chrome",
    "firefox": "Call itself Firefox",
}
"""How the browser may call itself: some providers refuse what says that it is embedded."""

ZOOMS = (0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


def zoom_after(zoom: float, steps: int) -> float:
    """The one of ``ZOOMS`` so many steps above (or below) ``zoom``; 0 steps is the page's own size."""
    nearest = min(range(len(ZOOMS)), key=lambda index: abs(ZOOMS[index] - zoom))
    return ZOOMS[max(0, min(len(ZOOMS) - 1, nearest + steps))] if steps else 1.0


def agent_name(own: str, choice: str) -> str:
    """The User-Agent for one of ``AGENTS``, made of the browser's ``own``."""
    if choice == "chrome":
        return re.sub(r"QtWebEngine/\S+ ", "", own)
    if choice == "firefox":
        system = re.search(r"\(([^)]*)\)", own)
        return f"Mozilla/5.0 ({system[1] if system else 'X11'}; rv:140.0) Gecko/20100101 Firefox/140.0"
    return own
