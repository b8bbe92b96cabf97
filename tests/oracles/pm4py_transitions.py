"""A program for an environment with pm4py: the directly-follows graph of an XES file, starts and ends, as JSON.

Usage: pm4py_transitions.py LOG.xes.gz. The last line printed is {"edges": [[from, to, count]], "starts", "ends"}.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import pm4py  # noqa: E402

log = pm4py.read_xes(sys.argv[1], return_legacy_log_object=True)
edges, starts, ends = pm4py.discover_dfg(log)
print()
print(json.dumps({"edges": [[*pair, count] for pair, count in edges.items()], "starts": starts, "ends": ends}))
