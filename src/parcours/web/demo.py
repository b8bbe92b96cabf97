"""The sample company in an installation of its own, served, its owner signed in by a link."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from parcours.language.translation import Language, _
from parcours.library.sample import sample_map
from parcours.web import installation
from parcours.web.errors import InstallationError
from parcours.web.home import SECRET_FILE
from parcours.web.installation import Tell
from parcours.web.serving import Serving, refuse_taken_port, serve

OWNER = "demo@example.com"
HOME, MARK = "home", "demo"


def serve_demo(
    into: Path,
    serving: Serving,
    tell: Tell,
    *,
    template: str,
    language: Language,
    open_page: Callable[[str], None] | None,
) -> None:
    """Make everything anew in ``into`` and serve it. Without ``open_page`` it ends once the home page has answered.

    Only a demo is replaced, and only one that nobody serves. UsageError for an unknown template.
    """
    sample_map(template)
    refuse_taken_port(serving)
    home = (into / HOME).absolute()
    _take(home)
    os.environ |= {"PARCOURS_HOME": str(home), "PARCOURS_URL": serving.address, "PARCOURS_DATABASE_URL": ""}
    installation.set_up()
    with installation.running(alone=True):
        _empty(home)
        installation.prepare(tell)
        link = _fill(into, home, tell, template=template, language=language)

    def ready(_address: str) -> bool:
        tell(_("Come in by this link, good once and for a quarter of an hour: {link}").format(link=link))
        if open_page is None:
            tell(_("Signed in, {address} answered.").format(address=_signed_in(link)))
            return False
        open_page(link)
        return True

    serve(serving, tell, ready=ready)


def _take(home: Path) -> None:
    """Mark a new folder as a demo's; raise where ``home`` holds anything that no demo made."""
    if not (home / MARK).is_file() and home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InstallationError(
            _("The folder {folder} holds something else than a demo.").format(folder=home),
            expected=_("Choose another one: parcours demo --serve --into FOLDER"),
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / MARK).touch()


def _empty(home: Path) -> None:
    """Remove what an earlier demo left, except what says that it is one and keeps others from it meanwhile."""
    for path in home.iterdir():
        if path.name in (MARK, SECRET_FILE, installation.RUNNING_FILE):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _fill(into: Path, home: Path, tell: Tell, *, template: str, language: Language) -> str:
    """Make the owner, the workspace, its map and its log; return the link that signs the owner in."""
    from django.core.files import File
    from django.utils import translation

    from parcours.accounts.services import first_code, link_for, make_first
    from parcours.eventlog.places import log_folder
    from parcours.journeymap.services import create_from_file, publish
    from parcours.library.sample import make_demo

    made = make_demo(into, language=language, tell=tell, template=template)
    company = sample_map(template).company
    name = company.in_language(language) if company is not None else template
    with translation.override(language):
        user, workspace = make_first(first_code() or "", email=OWNER, password=None, workspace=name, language=language)
        log = log_folder(workspace)
        log.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made.log, log)
        with made.map.open("rb") as file:
            publish(create_from_file(workspace, user, File(file, made.map.name)).version, user)
        return link_for(user)


def _signed_in(link: str) -> str:
    """Come in by ``link`` as a browser does and return the address of the page that is shown."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with opener.open(link, timeout=60) as page:  # - our own server
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    if token is None:
        raise InstallationError(_("The page of the link cannot be read."))
    sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
    with opener.open(urllib.request.Request(link, sent, {"Referer": link}), timeout=120) as page:  # noqa: S310 - our own server
        address: str = page.url
        if "/w/" not in address:
            raise InstallationError(_("The link led to {address}.").format(address=address))
    return address
