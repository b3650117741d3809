"""Good practice (典型经验): offered from a duty, edited and published by the lead bureau, read by everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from services.portal import filters, practice_counts
from services.portal.clients import ask, tell
from services.portal.confirming import say_refused
from services.portal.downloads import all_pages, send_list
from services.portal.evidence.cabinet import Looked, cabinet, keep, largest_file, look_at
from services.portal.evidence.naming import shown_name
from services.portal.evidence.refusals import Refused
from services.portal.evidence.scanning import ScannerAway
from services.portal.forms.fields import number_or_none
from services.portal.forms.practices import LONGEST_TITLE, OfferForm, PracticeForm
from services.portal.list_files import Column, Kind
from services.portal.practice_words import pieces
from services.portal.problems import stay
from services.portal.searching import Search
from services.portal.uploads import NO_FILE
from services.portal.views.evidence import handed_out
from shared.errors import CallersFault, Forbidden, Invalid, NotFound

pages = Blueprint("practices", __name__)

# As many as the service of tasks takes.
MOST_FILES = 2
COLUMNS = (
    Column(_l("发布日"), lambda one: one["published_on"], Kind.DAY),
    Column(_l("更正日"), lambda one: one.get("corrected_on"), Kind.DAY),
    Column(_l("单位"), lambda one: one["unit"]),
    Column(_l("标题"), lambda one: one["title"], width=40),
    Column(_l("做法和成效"), lambda one: one["text"], width=60),
    Column(_l("事项"), lambda one: one["item"], width=40),
    Column(_l("附件"), lambda one: "、".join(file["name"] for file in one["files"]), width=30),
)


@pages.get("/practices")
def listing() -> ResponseReturnValue:
    """What is published, newest first, with the search in the address."""
    search = Search.of_request()
    found = ask("tasks", "list_practices", text=search.text, page=search.page)
    return render_template("practices.html", found=found, search=search, waiting=practice_counts.waiting())


@pages.post("/practices/xlsx")
def as_file() -> ResponseReturnValue:
    """All that is published and sought, as a workbook."""
    search = Search.of_request()
    rows = all_pages("list_practices", "practices", text=search.text)
    return send_list(_("典型经验"), COLUMNS, rows, asked=search.in_words())


@pages.get("/practices/waiting")
def waiting() -> ResponseReturnValue:
    """What units offer, longest waiting first."""
    found = ask("tasks", "offered_practices", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("practices_waiting.html", found=found)


@pages.route("/duties/<int:duty_id>/practice", methods=["GET", "POST"])
def offer(duty_id: int) -> ResponseReturnValue:
    """Offer good practice of a duty: its item and its last note stand there already."""
    duty = ask("tasks", "get_duty", duty_id=duty_id)
    form = OfferForm(title=duty["item"][:LONGEST_TITLE], text=duty["last_note"] or "")
    form.offer(duty["evidence"])
    if form.validate_on_submit():
        made = _offered(duty_id, form)
        if made is not None:
            flash(_("已交给牵头单位。发布之后所有单位都能看到。"))
            return redirect(url_for("practices.one", practice_id=made))
    elif request.method == "GET" and "offer_practice" not in duty["actions"]:
        return _not_now(duty)
    page = render_template("practice_offer.html", form=form, duty=duty, megabytes=largest_file(), most=MOST_FILES)
    return page, form.status


@pages.get("/practices/<int:practice_id>")
def one(practice_id: int) -> ResponseReturnValue:
    """One of them, with what this person may do with it."""
    return _page(practice_id)


@pages.get("/practices/<int:practice_id>/files/<int:practice_file_id>")
def download(practice_id: int, practice_file_id: int) -> Response:
    """One file of it, to be saved and not to be shown."""
    return handed_out(ask("tasks", "get_practice_file", practice_id=practice_id, file_id=practice_file_id))


@pages.post("/practices/<int:practice_id>/attach")
def attach(practice_id: int) -> ResponseReturnValue:
    """Add a file to what the own unit offered."""
    upload = _upload()
    if upload is None:
        return _page(practice_id, file_problem=filters.say(NO_FILE.as_dict())), Invalid.status
    try:
        _attach(practice_id, look_at(upload))
    except (Refused, Invalid, ScannerAway) as error:
        return _page(practice_id, file_problem=_named(upload, error)), Invalid.status
    return redirect(url_for("practices.one", practice_id=practice_id))


@pages.post("/practices/<int:practice_id>/publish")
def publish(practice_id: int) -> ResponseReturnValue:
    """Publish it in the words of the form; a stale one leads to both versions side by side."""
    return _worded(practice_id, "publish_practice", said=_("已发布，所有单位都能看到。"))


@pages.post("/practices/<int:practice_id>/reword")
def reword(practice_id: int) -> ResponseReturnValue:
    """Change the words of what is published, as publishing sets them."""
    return _worded(practice_id, "correct_practice", said=_("已更正，所有单位看到的是现在的内容。"))


@pages.post("/practices/<int:practice_id>/decline")
def decline(practice_id: int) -> ResponseReturnValue:
    """Put it aside, saying why."""
    return _ended(practice_id, "put_practice_aside", field="decline", said=_("没有采用，单位会看到原因。"))


@pages.post("/practices/<int:practice_id>/unpublish")
def unpublish(practice_id: int) -> ResponseReturnValue:
    """Take it back, saying why."""
    return _ended(practice_id, "take_practice_back", field="unpublish", said=_("已收回，其他单位不再看到。"))


@pages.post("/practices/<int:practice_id>/retract")
def retract(practice_id: int) -> ResponseReturnValue:
    """Take back what the own unit offered."""
    _let_go(practice_id)
    tell("tasks", "withdraw_practice", practice_id=practice_id, version=_version())
    flash(_("已撤回。"))
    return redirect(url_for("practices.one", practice_id=practice_id))


def _worded(practice_id: int, operation: str, *, said: str) -> ResponseReturnValue:
    form = PracticeForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            words = {"title": form.title.data, "text": form.text.data}
            tell("tasks", operation, practice_id=practice_id, version=_version(), **words)
            flash(said)
            return redirect(url_for("practices.one", practice_id=practice_id))
    return _page(practice_id, form=form), form.status


def _ended(practice_id: int, operation: str, *, field: str, said: str) -> ResponseReturnValue:
    """End it by the operation, or show the page again with why that was refused at the field."""
    _let_go(practice_id)
    try:
        reason = request.form.get("reason", "")
        tell("tasks", operation, practice_id=practice_id, version=_version(), reason=reason)
    except Invalid as error:
        stay(field, error, page="practices.one")
        return _page(practice_id), error.status
    flash(said)
    return redirect(url_for("practices.one", practice_id=practice_id))


def _page(practice_id: int, *, form: PracticeForm | None = None, file_problem: str = "") -> str:
    practice = ask("tasks", "get_practice", practice_id=practice_id)
    form = form or PracticeForm(formdata=None, data={name: practice[name] for name in ("title", "text", "version")})
    offered = practice["offered"]
    return render_template(
        "practice.html",
        practice=practice,
        form=form,
        title_pieces=pieces(offered["title"], practice["title"]) if offered else [],
        text_pieces=pieces(offered["text"], practice["text"]) if offered else [],
        file_problem=file_problem,
        megabytes=largest_file(),
        most=MOST_FILES,
    )


def _not_now(duty: dict[str, Any]) -> ResponseReturnValue:
    if duty.get("practice"):
        return redirect(url_for("practices.one", practice_id=duty["practice"]["practice_id"]))
    say_refused(_("现在不能分享：只有本单位已经完成的责任，在清单结束之前，可以作为典型经验分享。"))
    return redirect(url_for("duties.one", duty_id=duty["duty_id"]))


def _offered(duty_id: int, form: OfferForm) -> int | None:
    """Offer it and return its id; None when the form says what is wrong. A file is looked at before all else."""
    upload, looked = _upload(), None
    if len(form.chosen) + (upload is not None) > MOST_FILES:
        form.evidence_ids.errors = [_("最多附 %(n)d 个文件。", n=MOST_FILES)]
    elif upload is not None:
        try:
            looked = look_at(upload)
        except (Refused, ScannerAway) as error:
            form.file.errors = [_named(upload, error)]
    if form.problems:
        form.refuse(())
        return None
    with form.taking_refusals():
        words: dict[str, Any] = {"title": form.title.data, "text": form.text.data, "evidence_ids": form.chosen}
        return _sent(duty_id, words, looked)
    return None  # type: ignore[unreachable]


def _sent(duty_id: int, words: dict[str, Any], looked: Looked | None) -> int:
    made: int = tell("tasks", "offer_practice", duty_id=duty_id, **words)["practice_id"]
    if looked is not None:
        _attach_said(made, looked)
    return made


def _attach_said(practice_id: int, looked: Looked) -> None:
    """Add the file; where that is refused now, it is said, for the words are with the lead bureau already."""
    try:
        _attach(practice_id, looked)
    except CallersFault as error:
        say_refused(_("“%(name)s”没有添加：%(sentence)s", name=looked.name, sentence=_why(error)))


def _attach(practice_id: int, looked: Looked) -> None:
    keep(looked, "add_practice_file", practice_id=practice_id)
    flash(_("已添加“%(name)s”。", name=looked.name))


def _let_go(practice_id: int) -> None:
    """Note where its files lie, before nobody else may have them: the store is swept of what is noted and not held."""
    try:
        files = ask("tasks", "get_practice", practice_id=practice_id)["files"]
    except (Forbidden, NotFound):
        # The service of tasks refuses it as well, and puts that on record.
        return
    for file in files:
        found = ask("tasks", "get_practice_file", practice_id=practice_id, file_id=file["file_id"])
        cabinet().note(UUID(found["key"]))


def _upload() -> FileStorage | None:
    upload = request.files.get("file")
    return upload if upload is not None and upload.filename else None


def _why(error: Refused | ScannerAway | CallersFault) -> str:
    return filters.say(error.text.as_dict())


def _named(upload: FileStorage, error: Refused | CallersFault | ScannerAway) -> str:
    name = shown_name(upload.filename or "")
    return str(_("“%(name)s”没有添加：%(sentence)s", name=name, sentence=_why(error)))


def _version() -> int | None:
    return number_or_none(request.form.get("version"))
