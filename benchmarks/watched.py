"""Start a program and write down, to the descriptor given first, when it began and ended and what it needed.

A process of its own, and a small one, because ``ru_maxrss`` of a program begins at what the process held that started
it: a parent that has made the data would be measured instead of the program. Standard library only.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time


def main() -> int:
    """Times are ``perf_counter``, one clock for all processes; ``spent`` seconds of all cores; ``peak`` bytes."""
    begin = time.perf_counter()
    status = subprocess.call(sys.argv[2:])
    ended = time.perf_counter()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Linux counts kilobytes, macOS bytes.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    needed = {"begin": begin, "ended": ended, "spent": usage.ru_utime + usage.ru_stime, "peak": peak, "status": status}
    os.write(int(sys.argv[1]), json.dumps(needed).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
