"""Connection Designer: design the ``connection:`` block of a Workato custom connector."""

__version__ = "0.1.0"
