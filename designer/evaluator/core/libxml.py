"""``etree`` and ``html`` of lxml, bound to the libxml2 that lxml brings along.

On Linux the embedded browser may load Mesa, Mesa LLVM, and LLVM the system's libxml2, whose functions are then taken
for those of the same name in lxml, with structures of another version. Bound deeply, lxml sees its own first, whichever
came before.
"""

from __future__ import annotations

import os
import sys

__all__ = ["etree", "html"]

if hasattr(os, "RTLD_DEEPBIND"):
    _flags = sys.getdlopenflags()
    sys.setdlopenflags(_flags | os.RTLD_DEEPBIND)
    try:
        from lxml import etree, html
    finally:
        sys.setdlopenflags(_flags)
else:
    from lxml import etree, html
