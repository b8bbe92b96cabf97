"""What the measurement of discovery counts as found again."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.discovery import compare, draft_of, events_of
from benchmarks.discovery_maps import null_world


def test_success_is_found_again_by_its_name_in_the_log_and_by_no_other() -> None:
    world = null_world(1)
    draft, events = draft_of(world), events_of(world)
    (name,) = world.truth.success & events.keys()
    also_elsewhere = replace(world.truth, success=frozenset({name, "the name of another tool"}))
    another = next(one for one in events if one != name)
    assert compare(draft, also_elsewhere, events).success == 1
    assert compare(draft, replace(world.truth, success=frozenset({another})), events).success == 0
