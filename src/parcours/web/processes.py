"""What runs inside the processes that ``parcours serve`` starts: ``python -m parcours.web.processes web|worker``."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import sys
import tempfile
from argparse import ArgumentParser
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
MOST_REQUESTS = 256
"""Open connections at once, idle ones and streams among them; more wait in the system's queue.

A connection that sends nothing is closed: before its request by the server, within it by ``parcours.web.bodies``.
"""


def main(arguments: list[str]) -> None:
    """Run one process until it is told to stop."""
    parser = ArgumentParser()
    parser.add_argument("role", choices=["web", "worker"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--parent", type=int, required=True)
    given = parser.parse_args(arguments)
    _end_with(given.parent)
    if given.role == "web":
        asyncio.run(_web(given.host, given.port))
        _leave()
    else:
        from parcours.web.worker import run

        run()


def _end_with(parent: int) -> None:
    """Ask the system to stop this process when the one that supervises it is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was killed before we could ask
        sys.exit(1)


async def _web(host: str, port: int) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from parcours.web.asgi import application
    from parcours.web.draining import Draining
    from parcours.web.installation import bodies_folder

    tempfile.tempdir = str(bodies_folder())  # Django's handler asks the system where a body may lie
    draining = Draining(application)
    server = Server(
        draining,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        backpressure=MOST_REQUESTS,
        runtime_threads=1,
        log_enabled=False,
    )

    def stop() -> None:
        draining.end()
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await server.serve()


def _leave() -> NoReturn:
    """End here and now, with what was said written out.

    A server that has stopped still has threads of its own, written in Rust, on their way out. One that asks for the
    interpreter while Python takes it down prints a panic, about once in thirty stops.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
