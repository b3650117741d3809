"""Evidence of a duty: files are added by a form, downloaded one by one, and removed."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from services.portal import filters
from services.portal.clients import ask
from services.portal.evidence.cabinet import clear_out, file_away, take_out
from services.portal.evidence.naming import shown_name
from services.portal.evidence.refusals import Refused
from services.portal.evidence.scanning import ScannerAway
from services.portal.resume import CHOOSE_AGAIN, NOT_RECEIVED
from services.portal.uploads import NO_FILE
from services.portal.views.duties import duty_page, unplaced
from services.portal.way_back import way_back
from shared.errors import Conflict, Forbidden, Invalid, TryAgain
from shared.typed_text import tidy

pages = Blueprint("evidence", __name__)

# A download is shown by no browser of ours, and runs nothing in one that shows it all the same.
POLICY = "default-src 'none'; sandbox"
TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
}
# More would be read for nothing: a duty has at most as many.
MOST_AT_ONCE = 10


@pages.post("/duties/<int:duty_id>/evidence")
def add(duty_id: int) -> ResponseReturnValue:
    """Add one file or several; each is added or refused for itself, and those that were refused are named."""
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads and request.form.get(CHOOSE_AGAIN):
        # The page of an outage: what was typed there is on the page again.
        return duty_page(duty_id, action="evidence")
    if not uploads:
        return _refused_page(duty_id, [filters.say(NO_FILE.as_dict())])
    if len(uploads) > MOST_AT_ONCE:
        return _refused_page(duty_id, [_("一次最多选 %(n)d 个文件。", n=MOST_AT_ONCE)])
    duty = ask("tasks", "get_duty", duty_id=duty_id)
    if "add_evidence" not in duty["actions"]:
        return _refused_page(duty_id, [_("现在不能添加证明材料：提交之后，或不是本单位的责任，都不能添加。")])
    refusals = _add_each(duty_id, uploads)
    if refusals:
        return _refused_page(duty_id, refusals)
    return _page_again(duty_id)


@pages.get("/duties/<int:duty_id>/evidence/<int:evidence_id>")
def download(duty_id: int, evidence_id: int) -> Response:
    """One file, to be saved and not to be shown."""
    return handed_out(ask("tasks", "get_evidence", duty_id=duty_id, evidence_id=evidence_id))


def handed_out(file: dict[str, Any]) -> Response:
    """The answer that is a StoredFile, to be saved and not to be shown."""
    response = send_file(
        io.BytesIO(take_out(file)), mimetype=TYPES[file["kind"]], as_attachment=True, download_name=file["name"]
    )
    response.headers["Content-Security-Policy"] = POLICY
    return response


@pages.post("/duties/<int:duty_id>/remove-evidence")
def remove(duty_id: int) -> ResponseReturnValue:
    """Take one file from the duty."""
    evidence_id = request.form.get("evidence_id", 0, type=int)
    file = ask("tasks", "get_evidence", duty_id=duty_id, evidence_id=evidence_id)
    clear_out(duty_id, evidence_id, key=file["key"])
    flash(_("已删除“%(name)s”。", name=file["name"]))
    return _page_again(duty_id)


def _page_again(duty_id: int) -> ResponseReturnValue:
    """The page of the duty, with the note that was typed but is not to be submitted yet."""
    if tidy(request.form.get("note", ""), has_lines=True):
        return duty_page(duty_id)
    return redirect(url_for("duties.one", duty_id=duty_id, back=way_back("") or None, _anchor="evidence"))


def _add_each(duty_id: int, uploads: list[FileStorage]) -> list[str]:
    """Add one after the other; returns why some were not. Where nobody takes one, the page names what is left."""
    refusals: list[str] = []
    for number, upload in enumerate(uploads):
        try:
            refusal = _add(duty_id, upload)
        except TryAgain:
            g.setdefault(NOT_RECEIVED, [one.filename or "" for one in uploads[number:]])
            for sentence in refusals:
                flash(sentence)
            raise
        if refusal:
            refusals.append(refusal)
    return refusals


def _add(duty_id: int, upload: FileStorage) -> str | None:
    """Add one file and say so; returns the sentence of why it was not added."""
    try:
        answer = file_away(duty_id, upload)
    except Refused as refused:
        return _named(upload, filters.say(refused.text.as_dict()))
    except (ScannerAway, Invalid, Conflict, Forbidden) as error:
        return _named(upload, filters.say(error.text.as_dict()))
    flash(_said(answer))
    return None


def _said(answer: dict[str, Any]) -> str:
    if answer["outcome"] == "already":
        return str(_("“%(name)s”之前已经添加，没有重复保存。", name=answer["name"]))
    return str(_("已添加“%(name)s”。", name=answer["name"]))


def _named(upload: FileStorage, sentence: str) -> str:
    name = shown_name(upload.filename or "")
    return str(_("“%(name)s”没有添加：%(sentence)s", name=name, sentence=sentence))


def _refused_page(duty_id: int, sentences: list[str]) -> ResponseReturnValue:
    return duty_page(duty_id, action="evidence", problems=unplaced(sentences)), Invalid.status
