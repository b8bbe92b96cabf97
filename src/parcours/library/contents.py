"""What is in a log, in words and rows: the answer to ``parcours info``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parcours.language.translation import _, ngettext

if TYPE_CHECKING:
    from parcours.columnstore.log import StoredLog


@dataclass(frozen=True)
class Contents:
    """A log's contents at one moment."""

    log: StoredLog

    def summary(self) -> list[str]:
        """Say size and period in a line or two."""
        from parcours.language.formats import date_range, number

        if self.log.span_us is None:
            return [_("{log} is empty.").format(log=self.log.path)]
        events = ngettext("{n} event", "{n} events", self.log.events).format(n=number(self.log.events))
        persons = ngettext("{n} person", "{n} persons", self.log.persons).format(n=number(self.log.persons))
        period = date_range(*self.log.span_us, self.log.zone)
        return [_("{log}: {events} of {persons}, {period}.").format(
            log=self.log.path, events=events, persons=persons, period=period)]  # fmt: skip

    def names(self, limit: int | None = None) -> list[tuple[str, str]]:
        """Give event names with their counts, most frequent first, the rest summed up."""
        from parcours.language.formats import number

        counts = self._name_counts()
        shown = counts[:limit]
        rows = [(name, number(count)) for name, count in shown]
        rest = counts[len(shown) :]
        if rest:
            label = ngettext("{n} other name", "{n} other names", len(rest)).format(n=number(len(rest)))
            rows.append((label, number(sum(count for _name, count in rest))))
        return rows

    def properties(self) -> list[tuple[str, str, str]]:
        """Give properties with kind and how many events have them."""
        from parcours.language.formats import number
        from parcours.readers.words import kind_in_words

        return [(name, kind_in_words(found.kind), number(found.filled)) for name, found in self.log.properties.items()]

    def imports(self) -> list[tuple[str, str, str, str]]:
        """Give the imports with number, file, time and events."""
        from parcours.language.formats import number, when

        return [
            (str(batch.id), batch.source, when(batch.imported_us, self.log.zone), number(batch.events))
            for batch in self.log.batches()
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; times are microseconds since 1970 UTC."""
        return {
            "events": self.log.events,
            "persons": self.log.persons,
            "span_us": list(self.log.span_us) if self.log.span_us else None,
            "zone": self.log.zone,
            "names": dict(self._name_counts()),
            "properties": {name: {"kind": found.kind, "filled": found.filled}
                           for name, found in self.log.properties.items()},
            "imports": [{"import": batch.id, "file": batch.source, "events": batch.events}
                        for batch in self.log.batches()],
        }  # fmt: skip

    def _name_counts(self) -> list[tuple[str, int]]:
        counts = self.log.name_counts()
        pairs = [(word, int(counts[code])) for code, word in enumerate(self.log.names.words) if counts[code]]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def contents(path: Path) -> Contents:
    """Open the log at ``path`` and look into it."""
    from parcours.columnstore.log import StoredLog

    return Contents(StoredLog.open(path))
