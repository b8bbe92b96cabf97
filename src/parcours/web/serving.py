"""``parcours serve``: one command that makes the installation ready and keeps its processes running."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from parcours.language.errors import UsageError
from parcours.language.translation import _
from parcours.web import installation
from parcours.web.errors import InstallationError
from parcours.web.supervising import Child, Stop, parent_option, supervise

Role = Literal["web", "worker"]
ROLES: tuple[Role, ...] = ("web", "worker")
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True)
class Serving:
    """What to serve: where to listen, and which processes."""

    host: str = "127.0.0.1"
    port: int = 8000
    roles: tuple[Role, ...] = ROLES

    @property
    def address(self) -> str:
        """The address for a browser on this machine."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def serve(
    serving: Serving, tell: Callable[[str], None], *, ready: Callable[[str], bool] = lambda _address: True
) -> None:
    """Serve until SIGTERM or SIGINT. ``ready`` gets the address once pages are answered and says whether to go on."""
    os.umask(0o077)  # what is written belongs to whoever serves, and to nobody else
    if "web" in serving.roles:
        # Links in mails need an address; the one that is served is the best guess where nobody said.
        os.environ.setdefault("PARCOURS_URL", serving.address)
        refuse_taken_port(serving)
    installation.set_up()
    for warning in installation.warnings():
        tell(warning)
    with installation.running():
        installation.prepare(tell, pages="web" in serving.roles)
        _count_together(installation.home())
        supervise(_children(serving), _Announcement(serving, tell, ready))


def refuse_taken_port(serving: Serving) -> None:
    """Raise where another program listens already, or the port may not be used."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except PermissionError as error:
            raise UsageError(
                _("Port {port} is reserved for the system's administrator.").format(port=serving.port),
                value=serving.port, expected=_("Take a port from 1024 on, and put a proxy such as Caddy in front."),
            ) from error  # fmt: skip
        except OSError as error:
            raise InstallationError(
                _("{host}:{port} cannot be listened to: {reason}.").format(
                    host=serving.host, port=serving.port, reason=error.strerror
                ),
                expected=_("Is Parcours running already? Otherwise take another port, such as --port {port}.").format(
                    port=serving.port + 1
                ),
            ) from error


def _children(serving: Serving) -> list[Child]:
    program = [sys.executable, "-m", "parcours.web.processes"]
    where = ["--host", serving.host, "--port", str(serving.port)]
    return [Child(role, [*program, role, *where, *parent_option()]) for role in serving.roles]


def _count_together(home: Path) -> None:
    """Give the processes a folder in which they count together; the page of metrics adds them up."""
    folder = home / "run" / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    for counts in folder.glob("*.db"):
        owner = counts.stem.rpartition("_")[2]
        if not Path("/proc", owner).exists():
            counts.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class _Announcement:
    """Says once that pages are answered, and how to come in the first time."""

    def __init__(self, serving: Serving, tell: Callable[[str], None], ready: Callable[[str], bool]) -> None:
        self.serving, self.tell, self.ready = serving, tell, ready

    def __call__(self) -> bool:
        """Return True once there is nothing more to say."""
        if "web" not in self.serving.roles:
            self.tell(_("The worker is running. Stop it with Ctrl-C."))
            return True
        if not answers(self.serving):
            return False
        _tell_first_code(self.tell)
        self.tell(_("Parcours answers at {address}. Stop it with Ctrl-C.").format(address=self.serving.address))
        if not self.ready(self.serving.address):
            raise Stop
        return True


def _tell_first_code(tell: Callable[[str], None]) -> None:
    from django.conf import settings
    from django.urls import reverse

    from parcours.accounts.services import first_code

    if code := first_code():
        where = settings.PARCOURS_URL + reverse("first")
        tell(_("Make the first account at {address} with this code: {code}").format(address=where, code=code))


def answers(serving: Serving) -> bool:
    """Tell whether the server of ``serving`` says that it is ready."""
    host = "127.0.0.1" if serving.host in EVERYWHERE else serving.host
    connection = http.client.HTTPConnection(host, serving.port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
