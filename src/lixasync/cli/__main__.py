"""`python -m lixasync.cli`: the same as the command ``lixasync``."""

from __future__ import annotations

import sys

from lixasync.cli import main

if __name__ == "__main__":
    sys.exit(main())
