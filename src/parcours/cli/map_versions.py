"""``parcours map diff`` and ``parcours map merge``: versions of one map, compared and brought together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from parcours.cli.map_files import comments_in_file, save_map, tell_losses
from parcours.cli.options import AsJson, InLanguage
from parcours.cli.output import say, write_json
from parcours.language.translation import _, current_language, ngettext, speaking

if TYPE_CHECKING:
    from parcours.mapdoc.merging import Merge
    from parcours.mapdoc.parts import Parts

_EXAMPLES = _("[bold]Examples[/]")


def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help=_("Map to start from."))],
    new: Annotated[Path, typer.Argument(metavar="B", help=_("Map to compare with it."))],
    exit_code: Annotated[bool, typer.Option("--exit-code", help=_("End with 1 where the maps differ."))] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=_("Page (.html) or slides (.pptx) to write: both maps beside each other."),
        ),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Tell what changed between two versions of a map."""
    from parcours.mapdoc import change_words, changes
    from parcours.mapdoc.parts import take_apart
    from parcours.mapdoc.reading import load_map

    before, after = load_map(old), load_map(new)
    found = changes.diff(before, after)
    parts = take_apart(before), take_apart(after)
    with speaking(language or current_language()):
        if output is not None:
            from parcours.report.versions import beside_versions

            beside_versions(before, after, files=(old.name, new.name), language=current_language()).save(output)
        if as_json:
            write_json({"changes": [change_words.plain_change(one, *parts) for one in found]})
        elif output is not None:
            say(_("{file} is written.").format(file=output))
        elif not found:
            say(_("The two maps are the same."))
        else:
            say(ngettext("{n} change", "{n} changes", len(found)).format(n=len(found)))
            for group in change_words.told_by_stage(found, *parts):
                say("", group.heading, *(f"  {line}" for line in group.lines))
    if found and exit_code:
        raise typer.Exit(1)


diff.__doc__ = "\n\n".join(
    (_("Tell what changed between two versions of a map, stage by stage: what was added, removed, moved or changed, by ids, so that a new name is a new name and not another touchpoint."),
     _EXAMPLES, "parcours map diff our-map.yaml our-map-march.yaml",
     "parcours map diff old.json new.json --json", "parcours map diff a.yaml b.yaml --exit-code",
     "parcours map diff old.yaml new.yaml --output changes.html")
)  # fmt: skip


def merge(
    base: Annotated[Path, typer.Argument(metavar="BASE", help=_("Map from which both started."))],
    mine: Annotated[Path, typer.Argument(metavar="MINE", help=_("Map with your changes."))],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help=_("Map with the changes of the others."))],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help=_("File for the merged map."))],
    prefer: Annotated[
        Literal["mine", "theirs"] | None,
        typer.Option(help=_("Who wins where both changed the same thing; without it a conflict writes nothing.")),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite a file that exists."))] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Bring two versions of a map together."""
    from parcours.language.errors import MergeConflict
    from parcours.mapdoc.change_words import plain_conflict
    from parcours.mapdoc.comments import merged_comments
    from parcours.mapdoc.merging import merge as merge_maps
    from parcours.mapdoc.parts import take_apart
    from parcours.mapdoc.reading import load_map

    maps = [load_map(path) for path in (base, mine, theirs)]
    merged = merge_maps(*maps, prefer=prefer)
    unsettled = bool(merged.conflicts) and prefer is None
    with speaking(language or current_language()):
        if as_json:
            written = None if unsettled else str(output)
            write_json({"conflicts": [plain_conflict(one) for one in merged.conflicts], "written": written})
        else:
            _tell(merged, prefer, *(take_apart(one) for one in maps))
        if unsettled:
            count = len(merged.conflicts)
            raise MergeConflict(
                ngettext("{n} conflict: nothing is written.", "{n} conflicts: nothing is written.", count)
                .format(n=count),
                expected=_("Settle it in one of the files, or say --prefer mine or --prefer theirs."),
            )  # fmt: skip
        comments = merged_comments(*(comments_in_file(path) for path in (base, mine, theirs)))
        lost = save_map(merged.map(), output, force=force, comments=comments)
        if not as_json:
            say(_("{file} is written.").format(file=output))
            tell_losses(_("What {file} does not hold of the map:").format(file=output), lost)


def _tell(merged: Merge, prefer: Literal["mine", "theirs"] | None, base: Parts, mine: Parts, theirs: Parts) -> None:
    from parcours.mapdoc.change_words import told_conflict

    if not merged.conflicts:
        return
    count = len(merged.conflicts)
    if prefer is None:
        say(ngettext("{n} conflict", "{n} conflicts", count).format(n=count))
    elif prefer == "mine":
        say(ngettext("{n} conflict, settled for mine", "{n} conflicts, settled for mine", count).format(n=count))
    else:
        say(ngettext("{n} conflict, settled for theirs", "{n} conflicts, settled for theirs", count).format(n=count))
    for conflict in merged.conflicts:
        say("", *told_conflict(conflict, base=base, mine=mine, theirs=theirs))


merge.__doc__ = "\n\n".join(
    (_("Bring two versions of a map together: what only one of them changed is taken, what both changed alike too. Where they differ, place, base, mine and theirs are told and nothing is written, unless --prefer says who wins."),
     _EXAMPLES, "parcours map merge base.yaml mine.yaml theirs.yaml --output merged.yaml",
     "parcours map merge base.yaml mine.yaml theirs.yaml --output merged.yaml --prefer theirs")
)  # fmt: skip
