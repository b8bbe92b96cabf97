from __future__ import annotations

import subprocess
import sys

READ_BY_MANY = """
import sys, threading
import django
django.setup()
import msgspec
from parcours.journeymap.living import Living, living_of
from parcours.mapdoc.blank import blank_map
from parcours.report.building import draw_map

kept = msgspec.json.encode(Living(draw_map(blank_map("Map", "en"), language="en").picture, (), None))
together, read = threading.Barrier(6), []

def go():
    together.wait()
    read.append(living_of(kept).picture.title)

threads = [threading.Thread(target=go) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(read == ["Map"] * 6)
"""


def test_the_first_answers_of_a_process_may_be_read_by_several_threads_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", READ_BY_MANY], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
