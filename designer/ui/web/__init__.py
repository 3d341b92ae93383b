"""The embedded browser of the consent step. This room alone imports QtWebEngine, and only on first need: ``model``,
``scripts`` and ``choices`` need no browser."""
