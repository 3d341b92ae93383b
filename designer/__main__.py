"""``python -m designer`` and the ``connection-designer`` script: the one place that knows both window and commands."""

from __future__ import annotations

import sys

from designer import cli


def main(arguments: list[str] | None = None) -> int:
    return cli.main(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
