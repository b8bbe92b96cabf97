"""``parcours upgrade``: an installation of an earlier version brought to this one, a backup first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from parcours.language.translation import _
from parcours.web import backups, installation
from parcours.web.installation import Database, Tell


def upgrade(tell: Tell, progress: backups.Progress, *, backup: bool = True) -> Path | None:
    """Bring database, event logs and static files to this version; return the backup that was made, if one was.

    Where nothing is to do, nothing is done. No server of the installation may run meanwhile.
    """
    from parcours.columnstore.manifest import read_state
    from parcours.web.doctor import event_logs

    with installation.running(alone=True):
        stands, made = installation.database_stands(), None
        if stands is Database.AHEAD:
            installation.refuse_other_version(stands)
        logs = event_logs(installation.home())
        for log in logs:
            read_state(log)  # raises where the log is of a format that this version does not know
        if stands is Database.BEHIND:
            if backup:
                made = _backup_place()
                tell(_("Making a backup first: {file}").format(file=made))
                backups.back_up(made, progress)
            tell(_("Upgrading the database."))
        if stands is not Database.PRESENT:
            installation.migrate()
        gathered = installation.gather_static(tell)
        done = stands is not Database.PRESENT or gathered
        tell(_("Upgraded. Start it: parcours serve") if done else _("There is nothing to upgrade."))
    return made


def _backup_place() -> Path:
    folder = installation.home() / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / f"{datetime.now(UTC).strftime('%Y-%m-%d-%H%M%S')}-before-upgrade.tar.zst"
