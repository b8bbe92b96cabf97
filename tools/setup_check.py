"""Says plainly what is missing before make starts installing."""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    found = ".".join(map(str, sys.version_info[:3]))
    raise SystemExit(f"Parcours needs Python 3.11, 3.12 or 3.13; this is {found}. Try: make setup PYTHON=python3.12")
try:
    import ensurepip  # noqa: F401  (only asked whether it is there)
except ImportError:
    raise SystemExit("This Python has no venv. On Debian or Ubuntu: sudo apt install python3-venv") from None
