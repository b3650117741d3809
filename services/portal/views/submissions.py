"""A unit's report: filled in, saved at every step, submitted, taken back, corrected; typed in from paper for a unit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, resume, submission_cells
from services.portal.clients import ask, form_command_id, part_of, tell
from services.portal.confirming import say_submitted
from services.portal.keeping import kinds
from services.portal.numbers import is_number
from services.portal.problems import problem_page, sentences_of
from services.portal.submission_cells import cells_of, explanations_of
from services.portal.way_back import way_back
from shared.errors import Conflict, Invalid

pages = Blueprint("submissions", __name__)

SAME_ALL, SAME_ONE = kinds.SAME_AS_LAST, f"{kinds.SAME_AS_LAST}-"


@pages.get("/submissions/<int:submission_id>")
def one(submission_id: int) -> ResponseReturnValue:
    """The form to fill in for whoever may, and for everybody else the form to read, with what they may do."""
    form = ask("stats", "get_form", submission_id=submission_id)
    if "save_submission" in form["actions"]:
        return _form_page(form)
    return render_template("submission.html", form=form, back=way_back(""))


@pages.get("/submissions/<int:submission_id>/history")
def history(submission_id: int) -> ResponseReturnValue:
    """What happened to it: a page of it, without one the last."""
    page = request.args.get("page", type=int)
    found = ask("stats", "submission_history", submission_id=submission_id, page=page)
    # The release before answers all of it, and knows no pages.
    return render_template("submission_history.html", found={"page": 1, "pages": 1} | found)


@pages.post("/submissions/<int:submission_id>")
def fill(submission_id: int) -> ResponseReturnValue:
    """Save the form whichever button was pressed, then do what the button says."""
    pressed = request.form.get("do", "")
    try:
        if pressed == "submit":
            return _submit(submission_id)
        return _save(submission_id, pressed)
    except Conflict as error:
        return _both_typed(submission_id, error)
    except Invalid as error:
        form = submission_cells.as_typed(ask("stats", "get_form", submission_id=submission_id), request.form)
        return _form_page(form, problems=sentences_of(error)), error.status


@pages.post("/submissions/<int:submission_id>/take-back")
def take_back(submission_id: int) -> ResponseReturnValue:
    """Take it back as long as nobody has looked at it."""
    tell("stats", "take_back_submission", **kinds.report_version(submission_id))
    flash(_("已撤回，可以修改后再提交。"))
    return redirect(url_for("submissions.one", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/correct")
def correct(submission_id: int) -> ResponseReturnValue:
    """Begin a correction of what was accepted, with its reason."""
    reason = request.form.get("reason", "")
    try:
        tell("stats", "correct_submission", submission_id=submission_id, version=_version(), reason=reason)
    except Invalid as error:
        form = ask("stats", "get_form", submission_id=submission_id)
        problems = sentences_of(error)
        return render_template("submission.html", form=form, back="", problems=problems, wrong="correct"), error.status
    flash(_("可以更正了。改好后提交；审核通过之前，原来的数据仍然有效。"))
    return redirect(url_for("submissions.one", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/give-up")
def give_up(submission_id: int) -> ResponseReturnValue:
    """Give up a correction that the unit began."""
    tell("stats", "give_up_correction", submission_id=submission_id, version=_version())
    flash(_("已放弃更正，报送恢复为审核通过时的样子。"))
    return redirect(url_for("submissions.one", submission_id=submission_id))


@pages.get("/submissions/<int:submission_id>/proxy")
def paper(submission_id: int) -> ResponseReturnValue:
    """The form for typing in a unit's paper."""
    return _proxy_page(ask("stats", "get_form", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/proxy")
def enter_paper(submission_id: int) -> ResponseReturnValue:
    """Enter a unit's paper for it; what is incomplete is not saved, and stays in the fields."""
    try:
        outcome = tell(
            "stats",
            "enter_by_proxy",
            submission_id=submission_id,
            **kinds.filled_in(),
            explanations=explanations_of(request.form),
            reason=request.form.get("reason", ""),
            paper_on=request.form.get("paper_on", ""),
        )
    except Invalid as error:
        form = ask("stats", "get_form", submission_id=submission_id)
        return _proxy_page(form, problems=sentences_of(error)), error.status
    if outcome["outcome"] == "submitted":
        flash(_("已代录，等待牵头单位的另一位同事审核。"))
        return redirect(url_for("submissions.one", submission_id=submission_id))
    form = ask("stats", "get_form", submission_id=submission_id)
    return _proxy_page(form, outcome=outcome), Invalid.status


def _save(submission_id: int, pressed: str) -> ResponseReturnValue:
    params = kinds.filled_in()
    here = url_for("submissions.one", submission_id=submission_id)
    if not pressed.startswith(SAME_ALL):
        saved = tell("stats", "save_submission", submission_id=submission_id, **params)
        wrong = submission_cells.wrong_among(params["cells"], saved["problems"])
        _say_saved(len(wrong))
        return redirect(f"{here}#v{wrong[0]}" if wrong else here)
    only = pressed.removeprefix(SAME_ONE)
    form = ask("stats", "get_form", submission_id=submission_id)
    before = params["cells"]
    cells = submission_cells.same_as_last(form["lines"], before, int(only) if is_number(only) else None)
    tell("stats", "save_submission", submission_id=submission_id, **{**params, "cells": cells})
    if is_number(only):
        flash(_("已填上期的数并保存，还没有提交。"))
        return redirect(f"{here}#v{only}")
    count = submission_cells.filled(before, cells)
    flash(ngettext("%(num)d 项已填上期的数并保存，还没有提交。", "%(num)d 项已填上期的数并保存，还没有提交。", count))
    return redirect(here)


def _say_saved(wrong: int) -> None:
    if wrong:
        flash(ngettext("已保存，还没有提交；有 %(num)d 处要改。", "已保存，还没有提交；有 %(num)d 处要改。", wrong))
    else:
        flash(_("已保存，还没有提交。"))


def _submit(submission_id: int) -> ResponseReturnValue:
    explanations = explanations_of(request.form)
    outcome = tell(
        "stats", "submit_submission", submission_id=submission_id, **kinds.filled_in(), explanations=explanations
    )
    if outcome["outcome"] != "submitted":
        form = ask("stats", "get_form", submission_id=submission_id)
        return _form_page(form, outcome=outcome), Conflict.status if outcome["changes"] else Invalid.status
    say_submitted(outcome)
    return redirect(url_for("duties.mine"))


def _version() -> int | None:
    return request.form.get("version", type=int)


def _form_page(
    form: dict[str, Any], *, outcome: dict[str, Any] | None = None, problems: list[str] | None = None
) -> str:
    return render_template(
        "submission_form.html",
        form=form,
        lines=form["lines"],
        outcome=outcome,
        problems=problems or [],
        written=submission_cells.written,
    )


def _proxy_page(
    form: dict[str, Any], *, outcome: dict[str, Any] | None = None, problems: list[str] | None = None
) -> str:
    return render_template(
        "submission_form.html",
        form=form,
        lines=submission_cells.overlaid(form["lines"], cells_of(request.form)),
        outcome=outcome,
        problems=problems or [],
        typed=request.form,
        written=submission_cells.written,
        is_proxy=True,
    )


def _both_typed(submission_id: int, error: Conflict) -> ResponseReturnValue:
    """Two people changed the same cells: both versions, with everything that was typed kept in the page's form."""
    if error.details.get("is_reused"):
        raise error
    kept = resume.keep_form()
    clashes = error.details.get("cells")
    if not clashes:
        text = filters.say(error.text.as_dict())
        return problem_page(error.status, _("没有保存"), [text], typed=kept.typed)
    form = ask("stats", "get_form", submission_id=submission_id)
    html = render_template(
        "submission_clash.html",
        form=form,
        lines={line["indicator_id"]: line for line in form["lines"]},
        clashes=clashes,
        fields=_renewed(kept, error.details),
        sentence=filters.say(error.text.as_dict()),
        written=submission_cells.written,
    )
    return html, error.status


def _renewed(kept: resume.Kept, details: dict[str, Any]) -> list[tuple[str, str]]:
    """The kept fields on the version that is there now, as a command of their own that repeats the first choice."""
    asked_again = {f"{sign}{clash['indicator_id']}" for clash in details["cells"] for sign in "ok"}
    anew = {
        "version": str(details["version"]),
        # The same choice sent twice is one command, like the form itself.
        "command_id": str(part_of(form_command_id(), str(details["version"]))),
    }
    return [(name, anew.get(name, value)) for name, value in kept.fields if name not in asked_again]
