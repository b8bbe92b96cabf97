"""``python -m parcours`` is the ``parcours`` command."""

from parcours.cli.main import run

run()
