"""Pages of imports, the way of a file into them, and the page on which somebody writes down what happened."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parcours.accounts.access import in_workspace
from parcours.accounts.roles import EDIT, SERVE
from parcours.eventlog import queries, services
from parcours.eventlog.errors import NoRoom, NotNow, TooLarge, TooManyUploads, WrongOffset
from parcours.eventlog.forms import HappenedForm, ReadingForm, UploadForm, shaped, zones
from parcours.eventlog.models import Import, State
from parcours.eventlog.reading import Answers, Preview, in_the_browser, look, preview
from parcours.eventlog.streams import pieces_of
from parcours.language.errors import InputError, ParcoursError
from parcours.ui.forms import to_correct

PIECE_BYTES = 1 << 20
PAGE = 25
WITHDRAWAL_SECONDS = 30
STATUS = {WrongOffset: 409, NotNow: 409, TooLarge: 413, TooManyUploads: 429, NoRoom: 507}


# -- the list, and uploads ------------------------------------------------------------------------------------------
@in_workspace(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: Any) -> HttpResponse:
    """List the imports of a workspace; a POST brings a file, whole (a form) or announced (JSON)."""
    if request.method != "POST":
        return render(request, "eventlog/imports.html", _list(request, UploadForm()))
    if request.content_type == "application/json":
        return _announced(request)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            upload = services.begin_upload(request.workspace, request.user, sent.name, sent.size)
            services.add_to_upload(upload, 0, sent.chunks(PIECE_BYTES))
            return _see("import", request, upload)
        except ParcoursError as error:
            form.add_error("file", in_the_browser(error))
    return to_correct(request, "eventlog/imports.html", _list(request, form))


def _list(request: Any, form: UploadForm) -> dict[str, Any]:
    page = Paginator(queries.imports_of(request.workspace), PAGE).get_page(request.GET.get("page"))
    unfinished = queries.unfinished_uploads(request.workspace)
    return {
        "form": form, "page": page, "unfinished": unfinished, "waiting": queries.waiting_facts(request.workspace),
        "others": queries.brought_otherwise(request.workspace),
    }  # fmt: skip


def _announced(request: Any) -> HttpResponse:
    try:
        given = json.loads(request.read(10_000))
        name, size, fingerprint = str(given["name"]), int(given["size"]), str(given.get("fingerprint", ""))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):  # the last: Infinity
        return JsonResponse({"error": _("Name and size of the file are missing.")}, status=400)
    try:
        upload = services.begin_upload(request.workspace, request.user, name, size, fingerprint)
    except ParcoursError as error:
        return _refused(error)
    answer = JsonResponse({**_standing(request, upload), "offset": 0}, status=201)
    answer.headers["Location"] = _address("import-file", request, upload)
    return answer


@in_workspace(EDIT)
@require_http_methods(["GET", "HEAD", "PATCH"])
def file(request: Any, import_id: str) -> HttpResponse:
    """Tell how much of an upload is safely here; a PATCH adds bytes at the offset that it names."""
    upload = _found(request, import_id)
    try:
        offset = services.offset_of(upload)
        if request.method == "PATCH":
            at = request.headers.get("Upload-Offset", "")
            if not at.isdecimal():
                return JsonResponse({"error": _("The header Upload-Offset is missing.")}, status=400)
            offset = services.add_to_upload(upload, int(at), _pieces(request))
    except ParcoursError as error:
        return _refused(error)
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}
    return JsonResponse({**_standing(request, upload), "offset": offset}, headers=headers)


def _pieces(request: Any) -> Iterator[bytes]:
    while piece := request.read(PIECE_BYTES):
        yield piece


def _standing(request: Any, upload: Import) -> dict[str, Any]:
    addresses = {"file": _address("import-file", request, upload), "page": _address("import", request, upload)}
    return {"id": upload.public_id, "name": upload.name, "size": upload.size, "state": upload.state, **addresses}


def _refused(error: ParcoursError) -> HttpResponse:
    said: dict[str, Any] = {"error": in_the_browser(error)}
    if isinstance(error, WrongOffset):
        said["offset"] = error.offset
    return JsonResponse(said, status=STATUS.get(type(error), 422))


# -- one import -----------------------------------------------------------------------------------------------------
@in_workspace(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: Any, import_id: str) -> HttpResponse:
    """Show an import as far as it has come; while it waits for answers, a POST gives them."""
    row = _found(request, import_id)
    if request.method == "POST":
        return _answered(request, row) if row.state == State.PREVIEW else _see("import", request, row)
    if row.state == State.PREVIEW:
        context = {"row": row, "before": queries.brought_before(row), **_asked(row)}
        return render(request, "eventlog/import.html", context)
    context = {"row": row, "step": queries.step_of(row), "left_out": queries.left_out(row)}
    if row.state == State.UPLOADING and row.path.is_file():
        context["unfinished"] = queries.Unfinished(row, row.path.stat().st_size)
    return render(request, "eventlog/import.html", {**context, "rejected": queries.rejected_rows(row)})


def _asked(row: Import, given: Any = None) -> dict[str, Any]:
    """Hold the answers, sent or kept, against the file."""
    kept = Answers.of(row.options)
    answers, refusal = kept if given is None else shaped(kept, given), ""
    try:
        found = look(answers, row.path)
    except InputError as error:
        found, refusal = look(kept, row.path), in_the_browser(error)
    form = ReadingForm(found, kept, given.dict() if given is not None else None)
    shown = Preview()
    if form.is_valid() and not refusal:
        shown = preview(form.answers(), row.path)
        form.refuse(shown)
    if refusal:
        form.add_error(None, refusal)
    return {"form": form, "preview": shown, "zones": zones()}


def _answered(request: Any, row: Import) -> HttpResponse:
    context = {"row": row, **_asked(row, request.POST)}
    form = context["form"]
    template = "eventlog/_reading.html" if request.htmx else "eventlog/import.html"
    if not request.htmx:
        context["before"] = queries.brought_before(row)
    if form.errors:
        return to_correct(request, template, context)
    try:
        if request.POST.get("then") == "import":
            services.start(row, request.user, form.answers())
            return _see("import", request, row)
        services.answer(row, form.answers())
    except NotNow as error:
        messages.error(request, in_the_browser(error))
        return _see("import", request, row)
    return render(request, template, context)


@in_workspace(EDIT)
@require_POST
def cancellation(request: Any, import_id: str) -> HttpResponse:
    """Give an import up."""
    return _change(request, import_id, services.cancel)


@in_workspace(EDIT)
@require_POST
def retry(request: Any, import_id: str) -> HttpResponse:
    """Ask again how a file is to be read."""
    return _change(request, import_id, services.read_again)


@in_workspace(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def undoing(request: Any, import_id: str) -> HttpResponse:
    """Ask whether an import is to be taken back; a POST says yes."""
    if request.method == "POST":
        return _change(request, import_id, services.undo)
    row = _found(request, import_id)
    if row.state != State.DONE or row.batch is None:
        return _see("import", request, row)
    return render(request, "eventlog/undoing.html", {"row": row})


def _change(request: Any, import_id: str, verb: Any) -> HttpResponse:
    row = _found(request, import_id)
    try:
        verb(row, request.user)
    except NotNow as error:
        messages.error(request, in_the_browser(error))
    return _see("import", request, row)


@in_workspace(EDIT)
@require_safe
def rejected(request: Any, import_id: str) -> HttpResponse:
    """Give the bad rows that were left out, whole, as a CSV file to correct and bring in again."""
    row = _found(request, import_id)
    if not row.rejected or not row.rejected_path.is_file():
        raise Http404
    if request.method == "GET":
        services.tell_of_download(row, request.user)
    name = f"{row.name.rsplit('.', 1)[0]}-{_('rejected')}.csv"
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "",
        "Content-Length": str(row.rejected_path.stat().st_size),
    }
    return StreamingHttpResponse(pieces_of(row.rejected_path), content_type="text/csv; charset=utf-8", headers=headers)


def _found(request: Any, import_id: str) -> Import:
    found: Import = get_object_or_404(queries.imports_of(request.workspace), public_id=import_id)
    return found


def _address(name: str, request: Any, row: Import) -> str:
    return str(reverse(name, kwargs={"workspace": request.workspace.public_id, "import_id": row.public_id}))


def _see(name: str, request: Any, row: Import) -> HttpResponse:
    answer: HttpResponse = redirect(_address(name, request, row))
    answer.status_code = 303
    if request.htmx:
        answer = HttpResponse(headers={"HX-Redirect": _address(name, request, row)})
    return answer


# -- what happened --------------------------------------------------------------------------------------------------
@in_workspace(SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def happened(request: Any) -> HttpResponse:
    """Write down what happened to a customer."""
    with timezone.override(zoneinfo.ZoneInfo(request.workspace.time_zone)):
        if request.method != "POST":
            return render(request, "eventlog/happened.html", _noting(request, _blank_note()))
        form = HappenedForm(request.POST)
        if not form.is_valid():
            return to_correct(request, "eventlog/happened.html", _noting(request, form))
        said = dict(form.cleaned_data)
        try:
            services.write_note(
                request.workspace, request.user, said["name"], said["person"], said["at"],
                message_id=said["message_id"], channel=said["channel"], comment=said["comment"],
                wait_seconds=WITHDRAWAL_SECONDS,
            )  # fmt: skip
        except ParcoursError as error:
            form.add_error(None, in_the_browser(error))
            return to_correct(request, "eventlog/happened.html", _noting(request, form))
        return _see_notes(request, said["message_id"])


def _blank_note() -> HappenedForm:
    now = timezone.localtime().replace(second=0, microsecond=0)
    return HappenedForm(initial={"at": now, "message_id": services.new_message_id("note")})


def _noting(request: Any, form: HappenedForm) -> dict[str, Any]:
    return {
        "form": form,
        "names": queries.event_names(request.workspace),
        "facts": queries.newest_facts(request.workspace),
        "noted": request.GET.get("noted", "")[:120],
    }


@in_workspace(SERVE)
@require_POST
def withdrawal(request: Any) -> HttpResponse:
    """Take back what was written down a moment ago."""
    gone = services.withdraw_event(request.workspace, request.POST.get("message_id", ""), request.user)
    if gone:
        messages.success(request, _("It is withdrawn: nothing was written down."))
    else:
        messages.error(request, _("It is in the log already and stays there."))
    return _see_notes(request)


def _see_notes(request: Any, noted: str = "") -> HttpResponse:
    query = {"noted": noted} if noted else None
    address = reverse("happened", kwargs={"workspace": request.workspace.public_id}, query=query)
    answer: HttpResponse = redirect(address)
    answer.status_code = 303
    return answer
