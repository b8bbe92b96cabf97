"""A program for an environment with chdb: how far each person came, by ClickHouse's windowFunnel.

Standard input is a JSON list of questions {"rows": FILE, "window": INTEGER, "steps": [[EVENT, …], …]}, where the file
holds person,time,event as integers without a header. Prints a JSON list: for each question the levels by person.
"""

import json
import sys

import chdb


def levels(question):
    conditions = ", ".join(f"e IN ({', '.join(map(str, step))})" for step in question["steps"])
    answer = chdb.query(
        f"SELECT windowFunnel({question['window']}, 'strict_once')(toUInt64(t), {conditions}) "
        f"FROM file('{question['rows']}', 'CSV', 'p Int64, t Int64, e Int64') GROUP BY p ORDER BY p FORMAT CSV"
    )
    return [int(line) for line in str(answer).split()]


print(json.dumps([levels(question) for question in json.load(sys.stdin)]))
